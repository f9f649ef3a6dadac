"""Serializers of the reader's tasks: what waits, how many, until when."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_lazy as _

from projects.monitoring.tasks import Task, Tasks

from .by_type import TypedSerializer, Url


class TaskRecord(TypedSerializer):
    """So many records of a kind, in a year; of reports also in a month."""

    waits: Annotated[
        bool, _("Whether it waits for the reader. Reports outstanding do not: the province waits for them.")
    ]
    records: Annotated[Url, _("The list of exactly the records that the number counts.")]

    of = Task
    members = "kind number waits year month day records"
    texts = {
        "year": _("That of the programme."),
        "month": _("The month that is reported, such as 2023-07."),
        "day": _("Of the most urgent one: when it is due, or since when it waits."),
    }


class TaskList(TypedSerializer):
    """What waits for the reader now, in the order of a person's list."""

    notice: Annotated[
        str | None,
        _("That the account has no role yet, so that nothing can wait for it, and what to do; null otherwise."),
    ]
    tasks: list[TaskRecord]

    of = Tasks
    members = "waiting kinds notice tasks"
    texts = {
        "waiting": _(
            "How much waits for the reader: all kinds together but the reports that others still have to hand in."
        ),
        "kinds": _("The kinds that the reader can have at all; none for who only reads."),
    }
