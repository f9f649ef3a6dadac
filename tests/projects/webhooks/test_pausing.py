"""Pausing and going on: one of two at once wins, and what waits is told first."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from projects.choices import PauseReason
from projects.models import Webhook
from projects.views.webhooks.lines import webhook_line
from projects.webhooks.delivering import prepare_messages, send_test
from projects.webhooks.pausing import pause, pause_by, resume
from tests.people import CHANGSHA
from tests.projects.changelog.asking import saved

from .test_delivering import project_in, worked

pytestmark = pytest.mark.django_db


def test_the_first_reason_stays(webhook_of, province):
    webhook = webhook_of(province)
    assert pause(webhook, PauseReason.GIVEN_UP, "it was silent")
    assert not pause_by(webhook, province)
    paused = Webhook.objects.get()
    assert (paused.pause_reason, paused.pause_detail) == (PauseReason.GIVEN_UP, "it was silent")


@pytest.mark.parametrize(
    ("language", "by_a_person", "given_up", "without_owner"),
    [
        (
            "zh-hans",
            "由周敏暂停。",
            "数日内一直未接收消息。最后的答复：busy",
            "所有者的账号已停用，或不再有任何查看权限。",
        ),
        (
            "en",
            "Paused by 周敏.",
            "It did not take a message for days. The last answer: busy",
            "The account of the owner is closed, or may not read anything any more.",
        ),
    ],
)
def test_each_reader_is_told_the_reason_in_their_language(
    webhook_of, province, language, by_a_person, given_up, without_owner
):
    webhook = webhook_of(province)
    with override("zh-hans"):
        pause_by(webhook, province)
    with override(language):
        assert told(webhook) == by_a_person
        for reason, words in ((PauseReason.GIVEN_UP, given_up), (PauseReason.OWNER, without_owner)):
            Webhook.objects.update(pause_reason=reason, pause_detail="busy" if reason == PauseReason.GIVEN_UP else "")
            assert told(webhook) == words
        resume(webhook)
        assert told(webhook) == ""


def told(webhook: Webhook) -> str:
    return webhook_line(Webhook.objects.with_standing().get(pk=webhook.pk), newest=1).paused_because


def test_it_goes_on_from_what_was_made_before_and_nothing_is_lost(webhook_of, province, receiver):
    webhook = webhook_of(province)
    numbers = [saved(project_in(CHANGSHA), name_en="One")]
    prepare_messages()
    pause_by(webhook, province)
    numbers.append(saved(project_in(CHANGSHA), name_en="Two"))
    worked()
    assert receiver.got == []
    webhook.refresh_from_db()
    send_test(webhook)
    assert resume(webhook) == numbers[0]
    assert resume(webhook) is None
    worked()
    assert len(receiver.got) == 3


def test_without_anything_that_waits_it_goes_on_with_the_next_revision(webhook_of, province):
    webhook = webhook_of(province)
    pause_by(webhook, province)
    assert resume(webhook) == webhook.position + 1
