"""Figures below the list of tasks: one's own projects with a table of them, or the whole list with the round that runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from projects.choices import Measure, ReportPart, ReportState
from projects.models import MonthlyReport, Prefecture, Round
from projects.monitoring.report_counts import ReportCounts, count_reports_by_prefecture
from projects.monitoring.standings import load_records, sort_standings
from projects.pages import formatting, links
from projects.pages.figure_display import FigureDisplay, shown
from projects.pages.report_sheet.sheet_filter import PART
from projects.periods import Month
from projects.totals.pace import own_progress
from projects.totals.scope import Scope
from projects.totals.standings import Standing
from projects.totals.totals import Answer, breakdowns

_FIGURES = (
    Measure.PROJECT_COUNT.value,
    Measure.TOTAL_INVESTMENT.value,
    Measure.PLANNED_DISBURSEMENT.value,
    Measure.DISBURSED.value,
    Measure.DISBURSED_OF_PLAN.value,
)
MOST_PROJECTS = 50
_MOST_PLACES = 6


@dataclass(frozen=True)
class Gap:
    """How far the money is from the pro-rata plan, in points and in money, of the records that have both."""

    points: str
    amount: str
    plan: str
    url: str


@dataclass(frozen=True)
class OwnProject:
    """One project with its state in the round that runs."""

    standing: Standing
    state: str
    state_label: str


@dataclass(frozen=True)
class RoundPlace:
    """A prefecture in the round that runs: how many reports are asked, and in which state they are."""

    name: str
    url: str
    counts: ReportCounts

    @property
    def numbers(self) -> list[tuple[int, str]]:
        """Each number of the row with the address of exactly the reports that it counts."""
        parts = (
            (ReportPart.APPROVED, self.counts.approved),
            (ReportPart.SUBMITTED, self.counts.waiting),
            (ReportPart.RETURNED, self.counts.returned),
            (ReportPart.OUTSTANDING, self.counts.missing),
        )
        return [(self.counts.asked, self.url), *((number, of_part(self.url, part)) for part, number in parts)]


def of_part(sheet: str, part: ReportPart) -> str:
    """The sheet at an address, with the reports of a part alone."""
    return f"{sheet}{'&' if '?' in sheet else '?'}{urlencode([(PART, part.value)])}"


def own_scope(scope: Scope) -> Scope:
    """The question about the projects that its reader writes."""
    access, scope = scope.access, replace(scope, filters=())
    if access.writes_all or not access.can_write:
        return scope
    adcodes = Prefecture.objects.filter(pk__in=access.writes_in).order_by("adcode").values_list("adcode", flat=True)
    return scope.with_filters(prefecture=list(adcodes))


def own_cards(own: Scope) -> dict[str, Any]:
    """The cards of the own part: what is done, of which plan, how far from it, of how much."""
    answer = breakdowns(own, None, compared=False, illustrative=True, figures=_FIGURES)[None]
    whole = answer.total_row
    displays: list[FigureDisplay] = [shown(whole, name, form="headline") for name in _FIGURES]
    return {
        "figures": dict(zip(_FIGURES, displays, strict=True)),
        "gap": _gap(own, answer),
        "has_projects": bool(whole.figures[Measure.PROJECT_COUNT].value),
    }


def _gap(own: Scope, answer: Answer) -> Gap | None:
    found = [] if own.is_single_month else own_progress(answer)
    if not found:
        return None
    return Gap(
        points=formatting.points(found[0].gap_share),
        amount=formatting.signed_money(found[0].gap),
        plan=formatting.money(found[0].planned, "table"),
        url=links.explaining(answer.total_row, Measure.DISBURSED_OF_PLAN),
    )


def own_projects(own: Scope, month: Month | None, user: Any, *, most: int = MOST_PROJECTS) -> list[OwnProject]:
    """The first of one's projects, the furthest behind first, each with its report of a month. Bounded as a page is."""
    standings = load_records(sort_standings(own.facts.standings)[:most])
    states: dict[int, str] = {}
    if month is not None:
        reports = MonthlyReport.objects.visible_to(user).filter(
            entry__in=[each.entry.pk for each in standings], month=month.number, entry__programme__year=month.year
        )
        states = dict(reports.order_by().values_list("entry", "state"))
    return [_own_project(each, states.get(each.entry.pk, "")) for each in standings]


def _own_project(standing: Standing, state: str) -> OwnProject:
    if state:
        return OwnProject(standing, state, str(ReportState(state).label))
    if standing.entry.is_asked:
        return OwnProject(standing, "draft", _("not begun"))
    return OwnProject(standing, "", _("none asked"))


def round_places(found: Round, user: Any) -> tuple[list[RoundPlace], RoundPlace]:
    """The prefectures of which reports of a round are asked, and all of them together."""
    counts = count_reports_by_prefecture(found, user=user)
    places = {each.pk: each for each in Prefecture.objects.filter(pk__in=[key for key in counts if key])}
    rows, every = [], ReportCounts(*map(sum, zip(*counts.values(), strict=True)))
    for key, each in counts.items():
        place = places.get(key)
        url = links.page("round", str(found.period), query=[("prefecture", place.adcode if place else "none")])
        rows.append(RoundPlace(place.name if place else _("not known"), url, each))
    rows.sort(key=lambda row: (-(row.counts.missing), row.name))
    return rows, RoundPlace(_("Total"), links.page("round", str(found.period)), every)


def outstanding_by_place(beside: Mapping[str, Any]) -> dict[Month, str]:
    """Of the round that runs where its reports are outstanding, in words: it is counted already for the table below."""
    month, rows = beside.get("running_month"), [each for each in beside.get("places", ()) if each.counts.missing > 0]
    if month is None or not rows:
        return {}
    texts = [f"{each.name} {formatting.count(each.counts.missing)}" for each in rows[:_MOST_PLACES]]
    if len(rows) > _MOST_PLACES:
        texts.append(_("and %(count)s more prefectures") % {"count": len(rows) - _MOST_PLACES})
    return {month: formatting.listing(texts)}


def with_month(scope: Scope) -> str:
    """The months that the figures are of, and whether they are all in: '2023 January to June'."""
    if scope.programme is None or not scope.last_month:
        return ""
    return formatting.months_of_year(scope.first_month, scope.last_month, scope.programme.year)
