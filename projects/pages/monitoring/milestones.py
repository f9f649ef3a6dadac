"""`/milestones/`: milestones of the projects on one line of time and as a table; writers add and change them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from projects.models import Milestone, Project
from projects.models.form_fields import DayField
from projects.models.milestone import ONE_OF_A_NAME
from projects.periods import SOON_AFTER
from projects.text import LONGEST_LINE, LONGEST_WORDS
from projects.totals.scope import Scope

from .. import formatting
from ..decorators import get_choice_parameter, page, work_page
from ..downloads import files_of_projects, table_download
from ..figure_display import begin_with_mark, illustrative_share_of
from ..list_pages import PAGE, get_pages
from ..parameters import MINE, accepts_parameters
from ..record_forms import RecordForm
from ..return_address import BACK
from ..tables import FILES, Column, NumberColumn, Table, basis_column, project_columns
from .project_records import (
    ChangeForm,
    NewRecordForm,
    add_record,
    change_record,
    get_add_url,
    get_all_url,
    get_api_parameters,
    get_change_url,
    get_records,
)
from .tabs import get_tab_context, switch

ALL, OVERDUE, SOON, AHEAD, REACHED, MOVED = KINDS = ("all", "overdue", "soon", "ahead", "reached", "moved")
USUAL = "late"  # order: projects with something overdue come first, then by code
# parameters of the API
_API_PARAMETERS = {
    ALL: [],
    OVERDUE: [("overdue", "true")],
    SOON: [("soon", "true")],
    AHEAD: [("reached", "false"), ("overdue", "false")],
    REACHED: [("reached", "true")],
    MOVED: [("moved", "true")],
}


# forms


class MilestoneForm(RecordForm):
    """The names and days of a milestone."""

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
        """Say at the name that there is one of this name."""
        for name, texts in messages.items():
            for text in texts:
                super().refuse({"name_zh" if text == ONE_OF_A_NAME else name: [text]})


class MilestoneChangeForm(MilestoneForm, ChangeForm):
    """Other words and days of a milestone, or the day on which it was reached."""

    list_page = "milestones"
    list_label = gettext_lazy("Milestones")
    title = gettext_lazy("Change a milestone")
    save_label = gettext_lazy("Save the milestone")
    saved_message = gettext_lazy("The milestone is saved.")
    conflict_message = gettext_lazy("Meanwhile somebody else changed this milestone. Nothing of yours is lost.")
    change_message = gettext_lazy("%(who)s changed this milestone at %(when)s, after you opened it.")
    deletion_message = gettext_lazy(
        "Meanwhile %(who)s deleted this milestone at %(when)s. Nothing was saved. You typed: %(typed)s"
    )


class NewMilestoneForm(MilestoneForm, NewRecordForm):
    """A milestone of one of the projects that the user may write to."""

    model = Milestone
    title = gettext_lazy("Add a milestone")
    change_form = MilestoneChangeForm
    field_order = ("project",)


# rows


@dataclass
class MilestoneRow:
    """A milestone by what counts as today for the programme; `change_url` is for whoever may change it.

    `span` is how many rows of the table its project has, on the first of them.
    """

    record: Milestone
    today: dt.date
    change_url: str = ""
    span: int = 0

    @property
    def is_overdue(self) -> bool:
        return self.record.is_overdue(self.today)

    @property
    def state(self) -> str:
        if self.record.actual:
            return pgettext("milestone", "reached")
        return _("overdue") if self.is_overdue else pgettext("milestone", "not yet due")

    def is_in(self, kind: str) -> bool:
        """Return True if the milestone is among those of a switch."""
        record = self.record
        is_ahead = record.actual is None and not self.is_overdue
        return {
            ALL: True,
            OVERDUE: self.is_overdue,
            SOON: is_ahead and record.due <= self.today + SOON_AFTER,
            AHEAD: is_ahead,
            REACHED: record.actual is not None,
            MOVED: record.expected not in (None, record.planned),
        }[kind]


@dataclass
class ProjectMilestones:
    """A project with some of its milestones."""

    project: Project
    milestones: list[MilestoneRow]

    @property
    def is_overdue(self) -> bool:
        return any(row.is_overdue for row in self.milestones)


def group_by_project(rows: Iterable[MilestoneRow], *, overdue_first: bool = True) -> list[ProjectMilestones]:
    """Return the projects in the order of their first rows, those with something overdue first."""
    groups: dict[int, ProjectMilestones] = {}
    for row in rows:
        project = row.record.project
        groups.setdefault(project.pk, ProjectMilestones(project, [])).milestones.append(row)
    if overdue_first:
        return sorted(groups.values(), key=lambda group: not group.is_overdue)
    return [*groups.values()]


def add_change_urls(request: HttpRequest, groups: Iterable[ProjectMilestones]) -> None:
    for group in groups:
        for row in group.milestones:
            row.change_url = get_change_url(request, row.record)


def _get_columns(scope: Scope) -> list[Column]:
    cell = "rounds/_cell_milestone_project.html"
    project, _prefecture, code = project_columns("record.project", year=scope.year, css="", template=cell)
    return [
        project,
        code,
        Column(
            name="name",
            label=_("Milestone"),
            value="record.name",
            template="rounds/_cell_milestone_name.html",
        ),
        Column(name="planned", label=_("Planned"), value="record.planned", css="nw"),
        Column(
            name="expected",
            label=_("Expected"),
            value=lambda row: None if row.record.actual else row.record.due,
            unknown=_("reached already"),
            css="nw",
        ),
        Column(
            name="reached",
            label=_("Reached"),
            value="record.actual",
            unknown=_("not reached yet"),
            css="nw",
        ),
        NumberColumn(name="moved", label=_("Days moved"), value="record.days_moved", signed=True),
        Column(
            name="state",
            label=_("State"),
            value="state",
            sort_value=lambda row: 2 if row.record.actual else int(not row.is_overdue),
            template="rounds/_cell_milestone_state.html",
        ),
        Column(
            name="reason",
            label=_("Reason of the last move"),
            value="record.reason",
            unknown=_("not moved"),
            template="tables/words.html",
        ),
        basis_column("record.basis"),
    ]


# pages


@page
@accepts_parameters("show", "sort", MINE, PAGE, *FILES)
def milestones(request: HttpRequest) -> HttpResponse:
    """The timeline and its table, 50 projects a page; the milestones of a project stay together in every order.

    A project stands where its first milestone does, and its milestones are in the same order.
    """
    scope = Scope.from_request(request)
    kind = get_choice_parameter(request, "show", KINDS)
    today = scope.today if scope.programme else dt.date.min
    records = get_records(request, scope, Milestone).select_related("project")
    rows = [MilestoneRow(record, today) for record in records.order_by("project__code", "planned", "pk")]
    table = Table(
        request,
        "milestones",
        _("Milestones"),
        _get_columns(scope),
        [row for row in rows if row.is_in(kind)],
        usual=USUAL,
        caption=_("Milestones; days moved are counted from the planned day"),
        row_id=lambda row: f"milestone-{row.record.pk}",
    )
    groups = group_by_project(table.records, overdue_first=table.order == USUAL)
    table.records = [row for group in groups for row in group.milestones]
    if file := table_download(request, scope, [table]):
        return file
    pages = get_pages(request, len(groups))
    groups = groups[pages.first - 1 : pages.last]
    table.shown_records = [row for group in groups for row in group.milestones]
    for group in groups:
        group.milestones[0].span = len(group.milestones)
    add_change_urls(request, groups)
    codes = [row.record.project.code for row in table.records]
    asked = [*_API_PARAMETERS[kind], *get_api_parameters(request)]
    counts = {name: sum(row.is_in(name) for row in rows) for name in KINDS}
    context = get_tab_context(request, scope, "milestones") | {
        "lede": begin_with_mark(_get_finding(counts, today), illustrative_share_of(row.record for row in rows)),
        "switches": [switch(request, "show", name, _get_label(name), shown=kind, count=counts[name]) for name in KINDS],
        "groups": groups,
        "table": table,
        "late_first": table.order == USUAL,
        "pages": pages,
        "today": today,
        "any": bool(rows),
        "all_url": get_all_url(request),
        "add_url": get_add_url(request, scope, Milestone),
        "files": [*table.files, *files_of_projects(request, "milestones", scope, codes, asked)] if codes else [],
    }
    return render(request, "rounds/milestones.html", context)


@work_page
@accepts_parameters("project", BACK)
def add_milestone(request: HttpRequest) -> HttpResponse:
    """A new milestone."""
    return add_record(request, NewMilestoneForm)


@work_page
@accepts_parameters(BACK, asks=False)
def change_milestone(request: HttpRequest, key: int) -> HttpResponse:
    """Other words and days of a milestone, or the day on which it was reached."""
    return change_record(request, key, Milestone, MilestoneChangeForm)


def _get_label(name: str) -> str:
    return {
        ALL: pgettext("milestones", "All"),
        OVERDUE: pgettext("milestones", "Overdue"),
        SOON: pgettext("milestones", "Due within 30 days"),
        AHEAD: pgettext("milestones", "Not yet due"),
        REACHED: pgettext("milestones", "Reached"),
        MOVED: pgettext("milestones", "Moved"),
    }[name]


def _get_finding(counts: dict[str, int], today: dt.date) -> str:
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
