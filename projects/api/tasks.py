"""Tasks of the reader: how many records wait, of which year, until when."""

from __future__ import annotations

from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from projects.access import get_access
from projects.choices import TaskKind
from projects.monitoring.tasks import Task, own_places, tasks_of

from .permissions import refusal
from .serializers import ReadOnlySerializer
from .viewsets import RegisterView

_MINE, _ASKED, _OF_OTHERS = [("mine", "true")], ("asked", "true"), ("mine", "false")
# the list of the records of each kind, and what it is asked beside the year and the prefectures
_RECORDS = {
    TaskKind.RETURNED_REPORTS: ("reports", [("month", "%(month)s"), ("state", "returned"), _ASKED]),
    TaskKind.REPORTS_TO_REVIEW: ("reports", [("month", "%(month)s"), ("state", "submitted"), _ASKED, _OF_OTHERS]),
    TaskKind.OVERDUE_REPORTS: ("entries", [("not_submitted_in", "%(month)s")]),
    TaskKind.DUE_REPORTS: ("entries", [("not_submitted_in", "%(month)s")]),
    TaskKind.OUTSTANDING_REPORTS: ("entries", [("outstanding_in", "%(month)s")]),
    TaskKind.OVERDUE_MILESTONES: ("milestones", [*_MINE, ("overdue", "true")]),
    TaskKind.MILESTONES_DUE_SOON: ("milestones", [*_MINE, ("soon", "true")]),
    TaskKind.OVERDUE_PROBLEMS: ("problems", [*_MINE, ("overdue", "true")]),
    TaskKind.PROBLEMS_DUE_SOON: ("problems", [*_MINE, ("soon", "true")]),
    TaskKind.PROPOSALS_TO_DECIDE: ("proposals", [("waiting", "true")]),
    TaskKind.ANSWERED_PROPOSALS: ("proposals", [("waiting", "true")]),
}


class TaskRecord(ReadOnlySerializer):
    """So many records of a kind, in a year; of reports also in a month."""

    kind = serializers.ChoiceField(TaskKind.choices)
    number = serializers.IntegerField()
    waits = serializers.BooleanField(
        source="kind.is_for_reader",
        help_text=_("Whether it waits for the reader. Reports outstanding do not: the province waits for them."),
    )
    year = serializers.IntegerField(allow_null=True, help_text=_("That of the programme."))
    month = serializers.CharField(allow_null=True, help_text=_("The month that is reported, such as 2023-07."))
    day = serializers.DateField(
        allow_null=True, help_text=_("Of the most urgent one: when it is due, or since when it waits.")
    )
    records = serializers.SerializerMethodField(help_text=_("The list of exactly the records that the number counts."))

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_records(self, task: Task) -> str:
        name, asked = _RECORDS[task.kind]
        query = [("programme", str(task.year))] if task.year else []
        if name != "proposals":
            query += self.context["places"]
        query += [(key, value % {"month": str(task.month)}) for key, value in asked]
        return f"{reverse(f'api:{name}-list', request=self.context['request'])}?{urlencode(query)}"


class TaskList(ReadOnlySerializer):
    """What waits for the reader now, in the order of a person's list."""

    waiting = serializers.IntegerField(
        help_text=_(
            "How much waits for the reader: all kinds together but the reports that others still have to hand in."
        )
    )
    kinds = serializers.ListField(
        child=serializers.ChoiceField(TaskKind.choices),
        help_text=_("The kinds that the reader can have at all; none for who only reads."),
    )
    notice = serializers.CharField(
        allow_null=True,
        help_text=_(
            "That the account has no role yet, so that nothing can wait for it, and what to do; null otherwise."
        ),
    )
    tasks = TaskRecord(many=True)


class TasksView(RegisterView):
    """One list, of the present."""

    @extend_schema(
        summary=_("List the reader's tasks"),
        description=_(
            "What waits for the reader now, of whatever year: for a prefecture its reports returned, overdue and "
            "due, its milestones and problems overdue or due within 30 days, its proposals that were answered; for "
            "the province what is to be reviewed and decided, and what is overdue. Each number with the list of "
            "exactly its records."
        ),
        responses=TaskList,
    )
    def get(self, request: Request) -> Response:
        access = get_access(request.user)
        found, places = tasks_of(request.user), own_places(access)
        lacks_role = request.user.is_authenticated and not access.roles
        return Response(
            {
                "waiting": found.own_count,
                "kinds": [kind.value for kind in found.kinds],
                "notice": refusal(request.user) if lacks_role else None,
                "tasks": TaskRecord(found.items, many=True, context={"request": request, "places": places}).data,
            }
        )
