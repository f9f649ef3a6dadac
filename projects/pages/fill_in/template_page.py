"""`/imports/template.xlsx`: a workbook to be filled in, of a month's reports or of a year's register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.access import get_access
from projects.choices import WorkbookKind
from projects.exports.files import workbook_response
from projects.exports.fill_in import FillColumn, filled_in
from projects.models import Revision
from projects.pages import formatting
from projects.pages.decorators import one_of, work_file
from projects.pages.parameters import reads
from projects.pages.report_sheet.sheet_filter import SheetFilter
from projects.pages.report_sheet.sheet_unit import UNIT, unit_of
from projects.totals.programmes import programmes_read
from projects.totals.scope import programme_from_query
from projects.workbook_imports.sending import may_send

from .register_rows import RegisterRows
from .report_rows import ReportRows
from .round_rows import RoundRows
from .target_rows import TargetRows

REPORTS = WorkbookKind.REPORTS.value
KINDS = (REPORTS, *(kind for kind in WorkbookKind.values if kind != REPORTS))
FROM = "from"  # the year whose list is offered as the beginning of a new one


@dataclass(frozen=True)
class _OfYear:
    """The workbook of a kind that is of a whole year: its rows, its title, what is said of those of an earlier year."""

    rows: Any
    title: Any
    offers: Any


_OF_YEAR = {
    WorkbookKind.REGISTER: _OfYear(
        RegisterRows,
        gettext_lazy("Projects of %(year)s, to be filled in"),
        gettext_lazy(
            "Projects of the list of %(earlier)s are offered: delete the rows that are not on that of %(year)s."
        ),
    ),
    WorkbookKind.TARGETS: _OfYear(
        TargetRows,
        gettext_lazy("Targets of %(year)s, to be filled in"),
        gettext_lazy(
            "Targets of %(earlier)s are offered without value and source: those that stay blank say nothing of %(year)s."
        ),
    ),
    WorkbookKind.ROUNDS: _OfYear(
        RoundRows,
        gettext_lazy("Rounds of %(year)s, to be filled in"),
        gettext_lazy(
            "The months of %(earlier)s are offered, with the same days of %(year)s: correct them, and delete the rows that "
            "are not wanted."
        ),
    ),
}


@work_file
@reads("kind", FROM, UNIT, asks=False)
def template(request: HttpRequest) -> HttpResponse:
    """The workbook of a `kind`; 403 for whoever may not send it, 404 for a month without a round."""
    kind = one_of(request, "kind", KINDS)
    if not get_access(request.user).can_write or not may_send(request.user, kind):
        raise PermissionDenied
    book, name = _of_reports(request) if kind == REPORTS else _of_year(request, WorkbookKind(kind))
    return workbook_response(book, name)


def _of_reports(request: HttpRequest) -> tuple[bytes, str]:
    month = request.GET.get("month", "")
    if not month:
        raise ValidationError({"month": _("Say of which month, such as 2023-06.")})
    question = SheetFilter.from_request(request, month)
    year = request.GET.get("programme") or str(question.round.programme.year)
    if year != str(question.round.programme.year):
        raise ValidationError({"programme": _("The month is not one of this year.")})
    made = ReportRows(question)
    title = _("Reports of %(month)s, to be filled in") % {"month": formatting.month_of_year(question.round.period)}
    facts: dict[str, str | int] = {
        "kind": REPORTS,
        "programme": year,
        "month": str(question.round.period),
        "unit": made.unit,
    }
    told = _("Due on %(day)s.") % {"day": question.round.due.isoformat()}
    return _book(made.columns, made.rows(), title, [told], made.unit_name, facts), f"template-reports-{month}"


def _of_year(request: HttpRequest, kind: WorkbookKind) -> tuple[bytes, str]:
    programmes = programmes_read(request)
    programme = programme_from_query(programmes, year=None, data=request.GET)
    if programme is None:
        raise Http404
    by_year = {str(each.year): each for each in programmes}
    earlier = by_year.get(one_of(request, FROM, ("", *by_year)))
    declared = _OF_YEAR[kind]
    made = declared.rows(request.user, programme, unit_of(request), earlier=earlier)
    facts: dict[str, str | int] = {"kind": kind.value, "programme": str(programme.year), "month": "", "unit": made.unit}
    told = made.told()
    if earlier:
        told.append(str(declared.offers) % {"earlier": earlier.year, "year": programme.year})
    offered = made.offered()
    book = _book(
        made.columns,
        [*made.rows(), *offered],
        str(declared.title) % {"year": programme.year},
        told,
        made.unit_name,
        facts,
        offered=len(offered),
        blank_rows=made.new_rows,
    )
    return book, f"template-{kind.value}-{programme.year}"


def _book(
    columns: list[FillColumn],
    rows: Sequence[Any],
    title: str,
    told: list[str],
    unit: str,
    facts: dict[str, str | int],
    **rows_more: int,
) -> bytes:
    required = formatting.listing([each.head for each in columns if each.is_required])
    instructions = [
        *told,
        _(
            "Fill in the white cells of the second sheet. Grey ones are locked: they say which row it is, or are to look at."
        ),
        *([_("Amounts are in %(unit)s: type numbers alone, without a unit.") % {"unit": unit}] if unit else []),
        _("Required, and shaded while blank: %(columns)s.") % {"columns": required},
        _("A cell with a list takes one of its words. A blank cell says nothing and changes nothing."),
        _("Rows may be sorted, filtered and left out; leave the heads and the hidden columns as they are."),
        _("Sent back unchanged, the workbook changes nothing."),
    ]
    known = facts | {"revision": Revision.objects.newest_number()}
    return filled_in(columns, rows, title=title, instructions=instructions, facts=known, **rows_more)
