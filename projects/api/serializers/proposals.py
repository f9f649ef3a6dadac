"""Serializers of proposals: what goes out, and what comes in with each step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from projects.api.fields import Choice, Text, WholeNumber, Words
from projects.api.references import ProjectReference
from projects.choices import ProposalAction, ProposalState
from projects.models import Programme, Proposal, ProposalEvent
from projects.models.entry import JOINED_IS_ASKED, lacks_day_of_joining
from projects.models.proposal import ANSWER_NEEDS_COMMENT, MEMBERSHIP, NEEDS_REASON, PROPOSABLE, STEP_NEEDS_WORDS
from projects.periods import EARLIEST, LATEST
from projects.text import LONGEST_LINE, listing
from projects.workflows import proposals
from projects.workflows.proposals import Asked

from .base import BodySerializer, CodedName
from .by_model import ChangeSerializer
from .by_type import TypedSerializer
from .subjects import StepRecord, WithStepsRecord

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
        return Text(max_length=LONGEST_LINE, allow_blank=True).run_validation(data) if isinstance(data, str) else data

    def to_representation(self, value: Any) -> Any:
        return value


class ProposedField(TypedSerializer):
    """One field of a proposal. `moved`: its present value is neither that of then nor the proposed one."""

    field = serializers.ChoiceField(list(PROPOSABLE))
    year: int | None
    original = PlainValue(help_text=_VALUES)
    proposed = PlainValue(help_text=_VALUES)
    current = PlainValue(help_text=_VALUES)
    moved: bool
    taken: Annotated[bool | None, _("Once accepted: whether the proposed value was taken, or the present one kept.")]

    members = "field programme:year original proposed current moved taken"
    texts = {"programme": _("Year of the list, for fields that begin with entry.")}


class ProposalStep(StepRecord):
    """What somebody did with a proposal or said of it."""

    state = serializers.ChoiceField(ProposalState.choices, source="after")

    class Meta:
        model = ProposalEvent
        fields = "action state comment who at"


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
        fields = (
            "id url project state undone_by changes reason source reported_by proposed_by proposed_at answered_by "
            "answered_at comment has_news may discussion"
        )

    def get_undone_by(self, proposal: Any) -> int | None:
        return getattr(proposal, "undone_by", None)

    @extend_schema_field(ProposedField(many=True))
    def get_changes(self, proposal: Any) -> Any:
        subject = proposals.Subject(proposal.project, proposal.project.entries.all())
        moved = {change.key for change in proposals.moved(proposal, subject)} if proposal.is_open else set()
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
    changes = AskedChange(many=True, min_length=1, max_length=_MOST_FIELDS, help_text=_("The proposed values."))

    class Meta:
        model = Proposal
        fields = "changes reason source reported_by"
        extra_kwargs = {"reason": {"error_messages": {"blank": NEEDS_REASON, "required": NEEDS_REASON}}}

    def validate(self, attributes: dict[str, Any]) -> dict[str, Any]:
        if "changes" in attributes:
            given = attributes.pop("changes")
            attributes["asked"] = [Asked(each["field"], each["programme"], each["value"]) for each in given]
            _refuse_without_day(attributes["asked"])
        return attributes


def _refuse_without_day(asked: list[Asked]) -> None:
    """As the page where it is proposed: who joins the list of a year that has begun says on which day."""
    joining = {each.year for each in asked if each.field == MEMBERSHIP and each.value is True}
    joining -= {each.year for each in asked if each.field == "entry.joined" and each.value}
    if any(lacks_day_of_joining(programme, None) for programme in Programme.objects.filter(year__in=joining)):
        raise ValidationError({"changes": [JOINED_IS_ASKED]})


class ProposalChange(_ProposedValues):
    """A new proposal. A figure needs its source, or who reported it."""

    project = ProjectReference()


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
            told = _("“%(key)s” is no field of this proposal. Known: %(known)s.")
            raise serializers.ValidationError(told % {"key": unknown[0][:80], "known": listing(sorted(known))})
        return choices
