"""Milestones of all projects of a question on one line of time, and as a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext, pgettext

from projects.models import Milestone, Project
from projects.totals.scope import Scope
from projects.totals.totals import breakdowns

from .. import formatting, links
from ..files import files_of, of_the_projects
from ..pages import one_of, page
from .tabs import Switch, framed

ALL, OVERDUE, AHEAD, REACHED, MOVED = SHOWN = ("all", "overdue", "ahead", "reached", "moved")

# the same in the words of the API
_ASKED = {
    ALL: [],
    OVERDUE: [("overdue", "true")],
    AHEAD: [("reached", "false"), ("overdue", "false")],
    REACHED: [("reached", "true")],
    MOVED: [("moved", "true")],
}


@dataclass(frozen=True)
class MilestoneRow:
    """One milestone. Whether it is overdue depends on what counts as today for the programme."""

    record: Milestone
    is_overdue: bool


@dataclass(frozen=True)
class ProjectMilestones:
    """A project with its milestones in the order of their days."""

    project: Project
    milestones: list[MilestoneRow]

    @property
    def is_overdue(self) -> bool:
        return any(each.is_overdue for each in self.milestones)


@page
def milestones(request: HttpRequest) -> HttpResponse:
    """The timeline; projects with something overdue come first."""
    scope = Scope.of(request)
    shown = one_of(request, "show", SHOWN)
    today = scope.programme.today if scope.programme else dt.date.min
    found = list(
        Milestone.objects.visible_to(request.user)
        .filter(project__in=scope.projects().order_by().values("pk"))
        .select_related("project")
    )
    rows = [each for each in found if _is_shown(each, shown, today)]
    context = framed(request, scope, "milestones", basis=breakdowns(scope, "basis", compared=False)["basis"]) | {
        "lede": _finding(found, today),
        "switches": [
            Switch(
                _label(name),
                links.same_page(request, show=name),
                name == shown,
                formatting.count(len([each for each in found if _is_shown(each, name, today)])),
            )
            for name in SHOWN
        ],
        "groups": by_project(rows, today),
        "today": today,
        "any": bool(found),
        "files": files_of("milestones", [*of_the_projects(scope, rows), *_ASKED[shown]]),
    }
    return render(request, "rounds/milestones.html", context)


def by_project(records: Iterable[Milestone], today: dt.date) -> list[ProjectMilestones]:
    """The milestones of each project, those with something overdue first, then by code."""
    groups: dict[int, list[Milestone]] = {}
    for each in sorted(records, key=lambda each: (each.planned, each.pk)):
        groups.setdefault(each.project_id, []).append(each)
    found = [
        ProjectMilestones(group[0].project, [MilestoneRow(each, each.is_overdue(today)) for each in group])
        for group in groups.values()
    ]
    return sorted(found, key=lambda each: (not each.is_overdue, each.project.code))


def _is_shown(record: Milestone, shown: str, today: dt.date) -> bool:
    return {
        ALL: True,
        OVERDUE: record.is_overdue(today),
        AHEAD: record.actual is None and not record.is_overdue(today),
        REACHED: record.actual is not None,
        MOVED: record.due != record.planned,
    }[shown]


def _label(name: str) -> str:
    return {
        ALL: pgettext("milestones", "All"),
        OVERDUE: pgettext("milestones", "Overdue"),
        AHEAD: pgettext("milestones", "Ahead"),
        REACHED: pgettext("milestones", "Reached"),
        MOVED: pgettext("milestones", "Moved"),
    }[name]


def _finding(found: list[Milestone], today: dt.date) -> str:
    if not found:
        return ""
    counts = {name: len([each for each in found if _is_shown(each, name, today)]) for name in SHOWN}
    text = ngettext(
        "%(reached)s of %(count)s milestone reached, %(overdue)s overdue on %(today)s.",
        "%(reached)s of %(count)s milestones reached, %(overdue)s overdue on %(today)s.",
        len(found),
    )
    return text % {
        "reached": formatting.count(counts[REACHED]),
        "count": formatting.count(len(found)),
        "overdue": formatting.count(counts[OVERDUE]),
        "today": today.isoformat(),
    }
