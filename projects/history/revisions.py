"""Revisions: every writing transaction makes one `Revision`, and every history row carries its number.

Only what is loaded into an empty register makes several: one for each day on which something of it became known.

A number is given under a lock that is held to the commit, so the order of numbers is the order of commits: on
PostgreSQL an advisory lock of the transaction, on SQLite the write lock of `BEGIN IMMEDIATE`. Because the lock comes
first, what a writer validates cannot change before it commits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.dispatch import Signal
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from structlog.contextvars import get_contextvars

from projects.choices import Channel

from . import as_of

NEVER = 2**63 - 1  # after every revision: of a history row that has not been superseded
MOST_AT_ONCE = 50  # records that one request changes one by one: others wait for the lock for less than a second
BY_HAND = frozenset({Channel.PAGE, Channel.ADMIN, Channel.API})
sealed = Signal()  # what follows from all that a revision wrote is stored with it; given the draft
_TICK = dt.timedelta(microseconds=1)
_LOCK = 4_202_306  # any constant: the one advisory lock of the register's writers


@dataclass(frozen=True)
class Actor:
    """Who is at the door: taken from the request by `ActorMiddleware`, or named by a command."""

    door: str = Channel.CODE
    user: Any = None
    request_id: str = ""


@dataclass
class Draft:
    """The revision under way: its number and moment are fixed, its row is written when the work is done."""

    number: int
    created_at: dt.datetime
    actor: Actor
    reason: str = ""
    undoes: int | None = None  # the revision that this one undoes
    known_on: dt.date | None = None  # the day on which its facts became known; None: where nothing was said, its own
    history_comes_later: bool = False  # of a load: its records are stored first, and then what became known when
    touched: set[type[models.Model]] = field(default_factory=set)
    memory: dict[str, Any] = field(default_factory=dict)  # what is read or found once for all that it writes

    def next(self) -> None:
        """Go on as the revision after this one, which has been stored."""
        self.number, self.created_at = self.number + 1, self.created_at + _TICK
        self.touched, self.known_on = set(), None


_actor: ContextVar[Actor | None] = ContextVar("actor", default=None)
_draft: ContextVar[Draft | None] = ContextVar("draft", default=None)
_as_recorded: ContextVar[bool] = ContextVar("as_recorded", default=False)


class WriteOutsideRevisionError(RuntimeError):
    """A record with history was written without `with create_revision():` around it."""


@contextmanager
def create_revision(*, door: str = "", user: Any = None, reason: str = "") -> Iterator[Draft]:
    """Open a transaction and store what is saved in it as one `Revision`; a nested one joins the outer one.

    Nothing is stored when the block writes no record; everything is undone when it raises. `door` and `user` are only
    for callers outside a request, such as commands.
    """
    as_of.refuse_writing()
    under_way = _draft.get()
    if under_way is not None:
        under_way.reason = under_way.reason or reason
        yield under_way
        return
    with transaction.atomic():
        draft = _begin(_present_actor(door=door, user=user), reason)
        token = _draft.set(draft)
        try:
            yield draft
        finally:
            _draft.reset(token)
        if draft.touched and apps.get_model("projects.Revision").objects.seal(draft):
            sealed.send(Draft, draft=draft)


@contextmanager
def all_or_nothing(draft: Draft) -> Iterator[None]:
    """Undo what this block writes when it raises, also where the revision around it goes on without it."""
    touched = set(draft.touched)
    try:
        with transaction.atomic():
            yield
    except BaseException:
        draft.touched = touched
        raise


def too_many_records(count: int, most: int = MOST_AT_ONCE) -> str:
    """Return why so many records are not changed at once."""
    words = _("%(count)s records are selected, and at most %(most)s are changed at once. Select fewer.")
    return words % {"count": count, "most": most}


def by_hand() -> bool:
    """Return whether what is written now is typed by a person or sent by a system, and not loaded or put back."""
    return present_actor().door in BY_HAND and not _as_recorded.get()


def history_comes_later() -> bool:
    """Return whether the history of what is written now is written at the end of the load."""
    under_way = _draft.get()
    return under_way is not None and under_way.history_comes_later


def present_actor() -> Actor:
    """Return for whom the revision under way is written; without one, who made the request."""
    under_way = _draft.get()
    return under_way.actor if under_way else _actor.get() or Actor()


@contextmanager
def as_recorded() -> Iterator[None]:
    """Write what stands in the history already: nobody is asked again where it comes from."""
    token = _as_recorded.set(True)
    try:
        yield
    finally:
        _as_recorded.reset(token)


def puts_back() -> bool:
    """Return whether what is written now stands in the history already."""
    return _as_recorded.get()


def present_user() -> Any:
    """Return the signed-in user for whom the present write is made; None where the server itself or nobody writes."""
    user = present_actor().user
    return user if user is not None and user.is_authenticated else None


def under_way() -> Draft | None:
    """Return the revision under way."""
    return _draft.get()


def stated_reason() -> str:
    """Return the reason of the revision under way."""
    under_way = _draft.get()
    return under_way.reason.strip() if under_way else ""


def explain(reason: str) -> None:
    """Give the revision under way its reason, where it was typed into a form that is read inside `create_revision()`."""
    under_way = _draft.get()
    if under_way is not None and not under_way.reason:
        under_way.reason = reason.strip()


def tie_to_revision(sender: type, history_instance: Any, **_kwargs: Any) -> None:
    """Give each history row the number, moment and user of the revision under way: a signal receiver."""
    draft = _draft.get()
    if draft is None:
        raise WriteOutsideRevisionError(f"{sender.__name__} was written outside `with create_revision():`")
    history_instance.revision_id = draft.number
    history_instance.history_date = draft.created_at
    history_instance.history_user = draft.actor.user
    model = history_instance.instance_type
    supersede(model, [getattr(history_instance, model._meta.pk.attname)], draft.number)
    draft.touched.add(type(history_instance))


def supersede(model: Any, keys: Sequence[Any], number: int) -> None:
    """Set on the newest rows of these records until now which revision ended them."""
    before = model.history.model._base_manager.filter(**{f"{model._meta.pk.attname}__in": keys}, superseded_by=NEVER)
    before.update(superseded_by=number)


def with_updated_at(rows: models.QuerySet) -> models.QuerySet:
    """Return the rows with `updated_at`: when the version of each that is looked at was recorded."""
    state = as_of.get_as_of()
    key = {rows.model._meta.pk.attname: models.OuterRef("pk")}
    held = rows.model.history.model._base_manager.filter(
        **key, superseded_by__gt=state.revision if state else NEVER - 1
    )
    return rows.annotate(updated_at=models.Subquery(held.order_by().values("history_date")[:1]))


class ActorMiddleware:
    """Remembers who asks, by which door and with which request id, for whatever the request writes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _actor.set(Actor(door=_door_of(request.path), user=request.user))
        try:
            return self.get_response(request)
        finally:
            _actor.reset(token)


@contextmanager
def acting_as(user: Any) -> Iterator[None]:
    """Run this block for a user whom no request has named: a job that looks at what somebody has sent sees what they may."""
    token = _actor.set(Actor(door=present_actor().door, user=user))
    try:
        yield
    finally:
        _actor.reset(token)


def identify(user: Any) -> None:
    """Name the user of the request under way; the API does so once a token is checked."""
    _actor.set(Actor(door=(_actor.get() or Actor()).door, user=user))


def _door_of(path: str) -> str:
    if path.startswith("/api/"):
        return Channel.API
    return Channel.ADMIN if path.startswith("/admin/") else Channel.PAGE


def _present_actor(*, door: str, user: Any) -> Actor:
    actor = _actor.get() or Actor()
    user = user or actor.user
    if user is not None and not user.is_authenticated:
        user = None
    # request.user is lazy; a foreign key wants the row itself
    user = getattr(user, "_wrapped", user)
    return Actor(door=door or actor.door, user=user, request_id=get_contextvars().get("request_id", ""))


def _begin(actor: Actor, reason: str) -> Draft:
    revisions = apps.get_model("projects.Revision").objects
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    newest = revisions.order_by("-number").values_list("number", "created_at").first()
    number, previous = newest or (0, None)
    now = timezone.now()
    if previous is not None and now <= previous:  # a clock that was set back must not reorder history
        now = previous + _TICK
    return Draft(number=number + 1, created_at=now, actor=actor, reason=reason)
