"""Milestones of all projects of a question on one line of time, and as a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, Count, F, Max, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext, pgettext

from projects.models import Milestone, Project
from projects.totals.scope import Scope
from projects.totals.totals import breakdowns

from .. import formatting, links
from ..files import files_of_projects
from ..list_pages import Pages, pages_of
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
    """The timeline, 50 projects a page; those with something overdue come first."""
    scope = Scope.of(request)
    shown = one_of(request, "show", SHOWN)
    today = scope.today if scope.programme else dt.date.min
    every = Milestone.objects.visible_to(request.user).filter(project__in=scope.projects().order_by().values("pk"))
    chosen = every.filter(_condition(shown, today))
    counts = _counts(every, chosen, today)
    pages = pages_of(request, counts["projects"])
    rows = chosen.filter(project__in=_projects_of(chosen, today, pages)) if pages.total else []
    context = framed(request, scope, "milestones", basis=breakdowns(scope, "basis", compared=False)["basis"]) | {
        "lede": _finding(counts, today),
        "switches": [
            Switch(_label(name), links.same_page(request, show=name), name == shown, formatting.count(counts[name]))
            for name in SHOWN
        ],
        "groups": by_project(rows.select_related("project") if pages.total else [], today),
        "pages": pages,
        "today": today,
        "any": bool(counts[ALL]),
        "files": files_of_projects("milestones", scope, chosen, _ASKED[shown]),
    }
    return render(request, "rounds/milestones.html", context)


def _counts(every: QuerySet, chosen: QuerySet, today: dt.date) -> dict[str, int]:
    """How many milestones there are of each kind, and how many projects have one that is shown."""
    kinds = {name: Case(When(_condition(name, today), then=Value(1)), default=Value(0)) for name in SHOWN}
    alike = every.order_by().annotate(**{f"is_{name}": kind for name, kind in kinds.items()})
    numbers = dict.fromkeys(SHOWN, 0)
    for row in alike.values(*(f"is_{name}" for name in SHOWN)).annotate(number=Count("pk")):
        for name in SHOWN:
            numbers[name] += row["number"] if row[f"is_{name}"] else 0
    return numbers | {"projects": chosen.order_by().values("project").distinct().count()}


def _projects_of(chosen: QuerySet, today: dt.date, pages: Pages) -> list[int]:
    """The keys of a page's projects, those with something overdue first, then by code."""
    late = Max(Case(When(_condition(OVERDUE, today), then=Value(1)), default=Value(0)))
    by_project = chosen.order_by().values("project").annotate(late=late).order_by("-late", "project__code")
    return list(by_project.values_list("project", flat=True)[pages.first - 1 : pages.last])


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


def _condition(shown: str, today: dt.date) -> Q:
    due_before = Q(expected__lt=today) | Q(expected__isnull=True, planned__lt=today)
    return {
        ALL: ~Q(pk=None),
        OVERDUE: Q(actual__isnull=True) & due_before,
        AHEAD: Q(actual__isnull=True) & ~due_before,
        REACHED: Q(actual__isnull=False),
        MOVED: Q(expected__isnull=False) & ~Q(expected=F("planned")),
    }[shown]


def _label(name: str) -> str:
    return {
        ALL: pgettext("milestones", "All"),
        OVERDUE: pgettext("milestones", "Overdue"),
        AHEAD: pgettext("milestones", "Not yet due"),
        REACHED: pgettext("milestones", "Reached"),
        MOVED: pgettext("milestones", "Moved"),
    }[name]


def _finding(counts: dict[str, int], today: dt.date) -> str:
    if not counts[ALL]:
        return ""
    text = ngettext(
        "%(reached)s of %(count)s milestone reached, %(overdue)s overdue on %(today)s.",
        "%(reached)s of %(count)s milestones reached, %(overdue)s overdue on %(today)s.",
        counts[ALL],
    )
    return text % {
        "reached": formatting.count(counts[REACHED]),
        "count": formatting.count(counts[ALL]),
        "overdue": formatting.count(counts[OVERDUE]),
        "today": today.isoformat(),
    }
