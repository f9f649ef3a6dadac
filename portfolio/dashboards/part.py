"""Content of the page of one sector or prefecture: a part of the list beside the whole."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.choices import Measure, Transferred
from projects.pages import formatting, links
from projects.pages.downloads import files_of
from projects.pages.figure_display import (
    FigureDisplay,
    begin_with_mark,
    coverage_of,
    coverage_sentence,
    not_compared_sentence,
    transferred_share,
    withheld_sentence,
)
from projects.pages.frame import shell
from projects.pages.months_coverage import coverage_words
from projects.pages.project_list import get_project_table
from projects.totals.pace import difference
from projects.totals.scope import Scope
from projects.totals.totals import Answer, Row, breakdowns, ratio, totals, with_current_figures

from ..charts.bars import pieces
from . import findings
from .cards import build_part_card, get_notes
from .months import month_columns

FIGURES = (
    Measure.PROJECT_COUNT,
    Measure.TOTAL_INVESTMENT,
    Measure.PLANNED_DISBURSEMENT,
    Measure.DISBURSED,
    Measure.EXPECTED_REVENUE,
    Measure.TRANSFERRED_COUNT,
)
MOST_PROJECTS = 50
_DRAWN = {Transferred.YES: "m-done", Transferred.NO: "m-plan", Transferred.UNKNOWN: "m-none"}


class Part:
    """One sector or prefecture of a list: its `record`, its `scope`, its `answers` and its `table` of projects.

    Raises `Http404` for one that is unknown or that the reader does not see. `within` is what it is broken down by.
    """

    def __init__(self, request: HttpRequest, by: str, key: str, *, within: str) -> None:
        self._request, self._by = request, by
        self._around = Scope.from_request(request)
        field = self._around.form.fields[by]
        records = {
            getattr(record, field.to_field_name): record
            for record in self._around.visible_records(field.queryset.model)
        }
        if key not in records:
            raise Http404
        self.record = records[key]
        self.scope = self._around.with_filters(**{by: key})
        self._records = records
        self.answers: dict[Any, Any] = with_current_figures(
            self.scope, breakdowns(self.scope, None, within, "basis", "month", compared=False)
        )
        self._row = self.answers[None].total_row
        self._whole = breakdowns(self._around, None, by, compared=False)
        self._ordered = self.scope if self.scope.ordering else self.scope.with_filters(ordering="-total_investment")
        values = {"name": self.record.name, "unit": formatting.money_unit("table")}
        self.table = get_project_table(
            request,
            self._ordered,
            self._row,
            caption=_("%(name)s, %(unit)s") % values,
            size=MOST_PROJECTS,
            place="projects",
            alone=False,
        )

    def build_context(self) -> dict[str, Any]:
        """Return what the templates of both pages show."""
        request, scope, part, whole = self._request, self.scope, self._row, self._whole[None].total_row
        year = scope.year
        name, by_month = self.record.name, self.answers["month"]
        beside = get_whole(scope, part, whole, by=self._by)
        notes = {key: note for key, note in get_notes(scope).items() if key == Measure.EXPECTED_REVENUE}
        transfers = [_build_transfer_bar(name, scope, part)]
        if beside.name:
            transfers.append(_build_transfer_bar(beside.name, self._around, whole))
        count = part.figures[Measure.PROJECT_COUNT].value or 0
        return shell(request, self._around, basis=self.answers["basis"], whole=whole) | {
            "name": name,
            "siblings": [
                links.PageLink(record.name, links.in_programme(self._by, key, year=year), record is self.record)
                for key, record in self._records.items()
            ],
            "beside": beside,
            "lede": _lede(scope, part, whole, beside, alone=len(self._whole[self._by].rows) < 2),
            "cards": [build_part_card(part, whole if beside.name else None, figure, notes) for figure in FIGURES],
            "rates": build_rates(scope, part, whole),
            "transfers_finding": _transfers_finding(part),
            "transfers": transfers,
            "coverage": coverage_words(scope, Measure.DISBURSED),
            "month_rows": by_month.rows,
            "months": month_columns(
                by_month.rows,
                plan=_comparable_plan(part),
                year=year or 0,
                label=_("Disbursed in each month: %(name)s") % {"name": name},
            ),
            "months_finding": findings.busiest_month(by_month),
            "count": count,
            "table": self.table,
            "files": [
                *self.table.files,
                *files_of(request, "projects", [*scope.parameters(), *self._ordered.ordering]),
            ],
            "list_url": links.records([*part.parameters, *scope.ordering]),
            "more": count > MOST_PROJECTS,
            "largest": not scope.ordering,
            "most": MOST_PROJECTS,
        }


class Whole(NamedTuple):
    """What a part is compared with, by its name in a sentence; empty where the part is all that the reader sees."""

    name: str
    head: str
    note: str


def get_whole(scope: Scope, part: Row, whole: Row, *, by: str) -> Whole:
    """Return the whole of a part `by` a dimension: what conditions or permission narrow is never called the whole list."""
    is_narrowed = any(name not in (by, "ordering") for name, _value in scope.filters)
    if scope.access.reads_all and not is_narrowed:
        note = _("Targets are announced for the whole list only, so parts are compared with its sums")
        return Whole(_("the whole list"), _("Whole list"), note)
    if part.figures[Measure.PROJECT_COUNT].value == whole.figures[Measure.PROJECT_COUNT].value:
        return Whole("", "", _("Targets are announced for the whole list only, so none stands beside these sums"))
    if is_narrowed:
        name, head = _("what is selected"), _("What is selected")
        note = _(
            "Targets are announced for the whole list only, so parts are compared with the sums of what is selected"
        )
    else:
        name, head = _("what you may see"), _("What you may see")
        note = _(
            "Targets are announced for the whole list only, so parts are compared with the sums of what you may see"
        )
    return Whole(name, head, note)


def build_rates(scope: Scope, part: Row, whole: Row) -> list[dict[str, Any]]:
    """Return the rates of a part and of the whole that can be compared, each with the figure whose coverage is named.

    `is_divided`: the addresses show what is divided, not the rate.
    """

    def build_rate(
        label: str,
        figure: str,
        get_rate: Callable[[Row], Fraction | None],
        *,
        write: Callable[[Fraction | None], str] = formatting.share,
        get_address: Callable[[Row], str] | None = None,
    ) -> dict[str, Any]:
        values = [get_rate(part), get_rate(whole)]
        get_address = get_address or partial(links.figure_address, figure=figure)
        cells = [
            {"text": write(value), "url": get_address(row), "figure": FigureDisplay(row, figure)}
            for row, value in zip((part, whole), values, strict=True)
        ]
        is_divided = figure != Measure.DISBURSED_OF_PLAN
        apart = formatting.points(difference(*values))
        return {"label": label, "cells": cells, "difference": apart, "is_divided": is_divided}

    rates = [build_rate(_("Disbursed, % of plan"), Measure.DISBURSED_OF_PLAN, attrgetter("progress"))]
    if not scope.is_single_month:
        gap = build_rate(
            _("Gap to the pro-rata plan, percentage points"),
            Measure.DISBURSED_OF_PLAN,
            attrgetter("gap_share"),
            write=formatting.points,
            get_address=lambda row: f"{links.figure_address(row, Measure.DISBURSED)}#plans",
        )
        rates.append(gap)
    return [
        *rates,
        build_rate(_("Transferred, % of those known"), Measure.TRANSFERRED_COUNT, transferred_share),
        build_rate(_("Total investment known, % of projects"), Measure.TOTAL_INVESTMENT, _get_known_share),
    ]


def _get_known_share(row: Row) -> Fraction | None:
    figure = row.figures[Measure.TOTAL_INVESTMENT]
    return ratio(figure.known, figure.of)


def _build_transfer_bar(name: str, scope: Scope, row: Row) -> dict[str, Any]:
    """Return a bar of how many projects are transferred, are not or do not say, with its counts in words."""
    # of no other figure: the database keeps no sums of it
    by_transferred: Answer = totals(scope, "transferred", figures=(Measure.PROJECT_COUNT.value,))
    bar, counts = [], []
    for group in by_transferred.rows:
        transferred, number = Transferred(group.key), group.figures[Measure.PROJECT_COUNT].value or 0
        url = links.counted_address(group, Measure.PROJECT_COUNT)
        counts.append(links.CountLink(str(transferred.label), url, number))
        label = f"{name} · {transferred.label}: {formatting.count(number)}"
        bar.append((number, _DRAWN[transferred], label, url))
    return {"name": name, "bar": pieces(bar, row.figures[Measure.PROJECT_COUNT].value), "counts": counts}


def _transfers_finding(part: Row) -> str:
    """Return how many of the projects that say so came from another province."""
    figure = part.figures[Measure.TRANSFERRED_COUNT]
    if not figure.known:
        return _("No project says whether it came from another province")
    values = {"count": formatting.count(figure.value or 0), "known": formatting.count(figure.known)}
    sentence = _("%(count)s of the %(known)s projects that say it came from another province") % values
    return begin_with_mark(sentence, part.illustrative_share(figure.name))


def _comparable_plan(part: Row) -> int | None:
    """Return the plan beside the months, in CNY; None where it would be of other projects than the months are."""
    both = part.figures[Measure.DISBURSED_OF_PLAN]
    like = both.known == part.figures[Measure.DISBURSED].known and not both.withheld
    return both.below if like else None


def _lede(scope: Scope, part: Row, whole: Row, beside: Whole, *, alone: bool) -> str:
    """Return how many projects, how much of the whole and how far. `alone`: the part has no siblings."""
    count = part.figures[Measure.PROJECT_COUNT].value or 0
    if not count:
        return (
            _("No project of this list.") if scope.access.reads_all else _("No project of this list that you may see.")
        )
    projects = ngettext("%(count)s project", "%(count)s projects", count) % {"count": formatting.count(count)}
    investment = part.figures[Measure.TOTAL_INVESTMENT]
    if investment.value is None:
        sentence = _("%(projects)s; no total investment is known.") % {"projects": projects}
    else:
        values = {
            "projects": projects,
            "amount": formatting.money_with_unit(investment.value),
            "share": formatting.percent(investment.share_of(whole.figures[Measure.TOTAL_INVESTMENT])),
            "whole": beside.name,
            "coverage": coverage_of(whole.figures[Measure.TOTAL_INVESTMENT]),
        }
        text = _("%(projects)s with a known total investment of %(amount)s.")
        if beside.name:
            text = _(
                "%(projects)s with a known total investment of %(amount)s, %(share)s of what is known of %(whole)s"
                " (%(coverage)s)."
            )
        sentence = begin_with_mark(text % values, part.illustrative_share(Measure.TOTAL_INVESTMENT))
    progress = _progress_sentence(scope, part, whole, beside, alone=alone)
    return formatting.sentences(
        [
            sentence,
            begin_with_mark(progress, part.illustrative_share(Measure.DISBURSED_OF_PLAN)),
            "" if scope.is_single_month else not_compared_sentence(part.figures[Measure.DISBURSED_OF_PLAN]),
        ]
    )


def _progress_sentence(scope: Scope, part: Row, whole: Row, beside: Whole, *, alone: bool) -> str:
    both = part.figures[Measure.DISBURSED_OF_PLAN]
    if part.progress is None or scope.is_single_month:
        reported = part.figures[Measure.DISBURSED].known and not scope.is_single_month
        return withheld_sentence(both) if reported else ""
    values = {"percent": formatting.percent(part.progress), "both": coverage_sentence(both)}
    apart = difference(part.progress, whole.progress)
    if apart is None or alone or not beside.name:
        return _("%(percent)s of the annual plan is disbursed; %(both)s.") % values
    values["compared"] = formatting.compared_points(
        apart,
        behind=_("%(points)s percentage points below %(whole)s"),
        level=_("equal to %(whole)s"),
        ahead=_("%(points)s percentage points above %(whole)s"),
        whole=beside.name,
    )
    return _("%(percent)s of the annual plan is disbursed, %(compared)s; %(both)s.") % values
