"""Entries' plans for the year, reviewers' ratings, and light rules."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from projects.choices import Basis, Light, LightMethod, PlanKind
from projects.models import LightRule, Plan, Rating
from projects.periods import MONTHS_OF_YEAR, Month
from projects.totals.filter_types import AmountFilter, AnyOf, OrderFilter, SearchFilter, range_filters
from projects.totals.filters import RegisterFilterSet

from .fields import Amount, MonthText, get_field_description
from .filters import COLUMNS_OF_ENTRY, DayFilter, OfEntryFilterSet, YesNoFilter, month_filters, project_search
from .parameters import Parameter
from .serializers import CNY, DAYS, AuthoredChange, ChangeSerializer, OfEntryRecord, RecordSerializer, WithBasisChange
from .viewsets import WritableViewSet


class PlanRecord(OfEntryRecord):
    """What one entry is to disburse in the year, by whom, when and why. A new plan never erases the one before."""

    units = {"curve": CNY}

    curve = serializers.ListField(
        label=_("months"), child=serializers.IntegerField(), help_text=get_field_description(Plan, "curve")
    )
    in_force = serializers.BooleanField(label=_("in force"), help_text=_("Whether it is the newest of its kind."))

    class Meta:
        model = Plan
        fields = [
            "version",
            "id",
            "url",
            "entry",
            "project",
            "programme",
            "kind",
            "amount",
            "curve",
            "decided_on",
            "document",
            "reason",
            "in_force",
            "basis",
            "source",
        ]


class PlanChange(WithBasisChange):
    """What may be written of a plan. Record another amount as another plan; change one only to correct it."""

    curve = serializers.ListField(
        child=Amount(), max_length=MONTHS_OF_YEAR, default=list, help_text=get_field_description(Plan, "curve")
    )

    class Meta:
        model = Plan
        fields = ["entry", "kind", "amount", "curve", "decided_on", "document", "reason", "basis", "source"]
        extra_kwargs = {"reason": {"help_text": _("Needed for a revised plan.")}}


class RatingRecord(OfEntryRecord):
    """A reviewer's own judgement of an entry, beside the light that a rule computes."""

    units = {"age": DAYS}

    private = ("words", "author")

    month = serializers.SerializerMethodField(
        label=_("month"), help_text=_("The month that the judgement speaks of, such as 2023-06.")
    )
    age = serializers.IntegerField(
        label=_("age"), help_text=_("Days since it was written, by the programme's own calendar.")
    )

    class Meta:
        model = Rating
        fields = [
            "id",
            "url",
            "entry",
            "project",
            "programme",
            "month",
            "light",
            "words",
            "author",
            "rated_at",
            "rated_on",
            "age",
        ]
        extra_kwargs = {"words": {"help_text": _("Why; null for the public.")}}

    def get_month(self, rating: Rating) -> str:
        return str(Month(rating.entry.programme.year, rating.month))


class RatingChange(AuthoredChange):
    """A new judgement. Its author is who sends it, and it is never changed: another one follows it."""

    month = MonthText(help_text=_("The month that the judgement speaks of, such as 2023-06."))

    class Meta:
        model = Rating
        fields = ["entry", "month", "light", "words"]

    def validate(self, attributes: dict[str, Any]) -> dict[str, Any]:
        month, year = attributes["month"], attributes["entry"].programme.year
        if month.year != year:
            raise serializers.ValidationError(
                {"month": [_("%(month)s is not in the programme's year.") % {"month": month}]}
            )
        return attributes | {"month": month.number}


_OWN = [
    "code",
    "name_zh",
    "name_en",
    "method",
    "yellow",
    "red",
    "against",
    "explain_beyond",
    "start_yellow",
    "start_red",
    "missing_yellow",
    "missing_red",
    "borrowed",
    "source",
]


class LightRuleRecord(RecordSerializer):
    """How progress against the pro-rata plan becomes green, yellow or red."""

    class Meta:
        model = LightRule
        example = "light_rule"
        fields = ["version", "url", *_OWN]


class LightRuleChange(ChangeSerializer):
    """What may be written of a rule. Its limits are the province's to set."""

    class Meta:
        model = LightRule
        fields = _OWN

    def validate_code(self, code: str) -> str:
        if self.instance is not None and code != self.instance.code:
            raise serializers.ValidationError(_("The code of a rule never changes."))
        return code


class PlanFilterSet(OfEntryFilterSet):
    search = project_search("entry__project")
    kind = AnyOf(choices=PlanKind.choices, label=_("kind"))
    in_force = YesNoFilter(label=_("whether it is the newest of its kind"))
    basis = AnyOf(choices=Basis.choices, label=_("basis"))
    amount_min, amount_max = range_filters("amount", AmountFilter)
    decided_on_min, decided_on_max = range_filters("decided_on", DayFilter)
    ordering = OrderFilter("programme", "project", "kind", "amount", "decided_on", "id", columns=COLUMNS_OF_ENTRY)


class RatingFilterSet(OfEntryFilterSet):
    search = project_search("entry__project")
    light = AnyOf(choices=Light.choices, label=_("rating"))
    month, month_min, month_max = month_filters("entry__programme")
    rated_on_min, rated_on_max = range_filters("rated_on", DayFilter)
    ordering = OrderFilter("programme", "project", "month", "rated_on", "id", columns=COLUMNS_OF_ENTRY)


class LightRuleFilterSet(RegisterFilterSet):
    method = AnyOf(choices=LightMethod.choices, label=_("method"))
    against = AnyOf(choices=PlanKind.choices, label=_("measured against"))
    borrowed = YesNoFilter(label=_("whether it was taken over from another place"))
    search = SearchFilter("code", "name_zh", "name_en")
    ordering = OrderFilter("code", "name_zh", "name_en", key="code")


_SLUG = {"type": "string", "pattern": "^[0-9a-z]+(-[0-9a-z]+)*$", "examples": ["points-behind"]}


@extend_schema_view(
    list=extend_schema(
        summary=_("List plans"),
        description=_("What entries are to disburse in the year, by whom, when and why: those before stay on record."),
    ),
    retrieve=extend_schema(summary=_("Show a plan")),
    create=extend_schema(summary=_("Add a plan"), description=_("The newest of a kind is in force.")),
    partial_update=extend_schema(
        summary=_("Correct a plan"),
        description=_("Only the fields that are given change. Another amount is another plan: add it."),
    ),
)
class PlanViewSet(WritableViewSet):
    model = Plan
    serializer_class = PlanRecord
    change_class = PlanChange
    filterset_class = PlanFilterSet
    related = ("entry__project", "entry__programme", "source")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().annotate(in_force=Exists(Plan.objects.in_force().filter(pk=OuterRef("pk"))))


@extend_schema_view(
    list=extend_schema(
        summary=_("List ratings"),
        description=_("Reviewers' own judgements of entries. The newest of an entry stands beside its computed light."),
    ),
    retrieve=extend_schema(summary=_("Show a rating")),
    create=extend_schema(summary=_("Add a rating")),
)
class RatingViewSet(WritableViewSet):
    model = Rating
    serializer_class = RatingRecord
    change_class = RatingChange
    filterset_class = RatingFilterSet
    related = ("entry__project", "entry__programme", "author")
    http_method_names = ["get", "head", "post"]


@extend_schema_view(
    list=extend_schema(
        summary=_("List light rules"),
        description=_("How progress becomes green, yellow or red. Rules of other places are marked as borrowed."),
    ),
    retrieve=extend_schema(summary=_("Show a light rule")),
    create=extend_schema(summary=_("Add a light rule")),
    partial_update=extend_schema(summary=_("Change a light rule")),
)
class LightRuleViewSet(WritableViewSet):
    model = LightRule
    serializer_class = LightRuleRecord
    change_class = LightRuleChange
    filterset_class = LightRuleFilterSet
    related = ("source",)
    lookup_field = "code"
    lookup_value_regex = "[0-9a-z-]+"
    path_parameters = (Parameter("code", _("The rule's code."), _SLUG),)
