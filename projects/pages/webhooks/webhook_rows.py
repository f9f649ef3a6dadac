"""A webhook and its messages as lines of a page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from projects.choices import DeliveryState, PauseReason
from projects.models import Webhook, WebhookDelivery
from projects.webhooks.addresses import Obstacle

from .. import formatting, links

_OBSTACLES = dict(Obstacle.choices)
_IN_A_SENTENCE = 40  # characters of an answer
_SHORT = 120  # characters of what went wrong, beside where a webhook stands; the log has all


@dataclass(frozen=True)
class WebhookLine:
    """Where a webhook stands; `position` says how far it has looked, `trouble` why it is not told or does not take it, and
    `answer` in which words.
    """

    webhook: Webhook
    url: str
    state: str
    is_failing: bool
    trouble: str
    answer: str
    waiting: str
    last_delivery: dt.datetime | None
    position: str


@dataclass(frozen=True)
class DeliveryAttempt:
    """One try to send a message: `status` is empty where there was no answer, `said` is the answer or what went wrong.

    Or no try any more: `skipped_by` says whose decision that was.
    """

    at: dt.datetime | None
    status: str
    said: str
    milliseconds: str
    skipped_by: str

    @property
    def words(self) -> str:
        """What came of it, shortly."""
        return self.status if self.answer else Truncator(f"{self.status} {self.said}".strip()).chars(_SHORT)

    @property
    def answer(self) -> str:
        """The words of the other side where they are too many for a sentence: they may be a whole page."""
        return self.said if self.status and len(self.said) > _IN_A_SENTENCE else ""


@dataclass(frozen=True)
class DeliveryLine:
    """A message with its attempts, the newest first; `next_at` is empty where it is sent as soon as possible, or never."""

    delivery: WebhookDelivery
    revision_url: str
    newest: DeliveryAttempt | None
    earlier: list[DeliveryAttempt]
    next_at: dt.datetime | None
    may_be_sent_again: bool
    skip_url: str


def webhook_line(webhook: Any, *, newest: int) -> WebhookLine:
    """Of a webhook read `with_standing`; `newest` is the number of the newest revision."""
    taken = build_attempts(webhook.taken or [])
    failing = webhook.active and bool(webhook.first_failures)
    given_up = not webhook.active and webhook.pause_reason == PauseReason.GIVEN_UP
    tries = build_attempts(webhook.first_log or []) if failing or given_up else []
    return WebhookLine(
        webhook=webhook,
        url=links.page("webhook", str(webhook.pk)),
        state=_state(webhook, failing),
        is_failing=failing,
        trouble=_failing_since(webhook) if failing else "" if webhook.active else _why_paused(webhook),
        answer=tries[0].answer if tries else "",
        waiting=formatting.count(webhook.waiting),
        last_delivery=taken[0].at if taken else None,
        position=_("%(position)s of %(newest)s") % {"position": webhook.position, "newest": newest},
    )


def _state(webhook: Webhook, failing: bool) -> str:
    if failing:
        return pgettext("webhook", "failing")
    return pgettext("webhook", "active") if webhook.active else pgettext("webhook", "paused")


def _failing_since(webhook: Any) -> str:
    """Of the first message that waits: since when it is tried in vain, how often, and what came of it last."""
    tries = build_attempts(webhook.first_log)[: webhook.first_failures]
    since, number = tries[-1].at, webhook.first_failures
    told = ngettext(
        "Since %(since)s; %(n)s attempt was unsuccessful. The last one: %(said)s",
        "Since %(since)s; %(n)s attempts were unsuccessful. The last one: %(said)s",
        number,
    )
    at = formatting.minute(since) if since else ""
    return told % {"since": at, "n": formatting.count(number), "said": tries[0].words}


def _why_paused(webhook: Any) -> str:
    who = {"who": webhook.pause_detail}
    if webhook.pause_reason == PauseReason.PERSON:
        return _("Paused by %(who)s.") % who
    if webhook.pause_reason == PauseReason.ADMINISTRATOR:
        return _("Paused by %(who)s, an administrator. Only an administrator lets it go on.") % who
    tries = build_attempts(webhook.first_log or [])
    if webhook.pause_reason == PauseReason.GIVEN_UP and tries:
        return _("It did not take a message for days. The last answer: %(said)s") % {"said": tries[0].words}
    return webhook.get_pause_reason_display() or webhook.pause_detail


def delivery_lines(deliveries: Iterable[WebhookDelivery], *, webhook: Webhook, may_send: bool) -> list[DeliveryLine]:
    return [_line(each, webhook, may_send) for each in deliveries]


def _line(delivery: WebhookDelivery, webhook: Webhook, may_send: bool) -> DeliveryLine:
    newest, *earlier = build_attempts(delivery.attempts) or [None]
    waits, now = delivery.state == DeliveryState.PENDING, timezone.now()
    skippable = may_send and is_in_vain(delivery)
    return DeliveryLine(
        delivery=delivery,
        revision_url=links.page("revision", str(delivery.number)) if delivery.number else "",
        newest=newest,
        earlier=[each for each in earlier if each],
        next_at=delivery.next_attempt_at if waits and webhook.active and delivery.next_attempt_at > now else None,
        may_be_sent_again=may_send and not waits,
        skip_url=links.page("webhook-skip", str(webhook.pk), str(delivery.pk)) if skippable else "",
    )


def is_in_vain(delivery: WebhookDelivery) -> bool:
    """Whether it was tried in vain and those behind it wait, so that it may be skipped."""
    untaken = delivery.state in (DeliveryState.PENDING, DeliveryState.GIVEN_UP)
    return untaken and delivery.number is not None and delivery.failures > 0


def build_attempts(log: list[dict[str, Any]]) -> list[DeliveryAttempt]:
    """The log of a message, the newest attempt first."""
    return [
        DeliveryAttempt(
            at=parse_datetime(each.get("at") or ""),
            status=str(each.get("status") or ""),
            said=" ".join(filter(None, [str(_OBSTACLES.get(each.get("obstacle"), "")), each.get("said")])),
            milliseconds=formatting.count(each.get("ms") or 0),
            skipped_by=each.get("skipped_by") or "",
        )
        for each in reversed(log)
    ]
