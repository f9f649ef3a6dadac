"""The filters of the list of projects as the reader sees them: boxes to tick, and chips to take one away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from projects.choices import Measure
from projects.totals.dimensions import NO_DIRECTION, NONE
from projects.totals.scope import SCOPE_PARAMETERS, Scope
from projects.totals.totals import Answer
from sectors.models import Sector, in_language

from . import formatting, links
from .chips import NOT_FILTERS, chips, clear_url

PICKED = ("direction", "sector", "prefecture", "basis", "transferred", "size", "light", "missing")
_FROM_ROWS = {"direction": "code", "sector": "code", "prefecture": "adcode"}  # choices that are records; their key
_CARRIED = (*SCOPE_PARAMETERS, "ordering", "precision")


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    picked: bool


@dataclass(frozen=True)
class Picker:
    """One filter with a closed list of values, of which any number may be ticked."""

    name: str
    label: str
    chosen: str  # the labels of what is ticked, or that all are shown
    choices: list[Choice]
    active: bool


@dataclass(frozen=True)
class FilterForm:
    pickers: list[Picker]
    chips: list[links.PageLink]
    carried: list[tuple[str, str]]
    clear_url: str
    search: str


def filter_form(request: HttpRequest, scope: Scope, facets: dict[str | None, Answer]) -> FilterForm:
    """The form of a list. `facets` are its breakdowns: for a filter that is not in use they tell what there is to pick."""
    used = {name for name, _value in scope.filters}
    labels = _labels()
    pickers = [_picker(scope, name, labels[name], facets if name not in used else None) for name in PICKED]
    carried = [
        (name, value)
        for name, values in request.GET.lists()
        if name in _CARRIED or (name in used and name not in (*PICKED, *NOT_FILTERS))
        for value in values
    ]
    return FilterForm(
        pickers=pickers,
        chips=chips(request, scope),
        carried=carried,
        clear_url=clear_url(request, scope),
        search=dict(scope.filters).get("search", ""),
    )


def _picker(scope: Scope, name: str, label: str, facets: dict[str | None, Answer] | None) -> Picker:
    picked = {value for parameter, value in scope.filters if parameter == name}
    pairs = _pairs(scope, name, facets)
    chosen = [label for value, label in pairs if value in picked]
    return Picker(
        name=name,
        label=label,
        chosen=formatting.listing(chosen) if chosen else _("all"),
        choices=[Choice(value, label, value in picked) for value, label in pairs],
        active=bool(chosen),
    )


def _pairs(scope: Scope, name: str, facets: dict[str | None, Answer] | None) -> list[tuple[str, str]]:
    """Values and labels that can be picked, without a query where a breakdown names them already."""
    if name not in _FROM_ROWS:
        return [(str(value), formatting.sentence_case(str(label))) for value, label in _choices(scope, name)]
    if facets is not None and name == "direction":  # not in use: the sectors name them, and are read anyway
        named = {
            sector.direction.code: sector.direction for sector in scope.visible_records(Sector) if sector.direction
        }
        pairs = [(each.code, each.name) for each in sorted(named.values(), key=lambda each: (each.order, each.code))]
        return [*pairs, (NONE, str(NO_DIRECTION))]
    if facets is not None:
        return [(str(row.key), in_language(row.name_zh, row.name_en)) for row in facets[name].rows]
    field = scope.form.fields[name]
    pairs = [(getattr(record, _FROM_ROWS[name]), record.name) for record in scope.visible_records(field.queryset.model)]
    none = getattr(field, "null_label", None)
    return [*pairs, (NONE, str(none))] if none else pairs


def _choices(scope: Scope, name: str) -> list[tuple[str, Any]]:
    return list(scope.form.fields[name].choices)


def _labels() -> dict[str, str]:
    return {
        "direction": _("Direction"),
        "sector": _("Sector"),
        "prefecture": _("Prefecture"),
        "basis": _("Basis"),
        "transferred": _("Transferred"),
        "size": Measure.TOTAL_INVESTMENT.header,
        "light": _("Light"),
        "missing": _("Not known"),
    }
