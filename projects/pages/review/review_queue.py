"""The queue of a month's review: a line of each report that waits, sums of all, and what the total becomes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from operator import attrgetter
from types import SimpleNamespace
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from projects.choices import Light, ListStatus, Measure
from projects.exports.columns import Cell
from projects.exports.files import in_chunks
from projects.models import Entry, MonthlyReport, Programme, Project, Round
from projects.monitoring.review import (
    ReviewedReport,
    ReviewSums,
    WaitingInAll,
    biggest_change_first,
    done_through,
    hints,
    review_sums,
    waiting_in_all,
)
from projects.monitoring.sheet import add_amounts
from projects.pages import formatting, links
from projects.pages.decorators import one_of
from projects.pages.downloads import table_download
from projects.pages.list_pages import pages_of
from projects.pages.report_sheet.sheet_filter import get_newest_open_month
from projects.pages.tables import FORMAT, ChoiceColumn, Column, MoneyColumn, ShareColumn, Table, project_columns
from projects.periods import Month
from projects.plausibility.checks import find_doubts_in_review
from projects.plausibility.rules import Doubt
from projects.totals.lights import behind_at, light_at, must_explain
from projects.totals.plans import Plans, YearPlan, measured_against, plans_by_entry
from projects.totals.programmes import programmes_read
from projects.totals.scope import Scope
from projects.totals.standings import is_late
from projects.totals.totals import ratio

from .review_acts import ReviewAttempt, get_choice, get_newest_decision

MOST_LOOKED_AT = 900  # for hints, which are told one by one
HINTS, OTHERS, OPEN = "hints", "others", "open"  # OTHERS: without what one has submitted oneself


@dataclass(frozen=True)
class ReviewFilter:
    """`waiting` counts the submitted reports of each month that has some, the oldest first."""

    programme: Programme | None
    month: Month | None
    waiting: dict[Month, int]

    @classmethod
    def from_request(cls, request: HttpRequest) -> ReviewFilter:
        """The month asked for, the oldest in which something waits, or that of the newest open round.

        Raises `ValidationError` for a month that is none, or of a year without a programme.
        """
        waiting = count_waiting_by_month(request.user)
        month = _get_month(request) or next(iter(waiting), None) or get_newest_open_month(request.user)
        programme = None
        if month is not None:
            programme = next(
                (programme for programme in programmes_read(request) if programme.year == month.year), None
            )
            if programme is None:
                raise ValidationError({"month": _("There is no programme of %(year)s.") % {"year": month.year}})
        return cls(programme, month, waiting)


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


@dataclass(frozen=True)
class ReviewLine:
    """A line of the queue, or its foot. Amounts in CNY, shares of 1; None where they are not known."""

    last: int | None
    now: int | None
    change: int | None
    month_share: Fraction | None
    year_to_date: int | None
    share: Fraction | None
    gap: Fraction | None


@dataclass(frozen=True)
class ReviewRow:
    """One report that waits, against last month, its plan and its light before."""

    report: MonthlyReport
    reviewed: ReviewedReport
    plan: YearPlan | None
    before: Light | None
    after: Light | None
    hint_texts: list[str]
    is_own: bool  # submitted by the reviewer, who cannot approve it

    @property
    def line(self) -> ReviewLine:
        reviewed, report, plan = self.reviewed, self.report, self.plan
        return _build_line(
            last=reviewed.last,
            now=reviewed.amount,
            change=reviewed.change,
            month_plan=reviewed.month_plan,
            done=reviewed.year_to_date,
            planned_now=reviewed.amount,
            planned_done=reviewed.year_to_date,
            year_plan=plan.amount if plan else None,
            due=plan.to_date(report.month) if plan else None,
        )

    @property
    def choice(self) -> str:
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


def get_submitted_reports(programme: Programme, month: int, *, user: Any) -> QuerySet:
    """What is submitted for a month, the biggest change first."""
    found = MonthlyReport.objects.visible_to(user).filter(entry__programme=programme, month=month).submitted()
    return biggest_change_first(found, user)


def build_review_rows(reports: list[MonthlyReport], programme: Programme, month: int, *, user: Any) -> list[ReviewRow]:
    """What there is to know of reports that wait. Four queries, whatever their number."""
    if not reports:
        return []
    for report in reports:
        report.entry.programme = programme
    entries = [report.entry for report in reports]
    earlier: dict[int, dict[int, MonthlyReport]] = defaultdict(dict)
    found = MonthlyReport.objects.visible_to(user).filter(entry__in=[entry.pk for entry in entries], month__lt=month)
    for report in found:
        earlier[report.entry_id][report.month] = report
    plans = plans_by_entry(entries)
    round_ = Round.objects.visible_to(user).filter(programme=programme, month=month).first()
    months = {entry: [of[number] for number in sorted(of)] for entry, of in earlier.items()}
    doubts = find_doubts_in_review(reports, months)
    return [
        _build_row(report, earlier[report.entry_id], plans[report.entry_id], round_, doubts[report.pk], user)
        for report in reports
    ]


def with_projects(reports: QuerySet) -> QuerySet:
    """With what a line of the queue, and the rules in force, name of them."""
    return reports.select_related("entry__project__prefecture", "submitted_by", "entry__project__enterprise")


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
    before = add_amounts(other.disbursed for other in earlier.values())
    last = earlier.get(month - 1)
    done = int(before.amount or 0) + (report.disbursed or 0)
    reviewed = ReviewedReport(
        amount=report.disbursed or 0,
        last=last.disbursed if last else None,
        before=int(before.amount or 0),
        had_money=_had_money(report.entry),
        month_plan=plan.of_month(month) if plan else None,
        year_plan=plan.amount if plan else None,
        forecast=report.forecast,
        must_explain=must_explain(rule, behind_at(rule, plans, month=month, done=done)),
        is_explained=bool(report.reason.strip() and report.measure.strip()),
        is_late=is_late(report.handed_in_on, round_.punctual_until if round_ else None),
    )
    return ReviewRow(
        report=report,
        reviewed=reviewed,
        plan=plan,
        before=light_at(rule, plan, month=month - 1, done=reviewed.before if before.known else None),
        after=light_at(rule, plan, month=month, done=done),
        hint_texts=[*(str(hint.label) for hint in hints(reviewed)), *(doubt.message.rstrip(".。") for doubt in doubts)],
        is_own=report.submitted_by_id == user.pk,
    )


def _had_money(entry: Entry) -> bool:
    """Whether money was disbursed in earlier years: a continuing project had some, even where the amount is not known."""
    if entry.disbursed_before is None:
        return entry.status == ListStatus.CONTINUING
    return entry.disbursed_before > 0


def build_foot(sums: ReviewSums) -> ReviewLine:
    """Sums of all that are shown, on whatever page; percentages are of the reports that have a plan."""
    return _build_line(
        last=sums.last,
        now=sums.now,
        change=sums.change,
        month_plan=sums.month_plan,
        done=sums.year_to_date,
        planned_done=sums.planned_year_to_date,
        planned_now=sums.planned_now,
        year_plan=sums.year_plan,
        due=sums.due,
    )


def _build_line(
    *,
    last: int | None,
    now: int | None,
    change: int | None,
    month_plan: Fraction | int | None,
    done: int | None,
    planned_now: int | None,
    planned_done: int | None,
    year_plan: int | None,
    due: Fraction | int | None,
) -> ReviewLine:
    of_month = Fraction(planned_now) / month_plan if planned_now is not None and month_plan else None
    gap = (
        (planned_done - due) / Fraction(year_plan)
        if planned_done is not None and due is not None and year_plan
        else None
    )
    return ReviewLine(
        last=last,
        now=now,
        change=change,
        month_share=of_month,
        year_to_date=done,
        share=ratio(planned_done, year_plan),
        gap=gap,
    )


def build_review_columns(month: int) -> list[Column]:
    """Return the columns in the order of the page, which has a box to choose by before them and a link after them."""
    last = formatting.month_name(month - 1) if month > 1 else _("Last month")

    def money(label: str, name: str) -> Column:
        return MoneyColumn(label=label, value=lambda row: getattr(row.line, name))

    def share(label: str, name: str, **options: Any) -> Column:
        return ShareColumn(label=label, value=lambda row: getattr(row.line, name), **options)

    return [
        *project_columns(attrgetter("project"), sortable=False),
        money(last, "last"),
        money(formatting.month_name(month), "now"),
        money(pgettext("review", "Change"), "change"),
        share(_("% of the month's plan"), "month_share", css="far"),
        money(_("Year to date"), "year_to_date"),
        share(Measure.DISBURSED_OF_PLAN.header, "share"),
        share(_("Gap to the pro-rata plan, percentage points"), "gap", css="far"),
        ChoiceColumn(label=_("Light before"), value=attrgetter("before"), on_page=False),
        ChoiceColumn(label=_("Light"), value=attrgetter("after")),
        Column(label=_("Hints"), value=attrgetter("hints")),
    ]


def _sum_cells(foot: ReviewLine, columns: Sequence[Column]) -> list[list[Cell]]:
    """Return the row of a file below those that wait: their sums."""
    sums = SimpleNamespace(line=foot)
    return [[_("Total"), *(column.cell(sums) if column.numeric else None for column in columns[1:])]]


@dataclass(frozen=True)
class ReviewQueue:
    """Reports of a month that wait, the biggest change first; `shown` those that are asked for."""

    user: Any
    programme: Programme
    month: Month
    waiting: QuerySet
    shown: QuerySet
    hinted: bool
    of_others: bool = False

    @classmethod
    def from_request(cls, request: HttpRequest, programme: Programme, month: Month) -> ReviewQueue:
        waiting = get_submitted_reports(programme, month.number, user=request.user)
        hinted = one_of(request, HINTS, ("", "1")) == "1"
        of_others = one_of(request, OTHERS, ("", "1")) == "1"
        shown = waiting.of_others(request.user) if of_others else waiting
        if hinted:
            shown = shown.filter(pk__in=_with_hints(shown, programme, month.number, request.user))
        return cls(request.user, programme, month, waiting, shown, hinted, of_others)

    def sums(self) -> ReviewSums:
        return review_sums(self.programme, self.month.number, self.shown, user=self.user)

    def page(self, first: int, last: int) -> list[MonthlyReport]:
        """Return the reports from index `first` to before `last`, with what a line names of them."""
        return list(with_projects(self.shown)[first:last])


def _with_hints(waiting: QuerySet, programme: Programme, month: int, user: Any) -> list[int]:
    """Keys of the reports that have a hint, of as many of the biggest changes as are looked at for one."""
    some = list(with_projects(waiting)[:MOST_LOOKED_AT])
    return [row.report.pk for row in build_review_rows(some, programme, month, user=user) if row.hint_texts]


def get_queue_file(request: HttpRequest, question: ReviewFilter) -> HttpResponse | None:
    """The queue as a file, whole, if it is asked for."""
    if question.programme is None or question.month is None:
        return None
    programme, asked, month = question.programme, question.month, question.month.number
    scope = Scope(user=request.user, programme=programme, first_month=month, last_month=month)
    if FORMAT not in request.GET:
        return None
    queue = ReviewQueue.from_request(request, programme, asked)
    rows = [  # at once: the unit in which hints name amounts is that of the request
        row
        for some in in_chunks(with_projects(queue.shown))
        for row in build_review_rows(list(some), programme, month, user=request.user)
    ]
    below = partial(_sum_cells, build_foot(queue.sums()))
    columns, title = build_review_columns(month), _("Reports that wait")
    return table_download(request, scope, [Table(request, "review", title, columns, rows, order="", below=below)])


def build_queue_context(request: HttpRequest, question: ReviewFilter, attempt: ReviewAttempt) -> dict[str, Any]:
    scope = Scope(user=request.user, programme=question.programme)
    context: dict[str, Any] = {
        "scope": scope,
        "question": question,
        "attempt": attempt,
        "unit": formatting.money_unit(),
        "decision": get_newest_decision(request, scope),
    }
    if question.programme is None or question.month is None:
        return context | {"title": _("Review"), "lede": _("There is no round yet.")}
    queue = ReviewQueue.from_request(request, question.programme, question.month)
    month = queue.month.number
    sums = queue.sums()
    pages = pages_of(request, sums.number)
    page = queue.page(pages.first - 1, pages.last) if pages.total else []
    rows = build_review_rows(page, queue.programme, month, user=request.user)
    columns = build_review_columns(month)
    return context | {
        "title": _("Waiting for review: %(month)s") % {"month": formatting.month_of_year(queue.month)},
        "lede": _lede(queue.waiting),
        "gone": bool(request.GET.get(OPEN)),  # what was to be opened does not wait, or no more
        "columns": [column for column in columns if column.on_page],
        "files": Table(request, "review", _("Reports that wait"), columns, rows, order="").files,
        "last_month": month > 1,
        "rows": rows,
        "pages": pages,
        "foot": build_foot(sums) if rows else None,
        "hinted": queue.hinted,
        "hinted_url": links.same_page(request, without=(HINTS, OPEN))
        if queue.hinted
        else links.same_page(request, without=(OPEN,), hints="1"),
        "of_others": queue.of_others,
        "of_all_url": links.same_page(request, without=(OTHERS, OPEN)),
        "months": _other_months(request, question),
        **_total_context(scope, queue, sums, attempt),
    }


def _other_months(request: HttpRequest, question: ReviewFilter) -> list[tuple[str, int, str]]:
    return [
        (formatting.month_of_year(month), count, links.same_page(request, without=(OPEN, HINTS), month=str(month)))
        for month, count in question.waiting.items()
        if month != question.month
    ]


def _lede(reports: QuerySet) -> str:
    waiting = waiting_in_all(reports)
    if not waiting.number:
        return _("Nothing waits.")
    where = ngettext("%(count)s prefecture", "%(count)s prefectures", waiting.places) % {"count": waiting.places}
    said = ngettext(
        "%(places)s submitted %(count)s report, %(amount)s in all.",
        "%(places)s submitted %(count)s reports, %(amount)s in all.",
        waiting.number,
    )
    amount = formatting.money_with_unit(waiting.amount, "table")
    return said % {"places": where, "count": formatting.count(waiting.number), "amount": amount}


def _total_context(scope: Scope, queue: ReviewQueue, sums: ReviewSums, attempt: ReviewAttempt) -> dict[str, Any]:
    """What the programme's total is, and what it becomes. The browser fills the marks in for what is chosen."""
    number = queue.month.number
    present = done_through(scope, number)
    chosen = waiting_in_all(queue.shown.filter(pk__in=attempt.chosen)) if attempt.chosen else WaitingInAll(0, 0)
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
        "approve": approve.format(count=chosen.number) if chosen.number else _("Approve what is selected"),
        "patterns": {
            "selected": selected.format(**fixed, count="{count}", amount="{amount}", then="{then}"),
            "approve": approve,
        },
        "decimals": formatting.decimals_of_unit(),
        "places_shown": formatting.places_of(),
    }
