"""The history of a project and of what belongs to it, one event for each revision.

Who made a change is told only to readers with a grant. A reader of single prefectures sees the history from when the
project came to one of them: what it was before belongs to others.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import ForeignKey, Model
from django.utils.translation import gettext as _

from projects.access import Access
from projects.choices import Door, Light, ReportState
from projects.models import Claim, Entry, Milestone, MonthlyReport, Note, Plan, Problem, Project, Rating
from projects.models.attribution import reporter_of
from projects.models.fields import AmountField
from projects.periods import PartialDateProperty

from . import wording

MOST_EVENTS = 30
_PARTIAL = {"start": PartialDateProperty("start"), "finish": PartialDateProperty("finish", bound="last")}
_NOT_TOLD = {"id", "start_precision", "finish_precision", "project", "entry", "programme"} | {
    f"{step}_{what}" for step in ("submitted", "returned", "approved") for what in ("at", "by")
}  # the event itself says who and when
_NOT_FOR_THE_PUBLIC = {"contact", "comment", "words", "author"} | {
    reporter_of(figure) for figure in (*Project.attributed, *Entry.attributed)
}


@dataclass(frozen=True)
class Difference:
    """A field of a record before and after; empty where it had no value."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Item:
    title: str
    differences: list[Difference]


@dataclass
class Event:
    """What one revision changed of the project."""

    number: int
    when: dt.datetime
    door: str
    who: str
    reason: str
    items: list[Item] = field(default_factory=list)


def changes(project: Project, entries: Iterable[Entry], access: Access) -> list[Event]:
    """The newest events first, at most `MOST_EVENTS`."""
    own = list(project.history.select_related("revision__user").order_by("history_id"))
    since = first_visible(own, access)
    groups: dict[type[Model], list[Any]] = {
        Project: own,
        Entry: _rows(Entry, project_id=project.pk),
        Claim: _rows(Claim, project_id=project.pk),
        MonthlyReport: _reports(project, access),
        Plan: _rows(Plan, entry_id__in=_entries(project)),
        Rating: _rows(Rating, entry_id__in=_entries(project)),
        Milestone: _rows(Milestone, project_id=project.pk),
        Problem: _rows(Problem, project_id=project.pk),
        Note: [] if access.public else _rows(Note, project_id=project.pk),
    }
    pairs = [
        (model, previous, row)
        for model, rows in groups.items()
        for previous, row in _with_previous(rows, since)
        if row.revision_id >= since
    ]
    names = _names(pairs)
    years = {entry.pk: entry.programme.year for entry in entries}
    events: dict[int, Event] = {}
    for model, previous, row in pairs:
        event = events.setdefault(row.revision_id, _event(row.revision, access))
        event.items.append(Item(_title(model, row, years), _differences(model, previous, row, names, access)))
    newest = sorted(events.values(), key=lambda event: -event.number)[:MOST_EVENTS]
    for event in newest:
        event.items = _gathered(event.items)
    return newest


def _rows(model: Any, **condition: Any) -> list[Any]:
    return list(model.history.filter(**condition).select_related("revision__user").order_by("history_id"))


def _reports(project: Project, access: Access) -> list[Any]:
    """History of the project's reports; the public sees them from their approval on."""
    only = {"state": ReportState.APPROVED} if access.public else {}
    return _rows(MonthlyReport, entry_id__in=_entries(project), **only)


def _entries(project: Project) -> Any:
    """Keys of the project's places on lists, those that are gone included."""
    return Entry.history.filter(project_id=project.pk).order_by().values("id")


def first_visible(own: Iterable[Any], access: Access) -> int:
    """The first revision from which on a project has been the reader's to see, from its own history in order."""
    if access.reads_all:
        return 0
    since, is_own = 0, True
    for row in own:
        was_own, is_own = is_own, row.prefecture_id in access.reads_in
        if not is_own:
            since = row.revision_id + 1  # nothing yet
        elif not was_own:
            since = row.revision_id
    return since


def _with_previous(rows: list[Any], since: int) -> Iterable[tuple[Any, Any]]:
    """Each row with the one before of the same record; None for the first, and for the first that may be seen."""
    newest: dict[int, Any] = {}
    for row in rows:
        previous = newest.get(row.id)
        yield (previous if previous is not None and previous.revision_id >= since else None), row
        newest[row.id] = row


def _event(revision: Any, access: Access) -> Event:
    who = ""
    if not access.public:
        who = revision.user.display_name if revision.user else revision.username
    return Event(
        number=revision.number,
        when=revision.created_at,
        door=str(Door(revision.door).label),
        who=who,
        reason="" if access.public else revision.reason,
    )


def _title(model: type[Model], row: Any, years: dict[int, int]) -> str:
    """What happened to which record: 'Claim added', 'Monthly report changed: June 2023'."""
    patterns = {"+": _("%(record)s recorded"), "~": _("%(record)s changed"), "-": _("%(record)s removed")}
    record = wording.sentence_case(str(model._meta.verbose_name))
    title = patterns[row.history_type] % {"record": record}
    if model is MonthlyReport and row.history_type != "+":
        return f"{title} · {years.get(row.entry_id, '')}-{row.month:02}"
    if model is Rating:
        return f"{title} · {Light(row.light).label}"
    return title


def _differences(
    model: Any, previous: Any, row: Any, names: dict[type, dict[int, Any]], access: Access
) -> list[Difference]:
    not_told = _NOT_TOLD | _NOT_FOR_THE_PUBLIC if access.public else _NOT_TOLD
    if previous is None or row.history_type != "~":
        return []
    found = []
    for each in model._meta.concrete_fields:
        if each.name in not_told:
            continue
        before, after = _text(each, previous, names), _text(each, row, names)
        if before != after:
            found.append(Difference(wording.sentence_case(str(each.verbose_name)), before, after))
    return found


def _text(each: Any, row: Any, names: dict[type, dict[int, Any]]) -> str:
    """A field of a history row as a reader would write it; empty for no value."""
    if each.name in _PARTIAL and isinstance(each.model, type) and each.model is Project:
        return str(_PARTIAL[each.name].__get__(row) or "")
    value = getattr(row, each.attname)
    if value is None or value == "":
        return ""
    if isinstance(each, ForeignKey):
        return str(names[each.related_model].get(value, value))
    if isinstance(each, AmountField):
        return f"{wording.money(value, 'precise')} {wording.money_unit('precise')}"
    if each.name == "curve":
        return wording.listing([wording.money(amount, "precise") for amount in value])
    if each.choices:
        return str(dict(each.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def _names(pairs: list[tuple[type[Model], Any, Any]]) -> dict[type, dict[int, Any]]:
    """The records that changed foreign keys point to, a query for each kind of record."""
    wanted: dict[type, set[int]] = defaultdict(set)
    for model, previous, row in pairs:
        if previous is None:
            continue
        for each in model._meta.concrete_fields:
            if isinstance(each, ForeignKey) and getattr(previous, each.attname) != getattr(row, each.attname):
                wanted[each.related_model] |= {getattr(previous, each.attname), getattr(row, each.attname)}
    found: dict[type, dict[int, Any]] = defaultdict(dict)
    for model, keys in wanted.items():
        found[model] = model._default_manager.in_bulk(keys - {None})
    return found


def _gathered(items: list[Item]) -> list[Item]:
    """Records without differences told once, with their number."""
    counts: dict[str, int] = {}
    for item in items:
        if not item.differences:
            counts[item.title] = counts.get(item.title, 0) + 1
    plain = [
        Item(title if count == 1 else _("%(title)s: %(count)s") % {"title": title, "count": count}, [])
        for title, count in counts.items()
    ]
    return [*plain, *(item for item in items if item.differences)]
