"""The log of changes as a file: a line for each field that a revision changed, and for each record made or removed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from projects.changes.search import ChangelogQuery, get_changelog_page
from projects.exports.columns import LineColumn
from projects.text import listing

from .. import formatting
from ..plain_columns import count, words
from ..sort_heads import SortColumn
from ..table_files import PageTable
from .changelog_rows import ChangelogRow, Event, FieldChange, events

MOST_REVISIONS = 4_000  # so many fit on a sheet, whatever each of them changed
_AT_ONCE = 100


@dataclass(frozen=True)
class LogLine:
    event: Event
    row: ChangelogRow
    change: FieldChange | None


def log_table(question: ChangelogQuery, *, conditions: Sequence[str], every_field: bool = False) -> PageTable:
    """The newest revisions that answer a question, in the order of the page; drafts that it folds are told one by one."""
    title, note = _("Log of changes"), ""
    if question.revisions().order_by()[: MOST_REVISIONS + 1].count() > MOST_REVISIONS:
        told = _("The newest %(most)s revisions. For those before them ask until an earlier day.")
        note = told % {"most": formatting.count(MOST_REVISIONS)}
    more: dict[str, Any] = {"note": note, "conditions": conditions, "others": _others() if every_field else ()}
    return PageTable("changes", title, _columns(), lambda: _lines(question), None, **more)


def _lines(question: ChangelogQuery) -> Iterator[list[LogLine]]:
    before: int | None = None
    for _turn in range(MOST_REVISIONS // _AT_ONCE):
        answer = get_changelog_page(question, before=before, size=_AT_ONCE)
        yield [
            LogLine(event, row, change)
            for event in events(answer.groups, question.user)
            for row in event.lines
            for change in (*row.changes,) or (None,)
        ]
        before = answer.older
        if before is None:
            break


def _others() -> list[LineColumn]:
    """What programs go on with: what happened and to which record, and where both are shown."""
    return [
        LineColumn(_("%(label)s, code") % {"label": _("What happened")}, lambda line: line.row.event),
        LineColumn(_("%(label)s, code") % {"label": _("Record")}, lambda line: line.row.key),
        LineColumn(_("Address of the revision"), lambda line: line.event.url),
        LineColumn(_("Address of the record"), lambda line: line.row.address),
        LineColumn(_("Undone by revisions"), lambda line: listing(map(str, line.event.undone_by))),
    ]


def _columns() -> list[SortColumn]:
    """Who, when and why as an event of the page says it, then its record, then a field of it."""

    def of_event(name: str) -> Any:
        return lambda line: getattr(line.event, name)

    def of_change(name: str) -> Any:
        return lambda line: line.change and getattr(line.change, name)

    known_on = LineColumn(_("known on"), of_event("known_on"))
    return [
        count(_("Revision"), of_event("number")),
        words(_("Recorded at"), lambda line: formatting.minute(line.event.when), known_on),
        words(_("Channel"), of_event("door")),
        words(_("Person"), of_event("who")),
        words(_("Reason"), of_event("reason")),
        words(_("What happened"), lambda line: line.row.title),
        words(_("Record"), lambda line: line.row.name),
        words(_("Field"), of_change("label")),
        words(_("Before"), of_change("before")),
        words(_("After"), of_change("after")),
        count(_("Undoes revision"), of_event("undoes")),
    ]
