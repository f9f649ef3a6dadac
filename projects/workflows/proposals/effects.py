"""Effects of accepting a proposal on the totals: each figure as it is and as it would be, as pages show it by default; and
of the list of the whole year, where the project is on one of these lists only.

The present figures are those of `totals/totals.py`. A headline figure is a sum over the projects of a list, so it moves by
exactly what this one project adds to it now and would add; tests hold that the totals after accepting are these.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from projects.choices import Measure
from projects.models import Entry, Project, Proposal
from projects.models.entry import was_on_list
from projects.models.proposal import ProposedChange
from projects.periods import MONTHS_OF_YEAR, Month
from projects.totals.figures import HEADLINE_FIGURES, Figure, Records
from projects.totals.programmes import programmes_of
from projects.totals.scope import Scope
from projects.totals.totals import FigureValue, Row, breakdowns
from sectors.models import Sector

from .subject import Subject

MOVED = {each.name: each for each in HEADLINE_FIGURES if each.records != Records.REPORTS}


@dataclass(frozen=True)
class ProposalEffect:
    """One figure of a programme, or of one sector of it; `now` opens to its records by `parameters`.

    `month` is that of the list, where it is not the one that pages show.
    """

    year: int
    month: Month | None
    sector: Sector | None
    now: FigureValue
    then: FigureValue
    parameters: tuple[tuple[str, str], ...]

    @property
    def place(self) -> str:
        sector = self.sector.name if self.sector else ""
        listed = _("list of %(month)s") % {"month": self.month} if self.month else ""
        return " · ".join(filter(None, (sector, listed)))


# of one figure: what is added to its value, how many records are known, how many there are
Part = tuple[int, int, int]
Parts = dict[str, Part]
NOTHING: Part = (0, 0, 0)
NONE: Parts = dict.fromkeys(MOVED, NOTHING)


def effects_of(proposal: Proposal, changes: list[ProposedChange], *, user: Any) -> list[ProposalEffect]:
    """Return the figures that would move, by year and then sector, of what the user sees. Six queries, and two or four a
    year.
    """
    present, future = Subject.from_proposal(proposal), Subject.from_proposal(proposal)
    future.put(changes)  # what does not fit is said where it is decided; here it moves nothing
    years = {*present.entries, *future.entries}
    effects: list[ProposalEffect] = []
    for programme in sorted(programmes_of(user), key=lambda programme: -programme.year):
        if programme.year not in years:
            continue
        shown, whole = (
            Scope(user=user, programme=programme, last_month=last)
            for last in (programme.months.default, MONTHS_OF_YEAR)
        )
        by_default, by_the_end = (
            tuple(_get_parts(subject, scope.span.list_month) for subject in (present, future))
            for scope in (shown, whole)
        )
        sectors = (present.project.sector, future.project.sector)
        effects += _get_effects(shown, None, *by_default, sectors=sectors)
        if by_the_end != by_default:
            effects += _get_effects(whole, whole.span.list_month, *by_the_end, sectors=sectors)
    return effects


def _get_effects(
    scope: Scope, month: Month | None, now: Parts, then: Parts, *, sectors: tuple[Sector, Sector]
) -> list[ProposalEffect]:
    """Return what moves on one list, to which the project adds `now` and would add `then`, in the sector of each."""
    old, new = sectors
    if now == then and old == new:
        return []
    year = scope.programme.year  # type: ignore[union-attr]  # it has one
    answers = breakdowns(scope, None, "sector", compared=False)
    changes: list[tuple[Sector | None, Row | None, Parts, Parts]] = [(None, answers[None].total_row, now, then)]
    if old != new:
        rows = {row.key: row for row in answers["sector"].rows}
        changes += [(old, rows.get(old.code), now, NONE), (new, rows.get(new.code), NONE, then)]
    effects = []
    for sector, row, before, after in changes:  # without a row the sector has no projects yet
        for name in MOVED:
            if before[name] != after[name]:
                value = row.figures[name] if row else FigureValue(name, None, 0, 0)
                later = after_change(value, before[name], after[name])
                parameters = tuple(row.parameters) if row else ()
                effects.append(ProposalEffect(year, month, sector, value, later, parameters))
    return effects


def after_change(value: FigureValue, now: Part, then: Part) -> FigureValue:
    """Return a figure to which something adds `then` in place of `now`."""
    amount, known, of = (after - before for after, before in zip(then, now, strict=True))
    total = (value.value or 0) + amount
    is_known = value.known + known > 0 or value.name == Measure.PROJECT_COUNT
    return replace(value, value=total if is_known else None, known=value.known + known, of=value.of + of)


def _get_parts(subject: Subject, month: Month | None) -> Parts:
    entry = subject.entries.get(month.year) if month else None
    return {name: part_of(headline, subject.project, entry, month) for name, headline in MOVED.items()}


def part_of(headline: Figure, project: Project | None, entry: Entry | None, month: Month | None) -> Part:
    """Return what a project adds to a figure that is not of reports: nothing but while it is on the list of the month."""
    if project is None or entry is None or month is None or not was_on_list(entry.joined, entry.left, month):
        return NOTHING
    counted, unknown, applies_to = headline.matches, headline.unknown, headline.applies_to
    if applies_to and not applies_to.holds_for(project):
        return NOTHING
    if headline.column:
        amount = getattr(entry if headline.records == Records.ENTRIES else project, headline.column)
        return amount or 0, int(amount is not None), 1
    return int(not counted or counted.holds_for(project)), int(not unknown or not unknown.holds_for(project)), 1
