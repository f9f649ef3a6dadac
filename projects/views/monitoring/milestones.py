"""Milestones of all projects of a question on one line of time, and as a table."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from projects.models import Milestone
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
class MilestoneLine:
    """One milestone. Days are texts, empty where there is none; the record itself is for the chart."""

    record: Milestone
    anchor: str
    name: str
    planned: str
    expected: str
    actual: str
    moved: str
    reason: str
    state: str
    overdue: bool


@dataclass(frozen=True)
class ProjectLine:
    """A project with its milestones in the order of their days."""

    name: str
    code: str
    url: str
    basis: str
    milestones: list[MilestoneLine]
    overdue: bool


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
        "lines": project_lines(rows, today, year=scope.programme.year if scope.programme else None),
        "today": today,
        "any": bool(found),
        "files": files_of("milestones", [*of_the_projects(scope, rows), *_ASKED[shown]]),
    }
    return render(request, "rounds/milestones.html", context)


def project_lines(rows: list[Milestone], today: dt.date, *, year: int | None) -> list[ProjectLine]:
    """The milestones by project, those with something overdue first, then by code."""
    by_project: dict[int, list[Milestone]] = {}
    for each in rows:
        by_project.setdefault(each.project_id, []).append(each)
    lines = []
    for group in by_project.values():
        project = group[0].project
        own = [milestone_line(each, today) for each in sorted(group, key=lambda each: (each.planned, each.pk))]
        lines.append(
            ProjectLine(
                name=project.name,
                code=project.code,
                url=links.project(project.code, year=year),
                basis=project.basis,
                milestones=own,
                overdue=any(each.overdue for each in own),
            )
        )
    return sorted(lines, key=lambda line: (not line.overdue, line.code))


def milestone_line(record: Milestone, today: dt.date) -> MilestoneLine:
    overdue = is_overdue(record, today)
    moved = record.days_moved
    return MilestoneLine(
        record=record,
        anchor=f"milestone-{record.pk}",
        name=record.name,
        planned=record.planned.isoformat(),
        expected=record.due.isoformat() if record.actual is None else "",
        actual=record.actual.isoformat() if record.actual else "",
        moved=formatting.signed_count(moved),
        reason=record.reason,
        state=_state(record, overdue),
        overdue=overdue,
    )


def is_overdue(record: Milestone, today: dt.date) -> bool:
    return record.actual is None and record.due < today


def _state(record: Milestone, overdue: bool) -> str:
    if record.actual is not None:
        return pgettext("milestone", "reached")
    return _("overdue") if overdue else pgettext("milestone", "ahead")


def _is_shown(record: Milestone, shown: str, today: dt.date) -> bool:
    return {
        ALL: True,
        OVERDUE: is_overdue(record, today),
        AHEAD: record.actual is None and not is_overdue(record, today),
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
