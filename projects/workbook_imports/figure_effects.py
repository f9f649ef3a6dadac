"""Effect of an import on the headline figures of its programme: each as it is, and as it would be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlencode

from projects.choices import ReportState
from projects.imports.workbooks.checks import RowCheck, Verdict
from projects.models import Entry, MonthlyReport, Programme, Project
from projects.periods import MONTHS_OF_YEAR, Month
from projects.totals.figures import HEADLINE_FIGURES, Figure, Records
from projects.totals.scope import Scope
from projects.totals.totals import FigureValue, breakdowns
from projects.workflows.proposals.effects import NOTHING, Part, after_change, part_of
from projects.workflows.proposals.gated import as_stored, as_written


@dataclass(frozen=True)
class MovedFigure:
    """A headline figure before and after. `Import.effects` is a list of these, as JSON. Amounts are whole CNY.

    `figure` is the name of the figure (a `Measure`), `parameters` the query string that opens it to its present records.
    `later` is what it comes to once the province has accepted what is only proposed, and approved what is reported.
    """

    figure: str
    year: int
    before: int | None
    known_before: int
    of_before: int
    after: int | None
    known_after: int
    of_after: int
    later: int | None
    parameters: str = ""


def moved_figures(rows: Iterable[RowCheck], programme: Programme, user: Any) -> list[MovedFigure]:
    """Every headline figure, of what the user sees of the whole year: those that stay as they are too."""
    december = Month(programme.year, MONTHS_OF_YEAR)
    scope = Scope(user=user, programme=programme, first_month=1, last_month=december.number)
    whole = breakdowns(scope, None, compared=False)[None].total_row
    written = [_Written.of(row, user) for row in rows if row.verdict in (Verdict.NEW, Verdict.CHANGED)]
    return [
        _moved(headline, whole.figures[headline.name], written, december, urlencode(whole.parameters))
        for headline in HEADLINE_FIGURES
    ]


@dataclass(frozen=True)
class _Written:
    """The records of a row: a project with its place as they are, as they are written, and as they are once all is
    accepted, each None where there is none; or a report.
    """

    places: tuple[tuple[Project | None, Entry | None], ...]
    report: MonthlyReport | None

    @classmethod
    def of(cls, row: RowCheck, user: Any) -> Self:
        of_kind: dict[type, Any] = {type(each): each for each in row.records}
        project, entry = of_kind.get(Project), of_kind.get(Entry)
        stages = (as_stored, lambda record: as_written(record, user), lambda record: record)
        is_place = project is not None and entry is not None
        return cls(
            tuple((stage(project), stage(entry)) for stage in stages) if is_place else (), of_kind.get(MonthlyReport)
        )


def _moved(headline: Figure, now: FigureValue, rows: Iterable[_Written], month: Month, parameters: str) -> MovedFigure:
    then = later = now
    for row in rows:
        before, after, wanted = (
            _of_reports(headline, row.report)
            if headline.records == Records.REPORTS
            else _of_places(headline, row, month)
        )
        then, later = after_change(then, before, after), after_change(later, before, wanted)
    return MovedFigure(
        figure=headline.name,
        year=month.year,
        before=now.value,
        known_before=now.known,
        of_before=now.of,
        after=then.value,
        known_after=then.known,
        of_after=then.of,
        later=later.value,
        parameters=parameters,
    )


def _of_places(headline: Figure, row: _Written, month: Month) -> Iterable[Part]:
    """What a row's project adds to a figure: as it is, as it is written, as it is once all is accepted."""
    if not row.places:
        return NOTHING, NOTHING, NOTHING
    return [part_of(headline, project, entry, month) for project, entry in row.places]


def _of_reports(headline: Figure, report: MonthlyReport | None) -> Iterable[Part]:
    """The same of its report. A report counts when it is approved, and one that is new is a draft."""
    applies_to = headline.applies_to
    if report is None or (applies_to and not applies_to.holds_for(report.entry.project)):
        return NOTHING, NOTHING, NOTHING
    counts = report.state == ReportState.APPROVED
    said, stored = getattr(report, headline.column), (report._stored or {}).get(headline.column)
    before: Part = (stored or 0, 0, 0) if counts else NOTHING  # how many are known is not for one report to say
    wanted: Part = (said or 0, 0, 0)
    return before, wanted if counts else NOTHING, wanted
