"""`/milestones/`: milestones of all projects of a question on one line of time, and as a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from projects.exports.files import in_chunks
from projects.history import as_of
from projects.models import Milestone, Project
from projects.models.milestone import overdue_on
from projects.periods import SOON_AFTER
from projects.totals.scope import Scope

from .. import formatting, links
from ..decorators import one_of, page
from ..files import files_of_projects
from ..list_pages import PAGE, pages_of
from ..parameters import reads
from ..return_address import opened_from
from ..sort_heads import sort_heads
from ..table_files import FILES, PageTable, file_asked, file_links
from .change_page import change_url
from .milestone_order import (
    ORDERS,
    SORT,
    USUAL,
    columns,
    is_due_until,
    milestones_in_order,
    projects_in_order,
)
from .milestone_page import MILESTONE
from .of_project_forms import own_projects
from .of_tasks import MINE, all_url, asked_of_api, rows_asked
from .tabs import framed

ALL, OVERDUE, SOON, AHEAD, REACHED, MOVED = SHOWN = ("all", "overdue", "soon", "ahead", "reached", "moved")

# the same in the words of the API
_ASKED = {
    ALL: [],
    OVERDUE: [("overdue", "true")],
    SOON: [("soon", "true")],
    AHEAD: [("reached", "false"), ("overdue", "false")],
    REACHED: [("reached", "true")],
    MOVED: [("moved", "true")],
}


@dataclass(frozen=True)
class MilestoneRow:
    """One milestone. Whether it is overdue depends on what counts as today for the programme."""

    record: Milestone
    is_overdue: bool
    change_url: str = ""  # for whoever may change it

    @property
    def state(self) -> str:
        if self.record.actual:
            return pgettext("milestone", "reached")
        return _("overdue") if self.is_overdue else pgettext("milestone", "not yet due")


@dataclass(frozen=True)
class ProjectMilestones:
    """A project with its milestones in the order of their days."""

    project: Project
    milestones: list[MilestoneRow]

    @property
    def is_overdue(self) -> bool:
        return any(each.is_overdue for each in self.milestones)


@page
@reads("show", SORT, MINE, PAGE, *FILES)
def milestones(request: HttpRequest) -> HttpResponse:
    """The timeline and its table, 50 projects a page, in an order of the table."""
    scope = Scope.from_request(request)
    shown = one_of(request, "show", SHOWN)
    order = one_of(request, SORT, ORDERS)
    today = scope.today if scope.programme else dt.date.min
    every = rows_asked(request, scope, Milestone)
    chosen = every.filter(_condition(shown, today))
    counts = _counts(every, chosen, today)
    pages = pages_of(request, counts["projects"])
    found = columns()

    def lines() -> Iterator[Sequence[MilestoneRow]]:
        for keys in in_chunks(projects_in_order(chosen, order, today)):
            yield [row for group in _groups(request, chosen, order, today, keys) for row in group.milestones]

    def table() -> PageTable:
        return PageTable("milestones", _("Milestones"), found, lines, counts[shown])

    if file := file_asked(request, scope, {"milestones": table}):
        return file
    keys = list(projects_in_order(chosen, order, today)[pages.first - 1 : pages.last]) if pages.total else []
    groups = _groups(request, chosen, order, today, keys)
    context = framed(request, scope, "milestones") | {
        "lede": _finding(counts, today),
        "switches": [
            links.PageLink(
                _label(name), links.same_page(request, show=name), name == shown, formatting.count(counts[name])
            )
            for name in SHOWN
        ],
        "groups": groups,
        "heads": sort_heads(request, SORT, order, found),
        "late_first": order == USUAL,
        "pages": pages,
        "today": today,
        "any": bool(counts[ALL]),
        "all_url": all_url(request),
        "add_url": _add_url(request, scope),
        "files": file_links(request),
        "every_field": files_of_projects("milestones", scope, chosen, [*_ASKED[shown], *asked_of_api(request)]),
    }
    return render(request, "rounds/milestones.html", context)


def _add_url(request: HttpRequest, scope: Scope) -> str:
    may_add = as_of.get_as_of() is None and own_projects(request, scope, "projects.add_milestone") is not None
    return opened_from(request, "milestone-add") if may_add else ""


def _counts(every: QuerySet, chosen: QuerySet, today: dt.date) -> dict[str, int]:
    """How many milestones there are of each kind, and how many projects have one that is shown."""
    kinds = {name: Case(When(_condition(name, today), then=Value(1)), default=Value(0)) for name in SHOWN}
    alike = every.order_by().annotate(**{f"is_{name}": kind for name, kind in kinds.items()})
    numbers = dict.fromkeys(SHOWN, 0)
    for row in alike.values(*(f"is_{name}" for name in SHOWN)).annotate(number=Count("pk")):
        for name in SHOWN:
            numbers[name] += row["number"] if row[f"is_{name}"] else 0
    return numbers | {"projects": chosen.order_by().values("project").distinct().count()}


def _groups(
    request: HttpRequest, chosen: QuerySet, order: str, today: dt.date, keys: Sequence[int]
) -> list[ProjectMilestones]:
    """Some projects with those of their milestones that are looked at."""
    rows = milestones_in_order(chosen.filter(project__in=keys), order, today).select_related("project")
    found = {each.project.pk: each for each in _grouped(rows, today, request)}
    return [found[key] for key in keys]


def by_project(
    records: Iterable[Milestone], today: dt.date, request: HttpRequest | None = None
) -> list[ProjectMilestones]:
    """The milestones of each project by their days, projects with something overdue first, then by code."""
    found = _grouped(sorted(records, key=lambda each: (each.planned, each.pk)), today, request)
    return sorted(found, key=lambda each: (not each.is_overdue, each.project.code))


def _grouped(records: Iterable[Milestone], today: dt.date, request: HttpRequest | None) -> list[ProjectMilestones]:
    groups: dict[int, list[Milestone]] = {}
    for each in records:
        groups.setdefault(each.project_id, []).append(each)
    return [
        ProjectMilestones(
            group[0].project,
            [
                MilestoneRow(each, each.is_overdue(today), change_url(request, MILESTONE, each) if request else "")
                for each in group
            ],
        )
        for group in groups.values()
    ]


def _condition(shown: str, today: dt.date) -> Q:
    return {
        ALL: ~Q(pk=None),
        OVERDUE: overdue_on(today),
        SOON: Q(actual__isnull=True) & ~overdue_on(today) & is_due_until(today + SOON_AFTER),
        AHEAD: Q(actual__isnull=True) & ~overdue_on(today),
        REACHED: Q(actual__isnull=False),
        MOVED: Q(expected__isnull=False) & ~Q(expected=F("planned")),
    }[shown]


def _label(name: str) -> str:
    return {
        ALL: pgettext("milestones", "All"),
        OVERDUE: pgettext("milestones", "Overdue"),
        SOON: pgettext("milestones", "Due within 30 days"),
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
