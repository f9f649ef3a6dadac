"""Lines of the list of tasks: how many, what, until when, where each is done; and their number in the navigation."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from projects.access import Access, get_access
from projects.choices import ReportPart, ReportState, TaskKind
from projects.history import as_of
from projects.models import MonthlyReport, Programme, Proposal
from projects.monitoring.tasks import (
    Task,
    Tasks,
    count_records,
    current_year,
    kinds_of,
    reports_of,
    tasks_of,
    unreached_milestones,
    unsolved_problems,
    waiting_for,
)
from projects.periods import Month
from projects.totals.programmes import Programmes, get_reader, programmes_read
from sectors.models import in_language

from .. import formatting, links
from ..parameters import MINE
from ..report_sheet.sheet_filter import PART
from ..review import OTHERS

_NAMED = 2  # records that are named; the rest is counted
_MOST_PLACES = 6
_LONGEST = 120  # characters of what somebody wrote
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
    title: str
    details: str
    until: str
    left: str
    button: str
    url: str
    records: str
    year: int | None
    months: Sequence[links.CountLink] = ()

    @property
    def urgency(self) -> str:
        """The class of its edge."""
        return _CLASS.get(self.kind, "")

    @property
    def is_main(self) -> bool:
        """Whether its button is one of those that the page is for."""
        return self.kind in _WORK


def get_records_url(task: Task) -> str:
    """Return where exactly the records stand that the number of the task counts, with the whole query in the address."""
    if task.kind in _PARTS and task.month is not None:
        return add_part(reverse("round", args=[str(task.month)]), _PARTS[task.kind])
    if task.kind == TaskKind.REPORTS_TO_REVIEW:
        return f"{get_work_url(task)}&{urlencode([(OTHERS, '1')])}"
    return get_work_url(task)


def get_work_url(task: Task) -> str:
    """Return where the task is done, of whatever year it is."""
    if task.kind in _OF_PROJECTS:
        name, shown = _OF_PROJECTS[task.kind]
        year = [("programme", str(task.year))] if task.year else []
        return f"{reverse(name)}?{urlencode([*year, shown, (MINE, 'true')])}"
    if task.month is None:
        return f"{reverse('proposals')}?state=waiting"
    if task.kind == TaskKind.REPORTS_TO_REVIEW:
        return f"{reverse('review')}?{urlencode([('month', str(task.month))])}"
    sheet = reverse("round", args=[str(task.month)])
    return add_part(sheet, ReportPart.RETURNED) if task.kind == TaskKind.RETURNED_REPORTS else sheet


def describe_task(task: Task) -> str:
    """Return 'reports due: 7 (2023-08-10)', for where a task is a few words."""
    values = {"kind": task.kind.label, "count": formatting.count(task.number), "day": task.day or ""}
    return (_("%(kind)s: %(count)s (%(day)s)") if task.day else _("%(kind)s: %(count)s")) % values


def build_task_lines(
    items: Sequence[Task], user: Any, programmes: Programmes, *, places: Mapping[Month, Mapping[str, int]]
) -> list[TaskLine]:
    """Return a line for each kind and year, by year and in the order of the tasks, those of no year last. Two queries at
    most for each.

    `places` are the names of the prefectures whose reports of a month are outstanding, with how many.
    """
    groups = groupby(items, key=lambda task: (task.kind, task.year))
    by_year, current = {programme.year: programme for programme in programmes}, current_year(programmes)
    lines = [_line(list(group), user, by_year, places, current) for _key, group in groups]
    return sorted(lines, key=lambda line: (line.year is None, line.year))


def _line(
    group: list[Task],
    user: Any,
    programmes: dict[int, Programme],
    places: Mapping[Month, Mapping[str, int]],
    current: int | None,
) -> TaskLine:
    first = min(group, key=lambda task: task.day or dt.date.max)
    number = count_records(group)
    today = programmes[first.year].today if first.year in programmes else as_of.today()
    until, left = _deadline(first, today)
    title = str(_TITLES[first.kind])
    if len(group) == 1 and first.month:
        title = _("%(month)s: %(title)s") % {"month": formatting.month_of_year(first.month), "title": title}
    return TaskLine(
        kind=first.kind,
        count=number,
        title=title,
        details=list_places(sum((Counter(places[task.month]) for task in group if task.month), Counter()))
        if first.kind == TaskKind.OUTSTANDING_REPORTS
        else _details(first, user, number=number, today=today, current=current),
        until=until,
        left=left,
        button=str(_BUTTONS.get(first.kind) or _("Open")),
        url=get_work_url(first),
        records=get_records_url(first) if len(group) == 1 else "",
        year=first.year,
        months=list(_months(group)) if len(group) > 1 else (),
    )


def _months(group: list[Task]) -> Iterator[links.CountLink]:
    for task in group:
        if task.month:
            values = {"month": formatting.month_of_year(task.month), "count": formatting.count(task.number)}
            yield links.CountLink(_("%(month)s: %(count)s") % values, get_records_url(task), task.number)


def _deadline(task: Task, today: dt.date) -> tuple[str, str]:
    """Return until when, and how long that is: ('due on 2023-08-10', '3 days left'). Of what waits here, since when."""
    if task.day is None:
        return "", ""
    values = {"day": task.day.isoformat()}
    if task.kind == TaskKind.ANSWERED_PROPOSALS:
        return _("answered on %(day)s") % values, _("not read yet")
    if task.kind in (TaskKind.REPORTS_TO_REVIEW, TaskKind.PROPOSALS_TO_DECIDE):
        waited = max((today - task.day).days, 0)
        days = ngettext("waits for %(days)s day", "waits for %(days)s days", waited) % {"days": waited}
        if task.kind == TaskKind.REPORTS_TO_REVIEW:
            return _("first submitted on %(day)s") % values, days if waited else _("today")
        return _("first proposed on %(day)s") % values, days if waited else _("today")
    said = _("first due on %(day)s") if task.day < today and task.number > 1 else _("due on %(day)s")
    return said % values, days_left((task.day - today).days)


def days_left(days: int) -> str:
    if days == 0:
        return _("today")
    if days < 0:
        return formatting.overdue_time(-days)
    return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}


def add_part(sheet: str, part: ReportPart) -> str:
    """Return the sheet at an address, with the reports of a part alone."""
    return f"{sheet}{'&' if '?' in sheet else '?'}{urlencode([(PART, part.value)])}"


def _details(task: Task, user: Any, *, number: int, today: dt.date, current: int | None) -> str:
    """Return '甲：“…” · 乙：“…” · and 3 more'; `number` is how many there are in all."""
    if task.kind in _RECORDS_OF_PROJECTS:
        rows, text = _RECORDS_OF_PROJECTS[task.kind]
        first = today if task.kind in (TaskKind.MILESTONES_DUE_SOON, TaskKind.PROBLEMS_DUE_SOON) else None
        found = rows(get_access(user), current).filter(year=task.year).select_related("project")
        found = (found.filter(day__gte=first) if first else found).order_by("day", "pk")
        return _join_first(map(text, found[: min(_NAMED, number)]), number)
    return _DETAILS[task.kind](task, user, number)


def _describe_returned(task: Task, user: Any, number: int) -> str:
    reports = reports_of(user, ReportState.RETURNED).filter(entry__programme__year=task.year)
    found = reports.select_related("entry__project", "returned_by").order_by("month", "entry__project__code")
    return _join_first(map(_returned_report, found[:_NAMED]), number)


def _returned_report(report: MonthlyReport) -> str:
    values = {
        "project": report.entry.project.name,
        "comment": _truncate(report.comment),
        "who": report.returned_by.display_name if report.returned_by else "",
        "day": timezone.localdate(report.returned_at).isoformat() if report.returned_at else "",
    }
    return _("%(project)s: “%(comment)s” (%(who)s, %(day)s)") % values


def _describe_due(task: Task, _user: Any, _number: int) -> str:
    return _("All are filled in on one sheet.")


def _milestone(milestone: Any) -> str:
    values = {"project": milestone.project.name, "name": milestone.name, "planned": milestone.planned.isoformat()}
    if milestone.day == milestone.planned:
        return _("%(project)s: %(name)s, planned for %(planned)s") % values
    values["expected"] = milestone.day.isoformat()
    return _("%(project)s: %(name)s, planned for %(planned)s, expected on %(expected)s") % values


def _problem(problem: Any) -> str:
    values = {
        "project": problem.project.name,
        "kind": problem.get_kind_display(),
        "said": _truncate(problem.description),
    }
    return _("%(project)s: %(kind)s, %(said)s") % values


def _proposals(_task: Task, user: Any, number: int) -> str:
    found = Proposal.objects.waiting_for(user).select_related("project").order_by("proposed_at", "pk")
    return _join_first(map(_proposal, found[:_NAMED]), number)


def _proposal(proposal: Proposal) -> str:
    values = {
        "project": proposal.project.name,
        "state": proposal.get_state_display(),
        "said": _truncate(proposal.reason),
    }
    return _("%(project)s: %(state)s, “%(said)s”") % values


def _describe_submitted(task: Task, user: Any, _number: int) -> str:
    """Return how many of each prefecture wait."""
    names = [f"entry__project__prefecture__{name}" for name in ("name_zh", "name_en")]
    reports = reports_of(user, ReportState.SUBMITTED).filter(entry__programme__year=task.year).order_by()
    places = reports.values_list(*names).annotate(Count("pk"))
    return list_places({in_language(zh, en or zh) if zh else _("prefecture not known"): n for zh, en, n in places})


def list_places(numbers: Mapping[str, int]) -> str:
    """Return 'Changsha 7, Zhuzhou 4 and 3 more prefectures', the most first."""
    places = sorted(numbers.items(), key=lambda place: (-place[1], place[0]))
    texts = [f"{name} {formatting.count(number)}" for name, number in places[:_MOST_PLACES]]
    if len(places) > _MOST_PLACES:
        texts.append(_("and %(count)s more prefectures") % {"count": len(places) - _MOST_PLACES})
    return formatting.listing(texts)


def _join_first(texts: Iterable[str], number: int) -> str:
    named = list(texts)
    if number > len(named):
        named.append(_("and %(count)s more") % {"count": formatting.count(number - len(named))})
    return " · ".join(named)


def _truncate(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


_DETAILS: dict[TaskKind, Callable[[Task, Any, int], str]] = {
    TaskKind.RETURNED_REPORTS: _describe_returned,
    TaskKind.OVERDUE_REPORTS: _describe_due,
    TaskKind.DUE_REPORTS: _describe_due,
    TaskKind.REPORTS_TO_REVIEW: _describe_submitted,
    TaskKind.PROPOSALS_TO_DECIDE: _proposals,
    TaskKind.ANSWERED_PROPOSALS: _proposals,
}
_RECORDS_OF_PROJECTS: dict[TaskKind, tuple[Callable[[Access, int | None], QuerySet], Callable[[Any], str]]] = {
    TaskKind.OVERDUE_MILESTONES: (unreached_milestones, _milestone),
    TaskKind.MILESTONES_DUE_SOON: (unreached_milestones, _milestone),
    TaskKind.OVERDUE_PROBLEMS: (unsolved_problems, _problem),
    TaskKind.PROBLEMS_DUE_SOON: (unsolved_problems, _problem),
}


MOST_SHOWN = 99  # of what waits: beyond it the number in the navigation is "99+"


def get_reader_tasks(request: Any) -> Tasks:
    """Return all but what others still have to hand in."""
    if not hasattr(request, "tasks_of_reader"):
        request.tasks_of_reader = tasks_of(request.user, with_outstanding=False, programmes=_programmes(request))
    return request.tasks_of_reader


def shows_tasks_first(request: Any) -> bool:
    """Return whether it is the overview as it is opened: whoever has asked it something is answered that alone."""
    here = getattr(getattr(request, "resolver_match", None), "url_name", None)
    return here == "overview" and request.user.is_authenticated and not set(request.GET) - {"lang"}


def get_task_number(request: Any) -> str:
    """Return how much waits for the reader; '' for none.

    All is counted on a page that lists the tasks, on any other no more than the navigation shows.
    """
    if hasattr(request, "tasks_of_reader") or shows_tasks_first(request):
        number = get_reader_tasks(request).own_count
    else:
        number = waiting_for(request.user, most=MOST_SHOWN, programmes=_programmes(request))
    return f"{MOST_SHOWN}+" if number > MOST_SHOWN else str(number or "")


def _programmes(request: Any) -> Programmes | None:
    with as_of.override_as_of(None):
        is_own = get_reader(request) is request.user
        return programmes_read(request) if is_own and kinds_of(request.user) else None
