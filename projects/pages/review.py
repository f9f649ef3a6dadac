"""`/review/`: reports that wait for the province, as a queue or one of them whole beside it (`?open=<code>`); approving and
returning what is chosen, all of it or nothing; taking that back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from projects.choices import Light, Measure, ReportAction, SheetUnit
from projects.exports.columns import Cell
from projects.exports.files import in_chunks
from projects.history.digests import digest_of
from projects.history.revisions import MOST_AT_ONCE, create_revision, too_many_records
from projects.models import MonthlyReport, Programme, Project, Round
from projects.models.fields import code_asked
from projects.monitoring.review import (
    ReviewSums,
    WaitingInAll,
    after_in_queue,
    approval_effect,
    before_in_queue,
    biggest_change_first,
    done_through,
    find_hints,
    retracting_effect,
    review_sums,
    waiting_in_all,
)
from projects.monitoring.running_totals import ReportStanding, report_standing
from projects.periods import Month
from projects.plausibility.checks import find_doubts_in_review
from projects.plausibility.rules import Doubt
from projects.text import is_key
from projects.totals.lights import light_at, must_explain
from projects.totals.plans import Plans, YearPlan, measured_against, plans_by_entry
from projects.totals.programmes import programmes_read
from projects.totals.scope import Scope
from projects.totals.standings import is_late
from projects.workflows import reporting

from . import formatting, links
from .decorators import get_choice_parameter, no_store, work_page
from .downloads import table_download
from .list_pages import PAGE, get_pages
from .notes import get_notes
from .parameters import accepts_parameters
from .report import (
    CHANGED,
    Attempt,
    ReportLine,
    build_report_lines,
    describe_change,
    describe_total_change,
    get_exchange,
    get_report_title,
    get_submissions,
)
from .report_sheet.sheet_filter import get_newest_open_month
from .report_sheet.sheet_unit import UNIT, get_sheet_unit, get_unit_choices, remember_unit
from .tables import FORMAT, ChoiceColumn, Column, MoneyColumn, ShareColumn, Table, basis_column, project_columns

MOST_LOOKED_AT = 900  # for hints, which are told one by one
HINTS, OTHERS, OPEN = "hints", "others", "open"  # OTHERS: without what one has submitted oneself
_BEFORE, _AFTER = 3, 8  # lines of the queue that stand beside an opened report


class ReviewQueue:
    """Reports of a month that wait. `waiting_by_month` counts those of each month, the oldest first.

    The month is the one asked for, else the oldest in which something waits, else that of the newest open round; None
    before the first. Raises `ValidationError` for a month that is none, or of a year without a programme.
    """

    month: Month
    programme: Programme

    def __init__(self, request: HttpRequest) -> None:
        self.user = request.user
        self.waiting_by_month = count_waiting_by_month(request.user)
        month = _get_month(request) or next(iter(self.waiting_by_month), None) or get_newest_open_month(request.user)
        self.is_empty = month is None
        self.hinted = get_choice_parameter(request, HINTS, ("", "1")) == "1"
        self.of_others = get_choice_parameter(request, OTHERS, ("", "1")) == "1"
        if month is not None:
            programmes = {programme.year: programme for programme in programmes_read(request)}
            if month.year not in programmes:
                raise ValidationError({"month": _("There is no programme of %(year)s.") % {"year": month.year}})
            self.month, self.programme = month, programmes[month.year]

    @property
    def scope(self) -> Scope:
        return Scope(user=self.user, programme=None if self.is_empty else self.programme)

    @cached_property
    def waiting(self) -> Any:
        """Return what is submitted for the month, the biggest change first."""
        return get_submitted_reports(self.programme, self.month.number, user=self.user)

    @cached_property
    def reports(self) -> Any:
        """Return those that are asked for."""
        reports = self.waiting.of_others(self.user) if self.of_others else self.waiting
        if not self.hinted:
            return reports
        # of as many of the biggest changes as are looked at
        rows = self.build_rows(list(with_projects(reports)[:MOST_LOOKED_AT]))
        return reports.filter(pk__in=[row.report.pk for row in rows if row.hint_texts])

    def sums(self) -> ReviewSums:
        return review_sums(self.programme, self.month.number, self.reports, user=self.user)

    def build_rows(self, reports: Sequence[MonthlyReport]) -> list[ReviewRow]:
        return build_review_rows(reports, self.programme, self.month.number, user=self.user)


def count_waiting_by_month(user: Any) -> dict[Month, int]:
    submitted = MonthlyReport.objects.visible_to(user).submitted().order_by("entry__programme__year", "month")
    rows = submitted.values_list("entry__programme__year", "month").annotate(Count("pk"))
    return {Month(year, month): number for year, month, number in rows}


def _get_month(request: HttpRequest) -> Month | None:
    text = request.GET.get("month")
    try:
        return Month.parse(text) if text else None
    except ValidationError as error:
        raise ValidationError({"month": error.messages}) from error


def get_submitted_reports(programme: Programme, month: int, *, user: Any) -> QuerySet:
    submitted = MonthlyReport.objects.visible_to(user).filter(entry__programme=programme, month=month).submitted()
    return biggest_change_first(submitted, user)


def with_projects(reports: QuerySet) -> QuerySet:
    """With what a line of the queue, and the rules in force, name of them."""
    return reports.select_related("entry__project__prefecture", "submitted_by", "entry__project__enterprise")


@dataclass(frozen=True)
class ReviewRow:
    """One report that waits: `line` its amounts against last month and plan, `earlier` CNY from January to last month."""

    report: MonthlyReport
    line: ReviewSums
    earlier: int
    plan: YearPlan | None
    before: Light | None
    after: Light | None
    hint_texts: list[str]
    is_own: bool  # submitted by the reviewer, who cannot approve it

    @property
    def choice(self) -> str:
        """Return what a form sends: the report and the version of it that the page shows."""
        return get_choice(self.report)

    @property
    def project(self) -> Project:
        return self.report.entry.project

    @property
    def url(self) -> str:
        return links.project(self.project.code, year=self.report.entry.programme.year)

    @property
    def hints(self) -> str:
        return formatting.listing(self.hint_texts)

    def get_standing(self, amount: int | None) -> ReportStanding:
        """Return what an amount of the month comes to with what was reported before."""
        rule, month = self.report.entry.programme.light_rule, self.report.month
        return report_standing(amount, earlier=self.earlier, month=month, plan=self.plan, rule=rule)


def build_review_rows(
    reports: Sequence[MonthlyReport], programme: Programme, month: int, *, user: Any
) -> list[ReviewRow]:
    """Return what there is to know of reports that wait. Four queries, whatever their number."""
    if not reports:
        return []
    for report in reports:
        report.entry.programme = programme
    entries = [report.entry for report in reports]
    earlier: dict[int, dict[int, MonthlyReport]] = defaultdict(dict)
    others = MonthlyReport.objects.visible_to(user).filter(entry__in=[entry.pk for entry in entries], month__lt=month)
    for report in others:
        earlier[report.entry_id][report.month] = report
    plans = plans_by_entry(entries)
    round_ = Round.objects.visible_to(user).filter(programme=programme, month=month).first()
    months = {entry: [of[number] for number in sorted(of)] for entry, of in earlier.items()}
    doubts = find_doubts_in_review(reports, months)
    return [
        _build_row(report, earlier[report.entry_id], plans[report.entry_id], round_, doubts[report.pk], user)
        for report in reports
    ]


def _build_row(
    report: MonthlyReport,
    earlier: dict[int, MonthlyReport],
    plans: Plans,
    round_: Round | None,
    doubts: Iterable[Doubt],
    user: Any,
) -> ReviewRow:
    rule, month = report.entry.programme.light_rule, report.month
    plan = measured_against(plans, rule)
    amounts = {number: other.disbursed for number, other in earlier.items() if other.disbursed is not None}
    before = sum(amounts.values())
    now, line, last = amounts | {month: report.disbursed or 0}, ReviewSums(), earlier.get(month - 1)
    line.add_report(report, last=last.disbursed if last else None, earlier=amounts, plan=plan)
    hints = find_hints(
        report,
        before=before,
        year_plan=plan.amount if plan else None,
        must_explain=must_explain(rule, plan, now),
        is_late=is_late(report.handed_in_on, round_.punctual_until if round_ else None),
    )
    return ReviewRow(
        report=report,
        line=line,
        earlier=amounts,
        plan=plan,
        before=light_at(rule, plan, due=plan.get_due(amounts), done=before) if plan and amounts else None,
        after=light_at(rule, plan, due=plan.get_due(now), done=sum(now.values())) if plan else None,
        hint_texts=[*(str(hint.label) for hint in hints), *(doubt.message.rstrip(".。") for doubt in doubts)],
        is_own=report.submitted_by_id == user.pk,
    )


def build_review_table(request: HttpRequest, queue: ReviewQueue, rows: list[ReviewRow], **options: Any) -> Table:
    """Return the queue; its page has a box to choose by before the columns and a link after them."""
    month = queue.month.number
    last = formatting.month_name(month - 1) if month > 1 else _("Last month")

    def money(label: str, name: str) -> Column:
        return MoneyColumn(label=label, value=f"line.{name}")

    def share(label: str, name: str, **options: Any) -> Column:
        return ShareColumn(label=label, value=f"line.{name}", **options)

    columns = [
        *project_columns("project", sortable=False),
        basis_column("project.basis", on_page=False),
        money(last, "last"),
        money(formatting.month_name(month), "now"),
        money(pgettext("review", "Change"), "change"),
        share(_("% of the month's plan"), "month_share", css="far"),
        money(_("Year to date"), "year_to_date"),
        share(Measure.DISBURSED_OF_PLAN.header, "share"),
        share(_("Gap to the pro-rata plan, percentage points"), "gap", css="far"),
        ChoiceColumn(label=_("Light before"), choices=Light, value="before", on_page=False),
        ChoiceColumn(label=_("Light"), choices=Light, value="after"),
        Column(label=_("Hints"), value="hints"),
    ]
    return Table(request, "review", _("Reports that wait"), columns, rows, order="", **options)


def _sum_cells(sums: ReviewSums, columns: Sequence[Column]) -> list[list[Cell]]:
    """Return the row of a file below those that wait: their sums."""
    foot = SimpleNamespace(line=sums)
    return [[_("Total"), *(column.cell(foot) if column.numeric else None for column in columns[1:])]]


# pages


@work_page
@accepts_parameters("month", UNIT, HINTS, OTHERS, OPEN, PAGE, FORMAT, asks=False, table=("review",))
@no_store
def review(request: HttpRequest) -> HttpResponse:
    """What is submitted in a month. Approving and returning is all or nothing; from one report it goes on to the next.

    Amounts are in the unit of the person's sheets, 亿元 or billion CNY where none was chosen.
    """
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not request.user.has_perm("projects.approve_monthlyreport"):
        raise PermissionDenied
    if request.method == "POST" and request.POST.get(UNIT) in SheetUnit.values:
        remember_unit(request.user, SheetUnit(request.POST[UNIT]))
        return HttpResponseRedirect(links.same_page(request, without=(UNIT,)))
    unit = get_sheet_unit(request, usual=SheetUnit.LARGE)
    switch = {"units": get_unit_choices(), "unit_code": unit.value}  # names of both, before one is for all
    with formatting.in_small_units() if unit == SheetUnit.SMALL else nullcontext():
        return _review(request, switch)


def _review(request: HttpRequest, switch: dict[str, Any]) -> HttpResponse:
    queue, attempt = ReviewQueue(request), Attempt()
    if request.method != "POST" and (file := _get_queue_file(request, queue)):
        return file
    if request.method == "POST":
        opened = OpenedReport.from_queue(request, queue) if "alone" in request.POST else None
        attempt = take_decision(request)
        if not attempt.failed:
            return HttpResponseRedirect(
                _get_next_url(request, queue, attempt.taken_back or (opened.following if opened else ""))
            )
        queue = ReviewQueue(request)
    status, opened = 409 if attempt.conflict else 200, OpenedReport.from_queue(request, queue)
    if opened is not None:
        context = build_report_context(request, queue, opened, attempt) | switch
        return render(request, "rounds/review_one.html", context, status=status)
    context = build_queue_context(request, queue, attempt) | switch
    return render(request, "rounds/review.html", context, status=status)


def _get_next_url(request: HttpRequest, queue: ReviewQueue, following: str) -> str:
    """The month stays when its last report is done with; what was open and is done with is not opened again."""
    month = {} if queue.is_empty else {"month": str(queue.month)}
    return links.same_page(request, without=(OPEN,), **month, **({OPEN: following} if following else {}))


def _get_queue_file(request: HttpRequest, queue: ReviewQueue) -> HttpResponse | None:
    """Return the whole queue as a file, if it is asked for."""
    if queue.is_empty or FORMAT not in request.GET:
        return None
    month = queue.month.number
    scope = Scope(user=request.user, programme=queue.programme, first_month=month, last_month=month)
    rows = [  # at once: the unit in which hints name amounts is that of the request
        row for reports in in_chunks(with_projects(queue.reports)) for row in queue.build_rows(list(reports))
    ]
    return table_download(
        request, scope, [build_review_table(request, queue, rows, below=partial(_sum_cells, queue.sums()))]
    )


def build_queue_context(request: HttpRequest, queue: ReviewQueue, attempt: Attempt) -> dict[str, Any]:
    scope = queue.scope
    context: dict[str, Any] = {
        "scope": scope,
        "attempt": attempt,
        "unit": formatting.money_unit(),
        "decision": get_newest_decision(request, scope),
    }
    if queue.is_empty:
        return context | {"title": _("Review"), "lede": _("There is no round yet.")}
    sums = queue.sums()
    pages = get_pages(request, sums.number)
    page = with_projects(queue.reports)[pages.first - 1 : pages.last] if pages.total else []
    rows = queue.build_rows(list(page))
    table = build_review_table(request, queue, rows)
    return context | {
        "title": _("Waiting for review: %(month)s") % {"month": formatting.month_of_year(queue.month)},
        "lede": _queue_lede(queue.waiting),
        "month": queue.month,
        "columns": table.page_columns,
        "files": table.files,
        "rows": rows,
        "pages": pages,
        "foot": sums,
        "hinted": queue.hinted,
        "hinted_url": links.same_page(request, without=(HINTS, OPEN))
        if queue.hinted
        else links.same_page(request, without=(OPEN,), hints="1"),
        "of_others": queue.of_others,
        "of_all_url": links.same_page(request, without=(OTHERS, OPEN)),
        "months": [
            (formatting.month_of_year(month), count, links.same_page(request, without=(OPEN, HINTS), month=str(month)))
            for month, count in queue.waiting_by_month.items()
            if month != queue.month
        ],
        **_total_context(scope, queue, sums, attempt),
    }


def _queue_lede(reports: QuerySet) -> str:
    waiting = waiting_in_all(reports)
    if not waiting.number:
        return _("Nothing waits.")
    where = ngettext("%(count)s prefecture", "%(count)s prefectures", waiting.places) % {"count": waiting.places}
    text = ngettext(
        "%(places)s submitted %(count)s report, %(amount)s in all.",
        "%(places)s submitted %(count)s reports, %(amount)s in all.",
        waiting.number,
    )
    amount = formatting.money_with_unit(waiting.amount, "table")
    return text % {"places": where, "count": formatting.count(waiting.number), "amount": amount}


def _total_context(scope: Scope, queue: ReviewQueue, sums: ReviewSums, attempt: Attempt) -> dict[str, Any]:
    """Return what the programme's total is, and what it becomes. The browser fills the marks in for what is chosen."""
    number = queue.month.number
    present = done_through(scope, number)
    chosen = waiting_in_all(queue.reports.filter(pk__in=attempt.chosen)) if attempt.chosen else WaitingInAll(0, 0)
    fixed = {
        "unit": formatting.money_unit(),
        "months": formatting.months(1, number),
        "now": formatting.money(present),
    }
    # sentences that the browser fills in too have braces at their places
    selected = _("{count} selected, {amount} {unit}: the total of {months} goes from {now} to {then}.")
    every, approve = _("All {count} approved: {then}."), _("Approve {count} selected")
    amount, then = formatting.money(chosen.amount), formatting.money(present + chosen.amount)
    return {
        "present": present,
        "selected": selected.format(**fixed, count=chosen.number, amount=amount, then=then),
        "every": every.format(count=sums.number, then=formatting.money(present + (sums.now or 0))),
        "approve": approve.format(count=chosen.number) if chosen.number else _("Approve selected"),
        "patterns": {
            "selected": selected.format(**fixed, count="{count}", amount="{amount}", then="{then}"),
            "approve": approve,
        },
        "decimals": formatting.decimals_of_unit(),
        "places_shown": formatting.places_of(),
    }


# one report


@dataclass(frozen=True)
class OpenedReport:
    """The report that is opened, and those before and after it in the queue; `place` begins with 1."""

    report: MonthlyReport
    before: list[MonthlyReport]
    after: list[MonthlyReport]
    place: int

    @classmethod
    def from_queue(cls, request: HttpRequest, queue: ReviewQueue) -> OpenedReport | None:
        """Return the report of the project asked for; None where it does not wait, or not any more. Four queries."""
        code = request.GET.get(OPEN, "")
        if not code or queue.is_empty:
            return None
        report = with_projects(queue.waiting.filter(entry__project__code=code_asked(code))).first()
        if report is None:
            return None
        earlier, later = before_in_queue(queue.reports, report), after_in_queue(queue.reports, report)
        before = list(with_projects(earlier).reverse()[:_BEFORE])[::-1]
        return cls(report, before, list(with_projects(later)[:_AFTER]), earlier.count() + 1)

    @property
    def following(self) -> str:
        """Return the code of the project after it; '' for the last."""
        return self.after[0].entry.project.code if self.after else ""


def build_report_context(
    request: HttpRequest, queue: ReviewQueue, opened: OpenedReport, attempt: Attempt
) -> dict[str, Any]:
    report, scope = opened.report, queue.scope
    rows = queue.build_rows([*opened.before, report, *opened.after])
    place = len(opened.before)
    row, urls = rows[place], [links.same_page(request, open=row.project.code) for row in rows]
    submissions = get_submissions(report)
    previous = submissions[-2] if len(submissions) > 1 else None
    lines = build_report_lines(
        report,
        row.get_standing(report.disbursed),
        previous=previous,
        previous_standing=row.get_standing(previous.disbursed) if previous is not None else None,
    )
    year = list(
        MonthlyReport.objects.visible_to(request.user)
        .filter(entry=report.entry_id, month__lte=report.month)
        .order_by("month")
    )
    for other in year:
        other.entry = report.entry
    return {
        "scope": scope,
        "title": get_report_title(report),
        "month": queue.month,
        "report": report,
        "opened": row,
        "attempt": attempt,
        "lede": _report_lede(report, len(submissions), previous, lines),
        "again": previous is not None,
        "lines": lines,
        "year": year,
        "finding": describe_change(report, year),
        "exchange": get_exchange(report, submissions),
        "notes": get_notes(request, programme=queue.programme, report=report),
        "effect": describe_approval(scope, report),
        "place": opened.place,
        "waiting": waiting_in_all(queue.reports),
        "previous_url": urls[place - 1] if place else "",
        "next_url": urls[place + 1] if opened.after else "",
        "queue_url": links.same_page(request, without=(OPEN,), month=str(queue.month)),
        "queue": list(zip(rows, urls, strict=True)),
        "unit": formatting.money_unit(),
        "decision": get_newest_decision(request, scope),
    }


def _report_lede(report: MonthlyReport, number: int, previous: Any, lines: Collection[ReportLine]) -> str:
    """Return which submission it is, of when and by whom, and what changed in it."""
    who = report.submitted_by.display_name if report.submitted_by else ""
    when = formatting.minute(report.submitted_at) if report.submitted_at else ""
    texts = [_("Submission %(number)s, %(when)s, %(who)s.") % {"number": max(number, 1), "when": when, "who": who}]
    if previous is None:
        return texts[0]
    changed = [line for line in lines if line.changed]
    count = ngettext("%(count)s line changed", "%(count)s lines changed", len(changed)) % {"count": len(changed)}
    computed = len([line for line in changed if line.computed])
    values = {"changed": count, "computed": computed, "unchanged": len(lines) - len(changed)}
    texts.append(_("%(changed)s (%(computed)s of them computed), %(unchanged)s did not.") % values)
    if previous.disbursed != report.disbursed:
        amounts = {
            "month": formatting.month_name(report.month),
            "before": formatting.exact_money(previous.disbursed),
            "after": formatting.exact_money(report.disbursed or 0),
            "unit": formatting.money_unit(),
        }
        texts.append(_("%(month)s went from %(before)s to %(after)s %(unit)s.") % amounts)
    return formatting.sentences(texts)


def describe_approval(scope: Scope, report: MonthlyReport) -> list[str]:
    """Return in sentences what approving a report does."""
    effect, month = approval_effect(scope, report), report.month
    name = formatting.month_name(month)
    texts = [
        _("After approval: %(then)s of %(asked)s reports of %(month)s are approved, %(now)s now.")
        % {"then": effect.approved_then, "asked": effect.asked, "month": name, "now": effect.approved},
        describe_total_change(month, effect.done, effect.done_then),
    ]
    if effect.goes_to != effect.shown:
        texts.append(_("%(month)s is complete with it: all pages show it from then on.") % {"month": name})
    elif effect.shown and effect.shown != month:
        values = {"months": formatting.months(1, effect.shown), "month": name}
        texts.append(_("Pages stay with %(months)s until %(month)s is complete.") % values)
    return texts


# decisions


def take_decision(request: HttpRequest) -> Attempt:
    """Take the step that was asked for with the reports that were chosen."""
    pairs = [choice.partition(":") for choice in request.POST.getlist("report")]
    versions = {int(key): version for key, _colon, version in pairs if is_key(key)}  # that the page showed
    chosen = frozenset(versions)
    comment, action = request.POST.get("comment", ""), request.POST.get("action", "")
    if not chosen:
        return Attempt(comment=comment, errors=(_("Choose at least one report."),))
    if len(chosen) > MOST_AT_ONCE:
        return Attempt(chosen, comment, (too_many_records(len(chosen)),))
    visible = MonthlyReport.objects.visible_to(request.user).filter(pk__in=chosen)
    reports = list(visible.select_related("entry__project"))
    if len(reports) < len(chosen):
        return Attempt(chosen, comment, (_("One of these reports does not exist, or you do not have access to it."),))
    if action not in (*reporting.DECISIONS, ReportAction.RETRACT):
        return Attempt(chosen, comment, (_("Say whether to approve or to return."),))
    transition, is_retraction = reporting.TRANSITIONS[action], action == ReportAction.RETRACT
    # beside a single report the box is for both; above many it is the comment of a return
    words = {"comment": comment} if transition.comment_missing or "alone" in request.POST else {}
    if is_retraction:
        chosen, comment, words = frozenset(), "", {}
    try:
        with create_revision(user=request.user):
            if stale := _get_stale(request, versions, transition):
                problem = str(reporting.DECISION_OVERTAKEN if is_retraction else CHANGED)
                left = chosen - {report.pk for report in stale}
                return Attempt(left, comment, tuple(_name_report(report, problem) for report in stale), conflict=True)
            reporting.take(action, reports, user=request.user, **words)
    except ValidationError as error:
        return Attempt(chosen, comment, comment_error=" ".join(error.messages))
    except reporting.RefusedError as error:
        refused = [
            _name_report(refusal.record, message) for refusal in error.refusals.values() for message in refusal.messages
        ]
        return Attempt(chosen, comment, tuple(refused), conflict=error.conflict)
    messages.success(request, _get_message(transition, reports, user=request.user))
    return Attempt(taken_back=reports[0].entry.project.code if is_retraction and len(reports) == 1 else "")


def _get_message(transition: reporting.Transition, reports: Sequence[MonthlyReport], *, user: Any) -> str:
    """What was done and happens next; of a single report which one, and where the step is taken back if it can be."""
    if transition.action == ReportAction.RETRACT:
        text = ngettext(
            "The decision was taken back; %(count)s report waits for review again.",
            "The decision was taken back; %(count)s reports wait for review again.",
            len(reports),
        )
        return text % {"count": formatting.count(len(reports))}
    text = formatting.step_message(transition, len(reports))
    if len(reports) > 1:
        return text
    [report] = reports
    code, month = report.entry.project.code, str(report.period)
    title = get_report_title(report)
    message = format_html('<a href="{}">{}</a>{}{}', links.report(code, month), title, _(": "), text)
    if transition.action != ReportAction.APPROVE or not reporting.TRANSITIONS[ReportAction.REOPEN].allows(user, report):
        return message
    reopening = links.page("report-reopen", code, month)
    return format_html('{}{}<a href="{}">{}</a>', message, formatting.space(), reopening, _("Reopen it"))


def get_choice(report: MonthlyReport) -> str:
    return f"{report.pk}:{digest_of(report)}"


def _get_stale(
    request: HttpRequest, versions: Mapping[int, str], transition: reporting.Transition
) -> list[MonthlyReport]:
    """Reports that can take the step but are others than the page showed. Of those that cannot the workflow tells."""
    stored = MonthlyReport.objects.visible_to(request.user).filter(pk__in=versions, state__in=transition.starts)
    return [report for report in stored.select_related("entry__project") if digest_of(report) != versions[report.pk]]


def _name_report(report: MonthlyReport, problem: str) -> str:
    return _("%(project)s: %(problem)s") % {"project": report.entry.project.name, "problem": problem}


def get_newest_decision(request: HttpRequest, scope: Scope) -> dict[str, Any] | None:
    """Return what the reviewer decided last, if it can be taken back, and what that does. One query; of an approval those
    of the effect too.

    The form names the decision by the version of each report that it left, so that an old page takes back no later one.
    """
    events = reporting.newest_decision(request.user)
    if not events:
        return None
    report, effect = events[0].report, ""
    names = formatting.listing(event.report.entry.project.name for event in events[:3])
    if len(events) > 3:
        names = _("%(names)s and %(count)s more") % {"names": names, "count": formatting.count(len(events) - 3)}
    is_approval = events[0].action == ReportAction.APPROVE
    if is_approval and scope.programme is not None and scope.programme.pk == report.entry.programme_id:
        keys = [event.report_id for event in events]
        effect = describe_total_change(report.month, *retracting_effect(scope, keys, report.month))
    text = _("Approved: %(projects)s") if is_approval else _("Returned: %(projects)s")
    return {
        "text": text % {"projects": names},
        "choices": [get_choice(event.report) for event in events],
        "effect": effect,
        "comment": events[0].comment,
    }
