"""A breakdown as a table: a line for each key with its figures, its progress and its bar, and the whole below."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from projects.choices import Measure
from projects.totals.dimensions import NONE
from projects.totals.scope import Scope
from projects.totals.totals import Answer, Row
from projects.views import formatting, links
from projects.views.figure_display import ALL, FigureDisplay, all_shown, progress_text
from projects.views.project_list import disbursed_label
from sectors.models import in_language

from ...charts.bars import Bullet, bullet

COLUMNS = (Measure.PROJECT_COUNT, Measure.TOTAL_INVESTMENT, Measure.PLANNED_DISBURSEMENT, Measure.DISBURSED)


@dataclass(frozen=True)
class BreakdownRow:
    """One key: where its name leads, its figures by name, its money done in per cent of plan."""

    name: str
    url: str
    figures: dict[str, FigureDisplay]
    progress: str
    bar: Bullet | None


@dataclass(frozen=True)
class Table:
    """`head` is what the lines are, `finding` states what they come to."""

    head: str
    caption: str
    finding: str
    disbursed: str
    elapsed: str
    lines: list[BreakdownRow]
    total: BreakdownRow


def table(
    scope: Scope, answer: Answer, whole: Row, *, head: str, name: str, page: Callable[[str], str], finding: str
) -> Table:
    """The table of one dimension. `page` leads to a key's own page; records without one lead to their list."""
    longest = max((amount or 0 for row in answer.rows for amount in _amounts(row)), default=0)
    unit = formatting.money_unit("table")
    return Table(
        head=head,
        caption=_("%(name)s, %(unit)s; percentages are of the plans of the projects' own list entries")
        % {"name": name, "unit": unit},
        finding=finding,
        disbursed=disbursed_label(scope),
        elapsed=formatting.percent(answer.year_elapsed, 0),
        lines=[_line(row, page, longest, answer.year_elapsed) for row in answer.rows],
        total=_line(whole, page, 0, None),
    )


def name_of(row: Row) -> str:
    return in_language(row.name_zh, row.name_en)


def _amounts(row: Row) -> tuple[int | None, int | None]:
    return row.figures[Measure.PLANNED_DISBURSEMENT].value, row.figures[Measure.DISBURSED].value


def _line(row: Row, page: Callable[[str], str], longest: int, elapsed: Fraction | None) -> BreakdownRow:
    figures = all_shown(row, COLUMNS)
    if row.key is None:
        return BreakdownRow(_("Total"), links.records(row.parameters), figures, progress_text(row), None)
    return BreakdownRow(
        name=name_of(row),
        url=links.records(row.parameters) if row.key == NONE else page(row.key),
        figures=figures,
        progress=progress_text(row),
        bar=_bullet(row, figures, longest, elapsed),
    )


def _bullet(row: Row, figures: dict[str, FigureDisplay], longest: int, elapsed: Fraction | None) -> Bullet | None:
    plan, done = _amounts(row)
    if plan is None and done is None:
        return None
    known = [
        _("disbursed %(amount)s") % {"amount": formatting.money(done, "headline")} if done is not None else "",
        _("planned %(amount)s") % {"amount": formatting.money(plan, "headline")} if plan is not None else "",
    ]
    values = {
        "name": name_of(row),
        "amounts": formatting.clauses([text for text in known if text]),
        "unit": formatting.money_unit("headline"),
    }
    return bullet(
        label=_("%(name)s: %(amounts)s %(unit)s") % values,
        url=links.opening(row, Measure.DISBURSED if done is not None else Measure.PLANNED_DISBURSEMENT),
        plan=plan,
        done=done,
        elapsed=elapsed,
        longest=longest,
        illustrative=figures[Measure.DISBURSED].rests == ALL,
    )
