"""Effects of an import on the headline figures, and what of its file was read and is not used."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import override

from projects.choices import TargetKind, Unit
from projects.exports.columns import build_head
from projects.exports.fill_in import instructions_name
from projects.imports.workbooks.fields import ABOUT, FIELDS, LISTS
from projects.imports.workbooks.mapping import Certainty
from projects.imports.workbooks.tables import LeftOut
from projects.models import Import, Target
from projects.periods import MONTHS_OF_YEAR
from projects.totals.figures import FIGURES
from projects.workbook_imports.figure_effects import MovedFigure, of_json
from projects.workbook_imports.reading import Reading
from projects.workbook_imports.target_effects import MovedTarget

from .. import formatting, links
from ..targets import measure_name
from .preview import TO_LOOK_AT

_SPELLED_OUT = 12  # rows that are named; the rest is counted


@dataclass(frozen=True)
class EffectLine:
    """A headline figure before and after, each with the way to what it is made of."""

    name: str
    label: str
    value: int | None
    before: str
    before_url: str
    after: str
    cells_url: str
    difference: str
    moves: bool
    later: str
    coverage: str


@dataclass(frozen=True)
class HeldLine:
    """What a figure is held against, before and after, with how far it has come of it."""

    figure: str
    target: str
    before: str
    after: str
    reached: str


def effect_lines(request: HttpRequest, imported: Import) -> list[EffectLine]:
    return [_effect(request, imported, each) for each in of_json(imported.effects)]


def held_lines(imported: Import) -> list[HeldLine]:
    return [_held(each, moved) for each in of_json(imported.effects) for moved in each.targets]


def _held(figure: MovedFigure, moved: MovedTarget) -> HeldLine:
    unit = Target(measure=moved.measure).unit
    target = formatting.clauses([measure_name(moved.measure), str(TargetKind(moved.kind).label)])
    ratios = (None if each is None else Fraction(each) for each in (moved.ratio_before, moved.ratio_after))
    reached = dict.fromkeys(filter(None, map(formatting.percent, ratios)))
    return HeldLine(
        figure=_label(FIGURES[figure.figure], figure.year),
        target=build_head(target, formatting.unit_name(unit)),
        before=_number(moved.before, unit),
        after=_number(moved.after, unit),
        reached=" → ".join(reached),
    )


def _effect(request: HttpRequest, imported: Import, moved: MovedFigure) -> EffectLine:
    figure, is_own = FIGURES[moved.figure], imported.user_id == request.user.pk
    of_cells = {"cells": TO_LOOK_AT} | ({"field": moved.figure} if moved.figure in FIELDS[imported.kind] else {})
    known = _("%(known)s of %(of)s")
    before = known % {"known": formatting.count(moved.known_before), "of": formatting.count(moved.of_before)}
    after = known % {"known": formatting.count(moved.known_after), "of": formatting.count(moved.of_after)}
    return EffectLine(
        name=moved.figure,
        label=build_head(_label(figure, moved.year), formatting.unit_name(figure.unit)),
        value=moved.before,
        before=_number(moved.before, figure.unit),
        # it is of what its sender sees; the list that the link opens is of what the reader does
        before_url=links.records(parse_qsl(moved.parameters)) if moved.parameters and is_own else "",
        after=_number(moved.after, figure.unit),
        cells_url=f"{links.same_page(request, without=('field',), **of_cells)}#cells",
        difference=_signed((moved.after or 0) - (moved.before or 0), figure.unit),
        moves=moved.before != moved.after,
        later=_number(moved.later, figure.unit) if moved.later != moved.after else "",
        coverage=before if before == after else f"{before} → {after}",
    )


def _label(figure: Any, year: int) -> str:
    """With its months, which are all of the year, where it is made of months."""
    label = formatting.sentence_case(str(figure.label))
    if not figure.by_month:
        return label
    span = formatting.months_of_year(1, MONTHS_OF_YEAR, year)
    return _("%(figure)s, %(span)s") % {"figure": label, "span": span}


def _number(value: int | None, unit: Any) -> str:
    """With every digit, since one row may move a total by little."""
    if value is None:
        return ""
    return formatting.exact_money(value) if unit == Unit.CNY else formatting.count(value)


def _signed(difference: int, unit: Any) -> str:
    return formatting.signed_exact_money(difference) if unit == Unit.CNY else formatting.signed_count(difference)


def unused(imported: Import, reading: Reading) -> list[str]:
    """In sentences: rows that are no records, columns that are not imported, sheets that were not read, hidden rows."""
    mapping = imported.mapping or {}
    told = [
        _("Row %(row)s, “%(text)s”: %(why)s")
        % {"row": each.row, "text": each.text[:60], "why": LeftOut(each.why).label}
        for each in reading.left_out[:_SPELLED_OUT]
    ]
    if more := len(reading.left_out[_SPELLED_OUT:]):
        told.append(_("%(count)s more rows that are no records") % {"count": formatting.count(more)})
    for column in reading.columns:
        if column.letters not in mapping:
            why = Certainty(column.certainty if not column.field else Certainty.BESIDE).label
            values = {"column": column.letters, "head": column.head or "—", "why": why}
            told.append(_("Column %(column)s, “%(head)s”: %(why)s") % values)
    own = _own_sheets(reading)
    for sheet in reading.sheets:
        if sheet.name != imported.sheet and sheet.name not in own:
            pattern = _("Hidden sheet “%(name)s”: not read") if sheet.is_hidden else _("Sheet “%(name)s”: not read")
            told.append(pattern % {"name": sheet.name})
    if reading.hidden_rows:
        rows = formatting.listing([str(row) for row in reading.hidden_rows[:_SPELLED_OUT]])
        told.append(_("Hidden rows are read like all others: %(rows)s") % {"rows": rows})
    return told


def _own_sheets(reading: Reading) -> set[str]:
    """Those of a workbook that we made to be filled in, which nobody has put there."""
    hidden = {sheet.name for sheet in reading.sheets if sheet.is_hidden}
    if not {ABOUT, LISTS} <= hidden:
        return set()
    names = {ABOUT, LISTS}
    for language, _name in settings.LANGUAGES:
        with override(language):
            names.add(instructions_name())
    return names
