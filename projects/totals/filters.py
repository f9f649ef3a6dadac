"""Filters and orders of lists of projects; the same names at every door."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from functools import cache
from typing import Any

import django_filters as df
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import (
    BigIntegerField,
    F,
    FloatField,
    Func,
    JSONField,
    Model,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Cast, NullIf
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from projects.access import Access, access_of
from projects.choices import LIGHTS, Basis, Light, Listed, ListStatus, ProjectKind, Transferred
from projects.history import as_of
from projects.models import Enterprise, Prefecture, Project
from sectors.choices import DirectionMeasure
from sectors.models import ChainLink, Direction, Sector
from sectors.provinces import Province

from .dimensions import BANDS, NO_DIRECTION, NO_PROVINCE, NONE
from .figures import FIGURES, REPORTED, Figure, Part
from .filter_types import (
    AmountFilter,
    AnyOf,
    ListedOf,
    ManyOf,
    OrderFilter,
    PartialDateFilter,
    SearchFilter,
    parts_of,
    range_filters,
)
from .span import Span, count_months_lacking
from .standings import Facts

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


class ReadersChoices:
    """django-filter hands its `request` to querysets of choices; ours only tells what the user sees."""

    def __init__(self, user: Any, read: dict[Any, list[Any]] | None = None) -> None:
        self.user, self._read = user, {} if read is None else read

    @property
    def access(self) -> Access:
        return access_of(self.user)

    def visible(self, model: type[Model]) -> QuerySet:
        if model is Prefecture:  # those whose records are read
            return Prefecture.objects.filter(self.access.rows("pk"))
        if model is Direction:  # what comes from other provinces is asked by `transferred`
            return visible(Direction.objects.filter(measured_by=DirectionMeasure.SECTORS), self.user)
        if model is Sector:
            return visible(Sector.objects.select_related("direction"), self.user)
        return visible(model._default_manager.all(), self.user)

    def read_choices(self, model: type[Model]) -> list[Any]:
        """All records of a kind that are few, as `visible` gives them: read once for all that asks with the same `read`."""
        key = model, self.access, as_of.current()
        if key not in self._read:
            self._read[key] = list(self.visible(model))
        return self._read[key]


def visible(queryset: QuerySet, user: Any) -> QuerySet:
    """The rows of any model that the user may read; reference data is readable by whoever reads anything."""
    if hasattr(queryset, "visible_to"):
        return queryset.visible_to(user)
    return queryset if access_of(user).reads else queryset.none()


class OnDemand(dict[str, Any]):
    """Whatever is not there yet is made once somebody looks at it."""

    def __init__(self, make: Callable[[str], Any]) -> None:
        self.make = make
        super().__init__()

    def __missing__(self, name: str) -> Any:
        self[name] = self.make(name)
        return self[name]


class RegisterFilterSet(df.FilterSet):
    """Filters over rows that are visible already; choices are those that `user` may see.

    To copy all filters of a set and make a form of them, as django-filter does, costs more than to answer most questions.
    Here are those that `data` names, in the order of their definition. Any other is there for whoever looks at it
    (`form.fields`), such as a page that shows what there is to choose.
    """

    def __init__(self, data: Any, *, queryset: QuerySet, user: Any, read: dict[Any, list[Any]] | None = None) -> None:
        self.is_bound, self.data, self.queryset, self.request = True, data, queryset, ReadersChoices(user, read)
        self.filters = OnDemand(self._copy_filter)
        for name in self.base_filters:
            if name in data:
                self.filters[name]

    def _copy_filter(self, name: str) -> df.Filter:
        own = copy(self.base_filters[name])
        own.extra = own.extra.copy()
        own.model, own.parent = self.queryset.model, self
        if own.method is not None:
            own.method = own.method  # which binds it to its own filter
        return own

    @cached_property
    def values(self) -> dict[str, Any] | None:
        """What each filter that is named filters by: what the form would say, without one. None if a value is wrong."""
        try:
            return {name: self._value_of(name) for name in list(self.filters)}
        except ValidationError:
            return None

    def _value_of(self, name: str) -> Any:
        own = self.filters[name]
        if isinstance(own, ListedOf):
            return own.chosen(self.data.getlist(name))
        return own.field.clean(own.field.widget.value_from_datadict(self.data, {}, name))

    @property
    def form(self) -> forms.Form:
        if not hasattr(self, "_form"):
            self._form = forms.Form(self.data)
            self._form.fields = OnDemand(lambda name: self.filters[name].field)
            for name in list(self.filters):
                self._form.fields[name]
        return self._form


class LightFilter(AnyOf):
    """By the light of progress at the last month, that of the attention list; `none` for those that are not rated."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [*Light.choices, (NONE, pgettext_lazy("light", "not rated"))]
        super().__init__(choices=choices, label=_("light"), **kwargs)

    def filter(self, qs: QuerySet, value: Sequence[str]) -> QuerySet:
        if not value:
            return qs
        standings = self.parent.facts().standings_by_project
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
        standings = self.parent.facts().standings_by_project
        if name == "light":
            return ValueByKey({key: LIGHTS.index(each.light) for key, each in standings.items() if each.light})
        gaps = {key: standing.gap_order for key, standing in standings.items()}
        return ValueByKey({key: round(gap * _FINE) for key, gap in gaps.items() if gap is not None})


class ProjectFilterSet(RegisterFilterSet):
    """Filters of projects. Yearly figures are those of `span`; choices are those that `user` may see."""

    search = SearchFilter(
        *("code", "national_code"),
        *("name_zh", "name_en"),
        *("enterprise__name_zh", "enterprise__name_en"),
        *("sector__name_zh", "sector__name_en"),
        *("chain_link__name_zh", "chain_link__name_en"),
        *("prefecture__name_zh", "prefecture__name_en"),
    )
    code = df.CharFilter(method="filter_code", label=_("code"), max_length=40)
    direction = ListedOf(
        Direction, "sector__direction", "code", nullable=True, null_label=NO_DIRECTION, label=_("direction")
    )
    sector = ListedOf(Sector, "sector", "code", label=_("sector"))
    chain_link = ListedOf(ChainLink, "chain_link", "code", nullable=True, label=_("chain link"))
    prefecture = ListedOf(Prefecture, "prefecture", "adcode", nullable=True, label=_("prefecture"))
    enterprise = ManyOf(Enterprise, "enterprise", "pk", nullable=True, label=_("enterprise"))
    basis = AnyOf(choices=Basis.choices, label=_("basis"))
    transferred = AnyOf(choices=Transferred.choices, label=_("transferred"))
    source_province = AnyOf(
        choices=[*Province.choices, (NONE, NO_PROVINCE)], method="filter_source_province", label=_("source province")
    )
    kind = AnyOf(choices=ProjectKind.choices, label=_("kind"))
    size = AnyOf(
        choices=[*((band.key, band.label) for band in BANDS), (NONE, _("not known"))],
        method="filter_size",
        label=_("total investment"),
    )
    status = AnyOf(choices=ListStatus.choices, method="filter_status", label=_("new or continuing"))
    listed = AnyOf(choices=Listed.choices, method="filter_listed", label=_("place on the list"))
    counted_in = AnyOf(choices=FIGURE_CHOICES, method="filter_counted_in", label=_("counted in the figure"))
    missing = AnyOf(choices=FIGURE_CHOICES, method="filter_missing", label=_("without data on"))
    having = AnyOf(choices=FIGURE_CHOICES, method="filter_having", label=_("with data on"))
    complete_in = AnyOf(choices=MONTHLY_CHOICES, method="filter_complete_in", label=_("reported in every month"))
    gaps_in = AnyOf(choices=MONTHLY_CHOICES, method="filter_gaps_in", label=_("reported with gaps"))
    light = LightFilter()
    total_investment_min, total_investment_max = range_filters("total_investment", AmountFilter)
    expected_revenue_min, expected_revenue_max = range_filters("expected_revenue", AmountFilter)
    planned_disbursement_min, planned_disbursement_max = range_filters("planned_disbursement", AmountFilter)
    disbursed_min, disbursed_max = range_filters("disbursed", AmountFilter)
    start_min, start_max = range_filters("start", PartialDateFilter, labels=(_("start from"), _("start up to")))
    finish_min, finish_max = range_filters("finish", PartialDateFilter, labels=(_("finish from"), _("finish up to")))
    ordering = ProjectOrderFilter(*ORDERINGS, columns=ORDERINGS, key="code", max_length=200)

    def __init__(
        self,
        data: Any,
        *,
        user: Any,
        span: Span,
        facts: Callable[[], Facts] | None = None,
        read: Any = None,
    ) -> None:
        """`facts` reads those of the whole programme; None where no query is filtered, as for a form alone."""
        self.span = span
        self.facts: Any = cache(facts) if facts else None
        super().__init__(data, queryset=Project.objects.all(), user=user, read=read)

    def filter_projects(self, projects: QuerySet, values: Mapping[str, Any]) -> QuerySet:
        """The projects that pass each filter with its value, in the order asked for, by code if none was."""
        for name, value in values.items():
            projects = self.filters[name].filter(projects, value)
        return projects if projects.query.order_by else projects.order_by("code")

    def filter_code(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(code=value)

    def filter_source_province(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        return (
            queryset.filter(source_province__in=["" if each == NONE else each for each in value]) if value else queryset
        )

    def filter_size(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        condition = Q(total_investment__isnull=True) if NONE in value else Q(pk__in=[])
        for band in BANDS:
            if band.key in value:
                condition |= band.condition()
        return queryset.filter(condition) if value else queryset

    def filter_status(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        return queryset.filter(entry_status__in=value) if value else queryset

    def filter_listed(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        return queryset  # `Scope` has begun with these: all other questions begin with who is on the list

    def filter_counted_in(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        for figure in self._figures(value):
            if figure.rule:
                queryset = queryset.filter(pk__in=[key for key, part in self._parts(figure).items() if part.counted])
            else:
                queryset = queryset.filter(figure.applicable_condition(self.span), figure.counted_condition(self.span))
        return queryset

    def filter_missing(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        for figure in self._figures(value):
            if figure.needs_report:  # which is known of everybody who is asked
                queryset = queryset.none()
            elif figure.rule:
                queryset = queryset.exclude(pk__in=[key for key, part in self._parts(figure).items() if part.known])
            else:
                queryset = queryset.filter(figure.applicable_condition(self.span))
                queryset = queryset.exclude(figure.known_condition(self.span))
        return queryset

    def filter_having(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        for figure in self._figures(value):
            if figure.rule:
                queryset = queryset.filter(pk__in=[key for key, part in self._parts(figure).items() if part.known])
            else:
                queryset = queryset.filter(figure.applicable_condition(self.span), figure.known_condition(self.span))
        return queryset

    def _parts(self, figure: Figure) -> dict[int, Part]:
        """Return the part of each entry of the programme in a figure with a rule, by the key of its project."""
        facts = self.facts()
        return {entry.project_id: figure.part(facts, entry) for entry in facts.entries}

    def filter_complete_in(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        for figure in self._figures(value):
            lacking = count_months_lacking(self.span, figure)
            complete = [key for key, months in lacking.items() if not months]
            queryset = queryset.filter(figure.applicable_condition(self.span), pk__in=complete)
        return queryset

    def filter_gaps_in(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        for figure in self._figures(value):
            gaps = [key for key, months in count_months_lacking(self.span, figure).items() if months]
            queryset = queryset.filter(figure.applicable_condition(self.span), pk__in=gaps)
        return queryset

    def _figures(self, names: Iterable[str]) -> list[Figure]:
        return [FIGURES[name] for name in names]
