"""Claims: published statements about projects' figures, with the steps of adopting and withdrawing one."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from projects.choices import Unit
from projects.models import Claim, Source
from projects.periods import EARLIEST, LATEST
from projects.text import LONGEST_LINE, LONGEST_REASON
from projects.totals.filter_types import AmountFilter, AnyOf, ManyOf, NumberFilter, OrderFilter, range_filters
from projects.workflows import adoption

from .fields import Text, YesNo
from .filters import COLUMNS, OfProjectFilterSet, YesNoFilter, project_search
from .serializers import BodySerializer, ChangeSerializer, RecordSerializer, SourceReference
from .viewsets import TransitionViewSet, WritableViewSet, build_transition_action


class ClaimRecord(RecordSerializer):
    """What one source says about one figure of a project."""

    unit = serializers.ChoiceField([Unit.CNY, Unit.PERCENT, Unit.DATE], label=_("unit"))

    class Meta:
        model = Claim
        fields = [
            "version",
            "id",
            "url",
            "project",
            "figure",
            "unit",
            "amount",
            "stated",
            "through_month",
            "year",
            "scope_zh",
            "scope_en",
            "of_output_value",
            "adopted",
            "adopted_because",
            "source",
            "note_zh",
            "note_en",
        ]


class ClaimChange(ChangeSerializer):
    """What may be written of a claim: an amount for money, otherwise a date or a percentage as text."""

    class Meta:
        model = Claim
        fields = [
            "project",
            "figure",
            "amount",
            "stated",
            "through_month",
            "year",
            "scope_zh",
            "scope_en",
            "of_output_value",
            "source",
            "note_zh",
            "note_en",
        ]
        extra_kwargs = {"year": {"min_value": EARLIEST, "max_value": LATEST}}


class AdoptionChange(BodySerializer):
    """Why a claim is adopted."""

    asks_rules = True

    reason = Text(max_length=LONGEST_REASON, help_text=_("Why. Readers see it beside the figure."))


class WithdrawalChange(BodySerializer):
    """Why a claim is withdrawn, and what the figure is based on where no other claim differs."""

    asks_rules = True

    reason = Text(max_length=LONGEST_REASON, help_text=_("Why; kept with the revision."))
    source = SourceReference(
        required=False,
        help_text=_("The source that the figure is based on instead: an id, or address and date."),
    )
    reported_by = Text(required=False, max_length=LONGEST_LINE, help_text=_("Who reported the figure, in words."))
    left_blank = YesNo(
        default=False, help_text=_("Whether the figure becomes blank although no other claim disagrees.")
    )


class ClaimFilterSet(OfProjectFilterSet):
    figure = AnyOf(Claim, "figure")
    adopted = YesNoFilter(label=_("adopted"))
    amount_min, amount_max = range_filters("amount", AmountFilter)
    year = NumberFilter(label=_("of the year"), min_value=EARLIEST, max_value=LATEST)
    source = ManyOf(Source, "source", "pk")
    search = project_search("project", "source__url", "note_zh", "note_en")
    ordering = OrderFilter(
        "project", "figure", "amount", "published", "year", "id", columns=COLUMNS | {"published": "source__published"}
    )


class ClaimViewSet(WritableViewSet, TransitionViewSet):
    descriptions = {
        "list": _("What sources say about single figures of projects. They may disagree; one or none is adopted.")
    }
    model = Claim
    serializer_class = ClaimRecord
    change_class = ClaimChange
    filterset_class = ClaimFilterSet
    related = ("project", "source")
    workflow = adoption

    take_adopt = build_transition_action(adoption.TRANSITIONS[adoption.ADOPT], AdoptionChange)
    take_withdraw = build_transition_action(adoption.TRANSITIONS[adoption.WITHDRAW], WithdrawalChange)
