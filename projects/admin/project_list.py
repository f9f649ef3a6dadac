"""The list of projects: its question, its columns, and the totals of exactly its rows."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.core.paginator import Paginator
from django.db.models import F, Model, OrderBy, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.choices import Measure
from projects.text import format_html
from projects.totals.filters import ProjectFilterSet
from projects.totals.scope import SCOPE_PARAMETERS, Scope
from projects.totals.totals import Answer, totals

from .display import NOT_KNOWN, UnitLabel, basis_mark, column, dash, list_amount, number
from .filters import SelectFilter

PARAMETERS = {*ProjectFilterSet.base_filters, *SCOPE_PARAMETERS}


def scope_of(request: HttpRequest) -> Scope:
    """The question that the list answers, made once for a request; all projects unless a programme is chosen.

    Raises `ValidationError` by parameter.
    """
    if not hasattr(request, "register_scope"):
        request.register_scope = Scope.from_request(request, on_list=bool(request.GET.get("programme")))
    return request.register_scope


def answer_of(request: HttpRequest) -> Answer:
    """The totals of exactly the list's rows, counted once for a request."""
    if not hasattr(request, "register_answer"):
        request.register_answer = totals(scope_of(request))
    return request.register_answer


class ScopeFilter(SelectFilter):
    """A filter that the scope applies: here it only offers its choices."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        if self.parameter_name == "programme":
            return [(str(programme), str(programme)) for programme in scope_of(request).programmes]
        choices = scope_of(request).form.fields[self.parameter_name].choices
        return [(str(value), label) for value, label in choices if str(value)]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset


def scope_filter(parameter: str, title: Any) -> type[ScopeFilter]:
    return type("ScopeFilterBy", (ScopeFilter,), {"parameter_name": parameter, "title": title})


FILTERS = (
    scope_filter("programme", gettext_lazy("programme")),
    scope_filter("direction", gettext_lazy("direction")),
    scope_filter("sector", gettext_lazy("sector")),
    scope_filter("prefecture", gettext_lazy("prefecture")),
    scope_filter("basis", gettext_lazy("basis")),
    scope_filter("transferred", gettext_lazy("transferred")),
    scope_filter("kind", gettext_lazy("kind")),
    scope_filter("missing", gettext_lazy("without data on")),
)


def chips(request: HttpRequest) -> list[dict[str, str]]:
    """The filters in force that no select above the list shows: label, value, and the address of the list without."""
    form = scope_of(request).form
    shown = {offered.parameter_name for offered in FILTERS} | {"search", "ordering"}
    found = []
    for name, value in scope_of(request).filters:
        values = request.GET.getlist(name)
        if (name in shown and len(values) == 1) or name in {"search", "ordering"}:
            continue
        without = request.GET.copy()
        without.setlist(name, [each for each in values if each != value])
        field = form.fields[name]
        labels = {str(key): str(label) for key, label in getattr(field, "choices", ())}
        found.append(
            {
                "label": str(field.label),
                "value": labels.get(value, value),
                "without": f"{request.path}?{without.urlencode()}",
            }
        )
    return found


class ProjectChangeList(ChangeList):
    """Rows come from the scope, so that list, totals, API and pages cannot differ; what is not known sorts last."""

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        super().__init__(request, *args)
        self.query = request.GET.get("search", "")

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet:
        found = self.get_filters(request)
        self.filter_specs, self.has_filters, _rest, _double, self.has_active_filters = found
        rows = scope_of(request).projects().with_references()
        if ORDER_VAR in request.GET or not request.GET.get("ordering"):
            rows = rows.order_by(*self.get_ordering(request, rows))
        return rows

    def get_ordering(self, request: HttpRequest, queryset: QuerySet) -> list[Any]:
        return [_unknown_last(expression) for expression in super().get_ordering(request, queryset)]


def _unknown_last(expression: Any) -> OrderBy:
    if isinstance(expression, str):
        return OrderBy(F(expression.removeprefix("-")), descending=expression.startswith("-"), nulls_last=True)
    return OrderBy(expression.expression, descending=expression.descending, nulls_last=True)


class ProjectPaginator(Paginator):
    """Counts by what the totals under the list say anyway."""

    counted: int | None = None

    @cached_property
    def count(self) -> int:
        return super().count if self.counted is None else self.counted


class ProjectColumns:
    """The columns of the list. Yearly figures are of the chosen programme, or of the current one."""

    list_display_links = ("code", "name_column")

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        scope = scope_of(request)
        year = scope.programme or ""
        through = _("to %(month)s") % {"month": scope.end_month} if scope.end_month else year
        return (
            "code",
            "name_column",
            "sector_column",
            "prefecture_column",
            _amount(Measure.TOTAL_INVESTMENT, gettext_lazy("total investment")),
            _amount(Measure.PLANNED_DISBURSEMENT, _("planned %(year)s") % {"year": year}),
            _amount(
                Measure.DISBURSED,
                format_html("{} {}", _("disbursed"), through),
                missing=gettext_lazy("no approved report"),
            ),
            _amount(Measure.EXPECTED_REVENUE, gettext_lazy("expected annual revenue at full capacity")),
            "basis_column",
        )

    name_column = column(gettext_lazy("name"), attrgetter("name"), order="name_zh")
    sector_column = column(gettext_lazy("sector"), attrgetter("sector.name"), order="sector__order")
    prefecture_column = column(
        gettext_lazy("prefecture"),
        lambda project: project.prefecture.name if project.prefecture else dash(),
        order="prefecture__adcode",
    )
    basis_column = column(gettext_lazy("basis"), lambda project: basis_mark(project.basis), order="basis")


def _amount(figure: Measure, label: Any, *, missing: Any = NOT_KNOWN) -> Any:
    """A column of one figure; the function is named after it, and so is the column's class."""

    @admin.display(description=UnitLabel(label), ordering=figure.value)
    def amount(project: Model) -> str:
        return number(list_amount(getattr(project, figure), missing=missing))

    amount.__name__ = figure.value
    return amount
