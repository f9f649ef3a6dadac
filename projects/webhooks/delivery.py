"""Delivery: makes messages from revisions, gives the first of each webhook to the workers, notes what came of it.

Nothing is written while a request changes the register: messages follow from `Webhook.position` and the history, so no
crash can lose one. What a worker that was killed was at, the next one sends again, under the same id (`projects.jobs`).
"""

from __future__ import annotations

import datetime as dt
import json
import random
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.utils.encoders import JSONEncoder

from projects.access import access_of
from projects.changes.feed import EVENTS, FeedQuery, get_feed_page, get_revisions_after, serialize_changes
from projects.changes.kinds import get_readable_kinds
from projects.choices import DeliveryState, JobLane, PauseReason
from projects.jobs import Run, enqueue, job
from projects.models import Revision, Webhook, WebhookDelivery
from projects.models.webhook import DELIVERING
from projects.text import site_address

from .pausing import pause
from .sending import Outcome, send
from .signing import headers_of

PAUSES = [dt.timedelta(minutes=each) for each in (1, 5, 30, 120, 360, 720, 1440, 1440)]  # then it is given up
MOST = 100  # changes in a message; the feed has the rest
_AT_ONCE = 200  # revisions looked at in one step
_LOGGED = 20  # attempts in the log of a message
LOG_KEPT = dt.timedelta(days=90)  # of messages that are done with; the changes themselves stay in the feed


def prepare_messages() -> int:
    """A message for each revision that webhooks have not looked at; how many there are more."""
    made = 0
    behind = Webhook.objects.filter(active=True, position__lt=Revision.objects.newest_number())
    for webhook in behind.select_related("user"):
        if not _listens(webhook):
            continue
        numbers, through = get_revisions_after(webhook.position, wanted_by(webhook), size=_AT_ONCE)
        if through > webhook.position:
            made += _prepare(webhook, numbers, through)
    return made


def _prepare(webhook: Webhook, numbers: list[int], through: int) -> int:
    now = timezone.now()
    with transaction.atomic():
        still = Webhook.objects.filter(pk=webhook.pk, position=webhook.position)
        if not still.update(position=through):  # another worker did it
            return 0
        messages = [WebhookDelivery(webhook=webhook, number=each, next_attempt_at=now) for each in numbers]
        WebhookDelivery.objects.bulk_create(messages, ignore_conflicts=True)
    return len(messages)


def _listens(webhook: Webhook) -> bool:
    """Whether its owner may still be told anything; if not, it is paused and says so."""
    allowed = webhook.user.is_active and access_of(webhook.user).reads
    if not allowed:
        pause(webhook, PauseReason.OWNER)
    return allowed


def wanted_by(webhook: Webhook) -> FeedQuery:
    """What its owner may see of what it is to be told."""
    kinds = get_readable_kinds(webhook.user)
    return FeedQuery(
        user=webhook.user,
        kinds=tuple(kind for kind in kinds if not webhook.kinds or kind.name in webhook.kinds),
        events=frozenset(webhook.events or EVENTS),
        project=webhook.project,
        prefecture=webhook.prefecture,
    )


def give_to_workers() -> None:
    """The first message that is due of each webhook, and each test, if it is not given to them already.

    What a worker could not do at all stays where it is, with those behind it, until somebody tries its job again.
    """
    prepare_messages()
    due = WebhookDelivery.objects.due(timezone.now()).without_job()
    in_turn = due.order_by("webhook_id", F("number").asc(nulls_first=True), "id")  # a test before what is queued
    for key in in_turn.values_list("pk", flat=True):
        enqueue(deliver, key=str(key))


@job(DELIVERING, _("message of a webhook"), lane=JobLane.MESSAGES, feed=give_to_workers, stays=False)
def deliver(run: Run) -> None:
    """Send a message and note it; neither where its owner may not be told anything any more."""
    message = WebhookDelivery.objects.waiting().filter(pk=run.job.key, webhook__active=True)
    delivery = message.select_related("webhook__user").first()
    if delivery is None or not _listens(delivery.webhook):
        return
    webhook, now = delivery.webhook, timezone.now()
    body = json.dumps(_content(delivery), cls=JSONEncoder, ensure_ascii=False).encode()
    headers = headers_of(
        f"msg_{delivery.message.hex}", timestamp=int(now.timestamp()), body=body, secrets=webhook.secrets_at(now)
    )
    outcome = send(webhook.url, body, headers={**headers, "Content-Type": "application/json"})
    with run.finishing():
        _note(delivery, outcome, now)
    named = "test" if delivery.number is None else f"r{delivery.number}"
    run.say(f"{webhook.pk} {named} {outcome.status} {outcome.milliseconds} ms")


def _content(delivery: WebhookDelivery) -> dict[str, Any]:
    if delivery.number is None:
        return {"type": "test", "revision": None, "changes": [], "more": None}
    # nothing later: of a webhook that is behind, each message would read a hundred changes that are of the next ones
    newest = delivery.number
    page = get_feed_page(wanted_by(delivery.webhook), newest=newest, after=newest - 1, size=MOST)
    rows = serialize_changes(page.changes, delivery.webhook.user)
    for row in rows:
        address = row.pop("address")
        row["url"] = site_address(f"api:{address[0]}-detail", address[1]) if address else None
    more = f"{site_address('api:changes')}?after={delivery.number - 1}" if page.position else None
    return {"type": "changes", "revision": delivery.number, "changes": rows, "more": more}


def _note(delivery: WebhookDelivery, outcome: Outcome, now: dt.datetime) -> None:
    """Store what came of it, and when it is tried again."""
    attempt = {"at": now.isoformat(), "status": outcome.status, "said": outcome.said, "ms": outcome.milliseconds}
    if outcome.obstacle:
        attempt["obstacle"] = outcome.obstacle.value
    is_test = delivery.number is None
    failures = 0 if outcome.taken else delivery.failures + 1
    given_up = failures > (0 if is_test else len(PAUSES))
    values: dict[str, Any] = {"failures": failures, "attempts": _logged(delivery, attempt)}
    if outcome.taken:
        values["state"] = DeliveryState.DELIVERED
    elif given_up:
        values["state"] = DeliveryState.GIVEN_UP
    else:
        values["next_attempt_at"] = now + PAUSES[failures - 1] * random.uniform(1, 1.1)  # noqa: S311  no secret
    WebhookDelivery.objects.filter(pk=delivery.pk).update(**values)
    if given_up and not is_test:  # given up and not paused, the later ones would overtake it
        pause(delivery.webhook, PauseReason.GIVEN_UP)


def _logged(delivery: WebhookDelivery, step: dict[str, Any]) -> list[dict[str, Any]]:
    return [*delivery.attempts, step][-_LOGGED:]


def send_again(delivery: WebhookDelivery) -> bool:
    """Let the worker send a message once more. False for one that waits already."""
    done_with = WebhookDelivery.objects.filter(pk=delivery.pk).exclude(state=DeliveryState.PENDING)
    return bool(done_with.send_anew(timezone.now()))


def skip(delivery: WebhookDelivery, user: Any) -> bool:
    """Let those behind a message that was tried in vain go on without it, and log who did so. False while a worker is at it.

    The change itself stays in the feed, and the message may be sent again later.
    """
    now = timezone.now()
    skipped = {"at": now.isoformat(), "skipped_by": user.display_name}
    same = WebhookDelivery.objects.untaken().free(now).filter(pk=delivery.pk, failures=delivery.failures)
    in_vain = same.filter(failures__gt=0)
    return bool(in_vain.update(state=DeliveryState.SKIPPED, attempts=_logged(delivery, skipped)))


def done_with_long_ago(now: dt.datetime) -> QuerySet:
    """What the log need not keep any longer. A webhook goes on with what it had given up, however late."""
    done_with = WebhookDelivery.objects.exclude(state=DeliveryState.PENDING)
    done_with = done_with.exclude(state=DeliveryState.GIVEN_UP, number__isnull=False)
    return done_with.filter(next_attempt_at__lt=now - LOG_KEPT)


def send_test(webhook: Webhook) -> WebhookDelivery:
    """A message without changes, tried once, to see whether it arrives and verifies."""
    return WebhookDelivery.objects.create(webhook=webhook, next_attempt_at=timezone.now())
