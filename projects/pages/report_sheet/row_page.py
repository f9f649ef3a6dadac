"""`/rounds/<YYYY-MM>/<code>/`: one row of the sheet with all its fields, and what helps to judge it.

The sheet shows the same in its panel; without a script this page is where the other fields are.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from projects.access import get_access
from projects.choices import Basis
from projects.history.merging import get_last_row
from projects.models import Entry, MonthlyReport
from projects.models.fields import code_asked
from projects.models.report import NOBODY_IS_ASKED
from projects.monitoring.review import RecentMonths, recent_months
from projects.pages import formatting, links
from projects.pages.decorators import one_of, work_page
from projects.pages.methods import READING, taking
from projects.pages.parameters import reads
from projects.periods import Month
from projects.plausibility.checks import get_rules_in_force
from projects.totals.scope import Scope

from .month_bars import month_bars
from .row_fields import NAMES, label, shown
from .sheet_filter import OF_SHEET, SheetQuestion
from .sheet_presenter import names_of_months, written_in
from .sheet_rows import Sheet, SheetRow
from .sheet_unit import form_of

PART = "part"  # of the page: 'panel' is what the sheet shows beside a row


@taking(*READING)
@work_page
@reads(PART, *OF_SHEET, asks=False)
def round_row(request: HttpRequest, month: str, code: str) -> HttpResponse:
    """For whoever has the row in their sheet; fields for whoever may fill them in. It is saved by the sheet."""
    question = SheetQuestion.of(request, month)
    part = one_of(request, PART, ("page", "panel"))
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if get_access(request.user).public:  # an account without a role
        raise PermissionDenied
    entries, code = question.entries.select_related("project__prefecture"), code_asked(code)
    entry = entries.filter(project__code=code).first()
    if entry is None:
        get_object_or_404(question.listed, project__code=code, basis=Basis.PUBLISHED)
        return render(request, "404.html", {"why": NOBODY_IS_ASKED}, status=404)
    sheet = Sheet(question, [entry])
    context = _context(request, question, sheet, sheet.row(entry))
    return render(request, f"rounds/{'_panel' if part == 'panel' else 'sheet_row'}.html", context)


def _context(request: HttpRequest, question: SheetQuestion, sheet: Sheet, row: SheetRow) -> dict[str, Any]:
    round_ = question.round
    links.travel_in(round_.programme.year)
    recent = recent_months(
        row.report,
        sheet.earlier(row.entry),
        _last_year(row.entry, question),
        rules=get_rules_in_force(),
    )
    form = form_of(question.unit)
    return {
        "round": round_,
        "month": str(round_.period),
        "scope": Scope(user=request.user, programme=round_.programme),
        "row": row,
        "public": False,
        "is_page": request.GET.get(PART) != "panel",
        "months": _lines(recent, row),
        "chart": month_bars(recent, form=form),
        "unusual": _unusual(recent, form),
        "changes": _changes(row, month=round_.month),
        "last": get_last_row(MonthlyReport, row.report.pk) if row.report.pk else None,
        **written_in(question.unit),
        **names_of_months(question),
    }


def _last_year(entry: Entry, question: SheetQuestion) -> dict[int, int | None]:
    """What the project disbursed in the months of the year before, as approved."""
    year = question.round.programme.year - 1
    found = MonthlyReport.objects.visible_to(question.user).approved()
    of_year = found.filter(entry__project=entry.project_id, entry__programme__year=year, month__gt=question.round.month)
    return dict(of_year.values_list("month", "disbursed"))


def _lines(recent: RecentMonths, row: SheetRow) -> list[dict[str, Any]]:
    """The months as a table has them: those of last year of which nothing is known in one line."""
    known = [each.amount is not None or each.month.year == recent.latest.month.year for each in recent.months]
    unknown = known.index(True)
    lines: list[dict[str, Any]] = [
        {"month": each.month, "amount": each.amount, "share": each.share, "url": _reported(row, each.month)}
        for each in recent.months[unknown:]
    ]
    if unknown:
        first, last = recent.months[0].month, recent.months[unknown - 1].month
        lines.insert(0, {"month": first, "until": last if last != first else None, "amount": None, "share": None})
    return lines


def _reported(row: SheetRow, month: Month) -> str:
    return row.report_url if month == row.report.period else links.report(row.project.code, str(month))


def _unusual(recent: RecentMonths, form: str) -> str:
    """What is said of a month that lies far from those before; '' of any other. It stops nobody."""
    if not recent.is_unusual or recent.score is None or recent.limit is None or recent.latest.amount is None:
        return ""
    said = _(
        "Far from the months before: %(value)s %(unit)s, %(share)s of the plan, where their median is %(median)s. Modified "
        "z-score %(score)s (pointed out from %(limit)s on). Check it; if it is right, submit it."
    )
    return said % {
        "value": formatting.shortest_money(recent.latest.amount, form),
        "unit": formatting.money_unit(form),
        "share": formatting.percent(recent.latest.share),
        "median": formatting.percent(recent.median_share),
        "score": f"{float(recent.score):.1f}".replace("-", "−"),
        "limit": f"{float(recent.limit):.1f}",
    }


def _changes(row: SheetRow, *, month: int) -> list[dict[str, str]]:
    """What was typed and is not saved: field, what the register says, what the cell says now."""
    if row.draft is None:
        return []
    return [
        {
            "name": name,
            "label": label(name, month=month),
            "text": row.stored.get(name, ""),
            "before": shown(name, row.stored.get(name, "")),
            "after": shown(name, row.texts.get(name, "")),
        }
        for name in NAMES
        if name in row.draft.cells
    ]
