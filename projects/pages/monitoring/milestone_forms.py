"""Forms of milestones: of a new one and of a change; what can be typed, and how it is stored. Rules are of the record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from projects.models import Milestone
from projects.models.form_fields import DayField
from projects.models.milestone import ONE_OF_A_NAME
from projects.text import LONGEST_LINE, LONGEST_WORDS

from ..record_forms import RecordForm
from .change_forms import ChangeForm
from .of_project_forms import OfProjectForm

FIELDS = ("name_zh", "name_en", "planned", "expected", "actual", "reason")


class MilestoneForm(RecordForm):
    """What a milestone says, of whatever project."""

    name_zh = forms.CharField(label=gettext_lazy("Chinese name"), max_length=200)
    name_en = forms.CharField(
        label=gettext_lazy("English name"),
        max_length=LONGEST_LINE,
        required=False,
        help_text=gettext_lazy("Left blank, the Chinese name is shown."),
    )
    planned = DayField(label=gettext_lazy("Planned for"))
    expected = DayField(label=gettext_lazy("Expected on"), required=False, help_text=gettext_lazy("Blank: as planned."))
    actual = DayField(label=gettext_lazy("Reached on"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Reason of the last move"),
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Required when the planned or the expected day moves; new words for each move."),
    )

    def refuse(self, messages: Mapping[str, Any]) -> None:
        """That there is one of this name is said at the name."""
        named = {name: [each for each in texts if each != ONE_OF_A_NAME] for name, texts in messages.items()}
        if any(len(named[name]) < len(texts) for name, texts in messages.items()):
            named["name_zh"] = [*named.get("name_zh", []), ONE_OF_A_NAME]
        super().refuse({name: texts for name, texts in named.items() if texts})


class NewMilestoneForm(MilestoneForm, OfProjectForm):
    """A milestone of one of the projects that the reader may write to."""

    field_order = ("project", *FIELDS)

    def __init__(self, data: QueryDict | None = None, *, projects: QuerySet, project: str = "") -> None:
        super().__init__(data, projects=projects, auto_id="milestone-%s", initial={"project": project})

    def store_new(self) -> Milestone | None:
        """The milestone; None when it is refused: then the form says why."""
        project: Any = self.of_project
        typed = {name: self.cleaned_data[name] for name in FIELDS}
        milestone = Milestone(project=project, basis=project.basis_of_news, **typed)
        return milestone if self.store(milestone) else None


class MilestoneChangeForm(MilestoneForm, ChangeForm):
    """Other words and days of a milestone, or the day on which it was reached."""

    overtaken = gettext_lazy("Meanwhile somebody else changed this milestone. Nothing of yours is lost.")
