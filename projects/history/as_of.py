"""Past states (as of): within `override_as_of(as_of)` every query reads the register as it was known then.

A state has two clocks: a day asks when things became known, a moment or a revision when they were recorded here.

The tables of the register are put in front of each query as views of their history, under their own names and with their
own columns, so whatever asks the present (totals, lists, filters, pages) asks the past in the same words. What a
project, its enterprise and its milestones were called is part of what was known; names of reference data are today's, so
that what is looked at can be recognised. Grants and accounts are not part of it, so permission is today's. Nothing can be
written there. A history row says from which revision to which it held, so a view is one comparison, which the planner of
either database folds into the query.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any, Self

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connections, models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.database import get_read_alias
from projects.database.installation import HELD

from .clocks import DATED, DAY, Clock, RevisionDates, end_of_month_before, newest_known, parse_moment

PARAMETER, SINCE = "as_of", "since"
NAMES = frozenset({"name_zh", "name_en", "publisher_zh", "publisher_en"})  # shown as they are today
_NAMED_AS_THEN = {"projects.Project", "projects.Enterprise", "projects.Milestone"}  # but for theirs
_REFERENCE = {"sectors.Sector", "sectors.ChainLink", "sectors.Direction", "projects.Prefecture", "projects.Programme"}
TABLE = re.compile(r'"(\w+)"')  # a name in a statement
_REVISION = re.compile(r"r([0-9]{1,18})")
_READING = re.compile(r"\s*(?:(WITH)\b|\(*\s*SELECT\b)", re.IGNORECASE)
_WRITING = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b", re.IGNORECASE)


class WriteIntoPastError(RuntimeError):
    """Something tried to change the register while looking back."""


@dataclass(frozen=True)
class AsOf:
    """A state that was known: after which revision (0: before the first), at which moment, and how it was asked for."""

    text: str
    revision: int
    moment: dt.datetime
    names: frozenset[str] = NAMES  # columns that are shown as they are today
    known_on: dt.date | None = None  # the day on which the newest that was known then became known
    recorded_at: dt.datetime | None = None  # and when that was recorded

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a day (its end, where the site is), a moment in ISO 8601, or a revision such as r57.

        A day asks when things became known, a moment and a revision when they were recorded. Raises `ValidationError`
        for anything else, and for what has not happened yet.
        """
        revisions = apps.get_model("projects.Revision").objects
        text = text.strip()
        if match := _REVISION.fullmatch(text):
            found = RevisionDates.from_row(revisions.filter(number=int(match[1])).values_list(*DATED).first())
            if found.recorded_at is None:
                raise ValidationError(no_such_revision(int(match[1]), newest=revisions.newest_number()))
            return cls._from_revision(found, text, found.recorded_at)
        moment = parse_moment(text)
        if DAY.fullmatch(text):
            return cls._from_revision(newest_known(moment.date()), text, moment)
        newest = revisions.filter(created_at__lte=moment).order_by("-number").values_list(*DATED).first()
        return cls._from_revision(RevisionDates.from_row(newest), text, moment)

    @classmethod
    def _from_revision(cls, revision: RevisionDates, text: str, moment: dt.datetime) -> Self:
        return cls(text, revision.number, moment, known_on=revision.known_on, recorded_at=revision.recorded_at)

    def at_revision(self, number: int) -> Self:
        """Return the day as it was known at an earlier revision: one that is not over may have got more since."""
        if number == self.revision:
            return self
        revisions = apps.get_model("projects.Revision").objects
        found = RevisionDates.from_row(revisions.filter(number=number).values_list(*DATED).first())
        return replace(self, revision=found.number, known_on=found.known_on, recorded_at=found.recorded_at)

    def with_names_of_then(self) -> Self:
        """Return the state with the names known then: nothing of it changes any more, not even an order by name."""
        return replace(self, names=frozenset())

    @property
    def day(self) -> dt.date:
        """Return the day that counts as today then."""
        return self.moment.date()

    @property
    def is_day(self) -> bool:
        """Return whether a day was asked for: its end is meant."""
        return bool(DAY.fullmatch(self.text))

    @property
    def known_before(self) -> bool:
        """Return whether the newest in it was known on a day before the one on which it was recorded."""
        return self.known_on is not None and self.recorded_at is not None and self.known_on < self.recorded_at.date()

    @property
    def clock(self) -> Clock:
        return Clock.KNOWN if self.is_day else Clock.RECORDED

    @property
    def is_before_all(self) -> bool:
        """Return whether nothing had been recorded yet."""
        return self.revision == 0


def no_such_revision(number: int, *, newest: int) -> str:
    """Return the sentence about a revision that is not there."""
    if not newest:
        return _("There is no revision %(number)s: nothing has been recorded yet.") % {"number": number}
    return _("There is no revision %(number)s. The newest is %(newest)s.") % {"number": number, "newest": newest}


_looking: ContextVar[AsOf | None] = ContextVar("as_of", default=None)


def get_as_of() -> AsOf | None:
    """Return the past state that is looked at; None in the present."""
    return _looking.get()


def is_before_all() -> bool:
    """Return whether a moment is looked at before which nothing had been recorded."""
    as_of = get_as_of()
    return as_of is not None and as_of.is_before_all


def today() -> dt.date:
    """Return the day of the state that is looked at, by the calendar of the site."""
    as_of = get_as_of()
    return as_of.day if as_of else timezone.localdate()


def refuse_writing() -> None:
    """Raise `WriteIntoPastError` while looking back."""
    if get_as_of() is not None:
        raise WriteIntoPastError("the past cannot be written")


def first_day() -> dt.date | None:
    """Return the day on which something was known first; None while nothing is."""
    with override_as_of(None):
        revisions = apps.get_model("projects.Revision").objects
        return RevisionDates.from_row(revisions.order_by("number").values_list(*DATED).first()).known_on


def as_of_from_request(request: HttpRequest) -> AsOf | None:
    """Return the past state that a request is about. Raises `ValidationError` for a wrong one, and for writing into it."""
    text = request.GET.get(PARAMETER)
    if not text:
        return None
    if request.method not in ("GET", "HEAD"):
        raise ValidationError({PARAMETER: _("The past cannot be changed. Leave this parameter out to work today.")})
    return _parse_parameter(PARAMETER, text)


def compared_with(request: HttpRequest, *, until: dt.date) -> AsOf:
    """Return the state that `since` names, or that of the end of the month before (`until`: today for what is compared).

    Raises `ValidationError` for a wrong one. It may be later than the one that is looked at, which does not know it.
    """
    text = request.GET.get(SINCE) or end_of_month_before(until).isoformat()
    with override_as_of(None):
        return _parse_parameter(SINCE, text)


def _parse_parameter(parameter: str, text: str) -> AsOf:
    try:
        return AsOf.parse(text)
    except ValidationError as error:
        raise ValidationError({parameter: error}) from error


@contextmanager
def override_as_of(as_of: AsOf | None) -> Iterator[None]:
    """Read the register as it was known. None, and the newest state, are the present."""
    connection = connections[get_read_alias()]
    token = _looking.set(as_of)
    try:
        if as_of is None or _rewrite_statement in connection.execute_wrappers:
            yield
        else:
            with connection.execute_wrapper(_rewrite_statement):
                yield
    finally:
        _looking.reset(token)


def _rewrite_statement(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Send a statement with the views of the past that it names in front of it: a wrapper of `execute`."""
    as_of = get_as_of()
    if as_of is not None:
        sql = _with_past_tables(sql, context["connection"].vendor, as_of)
    return execute(sql, params, many, context)


@lru_cache(100)
def _with_past_tables(sql: str, vendor: str, as_of: AsOf) -> str:
    """Return a statement as it has to be sent to read a past state."""
    views = _build_past_tables(vendor, as_of.names)
    named = dict.fromkeys(name for name in TABLE.findall(sql) if name in views)
    if named and _WRITING.match(sql):
        raise WriteIntoPastError(f"{', '.join(named)} cannot be written as of {as_of.text}")
    if named and (reading := _READING.match(sql)):
        # the number is an integer of our own, so it needs no placeholder
        heads = ", ".join(views[name].format(revision=int(as_of.revision)) for name in named)
        sql = f"WITH {heads}, {sql[reading.end() :]}" if reading[1] else f"WITH {heads} {sql}"
    return sql


@cache
def _build_past_tables(vendor: str, names: frozenset[str]) -> dict[str, str]:
    """Return for each table the head of a common table expression that takes its name, for some `revision`."""
    # a view that has the name of a table sees the table itself: SQLite has to be told so, PostgreSQL takes it that way
    schema = "main." if vendor == "sqlite" else ""
    views = {}
    for model in apps.get_models():
        history = _get_history_model(model)
        if history is not None:
            views[model._meta.db_table] = _build_record_view(model, history, schema, vendor, names)
            views[history._meta.db_table] = _build_row_view(history, "revision_id", schema)
    events = dict.fromkeys(("ReportEvent", "ProposalEvent", "Overruling"), "revision_id")
    for label, column in {**events, "Revision": "number"}.items():
        model = apps.get_model("projects", label)
        views[model._meta.db_table] = _build_row_view(model, column, schema)
    return views


def _get_history_model(model: type[models.Model]) -> type[models.Model] | None:
    """Return the history of a model whose past is looked at; None for those that are always of today."""
    if model._meta.label in ("projects.Grant",):
        return None
    history = getattr(model, "history", None)
    return history.model if history is not None and hasattr(history, "model") else None


def _build_record_view(
    model: type[models.Model], history: type[models.Model], schema: str, vendor: str, names: frozenset[str]
) -> str:
    table, key = model._meta.db_table, model._meta.pk.column
    columns = []
    for field in model._meta.concrete_fields:
        column = f'h."{field.column}"'
        if field.name in names and model._meta.label not in _NAMED_AS_THEN:
            now = f'SELECT n."{field.column}" FROM {schema}"{table}" n WHERE n."{key}" = h."{key}"'  # nosec B608 # our own names
            column = f'COALESCE(({now}), {column}) AS "{field.column}"'
        columns.append(column)
    # the few rows of reference data are looked up for each row of the register, so they are laid out once
    materialized = "MATERIALIZED" if model._meta.label in _REFERENCE else "NOT MATERIALIZED"
    return (
        f'"{table}" AS {materialized} (SELECT {", ".join(columns)} FROM {schema}"{history._meta.db_table}" h'  # nosec B608 # our own names
        f" WHERE {HELD[vendor]} AND h.\"history_type\" <> '-')"
    )


def _build_row_view(model: type[models.Model], column: str, schema: str) -> str:
    columns = ", ".join(f'h."{field.column}"' for field in model._meta.concrete_fields)
    table = model._meta.db_table
    return (
        f'"{table}" AS NOT MATERIALIZED (SELECT {columns} FROM {schema}"{table}" h WHERE h."{column}" <= {{revision}})'  # nosec B608 # our own names
    )
