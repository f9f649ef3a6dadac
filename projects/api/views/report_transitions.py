"""The transitions of monthly reports, one report at a time or many together, and what was done with a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from projects.access import access_of
from projects.api.confirming import taken_out
from projects.api.errors import refused
from projects.api.pagination import LIST_PARAMETERS as PAGING
from projects.api.parameters import READING, Parameter, fields_of
from projects.api.parsing import body_of
from projects.api.record_errors import Faults, require_as_read, require_object
from projects.api.schema.examples import MANY_REPORTS, MANY_REPORTS_COMMENT, REPORT_COMMENT
from projects.api.serializers.base import BodySerializer
from projects.api.serializers.report_changes import (
    CommentChange,
    ManyReportsChange,
    ManyReportsCommentChange,
    NoWords,
    ReportVersionChange,
)
from projects.api.serializers.reports import ReportsTaken, ReportStep
from projects.choices import ReportAction
from projects.history.revisions import writing
from projects.models import ReportEvent
from projects.plausibility.checks import Confirmation, confirm_doubts
from projects.workflows import reporting
from projects.workflows.transitions import Transition

from .transitions import TransitionViewSet

_ALL_OR_NONE = gettext_lazy(
    "All of them take the step, or none: `errors` then says by place, as in `reports.3.record`, what stands in the way."
)


class ReportTransitionsViewSet(TransitionViewSet):
    """What the list of reports does beyond reading and writing records."""

    plural = "reports"
    asked = {ReportAction.SUBMIT.value: "Submit"}
    examples = {
        CommentChange: REPORT_COMMENT,
        ManyReportsChange: MANY_REPORTS,
        ManyReportsCommentChange: MANY_REPORTS_COMMENT,
    }

    @classmethod
    def body_class(cls, transition: Transition) -> type[BodySerializer]:
        return CommentChange if transition.comment_missing else NoWords

    @classmethod
    def offer(cls, transition: Transition) -> None:
        """Also at `POST {action}/`, where several reports may take it together."""
        super().offer(transition)
        if transition.summary_of_many:
            body = ManyReportsCommentChange if transition.comment_missing else ManyReportsChange
            cls.operation(
                f"{transition.action}_many",
                lambda view: view.take_many(transition, body),
                path=transition.action,
                detail=False,
                body=body,
                summary=transition.summary_of_many,
                description=_ALL_OR_NONE,
                responses=ReportsTaken,
            )

    def known_parameters(self) -> Sequence[Parameter]:
        if self.action == "events":
            return (*PAGING, fields_of(ReportStep().fields), *READING)
        return super().known_parameters()

    @extend_schema(
        operation_id="reports_events",
        summary=gettext_lazy("List what was done with a report"),
        description=gettext_lazy("Who took which step, when and with which words; newest first. Not for the public."),
        responses=ReportStep(many=True),
    )
    @action(detail=True)
    def events(self, request: Request, **_key: str) -> Response:
        if access_of(request.user).public:
            self.permission_denied(request, message=_("What people did with reports is not for the public."))
        found = ReportEvent.objects.visible_to(request.user).filter(report=self.get_object()).select_related("user")
        page = self.paginate_queryset(found)
        return self.get_paginated_response(ReportStep(page, many=True, context=self.get_serializer_context()).data)

    def sent(self, body_class: type[BodySerializer], *, asked: bool) -> tuple[Any, Confirmation]:
        """What is wrong with it is said before the lock is taken: it speaks of nothing that is stored."""
        data, confirmation = super().sent(body_class, asked=asked)
        body_class(data=data).is_valid(raise_exception=True)
        return data, confirmation

    def take(self, transition: Transition, record: Any, words: Mapping[str, Any]) -> None:
        reporting.take(transition.action, [record], user=self.request.user, **words)

    def take_many(self, transition: Transition, said: type[BodySerializer]) -> Response:
        faults = Faults("reports")
        data, confirmation = taken_out(body_of(self.request), said, asked=transition.action in self.asked)
        named, words = self._chosen(data, said, faults)
        with confirm_doubts(confirmation.rules, confirmation.reason), writing():
            found = {record.pk: record for record in self.get_queryset().filter(pk__in=list(named))}
            places = {}
            for key, (place, version) in named.items():
                with faults.at(place):
                    require_as_read(found.get(key), key, version)
                    places[key] = place
            if places:
                try:
                    reporting.take(transition.action, map(found.get, places), user=self.request.user, **words)
                except reporting.RefusedError as error:
                    for key, refusal in error.refusals.items():
                        with faults.at(places[key]):
                            raise refused(refusal) from error
            faults.refuse()
        keys = list(named)
        taken = {record.pk: record for record in self.prepared(self.get_queryset().filter(pk__in=keys))}
        records = [taken[key] for key in keys]
        return Response(ReportsTaken({"reports": records}, context=self.get_serializer_context()).data)

    def _chosen(
        self, data: Any, said: type[BodySerializer], faults: Faults
    ) -> tuple[dict[int, tuple[int, str]], dict[str, Any]]:
        """Place and version of each report by its id, and the words. What is no report with a version is a fault."""
        words = said(data=data, context=self.get_serializer_context())
        words.fields["reports"].child = serializers.JSONField(allow_null=True)  # each is looked at by itself
        words.is_valid(raise_exception=True)
        told = dict(words.validated_data)
        named: dict[int, tuple[int, str]] = {}
        for place, part in enumerate(told.pop("reports")):
            with faults.at(place):
                each = ReportVersionChange(data=require_object(part))
                each.is_valid(raise_exception=True)
                key = each.validated_data["id"]
                if key in named:
                    raise ValidationError({"id": [_("“%(key)s” is given twice.") % {"key": key}]})
                named[key] = place, each.validated_data["version"]
        return named, told
