"""Plausibility rules: the province sets their limits and their importance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view

from projects.api.filters import PlausibilityRuleFilterSet
from projects.api.parameters import Parameter
from projects.api.schema.examples import PLAUSIBILITY_RULE_PATCH
from projects.api.serializers.plausibility_rules import COUNTS, PlausibilityRuleChange, PlausibilityRuleRecord
from projects.choices import PlausibilityKind
from projects.history import as_of
from projects.models import PlausibilityRule
from projects.plausibility.checks import get_counts

from .writing import WritableViewSet


@extend_schema_view(
    list=extend_schema(
        summary=_("List plausibility rules"),
        description=_(
            "What is doubted of a record before it is written, what follows, and how often it did and was overruled."
        ),
    ),
    retrieve=extend_schema(summary=_("Show a plausibility rule")),
    create=extend_schema(summary=_("Add a plausibility rule")),
    partial_update=extend_schema(summary=_("Change a plausibility rule"), examples=[PLAUSIBILITY_RULE_PATCH]),
)
class PlausibilityRuleViewSet(WritableViewSet):
    has_etag = False  # counts grow also where nothing is written, because a rule spoke
    model = PlausibilityRule
    serializer_class = PlausibilityRuleRecord
    change_class = PlausibilityRuleChange
    filterset_class = PlausibilityRuleFilterSet
    lookup_field = "kind"
    lookup_value_regex = "[a-z-]+"
    path_parameters = (
        Parameter("kind", _("The rule's kind."), {"type": "string", "enum": list(PlausibilityKind.values)}),
    )

    def prepared(self, records: Sequence[Any]) -> Sequence[Any]:
        """With their counts, which have no past."""
        wanted = as_of.current() is None and not set(COUNTS).isdisjoint(self.names())
        found = get_counts([rule.pk for rule in records]) if wanted else {}
        for rule in records:
            counts = found.get(rule.pk)
            rule.spoke, rule.overruled = (counts.spoke, counts.overruled) if counts else (None, None)
        return records
