"""Details of a task: the first of its records by name, with what is to be known of each. A query for each task."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.access import Access, get_access
from projects.choices import ReportState, TaskKind
from projects.models import MonthlyReport, Proposal
from projects.monitoring.tasks import Task, reports_of, unreached_milestones, unsolved_problems
from projects.pages import formatting
from sectors.models import in_language

_NAMED = 2  # records that are named; the rest is counted
_PLACES = 6
_LONGEST = 120  # characters of what somebody wrote


def details_of(task: Task, user: Any, *, number: int, today: dt.date, current: int | None) -> str:
    """'甲：“…” · 乙：“…” · and 3 more'; `number` is how many there are in all."""
    if task.kind in _OF_PROJECTS:
        rows, text = _OF_PROJECTS[task.kind]
        first = today if task.kind in (TaskKind.MILESTONES_DUE_SOON, TaskKind.PROBLEMS_DUE_SOON) else None
        found = rows(get_access(user), current).filter(year=task.year).select_related("project")
        found = (found.filter(day__gte=first) if first else found).order_by("day", "pk")
        return _listed(map(text, found[: min(_NAMED, number)]), number)
    return _DETAILS[task.kind](task, user, number)


def _returned(task: Task, user: Any, number: int) -> str:
    reports = reports_of(user, ReportState.RETURNED).filter(entry__programme__year=task.year)
    found = reports.select_related("entry__project", "returned_by").order_by("month", "entry__project__code")
    return _listed(map(_returned_report, found[:_NAMED]), number)


def _returned_report(report: MonthlyReport) -> str:
    values = {
        "project": report.entry.project.name,
        "comment": _short(report.comment),
        "who": report.returned_by.display_name if report.returned_by else "",
        "day": timezone.localdate(report.returned_at).isoformat() if report.returned_at else "",
    }
    return _("%(project)s: “%(comment)s” (%(who)s, %(day)s)") % values


def _to_hand_in(task: Task, _user: Any, _number: int) -> str:
    return _("All are filled in on one sheet.")


def _milestone(milestone: Any) -> str:
    values = {"project": milestone.project.name, "name": milestone.name, "planned": milestone.planned.isoformat()}
    if milestone.day == milestone.planned:
        return _("%(project)s: %(name)s, planned for %(planned)s") % values
    values["expected"] = milestone.day.isoformat()
    return _("%(project)s: %(name)s, planned for %(planned)s, expected on %(expected)s") % values


def _problem(problem: Any) -> str:
    values = {"project": problem.project.name, "kind": problem.get_kind_display(), "said": _short(problem.description)}
    return _("%(project)s: %(kind)s, %(said)s") % values


def _proposals(_task: Task, user: Any, number: int) -> str:
    found = Proposal.objects.waiting_for(user).select_related("project").order_by("proposed_at", "pk")
    return _listed(map(_proposal, found[:_NAMED]), number)


def _proposal(proposal: Proposal) -> str:
    values = {"project": proposal.project.name, "state": proposal.get_state_display(), "said": _short(proposal.reason)}
    return _("%(project)s: %(state)s, “%(said)s”") % values


def _to_review(task: Task, user: Any, _number: int) -> str:
    """How many of each prefecture."""
    names = [f"entry__project__prefecture__{name}" for name in ("name_zh", "name_en")]

    reports = reports_of(user, ReportState.SUBMITTED).filter(entry__programme__year=task.year).order_by()
    places = sorted(reports.values_list(*names).annotate(Count("pk")), key=lambda each: -each[2])
    not_known = _("prefecture not known")
    texts = [
        f"{in_language(zh, en or zh) if zh else not_known} {formatting.count(n)}" for zh, en, n in places[:_PLACES]
    ]
    if len(places) > _PLACES:
        texts.append(_("and %(count)s more prefectures") % {"count": len(places) - _PLACES})
    return formatting.listing(texts)


def _listed(texts: Iterable[str], number: int) -> str:
    found = list(texts)
    if number > len(found):
        found.append(_("and %(count)s more") % {"count": formatting.count(number - len(found))})
    return " · ".join(found)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


_DETAILS: dict[TaskKind, Callable[[Task, Any, int], str]] = {
    TaskKind.RETURNED_REPORTS: _returned,
    TaskKind.OVERDUE_REPORTS: _to_hand_in,
    TaskKind.DUE_REPORTS: _to_hand_in,
    TaskKind.REPORTS_TO_REVIEW: _to_review,
    TaskKind.PROPOSALS_TO_DECIDE: _proposals,
    TaskKind.ANSWERED_PROPOSALS: _proposals,
}
_OF_PROJECTS: dict[TaskKind, tuple[Callable[[Access, int | None], QuerySet], Callable[[Any], str]]] = {
    TaskKind.OVERDUE_MILESTONES: (unreached_milestones, _milestone),
    TaskKind.MILESTONES_DUE_SOON: (unreached_milestones, _milestone),
    TaskKind.OVERDUE_PROBLEMS: (unsolved_problems, _problem),
    TaskKind.PROBLEMS_DUE_SOON: (unsolved_problems, _problem),
}
