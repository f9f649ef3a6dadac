"""Preview of an import: what would become of each cell, what is asked at it, and what that does to the headline figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override, pgettext

from projects.choices import AskedAtCell, CellVerdict, ImportState, WorkbookKind
from projects.exports.columns import build_head
from projects.exports.fill_in import instructions_name
from projects.imports.fields import ABOUT, FIELDS, KEYS, LISTS, NAME, get_fields
from projects.imports.rows import CHOSEN, NEW_PROJECT, Choices, Holds
from projects.imports.tables import Certainty, LeftOut
from projects.models import Import, ImportedCell, Programme, Project
from projects.periods import MONTHS_OF_YEAR
from projects.totals.figures import FIGURES
from projects.workbook_imports.import_steps import MOST_TOLD, NOT_ASKED

from .. import formatting, links
from ..decorators import get_choice_parameter
from ..filter_form import Choice
from ..links import PageLink
from ..list_pages import get_pages

CELL = "cell"  # the parameter of one cell that is shown with its row, `?cell=C7`
TO_LOOK_AT = "look"  # all but what would stay as it is
CELLS = (TO_LOOK_AT, *CellVerdict.values)
FIELD_NAMES = tuple(dict.fromkeys(name for fields in FIELDS.values() for name in fields))
_OF_WHOLE_ROW = ("row", "key")  # codes of cells that are only refused with their row
_WRITTEN = (CellVerdict.NEW, CellVerdict.CHANGED)
_SPELLED_OUT = 12  # rows that are named; the rest is counted
_PREFIXES = {
    AskedAtCell.PROJECT: "project-",
    AskedAtCell.SECTOR: "sector-",
    AskedAtCell.CONFLICT: "holds-",
}  # of answers, before a row or an address
_LONGEST_TOLD = 60  # characters of a name that are said again
_OPEN = ("", gettext_lazy("please choose"))


class CellWords:
    """What the cells of a kind of workbook say in words: amounts in the unit of tables, names of what codes stand for."""

    def __init__(self, kind: str) -> None:
        self._fields = get_fields(kind)
        self.names = cache(self._read_names)

    def field(self, name: str) -> str:
        """As people call it; an amount with its unit."""
        found = self._fields.get(name)
        if found is None:
            return name
        label = formatting.sentence_case(found.label)
        return build_head(label, formatting.money_unit() if found.is_amount else "")

    def text(self, name: str, value: Any) -> str:
        """Empty for what is not known."""
        found = self._fields.get(name)
        if value is None or found is None:
            return "" if value is None else str(value)
        if found.is_amount and isinstance(value, int):
            return formatting.exact_money(value)
        return self.names(name).get(value, str(value))

    def _read_names(self, name: str) -> dict[Any, str]:
        """Of what a field may say: its choices, or the records that it names by their code."""
        model = self._fields[name].model if name in self._fields else None
        field = next((each for each in model._meta.concrete_fields if each.name == name), None) if model else None
        if field is None:
            return {}
        if field.related_model is None:
            return {value: str(label) for value, label in field.flatchoices}
        code = next((each for each in ("code", "adcode") if hasattr(field.related_model, each)), "")
        records = field.related_model._default_manager.all() if code else ()
        return {getattr(each, code): str(getattr(each, "name", each)) for each in records}


def get_preview(request: HttpRequest, imported: Import, reading: Mapping[str, Any]) -> dict[str, Any]:
    """What a page shows of the cells; `cells` and `field` narrow them down."""
    asked = get_choice_parameter(request, "cells", CELLS)
    field = get_choice_parameter(request, "field", ("", *get_fields(imported.kind)))
    shown: Any = imported.cells.with_content()
    tallies, to_look_at = _tallies(request, shown, asked if not field else "")
    looked_at = shown.exclude(verdict=CellVerdict.UNCHANGED, question="")
    found = looked_at if asked == TO_LOOK_AT else shown.filter(verdict=asked)
    found = found.filter(field=field) if field else found
    pages = get_pages(request, to_look_at if found is looked_at else found.count())
    words = CellWords(imported.kind)
    label = str(CellVerdict(asked).label) if asked != TO_LOOK_AT else _("to look at")
    lines = _lines(found[pages.first - 1 : pages.last], imported, words, reading, request.user)
    # of what there is none nothing can be looked at
    narrowed = [
        PageLink(str(CellVerdict(each["verdict"]).label), each["url"], each["is_shown"], each["number"])
        for each in tallies
        if each["count"]
    ]
    address = f"{links.same_page(request, without=('field',), cells=TO_LOOK_AT)}#cells"
    first = PageLink(_("to look at"), address, asked == TO_LOOK_AT and not field, formatting.count(to_look_at))
    return {
        "tallies": tallies,
        "switches": [first, *narrowed],
        "cells": lines,
        "asks": any(each["question"] for each in lines),
        "conflicts": any(each["question"] and each["question"]["is_radio"] for each in lines),
        "pages": pages,
        "about_label": formatting.sentence_case(_("Project")),
        "shown_label": formatting.clauses([label, words.field(field)]) if field else label,
        "whole_url": links.same_page(request, without=("cells", "field")) if field else "",
    }


def _tallies(request: HttpRequest, shown: Any, asked: str) -> tuple[list[dict[str, Any]], int]:
    """How many cells, and of how many rows, would be one thing; and how many cells there are to look at."""
    counted = (
        shown.order_by()
        .values("verdict")
        .annotate(
            cells=Count("pk"),
            rows=Count("row", distinct=True),
            look=Count("pk", filter=~Q(verdict=CellVerdict.UNCHANGED, question="")),
        )
    )
    found = {each["verdict"]: each for each in counted}
    words = {
        CellVerdict.NEW: pgettext("cells", "new"),
        CellVerdict.CHANGED: pgettext("cells", "changed"),
        CellVerdict.UNCHANGED: pgettext("cells", "the same, not written"),
        CellVerdict.REFUSED: pgettext("cells", "refused, not written"),
        CellVerdict.CONFLICT: pgettext("cells", "in conflict, left as they are"),
    }
    tallies = []
    for verdict in CellVerdict:
        cells, rows = (found[verdict][name] if verdict in found else 0 for name in ("cells", "rows"))
        told = ngettext("in %(count)s row", "in %(count)s rows", rows) % {"count": formatting.count(rows)}
        tallies.append(
            {
                "verdict": verdict.value,
                "label": words[verdict],
                "count": cells,
                "number": formatting.count(cells),
                "rows": told if rows else "",
                "url": f"{links.same_page(request, without=('field',), cells=verdict.value)}#cells",
                "is_shown": asked == verdict,
            }
        )
    return tallies, sum(each["look"] for each in found.values())


def _lines(
    cells: QuerySet[ImportedCell], imported: Import, words: CellWords, reading: Mapping[str, Any], user: Any
) -> list[dict[str, Any]]:
    """Each cell with what it says in words; texts are empty where nothing is known."""
    found = list(cells)
    named = imported.cells.filter(row__in={each.row for each in found}, field=NAME).values_list("row", "text")
    names = dict(named)  # what the file itself calls the project
    offered = {code for each in found if each.question == AskedAtCell.PROJECT for code in each.options["projects"]}
    codes = {each.project for each in found} | offered
    projects = Project.objects.visible_to(user).in_bulk(list(codes), field_name="code")
    choices, hidden = Choices.from_json(imported.choices), set(reading.get("hidden_rows", ()))
    lines = []
    for cell in found:
        project = projects.get(cell.project)
        told = [cell.words] if cell.words else [_("the whole row is refused")] if cell.code in _OF_WHOLE_ROW else []
        told += [_describe_conflict(cell, words)] if cell.question == AskedAtCell.CONFLICT else []
        told += [_("selected by you, no cell says it")] if cell.code == CHOSEN else []
        told += [_("hidden row")] if cell.row in hidden else []
        told += [_("only proposed: the province decides")] if cell.is_proposal else []
        is_read = cell.verdict != CellVerdict.REFUSED and not cell.is_key
        before = words.text(cell.field, cell.before)
        if cell.is_key:  # what the register says of what a cell names a project by
            before = str(getattr(project, cell.field, "") or "") if cell.field in KEYS else ""
        lines.append(
            {
                "cell": cell,
                "project": project.name if project else names.get(cell.row, ""),
                "project_url": links.project(project.code) if project else "",
                "field": words.field(cell.field),
                "before": before,
                "after": words.text(cell.field, cell.after) if is_read else cell.text,
                "words": told,
                "question": _question(cell, choices, words, projects) if cell.question else None,
            }
        )
    return lines


def _question(
    cell: ImportedCell, choices: Choices, words: CellWords, projects: Mapping[str, Project]
) -> dict[str, Any]:
    """A question with its answers, one of which is chosen."""
    asked = AskedAtCell(cell.question)
    place = cell.address if asked == AskedAtCell.CONFLICT else str(cell.row)
    answers: Sequence[tuple[str, Any]]
    if asked == AskedAtCell.CONFLICT:
        answers, chosen = Holds.choices, choices.cells.get(place, choices.conflicts)
    elif asked == AskedAtCell.SECTOR:
        answers, chosen = [_OPEN, *words.names("sector").items()], choices.sectors.get(place, "")
    else:
        alike = [projects[code] for code in sorted(cell.options["projects"]) if code in projects]
        new = [(NEW_PROJECT, _("a new project"))] if cell.options["may_be_new"] else []
        answers = [_OPEN, *((each.code, f"{each.code} {each.name}") for each in alike), *new]
        chosen = choices.projects.get(place, "")
    return {
        "name": f"{_PREFIXES[asked]}{place}",
        "label": _("%(cell)s: %(question)s") % {"cell": cell.address, "question": asked.label},
        "is_radio": asked == AskedAtCell.CONFLICT,
        "answers": [Choice(value, str(label), value == chosen) for value, label in answers],
    }


def _describe_conflict(cell: ImportedCell, words: CellWords) -> str:
    """Who changed it since the file was made, when, from what to what."""
    told: Mapping[str, Any] = cell.options
    if not told:
        return _("The file is of a version of the record that is not known: who changed it since cannot be told.")
    said = {
        "who": told["who"],
        "when": formatting.minute(dt.datetime.fromisoformat(told["when"])),
        "then": words.text(cell.field, told["then"]) or _("not known"),
        "now": words.text(cell.field, cell.before) or _("not known"),
    }
    if told["is_own"]:
        return _("You changed it on %(when)s, after the file was made: from %(then)s to %(now)s.") % said
    return _("%(who)s changed it on %(when)s, after the file was made: from %(then)s to %(now)s.") % said


def parse_choices(data: QueryDict) -> Choices:
    """What the form of one page of cells says; what is left open says nothing. Raises `ValidationError` for what is none of
    its answers.
    """
    starts = tuple(_PREFIXES.values())
    # all answers name their place behind a hyphen, and nothing that every form sends has one
    if unasked := [name[:_LONGEST_TOLD] for name in data if "-" in name and not name.startswith(starts)]:
        raise ValidationError(NOT_ASKED % {"places": ", ".join(unasked[:MOST_TOLD])})
    projects, sectors, cells = (
        {name.removeprefix(start): str(data[name]) for name in data if name.startswith(start) and data[name]}
        for start in starts
    )
    return Choices.from_json({"projects": projects, "sectors": sectors, "cells": cells})


def get_sent_row(request: HttpRequest, imported: Import, reading: Mapping[str, Any]) -> dict[str, Any]:
    """The row of the cell that is asked for, as it was sent; nothing where none is, 404 for one that was not read."""
    address = request.GET.get(CELL, "")
    if not address:
        return {}
    asked = imported.cells.filter(address=address[:12]).first()
    if asked is None:
        raise Http404
    heads = {each["letters"]: each["head"] for each in reading.get("columns", ())}
    words = CellWords(imported.kind)
    return {
        "sent_title": _("Row %(row)s of the file, as it was sent") % {"row": asked.row},
        "sent_cells": [
            {
                "cell": each,
                "head": heads.get(each.letters, ""),
                "field": "" if each.is_key else words.field(each.field),
                "before": "" if each.is_key else words.text(each.field, each.before),
                "after": "" if each.is_key else words.text(each.field, each.after),
                "is_asked": each.address == address,
            }
            for each in imported.cells.filter(row=asked.row).exclude(text="")
        ],
    }


def cell_links(
    user: Any, programme: Programme | None, field: str, values: Mapping[tuple[str, int | None], Any]
) -> dict[str, links.PageLink]:
    """By the code of a project the newest cell that says what stands there. `values` are by code and month, None for what
    is of no month.
    """
    if field not in FIELD_NAMES or not user.has_perm("projects.view_import"):
        return {}
    codes = {code for code, _month in values}
    done = Import.objects.visible_to(user).filter(programme=programme, state=ImportState.DONE)
    cells = ImportedCell.objects.filter(of__in=done, field=field, project__in=codes, verdict__in=_WRITTEN)
    found = {}
    for cell in cells.select_related("of").order_by("of"):
        month = cell.of.month if cell.of.kind == WorkbookKind.REPORTS else None
        if values.get((cell.project, month)) == cell.after:
            told = [each for each in (cell.of.name, cell.of.sheet, cell.address) if each]
            url = links.page("import", str(cell.of_id), query=[(CELL, cell.address)], filters=False)
            found[cell.project] = links.PageLink(formatting.clauses(told), f"{url}#sent")
    return found


def get_effects(request: HttpRequest, imported: Import) -> list[dict[str, Any]]:
    """Return the headline figures that move before and after, each with the way to what it is made of.

    They are shown with every digit, since one row may move a total by little.
    """
    effects = []
    for effect in imported.effects:
        is_same = all(effect[f"{name}before"] == effect[f"{name}after"] for name in ("", "known_", "of_"))
        if is_same and effect["later"] == effect["after"]:
            continue
        figure, parameters = FIGURES[effect["figure"]], effect.get("parameters")
        label = formatting.sentence_case(str(figure.label))
        if figure.by_month:
            span = formatting.months_of_year(1, effect.get("through_month", MONTHS_OF_YEAR), effect["year"])
            label = _("%(figure)s, %(span)s") % {"figure": label, "span": span}
        narrowed = {"field": figure.name} if figure.name in get_fields(imported.kind) else {}
        cells_url = links.same_page(request, without=("field",), cells=TO_LOOK_AT, **narrowed)
        # it is of what its sender sees; the list that the link opens is of what the reader does
        is_own = imported.user_id == request.user.pk
        effects.append(
            effect
            | {
                "label": build_head(label, formatting.unit_name(figure.unit)),
                "unit": figure.unit,
                "before_url": links.records(parse_qsl(parameters)) if parameters and is_own else "",
                "cells_url": f"{cells_url}#cells",
                "difference": (effect["after"] or 0) - (effect["before"] or 0),
                "moves": effect["before"] != effect["after"],
            }
        )
    return effects


def list_unused(imported: Import, reading: Mapping[str, Any]) -> list[str]:
    """In sentences: rows that are no records, columns that are not imported, sheets that were not read, hidden rows."""
    mapping = imported.mapping or {}
    told = [
        _("Row %(row)s, “%(text)s”: %(why)s")
        % {"row": each["row"], "text": each["text"][:60], "why": LeftOut(each["why"]).label}
        for each in reading["left_out"][:_SPELLED_OUT]
    ]
    if more := len(reading["left_out"][_SPELLED_OUT:]):
        told.append(_("%(count)s more rows that are no records") % {"count": formatting.count(more)})
    for column in reading.get("columns", ()):
        if column["letters"] not in mapping:
            why = Certainty(column["certainty"] if not column["field"] else Certainty.BESIDE).label
            values = {"column": column["letters"], "head": column["head"] or "—", "why": why}
            told.append(_("Column %(column)s, “%(head)s”: %(why)s") % values)
    own = _own_sheets(reading)
    for sheet in reading["sheets"]:
        if sheet["name"] != imported.sheet and sheet["name"] not in own:
            pattern = _("Hidden sheet “%(name)s”: not read") if sheet["is_hidden"] else _("Sheet “%(name)s”: not read")
            told.append(pattern % {"name": sheet["name"]})
    if reading["hidden_rows"]:
        rows = formatting.listing([str(row) for row in reading["hidden_rows"][:_SPELLED_OUT]])
        told.append(_("Hidden rows are read like all others: %(rows)s") % {"rows": rows})
    return told


def _own_sheets(reading: Mapping[str, Any]) -> set[str]:
    """Those of a workbook that we made to be filled in, which nobody has put there."""
    hidden = {sheet["name"] for sheet in reading["sheets"] if sheet["is_hidden"]}
    if not {ABOUT, LISTS} <= hidden:
        return set()
    names = {ABOUT, LISTS}
    for language, _name in settings.LANGUAGES:
        with override(language):
            names.add(instructions_name())
    return names
