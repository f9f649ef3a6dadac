"""The steps of monthly reports, one at a time or many together. What is allowed is in `projects.workflows.reporting`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.core.exceptions import PermissionDenied as NotAllowed
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from projects.access import access_of
from projects.api.errors import WHOLE_RECORD
from projects.api.etags import refuse_stale
from projects.api.exceptions import Overtaken
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
from projects.api.serializers.reports import ReportRecord, ReportsTaken, ReportStep
from projects.choices import ReportAction
from projects.models import MonthlyReport, ReportEvent
from projects.versioning.revisions import writing
from projects.workflows import reporting

from .base import RecordViewSet

_TAKE: dict[ReportAction, Callable[..., list[MonthlyReport]]] = {
    ReportAction.SUBMIT: reporting.submit,
    ReportAction.WITHDRAW: reporting.withdraw,
    ReportAction.RETURN: reporting.send_back,
    ReportAction.APPROVE: reporting.approve,
    ReportAction.REOPEN: reporting.reopen,
}
_ALL_OR_NONE = gettext_lazy(
    "All of them take the step, or none: `errors` then says by place, as in `reports.3.record`, what stands in the way."
)


class ReportStepsViewSet(RecordViewSet):
    """What the list of reports does beyond reading and writing records."""

    versioned = ("submit", "withdraw", "send_back", "approve", "reopen")  # by If-Match
    versioned_together = ("submit_many", "approve_many", "send_back_many", "change_many")  # in the body

    def known_parameters(self) -> Sequence[Parameter]:
        if self.action == "events":
            return (*PAGING, fields_of(ReportStep().fields), *READING)
        return super().known_parameters()

    @extend_schema(
        operation_id="reports_submit",
        summary=gettext_lazy("Submit a report"),
        description=gettext_lazy("From draft or returned to submitted: the bureau hands it in to the province."),
        request=None,
        responses=ReportRecord,
    )
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, **_key: str) -> Response:
        return self._one(ReportAction.SUBMIT)

    @extend_schema(
        operation_id="reports_withdraw",
        summary=gettext_lazy("Withdraw a report"),
        description=gettext_lazy("From submitted back to draft, as long as the province has done nothing with it."),
        request=None,
        responses=ReportRecord,
    )
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, **_key: str) -> Response:
        return self._one(ReportAction.WITHDRAW)

    @extend_schema(
        operation_id="reports_return",
        summary=gettext_lazy("Return a report"),
        description=gettext_lazy("From submitted to returned, with a comment for the bureau."),
        request=CommentChange,
        responses=ReportRecord,
        examples=[REPORT_COMMENT],
    )
    @action(detail=True, methods=["post"], url_path="return")
    def send_back(self, request: Request, **_key: str) -> Response:
        return self._one(ReportAction.RETURN, CommentChange)

    @extend_schema(
        operation_id="reports_approve",
        summary=gettext_lazy("Approve a report"),
        description=gettext_lazy("From submitted to approved: totals count it from now on. Not by who submitted it."),
        request=None,
        responses=ReportRecord,
    )
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, **_key: str) -> Response:
        return self._one(ReportAction.APPROVE)

    @extend_schema(
        operation_id="reports_reopen",
        summary=gettext_lazy("Reopen a report"),
        description=gettext_lazy("From approved to returned, for correction: totals no longer count it."),
        request=CommentChange,
        responses=ReportRecord,
        examples=[REPORT_COMMENT],
    )
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, **_key: str) -> Response:
        return self._one(ReportAction.REOPEN, CommentChange)

    @extend_schema(
        operation_id="reports_submit_many",
        summary=gettext_lazy("Submit several reports"),
        description=_ALL_OR_NONE,
        request=ManyReportsChange,
        responses=ReportsTaken,
        examples=[MANY_REPORTS],
    )
    @action(detail=False, methods=["post"], url_path="submit")
    def submit_many(self, request: Request) -> Response:
        return self._many(ReportAction.SUBMIT, ManyReportsChange)

    @extend_schema(
        operation_id="reports_approve_many",
        summary=gettext_lazy("Approve several reports"),
        description=_ALL_OR_NONE,
        request=ManyReportsChange,
        responses=ReportsTaken,
        examples=[MANY_REPORTS],
    )
    @action(detail=False, methods=["post"], url_path="approve")
    def approve_many(self, request: Request) -> Response:
        return self._many(ReportAction.APPROVE, ManyReportsChange)

    @extend_schema(
        operation_id="reports_return_many",
        summary=gettext_lazy("Return several reports"),
        description=_ALL_OR_NONE,
        request=ManyReportsCommentChange,
        responses=ReportsTaken,
        examples=[MANY_REPORTS_COMMENT],
    )
    @action(detail=False, methods=["post"], url_path="return")
    def send_back_many(self, request: Request) -> Response:
        return self._many(ReportAction.RETURN, ManyReportsCommentChange)

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

    def _one(self, step: ReportAction, said: type[BodySerializer] = NoWords) -> Response:
        self._require(step, self.get_object())  # 404 or 403, without taking the lock
        words = self._words(said)
        with writing():
            record = self.get_object()
            refuse_stale(self.request, record, shown=lambda: self.answer(record))
            try:
                self._take(step, [record], words)
            except reporting.RefusedError as error:
                raise _refused(_of_record(error.refusals[record.pk]), conflict=error.conflict) from error
        return self.answer(self.get_queryset().get(pk=record.pk))

    def _many(self, step: ReportAction, said: type[BodySerializer]) -> Response:
        faults = Faults("reports")
        named, words = self._chosen(said, faults)
        with writing():
            found = {record.pk: record for record in self.get_queryset().filter(pk__in=list(named))}
            places = {}
            for key, (place, version) in named.items():
                with faults.at(place):
                    require_as_read(found.get(key), key, version)
                    places[key] = place
            if places:
                self._take_all(step, [found[key] for key in places], words, faults=faults, places=places)
            faults.refuse()
        keys = list(named)
        taken = {record.pk: record for record in self.prepared(self.get_queryset().filter(pk__in=keys))}
        records = [taken[key] for key in keys]
        return Response(ReportsTaken({"reports": records}, context=self.get_serializer_context()).data)

    def _chosen(self, said: type[BodySerializer], faults: Faults) -> tuple[dict[int, tuple[int, str]], dict[str, Any]]:
        """Place and version of each report by its id, and the words. What is no report with a version is a fault."""
        words = said(data=body_of(self.request), context=self.get_serializer_context())
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

    def _take_all(
        self,
        step: ReportAction,
        records: Sequence[MonthlyReport],
        words: Mapping[str, Any],
        *,
        faults: Faults,
        places: Mapping[int, int],
    ) -> None:
        try:
            self._take(step, records, words)
        except reporting.RefusedError as error:
            for key, refusal in error.refusals.items():
                with faults.at(places[key]):
                    raise _refused(_of_record(refusal), conflict=refusal.conflict) from error

    def _take(self, step: ReportAction, records: Sequence[MonthlyReport], words: Mapping[str, Any]) -> None:
        try:
            _TAKE[step](records, user=self.request.user, **words)
        except NotAllowed as error:
            raise PermissionDenied(str(error)) from error

    def _require(self, step: ReportAction, record: MonthlyReport) -> None:
        if not self.request.user.has_perm(reporting.PERMISSIONS[step], record):
            raise PermissionDenied(_("Your role does not allow this."))

    def _words(self, said: type[BodySerializer]) -> Mapping[str, Any]:
        """What the body says; a step without words may come without a body."""
        empty = said is NoWords and self.request.META.get("CONTENT_LENGTH") in (None, "", "0")
        words = said(data={} if empty else body_of(self.request), context=self.get_serializer_context())
        words.is_valid(raise_exception=True)
        return words.validated_data


def _of_record(refusal: reporting.Refusal) -> dict[str, list[str]]:
    return {WHOLE_RECORD if name == NON_FIELD_ERRORS else name: texts for name, texts in refusal.errors.items()}


def _refused(by_field: Mapping[str, Any], *, conflict: bool) -> ValidationError:
    return Overtaken(by_field) if conflict else ValidationError(by_field)
