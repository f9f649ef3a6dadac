"""Events of the change log in words: one for each revision, in it a line for each record with the fields that changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from projects.access import get_access
from projects.changes.differences import Difference, Names, RecordNames, ValueWords, differences, get_referenced_names
from projects.changes.kinds import Kind, hidden_fields
from projects.changes.search import CHANGED, CREATED, DELETED, Group, Item, fold_drafts, get_project_groups
from projects.choices import Measure, Unit
from projects.models import Project, Revision
from projects.workflows.proposals import changes_text

from .. import formatting, links
from ..tables import FORMAT, FORMATS

# the event itself says who and when, and the title which record
_NOT_TOLD = frozenset({"project", "entry", "programme"}) | {
    f"{step}_{what}" for step in ("submitted", "returned", "approved") for what in ("at", "by")
}


@dataclass(frozen=True)
class FieldChange:
    """A field of a record before and after; empty where it had no value, None where there was no record."""

    label: str
    before: str | None
    after: str | None


@dataclass
class ChangelogRow:
    """One record of an event. `address` is its project's page, `key` names it in addresses: 'claim.12'."""

    title: str
    name: str
    address: str
    key: str
    event: str
    changes: list[FieldChange]
    undo: str = ""  # where it can be undone or restored; empty for whoever may not
    restores: bool = False


@dataclass
class Event:
    """What one revision changed, or several in which somebody saved the same drafts over and over: `times`, from `since` on.

    Who and why are empty for the public.
    """

    revision: Any
    who: str
    reason: str
    undone_by: list[int]
    lines: list[ChangelogRow]
    much: bool  # told in numbers only
    times: int
    since: dt.datetime | None


def build_events(groups: Iterable[Group], user: Any, *, named: bool = True, whole: bool = False) -> list[Event]:
    """Return groups of history rows in words.

    `named` says which project each belongs to, `whole` all values of what was made or deleted.
    """
    groups, access = list(groups), get_access(user)
    if not groups:
        return []
    items = [item for group in groups for item in group.items]
    changes = [_differences(item, user, whole=whole) for item in items]
    names = get_referenced_names([change for own in changes for change in own], user)
    titles = RecordNames((item.kind, item.row) for item in items)
    lines = iter([_line(item, own, names, titles, named=named) for item, own in zip(items, changes, strict=True)])
    undoing = _get_undoing([group.revision.number for group in groups])
    events = []
    for group in groups:
        revision, own = group.revision, [next(lines) for _item in group.items]
        event = Event(
            revision=revision,
            who="" if access.public else revision.author_name,
            reason="" if access.public else revision.reason_in_words,
            undone_by=undoing.get(revision.number, []),
            lines=[_number(kind, what, number) for (kind, what), number in group.numbers.items()] or _merge_alike(own),
            much=bool(group.numbers),
            times=len(group.folded) + 1,
            since=group.folded[-1].created_at if group.folded else None,
        )
        events.append(event)
    return events


def _get_undoing(numbers: Iterable[int]) -> dict[int, list[int]]:
    """Return the revisions that undid each of these; one query."""
    found: dict[int, list[int]] = {}
    undoing = Revision.objects.filter(undoes__in=list(numbers)).order_by("number")
    for undone, number in undoing.values_list("undoes_id", "number"):
        found.setdefault(undone, []).append(number)
    return found


def get_value_words(kind: Kind, names: Names) -> ValueWords:
    """Return how pages write the values of a kind: money in the reader's unit, to the last digit."""
    texts: Mapping[str, Callable[[Any], Any]] = {}
    if kind.name == "plan":
        texts = {"curve": lambda row: formatting.listing([formatting.money(amount, "precise") for amount in row.curve])}
    elif kind.name == "target":
        texts = {"value": _target_value}
    elif kind.name == "proposal":
        texts = {"fields": lambda row: changes_text(row.fields, _money)}
    return ValueWords(money=_money, names=names, texts=texts)


def _money(amount: int) -> str:
    return f"{formatting.money(amount, 'precise')} {formatting.money_unit('precise')}"


def _target_value(row: Any) -> str:
    unit = Measure(row.measure).unit
    return _money(row.value) if unit == Unit.CNY else f"{formatting.count(row.value)} {unit.label}"


def _differences(item: Item, user: Any, *, whole: bool) -> list[Difference]:
    hidden = _NOT_TOLD | hidden_fields(item.kind, user)
    if item.event == CHANGED:
        return differences(item.kind.model, item.before, item.row, hidden=hidden) if item.before else []
    if not whole:
        return []
    if item.event == DELETED:
        return differences(item.kind.model, item.row, None, hidden=hidden)
    return differences(item.kind.model, None, item.row, hidden=hidden)


def build_field_changes(differences: Iterable[Difference], words: ValueWords) -> list[FieldChange]:
    """Return differences in words; what reads the same before and after is left out."""
    changes = []
    for change in differences:
        before = words.text(change.part, change.before) if change.before is not None else None
        after = words.text(change.part, change.after) if change.after is not None else None
        if before != after:
            changes.append(FieldChange(change.part.label, before, after))
    return changes


def _line(item: Item, found: list[Difference], names: Names, titles: RecordNames, *, named: bool) -> ChangelogRow:
    kind, record = item.kind, titles.get_name(item.kind, item.row)
    return ChangelogRow(
        title=" · ".join(filter(None, [_title(kind, item.event, restored=item.is_restored), record.words])),
        name=f"{record.code} {record.project}".strip() if named else "",
        address=links.project(record.code) if record.code else "",
        key=f"{kind.name}.{getattr(item.row, kind.key)}",
        event=item.event,
        changes=build_field_changes(found, get_value_words(kind, names)),
    )


def _title(kind: Kind, event: str, *, restored: bool = False) -> str:
    """Return what happened to which kind of record: 'Claim recorded', 'Monthly report changed'."""
    patterns = {
        CREATED: _("%(record)s restored") if restored else _("%(record)s recorded"),
        CHANGED: _("%(record)s changed"),
        DELETED: _("%(record)s removed"),
    }
    return patterns[event] % {"record": formatting.sentence_case(kind.label)}


def _number(kind: Kind, event: str, number: int) -> ChangelogRow:
    """So many records of one kind to which the same happened."""
    title = _("%(title)s: %(count)s") % {"title": _title(kind, event), "count": formatting.count(number)}
    return ChangelogRow(title, "", "", "", event, [])


def _merge_alike(lines: list[ChangelogRow]) -> list[ChangelogRow]:
    """Return the lines with those that say nothing but the same title as one, with their number."""
    alike: dict[tuple[str, str], list[ChangelogRow]] = {}
    for line in lines:
        if not line.changes:
            alike.setdefault((line.title, line.name), []).append(line)
    merged = []
    for first, *others in alike.values():
        title = _("%(title)s: %(count)s") % {"title": first.title, "count": len(others) + 1}
        merged.append(ChangelogRow(title, first.name, first.address, "", first.event, []) if others else first)
    return [*merged, *(line for line in lines if line.changes)]


MOST_EVENTS = 30


def get_project_events(project: Project, user: Any) -> list[Event]:
    """Return the newest events of a project and of what belongs to it, at most `MOST_EVENTS`."""
    return build_events(fold_drafts(get_project_groups(project.code, user, size=MOST_EVENTS)), user, named=False)


def get_log_url(query: list[tuple[str, str]]) -> str:
    """Return the whole log of a record, such as of a project by its code."""
    return links.page("changes", query=query)


def get_log_files(query: list[tuple[str, str]]) -> list[links.PageLink]:
    """Return the same log as files."""
    lang = ("lang", get_language() or "")
    return [links.PageLink(label, get_log_url([*query, lang, (FORMAT, form)])) for form, label in FORMATS.items()]
