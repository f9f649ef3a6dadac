"""Plans of entries for the year."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from projects.models import Plan
from projects.periods import MONTHS_OF_YEAR
from projects.totals.filter_types import AmountFilter, AnyOf, OrderFilter, range_filters

from .fields import Amount, get_field_description
from .filters import COLUMNS_OF_ENTRY, DayFilter, OfEntryFilterSet, YesNoFilter, project_search
from .serializers import CNY, OfEntryRecord, WithBasisChange
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


class PlanFilterSet(OfEntryFilterSet):
    search = project_search("entry__project")
    kind = AnyOf(Plan, "kind")
    in_force = YesNoFilter(label=_("whether it is the newest of its kind"))
    basis = AnyOf(Plan, "basis")
    amount_min, amount_max = range_filters("amount", AmountFilter)
    decided_on_min, decided_on_max = range_filters("decided_on", DayFilter)
    ordering = OrderFilter("programme", "project", "kind", "amount", "decided_on", "id", columns=COLUMNS_OF_ENTRY)


class PlanViewSet(WritableViewSet):
    descriptions = {
        "list": _("What entries are to disburse in the year, by whom, when and why: those before stay on record."),
        "create": _("The newest of a kind is in force."),
        "partial_update": _("Only the fields that are given change. Another amount is another plan: add it."),
    }
    model = Plan
    serializer_class = PlanRecord
    change_class = PlanChange
    filterset_class = PlanFilterSet
    related = ("entry__project", "entry__programme", "source")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().annotate(in_force=Exists(Plan.objects.in_force().filter(pk=OuterRef("pk"))))
