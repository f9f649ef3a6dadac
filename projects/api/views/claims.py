"""Claims: published statements about projects' figures, and the acts of adopting and withdrawing one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view

from projects.api.filters import ClaimFilterSet
from projects.api.schema.examples import CLAIM_ADOPTION, CLAIM_CHANGE, CLAIM_WITHDRAWAL
from projects.api.serializers.base import BodySerializer
from projects.api.serializers.claims import AdoptionChange, ClaimChange, ClaimRecord, WithdrawalChange
from projects.models import Claim
from projects.workflows import adoption
from projects.workflows.transitions import Transition

from .transitions import TransitionViewSet
from .writing import WritableViewSet


@extend_schema_view(
    list=extend_schema(
        summary=_("List claims"),
        description=_("What sources say about single figures of projects. They may disagree; one or none is adopted."),
    ),
    retrieve=extend_schema(summary=_("Show a claim")),
    create=extend_schema(summary=_("Add a claim"), examples=[CLAIM_CHANGE]),
    partial_update=extend_schema(summary=_("Change a claim")),
)
class ClaimViewSet(WritableViewSet, TransitionViewSet):
    model = Claim
    serializer_class = ClaimRecord
    change_class = ClaimChange
    filterset_class = ClaimFilterSet
    related = ("project", "source")
    plural = "claims"
    asked = {adoption.ADOPT: "", adoption.WITHDRAW: ""}
    transitions = adoption.TRANSITIONS
    examples = {AdoptionChange: CLAIM_ADOPTION, WithdrawalChange: CLAIM_WITHDRAWAL}

    @classmethod
    def body_class(cls, transition: Transition) -> type[BodySerializer]:
        return WithdrawalChange if transition.action == adoption.WITHDRAW else AdoptionChange

    def take(self, transition: Transition, record: Any, words: Mapping[str, Any]) -> None:
        adoption.take(transition.action, record, user=self.request.user, **words)
