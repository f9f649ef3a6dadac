"""Pausing and going on: one of two at once wins, and what waits is told first."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from projects.models import Webhook
from projects.webhooks.delivering import prepare_messages, send_test
from projects.webhooks.pausing import pause, pause_by, resume
from tests.people import CHANGSHA
from tests.projects.changelog.asking import saved

from .test_delivering import project_in, worked

pytestmark = pytest.mark.django_db


def test_the_first_reason_stays(webhook_of, province):
    webhook = webhook_of(province)
    assert pause(webhook, "it was silent")
    assert not pause_by(webhook, province)
    assert Webhook.objects.get().paused_because == "it was silent"


def test_a_persons_name_is_kept_in_the_language_of_the_site(webhook_of, province):
    with override("en"):
        assert pause_by(webhook_of(province), province)
    assert Webhook.objects.get().paused_because == "由周敏暂停。"


def test_it_goes_on_from_what_was_made_before_and_nothing_is_lost(webhook_of, province, receiver):
    webhook = webhook_of(province)
    numbers = [saved(project_in(CHANGSHA), name_en="One")]
    prepare_messages()
    pause(webhook, "for a while")
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
    pause(webhook, "for a while")
    assert resume(webhook) == webhook.position + 1
