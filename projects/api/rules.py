"""Rules set by the province: light rules, and plausibility rules, which doubt records before they are written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters as df
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from projects.choices import LimitUnit
from projects.history import as_of
from projects.models import LightRule, PlausibilityRule
from projects.plausibility.checks import get_counts
from projects.totals.filter_types import AnyOf, OrderFilter, SearchFilter

from .filters import YesNoFilter
from .serializers import ChangeSerializer, RecordSerializer
from .viewsets import WritableViewSet

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
        fields = ["version", "url", *_OWN]


class LightRuleChange(ChangeSerializer):
    """What may be written of a rule. Its limits are the province's to set."""

    class Meta:
        model = LightRule
        fields = _OWN


class LightRuleFilterSet(df.FilterSet):
    method = AnyOf(LightRule, "method")
    against = AnyOf(LightRule, "against")
    borrowed = YesNoFilter(label=_("whether it was taken over from another place"))
    search = SearchFilter("code", "name_zh", "name_en")
    ordering = OrderFilter("code", "name_zh", "name_en", key="code")


class LightRuleViewSet(WritableViewSet):
    descriptions = {
        "list": _("How progress becomes green, yellow or red. Rules of other places are marked as borrowed.")
    }
    model = LightRule
    serializer_class = LightRuleRecord
    change_class = LightRuleChange
    filterset_class = LightRuleFilterSet
    related = ("source",)
    lookup_field = "code"
    lookup_value_regex = "[0-9a-z-]+"


class PlausibilityRuleRecord(RecordSerializer):
    """What is doubted of a record, and what follows."""

    limit_unit = serializers.ChoiceField(
        choices=LimitUnit.choices,
        source="unit",
        label=_("unit of the limit"),
        help_text=_("What the limit is a number of."),
    )

    spoke = serializers.IntegerField(
        allow_null=True,
        label=_("times it spoke"),
        help_text=_("At whatever door and whatever came of it, up to now; null for the public and in the past."),
    )
    overruled = serializers.IntegerField(
        allow_null=True,
        label=_("times it was overruled"),
        help_text=_("How often somebody confirmed with a reason what it doubts, up to now; null as above."),
    )
    private = ("spoke", "overruled")

    class Meta:
        model = PlausibilityRule
        fields = [
            "version",
            "url",
            "kind",
            "importance",
            "limit",
            "months",
            "message_zh",
            "message_en",
            "on_from",
            "limit_unit",
            "spoke",
            "overruled",
        ]


class PlausibilityRuleChange(ChangeSerializer):
    """What may be written of a rule. Its kind is written in code."""

    class Meta:
        model = PlausibilityRule
        fields = ["kind", "importance", "limit", "months", "message_zh", "message_en", "on_from"]


class PlausibilityRuleFilterSet(df.FilterSet):
    importance = AnyOf(PlausibilityRule, "importance")
    ordering = OrderFilter("kind", key="kind")


class PlausibilityRuleViewSet(WritableViewSet):
    descriptions = {
        "list": _(
            "What is doubted of a record before it is written, what follows, and how often it did and was overruled."
        ),
    }
    has_etag = False  # counts grow also where nothing is written, because a rule spoke
    model = PlausibilityRule
    serializer_class = PlausibilityRuleRecord
    change_class = PlausibilityRuleChange
    filterset_class = PlausibilityRuleFilterSet
    lookup_field = "kind"
    lookup_value_regex = "[a-z-]+"

    def prepare_records(self, records: Sequence[Any]) -> Sequence[Any]:
        """Set how often each rule spoke and was overruled; None in a past state."""
        found = get_counts([rule.pk for rule in records]) if as_of.get_as_of() is None else {}
        for rule in records:
            counts = found.get(rule.pk)
            rule.spoke, rule.overruled = (counts.spoke, counts.overruled) if counts else (None, None)
        return records
