"""Notes as a page shows them, with the addresses at which they are written. The public is shown none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from projects.choices import Measure
from projects.models import MonthlyReport, Note, Prefecture, Programme, Project
from projects.periods import Month
from sectors.models import Sector

from .. import formatting
from ..changes.events import get_log_url
from ..parameters import get_note_key
from ..return_address import opened_from

ANCHOR = "notes"
MOST = 50  # on a page that shows more than notes; what is earlier stands in the log of changes
_RELATED = ("author", "programme", "project", "sector", "prefecture")


@dataclass(frozen=True)
class NoteLine:
    """One note; `edit_url` is empty unless the reader wrote it."""

    key: int
    text: str
    author: str
    day: str
    period: str
    subject: str
    edit_url: str


@dataclass(frozen=True)
class Notes:
    """Notes about one subject, newest first. `add_url` is empty for whoever may add none, `earlier_url` if these are all."""

    lines: list[NoteLine]
    add_url: str
    may_read: bool
    earlier_url: str = ""


def get_notes(
    request: HttpRequest,
    *,
    programme: Programme | None,
    project: Project | None = None,
    report: MonthlyReport | None = None,
    figure: str = "",
    sector: Sector | None = None,
    prefecture: Prefecture | None = None,
) -> Notes:
    """The notes about a project and its reports in a programme's year, about one report, or about a figure.

    Of a figure, those about the whole and every part are shown, or only those of the sector or prefecture that is named.
    The newest `MOST` in one query, and after them an earlier one that the address asks for, in another.
    """
    may_read = request.user.has_perm("projects.view_note")
    if programme is None or not may_read:
        return Notes([], "", may_read)
    new = Note(programme=programme, project=project, report=report, figure=figure, sector=sector, prefecture=prefecture)
    notes: Any = Note.objects.visible_to(request.user).select_related(*_RELATED)
    if report is not None:
        new.project, notes = report.entry.project, notes.filter(report=report)
    elif project is not None:
        notes = notes.about_project(project.pk, programme.pk)
    else:
        parts = {"sector": sector, "prefecture": prefecture}
        notes = notes.about_figure(figure, programme.pk).filter(**{name: part for name, part in parts.items() if part})
    shown = list(notes[: MOST + 1])
    add_url = ""
    if request.user.has_perm("projects.add_note", new):
        add_url = opened_from(request, "note-add", anchor=ANCHOR, **_parameters(new))
    earlier_url = _log_url(new) if len(shown) > MOST else ""
    shown = [*shown[:MOST], *(_get_requested_note(request, notes, shown[:MOST]) if earlier_url else [])]
    return Notes(_lines(request, shown), add_url, may_read, earlier_url)


def _get_requested_note(request: HttpRequest, found: Any, shown: list[Note]) -> list[Note]:
    """The note that the address asks for, where it is not shown already."""
    key = get_note_key(request)
    if not key or any(str(note.pk) == key for note in shown):
        return []
    return list(found.filter(pk=key))


def _log_url(note: Note) -> str:
    """The log of changes to notes about the same project, or to all of them."""
    return get_log_url([("kind", "note"), *([("project", note.project.code)] if note.project else [])])


def _lines(request: HttpRequest, notes: Iterable[Note]) -> list[NoteLine]:
    return [
        NoteLine(
            key=note.pk,
            text=note.text,
            author=note.author.display_name,
            day=note.day.isoformat(),
            period=period_name(note),
            subject=describe_subject(note),
            edit_url=opened_from(request, "note", str(note.pk), anchor=ANCHOR)
            if request.user.has_perm("projects.change_note", note)
            else "",
        )
        for note in notes
    ]


def period_name(note: Note) -> str:
    """The month or year that it speaks of, in words."""
    if note.month:
        return formatting.month_of_year(Month(note.programme.year, note.month))
    return _("the whole of %(year)s") % {"year": note.programme.year}


def describe_subject(note: Note) -> str:
    """What it is about, in words."""
    if note.report_id:
        return _("monthly report")
    if note.project_id:
        return _("the project")
    parts = [each.name for each in (note.sector, note.prefecture) if each]
    label = formatting.sentence_case(str(Measure(note.figure).label))
    return " · ".join([label, *parts])


def _parameters(note: Note) -> dict[str, str]:
    """The parameters of the page on which a note about the same subject is written."""
    found = {"programme": str(note.programme.year)}
    if note.report_id:
        return found | {"report": str(note.report_id)}
    if note.project:
        return found | {"project": note.project.code}
    found["figure"] = note.figure
    found |= {"sector": note.sector.code} if note.sector else {}
    return found | ({"prefecture": note.prefecture.adcode} if note.prefecture else {})
