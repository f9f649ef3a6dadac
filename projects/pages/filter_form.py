"""Filters of projects: the boxes to tick over their list, and the conditions of any page as chips that take them away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils.translation import gettext as _

from projects.totals.dimensions import NO_DIRECTION, NONE
from projects.totals.filter_types import AmountFilter
from projects.totals.filters import ProjectFilterSet
from projects.totals.scope import SCOPE_PARAMETERS, Scope
from projects.totals.totals import Answer
from sectors.models import Sector, in_language

from . import formatting, links

_KEYS = {"direction": "code", "sector": "code", "prefecture": "adcode"}  # of the choices that are records
_CARRIED = (*SCOPE_PARAMETERS, links.REACH, "ordering", "precision")


class Choice(NamedTuple):
    value: str
    label: str
    picked: bool


@dataclass(frozen=True)
class Picker:
    """One filter with a closed list of values, of which any number may be ticked."""

    name: str
    label: str
    choices: list[Choice]

    @property
    def picked(self) -> str:
        """The labels of what is ticked; '' where nothing is."""
        return formatting.listing([choice.label for choice in self.choices if choice.picked])


def get_chips(request: HttpRequest, scope: Scope) -> list[links.PageLink]:
    """Return a chip for each value of each filter of the address, with the address without it."""
    return [
        links.PageLink(
            _("%(filter)s: %(value)s")
            % {"filter": _field_label(scope, name), "value": _value_label(scope, name, value)},
            links.without_value(request, name, value),
        )
        for name, value in scope.filters
        if name != "ordering"
    ]


def get_clear_url(request: HttpRequest, scope: Scope) -> str:
    """Return this page without any filter."""
    return links.same_page(request, without={name for name, _value in scope.filters} - {"ordering"})


def _field_label(scope: Scope, name: str) -> str:
    return formatting.sentence_case(str(scope.form.fields[name].label or name))


def _value_label(scope: Scope, name: str, value: str) -> str:
    field = scope.form.fields[name]
    if value == NONE:
        return str(getattr(field, "null_label", None) or _("not known"))
    if hasattr(field, "queryset"):
        key = getattr(field, "to_field_name", None) or "pk"
        return next(
            (str(record) for record in scope.filter_value(name) if str(getattr(record, key, "")) == value), value
        )
    kind = ProjectFilterSet.base_filters[name]
    if isinstance(kind, AmountFilter):
        sign = "≥" if kind.lookup_expr == "gte" else "≤"
        return f"{sign} {formatting.money_with_unit(scope.filter_value(name), 'table')}"
    if hasattr(field, "choices"):
        return formatting.sentence_case(str(dict[str, Any](field.choices).get(value, value)))
    return value


def get_filter_form(request: HttpRequest, scope: Scope, facets: dict[str | None, Answer]) -> dict[str, Any]:
    """Return the form of a list: its `pickers`, and what it sends unchanged.

    `facets` are its breakdowns: for a filter that is not in use they tell what there is to pick.
    """
    labels = {
        "direction": _("Direction"),
        "sector": _("Sector"),
        "prefecture": _("Prefecture"),
        "basis": _("Basis"),
        "transferred": _("Transferred"),
        "light": _("Light"),
        "missing": _("Not known"),
    }
    used = {name for name, _value in scope.filters}
    pickers = []
    for name, label in labels.items():
        pairs = _get_choices(scope, name, facets if name not in used else None)
        picked = {value for parameter, value in scope.filters if parameter == name}
        pickers.append(Picker(name, label, [Choice(value, text, value in picked) for value, text in pairs]))
    carried = [
        (name, value)
        for name, values in request.GET.lists()
        if name in _CARRIED or (name in used and name not in labels)
        for value in values
    ]
    return {"pickers": pickers, "carried": carried, "search": dict(scope.filters).get("search", "")}


def _get_choices(scope: Scope, name: str, facets: dict[str | None, Answer] | None) -> list[tuple[str, str]]:
    """Return the values that can be picked with their labels, without a query where a breakdown names them already."""
    field = scope.form.fields[name]
    if name not in _KEYS:
        return [(str(value), formatting.sentence_case(str(label))) for value, label in field.choices]
    if facets is not None and name == "direction":  # the sectors name them, and are read anyway
        directions = {
            sector.direction.code: sector.direction for sector in scope.visible_records(Sector) if sector.direction
        }
        ordered = sorted(directions.values(), key=lambda direction: (direction.order, direction.code))
        return [*((direction.code, direction.name) for direction in ordered), (NONE, str(NO_DIRECTION))]
    if facets is not None:
        return [(str(row.key), in_language(row.name_zh, row.name_en)) for row in facets[name].rows]
    records = scope.visible_records(field.queryset.model)
    pairs = [(getattr(record, _KEYS[name]), record.name) for record in records]
    none = getattr(field, "null_label", None)
    return [*pairs, (NONE, str(none))] if none else pairs
