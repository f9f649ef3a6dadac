"""The history of a project and of what belongs to it, one event for each revision, for the project's own page."""

from __future__ import annotations

from typing import Any

from projects.changes.search import fold_drafts, get_project_groups
from projects.models import Project

from . import links
from .changes.changelog_rows import Event, events
from .table_files import files_at

MOST_EVENTS = 30


def changes(project: Project, user: Any) -> list[Event]:
    """The newest events first, at most `MOST_EVENTS`."""
    return events(fold_drafts(get_project_groups(project.code, user, size=MOST_EVENTS)), user, named=False)


def of_project(project: Project) -> list[tuple[str, str]]:
    """What the whole log of a project is asked by."""
    return [("project", project.code)]


def all_changes_url(query: list[tuple[str, str]]) -> str:
    """The whole log of a record."""
    return links.page("changes", query=query)


def files_of_changes(query: list[tuple[str, str]]) -> list[links.PageLink]:
    """The same as files."""
    return files_at(lambda **asked: links.page("changes", query=[*query, *asked.items()]))
