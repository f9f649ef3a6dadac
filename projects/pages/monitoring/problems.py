"""`/problems/`: problems of the projects, overdue ones first, each with its log; writers add one or take a step."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import ngettext, pgettext

from projects.choices import ProblemKind, ProblemState
from projects.exports.files import CHUNK, in_chunks
from projects.models import Problem
from projects.periods import SOON_AFTER
from projects.text import is_key
from projects.totals.scope import Scope

from .. import formatting, links
from ..decorators import form_page, one_of
from ..files import files_of_projects
from ..list_pages import PAGE, Pages, pages_of
from ..parameters import reads
from ..sort_heads import SortColumn, sort_heads
from ..table_files import FILES, PageTable, file_asked, file_links
from .change_page import change_url
from .of_project_forms import own_projects
from .of_tasks import MINE, all_url, asked_of_api, rows_asked
from .problem_forms import NewProblemForm, StepForm, deleted_meanwhile
from .problem_log import problem_logs
from .problem_order import SORT, columns, in_order, orders, page_of
from .problem_page import PROBLEM
from .problem_rows import ProblemRow
from .tabs import framed, switch

ALL, OVERDUE, SOON, UNSOLVED = "all", "overdue", "soon", "unsolved"
SHOWN = (ALL, OVERDUE, SOON, UNSOLVED, *ProblemState.values)
KINDS = (ALL, *ProblemKind.values)


@dataclass
class Forms:
    """The forms of the page; one of them was posted and is wrong when `failed`."""

    new: NewProblemForm | None
    step: StepForm | None = None
    step_of: int | None = None
    failed: bool = False
    gone: str = ""  # what is said of a problem that was deleted meanwhile

    @property
    def status(self) -> int:
        if self.gone:
            return 410
        if self.step is not None and self.step.conflict is not None:
            return 409
        return 422 if self.failed else 200


@dataclass
class ProblemQuestion:
    """The problems that the page is about, and which of them are shown, in which order."""

    every: QuerySet
    shown: str
    kind: str
    order: str
    today: dt.date

    @classmethod
    def of(cls, request: HttpRequest, scope: Scope) -> ProblemQuestion:
        return cls(
            every=rows_asked(request, scope, Problem).select_related("project__prefecture"),
            shown=one_of(request, "state", SHOWN),
            kind=one_of(request, "problem_kind", KINDS),
            order=one_of(request, SORT, orders(scope.access)),
            today=scope.today if scope.programme else dt.date.min,
        )

    @property
    def chosen(self) -> QuerySet:
        return self.every.filter(_condition(self.shown, self.today), _of_kind(self.kind))

    @property
    def in_order(self) -> QuerySet:
        return in_order(self.chosen, self.order, self.today)


@form_page
@reads("state", "problem_kind", SORT, MINE, PAGE, *FILES)
def problems(request: HttpRequest) -> HttpResponse:
    """The problems of a scope's projects, 50 a page. A POST adds one (`action=add`) or takes a step (`action=step`)."""
    scope = Scope.from_request(request)
    question, forms = ProblemQuestion.of(request, scope), Forms(_new_form(request, scope))
    if request.method == "POST" and (done := _answered(request, forms, question.every, question.today)) is not None:
        return HttpResponseRedirect(_address_of(request, question, done))
    counts = _counts(question.every, question.today)
    pages = pages_of(request, _count(counts, question.shown, question.kind))
    found = columns(scope.access)
    if file := file_asked(request, scope, {"problems": lambda: _table(question, found, pages.total)}):
        return file
    asked = [*_asked(question.shown, question.kind), *asked_of_api(request)]
    context = framed(request, scope, "problems") | {
        "lede": _finding(counts, question.today),
        **_switches(request, question, counts),
        "rows": _rows(request, _of_page(question, pages, forms), forms, question.today),
        "heads": sort_heads(request, SORT, question.order, found),
        "order": question.order,
        "pages": pages,
        "any": bool(counts),
        "files": file_links(request),
        "all_url": all_url(request),
        "every_field": files_of_projects("problems", scope, question.chosen, asked),
        "new": forms.new,
        "failed": forms.failed,
        "new_failed": forms.failed and forms.step is None and not forms.gone,
        "gone": forms.gone,
    }
    return render(request, "rounds/problems.html", context, status=forms.status)


def _address_of(request: HttpRequest, question: ProblemQuestion, done: int) -> str:
    """Where the problem that was written stands among all."""
    page = page_of(question.every, done, question.today)
    return f"{links.same_page(request, without=(SORT,), state=ALL, problem_kind=ALL, **page)}#problem-{done}"


def _table(question: ProblemQuestion, found: list[SortColumn], count: int) -> PageTable:
    chunks = in_chunks(ProblemRow(each, question.today) for each in question.in_order.iterator(CHUNK))
    return PageTable("problems", pgettext("page", "Problems"), found, lambda: chunks, count)


def _of_page(question: ProblemQuestion, pages: Pages, forms: Forms) -> list[Problem]:
    rows = list(question.in_order[pages.first - 1 : pages.last]) if pages.total else []
    if forms.step_of is not None and all(each.pk != forms.step_of for each in rows):
        rows.insert(0, question.every.get(pk=forms.step_of))  # the problem of the form is shown, whatever else is
    return rows


def _switches(request: HttpRequest, question: ProblemQuestion, counts: list[dict[str, Any]]) -> dict[str, Any]:
    """By state and by kind, each with how many it would show beside what else is asked."""
    shown, kind = question.shown, question.kind
    return {
        "switches": [
            switch(request, "state", name, _state_label(name), shown=shown, count=_count(counts, name, kind))
            for name in SHOWN
        ],
        "kinds": [
            switch(request, "problem_kind", name, _kind_label(name), shown=kind, count=_count(counts, shown, name))
            for name in KINDS
        ],
    }


def _asked(shown: str, kind: str) -> list[tuple[str, str]]:
    """The state and the kind in the words of the API."""
    kinds = [] if kind == ALL else [("kind", kind)]
    if shown in (OVERDUE, SOON):
        return [(shown, "true"), *kinds]
    states = [each.value for each in ProblemState if shown == each or _is_unsolved(shown, each)]
    return [*(("state", state) for state in states), *kinds]


def _is_unsolved(shown: str, state: ProblemState) -> bool:
    return shown == UNSOLVED and state != ProblemState.SOLVED


def _counts(problems: QuerySet, today: dt.date) -> list[dict[str, Any]]:
    """How many there are of each kind and state, overdue or not."""
    turn = Case(
        When(_condition(OVERDUE, today), then=Value(OVERDUE)),
        When(_condition(SOON, today), then=Value(SOON)),
        default=Value(""),
    )
    return list(problems.order_by().annotate(turn=turn).values("kind", "state", "turn").annotate(number=Count("pk")))


def _condition(shown: str, today: dt.date) -> Q:
    if shown == ALL:
        return Q()
    unsolved = ~Q(state=ProblemState.SOLVED)
    return {
        OVERDUE: unsolved & Q(due__lt=today),
        SOON: unsolved & Q(due__gte=today, due__lte=today + SOON_AFTER),
        UNSOLVED: unsolved,
    }.get(shown, Q(state=shown))


def _of_kind(kind: str) -> Q:
    return Q() if kind == ALL else Q(kind=kind)


def _count(counts: list[dict[str, Any]], shown: str, kind: str = ALL) -> int:
    number = 0
    for row in counts:
        is_shown = {ALL: True, UNSOLVED: row["state"] != ProblemState.SOLVED}
        if kind in (ALL, row["kind"]) and is_shown.get(shown, shown in (row["turn"], row["state"])):
            number += row["number"]
    return number


def _rows(request: HttpRequest, rows: list[Problem], forms: Forms, today: dt.date) -> list[ProblemRow]:
    logs = problem_logs(rows, request.user)

    def form(problem: Problem) -> StepForm | None:
        if problem.pk == forms.step_of:
            return forms.step
        return StepForm(problem=problem) if request.user.has_perm("projects.change_problem", problem) else None

    return [ProblemRow(each, today, logs[each.pk], form(each), change_url(request, PROBLEM, each)) for each in rows]


def _new_form(request: HttpRequest, scope: Scope) -> NewProblemForm | None:
    """An empty form, or the one that was posted; None for readers who may not write to any of these projects."""
    projects = own_projects(request, scope, "projects.add_problem")
    if projects is None:
        return None
    posted = request.method == "POST" and request.POST.get("action") == "add"
    return NewProblemForm(request.POST if posted else None, projects=projects)


def _answered(request: HttpRequest, forms: Forms, every: QuerySet, today: dt.date) -> int | None:
    """The key of the problem that was written; None when the form is wrong, and says why.

    Raises `PermissionDenied` for whoever may not write, `Http404` for a problem that the reader does not see.
    """
    if request.POST.get("action") == "add":
        if forms.new is None:
            raise PermissionDenied
        problem = forms.new.store_new(today=today) if forms.new.is_valid() else None
        forms.failed = problem is None
        return problem.pk if problem else None
    problem = _posted(request, every, forms)
    if problem is None:
        return None
    if not request.user.has_perm("projects.change_problem", problem):
        raise PermissionDenied
    form = StepForm(request.POST, problem=problem)
    if form.is_valid() and form.take(problem, today=today):
        return problem.pk
    forms.step, forms.step_of, forms.failed = form, problem.pk, True
    return None


def _posted(request: HttpRequest, every: QuerySet, forms: Forms) -> Problem | None:
    """None when it was deleted after the page was opened: then the forms say so."""
    key = request.POST.get("problem", "")
    found = every.filter(pk=int(key)).first() if is_key(key) else None
    if found is None:
        forms.gone = deleted_meanwhile(request.user, key, request.POST)
        if not forms.gone:
            raise Http404
        forms.failed = True
    return found


def _state_label(name: str) -> str:
    labels = {
        ALL: pgettext("problems", "all"),
        OVERDUE: pgettext("problems", "overdue"),
        SOON: pgettext("problems", "due within 30 days"),
        UNSOLVED: pgettext("problems", "not solved"),
    }
    return labels.get(name) or str(ProblemState(name).label)


def _kind_label(name: str) -> str:
    return pgettext("problems", "all kinds") if name == ALL else str(ProblemKind(name).label)


def _finding(counts: list[dict[str, Any]], today: dt.date) -> str:
    """How many there are, how many are solved, how many are overdue."""
    if not counts:
        return ""
    every = _count(counts, ALL)
    values = {
        "count": formatting.count(every),
        "solved": formatting.count(_count(counts, ProblemState.SOLVED)),
        "overdue": formatting.count(_count(counts, OVERDUE)),
        "today": today.isoformat(),
    }
    text = ngettext(
        "%(count)s problem: %(solved)s solved, %(overdue)s overdue on %(today)s.",
        "%(count)s problems: %(solved)s solved, %(overdue)s overdue on %(today)s.",
        every,
    )
    return text % values
