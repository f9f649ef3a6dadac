"""Records that a search found: enterprises, sectors and their links, prefectures, problems, notes.

Each is what the reader may see of it: nothing is counted or named of the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects.choices import ProblemKind
from projects.models import Enterprise, Note, Prefecture, Problem
from projects.totals.filter_types import visible_records
from projects.totals.scope import Scope
from sectors.models import ChainLink, Sector

from .. import formatting, links
from ..notes.note_asked import NOTE
from ..notes.note_display import subject_of
from .groups import MOST, FoundGroup, FoundLine, group
from .words import SearchTerms

_NAMES = ("name_zh", "name_en")
_LONGEST = 80  # characters of a text that a line shows


def enterprises(scope: Scope, words: SearchTerms) -> FoundGroup:
    """Each leads to its projects of the year."""
    rows = Enterprise.objects.visible_to(scope.user).filter(words.condition(*_NAMES)).order_by("name_zh", "pk")
    lines = [
        FoundLine(each.name, links.records([*scope.of_year, ("enterprise", str(each.pk))])) for each in rows[: MOST + 1]
    ]
    return group("enterprises", _("Enterprises"), lines)


def sectors(scope: Scope, words: SearchTerms) -> FoundGroup:
    """Sectors, and links of their chains, which lead to their projects."""
    found = visible_records(Sector, scope.user).filter(words.condition(*_NAMES)).order_by("order", "code")[: MOST + 1]
    lines = [FoundLine(each.name, _page("sector", each.code, scope), _("sector")) for each in found]
    rows = (
        visible_records(ChainLink, scope.user)
        .filter(words.condition(*_NAMES))
        .select_related("sector")
        .order_by("order", "code")
    )
    for each in rows[: MOST + 1]:
        url = links.records([*scope.of_year, ("chain_link", each.code)])
        lines.append(FoundLine(each.name, url, _("chain link of %(sector)s") % {"sector": each.sector.name}))
    return group("sectors", _("Sectors and chain links"), lines)


def prefectures(scope: Scope, words: SearchTerms) -> FoundGroup:
    found = visible_records(Prefecture, scope.user).filter(words.condition("adcode", *_NAMES)).order_by("adcode")
    lines = [FoundLine(each.name, _page("prefecture", each.adcode, scope)) for each in found[: MOST + 1]]
    return group("prefectures", _("Prefectures"), lines)


def problems(scope: Scope, words: SearchTerms) -> FoundGroup:
    """By what is written of them and by their kind; who is to solve one is nothing that the public may find it by."""
    columns = ("description", "note", *(() if scope.access.public else ("solver",)))
    kinds = [kind.value for kind in ProblemKind if words.are_in([str(kind.label)])]
    rows = Problem.objects.visible_to(scope.user).filter(words.condition(*columns)) | Problem.objects.visible_to(
        scope.user
    ).filter(kind__in=kinds)
    found, year = rows.select_related("project").order_by("-raised_on", "pk")[: MOST + 1], scope.of_year
    lines = [
        FoundLine(
            _short(each.description),
            f"{links.page('problems', query=[*year, ('code', each.project.code)], filters=False)}#problem-{each.pk}",
            formatting.clauses([each.project.name, str(each.get_state_display())]),
        )
        for each in found
    ]
    return group("problems", pgettext("page", "Problems"), lines)


def notes(scope: Scope, words: SearchTerms) -> FoundGroup:
    rows: Iterable[Any] = Note.objects.visible_to(scope.user).filter(words.condition("text")).order_by("-day", "-pk")
    related = ("programme", "project", "sector", "prefecture", "author")
    lines = [_note(each) for each in rows.select_related(*related)[: MOST + 1]]  # type: ignore[attr-defined]
    return group("notes", _("Notes"), lines)


def _note(note: Note) -> FoundLine:
    asked = [("programme", str(note.programme.year)), (NOTE, str(note.pk))]
    if note.project:
        address, subject = links.page("project", note.project.code, query=asked, filters=False), note.project.name
    else:
        address, subject = links.page("figure", note.figure, query=asked, filters=False), subject_of(note)
    return FoundLine(
        _short(note.text), f"{address}#note-{note.pk}", formatting.clauses([subject, note.day.isoformat()])
    )


def _short(text: str) -> str:
    return Truncator(text).chars(_LONGEST)


def _page(name: str, key: str, scope: Scope) -> str:
    return links.page(name, key, query=scope.of_year, filters=False)
