"""List filters: one choice each, shown as a select above the list, offering only what the user may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from operator import attrgetter
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Field, Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.models import Prefecture, Programme
from projects.models.fields import MonthNumberField
from projects.periods import MONTHS_OF_YEAR
from projects.totals.dimensions import NONE
from projects.totals.programmes import current_of, programmes_of

from .display import basis_mark, column
from .forms import get_filter_rows

MONTH_CHOICES = [(str(number), str(number)) for number in range(1, MONTHS_OF_YEAR + 1)]
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
        return self.filter_rows(queryset)

    def filter_rows(self, queryset: QuerySet) -> QuerySet:
        if NONE in self.chosen:
            return queryset.filter(**{f"{self.path.rpartition('__')[0]}__isnull": True})
        return queryset.filter(**{f"{self.path}__in": self.chosen})


class YesNoFilter(SelectFilter):
    """A filter by a condition that the rows meet or do not."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return YES_OR_NO


def field_filter(field: Field) -> type[SelectFilter]:
    """Return a filter by a field with choices, by the number of a month or by yes and no."""
    choices = field.flatchoices or (MONTH_CHOICES if isinstance(field, MonthNumberField) else YES_OR_NO)
    return choice_filter(field.name, field.verbose_name, choices)


def choice_filter(parameter: str, title: Any, choices: Any, *, path: str = "") -> type[SelectFilter]:
    """Return a filter by a field with a closed list of choices."""

    class ChoiceFilter(SelectFilter):
        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
            return list(choices)

    ChoiceFilter.title, ChoiceFilter.parameter_name, ChoiceFilter.path = title, parameter, path or parameter
    return ChoiceFilter


def reference_filter(
    parameter: str, title: Any, model: type[Model], *, key: str, path: str, none: Any = None
) -> type[SelectFilter]:
    """Return a filter by a related record, by its key; `none` is the label of rows without one."""

    class ReferenceFilter(SelectFilter):
        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
            rows = [(getattr(record, key), str(record)) for record in get_filter_rows(model, request.user)]
            return [*rows, (NONE, none)] if none else rows

    ReferenceFilter.title, ReferenceFilter.parameter_name, ReferenceFilter.path = title, parameter, f"{path}__{key}"
    return ReferenceFilter


def get_today(request: HttpRequest) -> dt.date:
    """Return the day of the programme that the list is filtered by, else of the current one; asked for once."""
    if not hasattr(request, "register_today"):
        programmes = programmes_of(request.user)
        chosen = request.GET.get("programme")
        found = next((each for each in programmes if str(each) == chosen), None) or current_of(programmes)
        request.register_today = found.today if found else timezone.localdate()
    return request.register_today


class OverdueFilter(YesNoFilter):
    """Rows whose day has passed without the thing being done; the model's `overdue` says which."""

    title = gettext_lazy("overdue")
    parameter_name = "overdue"

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        super().__init__(request, *args)
        self.today = get_today(request)
        self.title = gettext_lazy("overdue on %(day)s") % {"day": self.today.isoformat()}

    def filter_rows(self, queryset: QuerySet) -> QuerySet:
        overdue = queryset.model.objects.overdue(self.today).values("pk")
        return queryset.filter(pk__in=overdue) if self.chosen[-1] == "1" else queryset.exclude(pk__in=overdue)


class ProjectColumns:
    """Columns that name the project of a row, and its basis. Mixed into an admin of projects' records."""

    list_display_links = ("project_code", "project_name")
    search_fields: tuple[str, ...] = ("project__code", "project__name_zh", "project__name_en")
    search_help_text = gettext_lazy("Code or name of the project")

    project_code = column(gettext_lazy("code"), attrgetter("project.code"), order="project__code")
    project_name = column(gettext_lazy("project"), attrgetter("project.name"), order="project__name_zh")
    basis_column = column(gettext_lazy("basis"), lambda record: basis_mark(record.basis), order="basis")


class EntryColumns(ProjectColumns):
    """The same for records of a list entry."""

    search_fields = ("entry__project__code", "entry__project__name_zh", "entry__project__name_en")

    project_code = column(gettext_lazy("code"), attrgetter("entry.project.code"), order="entry__project__code")
    project_name = column(gettext_lazy("project"), attrgetter("entry.project.name"), order="entry__project__name_zh")
    programme_column = column(
        gettext_lazy("programme"), lambda record: str(record.entry.programme), order="entry__programme__year"
    )


def programme_filter(path: str) -> type[SelectFilter]:
    return reference_filter("programme", gettext_lazy("programme"), Programme, key="year", path=path)


def prefecture_filter(path: str) -> type[SelectFilter]:
    return reference_filter(
        "prefecture", gettext_lazy("prefecture"), Prefecture, key="adcode", path=path, none=gettext_lazy("not known")
    )
