"""Published statements about projects' figures, and the acts of adopting and withdrawing one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied as NotAllowed
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from projects.api.errors import WHOLE_RECORD
from projects.api.etags import refuse_stale
from projects.api.exceptions import Overtaken
from projects.api.filters import ClaimFilterSet
from projects.api.parsing import body_of
from projects.api.schema.examples import CLAIM_ADOPTION, CLAIM_CHANGE, CLAIM_WITHDRAWAL
from projects.api.serializers.base import BodySerializer
from projects.api.serializers.claims import AdoptionChange, ClaimChange, ClaimRecord, WithdrawalChange
from projects.models import Claim
from projects.versioning.revisions import writing
from projects.workflows import adoption

from .writing import WritableViewSet


@extend_schema_view(
    list=extend_schema(
        summary=_("List claims"),
        description=_("What sources say about single figures of projects. They may disagree; one or none is adopted."),
    ),
    retrieve=extend_schema(summary=_("Show a claim")),
    create=extend_schema(
        summary=_("Add a claim"), request=ClaimChange, responses={201: ClaimRecord}, examples=[CLAIM_CHANGE]
    ),
    update=extend_schema(
        summary=_("Replace a claim"),
        description=_("Fields that are left out go back to their defaults."),
        request=ClaimChange,
    ),
    partial_update=extend_schema(
        summary=_("Change a claim"), description=_("Only the fields that are given change."), request=ClaimChange
    ),
)
class ClaimViewSet(WritableViewSet):
    model = Claim
    serializer_class = ClaimRecord
    change_class = ClaimChange
    filterset_class = ClaimFilterSet
    related = ("project", "source")
    versioned = ("adopt", "withdraw")

    @extend_schema(
        operation_id="claims_adopt",
        summary=_("Adopt a claim"),
        description=_("The project's figure becomes what the claim says, in place of any other claim."),
        request=AdoptionChange,
        responses=ClaimRecord,
        examples=[CLAIM_ADOPTION],
    )
    @action(detail=True, methods=["post"])
    def adopt(self, request: Request, **_key: str) -> Response:
        return self._decided(adoption.adopt, AdoptionChange)

    @extend_schema(
        operation_id="claims_withdraw",
        summary=_("Withdraw an adopted claim"),
        description=_(
            "Where other claims say otherwise the figure becomes blank; else say what it rests on: a source, or who"
            " reported it."
        ),
        request=WithdrawalChange,
        responses=ClaimRecord,
        examples=[CLAIM_WITHDRAWAL],
    )
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, **_key: str) -> Response:
        return self._decided(adoption.withdraw, WithdrawalChange)

    def _decided(self, decide: Callable[..., Claim], said: type[BodySerializer]) -> Response:
        if not self.request.user.has_perm(adoption.PERMISSION, self.get_object()):  # without taking the lock
            raise PermissionDenied(gettext("Your role does not allow this."))
        data = body_of(self.request)
        with writing():
            record = self.get_object()
            refuse_stale(self.request, record, shown=lambda: self.answer(record))
            words: Any = said(data=data, context=self.get_serializer_context())
            words.is_valid(raise_exception=True)
            try:
                decide(record, user=self.request.user, **words.validated_data)
            except adoption.OvertakenError as error:
                raise Overtaken({WHOLE_RECORD: error.messages}) from error
            except NotAllowed as error:
                raise PermissionDenied(str(error)) from error
        return self.answer(self._stored(record))
