"""The queue of a month's review: a line of each report that waits, sums of all, and what the total becomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.exports.files import in_chunks
from projects.models import MonthlyReport, Programme
from projects.monitoring.review import ReviewSums, WaitingInAll, done_through, review_sums, waiting_in_all
from projects.pages import formatting, links
from projects.pages.decorators import one_of
from projects.pages.list_pages import pages_of
from projects.pages.sort_heads import sort_heads
from projects.pages.table_files import PageTable, file_asked, file_links
from projects.periods import Month
from projects.totals.scope import Scope

from .decision_undo import newest_decision
from .review_acts import ReviewAttempt
from .review_columns import columns_of_review, total_of_review
from .review_filter import ReviewQuestion
from .review_rows import foot, review_row, submitted_reports, waiting_reports, with_projects

MOST_LOOKED_AT = 900  # for hints, which are told one by one
HINTS, OTHERS, OPEN = "hints", "others", "open"  # OTHERS: without what one has submitted oneself


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
    def of(cls, request: HttpRequest, programme: Programme, month: Month) -> ReviewQueue:
        waiting = submitted_reports(programme, month.number, user=request.user)
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
    return [each.report.pk for each in waiting_reports(some, programme, month, user=user) if each.hints]


def queue_file(request: HttpRequest, question: ReviewQuestion) -> HttpResponse | None:
    """The queue as a file, whole, if it is asked for."""
    if question.programme is None or question.month is None:
        return None
    programme, asked, month = question.programme, question.month, question.month.number
    scope = Scope(user=request.user, programme=programme, first_month=month, last_month=month)

    def table() -> PageTable:
        queue = ReviewQueue.of(request, programme, asked)
        sums = queue.sums()
        rows = [  # at once: the unit in which hints name amounts is that of the request
            review_row(each)
            for some in in_chunks(with_projects(queue.shown))
            for each in waiting_reports(list(some), programme, month, user=request.user)
        ]
        columns = columns_of_review(month)
        below = [total_of_review(columns, foot(sums))] if rows else []
        return PageTable("review", _("Reports that wait"), columns, lambda: [rows], len(rows), below)

    return file_asked(request, scope, {"review": table})


def queue_context(request: HttpRequest, question: ReviewQuestion, attempt: ReviewAttempt) -> dict[str, Any]:
    scope = Scope(user=request.user, programme=question.programme)
    context: dict[str, Any] = {
        "scope": scope,
        "question": question,
        "attempt": attempt,
        "unit": formatting.money_unit(),
        "decision": newest_decision(request, scope),
    }
    if question.programme is None or question.month is None:
        return context | {"title": _("Review"), "lede": _("There is no round yet.")}
    queue = ReviewQueue.of(request, question.programme, question.month)
    month = queue.month.number
    sums = queue.sums()
    pages = pages_of(request, sums.number)
    page = queue.page(pages.first - 1, pages.last) if pages.total else []
    rows = [review_row(each) for each in waiting_reports(page, queue.programme, month, user=request.user)]
    return context | {
        "title": _("Waiting for review: %(month)s") % {"month": formatting.month_of_year(queue.month)},
        "lede": _lede(queue.waiting),
        "gone": bool(request.GET.get(OPEN)),  # what was to be opened does not wait, or no more
        "heads": sort_heads(request, "", "", columns_of_review(month)),
        "files": file_links(request) if rows else [],
        "last_month": month > 1,
        "rows": rows,
        "pages": pages,
        "foot": foot(sums) if rows else None,
        "hinted": queue.hinted,
        "hinted_url": links.same_page(request, without=(HINTS, OPEN))
        if queue.hinted
        else links.same_page(request, without=(OPEN,), hints="1"),
        "of_others": queue.of_others,
        "of_all_url": links.same_page(request, without=(OTHERS, OPEN)),
        "months": _other_months(request, question),
        **_becomes(scope, queue, sums, attempt),
    }


def _other_months(request: HttpRequest, question: ReviewQuestion) -> list[tuple[str, int, str]]:
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


def _becomes(scope: Scope, queue: ReviewQueue, sums: ReviewSums, attempt: ReviewAttempt) -> dict[str, Any]:
    """What the programme's total is, and what it becomes. The browser fills the marks in for what is chosen."""
    number = queue.month.number
    present = done_through(scope, number)
    chosen = waiting_in_all(queue.shown.filter(pk__in=attempt.chosen)) if attempt.chosen else WaitingInAll(0, 0)
    months = formatting.months(1, number)
    selected = _("%(count)s selected, %(amount)s %(unit)s: the total of %(months)s goes from %(now)s to %(then)s.")
    every = _("All %(count)s approved: %(then)s.")
    fixed = {"unit": formatting.money_unit(), "months": months, "now": formatting.money(present)}
    approve = _("Approve %(count)s selected")
    return {
        "present": present,
        "selected": selected
        % {
            **fixed,
            "count": chosen.number,
            "amount": formatting.money(chosen.amount),
            "then": formatting.money(present + chosen.amount),
        },
        "every": every % {"count": sums.number, "then": formatting.money(present + (sums.now or 0))},
        "approve": approve % {"count": chosen.number} if chosen.number else _("Approve what is selected"),
        "patterns": {
            "selected": selected % {**fixed, "count": "{count}", "amount": "{amount}", "then": "{then}"},
            "approve": approve % {"count": "{count}"},
        },
        "decimals": formatting.decimals_of_unit(),
        "places_shown": formatting.places_of(),
    }
