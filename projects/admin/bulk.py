"""Bulk edit of projects: sector, chain link or basis of several; asked first, shown row by row, all or nothing."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from projects.access import visible
from projects.choices import Basis
from projects.history.revisions import all_or_nothing, create_revision
from projects.models import Project
from projects.plausibility.checks import DoubtedError
from projects.text import LONGEST_REASON
from projects.totals.dimensions import NONE
from sectors.models import ChainLink, Sector

from .proposal_forms import refused_in_bulk

LEAVE = ("", gettext_lazy("leave as it is"))
CHANGEABLE = ("sector", "chain_link", "basis")


class BulkForm(forms.Form):
    """New values for the fields that are to change, and why."""

    sector = forms.ModelChoiceField(
        Sector.objects.none(), required=False, empty_label=LEAVE[1], label=gettext_lazy("sector")
    )
    chain_link = forms.ChoiceField(required=False, label=gettext_lazy("chain link"))
    basis = forms.ChoiceField(required=False, choices=[LEAVE, *Basis.choices], label=gettext_lazy("basis"))
    reason = forms.CharField(
        max_length=LONGEST_REASON,
        label=gettext_lazy("reason"),
        help_text=gettext_lazy("Kept with the change in the history of each project."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.links = {str(link.pk): link for link in visible(ChainLink.objects.all(), user).select_related("sector")}
        self.fields["sector"].queryset = visible(Sector.objects.all(), user)
        self.fields["chain_link"].choices = [
            LEAVE,
            (NONE, gettext_lazy("no chain link")),
            *((key, f"{link.sector} · {link}") for key, link in self.links.items()),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not self.new_values():
            raise ValidationError(_("Choose what is to change: a sector, a chain link or a basis."))
        return cleaned

    def new_values(self) -> dict[str, Any]:
        """The chosen values by field; a chain link may become None."""
        chosen = {name: self.cleaned_data.get(name) for name in CHANGEABLE if self.cleaned_data.get(name)}
        if "chain_link" in chosen:
            chosen["chain_link"] = self.links.get(chosen["chain_link"])
        return chosen


@dataclass
class Planned:
    """What would happen to one project: (field, before, after) for each that differs, and what forbids it."""

    project: Project
    steps: list[tuple[str, Any, Any]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class BulkChange:
    """The action of the project list. `request.POST["step"]` is empty, 'preview' or 'confirm'."""

    actions = ("change_in_bulk",)

    @admin.action(description=gettext_lazy("Change sector, chain link or basis…"), permissions=["change"])
    def change_in_bulk(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        projects = list(queryset)
        step = request.POST.get("step", "")
        form = BulkForm(request.POST if step else None, user=request.user)
        overtaken = getattr(request, "overtaken", None)
        plan: list[Planned] = []
        if step and form.is_valid():
            plan = [self._planned(request, project, form.new_values()) for project in projects]
            possible = bool(plan) and not any(each.problems for each in plan)
            if step == "confirm" and possible and overtaken is None and self._carry_out(request, plan, form):
                return None
        if overtaken is not None:
            messages.warning(request, " ".join(overtaken.messages))
        return self._asked(request, form=form, projects=projects, plan=plan)

    def _planned(self, request: HttpRequest, project: Project, values: dict[str, Any]) -> Planned:
        planned = Planned(project)
        if not self.has_change_permission(request, project):
            planned.problems.append(_("You may not change this project."))
            return planned
        for name, after in values.items():
            before = getattr(project, name)
            if before != after:
                planned.steps.append((name, before, after))
                setattr(project, name, after)
        changed = {name for name, _before, _after in planned.steps}
        refused = {name: told for name in sorted(changed) if (told := refused_in_bulk(request.user, name))}
        planned.problems += refused.values()
        project.only_proposed = frozenset(refused)
        try:
            project.full_clean_alone()
        except ValidationError as error:
            planned.problems += error.messages
        return planned

    def _carry_out(self, request: HttpRequest, plan: list[Planned], form: BulkForm) -> bool:
        """Change all of them; return False, with nothing written, where a rule doubts what nobody has confirmed yet."""
        with (
            suppress(DoubtedError),
            create_revision(reason=form.cleaned_data["reason"]) as draft,
            all_or_nothing(draft),
        ):
            doubted = None
            for planned in plan:
                try:
                    planned.project.save()
                except DoubtedError as error:  # the page asks about all of them at once
                    doubted = error
            if doubted:
                raise doubted
            for message in told(plan, form.new_values()):
                messages.success(request, message)
            return True
        return False

    def _asked(
        self, request: HttpRequest, *, form: BulkForm, projects: list[Project], plan: list[Planned]
    ) -> HttpResponse:
        return self.own_page(
            request,
            "admin/bulk_change.html",
            _("Change several projects"),
            form=form,
            rows=[_shown(planned) for planned in (plan or [Planned(project) for project in projects])],
            previewed=bool(plan),
            changing=len([planned for planned in plan if planned.steps]),
            possible=bool(plan) and not any(planned.problems for planned in plan),
            nothing=bool(plan) and not any(planned.steps for planned in plan),
            checkbox=ACTION_CHECKBOX_NAME,
        )


def _shown(planned: Planned) -> dict[str, Any]:
    before = {name: before for name, before, _after in planned.steps}
    after = {name: after for name, _before, after in planned.steps}
    cells = [
        {
            "label": capfirst(_label(name)),
            "before": value_text(name, before.get(name, getattr(planned.project, name))),
            "after": value_text(name, after[name]) if name in after else None,
        }
        for name in CHANGEABLE
    ]
    return {"project": planned.project, "cells": cells, "problems": planned.problems}


def _label(name: str) -> str:
    return str(Project._meta.get_field(name).verbose_name)


def value_text(name: str, value: Any) -> str:
    """A sector, link or basis as text."""
    if name == "basis":
        return str(Basis(value).label)
    return str(value) if value else _("none")


def told(plan: list[Planned], values: dict[str, Any]) -> list[str]:
    """What was changed, a sentence for each field and old value: '3 projects: sector New display → Smart terminals'."""
    sentences = []
    for name in values:
        moves = Counter((before, after) for planned in plan for step, before, after in planned.steps if step == name)
        for (before, after), count in moves.items():
            sentences.append(
                ngettext(
                    "%(count)s project: %(field)s %(before)s → %(after)s",
                    "%(count)s projects: %(field)s %(before)s → %(after)s",
                    count,
                )
                % {
                    "count": count,
                    "field": _label(name),
                    "before": value_text(name, before),
                    "after": value_text(name, after),
                }
            )
        unchanged = len(plan) - moves.total()
        if unchanged:
            sentences.append(
                ngettext("%(count)s already had this %(field)s", "%(count)s already had this %(field)s", unchanged)
                % {"count": unchanged, "field": _label(name)}
            )
    return sentences
