"""Columns and filters of records that belong to a project, directly or by its place on a list."""

from __future__ import annotations

from operator import attrgetter

from django.utils.translation import gettext_lazy as _

from projects.models import Prefecture, Programme

from .display import basis_mark, column
from .filters import SelectFilter, reference_filter


class OfProject:
    """Columns that name the project of a row, and its basis. Mixed into an admin of projects' records."""

    list_display_links = ("project_code", "project_name")
    search_fields: tuple[str, ...] = ("project__code", "project__name_zh", "project__name_en")
    search_help_text = _("Code or name of the project")

    project_code = column(_("code"), attrgetter("project.code"), order="project__code")
    project_name = column(_("project"), attrgetter("project.name"), order="project__name_zh")
    basis_column = column(_("basis"), lambda record: basis_mark(record.basis), order="basis")


class OfEntry(OfProject):
    """The same for records of a list entry."""

    search_fields = ("entry__project__code", "entry__project__name_zh", "entry__project__name_en")

    project_code = column(_("code"), attrgetter("entry.project.code"), order="entry__project__code")
    project_name = column(_("project"), attrgetter("entry.project.name"), order="entry__project__name_zh")
    programme_column = column(
        _("programme"), lambda record: str(record.entry.programme), order="entry__programme__year"
    )


def programme_filter(path: str) -> type[SelectFilter]:
    return reference_filter("programme", _("programme"), Programme, key="year", path=path)


def prefecture_filter(path: str) -> type[SelectFilter]:
    return reference_filter("prefecture", _("prefecture"), Prefecture, key="adcode", path=path, none=_("not known"))
