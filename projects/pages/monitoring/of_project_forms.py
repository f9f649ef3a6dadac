"""Forms of what belongs to a project: of which it may be, and what is said of a record that was deleted meanwhile."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.access import get_access
from projects.history.merging import get_last_row, get_owner
from projects.models.fields import normalised_code
from projects.text import is_key
from projects.totals.scope import Scope

from .. import formatting
from ..record_forms import RecordForm

MOST_CHOICES = 100  # of projects; where there are more the code is typed


def own_projects(request: HttpRequest, scope: Scope, permission: str) -> QuerySet | None:
    """The projects of a list to which the reader may add something; None for whoever may add it to none of them."""
    if not request.user.has_perm(permission) or scope.programme is None:
        return None
    access = scope.access
    projects = scope.projects().select_related(None)
    if not access.writes_all:
        projects = projects.filter(prefecture__in=access.writes_in)
    return projects if projects.order_by().exists() else None


class OfProjectForm(RecordForm):
    """A record of one of the projects that the reader may write to: chosen, or of a long list typed."""

    project = forms.ChoiceField(label=gettext_lazy("Project"))

    def __init__(self, data: QueryDict | None = None, *, projects: QuerySet, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.projects = projects
        some = list(projects[: MOST_CHOICES + 1])
        if len(some) > MOST_CHOICES:
            self.fields["project"] = forms.CharField(label=gettext_lazy("Code of the project"), max_length=40)
            return
        choices = [(each.code, f"{each.code} {each.name}") for each in some]
        self.fields["project"].choices = [("", "—"), *choices]  # type: ignore[attr-defined]

    def clean_project(self) -> str:
        """The code of a project that may be written to; those of a long list are typed."""
        code: str = normalised_code(self.cleaned_data["project"])
        self.of_project = self.projects.filter(code=code).first() if code.isprintable() else None
        if self.of_project is None:
            raise ValidationError(_("There is no project of this code on the list that you may write to."))
        return code


def deleted_by(model: type[Model], user: Any, key: str) -> dict[str, str]:
    """Who deleted a record, and when; nothing unless it was the user's to change."""
    last = get_last_row(model, key) if is_key(key) else None
    if last is None or last.history_type != "-" or not get_access(user).may_write_in(get_owner(last)):
        return {}
    return {
        "who": last.revision.author_name,
        "when": formatting.minute(last.history_date),
    }
