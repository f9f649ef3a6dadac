"""`/imports/template.xlsx`: a workbook to be filled in, of a month's reports or of a year's register.

What one may not write is not in it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import DateField, Field, ForeignKey, IntegerField, Model
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from projects.access import get_access, visible
from projects.choices import Measure, ReportState, SheetUnit, WorkbookKind
from projects.exports.columns import build_head
from projects.exports.files import workbook_response
from projects.exports.fill_in import LEAST_DAY, CellKind, FillColumn, filled_in
from projects.history.digests import digest_of
from projects.imports.fields import FIELDS
from projects.models import Entry, MonthlyReport, Prefecture, Programme, Project, Revision
from projects.models.entry import JOINED_IS_ASKED
from projects.models.fields import AmountField
from projects.models.report import new_report
from projects.money import LIMIT, READABLE, in_unit
from projects.periods import partial_dates
from projects.text import LONGEST_WORDS
from projects.totals.programmes import programmes_read
from projects.totals.scope import programme_from_query
from projects.workflows.reporting import may_edit
from sectors.models import ChainLink, Sector

from .. import formatting
from ..decorators import get_choice_parameter, work_file
from ..parameters import accepts_parameters
from ..report_sheet.sheet_filter import SheetFilter
from ..report_sheet.sheet_unit import UNIT, get_money_form, get_sheet_unit

KINDS = (WorkbookKind.REPORTS.value, WorkbookKind.REGISTER.value)
FROM = "from"  # the year whose list is offered as the beginning of a new one
# read where they are said, and not asked for
LEFT_OUT = {"county_en", "basis", "note_en", "left", "correction_reason"}
LAST_MONTHS = 3
_NEW_ROWS = 50
_MOST_COUNTED = 1_000_000


@work_file
@accepts_parameters("kind", FROM, UNIT, asks=False)
def template(request: HttpRequest) -> HttpResponse:
    """The workbook of a `kind`; 403 for whoever may not send it, 404 for a month without a round."""
    kind = get_choice_parameter(request, "kind", KINDS)
    if not get_access(request.user).can_write or not request.user.has_perm("projects.add_import"):
        raise PermissionDenied
    return _reports_workbook(request) if kind == WorkbookKind.REPORTS else _register_workbook(request)


@dataclass(frozen=True)
class FieldColumns:
    """Makes the columns of one model, whose record `get_record` finds in a row. Amounts are `most` CNY at most."""

    model: type[Model]
    get_record: Callable[[Any], Any]
    unit: int
    unit_name: str
    most: int = READABLE

    def __call__(self, name: str, **more: Any) -> FillColumn:
        field: Any = self.model._meta.get_field(name)
        head = build_head(field.verbose_name, self.unit_name if isinstance(field, AmountField) else "")
        return FillColumn(
            **{"name": name, "head": head, "value": self._get_value(field), **self._limits(field), **more}
        )

    def _limits(self, field: Any) -> dict[str, Any]:
        if isinstance(field, AmountField):
            return {"kind": CellKind.AMOUNT, "bounds": (0, self.most // self.unit)}
        if field.choices:
            return {"kind": CellKind.CHOICE, "choices": tuple(str(label) for _value, label in field.choices)}
        if field.name in partial_dates(self.model):
            return {}
        if isinstance(field, ForeignKey | DateField):
            return {"kind": CellKind.CHOICE if isinstance(field, ForeignKey) else CellKind.DAY}
        if isinstance(field, IntegerField):
            return {"kind": CellKind.COUNT, "bounds": (0, _MOST_COUNTED)}
        return {"bounds": (0, field.max_length or LONGEST_WORDS), "width": 28}

    def _get_value(self, field: Field) -> Callable[[Any], Any]:
        partial_date = partial_dates(self.model).get(field.name)

        def value(row: Any) -> Any:
            record = self.get_record(row)
            if partial_date:
                return str(getattr(record, partial_date) or "")
            said = getattr(record, field.name)
            if isinstance(field, AmountField):
                return _in_units(said, self.unit)
            if field.choices:
                return getattr(record, f"get_{field.name}_display")() if said else ""
            return said.name if isinstance(said, Model) else said

        return value


def _in_units(amount: int | None, unit: int) -> Decimal | None:
    return None if amount is None else Decimal(in_unit(amount, unit))


def _version_column(get_records: Callable[[Any], Sequence[Model]]) -> FillColumn:
    """The hidden one: of which state of its records a row was made; those that are new have none."""

    def value(row: Any) -> str:
        return " ".join(digest_of(record) for record in get_records(row) if record.pk)

    return FillColumn("version", _("version"), value, is_locked=True, is_hidden=True)


# the reports of a month


@dataclass(frozen=True)
class ReportRow:
    """A report that may be written, and what was approved of the months before it."""

    report: MonthlyReport
    approved: Mapping[int, int | None]

    @property
    def project(self) -> Project:
        return self.report.entry.project


def _reports_workbook(request: HttpRequest) -> HttpResponse:
    month = request.GET.get("month", "")
    if not month:
        raise ValidationError({"month": _("Say of which month, such as 2023-06.")})
    question = SheetFilter(request, month)
    year = request.GET.get("programme") or str(question.round.programme.year)
    if year != str(question.round.programme.year):
        raise ValidationError({"programme": _("The month is not one of this year.")})
    title = _("Reports of %(month)s, to be filled in") % {"month": formatting.month_of_year(question.round.period)}
    unit, unit_name = _unit(question.unit)
    facts: dict[str, str | int] = {
        "kind": WorkbookKind.REPORTS.value,
        "programme": year,
        "month": str(question.round.period),
        "unit": unit,
    }
    told = [_("Due on %(day)s.") % {"day": question.round.due.isoformat()}]
    last_months = range(max(1, question.round.month - LAST_MONTHS), question.round.month)
    columns = _report_columns(question, last_months, unit, unit_name)
    rows = _report_rows(question, last_months)
    if not rows:
        told.append(
            _("There is no report to fill in: those that you may write are submitted or approved, or none is due.")
        )
    book = _workbook(columns, rows, title, told, unit_name, facts)
    return workbook_response(book, f"template-reports-{month}", title=title)


def _unit(unit: SheetUnit) -> tuple[int, str]:
    """Return what the amounts of a workbook are in: so many CNY, and its name."""
    form = get_money_form(unit)
    return formatting.unit_of(form), formatting.money_unit(form)


def _report_columns(question: SheetFilter, last_months: range, unit: int, unit_name: str) -> list[FillColumn]:
    field = FieldColumns(MonthlyReport, attrgetter("report"), unit, unit_name)
    most, last_day = READABLE // unit, question.round.period.last_day

    def reference(label: str, amount: Callable[[Any], int | None]) -> FillColumn:
        head = _reference_head(label, unit_name)
        return FillColumn("", head, lambda row: _in_units(amount(row), unit), CellKind.AMOUNT, is_locked=True)

    def reference_month(month: int) -> FillColumn:
        label = _("Disbursed in %(month)s") % {"month": formatting.month_name(month)}
        return reference(label, lambda row: row.approved.get(month))

    special = {
        "disbursed": {"bounds": (-most, most), "is_required": True},
        "started_on": {"bounds": (LEAST_DAY, last_day)},
    }
    return [
        _code_column(),
        FillColumn("name_zh", _("Project"), attrgetter("project.name"), is_locked=True, width=32),
        FillColumn("", _reference_head(_("Prefecture")), _prefecture, is_locked=True),
        reference(Measure.PLANNED_DISBURSEMENT.header, attrgetter("report.entry.planned_disbursement")),
        *map(reference_month, last_months),
        *(field(name, **special.get(name, {})) for name in _names_of_fields(WorkbookKind.REPORTS)),
        field(
            "month",
            value=lambda _row: str(question.round.period),
            kind=CellKind.TEXT,
            bounds=None,
            is_locked=True,
            is_hidden=True,
        ),
        _version_column(lambda row: (row.report,)),
    ]


def _code_column() -> FillColumn:
    return FillColumn("code", _("Project code"), attrgetter("project.code"), is_locked=True, width=18)


def _names_of_fields(kind: str) -> list[str]:
    """Return what can be filled in, but for the code, which is locked."""
    return [each.name for each in FIELDS[kind].values() if each.model and each.name not in {"code", *LEFT_OUT}]


def _reference_head(label: str, unit: str = "") -> str:
    """The head of what stands beside to look at, which nobody reads back."""
    return _("For reference·%(label)s") % {"label": build_head(label, unit)}


def _prefecture(row: ReportRow) -> str:
    return row.project.prefecture.name if row.project.prefecture else ""


def _report_rows(question: SheetFilter, last_months: range) -> list[ReportRow]:
    """One for each report that may be written now, in the order of the sheet; three queries."""
    if not question.writes:
        return []
    month, entries = question.round.month, list(question.entries.select_related("project__prefecture"))
    asked = MonthlyReport.objects.visible_to(question.user).filter(
        entry__in=[each.pk for each in entries], month__in=[*last_months, month]
    )
    reports = {(each.entry_id, each.month): each for each in asked}
    rows = []
    for entry in entries:
        entry.programme = question.round.programme
        report = reports.get((entry.pk, month)) or new_report(entry, month=month)
        report.entry = entry
        if report.state != ReportState.APPROVED and may_edit(question.user, report):
            last = {each: reports.get((entry.pk, each)) for each in last_months}
            rows.append(ReportRow(report, {number: _approved(each) for number, each in last.items()}))
    return rows


def _approved(report: MonthlyReport | None) -> int | None:
    return report.disbursed if report and report.state == ReportState.APPROVED else None


# the register: the projects of a year's list that the reader may write, and rows for new ones


def _register_workbook(request: HttpRequest) -> HttpResponse:
    programmes = programmes_read(request)
    programme = programme_from_query(programmes, year=None, data=request.GET)
    if programme is None:
        raise Http404
    by_year = {str(each.year): each for each in programmes}
    earlier = by_year.get(get_choice_parameter(request, FROM, ("", *by_year)))
    unit, unit_name = _unit(get_sheet_unit(request))
    facts: dict[str, str | int] = {"kind": "register", "programme": str(programme.year), "month": "", "unit": unit}
    told = [
        _("A new project goes into one of the blank rows below the others; without a code it is given the next one.")
    ]
    if programme.has_begun:
        told.append(str(JOINED_IS_ASKED))
    rows = _entries(request.user, programme)
    if earlier:  # of whose list the projects alone are offered
        words = _("Projects of the list of %(earlier)s are offered: delete the rows that are not on that of %(year)s.")
        told.append(words % {"earlier": earlier.year, "year": programme.year})
        known = {entry.project_id for entry in rows}
        offered = _entries(request.user, earlier)
        rows += [Entry(project=each.project) for each in offered if each.project_id not in known]
    columns = _register_columns(request.user, programme, unit, unit_name)
    title = _("Projects of %(year)s, to be filled in") % {"year": programme.year}
    book = _workbook(columns, rows, title, told, unit_name, facts, blank_rows=_NEW_ROWS)
    return workbook_response(book, f"template-register-{programme.year}", title=title)


def _register_columns(user: Any, programme: Programme, unit: int, unit_name: str) -> list[FillColumn]:
    project = FieldColumns(Project, attrgetter("project"), unit, unit_name, LIMIT)
    entry = FieldColumns(Entry, lambda row: row, unit, unit_name, LIMIT)
    places = [
        each
        for each in Prefecture.objects.visible_to(user)
        if user.has_perm("projects.change_project", Project(prefecture=each))
    ]
    special: dict[str, dict[str, Any]] = {
        "name_zh": {"is_required": True},
        "enterprise": {"kind": CellKind.TEXT, "value": _enterprise, "width": 28},
        "prefecture": {"choices": _names(places), "is_required": True},
        "sector": {"choices": _names(visible(Sector.objects.all(), user)), "is_required": True},
        "chain_link": {"choices": _names(visible(ChainLink.objects.all(), user))},
        "joined": {"bounds": (dt.date(programme.year, 1, 1), dt.date(programme.year, 12, 31))},
    }
    columns = [
        (project if FIELDS[WorkbookKind.REGISTER][name].model is Project else entry)(name, **special.get(name, {}))
        for name in _names_of_fields(WorkbookKind.REGISTER)
    ]
    return [_code_column(), *columns, _version_column(lambda row: (row.project, row))]


def _enterprise(entry: Entry) -> str:
    """By the name that it is found by."""
    return entry.project.enterprise.name_zh if entry.project.enterprise else ""


def _names(records: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.name for each in records))


def _entries(user: Any, programme: Programme) -> list[Entry]:
    """The entries of a list whose projects may be written, by code."""
    entries = Entry.objects.visible_to(user).filter(programme=programme).order_by("project__code")
    related = ("project__prefecture", "project__enterprise", "project__sector", "project__chain_link")
    return [
        entry for entry in entries.select_related(*related) if user.has_perm("projects.change_project", entry.project)
    ]


def _workbook(
    columns: list[FillColumn],
    rows: Sequence[Any],
    title: str,
    told: list[str],
    unit: str,
    facts: dict[str, str | int],
    blank_rows: int = 0,
) -> bytes:
    required = formatting.listing([each.head for each in columns if each.is_required])
    instructions = [
        *told,
        _(
            "Fill in the white cells of the second sheet. Grey ones are locked: they say which row it is, or are to look at."
        ),
        _("Amounts are in %(unit)s: type numbers alone, without a unit.") % {"unit": unit},
        _("Required, and shaded while blank: %(columns)s.") % {"columns": required},
        _("A cell with a list takes one of its words. A blank cell says nothing and changes nothing."),
        _("Rows may be sorted, filtered and left out; leave the heads and the hidden columns as they are."),
        _("Sent back unchanged, the workbook changes nothing."),
    ]
    known = facts | {"revision": Revision.objects.newest_number()}
    return filled_in(columns, rows, title=title, instructions=instructions, facts=known, blank_rows=blank_rows)
