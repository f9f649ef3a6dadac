"""Days of knowledge: when each fact of a load became known, and in which steps a record came to what it says.

A fact is known on the latest of the day of its source (the last one that a partial date can mean), the days of what it
refers to, and the day on which it was decided, approved or happened. Reference data are known before all. Where nothing
says a day it is that of the load.

What is loaded into an empty register becomes a revision for each day on which something became known: the records are
stored first, then their history in the order of the days, all in one transaction. Anywhere else a load is one revision,
known on the day on which it is made.
"""

from __future__ import annotations

import datetime as dt
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Min, Model, QuerySet
from django.utils import timezone
from django.utils.functional import cached_property

from projects.choices import Basis, Channel, ListStatus, ProblemState, TargetKind
from projects.history.revisions import NEVER, Draft, create_revision
from projects.models import (
    Claim,
    Enterprise,
    Entry,
    LightRule,
    Milestone,
    MonthlyReport,
    Plan,
    PlausibilityRule,
    Prefecture,
    Problem,
    Programme,
    Project,
    Rating,
    Revision,
    Round,
    Source,
    Target,
)
from projects.models.base import own_fields
from projects.models.bulk import insert_history
from projects.periods import MONTHS_OF_YEAR, Month, PartialDateProperty
from sectors.models import ChainLink, Direction, Sector

BEFORE_ALL, NOT_SAID = dt.date.min, dt.date.max
REFERENCE = (Direction, Sector, ChainLink, Prefecture, LightRule, PlausibilityRule, Programme, Round)
# what the others refer to comes first; of an enterprise is known what its first project says
_IN_ORDER = (*REFERENCE, Source, Target, Project, Enterprise, Entry, Claim, Plan, MonthlyReport)
_READ = 2000  # rows at once

Blanks = tuple[tuple[str, Any], ...]  # attributes that had another value then, and that value
Row = Mapping[str, Any]


@dataclass(frozen=True)
class KnownStep:
    """What a record said from one day until another: what is stored, but for `blanks`. The first one made it."""

    day: dt.date
    until: dt.date = NOT_SAID  # a day on which it said more; without one it holds
    blanks: Blanks = ()
    is_first: bool = True
    is_last: bool = True


KnownSteps = dict[KnownStep, array]  # keys of the records that took the same step


class KnownDays:
    """The days of everything that is stored. For a register that nothing was in before."""

    def __init__(self) -> None:
        self.today = timezone.localdate()
        self._days: dict[type[Model], dict[Any, dt.date]] = {}

    def steps(self, models: Iterator[type[Model]]) -> Iterator[tuple[type[Model], KnownSteps]]:
        """Each model with the steps of its records, those that others refer to first."""
        place: dict[type[Model], int] = {model: number for number, model in enumerate(_IN_ORDER)}
        for model in sorted(models, key=lambda each: (place.get(each, len(place)), each._meta.label)):
            yield model, self._steps_of(model)

    def _steps_of(self, model: type[Model]) -> KnownSteps:
        found: KnownSteps = defaultdict(lambda: array("q"))
        own, later = _OWN.get(model, _nothing_said), _LATER.get(model)
        referring = [field for field in own_fields(model) if field.many_to_one and field.related_model in self._days]
        days = self._days[model] = {}
        for row in _rows(model):
            day = self._day(model, row, referring, own)
            days[row["pk"]] = day
            blanks: dict[dt.date, Blanks] = defaultdict(tuple)
            for on, missing in later(self, row) if later else ():
                blanks[self._at_most_now(on)] += missing
            for step in _steps(self._settled(model, row, day), blanks):
                found[step].append(row["pk"])
        return found

    def _day(self, model: type[Model], row: Row, referring: list[Any], own: Callable[..., dt.date]) -> dt.date:
        if model in REFERENCE:
            return BEFORE_ALL
        known = [self._days[each.related_model].get(row[each.attname], BEFORE_ALL) for each in referring]
        day = max([own(self, row), *known])
        return NOT_SAID if day == BEFORE_ALL else self._at_most_now(day)

    def _at_most_now(self, day: dt.date) -> dt.date:
        """What is yet to come, though a file says it, is known with the load."""
        return day if day < self.today else NOT_SAID

    def _settled(self, model: type[Model], row: Row, day: dt.date) -> dt.date:
        """A source that reference data rest on is there as they are, whenever it was published."""
        return BEFORE_ALL if model is Source and row["pk"] in self._of_reference else day

    @cached_property
    def _of_reference(self) -> frozenset[int]:
        return frozenset(QuerySet(LightRule).exclude(source=None).values_list("source", flat=True))

    @cached_property
    def announced(self) -> Mapping[int, dt.date]:
        """The day of each programme's announcement: of the first source of a target that was announced."""
        days: dict[int, dt.date] = {}
        targets: QuerySet = QuerySet(Target).filter(kind=TargetKind.ANNOUNCED)
        for programme, source in targets.values_list("programme", "source"):
            days[programme] = min(days.get(programme, NOT_SAID), self._days[Source][source])
        return days

    @cached_property
    def listed(self) -> Mapping[int, dt.date]:
        """The day on which the first list with each project was announced."""
        days: dict[int, dt.date] = {}
        for project, programme in QuerySet(Entry).values_list("project", "programme").iterator(_READ):
            days[project] = min(days.get(project, NOT_SAID), self.announced.get(programme, NOT_SAID))
        return days

    @cached_property
    def employed(self) -> Mapping[int, dt.date]:
        """The day of the first project of each enterprise."""
        days: dict[int, dt.date] = {}
        named: QuerySet = QuerySet(Project).exclude(enterprise=None).values_list("enterprise", "pk")
        for enterprise, project in named.iterator(_READ):
            days[enterprise] = min(days.get(enterprise, NOT_SAID), self._days[Project][project])
        return days

    @cached_property
    def figures(self) -> Mapping[int, Mapping[str, dt.date]]:
        """The days of the figures of a project that rest on a source of their own, an adopted claim."""
        days: dict[int, dict[str, dt.date]] = defaultdict(dict)
        adopted: QuerySet = QuerySet(Claim).filter(adopted=True).values_list("project", "figure", "source")
        for project, figure, source in adopted.iterator(_READ):
            days[project][figure] = self._days[Source][source]
        return days

    @cached_property
    def due(self) -> Mapping[tuple[int, int], dt.date]:
        """The day on which the reports of each programme's month were due."""
        rounds = QuerySet(Round).values_list("programme", "month").annotate(day=Min("due"))
        return {(programme, month): day for programme, month, day in rounds}


def _rows(model: type[Model]) -> Iterator[Row]:
    """What is asked of a model's records, in the order of their keys."""
    names = {"pk": "pk"} | {field.attname: field.attname for field in own_fields(model) if field.many_to_one}
    rows: QuerySet = QuerySet(model).order_by("pk").values(*names, *_ASKED.get(model, ()))
    return iter(rows.iterator(chunk_size=_READ))


def _steps(first: dt.date, blanks: Mapping[dt.date, Blanks]) -> Iterator[KnownStep]:
    """The steps of one record: `blanks` says what was not known before each of the later days."""
    days = [first, *sorted(day for day in blanks if day > first)]
    for number, day in enumerate(days):
        later = days[number + 1 :]
        missing = tuple(pair for each in later for pair in blanks[each])
        yield KnownStep(day, later[0] if later else NOT_SAID, missing, is_first=number == 0, is_last=not later)


# the day that a record says of itself


def _nothing_said(known: KnownDays, row: Row) -> dt.date:
    return BEFORE_ALL


def _of_source(known: KnownDays, row: Row) -> dt.date:
    published = _Published(row).published_on
    return published.last if published else NOT_SAID


class _Published:
    published_on = PartialDateProperty("published")

    def __init__(self, row: Row) -> None:
        self.published, self.published_precision = row["published"], row["published_precision"]


def _of_project(known: KnownDays, row: Row) -> dt.date:
    """One that was made up is there when the list is announced on which it stands in for another."""
    return known.listed.get(row["pk"], NOT_SAID) if row["basis"] == Basis.ILLUSTRATIVE else BEFORE_ALL


def _of_entry(known: KnownDays, row: Row) -> dt.date:
    """Nothing is on a list that was not announced yet, nor before it joined."""
    unannounced = NOT_SAID if row["basis"] == Basis.ILLUSTRATIVE else BEFORE_ALL
    return max(known.announced.get(row["programme_id"], unannounced), row["joined"] or BEFORE_ALL)


def _of_report(known: KnownDays, row: Row) -> dt.date:
    """On the day of its approval: of one that was made up when its round is due, or without one as the next month ends."""
    approved = timezone.localdate(row["approved_at"]) if row["approved_at"] else BEFORE_ALL
    if row["basis"] == Basis.ILLUSTRATIVE:
        due = known.due.get((row["entry__programme"], row["month"]))
        return max(approved, due or _end_of_next(Month(row["entry__programme__year"], row["month"])))
    return approved if row["approved_at"] or row["source_id"] else NOT_SAID


def _end_of_next(month: Month) -> dt.date:
    is_last = month.number == MONTHS_OF_YEAR
    return Month(month.year + is_last, 1 if is_last else month.number + 1).last_day


_OWN: Mapping[type[Model], Callable[[KnownDays, Row], dt.date]] = {
    Source: _of_source,
    Project: _of_project,
    Enterprise: lambda known, row: known.employed.get(row["pk"], BEFORE_ALL),
    Entry: _of_entry,
    MonthlyReport: _of_report,
    Plan: lambda known, row: row["decided_on"],
    Problem: lambda known, row: row["raised_on"],
    Rating: lambda known, row: row["rated_on"],
}


# what a record says only from a later day on


def _figures_of_project(known: KnownDays, row: Row) -> Iterator[tuple[dt.date, Blanks]]:
    for figure, day in known.figures.get(row["pk"], {}).items():
        yield day, _BLANK[figure]


def _parts_of_entry(known: KnownDays, row: Row) -> Iterator[tuple[dt.date, Blanks]]:
    """That it continues a project is known with the start of that."""
    start = known.figures.get(row["project_id"], {}).get("start")
    if start and row["status"] != ListStatus.UNKNOWN:
        yield start, (("status", ListStatus.UNKNOWN),)
    if row["left"]:
        yield row["left"], (("left", None),)


def _end_of_problem(known: KnownDays, row: Row) -> Iterator[tuple[dt.date, Blanks]]:
    if row["solved_on"]:
        yield row["solved_on"], (("solved_on", None), ("state", ProblemState.OPEN), ("note", ""))


def _end_of_milestone(known: KnownDays, row: Row) -> Iterator[tuple[dt.date, Blanks]]:
    if row["actual"]:
        yield row["actual"], (("actual", None),)


_LATER: Mapping[type[Model], Callable[[KnownDays, Row], Iterator[tuple[dt.date, Blanks]]]] = {
    Project: _figures_of_project,
    Entry: _parts_of_entry,
    Problem: _end_of_problem,
    Milestone: _end_of_milestone,
}
_BLANK: Mapping[str, Blanks] = {
    figure: tuple(
        (field.attname, None if field.null else "")
        for field in Project._meta.concrete_fields
        if field.attname in (figure, f"{figure}_precision", f"{figure}_reported_by")
    )
    for figure in Project.attributed
}
_ASKED: Mapping[type[Model], tuple[str, ...]] = {
    Source: ("published", "published_precision"),
    Project: ("basis",),
    Entry: ("basis", "joined", "left", "status"),
    MonthlyReport: ("basis", "month", "approved_at", "entry__programme", "entry__programme__year"),
    Plan: ("decided_on",),
    Problem: ("raised_on", "solved_on"),
    Rating: ("rated_on",),
    Milestone: ("actual",),
}


FIRST = 1  # the number of a register's first revision


@contextmanager
def loading(reason: str) -> Iterator[Draft]:
    """As `create_revision()`, for a command that loads. At the end the draft is the last of its revisions."""
    with create_revision(door=Channel.COMMAND, reason=reason) as draft:
        if draft.number != FIRST or draft.touched:
            yield draft
            return
        draft.history_comes_later = True
        try:
            yield draft
        finally:
            draft.history_comes_later = False
        _write(draft)


def _write(draft: Draft) -> None:
    found = {model: steps for model, steps in KnownDays().steps(_recorded()) if steps}
    days = _days(found)
    number_on = {day: draft.number + place for place, day in enumerate(days)}
    number_on |= {BEFORE_ALL: draft.number, NOT_SAID: number_on.get(NOT_SAID, draft.number + len(days))}
    for day in days:
        if number_on[day] != draft.number:
            Revision.objects.seal(draft)
            draft.next()
        draft.known_on = None if day == NOT_SAID else day
        for model, steps in found.items():
            for step, keys in steps.items():
                if number_on[step.day] == draft.number:
                    insert_history(
                        model,
                        keys,
                        draft,
                        event="+" if step.is_first else "~",
                        until=NEVER if step.is_last else number_on[step.until],
                        instead=dict(step.blanks),
                    )


def _days(found: dict[type[Model], KnownSteps]) -> list[dt.date]:
    """The days of the revisions, in their order. What was known before all is in the first of them."""
    days = sorted({step.day for steps in found.values() for step in steps})
    return days[1:] if days[0:1] == [BEFORE_ALL] and len(days) > 1 else days


def _recorded() -> Iterator[type[Model]]:
    """Every model with a history."""
    for model in apps.get_models():
        if hasattr(getattr(model, "history", None), "model"):
            yield model
