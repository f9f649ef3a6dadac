"""A new milestone, and a change of one: what can be typed, and how it is stored. The rules are those of the record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.forms.fields import DayField
from projects.models import Milestone
from projects.models.milestone import ONE_OF_A_NAME
from projects.text import LONGEST_WORDS
from projects.versioning.digests import digest_of
from projects.versioning.revisions import writing

from ..edit_conflicts import Carried, Conflict, merged
from ..record_forms import RecordForm
from .of_project_forms import OfProjectForm

FIELDS = ("name_zh", "name_en", "planned", "expected", "actual", "reason")
_ID = "milestone-%s"


class MilestoneForm(RecordForm):
    """What a milestone says, of whatever project."""

    name_zh = forms.CharField(label=gettext_lazy("Chinese name"), max_length=200)
    name_en = forms.CharField(
        label=gettext_lazy("English name"),
        max_length=200,
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
        super().__init__(data, projects=projects, auto_id=_ID, initial={"project": project})

    def store_new(self) -> Milestone | None:
        """The milestone; None when it is refused: then the form says why."""
        project: Any = self.of_project
        typed = {name: self.cleaned_data[name] for name in FIELDS}
        milestone = Milestone(project=project, basis=project.basis_of_news, **typed)
        return milestone if self.store(milestone) else None


class MilestoneChangeForm(MilestoneForm):
    """Other words and days; `version` is that of the milestone as the writer saw it.

    When somebody else changed it meanwhile, `conflict` says who and what, to choose from.
    """

    version = forms.CharField(max_length=32, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, milestone: Milestone) -> None:
        self.newest_version = digest_of(milestone)
        self.conflict: Conflict | None = None
        super().__init__(data, auto_id=_ID, initial=_texts(milestone))

    def change(self, key: int) -> bool:
        """Store the change, unless somebody else's is at stake. False: the form says why.

        Raises `Milestone.DoesNotExist` for one that was deleted meanwhile.
        """
        with writing():
            stored = Milestone.objects.select_related("project").get(pk=key)
            self.newest_version = digest_of(stored)
            texts = merged(
                Carried.of(self.data, ""),
                stored,
                {name: _text(self.cleaned_data[name]) for name in FIELDS},
                texts_of=_texts,
                label=lambda name: self.fields[name].label,
                shown=lambda _name, text: text or "—",
            )
            if isinstance(texts, Conflict):
                self.conflict = texts
                self.add_error(None, _("Meanwhile somebody else changed this milestone. Nothing of yours is lost."))
                return False
            for name, text in texts.items():
                setattr(stored, name, self.fields[name].to_python(text))  # type: ignore[attr-defined]
            return self.store(stored)


def _texts(milestone: Milestone) -> dict[str, str]:
    return {name: _text(getattr(milestone, name)) for name in FIELDS}


def _text(value: dt.date | str | None) -> str:
    return value.isoformat() if isinstance(value, dt.date) else (value or "").replace("\r\n", "\n")
