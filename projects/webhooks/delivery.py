"""Delivery: makes messages from revisions, gives the first of each webhook to the workers, notes what came of it.

Nothing is written while a request changes the register: messages follow from `Webhook.position` and the history, so no
crash can lose one. What a worker that was killed was at, the next one sends again, under the same id (`projects.jobs`).
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import http.client
import json
import random
import socket
import ssl
import time
from codecs import getincrementaldecoder
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.utils.encoders import JSONEncoder

from projects.access import get_access
from projects.changes.feed import EVENTS, FeedQuery, get_feed_page, get_revisions_after, serialize_changes
from projects.changes.kinds import get_readable_kinds
from projects.choices import DeliveryState, JobLane, PauseReason
from projects.jobs import Run, enqueue, job
from projects.jobs.worker import TimeLimit
from projects.models import Revision, Webhook, WebhookDelivery
from projects.models.webhook import DELIVERING, is_administrator
from projects.text import site_address

from .addresses import NAME_SECONDS, Obstacle, RefusedAddressError, addresses_of, obstacle_of

# then it is given up
PAUSES = [dt.timedelta(seconds=each) for each in (5, 20, 60, 300, 1800, 7200, 21600, 43200, 86400, 86400)]
MOST = 100  # changes in a message; the feed has the rest
_AT_ONCE = 200  # revisions looked at in one step
_LOGGED = 20  # attempts in the log of a message
LOG_KEPT = dt.timedelta(days=90)  # of messages that are done with; the changes themselves stay in the feed
SECONDS = 15  # for all of it
_SHOWN = 500  # bytes of an answer that are read
_OF_ADDRESSES = "!$%&'()*+,/:;=?@[]~"  # of a path or query, what is sent as it stands: what is escaped already too


def prepare_messages() -> int:
    """Store a message for each revision that webhooks have not looked at. Return how many are new."""
    made = 0
    behind = Webhook.objects.filter(active=True, position__lt=Revision.objects.newest_number())
    for webhook in behind.select_related("user"):
        if not _is_allowed(webhook):
            continue
        numbers, through = get_revisions_after(webhook.position, wanted_by(webhook), size=_AT_ONCE)
        if through > webhook.position:
            made += _store_messages(webhook, numbers, through)
    return made


def _store_messages(webhook: Webhook, numbers: list[int], through: int) -> int:
    """Move the webhook's position and store its messages. Return how many; 0 if another worker did it."""
    now = timezone.now()
    with transaction.atomic():
        still = Webhook.objects.filter(pk=webhook.pk, position=webhook.position)
        if not still.update(position=through):
            return 0
        messages = [WebhookDelivery(webhook=webhook, number=number, next_attempt_at=now) for number in numbers]
        WebhookDelivery.objects.bulk_create(messages, ignore_conflicts=True)
    return len(messages)


def _is_allowed(webhook: Webhook) -> bool:
    """Return whether its owner may still read anything; if not, pause the webhook with this reason."""
    allowed = webhook.user.is_active and get_access(webhook.user).can_read
    if not allowed:
        pause(webhook, PauseReason.OWNER)
    return allowed


def wanted_by(webhook: Webhook) -> FeedQuery:
    """Return the filter of its changes: what its owner chose, of what they may see."""
    kinds = get_readable_kinds(webhook.user)
    return FeedQuery(
        user=webhook.user,
        kinds=tuple(kind for kind in kinds if not webhook.kinds or kind.name in webhook.kinds),
        events=frozenset(webhook.events or EVENTS),
        project=webhook.project,
        prefecture=webhook.prefecture,
    )


def give_to_workers() -> None:
    """Enqueue the first message that is due of each webhook, and each test, if it has no job.

    A message whose job failed stays where it is, with those behind it, until somebody retries the job.
    """
    prepare_messages()
    due = WebhookDelivery.objects.due(timezone.now()).without_job()
    in_turn = due.order_by("webhook_id", F("number").asc(nulls_first=True), "id")  # a test before what is queued
    for key in in_turn.values_list("pk", flat=True):
        enqueue(deliver, key=str(key))


@job(DELIVERING, _("message of a webhook"), lane=JobLane.MESSAGES, feed=give_to_workers, stays=False)
def deliver(run: Run) -> None:
    """Send a message and store its outcome; neither where its owner may not read anything any more."""
    message = WebhookDelivery.objects.pending().filter(pk=run.job.key, webhook__active=True)
    delivery = message.select_related("webhook__user").first()
    if delivery is None or not _is_allowed(delivery.webhook):
        return
    webhook, now = delivery.webhook, timezone.now()
    body = json.dumps(_content(delivery), cls=JSONEncoder, ensure_ascii=False).encode()
    headers = headers_of(
        f"msg_{delivery.message.hex}", timestamp=int(now.timestamp()), body=body, secrets=webhook.secrets_at(now)
    )
    outcome = send(webhook.url, body, headers={**headers, "Content-Type": "application/json"})
    with run.finish():
        _note(delivery, outcome, now)
    label = "test" if delivery.number is None else f"r{delivery.number}"
    run.say(f"{webhook.pk} {label} {outcome.status} {outcome.milliseconds} ms")


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
    """Store the outcome of an attempt and when the next one is due; give the message up after the last."""
    attempt = {"at": now.isoformat(), "status": outcome.status, "said": outcome.said, "ms": outcome.milliseconds}
    if outcome.obstacle:
        attempt["obstacle"] = outcome.obstacle.value
    is_test = delivery.number is None
    failures = 0 if outcome.is_success else delivery.failures + 1
    given_up = failures > (0 if is_test else len(PAUSES))
    values: dict[str, Any] = {"failures": failures, "attempts": _append_step(delivery, attempt)}
    if outcome.is_success:
        values["state"] = DeliveryState.DELIVERED
    elif given_up:
        values["state"] = DeliveryState.GIVEN_UP
    else:
        values["next_attempt_at"] = now + PAUSES[failures - 1] * random.uniform(1, 1.1)  # noqa: S311  no secret
    WebhookDelivery.objects.filter(pk=delivery.pk).update(**values)
    if given_up and not is_test:  # given up and not paused, the later ones would overtake it
        pause(delivery.webhook, PauseReason.GIVEN_UP)


def _append_step(delivery: WebhookDelivery, step: dict[str, Any]) -> list[dict[str, Any]]:
    return [*delivery.attempts, step][-_LOGGED:]


def send_again(delivery: WebhookDelivery) -> bool:
    """Let the worker send a message once more. Return False for one that waits already."""
    done_with = WebhookDelivery.objects.filter(pk=delivery.pk).exclude(state=DeliveryState.PENDING)
    return bool(done_with.send_anew(timezone.now()))


def skip(delivery: WebhookDelivery, user: Any) -> bool:
    """Skip a message that failed, so that those behind it are sent, and log who did so. Return False while a worker has it.

    The change itself stays in the feed, and the message may be sent again later.
    """
    now = timezone.now()
    skipped = {"at": now.isoformat(), "skipped_by": user.display_name}
    same = WebhookDelivery.objects.undelivered().without_worker(now).filter(pk=delivery.pk, failures=delivery.failures)
    in_vain = same.filter(failures__gt=0)
    return bool(in_vain.update(state=DeliveryState.SKIPPED, attempts=_append_step(delivery, skipped)))


def done_with_long_ago(now: dt.datetime) -> QuerySet:
    """Return the messages that housekeeping may delete. A webhook goes on with what it had given up, however late."""
    done_with = WebhookDelivery.objects.exclude(state=DeliveryState.PENDING)
    done_with = done_with.exclude(state=DeliveryState.GIVEN_UP, number__isnull=False)
    return done_with.filter(next_attempt_at__lt=now - LOG_KEPT)


def send_test(webhook: Webhook) -> WebhookDelivery:
    """Store and return a message without changes, tried once, to see whether it arrives and verifies."""
    return WebhookDelivery.objects.create(webhook=webhook, next_attempt_at=timezone.now())


def pause(webhook: Webhook, reason: PauseReason, detail: str = "") -> bool:
    """Send nothing more until `resume`; what waits goes on waiting. Return False where it was paused already."""
    working = Webhook.objects.filter(pk=webhook.pk, active=True)
    return bool(working.update(active=False, pause_reason=reason, pause_detail=detail))


def pause_by(webhook: Webhook, user: Any) -> bool:
    """Pause a webhook as a person, whose name is stored; as an administrator where it is another's.

    An administrator's pause replaces any other, but that of another administrator. Return False where nothing changed.
    """
    if webhook.may_be_changed_by(user):
        return pause(webhook, PauseReason.PERSON, user.display_name)
    free = Webhook.objects.filter(pk=webhook.pk).exclude(pause_reason=PauseReason.ADMINISTRATOR)
    held = {"pause_reason": PauseReason.ADMINISTRATOR, "pause_detail": user.display_name}
    return bool(free.update(active=False, **held))


def resume(webhook: Webhook, *, by: Any = None) -> int | None:
    """Send again, what was given up first. Return the number of the next revision, None where it was not paused.

    What an administrator has paused stays so, unless `by` is one.
    """
    with transaction.atomic():
        paused = Webhook.objects.filter(pk=webhook.pk, active=False)
        if by is not None and not is_administrator(by):
            paused = paused.exclude(pause_reason=PauseReason.ADMINISTRATOR)
        if not paused.update(active=True, pause_reason="", pause_detail=""):
            return None
        webhook.deliveries.undelivered().send_anew(timezone.now())
        waiting = webhook.deliveries.pending().of_changes().order_by("id")
        first = waiting.values_list("number", flat=True).first()
    return webhook.position + 1 if first is None else first


def headers_of(message: str, *, timestamp: int, body: bytes, secrets: Iterable[str]) -> dict[str, str]:
    """Return the three headers of Standard Webhooks; one signature for each secret, `v1,…`, with spaces between."""
    signed = f"{message}.{timestamp}.".encode() + body
    return {
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{_signature(secret, signed)}" for secret in secrets),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


@dataclass(frozen=True)
class Outcome:
    """Result of an attempt: a status and the beginning of the answer, or no status and what went wrong.

    `obstacle` is then why there is no status, and `said` its details.
    """

    status: int | None
    said: str
    milliseconds: int
    obstacle: Obstacle | None = None

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def send(url: str, body: bytes, *, headers: Mapping[str, str]) -> Outcome:
    """POST it to the very address that was checked; no redirect, no proxy. Raises nothing for what the other side does."""
    start = time.monotonic()
    deadline = start + SECONDS
    obstacle, status = None, None
    try:
        status, said = _post(url, body, headers, deadline)
    except (RefusedAddressError, OSError, http.client.HTTPException, ValueError) as error:
        obstacle, said = obstacle_of(error, late=time.monotonic() >= deadline)
    said = "".join(character for character in said if character.isprintable() or character.isspace())[
        :_SHOWN
    ]  # it is shown to people
    return Outcome(status, said, round((time.monotonic() - start) * 1000), obstacle)


def _post(url: str, body: bytes, headers: Mapping[str, str], deadline: float) -> tuple[int, str]:
    host, port, addresses = addresses_of(url, seconds=min(NAME_SECONDS, _seconds_left(deadline)))
    parts = urlsplit(url)
    connected = _connect(addresses, port, deadline)
    limit = TimeLimit(connected, seconds=_seconds_left(deadline))
    try:
        if parts.scheme == "https":
            connected = ssl.create_default_context().wrap_socket(connected, server_hostname=host)
        return _exchange(connected, url, body, headers, deadline)
    finally:
        limit.cancel()
        connected.close()


def _exchange(
    connected: socket.socket, url: str, body: bytes, headers: Mapping[str, str], deadline: float
) -> tuple[int, str]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    connection.sock = connected
    connection.auto_open = 0
    target = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=_OF_ADDRESSES)
    connection.request("POST", target, body, {**headers, "Host": _host_header(parts), "Connection": "close"})
    answer = connection.getresponse()
    _seconds_left(deadline)  # a head that was cut off in its middle has its end there, for the library
    said = b""
    with suppress(OSError, http.client.HTTPException):  # the status is the answer, whatever becomes of its words
        while len(said) < _SHOWN and (piece := answer.read1(_SHOWN - len(said))):
            said += piece
    # what is cut off in the middle of a character is not shown as a broken one
    return answer.status, getincrementaldecoder("utf-8")("replace").decode(said)


def _host_header(parts: SplitResult) -> str:
    """Return the host as its receiver expects it: a name in ASCII, an IPv6 address in brackets, an unusual port."""
    host = parts.hostname or ""
    name = f"[{host}]" if ":" in host else host.encode("idna").decode()
    usual = 443 if parts.scheme == "https" else 80
    return name if parts.port in (None, usual) else f"{name}:{parts.port}"


def _connect(addresses: list[str], port: int, deadline: float) -> socket.socket:
    failure: OSError | None = None
    for address in addresses:
        try:
            connected = socket.create_connection((address, port), timeout=_seconds_left(deadline) / 2)
            connected.settimeout(_seconds_left(deadline))
        except OSError as error:
            failure = error
        else:
            return connected
    raise failure or OSError("no address")


def _seconds_left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("timed out")
    return left
