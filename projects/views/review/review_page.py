"""`/review/`: reports that wait for the province, to be approved or returned, many at once or one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.choices import Measure
from projects.models import MonthlyReport, Programme
from projects.models.fields import normalised_code
from projects.monitoring.review_sums import ReviewSums, WaitingInAll, review_sums, waiting_in_all
from projects.totals.scope import Scope
from projects.totals.totals import breakdowns
from projects.versioning.digests import digest_of
from projects.versioning.revisions import writing
from projects.views import formatting, links
from projects.views.list_pages import pages_of
from projects.views.notes.note_display import notes_of
from projects.views.pages import work_page
from projects.workflows import reporting

from .report_changes import opened
from .review_filter import ReviewQuestion
from .review_rows import foot, review_row, submitted_reports, waiting_reports, with_projects

MOST_LOOKED_AT = 900  # for hints, which are told one by one


@dataclass
class ReviewAttempt:
    """What was asked for and did not happen: kept, so that nothing has to be chosen or typed again."""

    chosen: frozenset[int] = frozenset()
    comment: str = ""
    errors: tuple[str, ...] = ()
    comment_error: str = ""
    alone: bool = False  # it came from the form of the one report that is opened
    conflict: bool = False


@work_page
def review(request: HttpRequest) -> HttpResponse:
    """What is submitted in a month. Approving and returning is all or nothing."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not request.user.has_perm("projects.approve_monthlyreport"):
        raise PermissionDenied
    question = ReviewQuestion.of(request)
    attempt = ReviewAttempt()
    if request.method == "POST":
        attempt = _acted(request)
        if not attempt.errors and not attempt.comment_error:
            # what was opened and is done with is not opened again
            return HttpResponseRedirect(links.same_page(request, without=("open",), **_month(question)))
        question = ReviewQuestion.of(request)
    status = 409 if attempt.conflict else 200
    return render(request, "rounds/review.html", _context(request, question, attempt), status=status)


def _month(question: ReviewQuestion) -> dict[str, str]:
    """The month stays when its last report is done with."""
    return {"month": str(question.month)} if question.month else {}


def _acted(request: HttpRequest) -> ReviewAttempt:
    versions = _chosen(request)
    chosen = frozenset(versions)
    comment = request.POST.get("comment", "")
    action, alone = request.POST.get("action", ""), "alone" in request.POST
    if not chosen:
        return ReviewAttempt(comment=comment, errors=(_("Choose at least one report."),))
    reports = list(
        MonthlyReport.objects.visible_to(request.user).filter(pk__in=chosen).select_related("entry__project")
    )
    if len(reports) < len(chosen):
        return ReviewAttempt(chosen, comment, (_("One of these reports is not there, or not yours to see."),))
    if action not in reporting.DECISIONS:
        return ReviewAttempt(chosen, comment, (_("Say whether to approve or to return."),))
    transition = reporting.TRANSITIONS[action]
    try:
        with writing(user=request.user):
            stale = _stale(request, versions)
            if stale:
                left = chosen - {report.pk for report in stale}
                return ReviewAttempt(left, comment, tuple(map(_changed, stale)), conflict=True, alone=alone)
            words = {"comment": comment} if transition.comment_missing else {}
            reporting.take(transition.action, reports, user=request.user, **words)
    except ValidationError as error:
        return ReviewAttempt(chosen, comment, comment_error=" ".join(error.messages), alone=alone)
    except reporting.RefusedError as error:
        return ReviewAttempt(chosen, comment, tuple(_refused(error)), conflict=error.conflict, alone=alone)
    messages.success(request, transition.done % {"number": len(reports), "count": formatting.count(len(reports))})
    return ReviewAttempt()


def _chosen(request: HttpRequest) -> dict[int, str]:
    """The chosen reports by key, each with the version that the page showed."""
    pairs = [each.partition(":") for each in request.POST.getlist("report")]
    return {int(key): version for key, _colon, version in pairs if key.isascii() and key.isdecimal() and len(key) < 19}


def _stale(request: HttpRequest, versions: Mapping[int, str]) -> list[MonthlyReport]:
    """Reports that still wait but say something else than the page did. Of those that wait no more the workflow tells."""
    stored = MonthlyReport.objects.visible_to(request.user).submitted().filter(pk__in=versions)
    return [report for report in stored.select_related("entry__project") if digest_of(report) != versions[report.pk]]


def _changed(report: MonthlyReport) -> str:
    told = _("changed since you opened this page. Please look at it again; nothing was done.")
    return _("%(project)s: %(problem)s") % {"project": report.entry.project.name, "problem": told}


def _refused(error: reporting.RefusedError) -> list[str]:
    """Which reports stood in the way, and why."""
    return [
        _("%(project)s: %(problem)s") % {"project": refusal.record.entry.project.name, "problem": message}
        for refusal in error.refusals.values()
        for message in refusal.messages
    ]


def _context(request: HttpRequest, question: ReviewQuestion, attempt: ReviewAttempt) -> dict[str, Any]:
    scope = Scope(user=request.user, programme=question.programme)
    context: dict[str, Any] = {
        "scope": scope,
        "question": question,
        "attempt": attempt,
        "unit": formatting.money_unit(),
    }
    if question.programme is None or question.month is None:
        return context | {"title": _("Review"), "lede": _("There is no round yet.")}
    programme, month = question.programme, question.month.number
    waiting = submitted_reports(programme, month, user=request.user)
    hinted = request.GET.get("hints") == "1"
    shown = waiting.filter(pk__in=_with_hints(waiting, programme, month, request.user)) if hinted else waiting
    sums = review_sums(programme, month, shown, user=request.user)
    pages = pages_of(request, sums.number)
    page = list(with_projects(shown)[pages.first - 1 : pages.last]) if pages.total else []
    rows = [review_row(each) for each in waiting_reports(page, programme, month, user=request.user)]
    return context | {
        "title": _("Waiting for review: %(month)s") % {"month": formatting.month_of_year(question.month)},
        "lede": _lede(waiting),
        "this_month": formatting.month_name(question.month.number),
        "last_month": formatting.month_name(question.month.number - 1) if question.month.number > 1 else "",
        "rows": rows,
        "pages": pages,
        "foot": foot(sums) if rows else None,
        "hinted": hinted,
        "hinted_url": links.same_page(request, without=("hints", "open"))
        if hinted
        else links.same_page(request, without=("open",), hints="1"),
        "months": [
            (
                formatting.month_of_year(month),
                count,
                links.same_page(request, without=("open", "hints"), month=str(month)),
            )
            for month, count in question.waiting.items()
            if month != question.month
        ],
        "opened": _opened(request, waiting, programme, month),
        "closed_url": links.same_page(request, without=("open",)),
        **_becomes(scope, question, shown, sums, attempt),
    }


def _with_hints(waiting: QuerySet, programme: Programme, month: int, user: Any) -> list[int]:
    """Keys of the reports that have a hint, of as many of the biggest changes as are looked at for one."""
    some = list(with_projects(waiting)[:MOST_LOOKED_AT])
    return [each.report.pk for each in waiting_reports(some, programme, month, user=user) if each.hints]


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


def _becomes(
    scope: Scope, question: ReviewQuestion, shown: QuerySet, sums: ReviewSums, attempt: ReviewAttempt
) -> dict[str, Any]:
    """What the programme's total is, and what it becomes. The browser fills the marks in for what is chosen."""
    number = question.month.number if question.month else 0
    through = Scope(user=scope.user, programme=scope.programme, first_month=1, last_month=number)
    disbursed = Measure.DISBURSED.value
    answer = breakdowns(through, None, compared=False, figures=(disbursed,))[None]
    present = answer.whole.figures[disbursed].value or 0
    chosen = waiting_in_all(shown.filter(pk__in=attempt.chosen)) if attempt.chosen else WaitingInAll(0, 0)
    months = formatting.months(1, number)
    selected = _("%(count)s chosen, %(amount)s %(unit)s: the total of %(months)s goes from %(now)s to %(then)s.")
    every = _("All %(count)s approved: %(then)s.")
    fixed = {"unit": formatting.money_unit(), "months": months, "now": formatting.money(present)}
    approve = _("Approve %(count)s chosen")
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
        "approve": approve % {"count": chosen.number} if chosen.number else _("Approve what is chosen"),
        "patterns": {
            "selected": selected % {**fixed, "count": "{count}", "amount": "{amount}", "then": "{then}"},
            "approve": approve % {"count": "{count}"},
        },
        "decimals": formatting.decimals_of_unit(),
        "places_shown": formatting.places_of_table(),
    }


def _opened(request: HttpRequest, waiting: QuerySet, programme: Programme, month: int) -> Any:
    """The report of the project asked for, if it waits."""
    asked = request.GET.get("open", "")
    if not asked or not asked.isprintable():
        return None
    reports = list(with_projects(waiting.filter(entry__project__code=normalised_code(asked))))
    for found in waiting_reports(reports, programme, month, user=request.user):
        notes = notes_of(request, programme=programme, report=found.report)
        return {"waiting": found, "row": review_row(found), "told": opened(found.report), "notes": notes}
    return None
