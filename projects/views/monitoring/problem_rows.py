"""A problem as the page of problems shows it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.access import Access
from projects.choices import ProblemKind, ProblemState
from projects.models import Problem

from .. import formatting, links
from .problem_log import ProblemLogEntry

_STATE_CLASS = {
    ProblemState.OPEN: "draft",
    ProblemState.HANDED_OVER: "submitted",
    ProblemState.IN_HAND: "submitted",
    ProblemState.NOT_SOON: "returned",
    ProblemState.SOLVED: "approved",
}


@dataclass(frozen=True)
class ProblemLine:
    """Texts are empty where nothing is known. `time` says how late it is, how long is left, or how long it took."""

    pk: int
    anchor: str
    project: str
    code: str
    url: str
    place: str
    basis: str
    kind: str
    description: str
    solver: str
    raised: str
    due: str
    time: str
    overdue: bool
    state: str
    state_label: str
    note: str
    steps: list[ProblemLogEntry]
    form: Any = None


def problem_line(
    problem: Problem,
    *,
    access: Access,
    today: dt.date,
    steps: list[ProblemLogEntry],
    year: int | None = None,
    form: Any = None,
) -> ProblemLine:
    """`today` is the programme's. The public is not told who is to solve it: that may be a person."""
    state, project = ProblemState(problem.state), problem.project
    return ProblemLine(
        pk=problem.pk,
        anchor=f"problem-{problem.pk}",
        project=project.name,
        code=project.code,
        url=links.project(project.code, year=year),
        place=project.prefecture.name if project.prefecture else "",
        basis=problem.basis,
        kind=formatting.sentence_case(str(ProblemKind(problem.kind).label)),
        description=problem.description,
        solver="" if access.public else problem.solver,
        raised=problem.raised_on.isoformat(),
        due=problem.due.isoformat() if problem.due else "",
        time=_time(problem, today),
        overdue=problem.is_overdue(today),
        state=_STATE_CLASS[state],
        state_label=str(state.label),
        note=problem.note,
        steps=steps,
        form=form,
    )


def _time(problem: Problem, today: dt.date) -> str:
    if problem.solved_on:
        days = (problem.solved_on - problem.raised_on).days
        return ngettext("solved after %(days)s day", "solved after %(days)s days", days) % {"days": days}
    if problem.due is None:
        return _("no day set")
    days = (problem.due - today).days
    if days < 0:
        return ngettext("%(days)s day overdue", "%(days)s days overdue", -days) % {"days": -days}
    return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}
