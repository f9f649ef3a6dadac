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
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
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
from sectors.models import ChainLink, Direction, Sector

BEFORE_ALL, NOT_SAID = dt.date.min, dt.date.max
REFERENCE = (Direction, Sector, ChainLink, Prefecture, LightRule, PlausibilityRule, Programme, Round)
# what the others refer to comes first; of an enterprise is known what its first project says
_IN_ORDER = (*REFERENCE, Source, Target, Project, Enterprise, Entry, Claim, Plan, MonthlyReport)
_READ = 1000  # rows at once

Blanks = tuple[tuple[str, Any], ...]  # attributes that had another value then, and that value


@dataclass(frozen=True)
class KnownStep:
    """What a record said from one day until another: what is stored, but for `blanks`. The first one made it."""

    day: dt.date
    until: dt.date | None  # a day on which it said more; without one it holds
    blanks: Blanks
    is_first: bool


KnownSteps = dict[KnownStep, list[int]]  # keys of the records that took the same step


class KnownDays:
    """The days of everything that is stored. For a register that nothing was in before."""

    def __init__(self) -> None:
        self.today = timezone.localdate()
        self._days: dict[type[Model], dict[Any, dt.date]] = {}

    def get_steps(self, models: Iterable[type[Model]]) -> dict[type[Model], KnownSteps]:
        """Return the steps of the records of each model, those that others refer to first."""
        place: dict[type[Model], int] = {model: number for number, model in enumerate(_IN_ORDER)}
        in_order = sorted(models, key=lambda model: (place.get(model, len(place)), model._meta.label))
        return {model: steps for model in in_order if (steps := self._find_steps(model))}

    def _find_steps(self, model: type[Model]) -> KnownSteps:
        found: KnownSteps = defaultdict(list)
        referring = [field for field in own_fields(model) if field.many_to_one and field.related_model in self._days]
        days = self._days[model] = {}
        records: QuerySet = QuerySet(model).order_by("pk").select_related(*_RELATED.get(model, ()))
        for record in records.iterator(chunk_size=_READ):
            day = days[record.pk] = self._get_day(record, referring)
            if model is Source and record.pk in self._reference_sources:
                day = BEFORE_ALL  # it is there as what rests on it is, whenever it was published
            blanks: dict[dt.date, Blanks] = defaultdict(tuple)
            for later, missing in _LATER[model](self, record) if model in _LATER else ():
                blanks[self._until_today(later)] += missing
            for step in _iter_steps(day, blanks):
                found[step].append(record.pk)
        return found

    def _get_day(self, record: Any, referring: Iterable[Any]) -> dt.date:
        model = type(record)
        if model in REFERENCE:
            return BEFORE_ALL
        known = [self._days[field.related_model].get(getattr(record, field.attname), BEFORE_ALL) for field in referring]
        day = max([_OWN[model](self, record) if model in _OWN else BEFORE_ALL, *known])
        return NOT_SAID if day == BEFORE_ALL else self._until_today(day)

    def _until_today(self, day: dt.date) -> dt.date:
        """Return the day; what is yet to come, though a file says it, is known with the load."""
        return day if day < self.today else NOT_SAID

    @cached_property
    def _reference_sources(self) -> frozenset[int]:
        return frozenset(QuerySet(LightRule).exclude(source=None).values_list("source", flat=True))

    @cached_property
    def announcement_days(self) -> Mapping[int, dt.date]:
        """The day of each programme's announcement: of the first source of a target that was announced."""
        days: dict[int, dt.date] = {}
        targets: QuerySet = QuerySet(Target).filter(kind=TargetKind.ANNOUNCED)
        for programme, source in targets.values_list("programme", "source"):
            days[programme] = min(days.get(programme, NOT_SAID), self._days[Source][source])
        return days

    @cached_property
    def listing_days(self) -> Mapping[int, dt.date]:
        """The day on which the first list with each project was announced."""
        days: dict[int, dt.date] = {}
        for project, programme in QuerySet(Entry).values_list("project", "programme").iterator(_READ):
            days[project] = min(days.get(project, NOT_SAID), self.announcement_days.get(programme, NOT_SAID))
        return days

    @cached_property
    def enterprise_days(self) -> Mapping[int, dt.date]:
        """The day of the first project of each enterprise."""
        days: dict[int, dt.date] = {}
        named: QuerySet = QuerySet(Project).exclude(enterprise=None).values_list("enterprise", "pk")
        for enterprise, project in named.iterator(_READ):
            days[enterprise] = min(days.get(enterprise, NOT_SAID), self._days[Project][project])
        return days

    @cached_property
    def figure_days(self) -> Mapping[int, Mapping[str, dt.date]]:
        """The days of the figures of a project that rest on a source of their own, an adopted claim."""
        days: dict[int, dict[str, dt.date]] = defaultdict(dict)
        adopted: QuerySet = QuerySet(Claim).filter(adopted=True).values_list("project", "figure", "source")
        for project, figure, source in adopted.iterator(_READ):
            days[project][figure] = self._days[Source][source]
        return days

    @cached_property
    def due_days(self) -> Mapping[tuple[int, int], dt.date]:
        """The day on which the reports of each programme's month were due."""
        rounds = QuerySet(Round).values_list("programme", "month").annotate(day=Min("due"))
        return {(programme, month): day for programme, month, day in rounds}


def _iter_steps(first: dt.date, blanks: Mapping[dt.date, Blanks]) -> Iterator[KnownStep]:
    """Yield the steps of one record: `blanks` says what was not known before each of the later days."""
    days = [first, *sorted(day for day in blanks if day > first)]
    for number, day in enumerate(days):
        later = days[number + 1 :]
        missing = tuple(pair for each in later for pair in blanks[each])
        yield KnownStep(day, later[0] if later else None, missing, is_first=number == 0)


# the day that a record says of itself


def _source_day(known: KnownDays, source: Source) -> dt.date:
    return source.published_on.last if source.published_on else NOT_SAID


def _project_day(known: KnownDays, project: Project) -> dt.date:
    """One that was made up is there when the list is announced on which it stands in for another."""
    return known.listing_days.get(project.pk, NOT_SAID) if project.basis == Basis.ILLUSTRATIVE else BEFORE_ALL


def _entry_day(known: KnownDays, entry: Entry) -> dt.date:
    """Nothing is on a list that was not announced yet, nor before it joined."""
    unannounced = NOT_SAID if entry.basis == Basis.ILLUSTRATIVE else BEFORE_ALL
    return max(known.announcement_days.get(entry.programme_id, unannounced), entry.joined or BEFORE_ALL)


def _report_day(known: KnownDays, report: MonthlyReport) -> dt.date:
    """On the day of its approval: of one that was made up when its round is due, or without one as the next month ends."""
    approved = timezone.localdate(report.approved_at) if report.approved_at else BEFORE_ALL
    if report.basis == Basis.ILLUSTRATIVE:
        due = known.due_days.get((report.entry.programme_id, report.month))
        return max(approved, due or report.period.following.last_day)
    return approved if report.approved_at or report.source_id else NOT_SAID


_OWN: Mapping[type[Model], Callable[[KnownDays, Any], dt.date]] = {
    Source: _source_day,
    Project: _project_day,
    Enterprise: lambda known, enterprise: known.enterprise_days.get(enterprise.pk, BEFORE_ALL),
    Entry: _entry_day,
    MonthlyReport: _report_day,
    Plan: lambda _known, record: record.decided_on,
    Problem: lambda _known, record: record.raised_on,
    Rating: lambda _known, record: record.rated_on,
}


# what a record says only from a later day on


def _figures_of_project(known: KnownDays, project: Project) -> Iterator[tuple[dt.date, Blanks]]:
    for figure, day in known.figure_days.get(project.pk, {}).items():
        yield day, _BLANK[figure]


def _parts_of_entry(known: KnownDays, entry: Entry) -> Iterator[tuple[dt.date, Blanks]]:
    """That it continues a project is known with the start of that."""
    start = known.figure_days.get(entry.project_id, {}).get("start")
    if start and entry.status != ListStatus.UNKNOWN:
        yield start, (("status", ListStatus.UNKNOWN),)
    if entry.left:
        yield entry.left, (("left", None),)


def _end_of_problem(known: KnownDays, problem: Problem) -> Iterator[tuple[dt.date, Blanks]]:
    if problem.solved_on:
        yield problem.solved_on, (("solved_on", None), ("state", ProblemState.OPEN), ("note", ""))


def _end_of_milestone(known: KnownDays, milestone: Milestone) -> Iterator[tuple[dt.date, Blanks]]:
    if milestone.actual:
        yield milestone.actual, (("actual", None),)


_LATER: Mapping[type[Model], Callable[[KnownDays, Any], Iterator[tuple[dt.date, Blanks]]]] = {
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
_RELATED: Mapping[type[Model], tuple[str, ...]] = {MonthlyReport: ("entry__programme",)}


FIRST = 1  # the number of a register's first revision


@contextmanager
def record_load(reason: str) -> Iterator[Draft]:
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
    """Write the history of everything that is stored, by the days on which it became known."""
    models = (model for model in apps.get_models() if hasattr(getattr(model, "history", None), "model"))
    found = KnownDays().get_steps(models)
    days = sorted({step.day for steps in found.values() for step in steps})
    if days[0:1] == [BEFORE_ALL] and len(days) > 1:
        days = days[1:]  # what was known before all is in the first revision
    number_on = {day: draft.number + place for place, day in enumerate(days)} | {None: NEVER}
    number_on |= {BEFORE_ALL: draft.number, NOT_SAID: number_on.get(NOT_SAID, draft.number + len(days))}
    for day in days:
        if number_on[day] != draft.number:
            Revision.objects.seal(draft)
            draft.next()
        draft.known_on = None if day == NOT_SAID else day
        for model, steps in found.items():
            for step, keys in steps.items():
                if number_on[step.day] == draft.number:
                    event, until = "+" if step.is_first else "~", number_on[step.until]
                    insert_history(model, keys, draft, event=event, until=until, instead=dict(step.blanks))


def insert_history(
    model: type[Model], keys: list[int], draft: Draft, *, event: str, until: int, instead: Mapping[str, Any]
) -> None:
    """Insert rows of history of stored records: what the database holds of them, with the values of `instead` by attribute.

    They hold from the revision under way until that of the number `until`.
    """
    history = model.history.model  # type: ignore[attr-defined]
    values: dict[str, Any] = {
        "history_date": draft.created_at,
        "history_type": event,
        "history_user_id": draft.actor.user.pk if draft.actor.user else None,
        "revision_id": draft.number,
        "superseded_by": until,
        **instead,
    }
    columns = [field.attname for field in model._meta.concrete_fields]
    for start in range(0, len(keys), _READ):
        records: QuerySet = QuerySet(model).filter(pk__in=keys[start : start + _READ]).order_by("pk").values(*columns)
        history._base_manager.bulk_create([history(**{**record, **values}) for record in records])
    draft.touched.add(history)
