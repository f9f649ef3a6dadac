"""What stands in the way of the projects: overdue problems first, each with its log; writers add one or take a step."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import ngettext, pgettext

from projects.choices import ProblemKind, ProblemState
from projects.models import Problem
from projects.totals.scope import Scope
from projects.totals.totals import breakdowns

from .. import formatting, links
from ..files import files_of, of_the_projects
from ..pages import form_page, one_of
from .problem_forms import NewProblemForm, StepForm, deleted_meanwhile
from .problem_log import problem_logs
from .problem_rows import ProblemRow
from .tabs import Switch, framed

ALL, OVERDUE, UNSOLVED = "all", "overdue", "unsolved"
SHOWN = (ALL, OVERDUE, UNSOLVED, *ProblemState.values)
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


@form_page
def problems(request: HttpRequest) -> HttpResponse:
    """The problems of a scope's projects. A POST adds one (`action=add`) or takes a step (`action=step`)."""
    scope = Scope.of(request)
    shown, kind = one_of(request, "state", SHOWN), one_of(request, "problem_kind", KINDS)
    today = scope.programme.today if scope.programme else dt.date.min
    every = list(_problems(scope))
    forms = Forms(_new_form(request, scope))
    if request.method == "POST":
        done = _answered(request, forms, every, today)
        if done is not None:
            return HttpResponseRedirect(f"{links.same_page(request, state=ALL, problem_kind=ALL)}#problem-{done}")
    of_kind = [each for each in every if kind in (ALL, each.kind)]
    rows = [each for each in of_kind if _is_shown(each, shown, today) or each.pk == forms.step_of]
    context = framed(request, scope, "problems", basis=breakdowns(scope, "basis", compared=False)["basis"]) | {
        "lede": _finding(every, today),
        "switches": [
            _switch(request, "state", name, _state_label(name), name == shown, _count(of_kind, name, today))
            for name in SHOWN
        ],
        "kinds": [
            _switch(request, "problem_kind", name, _kind_label(name), name == kind, _of_kind(every, name, shown, today))
            for name in KINDS
        ],
        "rows": _rows(request, rows, forms, today),
        "any": bool(every),
        "files": files_of("problems", [*of_the_projects(scope, rows), *_asked(shown, kind)]),
        "new": forms.new,
        "failed": forms.failed,
        "new_failed": forms.failed and forms.step is None and not forms.gone,
        "gone": forms.gone,
    }
    return render(request, "rounds/problems.html", context, status=forms.status)


def _asked(shown: str, kind: str) -> list[tuple[str, str]]:
    """The state and the kind in the words of the API."""
    kinds = [] if kind == ALL else [("kind", kind)]
    if shown == OVERDUE:
        return [("overdue", "true"), *kinds]
    states = [each.value for each in ProblemState if shown in (ALL, each.value) or _is_unsolved(shown, each)]
    return [*(("state", state) for state in states if shown != ALL), *kinds]


def _is_unsolved(shown: str, state: ProblemState) -> bool:
    return shown == UNSOLVED and state != ProblemState.SOLVED


def _problems(scope: Scope) -> QuerySet[Any]:
    of_scope = scope.projects().order_by().values("pk")
    found = Problem.objects.visible_to(scope.user).filter(project__in=of_scope)
    return found.select_related("project__prefecture")


def overdue_first(rows: list[Problem], today: dt.date) -> list[Problem]:
    """The longest overdue first, then those that are due next, then those without a day, the solved ones last."""
    return sorted(
        rows,
        key=lambda each: (
            each.state == ProblemState.SOLVED,
            not each.is_overdue(today),
            each.due is None,
            each.due or each.raised_on,
            each.pk,
        ),
    )


def _rows(request: HttpRequest, rows: list[Problem], forms: Forms, today: dt.date) -> list[ProblemRow]:
    logs = problem_logs(rows, request.user)

    def form(problem: Problem) -> StepForm | None:
        if problem.pk == forms.step_of:
            return forms.step
        return StepForm(problem=problem) if request.user.has_perm("projects.change_problem", problem) else None

    return [ProblemRow(each, today, logs[each.pk], form(each)) for each in overdue_first(rows, today)]


def _new_form(request: HttpRequest, scope: Scope) -> NewProblemForm | None:
    """An empty form, or the one that was posted; None for readers who may not write to any of these projects."""
    if not request.user.has_perm("projects.add_problem") or scope.programme is None:
        return None
    projects = [
        each for each in scope.projects() if request.user.has_perm("projects.add_problem", Problem(project=each))
    ]
    if not projects:
        return None
    posted = request.method == "POST" and request.POST.get("action") == "add"
    return NewProblemForm(request.POST if posted else None, projects=projects)


def _answered(request: HttpRequest, forms: Forms, every: list[Problem], today: dt.date) -> int | None:
    """The key of the problem that was written; None when the form is wrong, and says why.

    Raises `PermissionDenied` for who may not write, `Http404` for a problem that the reader does not see.
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


def _posted(request: HttpRequest, every: list[Problem], forms: Forms) -> Problem | None:
    """None when it was deleted after the page was opened: then the forms say so."""
    key = request.POST.get("problem", "")
    found = next((each for each in every if str(each.pk) == key), None)
    if found is None:
        forms.gone = deleted_meanwhile(request.user, key, request.POST)
        if not forms.gone:
            raise Http404
        forms.failed = True
    return found


def _is_shown(problem: Problem, shown: str, today: dt.date) -> bool:
    if shown == ALL:
        return True
    if shown == OVERDUE:
        return problem.is_overdue(today)
    if shown == UNSOLVED:
        return problem.state != ProblemState.SOLVED
    return problem.state == shown


def _count(rows: list[Problem], shown: str, today: dt.date) -> int:
    return len([each for each in rows if _is_shown(each, shown, today)])


def _of_kind(every: list[Problem], kind: str, shown: str, today: dt.date) -> int:
    return _count([each for each in every if kind in (ALL, each.kind)], shown, today)


def _switch(request: HttpRequest, parameter: str, name: str, label: str, current: bool, count: int) -> Switch:
    address = links.same_page(request, **{parameter: name})
    return Switch(formatting.sentence_case(label), address, current, formatting.count(count))


def _state_label(name: str) -> str:
    labels = {
        ALL: pgettext("problems", "all"),
        OVERDUE: pgettext("problems", "overdue"),
        UNSOLVED: pgettext("problems", "not solved"),
    }
    return labels.get(name) or str(ProblemState(name).label)


def _kind_label(name: str) -> str:
    return pgettext("problems", "all kinds") if name == ALL else str(ProblemKind(name).label)


def _finding(every: list[Problem], today: dt.date) -> str:
    """How many there are, how many are solved, how many are overdue."""
    if not every:
        return ""
    values = {
        "count": formatting.count(len(every)),
        "solved": formatting.count(_count(every, ProblemState.SOLVED, today)),
        "overdue": formatting.count(_count(every, OVERDUE, today)),
        "today": today.isoformat(),
    }
    text = ngettext(
        "%(count)s problem: %(solved)s solved, %(overdue)s overdue on %(today)s.",
        "%(count)s problems: %(solved)s solved, %(overdue)s overdue on %(today)s.",
        len(every),
    )
    return text % values
