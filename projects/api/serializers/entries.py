"""A project's place on a programme's list."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from projects.api.fields import Amount, Choice, Day, about
from projects.api.references import ProjectReference, Reference, SourceReference
from projects.api.schema.examples import answer
from projects.choices import Basis, ListStatus
from projects.models import Entry, Programme

from .base import Address, CodedName, ShownSource, VersionedRecord
from .origins import OriginsChange, figure_reporter, figure_source


@extend_schema_serializer(examples=[answer("entry")])
class EntryRecord(VersionedRecord):
    """A project on the list of one programme."""

    private = ("planned_disbursement_reported_by",)  # it may be a person

    id = serializers.IntegerField()
    url = Address("entries", "pk")
    project = CodedName()
    programme = serializers.IntegerField(source="programme.year", help_text=_("Year of the programme."))
    planned_disbursement = serializers.IntegerField(allow_null=True, help_text=about(Entry, "planned_disbursement"))
    status = serializers.ChoiceField(ListStatus.choices, help_text=about(Entry, "status"))
    disbursed_before = serializers.IntegerField(allow_null=True, help_text=about(Entry, "disbursed_before"))
    joined = serializers.DateField(allow_null=True)
    left = serializers.DateField(allow_null=True)
    basis = serializers.ChoiceField(Basis.choices)
    source = ShownSource(allow_null=True)
    planned_disbursement_reported_by = serializers.CharField(
        allow_null=True, help_text=_("Who reported the planned disbursement; null for the public.")
    )


class EntryChange(OriginsChange):
    """What may be written of a list entry."""

    project = ProjectReference(help_text=_("The project's code."))
    programme = Reference(Programme, "year", number=True, help_text=_("Year of the programme."))
    planned_disbursement = Amount(help_text=about(Entry, "planned_disbursement"))
    planned_disbursement_source = figure_source()
    planned_disbursement_reported_by = figure_reporter()
    status = Choice(ListStatus.choices, default=ListStatus.UNKNOWN, help_text=about(Entry, "status"))
    disbursed_before = Amount(help_text=about(Entry, "disbursed_before"))
    joined = Day(allow_null=True, default=None)
    left = Day(allow_null=True, default=None)
    basis = Choice(Basis.choices, default=Basis.REPORTED)
    source = SourceReference(
        allow_null=True,
        default=None,
        help_text=_("An id, or address and date of a source, which is registered if it is new."),
    )
