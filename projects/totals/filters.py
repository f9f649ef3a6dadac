"""What a list of projects can be filtered and ordered by; the same names at every door."""

from __future__ import annotations

from typing import Any

import django_filters as df
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from projects.access import access_of
from projects.choices import Basis, ListStatus, ProjectKind, Transferred
from projects.models import Enterprise, Prefecture, Project
from projects.models.fields import normalised_code
from projects.money import READABLE
from projects.periods import PartialDate
from projects.text import listing
from sectors.models import ChainLink, Sector
from sectors.provinces import Province

from .dimensions import BANDS, NONE
from .figures import FIGURES, Span, with_figures

MOST_DIGITS = 18  # of any key: what is longer may not fit into 64 bits
FIGURE_CHOICES = [(figure.name, figure.label) for figure in FIGURES.values()]

# what a list can be ordered by: parameter -> column; the key always comes last, what is not known too
ORDERINGS = {
    "code": "code",
    "name": "name_zh",
    "sector": "sector__order",
    "chain_link": "chain_link__order",
    "prefecture": "prefecture__adcode",
    "basis": "basis",
    "kind": "kind",
    "transferred": "transferred",
    "total_investment": "total_investment",
    "expected_revenue": "expected_revenue",
    "planned_disbursement": "planned_disbursement",
    "disbursed": "disbursed",
    "start": "start",
    "finish": "finish",
}


def ordering_of(text: str) -> list[Any]:
    """Expressions for `ordering=-total_investment,name`; unknown values last. Raises `ValidationError`."""
    expressions = []
    for part in filter(None, text.split(",")):
        name = part.removeprefix("-")
        if name not in ORDERINGS:
            raise ValidationError(
                _("“%(part)s” is not an order. Known: %(known)s."),
                code="invalid_choice",
                params={"part": part, "known": listing(ORDERINGS)},
            )
        column = F(ORDERINGS[name])
        expressions.append(column.desc(nulls_last=True) if part.startswith("-") else column.asc(nulls_last=True))
    return expressions


class OrderingField(forms.CharField):
    """Names of `ORDERINGS`, comma-separated, `-` for descending."""

    def validate(self, value: str) -> None:
        super().validate(value)
        ordering_of(value)


class OrderingFilter(df.Filter):
    """Orders instead of filtering; the code always comes last, so that pages never repeat or skip a row."""

    field_class = OrderingField

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        return qs.order_by(*ordering_of(value), "code") if value else qs


class PartialDateField(forms.CharField):
    """A year, quarter, month or day; cleans to a `PartialDate`, or None."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return PartialDate.parse(text) if text else None


class PartialDateFilter(df.Filter):
    """Dates from (or up to) one that may be given as a day, month, quarter or year."""

    field_class = PartialDateField

    def filter(self, qs: QuerySet, value: PartialDate | None) -> QuerySet:
        if not value:
            return qs
        bound = value.last if self.lookup_expr == "lte" else value.first
        return qs.filter(**{f"{self.field_name}__{self.lookup_expr}": bound})


class AnyOf(df.MultipleChoiceFilter):
    """Any of several choices of the project's own, so nothing can come twice."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(distinct=False, **kwargs)


class AmountForm(forms.IntegerField):
    """Whole CNY; months together come to more than one record can hold."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=READABLE - 1, **kwargs)


class AmountFilter(df.Filter):
    field_class = AmountForm


class KeyField(df.fields.ModelMultipleChoiceField):
    """Checks keys in the database. A number longer than any key is no choice; SQLite would stumble over it."""

    def _check_values(self, value: Any) -> Any:
        for key in value:
            if len(str(key)) > MOST_DIGITS and str(key).isdecimal():
                raise self.refusal(key)
        return super()._check_values(value)

    def refusal(self, key: Any) -> ValidationError:
        return ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": key})


class ListedField(KeyField):
    """Checks codes against all choices, for kinds of records that are few.

    They are read once: the same rows (`field.queryset`) fill the list that a page shows to choose from.
    """

    def _check_values(self, value: Any) -> list[Any]:
        known: dict[str, Any] = {str(getattr(choice, self.to_field_name)): choice for choice in self.queryset}
        if self.null_label is not None:
            known[self.null_value] = self.null_value
        for code in value:
            if code not in known:
                raise self.refusal(code)
        return [known[code] for code in dict.fromkeys(value)]


class ManyOf(df.ModelMultipleChoiceFilter):
    """Any of several reference records, by code; `none` for records without one if `nullable`."""

    field_class = KeyField

    def __init__(self, model: type[Model], relation: str, key: str, *, nullable: bool = False, **kwargs: Any) -> None:
        # a project has one of each, so nothing can come twice
        kwargs |= {"field_name": relation, "to_field_name": key, "distinct": False}
        if nullable:
            kwargs |= {"null_label": _("not known"), "null_value": NONE}
        super().__init__(queryset=lambda request: request.visible(model), **kwargs)

    def get_filter_predicate(self, v: Any) -> dict[str, Any]:
        """By the key of the record that has been found, so that an index of the projects' own serves."""
        return {self.field_name: v}


class ListedOf(ManyOf):
    field_class = ListedField


class Asker:
    """django-filter hands its `request` to querysets of choices; ours only tells what the user sees."""

    def __init__(self, user: Any) -> None:
        self.user = user

    def visible(self, model: type[Model]) -> QuerySet:
        access = access_of(self.user)
        if model is Prefecture and not access.reads_all:
            return Prefecture.objects.filter(pk__in=access.reads_in)
        return visible(model._default_manager.all(), self.user)


def visible(queryset: QuerySet, user: Any) -> QuerySet:
    """The rows of any model that the user may read; reference data is readable by whoever reads anything."""
    if hasattr(queryset, "visible_to"):
        return queryset.visible_to(user)
    return queryset if access_of(user).reads else queryset.none()


class ProjectFilterSet(df.FilterSet):
    """Filters of projects. Yearly figures are those of `span`; choices are those that `user` may see."""

    search = df.CharFilter(method="filter_search", label=_("search"), max_length=200)
    code = df.CharFilter(method="filter_code", label=_("code"), max_length=40)
    sector = ListedOf(Sector, "sector", "code", label=_("sector"))
    chain_link = ListedOf(ChainLink, "chain_link", "code", nullable=True, label=_("chain link"))
    prefecture = ListedOf(Prefecture, "prefecture", "adcode", nullable=True, label=_("prefecture"))
    enterprise = ManyOf(Enterprise, "enterprise", "pk", nullable=True, label=_("enterprise"))
    basis = AnyOf(choices=Basis.choices, label=_("basis"))
    transferred = AnyOf(choices=Transferred.choices, label=_("transferred"))
    source_province = AnyOf(choices=Province.choices, label=_("source province"))
    kind = AnyOf(choices=ProjectKind.choices, label=_("kind"))
    size = AnyOf(
        choices=[*((band.key, band.label) for band in BANDS), (NONE, _("not known"))],
        method="filter_size",
        label=_("total investment"),
    )
    status = AnyOf(choices=ListStatus.choices, method="filter_status", label=_("new or continuing"))
    counted_in = AnyOf(choices=FIGURE_CHOICES, method="filter_counted_in", label=_("counted in the figure"))
    missing = AnyOf(choices=FIGURE_CHOICES, method="filter_missing", label=_("figure not known"))
    total_investment_min = AmountFilter(field_name="total_investment", lookup_expr="gte", label=_("at least, CNY"))
    total_investment_max = AmountFilter(field_name="total_investment", lookup_expr="lte", label=_("at most, CNY"))
    expected_revenue_min = AmountFilter(field_name="expected_revenue", lookup_expr="gte", label=_("at least, CNY"))
    expected_revenue_max = AmountFilter(field_name="expected_revenue", lookup_expr="lte", label=_("at most, CNY"))
    planned_disbursement_min = AmountFilter(
        field_name="planned_disbursement", lookup_expr="gte", label=_("at least, CNY")
    )
    planned_disbursement_max = AmountFilter(
        field_name="planned_disbursement", lookup_expr="lte", label=_("at most, CNY")
    )
    disbursed_min = AmountFilter(field_name="disbursed", lookup_expr="gte", label=_("at least, CNY"))
    disbursed_max = AmountFilter(field_name="disbursed", lookup_expr="lte", label=_("at most, CNY"))
    start_min = PartialDateFilter(field_name="start", lookup_expr="gte", label=_("start from"))
    start_max = PartialDateFilter(field_name="start", lookup_expr="lte", label=_("start up to"))
    finish_min = PartialDateFilter(field_name="finish", lookup_expr="gte", label=_("finish from"))
    finish_max = PartialDateFilter(field_name="finish", lookup_expr="lte", label=_("finish up to"))
    ordering = OrderingFilter(label=_("order"), max_length=200)

    class Meta:
        model = Project
        fields: list[str] = []

    def __init__(self, data: Any, *, queryset: QuerySet, user: Any, span: Span) -> None:
        self.span = span
        super().__init__(data, queryset=with_figures(queryset, span), request=Asker(user))

    @property
    def qs(self) -> QuerySet:
        queryset = super().qs
        return queryset if queryset.query.order_by else queryset.order_by("code")

    def filter_search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        words = value.split()
        for word in words:
            queryset = queryset.filter(
                Q(code__icontains=normalised_code(word))
                | Q(name_zh__icontains=word)
                | Q(name_en__icontains=word)
                | Q(enterprise__name_zh__icontains=word)
                | Q(enterprise__name_en__icontains=word)
            )
        return queryset

    def filter_code(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(code=value)

    def filter_size(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        condition = Q(total_investment__isnull=True) if NONE in value else Q(pk__in=[])
        for band in BANDS:
            if band.key in value:
                condition |= band.condition()
        return queryset.filter(condition) if value else queryset

    def filter_status(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        return queryset.filter(entry_status__in=value) if value else queryset

    def filter_counted_in(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        for figure in value:
            queryset = queryset.filter(FIGURES[figure].applies(self.span), FIGURES[figure].counted(self.span))
        return queryset

    def filter_missing(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        for figure in value:
            queryset = queryset.filter(FIGURES[figure].applies(self.span)).exclude(FIGURES[figure].known(self.span))
        return queryset
