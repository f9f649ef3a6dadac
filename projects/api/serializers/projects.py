"""Projects."""

from __future__ import annotations

from functools import cached_property
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.reverse import reverse

from projects.api.fields import Amount, Choice, PartialDay, Text, about
from projects.api.references import Reference, SourceReference
from projects.api.schema.examples import answer
from projects.choices import Basis, ListStatus, ProjectKind, Transferred
from projects.models import Enterprise, Entry, Prefecture, Project
from projects.models.attribution import reporter_of
from projects.models.fields import normalised_code
from projects.periods import Month
from sectors.models import ChainLink, Sector
from sectors.provinces import Province

from .base import CNY, Address, CodedName, NumberedName, Place, ReadOnlySerializer, ShownSource, VersionedRecord
from .origins import OriginsChange, figure_reporter, figure_source

_PRECISE = _("As exactly as it is known: 2023, 2023-Q3, 2023-06 or 2023-06-30; null: not known.")


class Links(ReadOnlySerializer):
    """Where the figures of a project come from, month by month and statement by statement."""

    entries = serializers.URLField()
    reports = serializers.URLField()
    claims = serializers.URLField()


@extend_schema_serializer(examples=[answer("project")])
class ProjectRecord(VersionedRecord):
    """A project. `programme` is the one that `planned_disbursement`, `status` and `disbursed` are taken from."""

    units = {"planned_disbursement": CNY, "disbursed": CNY}

    private = tuple(reporter_of(figure) for figure in Project.attributed)  # they may be persons

    url = Address("projects", "code")
    code = serializers.CharField(help_text=about(Project, "code"))
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    kind = serializers.ChoiceField(ProjectKind.choices)
    sector = CodedName()
    chain_link = CodedName(allow_null=True)
    prefecture = Place(allow_null=True)
    county_zh = serializers.CharField()
    county_en = serializers.CharField()
    enterprise = NumberedName(allow_null=True)
    total_investment = serializers.IntegerField(allow_null=True, help_text=about(Project, "total_investment"))
    expected_revenue = serializers.IntegerField(allow_null=True, help_text=about(Project, "expected_revenue"))
    transferred = serializers.ChoiceField(Transferred.choices, help_text=about(Project, "transferred"))
    source_province = serializers.SerializerMethodField(
        help_text=_("Two digits of the province it came from, GB/T 2260, such as 44; null: none or not known.")
    )
    start = serializers.SerializerMethodField(help_text=_PRECISE)
    finish = serializers.SerializerMethodField(help_text=_PRECISE)
    basis = serializers.ChoiceField(Basis.choices, help_text=_("Where the record comes from."))
    source = ShownSource(allow_null=True)
    note_zh = serializers.CharField()
    note_en = serializers.CharField()
    total_investment_source = ShownSource(
        allow_null=True, help_text=_("The source of the claim that this figure follows; null: of none.")
    )
    total_investment_reported_by = serializers.CharField(
        allow_null=True, help_text=_("Who reported this figure; null for the public.")
    )
    expected_revenue_source = ShownSource(
        allow_null=True, help_text=_("The source of the claim that this figure follows; null: of none.")
    )
    expected_revenue_reported_by = serializers.CharField(
        allow_null=True, help_text=_("Who reported this figure; null for the public.")
    )
    start_source = ShownSource(
        allow_null=True, help_text=_("The source of the claim that this figure follows; null: of none.")
    )
    start_reported_by = serializers.CharField(
        allow_null=True, help_text=_("Who reported this figure; null for the public.")
    )
    finish_source = ShownSource(
        allow_null=True, help_text=_("The source of the claim that this figure follows; null: of none.")
    )
    finish_reported_by = serializers.CharField(
        allow_null=True, help_text=_("Who reported this figure; null for the public.")
    )
    programme = serializers.SerializerMethodField(help_text=_("Year of the programme of the next figures."))
    planned_disbursement = serializers.IntegerField(allow_null=True, help_text=about(Entry, "planned_disbursement"))
    status = serializers.ChoiceField(
        ListStatus.choices, source="entry_status", allow_null=True, help_text=_("Null: not on the programme's list.")
    )
    disbursed = serializers.IntegerField(
        allow_null=True, help_text=_("Sum of the approved monthly reports of the months below, whole CNY; null: none.")
    )
    disbursed_from = serializers.SerializerMethodField(help_text=_("First month, such as 2023-01."))
    disbursed_through = serializers.SerializerMethodField(help_text=_("Last month, such as 2023-06."))
    links = serializers.SerializerMethodField()

    def get_source_province(self, project: Project) -> str | None:
        return project.source_province or None

    def get_start(self, project: Project) -> str | None:
        return str(project.started) if project.started else None

    def get_finish(self, project: Project) -> str | None:
        return str(project.finished) if project.finished else None

    def get_programme(self, project: Project) -> int | None:
        programme = self.context["scope"].programme
        return programme.year if programme else None

    def get_disbursed_from(self, project: Project) -> str | None:
        scope = self.context["scope"]
        return str(Month(scope.programme.year, scope.first_month)) if scope.through else None

    def get_disbursed_through(self, project: Project) -> str | None:
        scope = self.context["scope"]
        return str(scope.through) if scope.through else None

    def get_links(self, project: Project) -> Links:
        query = urlencode({"project": project.code})
        return {name: f"{address}?{query}" for name, address in self._lists.items()}

    @cached_property
    def _lists(self) -> dict[str, str]:
        """Addresses of the lists, once for all projects of a page."""
        return {name: reverse(f"api:{name}-list", request=self.context["request"]) for name in Links().fields}


class ProjectChange(OriginsChange):
    """What may be written of a project. Amounts are whole CNY; null means not known."""

    attributes = {"start": "started", "finish": "finished"}

    code = Text(max_length=40, help_text=about(Project, "code"))
    name_zh = Text(max_length=200)
    name_en = Text(max_length=200, allow_blank=True, default="")
    kind = Choice(ProjectKind.choices, default=ProjectKind.PLANT)
    sector = Reference(Sector, "code", help_text=_("The sector's code."))
    chain_link = Reference(
        ChainLink, "code", allow_null=True, default=None, help_text=_("The code of a chain link of this sector.")
    )
    prefecture = Reference(
        Prefecture, "adcode", allow_null=True, default=None, help_text=_("The prefecture's six digits, such as 430100.")
    )
    county_zh = Text(max_length=100, allow_blank=True, default="")
    county_en = Text(max_length=100, allow_blank=True, default="")
    enterprise = Reference(
        Enterprise,
        "pk",
        number=True,
        listed=False,
        allow_null=True,
        default=None,
        help_text=_("The enterprise's id."),
    )
    total_investment = Amount(help_text=about(Project, "total_investment"))
    expected_revenue = Amount(help_text=about(Project, "expected_revenue"))
    transferred = Choice(Transferred.choices, default=Transferred.UNKNOWN)
    source_province = Choice(
        Province.choices, allow_null=True, default=None, help_text=_("Only for a project that was transferred.")
    )
    start = PartialDay(help_text=_PRECISE)
    finish = PartialDay(help_text=_PRECISE)
    basis = Choice(Basis.choices, default=Basis.REPORTED)
    source = SourceReference(
        allow_null=True,
        default=None,
        help_text=_("An id, or address and date of a source, which is registered if it is new."),
    )
    note_zh = Text(allow_blank=True, default="")
    note_en = Text(allow_blank=True, default="")
    total_investment_source = figure_source()
    total_investment_reported_by = figure_reporter()
    expected_revenue_source = figure_source()
    expected_revenue_reported_by = figure_reporter()
    start_source = figure_source()
    start_reported_by = figure_reporter()
    finish_source = figure_source()
    finish_reported_by = figure_reporter()

    def validate_code(self, code: str) -> str:
        if self.instance is not None and normalised_code(code) != self.instance.code:
            raise serializers.ValidationError(_("The code of a project never changes."))
        return code

    def validate_source_province(self, code: str | None) -> str:
        return code or ""
