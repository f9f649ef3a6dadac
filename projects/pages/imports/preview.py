"""Preview of an import: what would become of each cell, counted by what it would be, and the cells of one page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from projects.choices import AskedAtCell, CellVerdict
from projects.imports.workbooks.fields import FIELDS, KEYS, KEYS_OF, NAMES, is_of_projects
from projects.imports.workbooks.register_rows import CHOSEN
from projects.models import Import, ImportedCell, Project
from projects.workbook_imports.reading import Reading

from .. import formatting, links
from ..decorators import one_of
from ..links import PageLink
from ..list_pages import pages_of
from .cell_words import CellWords
from .questions import Question, Questions

TO_LOOK_AT = "look"  # all but what would stay as it is
CELLS = (TO_LOOK_AT, *CellVerdict.values)
FIELD_NAMES = tuple(dict.fromkeys(name for fields in FIELDS.values() for name in fields))
_OF_WHOLE_ROW = ("row", "key")  # codes of cells that are only refused with their row


@dataclass(frozen=True)
class Tally:
    """How many cells, and of how many rows, would be one thing; and how many of them name a new project."""

    verdict: str
    label: str
    count: int
    number: str
    rows: str
    projects: int
    url: str
    is_shown: bool


@dataclass(frozen=True)
class CellLine:
    """One cell; texts are empty where nothing is known."""

    address: str
    project: str
    project_url: str
    code: str
    field: str
    before: str
    after: str
    verdict: str
    verdict_label: str
    is_written: bool
    words: list[str]
    question: Question | None


def preview(request: HttpRequest, imported: Import, reading: Reading) -> dict[str, Any]:
    """What a page shows of the cells; `cells` and `field` narrow them down."""
    asked = one_of(request, "cells", CELLS)
    field = one_of(request, "field", ("", *FIELDS[imported.kind]))
    shown: Any = imported.cells.with_content()
    tallies, to_look_at = _tallies(request, shown, asked if not field else "")
    looked_at = shown.exclude(verdict=CellVerdict.UNCHANGED, question="")
    found = looked_at if asked == TO_LOOK_AT else shown.filter(verdict=asked)
    found = found.filter(field=field) if field else found
    pages = pages_of(request, to_look_at if found is looked_at else found.count())
    words = CellWords(imported.kind)
    hidden = set(reading.hidden_rows)
    label = str(CellVerdict(asked).label) if asked != TO_LOOK_AT else _("to look at")
    return {
        "tallies": tallies,
        "switches": _switches(request, tallies, asked if not field else "", to_look_at),
        "cells": (lines := _lines(found[pages.first - 1 : pages.last], imported, words, hidden, request.user)),
        "asks": any(each.question for each in lines),
        "conflicts": any(each.question and each.question.is_radio for each in lines),
        "pages": pages,
        "about_label": _about_label(imported.kind),
        "shown_label": formatting.clauses([label, words.field(field)]) if field else label,
        "whole_url": links.same_page(request, without=("cells", "field")) if field else "",
    }


def _tallies(request: HttpRequest, shown: Any, asked: str) -> tuple[list[Tally], int]:
    """Also how many cells there are to look at."""
    names = Q(field="name_zh", row_verdict=CellVerdict.NEW)
    counted = (
        shown.order_by()
        .values("verdict")
        .annotate(
            cells=Count("pk"),
            rows=Count("row", distinct=True),
            projects=Count("pk", filter=names),
            look=Count("pk", filter=~Q(verdict=CellVerdict.UNCHANGED, question="")),
        )
    )
    to_look_at = Counter({each["verdict"]: each["look"] for each in counted}).total()
    found = {each["verdict"]: (each["cells"], each["rows"], each["projects"]) for each in counted}
    words = {
        CellVerdict.NEW: pgettext("cells", "new"),
        CellVerdict.CHANGED: pgettext("cells", "changed"),
        CellVerdict.UNCHANGED: pgettext("cells", "the same, not written"),
        CellVerdict.REFUSED: pgettext("cells", "refused, not written"),
        CellVerdict.CONFLICT: pgettext("cells", "in conflict, left as they are"),
    }
    tallies = []
    for verdict in CellVerdict:
        cells, rows, projects = found.get(verdict.value, (0, 0, 0))
        told = ngettext("in %(count)s row", "in %(count)s rows", rows) % {"count": formatting.count(rows)}
        tallies.append(
            Tally(
                verdict=verdict.value,
                label=words[verdict],
                count=cells,
                number=formatting.count(cells),
                rows=told if rows else "",
                projects=projects,
                url=f"{links.same_page(request, without=('field',), cells=verdict.value)}#cells",
                is_shown=asked == verdict,
            )
        )
    return tallies, to_look_at


def _switches(request: HttpRequest, tallies: list[Tally], asked: str, to_look_at: int) -> list[PageLink]:
    # of what there is none nothing can be looked at
    narrowed = [
        PageLink(str(CellVerdict(each.verdict).label), each.url, each.is_shown, each.number)
        for each in tallies
        if each.count
    ]
    address = f"{links.same_page(request, without=('field',), cells=TO_LOOK_AT)}#cells"
    return [PageLink(_("to look at"), address, asked == TO_LOOK_AT, formatting.count(to_look_at)), *narrowed]


def _lines(
    cells: QuerySet[ImportedCell], imported: Import, words: CellWords, hidden: set[int], user: Any
) -> list[CellLine]:
    found = list(cells)
    names = _names(imported, {each.row for each in found})
    projects = Project.objects.visible_to(user).in_bulk(list({each.project for each in found}), field_name="code")
    questions = Questions(imported, found, words, user)
    return [_line(each, words, names, projects, questions, is_hidden=each.row in hidden) for each in found]


def _key_of(project: Project | None, field: str) -> str:
    """What the register says of what a cell names a project by."""
    return str(getattr(project, field, "") or "") if field in KEYS else ""


def _about_label(kind: str) -> str:
    """What the rows of a kind are about."""
    labels = [_("Project")] if is_of_projects(kind) else [FIELDS[kind][key].label for key in KEYS_OF[kind]]
    return formatting.sentence_case(formatting.listing(labels))


def _names(imported: Import, rows: set[int]) -> Mapping[int, str]:
    """What the file itself calls what a row is about."""
    found: dict[int, list[str]] = defaultdict(list)
    named = imported.cells.filter(row__in=rows, field__in=NAMES[imported.kind]).exclude(text="")
    for row, text in named.values_list("row", "text"):
        found[row].append(text)
    return {row: formatting.clauses(texts) for row, texts in found.items()}


def _line(
    cell: ImportedCell,
    words: CellWords,
    names: Mapping[int, str],
    projects: Mapping[str, Project],
    questions: Questions,
    *,
    is_hidden: bool,
) -> CellLine:
    project = projects.get(cell.project)
    told = [cell.words] if cell.words else [_("the whole row is refused")] if cell.code in _OF_WHOLE_ROW else []
    told += [questions.of_conflict(cell)] if cell.question == AskedAtCell.CONFLICT else []
    told += [_("selected by you, no cell says it")] if cell.code == CHOSEN else []
    told += [_("hidden row")] if is_hidden else []
    told += [_("only proposed: the province decides")] if cell.is_proposal else []
    is_read = cell.verdict != CellVerdict.REFUSED and not cell.is_key
    return CellLine(
        address=cell.address,
        project=project.name if project else names.get(cell.row, ""),
        project_url=links.project(project.code) if project else "",
        code=cell.project,
        field=words.field(cell.field),
        before=_key_of(project, cell.field) if cell.is_key else words.text(cell.field, cell.before),
        after=words.text(cell.field, cell.after) if is_read else cell.text,
        verdict=cell.verdict,
        verdict_label=str(cell.get_verdict_display()),
        is_written=cell.verdict in (CellVerdict.NEW, CellVerdict.CHANGED),
        words=told,
        question=questions.of(cell),
    )
