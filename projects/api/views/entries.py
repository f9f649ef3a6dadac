"""Entries: projects' places on programmes' lists."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view

from projects.api.filters import EntryFilterSet
from projects.api.schema.examples import ENTRY_CHANGE
from projects.api.serializers.entries import EntryChange, EntryRecord
from projects.models import Entry

from .writing import WritableViewSet


@extend_schema_view(
    list=extend_schema(summary=_("List entries"), description=_("Which projects are on which programme's list.")),
    retrieve=extend_schema(summary=_("Show an entry")),
    create=extend_schema(summary=_("Put a project on a list"), examples=[ENTRY_CHANGE]),
    partial_update=extend_schema(summary=_("Change an entry")),
)
class EntryViewSet(WritableViewSet):
    model = Entry
    serializer_class = EntryRecord
    change_class = EntryChange
    filterset_class = EntryFilterSet
    related = ("project", "programme", "source")
