"""Columns of the attention list: their heads, and what its files have of each; and all its lines, a few at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects.choices import Basis, Light
from projects.exports.columns import LineColumn
from projects.exports.files import CHUNK, FIRST_CHUNK
from projects.models import Entry, Project
from projects.monitoring.standings import load_records
from projects.totals.scope import Scope
from projects.totals.standings import Standing

from .. import formatting
from ..project_list import disbursed_label
from ..sort_heads import SortColumn
from ..table_columns import amount, coded, of_project, of_record, share, text


def iter_with_records(standings: Sequence[Standing]) -> Iterator[Sequence[Standing]]:
    """Yield standings with their records, a few at a time."""
    first, last = 0, FIRST_CHUNK
    while some := standings[first:last]:
        yield load_records(some)
        first, last = last, last + CHUNK


def attention_others(scope: Scope) -> list[LineColumn]:
    """What the project and its entry say beside; who reported a figure is not for the public."""
    public = scope.access.public
    reported = [f"{name}_reported_by" for name in (*Project.attributed, *Entry.attributed) if public]
    shown = ("code", "prefecture", "basis", *reported)
    on_list = ("project", "programme", "planned_disbursement", *reported)
    return [
        *of_record(Project, attrgetter("project"), without=shown),
        *of_record(Entry, attrgetter("entry"), without=on_list, called=_("On the list: %(label)s")),
    ]


def with_references(chunks: Iterable[Sequence[Standing]]) -> Iterator[Sequence[Standing]]:
    """With what projects and entries refer to, read for many at once."""
    for chunk in chunks:
        projects, entries = [each.project for each in chunk], [each.entry for each in chunk]
        prefetch_related_objects(projects, "enterprise", "sector", "chain_link", "source")
        prefetch_related_objects(entries, "source")
        yield chunk


def attention_columns(scope: Scope) -> list[SortColumn]:
    """In the order of the page."""

    def number(name: str, column: LineColumn, *more: LineColumn) -> SortColumn:
        return SortColumn(name, column.label, numeric=True, in_files=(column, *more))

    def earlier(standing: Standing) -> str:
        other = standing.month and standing.month != scope.end_month
        return str(standing.month) if other else ""

    return [
        SortColumn("code", _("Project"), kind="name", in_files=_of_project()),
        SortColumn(
            "light",
            _("Light"),
            in_files=(
                *coded(_("Light"), lambda each: each.light, kind=Light),
                text(_("Light of an earlier month"), earlier),
            ),
        ),
        number(
            "plan",
            amount(_("Annual plan"), lambda each: each.plan and each.plan.amount),
            text(_("Measured against"), lambda each: each.plan and each.plan.kind.label),
        ),
        number("disbursed", amount(disbursed_label(scope), lambda each: each.disbursed)),
        number("share", share(_("% of plan"), lambda each: each.share)),
        number("due", amount(_("Pro-rata plan"), lambda each: each.due)),
        number("ahead", amount(_("Gap"), lambda each: each.gap)),
        number("gap", share(_("Gap, percentage points"), lambda each: each.gap_share)),
        SortColumn("", _("Reason and measure"), in_files=_of_reasons(scope)),
    ]


def _of_project() -> tuple[LineColumn, ...]:
    return (
        *of_project(attrgetter("project")),
        text(pgettext("report", "Stage"), lambda each: each.stage and each.stage.label),
        *coded(_("Basis"), lambda each: each.project.basis, kind=Basis),
    )


def _of_reasons(scope: Scope) -> tuple[LineColumn, ...]:
    """What the page says in one cell; what a reviewer wrote is for those who are signed in."""

    def said(name: str) -> Any:
        return lambda each: each.last_report and getattr(each.last_report, name)

    words = (text(_("Reviewer's words"), lambda each: each.rating and each.rating.words),)
    return (
        text(_("Why it is listed"), because),
        LineColumn(_("Months without a start"), lambda each: each.months_late if _is_bad(each.start) else None),
        LineColumn(_("Reports missing in a row"), lambda each: each.missing_count if _is_bad(each.reports) else None),
        LineColumn(_("Problems not solved"), lambda each: each.problems or None),
        LineColumn(_("Problems overdue"), lambda each: each.problems_overdue or None),
        *coded(_("Reviewer"), lambda each: each.rating and each.rating.light, kind=Light),
        *(() if scope.access.public else words),
        text(_("Reason"), said("reason")),
        text(pgettext("report", "Measure"), said("measure")),
    )


def _is_bad(light: Light | None) -> bool:
    return light in (Light.YELLOW, Light.RED)


def because(standing: Standing) -> str:
    """Why an entry that is not behind is looked at all the same; empty where its light says it, or nothing does."""
    if standing.light in (Light.RED, Light.YELLOW) or not standing.needs_attention:
        return ""
    reasons = []
    if standing.start in (Light.RED, Light.YELLOW):
        reasons.append(_("its start is late"))
    if standing.reports in (Light.RED, Light.YELLOW):
        reasons.append(_("reports are missing"))
    if standing.problems_overdue:
        reasons.append(_("a problem is overdue"))
    if standing.has_disagreement:
        reasons.append(_("the reviewer rates it otherwise"))
    elif standing.rating:
        reasons.append(_("of the reviewer's rating"))
    return _("Listed because %(reasons)s") % {"reasons": formatting.clauses(reasons)} if reasons else ""
