"""Webhooks and messages for the tests of their pages. Addresses are numbers, so that no name has to be looked up."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from projects.choices import DeliveryState, JobState
from projects.models import Job, Webhook, WebhookDelivery
from projects.models.webhook import DELIVERING
from tests.pages import read

URL = "https://8.8.8.8/hook"


def made(user: Any, label: str = "platform", **more: Any) -> Webhook:
    return Webhook.objects.create(**{"user": user, "label": label, "url": URL, "position": 1} | more)


def message(webhook: Webhook, number: int | None = None, **more: Any) -> WebhookDelivery:
    values = {"webhook": webhook, "number": number, "next_attempt_at": timezone.now()}
    return WebhookDelivery.objects.create(**values | more)


def being_sent(message: WebhookDelivery) -> None:
    """A worker has it."""
    until = timezone.now() + dt.timedelta(minutes=1)
    Job.objects.create(
        kind=DELIVERING, key=str(message.pk), state=JobState.RUNNING, run_after=timezone.now(), leased_until=until
    )


def delivered(webhook: Webhook, number: int, *, at: str = "2026-11-20T02:00:00+00:00") -> WebhookDelivery:
    attempts = [{"at": at, "status": 200, "said": "thank you", "ms": 12}]
    return message(webhook, number, state=DeliveryState.DELIVERED, attempts=attempts)


def hidden(content: bytes, name: str) -> str:
    """The value of the one hidden field of this name."""
    [value] = {
        each.get("value", "") for tag, each in read(content).elements if tag == "input" and each.get("name") == name
    }
    return value
