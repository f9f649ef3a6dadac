"""Serializers of the change feed: a page of it."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from projects.changes.kinds import all_kinds
from projects.choices import Channel

from .base import ReadOnlySerializer, Record
from .by_type import TypedSerializer, Url

EVENTS = ("created", "restored", "changed", "deleted", "entered", "left")


class ChangedField(ReadOnlySerializer):
    """A field before and after, called and written as lists do; null for no value. Other records are named by their key."""

    field = serializers.CharField()
    before = serializers.JSONField()  # any JSON, null as well
    after = serializers.JSONField()


class ChangeRecord(Record):
    """One record that one revision wrote."""

    revision = serializers.IntegerField()
    at = serializers.DateTimeField(help_text=_("When it was recorded here."))
    known_on = serializers.DateField(help_text=_("The day on which it became known: published, approved, decided."))
    door = serializers.ChoiceField(Channel.choices)
    user = serializers.CharField(allow_null=True, help_text=_("Null for the public, and for programs."))
    reason = serializers.CharField(allow_null=True, help_text=_("Null for the public."))
    undoes = serializers.IntegerField(allow_null=True, help_text=_("The revision that this one takes back."))
    event = serializers.ChoiceField(
        EVENTS,
        help_text=_("entered: it could not be seen by you before; left: it, and what belongs to it, cannot any more."),
    )
    kind = serializers.ChoiceField([kind.name for kind in all_kinds()])
    id = serializers.IntegerField()
    project = serializers.CharField(allow_null=True, help_text=_("Code of the project that it belongs to."))
    name = serializers.CharField()
    url = serializers.URLField(allow_null=True, help_text=_("Where it can be read; null where it cannot."))
    changes = ChangedField(many=True)


class ChangesPage(TypedSerializer):
    """Changes in the order of commits."""

    results: list[ChangeRecord]
    after: Annotated[int, _("Everything up to this revision has been told: go on from it.")]
    newest: Annotated[int, _("The newest revision when this was read.")]
    next: Annotated[Url | None, _("The next page; null: that is all for now.")]
