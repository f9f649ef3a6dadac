"""List filters: one choice each, shown as a select above the list, offering only what the user may see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.totals.dimensions import NONE

from .visible_choices import readable

YES_OR_NO = [("1", gettext_lazy("yes")), ("0", gettext_lazy("no"))]


class SelectFilter(admin.SimpleListFilter):
    """A filter by one query parameter. `path` leads to the value in the rows."""

    template = "admin/select_filter.html"
    path = ""

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: type[Model], model_admin: Any) -> None:
        self.chosen = [value for value in params.get(self.parameter_name, []) if value]
        super().__init__(request, params, model, model_admin)

    def has_output(self) -> bool:
        return True

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        yield {"value": "", "display": _("All"), "selected": not self.chosen}
        for value, label in self.lookup_choices:
            yield {"value": str(value), "display": label, "selected": str(value) in self.chosen[-1:]}

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not self.chosen:
            return queryset
        known = {str(value) for value, _label in self.lookup_choices}
        for value in self.chosen:
            if value not in known:
                raise ValidationError(
                    _("“%(value)s” is not a choice of the filter “%(filter)s”."),
                    params={
                        "value": value,
                        "filter": self.title,
                    },
                )
        return self.narrowed(queryset)

    def narrowed(self, queryset: QuerySet) -> QuerySet:
        if NONE in self.chosen:
            return queryset.filter(**{f"{self.path.rpartition('__')[0]}__isnull": True})
        return queryset.filter(**{f"{self.path}__in": self.chosen})


class YesNoFilter(SelectFilter):
    """A filter by a condition that the rows meet or do not."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return YES_OR_NO


def choice_filter(parameter: str, title: Any, choices: Any, *, path: str = "") -> type[SelectFilter]:
    """A filter by a field with a closed list of choices."""

    class ChoiceFilter(SelectFilter):
        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
            return list(choices)

    ChoiceFilter.title, ChoiceFilter.parameter_name, ChoiceFilter.path = title, parameter, path or parameter
    return ChoiceFilter


def reference_filter(
    parameter: str, title: Any, model: type[Model], *, key: str, path: str, none: Any = None
) -> type[SelectFilter]:
    """A filter by a related record, by its key; `none` is the label of rows without one."""

    class ReferenceFilter(SelectFilter):
        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
            rows = [(getattr(record, key), str(record)) for record in readable(model, request.user)]
            return [*rows, (NONE, none)] if none else rows

    ReferenceFilter.title, ReferenceFilter.parameter_name, ReferenceFilter.path = title, parameter, f"{path}__{key}"
    return ReferenceFilter
