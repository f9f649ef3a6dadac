"""Filter chips: the conditions of a question in words, each with a link that takes it away."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from projects.totals.dimensions import NONE
from projects.totals.filter_types import AmountFilter
from projects.totals.filters import ProjectFilterSet
from projects.totals.scope import Scope

from . import formatting, links

NOT_FILTERS = ("ordering",)


def chips(request: HttpRequest, scope: Scope) -> list[links.PageLink]:
    """A chip for each value of each filter of the address."""
    return [
        links.PageLink(_chip_label(scope, name, value), links.without_value(request, name, value))
        for name, value in scope.filters
        if name not in NOT_FILTERS
    ]


def clear_url(request: HttpRequest, scope: Scope) -> str:
    """This page without any filter."""
    return links.same_page(request, without={name for name, _value in scope.filters} - set(NOT_FILTERS))


def _chip_label(scope: Scope, name: str, value: str) -> str:
    """A condition in words: what is filtered and by which value."""
    field = scope.form.fields[name]
    label = formatting.sentence_case(str(field.label or name))
    return _("%(filter)s: %(value)s") % {"filter": label, "value": _value_label(scope, name, value)}


def _value_label(scope: Scope, name: str, value: str) -> str:
    field = scope.form.fields[name]
    if value == NONE:
        return str(getattr(field, "null_label", None) or _("not known"))
    if hasattr(field, "queryset"):
        records = scope.filter_value(name)
        key = getattr(field, "to_field_name", None) or "pk"
        return next((str(each) for each in records if str(getattr(each, key, "")) == value), value)
    kind = ProjectFilterSet.base_filters[name]
    if isinstance(kind, AmountFilter):
        sign = "≥" if kind.lookup_expr == "gte" else "≤"
        return f"{sign} {formatting.money_with_unit(scope.filter_value(name), 'table')}"
    if hasattr(field, "choices"):
        return formatting.sentence_case(str(dict[str, Any](field.choices).get(value, value)))
    return value
