"""Kinds of rules about days: of a project against the year of its list, and of what cannot have happened yet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from projects.choices import ARRIVED, Importance, ListStatus, PlausibilityKind
from projects.models import Entry, Milestone, Plan, PlausibilityRule, Problem, Project
from projects.models.entry import was_on_list
from projects.plausibility.surroundings import Surroundings, days_move

from .kind import Finding, kind


@kind(
    name=PlausibilityKind.START,
    looks_at={"project": ("start", "start_precision"), "entry": ("status", "project", "programme")},
    limit=3,
    message=_(
        "A start in {value} does not fit the list of {other}: a continuing project was begun before that year, any "
        "other at most {limit} years after it."
    ),
)
def _start(record: Any, rule: PlausibilityRule, around: Surroundings) -> Iterator[Finding]:
    """A continuing project was begun before the year of its list; any is begun within a few years of it."""
    is_project = isinstance(record, Project)
    started = (record if is_project else record.project).started
    if started is None:
        return
    for entry in around.entries(record) if is_project else [record]:
        year = entry.programme.year
        latest = year - 1 if entry.status == ListStatus.CONTINUING else year + (rule.limit or 0)
        if started.first.year > latest:
            yield Finding("start" if is_project else "status", str(started), year)
            return


@kind(
    name=PlausibilityKind.FINISH,
    looks_at={"project": ("finish", "finish_precision"), "entry": ("project", "programme")},
    message=_("The project was finished in {value}, before the year of the list, {other}."),
)
def _finish(record: Any, rule: PlausibilityRule, around: Surroundings) -> Iterator[Finding]:
    is_project = isinstance(record, Project)
    finished = (record if is_project else record.project).finished
    if finished is None:
        return
    for entry in around.entries(record) if is_project else [record]:
        if finished.last.year < entry.programme.year:
            yield Finding("finish" if is_project else "project", str(finished), entry.programme.year)
            return


@kind(
    name=PlausibilityKind.MEMBERSHIP,
    looks_at={"entry": ("joined", "left", "programme")},
    importance=Importance.REFUSE,
    message=_("{value} is not in the year of the list, {other}."),
)
def _membership(record: Entry, rule: PlausibilityRule, around: Surroundings) -> Iterator[Finding]:
    year = record.programme.year
    for name in ("joined", "left"):
        day = getattr(record, name)
        if day is not None and day.year != year:
            yield Finding(name, day.isoformat(), year)


@kind(
    name=PlausibilityKind.OFF_LIST,
    looks_at={"entry": ("joined", "left")},
    message=_("There is a report of {value}, but by this day the project is not on the list in that month."),
)
def _off_list(record: Entry, rule: PlausibilityRule, around: Surroundings) -> Iterator[Finding]:
    """What is handed in or approved of a month that the days leave out, where the days before did not."""
    if record._stored is None or not days_move(record):
        return
    joined, left = record._stored["joined"], record._stored["left"]
    for report in around.reports(record):
        month = report.period
        if (
            report.state in ARRIVED
            and was_on_list(joined, left, month)
            and not was_on_list(record.joined, record.left, month)
        ):
            starts_later = record.joined is not None and record.joined > month.last_day
            yield Finding("joined" if starts_later else "left", month)
            return


@kind(
    name=PlausibilityKind.DECISION,
    looks_at={"plan": ("decided_on",)},
    importance=Importance.REFUSE,
    message=_("A plan cannot be decided on {value}: for this programme it is {other} today."),
)
def _decision(record: Plan, rule: PlausibilityRule, around: Surroundings) -> Iterator[Finding]:
    today = record.entry.programme.today
    if record.decided_on > today:
        yield Finding("decided_on", record.decided_on.isoformat(), today.isoformat())


@kind(
    name=PlausibilityKind.REACHED,
    looks_at={"milestone": ("actual",)},
    importance=Importance.REFUSE,
    message=_("A milestone cannot be reached on {value}: for its programme it is {other} today."),
)
def _reached(record: Milestone, rule: PlausibilityRule, around: Surroundings) -> Iterator[Finding]:
    if record.actual is not None and record.actual > (today := around.today(record.project)):
        yield Finding("actual", record.actual.isoformat(), today.isoformat())


@kind(
    name=PlausibilityKind.RAISED,
    looks_at={"problem": ("raised_on",)},
    importance=Importance.REFUSE,
    message=_("A problem cannot be raised on {value}: for its programme it is {other} today."),
)
def _raised(record: Problem, rule: PlausibilityRule, around: Surroundings) -> Iterator[Finding]:
    if record.raised_on > (today := around.today(record.project)):
        yield Finding("raised_on", record.raised_on.isoformat(), today.isoformat())


@kind(
    name=PlausibilityKind.DUE,
    looks_at={"problem": ("due", "raised_on")},
    importance=Importance.REFUSE,
    message=_("A problem cannot be due on {value}, before it was raised on {other}."),
)
def _due(record: Problem, rule: PlausibilityRule, around: Surroundings) -> Iterator[Finding]:
    if record.due is not None and record.due < record.raised_on:
        yield Finding("due", record.due.isoformat(), record.raised_on.isoformat())


KINDS = (_start, _finish, _membership, _off_list, _decision, _reached, _raised, _due)
