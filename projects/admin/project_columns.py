"""Columns and filters of records that belong to a project, directly or by its place on a list."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from projects.models import Prefecture, Programme

from .display import basis_mark
from .filters import SelectFilter, reference_filter


class OfProject:
    """Columns that name the project of a row, and its basis. Mixed into an admin of projects' records."""

    list_display_links = ("project_code", "project_name")
    search_fields: tuple[str, ...] = ("project__code", "project__name_zh", "project__name_en")
    search_help_text = _("Code or name of the project")

    @admin.display(description=_("code"), ordering="project__code")
    def project_code(self, record: Any) -> str:
        return record.project.code

    @admin.display(description=_("project"), ordering="project__name_zh")
    def project_name(self, record: Any) -> str:
        return record.project.name

    @admin.display(description=_("basis"), ordering="basis")
    def basis_column(self, record: Any) -> str:
        return basis_mark(record.basis)


class OfEntry(OfProject):
    """The same for records of a list entry."""

    search_fields = ("entry__project__code", "entry__project__name_zh", "entry__project__name_en")

    @admin.display(description=_("code"), ordering="entry__project__code")
    def project_code(self, record: Any) -> str:
        return record.entry.project.code

    @admin.display(description=_("project"), ordering="entry__project__name_zh")
    def project_name(self, record: Any) -> str:
        return record.entry.project.name

    @admin.display(description=_("programme"), ordering="entry__programme__year")
    def programme_column(self, record: Any) -> str:
        return str(record.entry.programme)


def programme_filter(path: str) -> type[SelectFilter]:
    return reference_filter("programme", _("programme"), Programme, key="year", path=path)


def prefecture_filter(path: str) -> type[SelectFilter]:
    return reference_filter("prefecture", _("prefecture"), Prefecture, key="adcode", path=path, none=_("not known"))
