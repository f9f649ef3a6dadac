"""Projects. A list with `programme` is that programme's list, the records behind its totals."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from projects.choices import ListStatus, Measure
from projects.history.revisions import with_updated_at
from projects.models import Claim, Entry, Project
from projects.models.attribution import reporter_of
from projects.models.fields import normalised_code
from projects.periods import Month
from projects.totals.coverage import open_reports
from projects.totals.filters import ProjectFilterSet
from projects.totals.results import ratio
from projects.totals.scope import Scope, year_of_record
from projects.totals.span import with_figures

from .fields import UNSTORABLE, get_field_description
from .filters import get_scope
from .parameters import SPAN
from .serializers import CNY, OriginsChange, ReadOnlySerializer, RecordSerializer
from .viewsets import WritableViewSet

_OWN = [
    "code",
    "name_zh",
    "name_en",
    "kind",
    "sector",
    "chain_link",
    "prefecture",
    "county_zh",
    "county_en",
    "enterprise",
    "total_investment",
    "expected_revenue",
    "transferred",
    "source_province",
    "start",
    "finish",
    "national_code",
    "basis",
    "source",
    "note_zh",
    "note_en",
    "total_investment_source",
    "total_investment_reported_by",
    "expected_revenue_source",
    "expected_revenue_reported_by",
    "start_source",
    "start_reported_by",
    "finish_source",
    "finish_reported_by",
]


class Links(ReadOnlySerializer):
    """Where the figures of a project come from, month by month and statement by statement."""

    entries = serializers.URLField()
    reports = serializers.URLField()
    claims = serializers.URLField()


class ProjectRecord(RecordSerializer):
    """A project. `programme` is the one that `planned_disbursement`, `status` and `disbursed` are taken from.

    Rows carry the yearly figures of `scope.projects()` and, as `<figure>_source`, the source of the adopted claim of each
    figure. The context has the `scope`.
    """

    of_other_records = ("planned_disbursement", "status")
    units = {"planned_disbursement": CNY, "disbursed": CNY, "disbursed_of_plan": "%"}

    private = tuple(reporter_of(figure) for figure in Project.attributed)  # they may be persons

    source_province = serializers.SerializerMethodField(
        label=_("source province"),
        help_text=_("Two digits of the province it came from, GB/T 2260, such as 44; null: none or not known."),
    )
    programme = serializers.SerializerMethodField(
        label=_("programme"), help_text=_("Year of the programme of the next figures.")
    )
    planned_disbursement = serializers.IntegerField(
        label=_("planned disbursement"), allow_null=True, help_text=get_field_description(Entry, "planned_disbursement")
    )
    status = serializers.ChoiceField(
        ListStatus.choices,
        source="entry_status",
        label=_("new or continuing"),
        allow_null=True,
        help_text=_("Null: not on the programme's list."),
    )
    disbursed = serializers.IntegerField(
        label=Measure.DISBURSED.label,
        allow_null=True,
        help_text=_("Sum of the approved monthly reports of the months below, whole CNY; null: none."),
    )
    disbursed_of_plan = serializers.SerializerMethodField(
        label=_("share of the year's plan"),
        help_text=_(
            "`disbursed` in percent of `planned_disbursement`, one decimal; null: one of them is not known, or nothing is "
            "planned."
        ),
    )
    disbursed_from = serializers.SerializerMethodField(
        label=_("disbursed from"), help_text=_("First month, such as 2023-01.")
    )
    disbursed_through = serializers.SerializerMethodField(
        label=_("disbursed through"), help_text=_("Last month, such as 2023-06.")
    )
    open_month = serializers.SerializerMethodField(
        label=_("open month, approved of asked"),
        help_text=_("If the last month is open, how many of its reports are approved, such as 6/30; null: it counts."),
    )
    links = serializers.SerializerMethodField()

    class Meta:
        model = Project
        fields = [
            "version",
            "url",
            *_OWN,
            "programme",
            "planned_disbursement",
            "status",
            "disbursed",
            "disbursed_of_plan",
            "disbursed_from",
            "disbursed_through",
            "open_month",
            "links",
        ]
        extra_kwargs = {
            "basis": {"help_text": _("Where the record comes from.")},
            "start_source": {"label": _("source of the start")},
            "finish_source": {"label": _("source of the finish")},
        }

    def get_source_province(self, project: Project) -> str | None:
        return project.source_province or None

    def get_programme(self, _project: Project) -> int | None:
        return self.context["scope"].year

    def get_disbursed_of_plan(self, project: Any) -> float | None:
        share = ratio(project.disbursed, project.planned_disbursement)
        if share is None:
            return None
        percent = Decimal(share.numerator) * 100 / share.denominator
        return float(percent.quantize(Decimal("0.1"), ROUND_HALF_UP))

    def get_disbursed_from(self, _project: Project) -> str | None:
        scope = self.context["scope"]
        return str(Month(scope.year, scope.first_month)) if scope.end_month else None

    def get_disbursed_through(self, _project: Project) -> str | None:
        scope = self.context["scope"]
        return str(scope.end_month) if scope.end_month else None

    def get_open_month(self, _project: Project) -> str | None:
        return self._open_month

    @cached_property
    def _open_month(self) -> str | None:
        return open_reports(self.context["scope"])

    @extend_schema_field(Links)
    def get_links(self, project: Project) -> dict[str, str]:
        query = urlencode({"project": project.code})
        return {name: f"{address}?{query}" for name, address in self._list_addresses}

    @cached_property
    def _list_addresses(self) -> list[tuple[str, str]]:
        request = self.context["request"]
        return [(name, reverse(f"api:{name}-list", request=request)) for name in Links().fields]


class ProjectChange(OriginsChange):
    """What may be written of a project. Amounts are whole CNY; null means not known."""

    class Meta:
        model = Project
        fields = ["reason", *_OWN]
        extra_kwargs = {"source_province": {"help_text": _("Only for a project that was transferred.")}}


class ProjectViewSet(WritableViewSet):
    descriptions = {
        "list": _(
            "With `programme` the projects on that programme's list, otherwise all. Yearly figures (planned "
            "disbursement, disbursed, status) are those of the programme and months that each record names."
        ),
    }
    model = Project
    serializer_class = ProjectRecord
    change_class = ProjectChange
    filterset_class = ProjectFilterSet
    list_parameters = record_parameters = SPAN
    related = ("sector", "chain_link", "prefecture", "enterprise", "source")
    lookup_field = "code"
    lookup_value_regex = "[^/]+"

    @cached_property
    def scope(self) -> Scope:
        """Return the scope of the request; for a record that is not on the programme's list that of its newest list."""
        on_list = self.action != "retrieve" and "programme" in self.request.query_params
        scope = get_scope(self.request, on_list=on_list)
        if self.lookup_field not in self.kwargs:
            return scope
        listed = Entry.objects.filter(project__code=self.get_key()).order_by("-programme__year")
        years = list(listed.values_list("programme__year", flat=True))
        year = year_of_record(self.request.query_params, scope.programme, years)
        return get_scope(self.request, on_list=on_list, year=year) if year else scope

    def get_serializer_context(self) -> dict[str, Any]:
        context = super().get_serializer_context()
        return context if getattr(self, "swagger_fake_view", False) else context | {"scope": self.scope}

    def get_queryset(self) -> QuerySet:
        visible = Project.objects.visible_to(self.scope.user)
        return with_updated_at(with_figures(visible, self.scope.span)).select_related(*self.related)

    def get_filtered_queryset(self) -> QuerySet:
        return self.narrow(with_updated_at(self.scope.projects()).select_related(*self.related))

    def prepare_records(self, records: Sequence[Any]) -> Sequence[Any]:
        """Give each project the source of the adopted claim that each of its figures follows. One query."""
        claims = Claim.objects.visible_to(self.scope.user).filter(adopted=True, project__in=records)
        sources = {(claim.project_id, claim.figure): claim.source for claim in claims.select_related("source")}
        for project in records:
            for figure in Project.attributed:
                setattr(project, f"{figure}_source", sources.get((project.pk, figure)))
        return records

    def normalise_key(self, key: str) -> str:
        code = normalised_code(key)
        if UNSTORABLE.search(code):
            raise Http404  # PostgreSQL would not even look for it
        return code
