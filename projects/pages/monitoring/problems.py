"""`/problems/`: problems of the projects, overdue ones first, each with its log; writers add, change and solve them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from projects.changes.kinds import kind_of, visible_rows
from projects.choices import ProblemKind, ProblemState
from projects.models import Problem
from projects.models.form_fields import DayField
from projects.periods import SOON_AFTER
from projects.text import LONGEST_LINE, LONGEST_WORDS
from projects.totals.programmes import get_reader
from projects.totals.scope import Scope

from .. import formatting, links
from ..decorators import get_choice_parameter, page, work_page
from ..downloads import files_of_projects, table_download
from ..figure_display import begin_with_mark, illustrative_share_of
from ..list_pages import PAGE
from ..parameters import MINE, accepts_parameters
from ..record_forms import RecordForm
from ..return_address import BACK
from ..tables import FILES, ChoiceColumn, Column, Table, basis_column, project_columns
from .project_records import (
    ChangeForm,
    NewRecordForm,
    add_record,
    change_record,
    get_add_url,
    get_all_url,
    get_api_parameters,
    get_change_url,
    get_records,
)
from .tabs import get_tab_context, switch

ALL, OVERDUE, SOON, UNSOLVED = "all", "overdue", "soon", "unsolved"
STATES = (ALL, OVERDUE, SOON, UNSOLVED, *ProblemState.values)
KINDS = (ALL, *ProblemKind.values)
USUAL = "overdue"  # order
_STATE_CLASS = {
    ProblemState.OPEN: "draft",
    ProblemState.HANDED_OVER: "submitted",
    ProblemState.IN_HAND: "submitted",
    ProblemState.NOT_SOON: "returned",
    ProblemState.SOLVED: "approved",
}


# forms


class ProblemForm(RecordForm):
    """What a problem is, who is to solve it and by when."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=[("", "—"), *ProblemKind.choices])
    description = forms.CharField(label=gettext_lazy("Description"), max_length=LONGEST_WORDS, widget=forms.Textarea)
    solver = forms.CharField(label=gettext_lazy("To be solved by"), max_length=LONGEST_LINE, required=False)
    due = DayField(label=gettext_lazy("Deadline"), required=False)


class ProblemChangeForm(ProblemForm, ChangeForm):
    """How far a problem has come, another deadline or solver of it, or other words for it."""

    list_page = "problems"
    list_label = pgettext_lazy("page", "Problems")
    title = gettext_lazy("Change a problem")
    save_label = gettext_lazy("Save the problem")
    saved_message = gettext_lazy("The problem is saved.")
    conflict_message = gettext_lazy("Meanwhile somebody else changed this problem. Nothing of yours is lost.")
    change_message = gettext_lazy("%(who)s changed this problem at %(when)s, after you opened it.")
    deletion_message = gettext_lazy(
        "Meanwhile %(who)s deleted this problem at %(when)s. Nothing was saved. You typed: %(typed)s"
    )
    field_order = ("state", "note")

    state = forms.ChoiceField(label=gettext_lazy("State"), choices=ProblemState.choices)
    note = forms.CharField(
        label=gettext_lazy("Last step"),
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What was done; new words for each change of state."),
    )

    def merge_into(self, stored: Any) -> bool:
        if not super().merge_into(stored):
            return False
        if stored.state != ProblemState.SOLVED:
            stored.solved_on = None
        elif stored.solved_on is None:
            stored.solved_on = self.today
        return True


class NewProblemForm(ProblemForm, NewRecordForm):
    """A problem of one of the projects that the user may write to, raised today and open."""

    model = Problem
    title = gettext_lazy("Add a problem")
    change_form = ProblemChangeForm
    field_order = ("project",)

    def build_record(self) -> Problem:
        problem = super().build_record()
        problem.raised_on = self.today
        return problem

    def clean(self) -> None:
        same = {name: self.cleaned_data.get(name) for name in ("project", "description")}
        if Problem.objects.filter(**same, raised_on=self.today).exists():  # sent twice, as by going back
            self.add_error("description", _("The same problem of this project was raised today already."))


# rows


@dataclass
class ProblemRow:
    """A problem by what counts as today for the programme; on its page with its `steps` and the address of its form."""

    problem: Problem
    today: dt.date
    steps: list[Any] = field(default_factory=list)
    change_url: str = ""

    @property
    def is_overdue(self) -> bool:
        return self.problem.is_overdue(self.today)

    @property
    def state_class(self) -> str:
        return _STATE_CLASS[ProblemState(self.problem.state)]

    @property
    def time(self) -> str:
        """How late it is, how long is left, or how long it took."""
        problem = self.problem
        if problem.solved_on:
            days = (problem.solved_on - problem.raised_on).days
            return ngettext("solved after %(days)s day", "solved after %(days)s days", days) % {"days": days}
        if problem.due is None:
            return _("no day set")
        days = (problem.due - self.today).days
        if days < 0:
            return formatting.overdue_time(-days)
        return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}

    def is_in(self, state: str, kind: str = ALL) -> bool:
        """Return True if the problem is among those of a state and a kind of the switches."""
        problem = self.problem
        if kind not in (ALL, problem.kind):
            return False
        if state == ALL:
            return True
        if state == OVERDUE:
            return self.is_overdue
        is_unsolved = problem.state != ProblemState.SOLVED
        if state == SOON:
            return is_unsolved and problem.due is not None and self.today <= problem.due <= self.today + SOON_AFTER
        return is_unsolved if state == UNSOLVED else problem.state == state

    def _usual_place(self) -> tuple[int, dt.date, int]:
        """The longest overdue first, then those due next, then those without a day, the solved ones last."""
        problem = self.problem
        if problem.state == ProblemState.SOLVED:
            turn = 3 if problem.due else 4
        elif problem.due is None:
            turn = 2
        else:
            turn = 0 if problem.due < self.today else 1
        return turn, problem.due or problem.raised_on, problem.pk


def get_problem_rows(problems: Iterable[Problem], today: dt.date) -> list[ProblemRow]:
    """Return problems in their usual order, overdue ones first."""
    return sorted((ProblemRow(problem, today) for problem in problems), key=ProblemRow._usual_place)


def _add_steps(rows: Sequence[ProblemRow], user: Any) -> None:
    """Give each row the versions of its problem at which its state or note became another, newest first; one query for all.

    A reader of single prefectures sees them from when the project came to one of them.
    """
    by_key = {row.problem.pk: row for row in rows}
    versions = visible_rows(kind_of(Problem), user).filter(id__in=list(by_key))
    for version in versions.select_related("revision__user").order_by("history_id"):
        steps = by_key[version.id].steps
        if not steps or (steps[0].state, steps[0].note) != (version.state, version.note):
            steps.insert(0, version)


def get_problem_columns(scope: Scope) -> list[Column]:
    """Return the columns of a list of problems. The public does not read who solves one, and does not order by it."""
    public = scope.access.public
    return [
        *project_columns("problem.project", year=scope.year, template="rounds/_cell_problem_project.html"),
        basis_column("problem.basis", on_page=False),
        ChoiceColumn(
            name="kind",
            label=_("Kind"),
            choices=ProblemKind,
            value="problem.kind",
            template="rounds/_cell_problem_kind.html",
        ),
        ChoiceColumn(
            name="state",
            label=_("State"),
            choices=ProblemState,
            value="problem.state",
            template="rounds/_cell_problem_state.html",
        ),
        Column(
            label=_("Time"),
            value=lambda row: row.time if row.problem.solved_on or row.problem.due else "",
            on_page=False,
        ),
        Column(
            name="solver",
            label=_("To be solved by"),
            value="problem.solver",
            unknown=_("nobody named"),
            css="t",
            template="rounds/_cell_solver.html",
            sortable=not public,
            in_file=not public,
        ),
        Column(
            name="due",
            label=_("Deadline"),
            value="problem.due",
            unknown=_("no day set"),
            css="nw",
        ),
        Column(name="raised", label=_("Raised on"), value="problem.raised_on", css="nw"),
        Column(
            name="description",
            label=_("Description"),
            value="problem.description",
            template="rounds/_cell_problem.html",
        ),
        Column(label=_("Last step"), value="problem.note", on_page=False),
    ]


# pages


@page
@accepts_parameters("state", "problem_kind", "sort", MINE, PAGE, *FILES)
def problems(request: HttpRequest) -> HttpResponse:
    """Problems of a scope's projects, 50 a page."""
    scope = Scope.from_request(request)
    state, kind = get_choice_parameter(request, "state", STATES), get_choice_parameter(request, "problem_kind", KINDS)
    today = scope.today if scope.programme else dt.date.min
    rows = get_problem_rows(get_records(request, scope, Problem).select_related("project__prefecture"), today)
    table = Table(
        request,
        "problems",
        pgettext("page", "Problems"),
        get_problem_columns(scope),
        [row for row in rows if row.is_in(state, kind)],
        usual=USUAL,
        css="watched",
        row_id=lambda row: f"problem-{row.problem.pk}",
        paginated="format" not in request.GET,
    )
    if file := table_download(request, scope, [table]):
        return file
    if table.order == USUAL:
        table.caption = _("Problems, overdue ones first")
    shown = list(table.shown_records)
    _add_steps(shown, get_reader(request))
    for row in shown:
        row.change_url = get_change_url(request, row.problem)
    files = [*table.files, *_get_api_files(request, scope, table, state, kind)]
    context = get_tab_context(request, scope, "problems") | {
        "lede": begin_with_mark(_get_finding(rows, today), illustrative_share_of(row.problem for row in rows)),
        "switches": [
            switch(request, "state", name, _get_state_label(name), shown=state, count=_count(rows, name, kind))
            for name in STATES
        ],
        "kinds": [
            switch(request, "problem_kind", name, _get_kind_label(name), shown=kind, count=_count(rows, state, name))
            for name in KINDS
        ],
        "table": table,
        "pages": table.pages,
        "any": bool(rows),
        "files": files if table.records else [],
        "all_url": get_all_url(request),
        "add_url": get_add_url(request, scope, Problem),
    }
    return render(request, "rounds/problems.html", context)


@work_page
@accepts_parameters("project", BACK)
def add_problem(request: HttpRequest) -> HttpResponse:
    """A new problem."""
    return add_record(request, NewProblemForm)


@work_page
@accepts_parameters(BACK, asks=False)
def change_problem(request: HttpRequest, key: int) -> HttpResponse:
    """How far a problem has come, another deadline or solver of it, or other words for it."""
    return change_record(request, key, Problem, ProblemChangeForm)


def _get_api_files(request: HttpRequest, scope: Scope, table: Table, state: str, kind: str) -> list[links.PageLink]:
    """Return the files of the API of the problems of a table."""
    if state in (OVERDUE, SOON):
        states = [(state, "true")]
    else:
        states = [
            ("state", name.value)
            for name in ProblemState
            if state == name or (state == UNSOLVED and name != ProblemState.SOLVED)
        ]
    kinds = [] if kind == ALL else [("kind", kind)]
    codes = [row.problem.project.code for row in table.records]
    return files_of_projects(request, "problems", scope, codes, [*states, *kinds, *get_api_parameters(request)])


def _count(rows: Sequence[ProblemRow], state: str, kind: str = ALL) -> int:
    return sum(row.is_in(state, kind) for row in rows)


def _get_state_label(name: str) -> str:
    labels = {
        ALL: pgettext("problems", "all"),
        OVERDUE: pgettext("problems", "overdue"),
        SOON: pgettext("problems", "due within 30 days"),
        UNSOLVED: pgettext("problems", "not solved"),
    }
    return labels.get(name) or str(ProblemState(name).label)


def _get_kind_label(name: str) -> str:
    return pgettext("problems", "all kinds") if name == ALL else str(ProblemKind(name).label)


def _get_finding(rows: Sequence[ProblemRow], today: dt.date) -> str:
    """Return how many there are, how many are solved, how many are overdue."""
    if not rows:
        return ""
    text = ngettext(
        "%(count)s problem: %(solved)s solved, %(overdue)s overdue on %(today)s.",
        "%(count)s problems: %(solved)s solved, %(overdue)s overdue on %(today)s.",
        len(rows),
    )
    return text % {
        "count": formatting.count(len(rows)),
        "solved": formatting.count(_count(rows, ProblemState.SOLVED)),
        "overdue": formatting.count(_count(rows, OVERDUE)),
        "today": today.isoformat(),
    }
