"""Entries' plans for the year, reviewers' ratings, and the rules of lights."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view

from projects.api.filters import LightRuleFilterSet, PlanFilterSet, RatingFilterSet
from projects.api.parameters import Parameter
from projects.api.schema.examples import LIGHT_RULE_PATCH, PLAN_CHANGE, RATING_CHANGE
from projects.api.serializers.light_rules import LightRuleChange, LightRuleRecord
from projects.api.serializers.plans import PlanChange, PlanRecord, RatingChange, RatingRecord
from projects.models import LightRule, Plan, Rating

from .writing import WritableViewSet

_SLUG = {"type": "string", "pattern": "^[0-9a-z]+(-[0-9a-z]+)*$", "examples": ["points-behind"]}


@extend_schema_view(
    list=extend_schema(
        summary=_("List plans"),
        description=_("What entries are to disburse in the year, by whom, when and why: those before stay on record."),
    ),
    retrieve=extend_schema(summary=_("Show a plan")),
    create=extend_schema(
        summary=_("Add a plan"), description=_("The newest of a kind is in force."), examples=[PLAN_CHANGE]
    ),
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
    create=extend_schema(summary=_("Add a rating"), examples=[RATING_CHANGE]),
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
    partial_update=extend_schema(summary=_("Change a light rule"), examples=[LIGHT_RULE_PATCH]),
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
