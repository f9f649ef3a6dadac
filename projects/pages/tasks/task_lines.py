"""Lines of the list of tasks: how many, what, until when, and where each is done with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from projects.choices import ReportPart, TaskKind
from projects.history import as_of
from projects.models import Programme
from projects.monitoring.tasks import Task, count_records, current_year
from projects.pages import formatting, links
from projects.pages.lateness import overdue_for
from projects.pages.monitoring.project_records import MINE
from projects.pages.review.review_queue import OTHERS
from projects.periods import Month
from projects.totals.programmes import Programmes

from .own_figures import of_part
from .task_details import details_of

_LATE, _SOON, _NEWS = "t-late", "t-soon", "t-info"
_CLASS = {
    TaskKind.RETURNED_REPORTS: _LATE,
    TaskKind.OVERDUE_REPORTS: _LATE,
    TaskKind.OVERDUE_MILESTONES: _LATE,
    TaskKind.OVERDUE_PROBLEMS: _LATE,
    TaskKind.REPORTS_TO_REVIEW: _SOON,
    TaskKind.DUE_REPORTS: _SOON,
    TaskKind.OUTSTANDING_REPORTS: _SOON,
    TaskKind.PROPOSALS_TO_DECIDE: _NEWS,
    TaskKind.ANSWERED_PROPOSALS: _NEWS,
}
_TITLES = {
    TaskKind.RETURNED_REPORTS: gettext_lazy("Reports returned for correction"),
    TaskKind.OVERDUE_REPORTS: gettext_lazy("Reports overdue"),
    TaskKind.DUE_REPORTS: gettext_lazy("Reports not submitted yet"),
    TaskKind.OVERDUE_MILESTONES: gettext_lazy("Milestones overdue"),
    TaskKind.OVERDUE_PROBLEMS: pgettext_lazy("task", "Problems overdue"),
    TaskKind.REPORTS_TO_REVIEW: gettext_lazy("Reports waiting for review"),
    TaskKind.OUTSTANDING_REPORTS: gettext_lazy("Reports outstanding"),
    TaskKind.PROPOSALS_TO_DECIDE: gettext_lazy("Proposals waiting for a decision"),
    TaskKind.ANSWERED_PROPOSALS: gettext_lazy("Proposals answered"),
    TaskKind.MILESTONES_DUE_SOON: gettext_lazy("Milestones due soon"),
    TaskKind.PROBLEMS_DUE_SOON: gettext_lazy("Problems due soon"),
}
_BUTTONS = {
    TaskKind.RETURNED_REPORTS: pgettext_lazy("task button", "Correct"),
    TaskKind.OVERDUE_REPORTS: pgettext_lazy("task button", "Report"),
    TaskKind.DUE_REPORTS: pgettext_lazy("task button", "Report"),
    TaskKind.REPORTS_TO_REVIEW: pgettext_lazy("task button", "Review"),
    TaskKind.PROPOSALS_TO_DECIDE: pgettext_lazy("task button", "Decide"),
    TaskKind.ANSWERED_PROPOSALS: pgettext_lazy("task button", "Read"),
}
_WORK = (TaskKind.RETURNED_REPORTS, TaskKind.OVERDUE_REPORTS, TaskKind.DUE_REPORTS, TaskKind.REPORTS_TO_REVIEW)
_OF_PROJECTS = {
    TaskKind.OVERDUE_MILESTONES: ("milestones", ("show", "overdue")),
    TaskKind.MILESTONES_DUE_SOON: ("milestones", ("show", "soon")),
    TaskKind.OVERDUE_PROBLEMS: ("problems", ("state", "overdue")),
    TaskKind.PROBLEMS_DUE_SOON: ("problems", ("state", "soon")),
}
_PARTS = {
    TaskKind.RETURNED_REPORTS: ReportPart.RETURNED,
    TaskKind.OVERDUE_REPORTS: ReportPart.NOT_SUBMITTED,
    TaskKind.DUE_REPORTS: ReportPart.NOT_SUBMITTED,
    TaskKind.OUTSTANDING_REPORTS: ReportPart.OUTSTANDING,
}


@dataclass(frozen=True)
class TaskLine:
    """One line; `months` where its reports are of more than one, each a click away.

    `records` leads to exactly what the number counts, `url` to where it is done; of several months each has its own.
    """

    kind: TaskKind
    count: int
    number: str
    title: str
    details: str
    until: str
    left: str
    button: str
    url: str
    records: str
    months: Sequence[links.CountLink] = ()

    @property
    def urgency(self) -> str:
        """The class of its edge."""
        return _CLASS.get(self.kind, "")

    @property
    def is_main(self) -> bool:
        """Whether its button is one of those that the page is for."""
        return self.kind in _WORK


def records_at(task: Task) -> str:
    """Where exactly the records stand that the number of the task counts; each address says all of its question itself."""
    if task.kind in _PARTS and task.month is not None:
        return of_part(reverse("round", args=[str(task.month)]), _PARTS[task.kind])
    if task.kind == TaskKind.REPORTS_TO_REVIEW:
        return f"{done_at(task)}&{urlencode([(OTHERS, '1')])}"
    return done_at(task)


def done_at(task: Task) -> str:
    """Where the task is done, of whatever year it is."""
    if task.kind in _OF_PROJECTS:
        name, shown = _OF_PROJECTS[task.kind]
        year = [("programme", str(task.year))] if task.year else []
        return f"{reverse(name)}?{urlencode([*year, shown, (MINE, 'true')])}"
    if task.month is None:
        return f"{reverse('proposals')}?state=waiting"
    if task.kind == TaskKind.REPORTS_TO_REVIEW:
        return f"{reverse('review')}?{urlencode([('month', str(task.month))])}"
    sheet = reverse("round", args=[str(task.month)])
    return of_part(sheet, ReportPart.RETURNED) if task.kind == TaskKind.RETURNED_REPORTS else sheet


def in_words(task: Task) -> str:
    """'reports due: 7 (2023-08-10)', for where a task is a few words."""
    values = {"kind": task.kind.label, "count": formatting.count(task.number), "day": task.day or ""}
    return (_("%(kind)s: %(count)s (%(day)s)") if task.day else _("%(kind)s: %(count)s")) % values


def task_lines(
    items: Sequence[Task], user: Any, programmes: Programmes, *, by_place: Mapping[Month, str]
) -> list[TaskLine]:
    """A line for each kind and year, in the order of the tasks. Two queries at most for each.

    `by_place` says of a month where its reports are outstanding.
    """
    groups = groupby(items, key=lambda each: (each.kind, each.year))
    by_year, current = {each.year: each for each in programmes}, current_year(programmes)
    return [_line(list(group), user, by_year, by_place, current) for _key, group in groups]


def _line(
    group: list[Task],
    user: Any,
    programmes: dict[int, Programme],
    by_place: Mapping[Month, str],
    current: int | None,
) -> TaskLine:
    first = min(group, key=lambda each: each.day or dt.date.max)
    number = count_records(group)
    today = programmes[first.year].today if first.year in programmes else as_of.today()
    until, left = until_when(first, today)
    title = str(_TITLES[first.kind])
    if len(group) == 1 and first.month:
        title = _("%(month)s: %(title)s") % {"month": formatting.month_of_year(first.month), "title": title}
    return TaskLine(
        kind=first.kind,
        count=number,
        number=formatting.count(number),
        title=title,
        details=by_place.get(first.month, "")
        if first.kind == TaskKind.OUTSTANDING_REPORTS and first.month
        else details_of(first, user, number=number, today=today, current=current),
        until=until,
        left=left,
        button=str(_BUTTONS.get(first.kind) or _("Open")),
        url=done_at(first),
        records=records_at(first) if len(group) == 1 else "",
        months=list(_months(group)) if len(group) > 1 else (),
    )


def _months(group: list[Task]) -> Iterator[links.CountLink]:
    for each in group:
        if each.month:
            values = {"month": formatting.month_of_year(each.month), "count": formatting.count(each.number)}
            yield links.CountLink(_("%(month)s: %(count)s") % values, records_at(each), each.number)


def until_when(task: Task, today: dt.date) -> tuple[str, str]:
    """Until when, and how long that is: ('due on 2023-08-10', '3 days left'). Of what waits here, since when."""
    if task.day is None:
        return "", ""
    values = {"day": task.day.isoformat()}
    if task.kind == TaskKind.ANSWERED_PROPOSALS:
        return _("answered on %(day)s") % values, _("not read yet")
    if task.kind in (TaskKind.REPORTS_TO_REVIEW, TaskKind.PROPOSALS_TO_DECIDE):
        waited = max((today - task.day).days, 0)
        days = ngettext("waits for %(days)s day", "waits for %(days)s days", waited) % {"days": waited}
        if task.kind == TaskKind.REPORTS_TO_REVIEW:
            return _("first submitted on %(day)s") % values, days if waited else _("since today")
        return _("first proposed on %(day)s") % values, days if waited else _("since today")
    said = _("first due on %(day)s") if task.day < today and task.number > 1 else _("due on %(day)s")
    return said % values, days_left((task.day - today).days)


def days_left(days: int) -> str:
    if days == 0:
        return _("today")
    if days < 0:
        return overdue_for(-days)
    return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}
