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
from sectors.models import Sector, in_language

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
        sector = in_language(self.sector.name_zh, self.sector.name_en) if self.sector else ""
        listed = _("list of %(month)s") % {"month": self.month} if self.month else ""
        return " · ".join(filter(None, (sector, listed)))


# of one figure: what is added to its value, how many records are known, how many there are
Part = tuple[int, int, int]
Parts = dict[str, Part]
NOTHING: Part = (0, 0, 0)
NONE: Parts = dict.fromkeys(MOVED, NOTHING)


@dataclass(frozen=True)
class Proposed:
    """The project as it is, and as it would be."""

    present: Subject
    future: Subject

    def added(self, scope: Scope) -> Added:
        now, then = (_parts(subject, scope.span.list_month) for subject in (self.present, self.future))
        return Added(now, then)

    def changes_sector_in(self, year: int) -> bool:
        listed = year in self.present.entries or year in self.future.entries
        return listed and self.present.project.sector != self.future.project.sector


@dataclass(frozen=True)
class Added:
    """What the project adds to each figure of a list, as it is and as it would be."""

    now: Parts
    then: Parts


def effects_of(proposal: Proposal, changes: list[ProposedChange], *, user: Any) -> list[ProposalEffect]:
    """The figures that would move, by year and then sector, of what the user sees. Queries: six, and two or four a year."""
    present, future = Subject.of(proposal), Subject.of(proposal)
    future.put(changes)  # what does not fit is said where it is decided; here it moves nothing
    years = sorted({*present.entries, *future.entries}, reverse=True)
    programmes = {each.year: each for each in programmes_of(user) if each.year in years}
    proposed = Proposed(present, future)
    return [effect for year in years if year in programmes for effect in _of_year(programmes[year], proposed, user)]


def _of_year(programme: Any, proposed: Proposed, user: Any) -> list[ProposalEffect]:
    shown, whole = (
        Scope(user=user, programme=programme, last_month=last) for last in (programme.months.default, MONTHS_OF_YEAR)
    )
    by_default, by_the_end = (proposed.added(scope) for scope in (shown, whole))
    effects = _of_list(shown, None, by_default, proposed)
    if by_the_end != by_default:
        effects += _of_list(whole, whole.span.list_month, by_the_end, proposed)
    return effects


def _of_list(scope: Scope, month: Month | None, added: Added, proposed: Proposed) -> list[ProposalEffect]:
    year = scope.programme.year  # type: ignore[union-attr]  # it has one
    moves = proposed.changes_sector_in(year)
    if added.now == added.then and not moves:
        return []
    answers = breakdowns(scope, None, "sector", compared=False)
    found = _moved((year, month), None, answers[None].total_row, added)
    if moves:
        old, new = proposed.present.project.sector, proposed.future.project.sector
        rows = {row.key: row for row in answers["sector"].rows}
        found += _moved((year, month), old, rows.get(old.code), Added(added.now, NONE))
        found += _moved((year, month), new, rows.get(new.code), Added(NONE, added.then))
    return found


def _moved(
    listed: tuple[int, Month | None], sector: Sector | None, row: Row | None, added: Added
) -> list[ProposalEffect]:
    """An effect for each figure of a row to which the project adds something else; None is a row of no projects yet."""
    found = []
    for name in MOVED:
        now, then = added.now[name], added.then[name]
        if now != then:
            value = row.figures[name] if row else FigureValue(name, None, 0, 0)
            parameters = tuple(row.parameters) if row else ()
            found.append(ProposalEffect(*listed, sector, value, after_change(value, now, then), parameters))
    return found


def after_change(value: FigureValue, now: Part, then: Part) -> FigureValue:
    """A figure to which something adds `then` in place of `now`."""
    amount, known, of = (after - before for after, before in zip(then, now, strict=True))
    total = (value.value or 0) + amount
    is_known = value.known + known > 0 or value.name == Measure.PROJECT_COUNT
    return replace(value, value=total if is_known else None, known=value.known + known, of=value.of + of)


def _parts(subject: Subject, month: Month | None) -> Parts:
    entry = subject.entries.get(month.year) if month else None
    return {name: part_of(headline, subject.project, entry, month) for name, headline in MOVED.items()}


def part_of(headline: Figure, project: Project | None, entry: Entry | None, month: Month | None) -> Part:
    """What a project adds to a figure that is not of reports: nothing but while it is on the list of the month."""
    if project is None or entry is None or month is None or not was_on_list(entry.joined, entry.left, month):
        return NOTHING
    counted, unknown, applies_to = headline.matches, headline.unknown, headline.applies_to
    if applies_to and not applies_to.holds_for(project):
        return NOTHING
    if headline.column:
        return _amount(getattr(entry if headline.records == Records.ENTRIES else project, headline.column))
    return int(not counted or counted.holds_for(project)), int(not unknown or not unknown.holds_for(project)), 1


def _amount(value: int | None) -> Part:
    return (value or 0, int(value is not None), 1)
