"""Forms of problems, for a new one and for the next step of one: what can be typed, and how it is stored."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.choices import ProblemKind, ProblemState
from projects.history.revisions import create_revision
from projects.models import Problem
from projects.models.form_fields import DayField
from projects.text import LONGEST_LINE, LONGEST_WORDS

from ..record_forms import RecordForm
from .change_forms import ChangeForm
from .of_project_forms import OfProjectForm, deleted_by

_STATES = dict(ProblemState.choices)


class ProblemForm(RecordForm):
    """What a problem is, who is to solve it and by when; how far that has come is told by its steps."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=[("", "—"), *ProblemKind.choices])
    description = forms.CharField(label=gettext_lazy("Description"), max_length=LONGEST_WORDS, widget=forms.Textarea)
    solver = forms.CharField(label=gettext_lazy("To be solved by"), max_length=LONGEST_LINE, required=False)
    due = DayField(label=gettext_lazy("Deadline"), required=False)


class ProblemChangeForm(ProblemForm, ChangeForm):
    """Another deadline or solver of a problem, or other words for it."""

    overtaken = gettext_lazy("Meanwhile somebody else changed this problem. Nothing of yours is lost.")


class NewProblemForm(ProblemForm, OfProjectForm):
    """A problem of one of the projects that the reader may write to."""

    field_order = ("project",)

    def __init__(self, data: QueryDict | None = None, *, projects: QuerySet) -> None:
        super().__init__(data, projects=projects, auto_id="new-%s")

    def store_new(self, *, today: dt.date) -> Problem | None:
        """The problem, raised today; None when it is refused: then the form says why."""
        typed = self.cleaned_data
        project: Any = self.of_project
        same = Problem.objects.filter(project=project, raised_on=today, description=typed["description"])
        if same.exists():  # sent twice, as by going back
            self.add_error("description", _("The same problem of this project was raised today already."))
            return None
        problem = Problem(
            project=project,
            kind=typed["kind"],
            description=typed["description"],
            solver=typed["solver"],
            due=typed["due"],
            raised_on=today,
            basis=project.basis_of_news,
        )
        return problem if self.store(problem) else None


class StepForm(ChangeForm):
    """A new state with a note; `version` is that of the problem as the writer saw it."""

    state = forms.ChoiceField(label=gettext_lazy("New state"), choices=ProblemState.choices)
    note = forms.CharField(label=gettext_lazy("What was done"), max_length=LONGEST_WORDS, widget=forms.Textarea)

    def __init__(self, data: QueryDict | None = None, *, problem: Problem) -> None:
        super().__init__(data, record=problem)
        self.auto_id = f"problem-{problem.pk}-%s"
        self.initial = {"state": problem.state}  # the note is of this step

    def take(self, problem: Problem, *, today: dt.date) -> bool:
        """Store the step, unless somebody else changed the problem meanwhile. False: the form says why."""
        with create_revision():
            stored = Problem.objects.select_related("project").filter(pk=problem.pk).first()
            if stored is None:
                self.add_error(None, _("Somebody else deleted this problem just now. Nothing was saved."))
                return False
            if not self.merge_into(stored):
                return False
            if stored.state != ProblemState.SOLVED:
                stored.solved_on = None
            elif stored.solved_on is None:
                stored.solved_on = today
            return self.store(stored)

    def overtaken_by(self, stored: Any) -> Any:
        """What somebody else made of the problem, so that the writer can decide again."""
        shown = {"state": stored.get_state_display(), "note": stored.note or "—"}
        text = _(
            "Meanwhile somebody else changed this problem. It is now “%(state)s”: %(note)s. Nothing of yours is lost."
        )
        return text % shown


def deleted_meanwhile(user: Any, key: str, data: QueryDict) -> str:
    """Who deleted the problem, and when, with what was typed; '' unless it was the user's to change."""
    shown = deleted_by(Problem, user, key)
    if not shown:
        return ""
    state = data.get("state", "")
    typed = _(", ").join(str(each) for each in (_STATES.get(state, state), data.get("note")) if each)
    return _("Meanwhile %(who)s deleted this problem at %(when)s. Nothing was saved. You typed: %(typed)s") % {
        **shown,
        "typed": typed,
    }
