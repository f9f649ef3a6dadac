"""Tasks of the reader: what waits for who asks, of whatever year; the numbers of the page and of the navigation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from projects.api.parameters import EVERYWHERE, Parameter
from projects.api.serializers.tasks import TaskList
from projects.monitoring.tasks import Task, tasks_of

from .base import RegisterView


class TasksView(RegisterView):
    """One list, of the present."""

    def known_parameters(self) -> Sequence[Parameter]:
        return EVERYWHERE

    @extend_schema(
        summary=_("List the reader's tasks"),
        description=_(
            "What waits for the reader now, of whatever year: for a prefecture its reports returned, overdue and "
            "due, its milestones and problems overdue or due within 30 days, its proposals that were answered; for "
            "the province what is to be reviewed and decided, and what is overdue. Counts only: the records are at "
            "their own lists."
        ),
        responses=TaskList,
    )
    def get(self, request: Request) -> Response:
        found = tasks_of(request.user)
        return Response(
            {
                "waiting": found.waiting,
                "kinds": [kind.value for kind in found.kinds],
                "tasks": [_written(task) for task in found.items],
            }
        )


def _written(task: Task) -> dict[str, Any]:
    return {
        "kind": task.kind.value,
        "number": task.number,
        "waits": task.kind.waits,
        "year": task.year,
        "month": str(task.month) if task.month else None,
        "day": task.day,
    }
