"""`/review/`: reports that wait for the province: the queue, or one of them whole beside it (`?open=<code>`)."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from projects.choices import SheetUnit
from projects.pages import formatting, links
from projects.pages.decorators import of_now, work_page
from projects.pages.list_pages import PAGE
from projects.pages.parameters import reads
from projects.pages.report_sheet.sheet_unit import UNIT, remember_unit, unit_of, units
from projects.pages.tables import FILES

from .one_report import OpenedReport, build_report_context
from .review_acts import ReviewAttempt, take_decision
from .review_queue import HINTS, OPEN, OTHERS, ReviewFilter, ReviewQueue, build_queue_context, get_queue_file


@work_page
@reads("month", UNIT, HINTS, OTHERS, OPEN, PAGE, *FILES, asks=False)
@of_now
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
    unit = unit_of(request, usual=SheetUnit.LARGE)
    switch = {"is_signed_in": True, "units": units(), "unit_code": unit.value}  # names of both, before one is for all
    with formatting.in_small_units() if unit == SheetUnit.SMALL else nullcontext():
        return _review(request, switch)


def _review(request: HttpRequest, switch: dict[str, Any]) -> HttpResponse:
    question = ReviewFilter.from_request(request)
    attempt = ReviewAttempt()
    if request.method != "POST" and (file := get_queue_file(request, question)):
        return file
    if request.method == "POST":
        opened = _get_opened(request, question) if "alone" in request.POST else None
        attempt = take_decision(request)
        if not attempt.failed:
            following = opened.following if opened else ""
            return HttpResponseRedirect(_get_next_url(request, question, attempt.taken_back or following))
        question = ReviewFilter.from_request(request)
    status = 409 if attempt.conflict else 200
    opened = _get_opened(request, question)
    if opened is not None:
        context = build_report_context(request, opened, attempt) | switch
        return render(request, "rounds/review_one.html", context, status=status)
    context = build_queue_context(request, question, attempt) | switch
    return render(request, "rounds/review.html", context, status=status)


def _get_next_url(request: HttpRequest, question: ReviewFilter, following: str) -> str:
    """The month stays when its last report is done with; what was open and is done with is not opened again."""
    month = {"month": str(question.month)} if question.month else {}
    return links.same_page(request, without=("open",), **month, **({"open": following} if following else {}))


def _get_opened(request: HttpRequest, question: ReviewFilter) -> OpenedReport | None:
    asked = request.GET.get("open", "")
    if not asked or question.programme is None or question.month is None:
        return None
    return OpenedReport.from_queue(ReviewQueue.from_request(request, question.programme, question.month), asked)
