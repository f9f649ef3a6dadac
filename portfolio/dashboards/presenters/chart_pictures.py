"""Charts of the overview as pictures: each drawn as the page draws it, with what a reader of the file alone must be told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from projects.choices import Measure
from projects.exports.columns import build_head
from projects.models import Prefecture
from projects.pages import formatting
from projects.pages.chips import chips
from projects.pages.figure_display import coverage_sentence, made_up
from projects.pages.frame import visible_part
from projects.pages.month_notice import in_brackets
from projects.totals.dimensions import MONTH
from projects.totals.scope import Scope
from projects.totals.totals import Row, breakdowns

from ...charts.bars import Bullet
from ...charts.pictures import Key, picture
from ...charts.prefecture_map import PROGRESS
from . import regions
from .breakdown import BreakdownTable
from .disbursement import disbursement
from .tables import prefecture_table, sector_table

_BAR = 40  # pixels that a bar and its name take
_MAP = 640  # how wide a map is in a picture


@dataclass(frozen=True)
class ChartPicture:
    """A picture, its title, and what it is of in words: months, units, coverage, how much is made up."""

    svg: str
    title: str
    about: str


@dataclass(frozen=True)
class _Bar:
    name: str
    text: str
    bullet: Bullet | None
    at: int

    @property
    def text_y(self) -> int:
        return self.at + 11

    @property
    def plan_y(self) -> int:
        return self.at + 17

    @property
    def done_y(self) -> int:
        return self.at + 21

    @property
    def time_y(self) -> int:
        return self.at + 15

    @property
    def time_end(self) -> int:
        return self.at + 35


def chart_picture(request: HttpRequest, scope: Scope, name: str, *, shown: str, source: str) -> ChartPicture | None:
    """The picture of a chart; None where there is nothing to draw. `shown` is the figure of the map."""
    drawn: Callable[..., ChartPicture | None] = {
        "disbursement": _disbursement,
        "sectors": _sectors,
        "prefectures": _prefectures,
    }[name]
    return drawn(request, scope, shown, source)


def _disbursement(request: HttpRequest, scope: Scope, _shown: str, source: str) -> ChartPicture | None:
    compared = scope.like_for_like()
    answers = breakdowns(compared, None, MONTH)
    found = disbursement(compared, answers[None], answers[MONTH])
    if found is None or found.chart is None:
        return None
    even = _("%(plan)s, pro rata")
    keys = [Key("ac", _("Disbursed since January"), is_line=True)]
    keys += [
        Key("pl-m" if each.plan.dashed else "pl-a", even % {"plan": each.plan.name}, True) for each in found.chart.plans
    ]
    about = _about(request, scope, answers[None].total_row, Measure.DISBURSED, unit=formatting.money_unit("table"))
    notes = [source]
    if found.hollow:
        notes.insert(0, _("Hollow points: sums with illustrative monthly reports."))
    height = found.chart.height
    svg = picture(
        "charts/_cumulative_drawing.html",
        {"chart": found.chart},
        title=found.finding,
        below=about,
        keys=keys,
        notes=notes,
        left=36,
        right=120,
        height=height,
    )
    return ChartPicture(svg, found.finding, about)


def _sectors(request: HttpRequest, scope: Scope, _shown: str, source: str) -> ChartPicture | None:
    answers = breakdowns(scope, None, "sector", "basis")
    table = sector_table(request, scope, answers["sector"], answers[None], place="")
    if not table.rows:
        return None
    title = table.finding or _("By sector")
    about = _about(request, scope, answers[None].total_row, Measure.DISBURSED, unit=formatting.money_unit("table"))
    height = _BAR * len(table.rows)
    drawn = {"bars": _bars(table), "height": height, "label": title}
    keys = [Key("m-plan", _("plan")), Key("m-done", _("disbursed")), Key("m-done-hatch", _("disbursed, illustrative"))]
    if table.elapsed:
        keys.append(Key("m-time", _("pro-rata plan %(percent)s") % {"percent": table.elapsed}, is_line=True))
    svg = picture("charts/bars.html", drawn, title=title, below=about, keys=keys, notes=[source], height=height)
    return ChartPicture(svg, title, about)


def _bars(table: BreakdownTable) -> list[_Bar]:
    return [
        _Bar(each.row.name, formatting.percent(each.row.progress), each.bar, number * _BAR)
        for number, each in enumerate(table.rows)
    ]


def _prefectures(request: HttpRequest, scope: Scope, shown: str, source: str) -> ChartPicture | None:
    answers = breakdowns(scope, None, "prefecture", "basis")
    prefectures = scope.visible_records(Prefecture)
    found = regions.region_map(request, scope, prefectures, answers["prefecture"], shown)
    if not found.map.areas:
        return None
    table = prefecture_table(request, scope, answers["prefecture"], answers[None], prefectures, shown, place="")
    title = table.finding or found.label
    figure = Measure.DISBURSED_OF_PLAN if shown == PROGRESS else Measure(shown)
    about = f"{build_head(found.label, found.unit)} · {_about(request, scope, answers[None].total_row, figure)}"
    number = found.map.approval_number
    approval = (
        _("Map approval number %(number)s") % {"number": number} if number else _("no map approval number (审图号)")
    )
    notes = [f"{found.map.note} · {approval}", source]
    keys = [*(Key(each.drawn, each.label) for each in found.map.legend), Key("q0", _("no project, or not known"))]
    height = round(_MAP * found.map.height / 400)
    svg = picture(
        "charts/_map_drawing.html",
        {"map": found.map},
        title=title,
        below=about,
        keys=keys,
        notes=notes,
        height=height,
        is_map=True,
    )
    return ChartPicture(svg, title, about)


def _about(request: HttpRequest, scope: Scope, whole: Row, figure: str, *, unit: str = "") -> str:
    """'January to June 2023, billion CNY, 30 of 42 have reports, illustrative', with what the list is narrowed to."""
    parts = [unit, coverage_sentence(whole.figures[figure]), made_up(whole, figure)]
    if scope.programme and scope.end_month:
        months = formatting.months_of_year(scope.first_month, scope.last_month, scope.programme.year)
        parts.insert(0, months + in_brackets(scope))
    parts += [chip.label for chip in chips(request, scope)]
    parts.append(visible_part(scope))
    return formatting.clauses(parts)
