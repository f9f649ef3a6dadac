"""Pausing and going on: one of two at once wins, and what waits is told first."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.utils import timezone
from django.utils.translation import override

from projects.choices import DeliveryState, PauseReason
from projects.models import Webhook, WebhookDelivery
from projects.pages.webhooks import get_status
from projects.webhooks.delivery import PAUSES, pause, pause_by, prepare_messages, resume, send_test
from tests.people import CHANGSHA, ZHUZHOU
from tests.projects.changes.asking import saved
from tests.projects.pages.webhooks_made import being_sent, message

from .test_delivery import at_once, project_in, worked

pytestmark = pytest.mark.django_db


def test_the_first_reason_stays(webhook_of, province):
    webhook = webhook_of(province)
    assert pause(webhook, PauseReason.GIVEN_UP, "it was silent")
    assert not pause_by(webhook, province)
    paused = Webhook.objects.get()
    assert (paused.pause_reason, paused.pause_detail) == (PauseReason.GIVEN_UP, "it was silent")


def test_each_reader_is_told_the_reason_in_their_language(webhook_of, province):
    webhook = webhook_of(province)
    with override("zh-hans"):
        pause_by(webhook, province)
    with override("en"):
        assert told(webhook) == "Paused by 周敏."
        tried = [{"at": "2026-11-20T01:00:00+00:00", "status": 503, "said": "busy", "ms": 1}]
        message(webhook, 1, state=DeliveryState.GIVEN_UP, failures=9, attempts=tried)
        Webhook.objects.update(pause_reason=PauseReason.GIVEN_UP, pause_detail="")
        assert told(webhook) == "It did not take a message for days. The last answer: 503 busy"
        resume(webhook)
        assert told(webhook) == ""


def told(webhook: Webhook) -> str:
    return get_status(Webhook.objects.with_standing().get(pk=webhook.pk)).trouble


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


def test_after_it_gave_up_it_goes_on_with_that_message_first_and_all_since_in_order(webhook_of, province, receiver):
    webhook = webhook_of(province)
    receiver.status = 500
    numbers = [saved(project_in(CHANGSHA), name_en="One"), saved(project_in(ZHUZHOU), name_en="Two")]
    for _attempt in range(len(PAUSES) + 1):
        worked()
        at_once()
    assert not Webhook.objects.get().active
    numbers.append(saved(project_in(CHANGSHA), name_en="Three"))
    receiver.status, ids = 200, {headers["webhook-id"] for headers, _body in receiver.got}
    receiver.got.clear()
    assert resume(webhook) == numbers[0]
    worked()
    assert [json.loads(body)["revision"] for _headers, body in receiver.got] == numbers
    assert receiver.got[0][0]["webhook-id"] in ids
    assert {each.state for each in WebhookDelivery.objects.all()} == {DeliveryState.DELIVERED}


def test_what_was_tried_in_vain_before_a_pause_by_hand_is_tried_at_once(webhook_of, province, receiver):
    webhook = webhook_of(province)
    later = timezone.now() + dt.timedelta(days=1)
    message(webhook, saved(project_in(CHANGSHA), name_en="One"), failures=7, next_attempt_at=later)
    pause_by(webhook, province)
    resume(webhook)
    worked()
    assert len(receiver.got) == 1


def test_a_message_that_a_worker_is_at_and_a_test_that_failed_are_left_alone(webhook_of, province):
    webhook = webhook_of(province)
    being_sent(message(webhook, 1, failures=3)), message(webhook, state=DeliveryState.GIVEN_UP, failures=1)
    pause_by(webhook, province)
    resume(webhook)
    assert {(each.failures, each.state) for each in WebhookDelivery.objects.all()} == {
        (3, DeliveryState.PENDING),
        (1, DeliveryState.GIVEN_UP),
    }
