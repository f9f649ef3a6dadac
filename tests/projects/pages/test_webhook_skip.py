"""`/webhooks/<key>/messages/<delivery>/skip/`: a question, then those behind a message go on without it."""

from __future__ import annotations

import pytest

from projects.choices import DeliveryState
from projects.models import WebhookDelivery
from tests.pages import opened, read

from .webhooks_made import being_sent, delivered, made, message

pytestmark = pytest.mark.no_database

FAILED = {"at": "2026-11-20T02:00:00+00:00", "status": None, "said": "", "ms": 3, "obstacle": "refused"}


def in_vain(webhook, number=1, **more):
    return message(webhook, number, failures=1, attempts=[FAILED], **more)


def path(webhook, delivery):
    return f"/webhooks/{webhook.pk}/messages/{getattr(delivery, 'pk', delivery)}/skip/"


def skipped(client, webhook, delivery):
    return client.post(path(webhook, delivery) + "?lang=en")


def text_of(client, webhook):
    return opened(client, f"/webhooks/{webhook.pk}/", lang="en").text


def test_it_is_skipped_after_a_question_and_the_log_says_by_whom(province, client_of):
    own, client = made(province), client_of(province)
    first = in_vain(own)
    message(own, 2)
    page = read(client.get(f"/webhooks/{own.pk}/").content)
    assert path(own, first) in {anchor.href for anchor in page.anchors}
    asked = opened(client, path(own, first), lang="en").text
    assert all(each in asked for each in ("Skip this message?", "Connection refused.", "1 message waits behind it."))
    assert WebhookDelivery.objects.get(pk=first.pk).state == DeliveryState.PENDING
    assert skipped(client, own, first)["Location"] == f"/webhooks/{own.pk}/"
    assert WebhookDelivery.objects.get(pk=first.pk).state == DeliveryState.SKIPPED
    text = text_of(client, own)
    assert "The message is skipped; those behind it are sent." in text
    assert "skipped by 周敏" in text
    chinese = opened(client, f"/webhooks/{own.pk}/", lang="zh-hans").text
    assert "由周敏跳过" in chinese
    assert "已跳过" in chinese


def test_one_that_was_given_up_is_skipped_too(province, client_of):
    own, client = made(province, active=False, pause_reason="given_up"), client_of(province)
    skipped(client, own, in_vain(own, state=DeliveryState.GIVEN_UP))
    assert WebhookDelivery.objects.get().state == DeliveryState.SKIPPED
    assert "once the webhook goes on" in text_of(client, own)


def test_what_holds_up_no_other_is_left_alone(province, client_of):
    own, client = made(province), client_of(province)
    failed_test = message(own, state=DeliveryState.GIVEN_UP, failures=1)
    before = {each.pk: each.state for each in (delivered(own, 1), message(own, 2), failed_test)}
    hrefs = {anchor.href for anchor in read(client.get(f"/webhooks/{own.pk}/").content).anchors}
    for key in before:
        assert path(own, key) not in hrefs
        assert client.get(path(own, key)).status_code == 302
        assert skipped(client, own, key).status_code == 302
        assert "there is nothing to skip" in text_of(client, own)
    assert dict(WebhookDelivery.objects.values_list("pk", "state")) == before


def test_one_that_is_being_sent_is_left_alone(province, client_of):
    own, client = made(province), client_of(province)
    first = in_vain(own)
    being_sent(first)
    skipped(client, own, first)
    assert WebhookDelivery.objects.get().state == DeliveryState.PENDING
    assert "being sent just now" in text_of(client, own)


def test_nobody_but_the_owner_skips(province, administrator, changsha_writer, client_of):
    own, other = made(province), made(changsha_writer, "other")
    first = in_vain(own)
    for ask in ("get", "post"):
        assert getattr(client_of(administrator), ask)(path(own, first)).status_code == 403
        assert getattr(client_of(changsha_writer), ask)(path(own, first)).status_code == 404
        assert getattr(client_of(changsha_writer), ask)(path(other, first)).status_code == 404
    assert "Skip…" not in opened(client_of(administrator), f"/webhooks/{own.pk}/", lang="en").text
    assert WebhookDelivery.objects.get().state == DeliveryState.PENDING
