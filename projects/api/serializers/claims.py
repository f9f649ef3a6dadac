"""Serializers of claims: published statements about projects, which may disagree."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from projects.api.fields import Text, YesNo
from projects.api.references import SourceReference
from projects.choices import Unit
from projects.models import Claim
from projects.periods import EARLIEST, LATEST
from projects.text import LONGEST_LINE, LONGEST_REASON

from .base import BodySerializer
from .by_model import ChangeSerializer, RecordSerializer


class ClaimRecord(RecordSerializer):
    """What one source says about one figure of a project."""

    unit = serializers.ChoiceField([Unit.CNY, Unit.PERCENT, Unit.DATE], label=_("unit"))

    class Meta:
        model = Claim
        example = "claim"
        fields = (
            "version id url project figure unit amount stated through_month year scope_zh scope_en ... adopted "
            "adopted_because source note_zh note_en"
        )


class ClaimChange(ChangeSerializer):
    """What may be written of a claim: an amount for money, otherwise a date or a percentage as text."""

    class Meta:
        model = Claim
        fields = (
            "project figure amount stated through_month year scope_zh scope_en of_output_value source note_zh note_en"
        )
        extra_kwargs = {"year": {"min_value": EARLIEST, "max_value": LATEST}}


class AdoptionChange(BodySerializer):
    """Why a claim is adopted."""

    reason = Text(max_length=LONGEST_REASON, help_text=_("Why. Readers see it beside the figure."))


class WithdrawalChange(BodySerializer):
    """Why a claim is withdrawn, and what the figure is based on where no other claim differs."""

    reason = Text(max_length=LONGEST_REASON, help_text=_("Why; kept with the revision."))
    source = SourceReference(
        required=False,
        help_text=_("The source that the figure is based on instead: an id, or address and date."),
    )
    reported_by = Text(required=False, max_length=LONGEST_LINE, help_text=_("Who reported the figure, in words."))
    left_blank = YesNo(
        default=False, help_text=_("Whether the figure becomes blank although no other claim disagrees.")
    )
