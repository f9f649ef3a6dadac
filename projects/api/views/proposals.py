"""Proposals and their steps. What is allowed is in `projects.workflows.proposals`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from projects.api.confirming import taken_out, with_confirmation
from projects.api.filters import ProposalFilterSet
from projects.api.parsing import body_of
from projects.api.present_actions import put_beside
from projects.api.schema.examples import PROPOSAL_ACCEPT, PROPOSAL_CHANGE, PROPOSAL_COMMENT
from projects.api.serializers.base import BodySerializer
from projects.api.serializers.proposals import (
    AcceptChange,
    AgainChange,
    AnswerChange,
    ProposalChange,
    ProposalCommentChange,
    ProposalRecord,
    WordsChange,
)
from projects.choices import ProposalAction
from projects.history.revisions import writing
from projects.models import Entry, Proposal, ProposalEvent
from projects.plausibility.checks import confirm_doubts
from projects.workflows import proposals
from projects.workflows.transitions import Transition

from .transitions import TransitionViewSet

_MAKING = proposals.TRANSITIONS[ProposalAction.SUBMIT]
_BODIES: Mapping[str, type[BodySerializer]] = {
    ProposalAction.COMMENT: ProposalCommentChange,
    ProposalAction.RESUBMIT: AgainChange,
    ProposalAction.ACCEPT: AcceptChange,
}


@extend_schema_view(
    list=extend_schema(
        summary=gettext_lazy("List proposals"),
        description=gettext_lazy(
            "Changes that prefectures propose and the province decides. Until one is accepted, totals, lists and exports "
            "hold the present value. Not for the public."
        ),
    ),
    retrieve=extend_schema(summary=gettext_lazy("Show a proposal")),
)
class ProposalViewSet(TransitionViewSet):
    http_method_names = ["get", "head", "post"]
    model = Proposal
    serializer_class = ProposalRecord
    filterset_class = ProposalFilterSet
    related = ("project__sector", "project__chain_link", "source", "proposed_by", "answered_by")
    plural = "proposals"
    asked = {ProposalAction.ACCEPT.value: "", ProposalAction.RESUBMIT.value: ""}
    transitions = proposals.TRANSITIONS
    examples = {
        ProposalCommentChange: PROPOSAL_COMMENT,
        AnswerChange: PROPOSAL_COMMENT,
        AcceptChange: PROPOSAL_ACCEPT,
    }

    def get_queryset(self) -> QuerySet:
        """With what they are about and what was said of them, for all of a page at once."""
        entries = Entry.objects.visible_to(self.request.user).select_related("programme")
        events = ProposalEvent.objects.visible_to(self.request.user).select_related("user")
        return (
            super()
            .get_queryset()
            .with_undoing()
            .prefetch_related(Prefetch("project__entries", queryset=entries), Prefetch("events", queryset=events))
        )

    def prepared(self, records: Sequence[Any]) -> Sequence[Any]:
        put_beside(records, super().get_queryset)
        return records

    def version_of(self, record: Any) -> str:
        """The version of a proposal and of what it is about."""
        return f'"{proposals.version_of(record, _subject(record))}"'

    @extend_schema(
        summary=_MAKING.summary,
        description=_MAKING.description,
        request=with_confirmation(ProposalChange),
        responses={201: ProposalRecord},
        examples=[PROPOSAL_CHANGE],
    )
    def create(self, request: Request) -> Response:
        data, said = taken_out(body_of(request), ProposalChange, asked=True)
        with writing():
            body: Any = ProposalChange(data=data, context=self.get_serializer_context())
            body.is_valid(raise_exception=True)
            with confirm_doubts(said.rules, said.reason):
                made = proposals.propose(**body.validated_data, user=request.user)
        response = self.answer(self.get_queryset().get(pk=made.pk), status=201)
        response["Location"] = response.data["url"]
        return response

    @classmethod
    def body_class(cls, transition: Transition) -> type[BodySerializer]:
        plain = AnswerChange if transition.comment_missing else WordsChange
        return _BODIES.get(transition.action, plain)

    def take(self, transition: Transition, record: Any, words: Mapping[str, Any]) -> None:
        proposals.take(transition.action, record, user=self.request.user, **words)


def _subject(record: Any) -> proposals.Subject:
    return proposals.Subject(record.project, record.project.entries.all())
