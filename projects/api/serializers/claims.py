"""Published statements about projects; they may disagree."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from projects.api.fields import Amount, Choice, Text, WholeNumber, YesNo, about
from projects.api.references import ProjectReference, SourceReference
from projects.api.schema.examples import answer
from projects.choices import ClaimFigure, Unit
from projects.models import Claim
from projects.periods import EARLIEST, LATEST, MONTHS_OF_YEAR

from .base import Address, BodySerializer, CodedName, ShownSource, VersionedRecord
from .origins import LONGEST_REASON


@extend_schema_serializer(examples=[answer("claim")])
class ClaimRecord(VersionedRecord):
    """What one source says about one figure of a project."""

    id = serializers.IntegerField()
    url = Address("claims", "pk")
    project = CodedName()
    figure = serializers.ChoiceField(ClaimFigure.choices)
    unit = serializers.ChoiceField([Unit.CNY, Unit.PERCENT, Unit.DATE])
    amount = serializers.IntegerField(allow_null=True, help_text=about(Claim, "amount"))
    stated = serializers.CharField(help_text=about(Claim, "stated"))
    through_month = serializers.IntegerField(allow_null=True, help_text=about(Claim, "through_month"))
    year = serializers.IntegerField(allow_null=True)
    scope_zh = serializers.CharField(help_text=about(Claim, "scope_zh"))
    scope_en = serializers.CharField(help_text=about(Claim, "scope_en"))
    adopted = serializers.BooleanField(help_text=about(Claim, "adopted"))
    adopted_because = serializers.CharField(help_text=about(Claim, "adopted_because"))
    source = ShownSource()
    note_zh = serializers.CharField()
    note_en = serializers.CharField()


class ClaimChange(BodySerializer):
    """What may be written of a claim: an amount for money, otherwise a date or a number of per cent as text."""

    project = ProjectReference(help_text=_("The project's code."))
    figure = Choice(ClaimFigure.choices)
    amount = Amount(help_text=about(Claim, "amount"))
    stated = Text(max_length=20, allow_blank=True, default="", help_text=about(Claim, "stated"))
    through_month = WholeNumber(
        min_value=1,
        max_value=MONTHS_OF_YEAR,
        allow_null=True,
        default=None,
        help_text=about(Claim, "through_month"),
    )
    year = WholeNumber(min_value=EARLIEST, max_value=LATEST, allow_null=True, default=None)
    scope_zh = Text(max_length=200, allow_blank=True, default="")
    scope_en = Text(max_length=200, allow_blank=True, default="")
    source = SourceReference(help_text=_("An id, or address and date of a source, which is registered if it is new."))
    note_zh = Text(allow_blank=True, default="")
    note_en = Text(allow_blank=True, default="")


class AdoptionChange(BodySerializer):
    """Why a claim is adopted."""

    reason = Text(max_length=LONGEST_REASON, help_text=_("Why. Readers see it beside the figure."))


class WithdrawalChange(BodySerializer):
    """Why a claim is withdrawn, and what the figure rests on where no other claim says otherwise."""

    reason = Text(max_length=LONGEST_REASON, help_text=_("Why; kept with the revision."))
    source = SourceReference(
        required=False,
        help_text=_("The source that the figure rests on instead: an id, or address and date."),
    )
    reported_by = Text(required=False, max_length=200, help_text=_("Who reported the figure, in words."))
    left_blank = YesNo(
        default=False, help_text=_("Whether the figure becomes blank although no other claim disagrees.")
    )
