"""Tasks of the reader: what waits, how many, until when."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from projects.choices.tasks import TaskKind

from .base import ReadOnlySerializer


class TaskRecord(ReadOnlySerializer):
    """So many records of a kind, in a year; of reports also in a month."""

    kind = serializers.ChoiceField(TaskKind.choices)
    number = serializers.IntegerField()
    waits = serializers.BooleanField(
        help_text=_("Whether it waits for the reader. Reports outstanding do not: the province waits for them.")
    )
    year = serializers.IntegerField(allow_null=True, help_text=_("That of the programme."))
    month = serializers.CharField(allow_null=True, help_text=_("The month that is reported, such as 2023-07."))
    day = serializers.DateField(
        allow_null=True,
        help_text=_("Of the most urgent one: when it is due, or since when it waits."),
    )
    records = serializers.URLField(help_text=_("The list of exactly the records that the number counts."))


class TaskList(ReadOnlySerializer):
    """What waits for the reader now, in the order of a person's list."""

    waiting = serializers.IntegerField(help_text=_("How much waits for the reader, all kinds together."))
    kinds = serializers.ListField(
        child=serializers.ChoiceField(TaskKind.choices),
        help_text=_("The kinds that the reader can have at all; none for who only reads."),
    )
    tasks = TaskRecord(many=True)
