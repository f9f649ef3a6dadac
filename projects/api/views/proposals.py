"""Proposals and their steps. What is allowed is in `projects.workflows.proposals`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.core.exceptions import PermissionDenied as NotAllowed
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from projects.api.errors import WHOLE_RECORD
from projects.api.etags import refuse_stale
from projects.api.exceptions import Overtaken
from projects.api.filters import ProposalFilterSet
from projects.api.parsing import body_of
from projects.api.permissions import require
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
from projects.models import Entry, Proposal, ProposalEvent
from projects.versioning.revisions import writing
from projects.workflows import proposals

from .base import RecordViewSet


def _step(
    name: str, request: type[BodySerializer], summary: Any, description: Any = "", example: Any = None
) -> Callable:
    """What the description says of one step."""
    return extend_schema(
        operation_id=f"proposals_{name}",
        summary=summary,
        description=description or None,
        request=request,
        responses=ProposalRecord,
        examples=[example] if example else None,
    )


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
class ProposalViewSet(RecordViewSet):
    http_method_names = ["get", "head", "post"]
    model = Proposal
    serializer_class = ProposalRecord
    filterset_class = ProposalFilterSet
    shown_with = (Entry, ProposalEvent)
    related = ("project__sector", "project__chain_link", "source", "proposed_by", "answered_by")
    versioned = ("comment", "send_back", "resubmit", "withdraw", "accept", "refuse", "note")

    def get_queryset(self) -> QuerySet:
        """With what they are about and what was said of them, for all of a page at once."""
        entries = Entry.objects.visible_to(self.request.user).select_related("programme")
        events = ProposalEvent.objects.visible_to(self.request.user).select_related("user")
        return (
            super()
            .get_queryset()
            .prefetch_related(Prefetch("project__entries", queryset=entries), Prefetch("events", queryset=events))
        )

    def prepared(self, records: Sequence[Any]) -> Sequence[Any]:
        put_beside(records, super().get_queryset)
        return records

    def answer(self, record: Any, *, status: int = 200) -> Response:
        [shown] = self.shown([record])
        response = Response(shown, status=status)
        response["ETag"] = _version_of(record)
        return response

    @extend_schema(
        summary=gettext_lazy("Propose a change"),
        description=gettext_lazy(
            "By a prefecture, of its own projects. Values are whole CNY, codes and days; `entry.programme` true puts the "
            "project on the list of `programme`, `entry.left` takes it off on a day."
        ),
        request=ProposalChange,
        responses={201: ProposalRecord},
        examples=[PROPOSAL_CHANGE],
    )
    def create(self, request: Request) -> Response:
        with writing():
            said = self._said(ProposalChange)
            project = said.validated_data["project"]
            told = _("You may propose changes of your own prefecture's projects only.")
            require(request.user, "add", Proposal(project=project), message=told)
            words = {name: said.validated_data[name] for name in ("reason", "source", "reported_by")}
            made = self._carried_out(lambda: proposals.propose(project, said.asked() or [], user=request.user, **words))
        response = self.answer(self.get_queryset().get(pk=made.pk), status=201)
        response["Location"] = response.data["url"]
        return response

    @_step("comment", ProposalCommentChange, gettext_lazy("Comment on a proposal"), example=PROPOSAL_COMMENT)
    @action(detail=True, methods=["post"])
    def comment(self, request: Request, **_key: str) -> Response:
        return self._take(ProposalAction.COMMENT, proposals.comment, ProposalCommentChange)

    @_step(
        "return",
        AnswerChange,
        gettext_lazy("Return a proposal"),
        gettext_lazy("To its prefecture, with a comment; it can be handed in again."),
        PROPOSAL_COMMENT,
    )
    @action(detail=True, methods=["post"], url_path="return")
    def send_back(self, request: Request, **_key: str) -> Response:
        return self._take(ProposalAction.RETURN, proposals.send_back, AnswerChange)

    @_step(
        "resubmit",
        AgainChange,
        gettext_lazy("Hand a returned proposal in again"),
        gettext_lazy(
            "With other values, words or origin where they are given; its originals become the present values."
        ),
    )
    @action(detail=True, methods=["post"])
    def resubmit(self, request: Request, **_key: str) -> Response:
        return self._take(ProposalAction.RESUBMIT, proposals.resubmit, AgainChange)

    @_step("withdraw", WordsChange, gettext_lazy("Withdraw a proposal"), gettext_lazy("For good."))
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, **_key: str) -> Response:
        return self._take(ProposalAction.WITHDRAW, proposals.withdraw, WordsChange)

    @_step(
        "accept",
        AcceptChange,
        gettext_lazy("Accept a proposal"),
        gettext_lazy(
            "Puts the proposed values into the register, in one revision that names the proposal. Not by who proposed it. "
            "Where the register has changed since, a choice for each such field is needed (409 without)."
        ),
        PROPOSAL_ACCEPT,
    )
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, **_key: str) -> Response:
        return self._take(ProposalAction.ACCEPT, proposals.accept, AcceptChange)

    @_step("refuse", AnswerChange, gettext_lazy("Refuse a proposal"), example=PROPOSAL_COMMENT)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, **_key: str) -> Response:
        return self._take(ProposalAction.REFUSE, proposals.refuse, AnswerChange)

    @_step(
        "note",
        WordsChange,
        gettext_lazy("Note what was answered"),
        gettext_lazy("By who proposed it: it has no news then."),
    )
    @action(detail=True, methods=["post"])
    def note(self, request: Request, **_key: str) -> Response:
        return self._take(
            ProposalAction.NOTE, lambda found, *, user, words: proposals.note(found, user=user), WordsChange
        )

    def _take(self, step: ProposalAction, take: Callable[..., Proposal], said: type[BodySerializer]) -> Response:
        record = self.get_object()  # 404 or 403, without taking the lock
        if not any(self.request.user.has_perm(each, record) for each in proposals.PERMISSIONS[step]):
            raise PermissionDenied(_("Your role does not allow this."))
        with writing():
            record = self.get_object()
            refuse_stale(self.request, record, shown=lambda: self.answer(record), version=_version_of(record))
            words = self._words(step, self._said(said, record))
            self._carried_out(lambda: take(record, user=self.request.user, **words))
        return self.answer(self.get_queryset().get(pk=record.pk))

    def _said(self, said: type[BodySerializer], record: Proposal | None = None) -> Any:
        """What the body says; a step whose words may be left out may come without a body."""
        optional = said in (WordsChange, AcceptChange, AgainChange)
        empty = optional and self.request.META.get("CONTENT_LENGTH") in (None, "", "0")
        context = self.get_serializer_context() | {"proposal": record}
        change = said(data={} if empty else body_of(self.request), context=context)
        change.is_valid(raise_exception=True)
        return change

    def _words(self, step: ProposalAction, said: Any) -> dict[str, Any]:
        given = dict(said.validated_data)
        if step == ProposalAction.RESUBMIT:
            given.pop("changes", None)
            return given | {"asked": said.asked()}
        words = {"words": given.get("comment", "")}
        return words | {"choices": given["choices"]} if "choices" in given else words

    @staticmethod
    def _carried_out(write: Callable[[], Proposal]) -> Proposal:
        try:
            return write()
        except NotAllowed as error:
            raise PermissionDenied(str(error)) from error
        except proposals.RefusedError as error:
            [refusal] = error.refusals.values()
            by_field = _named(refusal.errors)
            raise (Overtaken(by_field) if error.conflict else ValidationError(by_field)) from error
        except DjangoValidationError as error:
            raise ValidationError(_named(error.message_dict)) from error


def _named(errors: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {WHOLE_RECORD if name == NON_FIELD_ERRORS else name: texts for name, texts in errors.items()}


def _subject(record: Any) -> proposals.Subject:
    return proposals.Subject(record.project, record.project.entries.all())


def _version_of(record: Proposal) -> str:
    """The version of a proposal and of what it is about, in quotes as ETag wants it."""
    return f'"{proposals.version_of(record, _subject(record))}"'
