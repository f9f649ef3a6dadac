"""A webhook and its messages as lines of a page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects.choices import DeliveryState, PauseReason
from projects.models import Webhook, WebhookDelivery
from projects.webhooks.addresses import Obstacle

from .. import wording

_OBSTACLES = dict(Obstacle.choices)


@dataclass(frozen=True)
class WebhookLine:
    """Where a webhook stands; `position` says how far it has looked."""

    webhook: Webhook
    url: str
    state: str
    paused_because: str
    waiting: str
    last_delivery: dt.datetime | None
    position: str


@dataclass(frozen=True)
class Attempt:
    """One try to send a message: `status` is empty where there was no answer, `said` is the answer or what went wrong."""

    at: dt.datetime | None
    status: str
    said: str
    milliseconds: str


@dataclass(frozen=True)
class DeliveryLine:
    """A message with its attempts, the newest first; `next_at` is empty where it is sent as soon as possible, or never."""

    delivery: WebhookDelivery
    revision_url: str
    newest: Attempt | None
    earlier: list[Attempt]
    next_at: dt.datetime | None
    may_be_sent_again: bool


def webhook_line(webhook: Any, *, newest: int) -> WebhookLine:
    """Of a webhook read `with_standing`; `newest` is the number of the newest revision."""
    taken = attempts_of(webhook.taken or [])
    return WebhookLine(
        webhook=webhook,
        url=reverse("webhook", args=[webhook.pk]),
        state=pgettext("webhook", "active") if webhook.active else pgettext("webhook", "paused"),
        paused_because="" if webhook.active else _why_paused(webhook),
        waiting=wording.count(webhook.waiting),
        last_delivery=taken[0].at if taken else None,
        position=_("%(position)s of %(newest)s") % {"position": webhook.position, "newest": newest},
    )


def _why_paused(webhook: Webhook) -> str:
    detail = webhook.pause_detail
    if webhook.pause_reason == PauseReason.PERSON:
        return _("Paused by %(who)s.") % {"who": detail}
    if webhook.pause_reason == PauseReason.GIVEN_UP and detail:
        return _("It did not take a message for days. The last answer: %(said)s") % {"said": detail}
    return webhook.get_pause_reason_display() or detail


def delivery_lines(deliveries: Iterable[WebhookDelivery], *, webhook: Webhook, may_send: bool) -> list[DeliveryLine]:
    return [_line(each, webhook, may_send) for each in deliveries]


def _line(delivery: WebhookDelivery, webhook: Webhook, may_send: bool) -> DeliveryLine:
    newest, *earlier = attempts_of(delivery.attempts) or [None]
    waits, now = delivery.state == DeliveryState.PENDING, timezone.now()
    return DeliveryLine(
        delivery=delivery,
        revision_url=reverse("revision", args=[delivery.number]) if delivery.number else "",
        newest=newest,
        earlier=[each for each in earlier if each],
        next_at=delivery.next_attempt_at if waits and webhook.active and delivery.next_attempt_at > now else None,
        may_be_sent_again=may_send and not waits,
    )


def attempts_of(log: list[dict[str, Any]]) -> list[Attempt]:
    """The log of a message, the newest attempt first."""
    return [
        Attempt(
            at=parse_datetime(each.get("at") or ""),
            status=str(each.get("status") or ""),
            said=" ".join(filter(None, [str(_OBSTACLES.get(each.get("obstacle"), "")), each.get("said")])),
            milliseconds=wording.count(each.get("ms") or 0),
        )
        for each in reversed(log)
    ]
