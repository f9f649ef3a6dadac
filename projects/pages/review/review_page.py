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
from projects.pages.table_files import FILES

from .one_report import OpenedReport, one_report_context
from .review_acts import ReviewAttempt, acted
from .review_filter import ReviewQuestion
from .review_queue import HINTS, OPEN, OTHERS, ReviewQueue, queue_context, queue_file


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
        return _reviewed(request, switch)


def _reviewed(request: HttpRequest, switch: dict[str, Any]) -> HttpResponse:
    question = ReviewQuestion.of(request)
    attempt = ReviewAttempt()
    if request.method != "POST" and (file := queue_file(request, question)):
        return file
    if request.method == "POST":
        following = _after(request, question) if "alone" in request.POST else ""
        attempt = acted(request)
        if not attempt.failed:
            return HttpResponseRedirect(_onward(request, question, attempt.taken_back or following))
        question = ReviewQuestion.of(request)
    status = 409 if attempt.conflict else 200
    template, context = _shown(request, question, attempt)
    return render(request, template, context | switch, status=status)


def _after(request: HttpRequest, question: ReviewQuestion) -> str:
    """The code of the report after the one that is open; empty after the last."""
    opened = _opened(request, question)
    return opened.following if opened else ""


def _onward(request: HttpRequest, question: ReviewQuestion, following: str) -> str:
    """The month stays when its last report is done with; what was open and is done with is not opened again."""
    month = {"month": str(question.month)} if question.month else {}
    return links.same_page(request, without=("open",), **month, **({"open": following} if following else {}))


def _shown(request: HttpRequest, question: ReviewQuestion, attempt: ReviewAttempt) -> tuple[str, dict[str, Any]]:
    """The template of what is asked for, and what it is filled in with."""
    opened = _opened(request, question)
    if opened is not None:
        return "rounds/review_one.html", one_report_context(request, opened, attempt)
    return "rounds/review.html", queue_context(request, question, attempt)


def _opened(request: HttpRequest, question: ReviewQuestion) -> OpenedReport | None:
    asked = request.GET.get("open", "")
    if not asked or question.programme is None or question.month is None:
        return None
    return OpenedReport.of(ReviewQueue.of(request, question.programme, question.month), asked)
