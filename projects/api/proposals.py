"""Proposals and their steps. What is allowed is in `projects.workflows.proposals`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import django_filters as df
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from projects.choices import ProposalAction, ProposalState
from projects.history.revisions import create_revision
from projects.models import Entry, Programme, Project, Proposal, ProposalEvent
from projects.models.entry import JOINED_IS_ASKED, lacks_day_of_joining
from projects.models.proposal import ANSWER_NEEDS_COMMENT, MEMBERSHIP, NEEDS_REASON, PROPOSABLE, STEP_NEEDS_WORDS
from projects.periods import EARLIEST, LATEST
from projects.plausibility.checks import confirm_doubts
from projects.text import listing
from projects.totals.filter_types import AnyOf, OrderFilter
from projects.workflows import proposals
from projects.workflows.proposals import ProposedValue

from .fields import Choice, WholeNumber, Words
from .filters import COLUMNS, ProjectsFilter, YesNoFilter, place_filters, project_search
from .parsers import read_body
from .serializers import (
    BodySerializer,
    ChangeSerializer,
    CodedName,
    ReadOnlySerializer,
    Reference,
    StepRecord,
    WithStepsRecord,
    add_present_records,
)
from .viewsets import TransitionViewSet, build_transition_action

_MOST_FIELDS = 40
_VALUE = {"oneOf": [{"type": ["integer", "null"]}, {"type": "string"}, {"type": "boolean"}]}
_VALUES = _("Whole CNY, a code, a day, or true for a place on the list; null: not known.")
CHOICES = (proposals.PROPOSED, proposals.CURRENT)


@extend_schema_field(_VALUE)
class PlainValue(serializers.Field):
    """A value as JSON has it; what the field can hold is said by the proposal."""

    def to_internal_value(self, data: Any) -> Any:
        if data is not None and not isinstance(data, str | int):
            raise serializers.ValidationError(_("Give a text, a whole number, true or null."))
        return Words(allow_blank=True).run_validation(data) if isinstance(data, str) else data

    def to_representation(self, value: Any) -> Any:
        return value


class ProposedField(ReadOnlySerializer):
    """One field of a proposal. `moved`: its present value is neither that of then nor the proposed one."""

    field = serializers.ChoiceField(list(PROPOSABLE))
    programme = serializers.IntegerField(
        allow_null=True, source="year", help_text=_("Year of the list, for fields that begin with entry.")
    )
    original = PlainValue(help_text=_VALUES)
    proposed = PlainValue(help_text=_VALUES)
    current = PlainValue(help_text=_VALUES)
    moved = serializers.BooleanField()
    taken = serializers.BooleanField(
        allow_null=True, help_text=_("Once accepted: whether the proposed value was taken, or the present one kept.")
    )


class ProposalStep(StepRecord):
    """What somebody did with a proposal or said of it."""

    state = serializers.ChoiceField(ProposalState.choices, source="after")

    class Meta:
        model = ProposalEvent
        fields = ["action", "state", "comment", "who", "at"]


class ProposalRecord(WithStepsRecord):
    """A change that a prefecture proposes. Totals, lists and exports hold the present values until it is accepted."""

    project = CodedName(label=_("project"))  # never null: what is about no project any more is not shown
    changes = serializers.SerializerMethodField(label=_("changes"))
    may = serializers.SerializerMethodField(
        label=_("steps that you may take"),
        help_text=_("What you may do with the proposal as it stands now; empty where an older version is shown."),
    )
    discussion = serializers.SerializerMethodField(
        label=_("discussion"), help_text=_("Its steps and comments, the newest first.")
    )

    undone_by = serializers.SerializerMethodField(
        label=_("undone by revision"),
        help_text=_(
            "Number of the revision that took back what was accepted, or some of it: then the register holds `current`. "
            "Null: none did."
        ),
    )

    class Meta:
        model = Proposal
        fields = [
            "id",
            "url",
            "project",
            "state",
            "undone_by",
            "changes",
            "reason",
            "source",
            "reported_by",
            "proposed_by",
            "proposed_at",
            "answered_by",
            "answered_at",
            "comment",
            "has_news",
            "may",
            "discussion",
        ]

    def get_undone_by(self, proposal: Any) -> int | None:
        return getattr(proposal, "undone_by", None)

    @extend_schema_field(ProposedField(many=True))
    def get_changes(self, proposal: Any) -> Any:
        subject = _subject(proposal)
        moved = (
            {change.key for change in proposals.find_moved_changes(proposal, subject)} if proposal.is_open else set()
        )
        rows = [
            {
                "field": change.field,
                "year": change.year,
                "original": change.original,
                "proposed": change.proposed,
                "current": subject.value(change.field, change.year),
                "moved": change.key in moved,
                "taken": change.taken,
            }
            for change in proposal.changes
        ]
        return ProposedField(rows, many=True).data

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(ProposalAction.values)))
    def get_may(self, proposal: Any) -> list[str]:
        return super().get_may(proposal)

    def steps(self, proposal: Any) -> list[str]:
        user = self.context["request"].user
        return [action.value for action in ProposalAction if proposals.may(user, action, proposal)]

    @extend_schema_field(ProposalStep(many=True))
    def get_discussion(self, proposal: Any) -> Any:
        return ProposalStep(proposal.events.all(), many=True).data


class AskedChange(BodySerializer):
    """One value that is proposed."""

    field = Choice([(name, name) for name in PROPOSABLE], help_text=_("What changes."))
    programme = WholeNumber(
        min_value=EARLIEST,
        max_value=LATEST,
        allow_null=True,
        default=None,
        help_text=_("Year of the list, for fields that begin with entry."),
    )
    value = PlainValue(allow_null=True, help_text=_VALUES)


class _ProposedValues(ChangeSerializer):
    asks_rules = True

    changes = AskedChange(many=True, min_length=1, max_length=_MOST_FIELDS, help_text=_("The proposed values."))

    class Meta:
        model = Proposal
        fields = ["changes", "reason", "source", "reported_by"]
        extra_kwargs = {"reason": {"error_messages": {"blank": NEEDS_REASON, "required": NEEDS_REASON}}}

    def validate(self, attributes: dict[str, Any]) -> dict[str, Any]:
        if "changes" in attributes:
            given = attributes.pop("changes")
            attributes["asked"] = [ProposedValue(each["field"], each["programme"], each["value"]) for each in given]
            _refuse_without_day(attributes["asked"])
        return attributes


def _refuse_without_day(asked: list[ProposedValue]) -> None:
    """As the page where it is proposed: who joins the list of a year that has begun says on which day."""
    joining = {each.year for each in asked if each.field == MEMBERSHIP and each.value is True}
    joining -= {each.year for each in asked if each.field == "entry.joined" and each.value}
    if any(lacks_day_of_joining(programme, None) for programme in Programme.objects.filter(year__in=joining)):
        raise ValidationError({"changes": [JOINED_IS_ASKED]})


class ProposalChange(_ProposedValues):
    """A new proposal. A figure needs its source, or who reported it."""

    project = Reference(Project)


class AgainChange(_ProposedValues):
    """A returned proposal proposed again; what is left out stays as it was."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required, field.default = False, serializers.empty


class WordsChange(BodySerializer):
    """A step that may say something."""

    comment = Words(allow_blank=True, default="", help_text=_("What is said."))


class ProposalCommentChange(BodySerializer):
    """Words about a proposal."""

    comment = Words(STEP_NEEDS_WORDS, help_text=_("What is said; the prefecture and the province read it."))


class AnswerChange(BodySerializer):
    """An answer that says why."""

    comment = Words(ANSWER_NEEDS_COMMENT, help_text=_("Why; who proposed the change reads it."))


class AcceptChange(WordsChange):
    """How a proposal is accepted: a field whose base has moved needs a choice, the others are taken."""

    asks_rules = True

    choices = serializers.DictField(
        child=Choice([(name, name) for name in CHOICES]),
        required=False,
        help_text=_(
            "By field, such as project.sector or entry.planned_disbursement:2023: proposed takes the proposed value, "
            "current keeps the present one. Choices need the header If-Match, so that nothing unseen is decided."
        ),
    )

    def validate_choices(self, choices: Mapping[str, str]) -> Mapping[str, str]:
        known = {change.key for change in self.context["record"].changes}
        unknown = [key for key in choices if key not in known]
        if unknown:
            message = _("“%(key)s” is no field of this proposal. Known: %(known)s.")
            raise serializers.ValidationError(message % {"key": unknown[0][:80], "known": listing(sorted(known))})
        return choices


class ProposalFilterSet(df.FilterSet):
    project = ProjectsFilter()
    sector, chain_link, prefecture = place_filters("project")
    state = AnyOf(Proposal, "state")
    waiting = YesNoFilter(
        method="filter_waiting",
        label=_("whether it waits for whoever asks: to be decided by the province, to be noted by who proposed it"),
    )
    search = project_search("project", "reason")
    ordering = OrderFilter("project", "proposed_at", "answered_at", "id", columns=COLUMNS)

    def filter_waiting(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        waiting = Proposal.objects.waiting_for(self.request.user).order_by().values("pk")
        return queryset.filter(pk__in=waiting) if value else queryset.exclude(pk__in=waiting)


_STEPS = proposals.TRANSITIONS


class ProposalViewSet(TransitionViewSet):
    descriptions = {
        "list": _(
            "Changes that prefectures propose and the province decides. Until one is accepted, totals, lists and exports "
            "hold the present value. Not for the public."
        ),
    }
    http_method_names = ["get", "head", "post"]
    model = Proposal
    serializer_class = ProposalRecord
    filterset_class = ProposalFilterSet
    related = ("project__sector", "project__chain_link", "source", "proposed_by", "answered_by")
    workflow = proposals

    def get_queryset(self) -> QuerySet:
        """Return the visible proposals with entries and events, prefetched for a page."""
        entries = Entry.objects.visible_to(self.request.user).select_related("programme")
        events = ProposalEvent.objects.visible_to(self.request.user).select_related("user")
        return (
            super()
            .get_queryset()
            .with_undoing()
            .prefetch_related(Prefetch("project__entries", queryset=entries), Prefetch("events", queryset=events))
        )

    def prepare_records(self, records: Sequence[Any]) -> Sequence[Any]:
        add_present_records(records, super().get_queryset)
        return records

    def get_version_tag(self, record: Any) -> str:
        """Return the version of a proposal and of the record that it is about."""
        return f'"{proposals.version_of(record, _subject(record))}"'

    @extend_schema(
        summary=_STEPS[ProposalAction.SUBMIT].summary,
        description=_STEPS[ProposalAction.SUBMIT].description,
        request=ProposalChange,
        responses={201: ProposalRecord},
    )
    def create(self, request: Request) -> Response:
        data = read_body(request)  # read before the lock is taken
        with create_revision():
            body = ProposalChange(data=data, context=self.get_serializer_context())
            body.is_valid(raise_exception=True)
            with confirm_doubts(body.confirmation.rules, body.confirmation.reason):
                made = proposals.propose(**body.validated_data, user=request.user)
        response = self.build_record_response(self.get_queryset().get(pk=made.pk), status=201)
        response["Location"] = response.data["url"]
        return response

    take_accept = build_transition_action(_STEPS[ProposalAction.ACCEPT], AcceptChange)
    take_return = build_transition_action(_STEPS[ProposalAction.RETURN], AnswerChange)
    take_refuse = build_transition_action(_STEPS[ProposalAction.REFUSE], AnswerChange)
    take_comment = build_transition_action(_STEPS[ProposalAction.COMMENT], ProposalCommentChange)
    take_withdraw = build_transition_action(_STEPS[ProposalAction.WITHDRAW], WordsChange)
    take_note = build_transition_action(_STEPS[ProposalAction.NOTE], WordsChange)
    take_resubmit = build_transition_action(_STEPS[ProposalAction.RESUBMIT], AgainChange)


def _subject(record: Any) -> proposals.Subject:
    return proposals.Subject(record.project, record.project.entries.all())
