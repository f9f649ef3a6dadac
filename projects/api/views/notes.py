"""Notes about figures, projects and reports."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view

from projects.api.filters import NoteFilterSet
from projects.api.schema.examples import NOTE_CHANGE, NOTE_PATCH
from projects.api.serializers.notes import NoteChange, NotePatch, NoteRecord
from projects.models import Note

from .writing import WritableViewSet


@extend_schema_view(
    list=extend_schema(
        summary=_("List notes"),
        description=_("Remarks about figures, projects and reports, for who may read what they are about. Not public."),
    ),
    retrieve=extend_schema(summary=_("Show a note")),
    create=extend_schema(summary=_("Add a note"), examples=[NOTE_CHANGE]),
    partial_update=extend_schema(
        summary=_("Change a note"), description=_("Its words, by its author alone."), examples=[NOTE_PATCH]
    ),
)
class NoteViewSet(WritableViewSet):
    model = Note
    serializer_class = NoteRecord
    change_class = NoteChange
    patch_class = NotePatch
    filterset_class = NoteFilterSet
    related = ("author", "programme", "project", "sector", "prefecture")
