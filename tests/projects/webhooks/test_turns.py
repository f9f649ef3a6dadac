"""Turns: no webhook waits for the queue of another, and a test neither waits nor is waited for."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone

from projects.choices import DeliveryState
from projects.models import Job, Webhook, WebhookDelivery
from projects.webhooks.delivery import Outcome, give_to_workers, send_again, send_test, skip
from tests.people import CHANGSHA, ZHUZHOU
from tests.projects.changes.asking import saved
from tests.projects.pages.webhooks_made import message

from .test_delivery import at_once, claim, project_in, worked

pytestmark = pytest.mark.django_db


def test_each_webhook_has_a_turn_before_any_has_a_second(webhook_of, province):
    long, short = webhook_of(province), webhook_of(province, label="short")
    for number in range(1, 4):
        message(long, number)
    message(short, 1)
    give_to_workers()
    first = claim()
    assert first is not None
    assert first.webhook == long
    WebhookDelivery.objects.filter(pk=first.pk).update(state=DeliveryState.DELIVERED)
    second = claim()
    assert second is not None
    assert second.webhook == short
    assert claim() is None
    give_to_workers()
    third = claim()
    assert third is not None
    assert (third.webhook, third.number) == (long, 2)


def test_what_happens_while_a_long_queue_is_sent_is_told_to_others_before_its_end(
    webhook_of, province, receiver, monkeypatch
):
    long, short = webhook_of(province), webhook_of(province, url=f"{receiver.url}short", kinds=["project"])
    for number in range(101, 106):
        message(long, number)
    told: list[str] = []

    def sent(url, body, **_more):
        if not told:
            saved(project_in(CHANGSHA), name_en="One")
        told.append(url)
        return Outcome(200, "", 1)

    monkeypatch.setattr("projects.webhooks.delivery.send", sent)
    worked()
    assert told == [long.url, long.url, short.url, *[long.url] * 4]


def test_a_test_is_tried_once_and_nothing_waits_for_it_or_is_paused_by_it(webhook_of, province, receiver):
    webhook = webhook_of(province)
    receiver.status = 500
    test = send_test(webhook)
    worked()
    test.refresh_from_db()
    assert (test.state, len(test.attempts)) == (DeliveryState.GIVEN_UP, 1)
    assert Webhook.objects.get().active
    receiver.status = 200
    saved(project_in(CHANGSHA), name_en="One")
    worked()
    assert [json.loads(body)["type"] for _headers, body in receiver.got] == ["test", "changes"]
    assert send_again(test)
    worked()
    test.refresh_from_db()
    assert (test.state, len(test.attempts)) == (DeliveryState.DELIVERED, 2)


def test_a_test_goes_past_a_message_that_is_tried_in_vain(webhook_of, province, receiver):
    webhook = webhook_of(province)
    receiver.status = 500
    saved(project_in(CHANGSHA), name_en="One")
    worked()
    receiver.status = 200
    send_test(webhook)
    worked()
    assert json.loads(receiver.got[-1][1])["type"] == "test"
    assert WebhookDelivery.objects.get(number__isnull=False).state == DeliveryState.PENDING


def test_those_behind_a_skipped_message_are_sent_and_it_may_be_sent_later(webhook_of, province, receiver):
    webhook_of(province)
    receiver.status = 500
    saved(project_in(CHANGSHA), name_en="One"), saved(project_in(ZHUZHOU), name_en="Two")
    worked()
    first, second = WebhookDelivery.objects.order_by("id")
    assert not skip(second, province), "nothing was tried in vain"
    assert skip(first, province)
    assert not skip(first, province)
    receiver.status = 200
    worked()
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.state, second.state) == (DeliveryState.SKIPPED, DeliveryState.DELIVERED)
    assert first.attempts[-1]["skipped_by"] == "周敏"
    assert send_again(first)
    worked()
    first.refresh_from_db()
    assert first.state == DeliveryState.DELIVERED


def test_what_a_worker_is_at_is_not_skipped(webhook_of, province, receiver):
    webhook_of(province)
    receiver.status = 500
    saved(project_in(CHANGSHA), name_en="One")
    worked()
    at_once()
    give_to_workers()
    claimed = claim()
    assert claimed is not None
    assert not skip(claimed, province)
    Job.objects.update(leased_until=timezone.now())
    assert skip(claimed, province)
