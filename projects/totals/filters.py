"""Filters and orders of lists of projects; the same names at every door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import django_filters as df
from django.db.models import (
    BigIntegerField,
    F,
    FloatField,
    Func,
    JSONField,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Cast, NullIf
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from projects.choices import LIGHTS, Light, Listed, Transferred
from projects.models import Enterprise, Entry, Prefecture, Project
from projects.models.fields import normalised_code
from sectors.models import ChainLink, Direction, Sector
from sectors.provinces import Province

from .dimensions import NO_DIRECTION, NO_PROVINCE, NONE
from .figures import FIGURES, REPORTED, Figure
from .filter_types import (
    AmountFilter,
    AnyOf,
    ManyOf,
    OrderFilter,
    PartialDateFilter,
    SearchFilter,
    parts_of,
    range_filters,
)
from .span import count_months_lacking

FIGURE_CHOICES = [(figure.name, figure.label) for figure in FIGURES.values()]
MONTHLY_CHOICES = [(figure.name, figure.label) for figure in REPORTED]

# orders that make a column of their own
COLUMNS = {
    "disbursed_of_plan": "share_place",
    "transferred": "transferred_place",
    "light": "light_place",
    "gap": "gap_place",
}
_FINE = 10**9  # shares are ordered by whole billionths: a cursor says its place again exactly as it was

# what a list can be ordered by: parameter -> column; the key always comes last, what is not known too
ORDERINGS = {
    "code": "code",
    "name": "name_zh",
    "sector": "sector__order",
    "chain_link": "chain_link__order",
    "prefecture": "prefecture__adcode",
    "basis": "basis",
    "kind": "kind",
    "transferred": COLUMNS["transferred"],
    "total_investment": "total_investment",
    "expected_revenue": "expected_revenue",
    "planned_disbursement": "planned_disbursement",
    "disbursed": "disbursed",
    "start": "start",
    "finish": "finish",
    **COLUMNS,
}
# what looks at the yearly figures of a line (`with_figures`)
ON_FIGURES = frozenset(
    {
        *("planned_disbursement_min", "planned_disbursement_max", "disbursed_min", "disbursed_max"),
        *("status", "counted_in", "missing", "having", "complete_in", "gaps_in"),
    }
)


class CodesFilter(df.CharFilter):
    """Codes in any spelling, with commas between."""

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        return qs.filter(code__in=map(normalised_code, value.split(","))) if value else qs


class LightFilter(AnyOf):
    """By the light of progress at the last month, that of the attention list; `none` for those that are not rated."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [*Light.choices, (NONE, pgettext_lazy("light", "not rated"))]
        super().__init__(choices=choices, label=_("light"), **kwargs)

    def filter(self, qs: QuerySet, value: Sequence[str]) -> QuerySet:
        if not value:
            return qs
        standings = self.parent.request.facts.standings_by_project
        lights = {project: standing.light or NONE for project, standing in standings.items()}
        if NONE in value:  # also those that are on no list
            return qs.exclude(pk__in=[key for key, light in lights.items() if light not in value])
        return qs.filter(pk__in=[key for key, light in lights.items() if light in value])


class ValueByKey(Func):
    """A column of whole numbers by primary key, null for a row whose key the mapping does not have."""

    output_field = BigIntegerField()

    def __init__(self, values: Mapping[int, int]) -> None:
        super().__init__(
            Value({str(key): value for key, value in values.items()}, JSONField()), Cast("pk", TextField())
        )

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="CAST(jsonb_extract_path_text(%(expressions)s) AS bigint)", **extra
        )

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSON_EXTRACT", arg_joiner=", '$.' || ", **extra)


class ProjectOrderFilter(OrderFilter):
    """The orders of a list of projects, some of which need a column of their own."""

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        names = [part.removeprefix("-") for part in parts_of(value or "")]
        return super().filter(
            qs.annotate(**{COLUMNS[name]: self._column(name) for name in names if name in COLUMNS}), value
        )

    def _column(self, name: str) -> Any:
        if name == "disbursed_of_plan":
            share = Cast(F("disbursed"), FloatField()) / Cast(NullIf(F("planned_disbursement"), 0), FloatField())
            return Cast(Func(share * _FINE, function="ROUND", output_field=FloatField()), BigIntegerField())
        if name == "transferred":  # of which nothing is known where it says so
            return NullIf(F("transferred"), Value(Transferred.UNKNOWN.value))
        standings = self.parent.request.facts.standings_by_project
        if name == "light":
            return ValueByKey({key: LIGHTS.index(each.light) for key, each in standings.items() if each.light})
        gaps = {key: standing.gap_order for key, standing in standings.items()}
        return ValueByKey({key: round(gap * _FINE) for key, gap in gaps.items() if gap is not None})


class ProjectFilterSet(df.FilterSet):
    """Filters of projects. Its `request` is a scope, from which it has the user, the span and the facts of the programme."""

    search = SearchFilter(
        *("code", "national_code"),
        *("name_zh", "name_en"),
        *("enterprise__name_zh", "enterprise__name_en"),
        *("sector__name_zh", "sector__name_en"),
        *("chain_link__name_zh", "chain_link__name_en"),
        *("prefecture__name_zh", "prefecture__name_en"),
    )
    code = CodesFilter(label=_("code"), max_length=4000)
    direction = ManyOf(Direction, "sector__direction", "code", nullable=True, null_label=NO_DIRECTION)
    sector = ManyOf(Sector, "sector", "code")
    chain_link = ManyOf(ChainLink, "chain_link", "code", nullable=True)
    prefecture = ManyOf(Prefecture, "prefecture", "adcode", nullable=True)
    enterprise = ManyOf(Enterprise, "enterprise", "pk", nullable=True)
    basis = AnyOf(Project, "basis")
    transferred = AnyOf(Project, "transferred", label=_("transferred"))
    source_province = AnyOf(
        choices=[*Province.choices, (NONE, NO_PROVINCE)], method="filter_source_province", label=_("source province")
    )
    kind = AnyOf(Project, "kind")
    status = AnyOf(Entry, "status", field_name="entry_status")
    listed = AnyOf(choices=Listed.choices, method="filter_listed", label=_("place on the list"))
    counted_in = AnyOf(choices=FIGURE_CHOICES, method="filter_by_figure", label=_("counted in the figure"))
    missing = AnyOf(choices=FIGURE_CHOICES, method="filter_by_figure", label=_("without data on"))
    having = AnyOf(choices=FIGURE_CHOICES, method="filter_by_figure", label=_("with data on"))
    complete_in = AnyOf(choices=MONTHLY_CHOICES, method="filter_by_months", label=_("reported in every month"))
    gaps_in = AnyOf(choices=MONTHLY_CHOICES, method="filter_by_months", label=_("reported with gaps"))
    light = LightFilter()
    total_investment_min, total_investment_max = range_filters("total_investment", AmountFilter)
    expected_revenue_min, expected_revenue_max = range_filters("expected_revenue", AmountFilter)
    planned_disbursement_min, planned_disbursement_max = range_filters("planned_disbursement", AmountFilter)
    disbursed_min, disbursed_max = range_filters("disbursed", AmountFilter)
    start_min, start_max = range_filters("start", PartialDateFilter, labels=(_("start from"), _("start up to")))
    finish_min, finish_max = range_filters("finish", PartialDateFilter, labels=(_("finish from"), _("finish up to")))
    ordering = ProjectOrderFilter(*ORDERINGS, columns=ORDERINGS, key="code", max_length=200)

    def filter_source_province(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        return (
            queryset.filter(source_province__in=["" if each == NONE else each for each in value]) if value else queryset
        )

    def filter_listed(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        return queryset  # `Scope` has begun with these: all other questions begin with who is on the list

    def filter_by_figure(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        """By `counted_in`, `having` or `missing`."""
        span = self.request.span
        for figure in map(FIGURES.__getitem__, value):
            if name == "missing" and figure.needs_report:  # which is known of everybody who is asked
                return queryset.none()
            condition = self._get_condition(figure, "counted" if name == "counted_in" else "known")
            queryset = queryset.filter(
                figure.applicable_condition(span), ~condition if name == "missing" else condition
            )
        return queryset

    def _get_condition(self, figure: Figure, kind: str) -> Q:
        """Return the condition on projects that a figure counts (`counted`), or of which it is `known`."""
        if figure.rule is None:
            condition: Q = getattr(figure, f"{kind}_condition")(self.request.span)
            return condition
        facts = self.request.facts
        parts = {entry.project_id: figure.part(facts, entry) for entry in facts.entries}
        return Q(pk__in=[key for key, part in parts.items() if getattr(part, kind)])

    def filter_by_months(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        """By `complete_in` or `gaps_in`."""
        for figure in map(FIGURES.__getitem__, value):
            lacking = count_months_lacking(self.request.span, figure)
            keys = [key for key, months in lacking.items() if bool(months) == (name == "gaps_in")]
            queryset = queryset.filter(figure.applicable_condition(self.request.span), pk__in=keys)
        return queryset
