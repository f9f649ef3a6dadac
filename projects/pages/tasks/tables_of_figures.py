"""The tables of the page of tasks: the round that runs by prefecture, and one's own projects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext as _

from projects.choices import Basis, Light, Measure
from projects.pages import formatting
from projects.pages.line_order import named
from projects.pages.plain_columns import choice, count, money, share, words
from projects.pages.sort_heads import SortColumn
from projects.pages.table_columns import coded, of_project
from projects.pages.table_files import PageTable, table_of_lines
from projects.periods import Month

from .own_figures import OwnProject, RoundPlace


def round_table(places: Sequence[RoundPlace], total: RoundPlace | None) -> PageTable:
    def of(place: int) -> Callable[[Any], int]:
        return lambda row: row.numbers[place][0]

    heads = (_("Asked"), _("Approved"), _("Waiting for review"), _("Returned"), _("Outstanding"))
    numbers = [count(label, of(place)) for place, label in enumerate(heads)]
    names = ("prefecture", "asked", "approved", "waiting", "returned", "outstanding")
    columns = named([words(_("Prefecture"), attrgetter("name")), *numbers], *names)
    return table_of_lines("round", _("Reports by prefecture"), columns, places, total=total)


def own_table(projects: Callable[[], Sequence[OwnProject]], number: int, month: Month | None) -> PageTable:
    """All of one's projects, of which the page shows the first."""
    title = _("Projects, the furthest behind first")
    return PageTable("projects", title, own_columns(month), lambda: [projects()], number)


def own_columns(month: Month | None) -> list[SortColumn]:
    project = (
        *of_project(attrgetter("standing.project")),
        *coded(_("Basis"), attrgetter("standing.project.basis"), kind=Basis),
    )
    columns = [
        SortColumn("", _("Project"), kind="name", in_files=project),
        money(_("Annual plan"), lambda each: each.standing.plan and each.standing.plan.amount),
        money(_("Disbursed"), attrgetter("standing.disbursed"), figure=Measure.DISBURSED.value),
        share(_("% of plan"), attrgetter("standing.share")),
        share(_("Gap, percentage points"), attrgetter("standing.gap_share")),
        choice(_("Light"), attrgetter("standing.light"), Light),
    ]
    if month:
        label = _("Report of %(month)s") % {"month": formatting.month_name(month.number)}
        columns.append(words(label, attrgetter("state_label")))
    return columns
