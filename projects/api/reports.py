"""Monthly reports: records, drafts, and the steps of one report or of many together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import F, Model, OuterRef, QuerySet, Subquery
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from projects.access import get_access
from projects.choices import ReportAction, ReportState
from projects.history.revisions import MOST_AT_ONCE, create_revision
from projects.models import Entry, MonthlyReport, Project, ReportEvent, Round, Source
from projects.models.report import RETURN_NEEDS_COMMENT, SUBMITTED_IS_FIXED
from projects.money import READABLE
from projects.monitoring.running_totals import get_running_totals
from projects.plausibility.checks import confirm_doubts
from projects.totals.filter_types import AmountFilter, AnyOf, ManyOf, NumberFilter, OrderFilter, range_filters
from projects.workflows import reporting
from projects.workflows.reporting import may, may_edit
from projects.workflows.transitions import Transition

from .bulk import ChangeById, Faults, require_as_read, require_object
from .errors import build_refusal
from .exceptions import Conflict
from .fields import MonthText, SignedAmount, Words
from .filters import (
    COLUMNS_OF_ENTRY,
    QUESTION,
    OfEntryFilterSet,
    YesNoFilter,
    get_scope,
    month_filters,
    project_search,
)
from .pagination import LIST_PARAMETERS as PAGING
from .parameters import READING, Parameter, check, get_fields_parameter
from .parsers import read_body
from .serializers import (
    CNY,
    BodySerializer,
    ChangeSerializer,
    OfEntryRecord,
    ReadOnlySerializer,
    Reference,
    StepRecord,
    WithStepsRecord,
    add_present_records,
)
from .viewsets import DeletableViewSet, TransitionViewSet, build_transition_action

EDIT = "edit"


class ReportLinks(ReadOnlySerializer):
    """What was done with the report, and what comes from the same project."""

    events = serializers.URLField()
    entry = serializers.URLField()


class ReportRecord(WithStepsRecord, OfEntryRecord):
    """What a prefecture reports for one entry and month. Only approved reports count in totals."""

    units = {"year_to_date": CNY, "since_start": CNY}
    on_request = ()

    private = ("contact", "comment", "submitted_by", "returned_by", "approved_by")

    version = serializers.SerializerMethodField(
        label=_("version"),
        help_text=_("Version of the record, with which its ETag begins. Steps of several reports ask for it."),
    )
    month = serializers.CharField(label=_("month"), source="period", help_text=_("Such as 2023-06."))
    year_to_date = serializers.IntegerField(
        label=_("disbursed since January"),
        source="running.year_to_date",
        allow_null=True,
        help_text=_("Whole CNY from January to this month, by the reports that you see in whatever state."),
    )
    since_start = serializers.IntegerField(
        label=_("disbursed since the start"),
        source="running.since_start",
        allow_null=True,
        help_text=_("Whole CNY since the start of the project; null: what was disbursed before the year is not known."),
    )
    late = serializers.SerializerMethodField(
        label=_("submitted late"),
        help_text=_(
            "Whether submitted after the last day on which it was on time; null: not submitted, or of no round."
        ),
    )
    may = serializers.SerializerMethodField(
        label=_("steps that you may take"),
        help_text=_("What you may do with the report as it stands now; empty where an older version is shown."),
    )
    links = serializers.SerializerMethodField()

    class Meta:
        model = MonthlyReport
        fields = [
            "id",
            "url",
            "version",
            "entry",
            "project",
            "programme",
            "month",
            "disbursed",
            "year_to_date",
            "since_start",
            "stage",
            "progress",
            "started_on",
            "enterprises_attracted",
            "forecast",
            "problems",
            "reason",
            "measure",
            "contact",
            "correction_reason",
            "state",
            "handed_in_on",
            "late",
            "submitted_at",
            "submitted_by",
            "returned_at",
            "returned_by",
            "comment",
            "approved_at",
            "approved_by",
            "may",
            "basis",
            "source",
            "links",
        ]
        extra_kwargs = {"comment": {"help_text": _("Why it was returned; null for the public.")}}

    def get_late(self, report: MonthlyReport) -> bool | None:
        until = report.punctual_until
        return None if until is None or report.handed_in_on is None else report.handed_in_on > until

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField([*ReportAction.values, EDIT])))
    def get_may(self, report: MonthlyReport) -> list[str]:
        return super().get_may(report)

    def steps(self, report: MonthlyReport) -> list[str]:
        user = self.context["request"].user
        actions = [action.value for action in ReportAction if may(user, action, report)]
        if ReportAction.RETRACT in actions:
            self.context["request"]._request.etag = ""  # it ends by the clock, which raises no state number
        return [*actions, EDIT] if may_edit(user, report) else actions

    def get_links(self, report: MonthlyReport) -> ReportLinks:
        reports, entries = self._list_addresses
        return {"events": f"{reports}{report.pk}/events/", "entry": f"{entries}{report.entry_id}/"}

    @cached_property
    def _list_addresses(self) -> list[str]:
        return [reverse(f"api:{name}-list", request=self.context["request"]) for name in ("reports", "entries")]


class ReportsTaken(ReadOnlySerializer):
    """The reports that took a step together, as they are now."""

    reports = ReportRecord(many=True)


class ReportStep(StepRecord):
    """What somebody did with a report, at what time and with which words."""

    class Meta:
        model = ReportEvent
        fields = ["action", "before", "after", "comment", "who", "at"]


STATE_IS_A_STEP = _(
    "The state is not written. POST to the report's address followed by submit/, withdraw/, return/, approve/ or reopen/."
)
NOT_ON_LIST = _("%(project)s is not on the list of %(year)s.")


class ReportChange(ChangeSerializer):
    """What a prefecture fills in. Amounts are whole CNY; null means not known."""

    read_only_messages = {"state": STATE_IS_A_STEP}

    quoted_year_to_date = SignedAmount(
        limit=READABLE,
        required=False,
        allow_null=True,
        help_text=_("What a document says of January to this month, whole CNY. Checked against the reports, not kept."),
    )

    class Meta:
        model = MonthlyReport
        fields = [
            "disbursed",
            "quoted_year_to_date",
            "stage",
            "progress",
            "started_on",
            "enterprises_attracted",
            "forecast",
            "problems",
            "reason",
            "measure",
            "contact",
            "correction_reason",
        ]


class NewReportChange(ReportChange):
    """A new draft: the entry by its id, or by its project, and the month. The rest can be filled in later."""

    entry = Reference(Entry, required=False)
    project = Reference(Project, required=False, help_text=_("The project's code, instead of the entry."))
    month = MonthText(help_text=_("The month that is reported, such as 2023-07."))

    def validate(self, attributes: dict[str, Any]) -> dict[str, Any]:
        entry, project, month = (attributes.pop(name, None) for name in ("entry", "project", "month"))
        if (entry is None) == (project is None):
            raise serializers.ValidationError({"entry": [_("Name either the entry or the project.")]}, code="required")
        if entry is None:
            entry = project.entries.filter(programme__year=month.year).first()
        if entry is None or entry.programme.year != month.year:
            shown = {"project": (project or entry.project).code, "year": month.year}
            raise serializers.ValidationError({"month": [NOT_ON_LIST % shown]}, code="not_on_list")
        return attributes | {"entry": entry, "month": month.number, "basis": entry.project.basis_of_news}


class NoWords(BodySerializer):
    """A step that needs no words."""


class SubmitNoWords(NoWords):
    """A report that is submitted: plausibility rules check it."""

    asks_rules = True


class CommentChange(BodySerializer):
    """A step that says why."""

    comment = Words(RETURN_NEEDS_COMMENT, help_text=_("Why; the prefecture reads it."))


class ReportVersionChange(ChangeById):
    """One report of several, and the version of it that the step is meant for."""


class ManyReportsChange(BodySerializer):
    """A step of several reports: all of them take it, or none."""

    reports = serializers.ListField(
        child=ReportVersionChange(),
        min_length=1,
        max_length=MOST_AT_ONCE,
        help_text=_("Reports with their versions, at most 50, each once."),
    )


class SubmitManyReportsChange(ManyReportsChange):
    """Several reports that are submitted: plausibility rules check them."""

    asks_rules = True


class ManyReportsCommentChange(CommentChange, ManyReportsChange):
    """A step of several reports that says why."""


_MOST = 2**31 - 1  # of a PositiveIntegerField


class ReportFilterSet(OfEntryFilterSet):
    month, month_min, month_max = month_filters("entry__programme")
    state = AnyOf(MonthlyReport, "state")
    stage = AnyOf(MonthlyReport, "stage")
    late = YesNoFilter(method="filter_late", label=_("whether submitted after the last day on which it was on time"))
    asked = YesNoFilter(
        method="filter_asked", label=_("whether the report is asked for: only then it counts as waiting")
    )
    mine = YesNoFilter(method="filter_mine", label=_("whether you submitted the report yourself"))
    basis = AnyOf(MonthlyReport, "basis")
    disbursed_min, disbursed_max = range_filters("disbursed", AmountFilter)
    enterprises_attracted_min, enterprises_attracted_max = range_filters(
        "enterprises_attracted", NumberFilter, min_value=0, max_value=_MOST
    )
    source = ManyOf(Source, "source", "pk", nullable=True)
    search = project_search("entry__project")
    ordering = OrderFilter(
        "programme",
        "project",
        "month",
        "disbursed",
        "enterprises_attracted",
        "state",
        "handed_in_on",
        "id",
        columns=COLUMNS_OF_ENTRY,
    )

    def filter_asked(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        asked = MonthlyReport.objects.required().order_by().values("pk")
        return queryset.filter(pk__in=asked) if value else queryset.exclude(pk__in=asked)

    def filter_mine(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        user = self.request.user
        if not value:
            return queryset.of_others(user)
        return queryset.none() if user.pk is None else queryset.filter(submitted_by=user.pk)

    def filter_late(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        """Filter by lateness; reports that are not submitted, and those of no round, are neither late nor punctual."""
        return queryset.filter(**{f"handed_in_on__{'gt' if value else 'lte'}": F("punctual_until")})


_ALL_OR_NONE = _(
    "All of them take the step, or none: `errors` then says by place, as in `reports.3.record`, what stands in the way."
)


_STEPS = reporting.TRANSITIONS


def _build_many_reports_action(transition: Transition, body: type[BodySerializer]) -> Callable[..., Response]:
    """Build the method `take_{action}_many` for `POST {action}/`, where several reports may take the step together."""

    def take_step(self: ReportViewSet, request: Request) -> Response:
        return self.take_step_together(transition.action, body)

    take_step.__name__ = f"take_{transition.action}_many"
    describe = extend_schema(
        summary=transition.summary_of_many, description=_ALL_OR_NONE, request=body, responses=ReportsTaken
    )
    route = action(detail=False, methods=["post"], url_path=transition.action, url_name=f"{transition.action}-many")
    return describe(route(take_step))


PROJECTS = Parameter(
    "projects",
    _(
        "Only reports of the projects that this query of `projects/` lists, such as `sector=new-display&light=red`, encoded "
        "as one value."
    ),
    {"type": "string", "maxLength": 4000},
)
# the same until 3 June 2027 by a parameter for each of theirs, with `project_` before its name
_PREFIX = "project_"
_OF_PROJECTS = tuple(each.deprecated_as(f"{_PREFIX}{each.name}", since=date(2026, 12, 3)) for each in QUESTION)


class ReportViewSet(TransitionViewSet, DeletableViewSet):
    descriptions = {
        "list": _("What was disbursed in which month."),
        "create": _("It begins as a draft, which may be incomplete; submit it when it is done."),
        "partial_update": _(
            "Only the fields that are given change. A submitted report is changed by nobody, an approved one only by "
            "the province; after the round has closed, with a reason."
        ),
    }
    model = MonthlyReport
    workflow = reporting
    serializer_class = ReportRecord
    change_class = NewReportChange
    patch_class = ReportChange
    filterset_class = ReportFilterSet
    list_parameters = (PROJECTS, *_OF_PROJECTS)
    related = (
        "entry__project",
        "entry__programme",
        "source",
        "submitted_by",
        "returned_by",
        "approved_by",
    )

    def get_queryset(self) -> QuerySet:
        rounds = Round.objects.filter(programme=OuterRef("entry__programme"), month=OuterRef("month"))
        return super().get_queryset().annotate(punctual_until=Subquery(rounds.values("punctual_until")[:1]))

    def prepare_records(self, records: Sequence[Any]) -> Sequence[Any]:
        amounts = get_running_totals(records, user=self.request.user)
        for record in records:
            record.running = amounts[record.pk]
        add_present_records(records, super().get_queryset)
        return records

    def refuse_fixed(self, record: Model) -> None:
        if record.state == ReportState.SUBMITTED:  # type: ignore[attr-defined]
            raise Conflict(SUBMITTED_IS_FIXED, "wrong_state")
        if not may_edit(self.request.user, record):  # type: ignore[arg-type]
            raise PermissionDenied(
                _("An approved report is changed by the province only. Ask it to reopen the report.")
            )

    def get_filtered_queryset(self) -> QuerySet:
        reports, query = super().get_filtered_queryset(), self.request.query_params
        pairs = [(name, value) for name, values in query.lists() for value in values if name.startswith(_PREFIX)]
        deprecated = urlencode([(name.removeprefix(_PREFIX), value) for name, value in pairs])
        asked = QueryDict(query.get(PROJECTS.name, deprecated))
        return reports.filter(entry__project__in=self._get_projects(asked)) if asked else reports

    def _get_projects(self, asked: QueryDict) -> QuerySet:
        """Return the projects that `projects/` lists for a query. Raises `ValidationError` at the parameter `projects`."""
        try:
            check(asked, {parameter.name: parameter for parameter in QUESTION})
            scope = get_scope(self.request, parameters=asked, on_list="programme" in asked)
        except (DjangoValidationError, ValidationError) as error:
            messages = error.message_dict if isinstance(error, DjangoValidationError) else error.detail
            texts = [f"{name}: {text}" for name, texts in messages.items() for text in texts]
            raise ValidationError({PROJECTS.name: texts}) from error
        return scope.projects().order_by().values("pk")

    def known_parameters(self) -> Sequence[Parameter]:
        if self.action == "events":
            return (*PAGING, get_fields_parameter(ReportStep().fields), *READING)
        return super().known_parameters()

    @extend_schema(
        summary=_("List what was done with a report"),
        description=_("Who took which step, when and with which words; newest first. Not for the public."),
        responses=ReportStep(many=True),
    )
    @action(detail=True)
    def events(self, request: Request, **_key: str) -> Response:
        if get_access(request.user).public:
            self.permission_denied(request, message=gettext("What people did with reports is not for the public."))
        found = ReportEvent.objects.visible_to(request.user).filter(report=self.get_object()).select_related("user")
        page = self.paginate_queryset(found)
        return self.get_paginated_response(ReportStep(page, many=True, context=self.get_serializer_context()).data)

    take_submit = build_transition_action(_STEPS[ReportAction.SUBMIT], SubmitNoWords)
    take_withdraw = build_transition_action(_STEPS[ReportAction.WITHDRAW], NoWords)
    take_approve = build_transition_action(_STEPS[ReportAction.APPROVE], NoWords)
    take_return = build_transition_action(_STEPS[ReportAction.RETURN], CommentChange)
    take_reopen = build_transition_action(_STEPS[ReportAction.REOPEN], CommentChange)
    take_retract = build_transition_action(_STEPS[ReportAction.RETRACT], NoWords)
    take_submit_many = _build_many_reports_action(_STEPS[ReportAction.SUBMIT], SubmitManyReportsChange)
    take_approve_many = _build_many_reports_action(_STEPS[ReportAction.APPROVE], ManyReportsChange)
    take_return_many = _build_many_reports_action(_STEPS[ReportAction.RETURN], ManyReportsCommentChange)

    def get_body(self, body_class: type[BodySerializer]) -> Any:
        """Return the body, validated before the lock is taken: it depends on nothing that is stored."""
        data = super().get_body(body_class)
        body_class(data=data).is_valid(raise_exception=True)
        return data

    def change_state(self, name: str, record: Any, arguments: Mapping[str, Any]) -> None:
        reporting.take(name, [record], user=self.request.user, **arguments)

    def take_step_together(self, name: str, body_class: type[BodySerializer]) -> Response:
        """Let several reports take a step, or none. Errors are by place, as in `reports.3.record`."""
        faults = Faults("reports")
        body = body_class(data=read_body(self.request), context=self.get_serializer_context())
        body.fields["reports"].child = serializers.JSONField(allow_null=True)  # validated one by one, below
        body.is_valid(raise_exception=True)
        arguments = dict(body.validated_data)
        places = self._get_places(arguments.pop("reports"), faults)
        with confirm_doubts(body.confirmation.rules, body.confirmation.reason), create_revision():
            reports = self.get_records(list(places))
            current = []
            for key, (place, version) in places.items():
                with faults.collect(place):
                    current.append(require_as_read(reports[key], key, version))
            if current:
                try:
                    reporting.take(name, current, user=self.request.user, **arguments)
                except reporting.RefusedError as error:
                    for key, refusal in error.refusals.items():
                        with faults.collect(places[key][0]):
                            raise build_refusal(refusal) from error
            faults.refuse()
        return self.build_records_response(current, name="reports")

    @staticmethod
    def _get_places(parts: Sequence[Any], faults: Faults) -> dict[int, tuple[int, str]]:
        """Return place and version of each report by its id."""
        places: dict[int, tuple[int, str]] = {}
        for place, part in enumerate(parts):
            with faults.collect(place):
                report = ReportVersionChange(data=require_object(part))
                report.is_valid(raise_exception=True)
                key = report.validated_data["id"]
                if key in places:
                    raise ValidationError(
                        {"id": [gettext("“%(key)s” is given twice.") % {"key": key}]}, code="repeated"
                    )
                places[key] = place, report.validated_data["version"]
        return places
