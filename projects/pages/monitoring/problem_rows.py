"""A problem as pages show it: by what counts as today, with its log and the form of its next step."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.choices import ProblemState
from projects.models import Problem
from projects.pages.lateness import overdue_for

from .problem_forms import StepForm
from .problem_log import Step

_STATE_CLASS = {
    ProblemState.OPEN: "draft",
    ProblemState.HANDED_OVER: "submitted",
    ProblemState.IN_HAND: "submitted",
    ProblemState.NOT_SOON: "returned",
    ProblemState.SOLVED: "approved",
}


@dataclass(frozen=True)
class ProblemRow:
    """`today` is the programme's; no `form` for whoever may take no step, no `change_url` for whoever may change nothing."""

    problem: Problem
    today: dt.date
    steps: list[Step] = field(default_factory=list)
    form: StepForm | None = None
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
            return overdue_for(-days)
        return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}
