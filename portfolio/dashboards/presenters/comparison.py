"""A part beside the whole list: rates, and how many points they are apart."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from django.utils.translation import gettext as _

from projects.choices import Measure, Transferred
from projects.pages import formatting, links
from projects.pages.figure_display import FigureDisplay, shown, transferred_share
from projects.totals.pace import difference
from projects.totals.scope import Scope
from projects.totals.totals import Answer, Row, ratio

from ...charts.bars import Piece, pieces

_DRAWN = {Transferred.YES: "m-done", Transferred.NO: "m-plan", Transferred.UNKNOWN: "m-none"}


@dataclass(frozen=True)
class Rate:
    """One rate in per cent, of the part and of the whole, each with what it leads to and of how many records it is.

    `is_divided`: where it leads stands what is divided, not the rate.
    """

    label: str
    part: str
    part_url: str
    whole: str
    whole_url: str
    difference: str
    part_of: FigureDisplay
    whole_of: FigureDisplay
    shares: tuple[Fraction | None, Fraction | None]  # of 1, as they are
    is_divided: bool = False


def rates(scope: Scope, part: Row, whole: Row, elapsed: Fraction | None) -> list[Rate]:
    """Rates of a part and of the whole that can be compared."""
    plan = Measure.DISBURSED_OF_PLAN
    found = [_rate(_("Disbursed, % of plan"), part, whole, part.progress, whole.progress, plan)]
    if not scope.is_single_month:
        found.append(_gap(part, whole, elapsed))
    of_both = (transferred_share(part), transferred_share(whole))
    found.append(_rate(_("Transferred, % of those known"), part, whole, *of_both, Measure.TRANSFERRED_COUNT))
    known = [
        ratio(row.figures[Measure.TOTAL_INVESTMENT].known, row.figures[Measure.TOTAL_INVESTMENT].of)
        for row in (part, whole)
    ]
    found.append(_rate(_("Total investment known, % of projects"), part, whole, *known, Measure.TOTAL_INVESTMENT))
    return found


def _rate(label: str, part: Row, whole: Row, one: Fraction | None, other: Fraction | None, figure: str) -> Rate:
    return Rate(
        label=label,
        part=formatting.share(one),
        part_url=links.explaining(part, figure),
        whole=formatting.share(other),
        whole_url=links.explaining(whole, figure),
        difference=formatting.points(difference(one, other)),
        part_of=shown(part, figure),
        whole_of=shown(whole, figure),
        shares=(one, other),
        is_divided=figure != Measure.DISBURSED_OF_PLAN,
    )


def _gap(part: Row, whole: Row, elapsed: Fraction | None) -> Rate:
    one, other = difference(part.progress, elapsed), difference(whole.progress, elapsed)
    label = _("Gap to the pro-rata plan, percentage points")
    return replace(
        _rate(label, part, whole, one, other, Measure.DISBURSED_OF_PLAN),
        part=formatting.points(one),
        part_url=_plans(part),
        whole=formatting.points(other),
        whole_url=_plans(whole),
    )


def _plans(row: Row) -> str:
    """Where the gap of a row is told, against each plan."""
    return f"{links.explaining(row, Measure.DISBURSED)}#plans"


def transfers_finding(part: Row) -> str:
    """How many of the projects that say it came from another province."""
    figure = part.figures[Measure.TRANSFERRED_COUNT]
    if not figure.known:
        return _("No project says whether it came from another province")
    values = {"count": formatting.count(figure.value or 0), "known": formatting.count(figure.known)}
    return _("%(count)s of the %(known)s projects that say it came from another province") % values


def transfer_bar(name: str, by_transferred: Answer, row: Row) -> tuple[str, list[Piece], list[links.CountLink]]:
    """The name, one bar of how many projects are transferred, are not, or do not say, and its counts in words."""
    counts = [
        links.CountLink(
            str(Transferred(each.key).label),
            links.opening(each, Measure.PROJECT_COUNT),
            each.figures[Measure.PROJECT_COUNT].value or 0,
        )
        for each in by_transferred.rows
    ]
    parts = [
        (
            count.value,
            _DRAWN[Transferred(each.key)],
            f"{name} · {count.text}: {formatting.count(count.value)}",
            count.url,
        )
        for each, count in zip(by_transferred.rows, counts, strict=True)
    ]
    return name, pieces(parts, row.figures[Measure.PROJECT_COUNT].value), counts
