"""Pages `/projects/<code>/reports/<month>/`, one monthly report with its steps and its history, and those of its steps:
`…/reopen/`, and for months without a round, which have no sheet, `…/submit/` and `…/withdraw/`.

The address names the report by what it is of, a project and a month, as the register itself does: there is one for each,
and it is the same in every copy of the register, where the numbers of rows are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.access import get_access
from projects.changes.kinds import hidden_fields, kind_of
from projects.changes.search import ChangelogQuery, fold_drafts, get_changelog_page
from projects.choices import Light, Measure, ReportAction, ReportState, Stage
from projects.history.digests import digest_of
from projects.history.revisions import create_revision
from projects.models import MonthlyReport, ReportEvent
from projects.models.fields import code_asked
from projects.models.report import CONTENT, NOBODY_IS_ASKED
from projects.monitoring.review import reopening_effect
from projects.monitoring.running_totals import ReportStanding, standing_in_year
from projects.totals.programmes import get_reader
from projects.totals.scope import Scope
from projects.workflows import reporting

from . import formatting, links
from .changes.events import MOST_EVENTS, Event, build_events, get_log_files, get_log_url
from .decorators import page, work_page
from .notes import get_notes
from .parameters import accepts_parameters
from .reach import reach_parameters, set_reader_of_project
from .report_sheet.row_form import AMOUNTS, get_labels, stage_label
from .report_sheet.sheet_filter import month_of_address

_NEXT_STEPS = {
    ReportState.DRAFT: gettext_lazy("The prefecture fills it in and submits it."),
    ReportState.SUBMITTED: gettext_lazy("It waits for review by the province."),
    ReportState.RETURNED: gettext_lazy("It is with the prefecture again, which corrects it and submits it anew."),
    ReportState.APPROVED: gettext_lazy("Totals count it."),
}
_RELATED = (
    "entry__project__prefecture",
    "entry__project__sector",
    "entry__programme__light_rule",
    "source",
    "submitted_by",
    "returned_by",
    "approved_by",
)
CHANGED = gettext_lazy("changed since you opened this page. Please look at it again; nothing was done.")
_TITLES: dict[str, Any] = {
    ReportAction.REOPEN: gettext_lazy("Reopen the report of %(month)s"),
    ReportAction.SUBMIT: gettext_lazy("Submit the report of %(month)s"),
    ReportAction.WITHDRAW: gettext_lazy("Withdraw the report of %(month)s"),
}
OF_PARKS = "enterprises_attracted"


@dataclass
class Attempt:
    """What was asked for and did not happen: kept, so that nothing has to be chosen or typed again."""

    chosen: frozenset[int] = frozenset()
    comment: str = ""
    errors: tuple[str, ...] = ()
    comment_error: str = ""
    conflict: bool = False
    taken_back: str = ""  # the code of the project whose report waits again

    @property
    def failed(self) -> bool:
        return bool(self.errors or self.comment_error)


@dataclass(frozen=True)
class ReportLine:
    """A field at this submission and at the one before; empty where it said nothing.

    `computed` for what nobody typed, and `url` where it stands beside what it is computed from; `withheld` for what this
    reader may not see; `lights` where it is one.
    """

    label: str
    after: str
    before: str = ""
    computed: bool = False
    withheld: bool = False
    lights: tuple[Light | None, Light | None] | None = None  # before and after
    url: str = ""

    @property
    def changed(self) -> bool:
        return self.before != self.after if self.lights is None else self.lights[0] != self.lights[1]


@page
@accepts_parameters(asks=False)
def report(request: HttpRequest, code: str, month: str) -> HttpResponse:
    """A report of a project's month, for whoever may see it."""
    reader = set_reader_of_project(request, code_asked(code))
    report = get_report(request, code, month)
    entry, access = report.entry, get_access(reader)
    year = list(MonthlyReport.objects.visible_to(reader).filter(entry=entry).order_by("month"))
    for other in year:
        other.entry = entry
    hidden = hidden_fields(kind_of(MonthlyReport), reader)
    project = entry.project
    in_log = [("kind", "monthlyreport"), ("key", str(report.pk)), *reach_parameters(request)]
    context = {
        "report": report,
        "programme": entry.programme,
        "project": project,
        "title": get_report_title(report),
        "steps": _steps(report, public=access.public),
        "lines": build_report_lines(report, standing_in_year(report, year), hidden=hidden),
        "year": year,
        "finding": describe_change(report, year),
        "previous": next((other for other in reversed(year) if other.month < report.month), None),
        "following": next((other for other in year if other.month > report.month), None),
        "exchange": [] if access.public else get_exchange(report, get_submissions(report)),
        "notes": get_notes(request, programme=entry.programme, report=report),
        "events": _changes(report, reader),
        "all_changes_url": get_log_url(in_log),
        "files_of_changes": get_log_files(in_log),
        "unit": formatting.money_unit("table"),
        "review_url": _review_url(request, report),
        "reopen_url": _get_step_url(request, report, ReportAction.REOPEN),
        "submit_url": _get_step_url(request, report, ReportAction.SUBMIT),
        "withdraw_url": _get_step_url(request, report, ReportAction.WITHDRAW),
        "next_step": "" if access.public else _next_step(report),
    }
    return render(request, "reports/report.html", context)


def get_report(request: HttpRequest, code: str, month: str) -> MonthlyReport:
    """Raises `Http404` for what is not there or not for this reader, alike."""
    period = month_of_address(month)
    visible = MonthlyReport.objects.visible_to(get_reader(request)).select_related(*_RELATED)
    keys = {"entry__project__code": code_asked(code), "entry__programme__year": period.year}
    return get_object_or_404(visible, **keys, month=period.number)


def _steps(report: MonthlyReport, *, public: bool) -> list[tuple[str, Any, str]]:
    """What was done with it, when and by whom; not for the public."""
    taken = [
        (_("Submitted"), report.submitted_at, report.submitted_by),
        (_("Returned"), report.returned_at, report.returned_by),
        (_("Approved"), report.approved_at, report.approved_by),
    ]
    return [(what, when, "" if public or who is None else who.display_name) for what, when, who in taken if when]


def _changes(report: MonthlyReport, user: Any) -> list[Event]:
    question = ChangelogQuery(user=user, kinds=(kind_of(MonthlyReport),), key=report.pk)
    return build_events(fold_drafts(get_changelog_page(question, size=MOST_EVENTS).groups), user, named=False)


def _next_step(report: MonthlyReport) -> str:
    is_open = report.state != ReportState.APPROVED
    return str(NOBODY_IS_ASKED if is_open and report.is_unasked else _NEXT_STEPS[ReportState(report.state)])


def _review_url(request: HttpRequest, report: MonthlyReport) -> str:
    """Where this reader decides about it; empty where there is nothing to decide, or not for them."""
    decisions = (ReportAction.APPROVE, ReportAction.RETURN)
    if report.is_unasked or not any(reporting.may(request.user, action, report) for action in decisions):
        return ""
    return links.page("review", query=[("month", str(report.period)), ("open", report.entry.project.code)])


def _get_step_url(request: HttpRequest, report: MonthlyReport, action: str) -> str:
    """Return where this reader takes a step with the report; "" for whoever may not, or does so on the round's sheet."""
    if not reporting.may(request.user, action, report) or (action != ReportAction.REOPEN and report.round):
        return ""
    return links.page(f"report-{action}", report.entry.project.code, str(report.period))


# what it says


def build_report_lines(
    report: MonthlyReport,
    standing: ReportStanding,
    *,
    previous: Any = None,
    previous_standing: ReportStanding | None = None,
    hidden: Iterable[str] = (),
) -> list[ReportLine]:
    """Return the lines of a report in the order of its form, what is computed after the amount.

    `previous` is the history row of the submission before, `previous_standing` what its amount would have come to.
    """
    lines, labels = [], get_labels(report.month)
    for name in _field_names(report, previous):
        text, before = get_field_text(report, name), "" if previous is None else get_field_text(previous, name)
        is_hidden = name in hidden
        lines.append(ReportLine(labels[name], "" if is_hidden else text, before, withheld=is_hidden and bool(text)))
        if name == "disbursed":
            lines += _computed_lines(report, standing, previous_standing)
    return lines


def _field_names(report: MonthlyReport, previous: Any) -> list[str]:
    """Return the fields of a form; what only some reports say is left out of those that say nothing of it."""
    rare = (OF_PARKS, "correction_reason")
    records = [record for record in (report, previous) if record is not None]
    given = {name for name in rare if any(get_field_text(record, name) for record in records)}
    return [name for name in (*CONTENT, "correction_reason") if name not in rare or name in given]


def _computed_lines(report: MonthlyReport, now: ReportStanding, then: ReportStanding | None) -> list[ReportLine]:
    url = _months_of_project(report) if report.state == ReportState.APPROVED else ""

    def line(title: str, write: Any) -> ReportLine:
        return ReportLine(title, write(now), write(then) if then else "", computed=True, url=url)

    return [
        line(
            _("Disbursed, %(months)s") % {"months": formatting.months(1, report.month)},
            lambda each: "" if each.year_to_date is None else formatting.exact_money(each.year_to_date),
        ),
        line(Measure.DISBURSED_OF_PLAN.header, lambda each: formatting.share(each.share)),
        line(_("Gap to the pro-rata plan, percentage points"), lambda each: formatting.points(each.gap)),
        ReportLine(_("Light"), "", computed=True, lights=(then.light if then else None, now.light)),
    ]


def _months_of_project(report: MonthlyReport) -> str:
    """Return where the year's months add up to this one, which counts."""
    query = [("programme", str(report.period.year)), ("through", str(report.period))]
    return f"{links.page('project', report.entry.project.code, query=query)}#reports"


def get_field_text(record: Any, name: str) -> str:
    """Return what a field of a report, or of a row of its history, says; empty where it says nothing."""
    value = getattr(record, name)
    if value is None or value == "":
        return ""
    if name in AMOUNTS:
        return formatting.exact_money(value)
    return stage_label(Stage(value)) if name == "stage" else str(value)


def describe_change(report: MonthlyReport, year: Sequence[MonthlyReport]) -> str:
    """Return in words how the month compares with the one before; `year` are the reports that the reader may see."""
    last = next((other.disbursed for other in year if other.month == report.month - 1), None)
    this = {"month": formatting.month_name(report.month)}
    if report.disbursed is None:
        return _("%(month)s has no amount yet") % this
    if last is None:
        return _("%(month)s: %(amount)s; the month before has no report") % (
            this | {"amount": formatting.money_with_unit(report.disbursed, "table")}
        )
    change = report.disbursed - last
    values = this | {
        "before": formatting.month_name(report.month - 1),
        "amount": formatting.with_unit(formatting.exact_money(abs(change)), "table"),
    }
    if not change:
        return _("%(month)s is the same as %(before)s") % values
    more, less = _("%(month)s: %(amount)s more than %(before)s"), _("%(month)s: %(amount)s less than %(before)s")
    return (more if change > 0 else less) % values


# what was done with it


def get_report_title(report: MonthlyReport) -> str:
    """Return the name of a report: of which project and month."""
    values = {"project": report.entry.project.name, "month": formatting.month_of_year(report.period)}
    return _("%(project)s: report of %(month)s") % values


def get_submissions(report: MonthlyReport) -> list[Any]:
    """Return the history rows with which the report became submitted, oldest first; one query.

    A decision that was taken back submits nothing again.
    """
    submissions, submitted_at = [], None
    for row in report.history.order_by("history_id"):
        if row.state == ReportState.SUBMITTED and row.submitted_at != submitted_at:
            submissions.append(row)
            submitted_at = row.submitted_at
    return submissions


def get_exchange(report: MonthlyReport, submissions: Sequence[Any]) -> list[tuple[ReportEvent, int, str]]:
    """Return the events of the report, the newest first, with number and amount of a submission, else 0 and ''. One query.

    For readers with a grant only: the public is told of nobody.
    """
    numbers = {
        row.revision_id: (number, formatting.with_unit(formatting.exact_money(row.disbursed), "table"))
        for number, row in enumerate(submissions, start=1)
    }
    none = (0, "")
    return [
        (event, *(numbers.get(event.revision_id, none) if event.action == ReportAction.SUBMIT else none))
        for event in ReportEvent.objects.filter(report=report).select_related("user")
    ]


@work_page
def change_report_state(request: HttpRequest, code: str, month: str, action: str) -> HttpResponse:
    """Ask for confirmation and take the step; the province reopens with a comment for the bureau."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    report = get_report(request, code, month)
    if not reporting.TRANSITIONS[action].allows(request.user, report):
        raise PermissionDenied
    attempt = Attempt()
    if request.method == "POST":
        attempt = _take_step(request, report, action)
        if not attempt.failed:
            return HttpResponseRedirect(links.report(code, month))
        report = get_report(request, code, month)
    effect, may = "", reporting.may(request.user, action, report)
    if may and action == ReportAction.REOPEN:
        scope = Scope(user=request.user, programme=report.entry.programme)
        effect = describe_total_change(report.month, *reopening_effect(scope, report))
    context = {
        "report": report,
        "project": report.entry.project,
        "title": _TITLES[action] % {"month": formatting.month_of_year(report.period)},
        "action": action,
        "may": may,
        "version": digest_of(report),
        "attempt": attempt,
        "effect": effect,
    }
    status = 409 if attempt.conflict else 422 if attempt.failed else 200
    return render(request, "reports/step.html", context, status=status)


def _take_step(request: HttpRequest, report: MonthlyReport, action: str) -> Attempt:
    comment = request.POST.get("comment", "")
    try:
        with create_revision(user=request.user):
            stored = get_object_or_404(
                MonthlyReport.objects.visible_to(request.user), pk=report.pk
            )  # or it is gone by now
            if digest_of(stored) != request.POST.get("version", ""):
                return Attempt(comment=comment, errors=(formatting.sentence_case(str(CHANGED)),), conflict=True)
            reporting.take(action, [report], user=request.user, comment=comment)
    except ValidationError as error:
        return Attempt(comment=comment, comment_error=" ".join(error.messages))
    except reporting.RefusedError as error:
        messages = tuple(message for refusal in error.refusals.values() for message in refusal.messages)
        return Attempt(comment=comment, errors=messages, conflict=error.conflict)
    return Attempt()


def describe_total_change(month: int, now: int, then: int) -> str:
    """Return in words how the total from January to a month moves, from and to CNY."""
    return _("The total of %(months)s goes from %(now)s to %(then)s %(unit)s.") % {
        "months": formatting.months(1, month),
        "now": formatting.money(now),
        "then": formatting.money(then),
        "unit": formatting.money_unit(),
    }
