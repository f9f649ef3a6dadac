"""Filters of proposals."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from projects.choices import ProposalState
from projects.models import Proposal
from projects.totals.filter_types import AnyOf, OrderFilter

from .base import COLUMNS, ProjectsFilter, RegisterFilterSet, YesNoFilter, place_filters, project_search


class ProposalFilterSet(RegisterFilterSet):
    project = ProjectsFilter()
    sector, chain_link, prefecture = place_filters("project")
    state = AnyOf(choices=ProposalState.choices, label=_("state"))
    waiting = YesNoFilter(
        method="filter_waiting",
        label=_("whether it waits for whoever asks: to be decided by the province, to be noted by who proposed it"),
    )
    search = project_search("project", "reason")
    ordering = OrderFilter("project", "proposed_at", "answered_at", "id", columns=COLUMNS)

    def filter_waiting(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        waiting = Proposal.objects.waiting_for(self.request.user).order_by().values("pk")
        return queryset.filter(pk__in=waiting) if value else queryset.exclude(pk__in=waiting)
