"""The history of a project and of what belongs to it, one event for each revision, for the project's own page."""

from __future__ import annotations

from typing import Any

from projects.changelog.folding import folded
from projects.changelog.search import newest_of_project
from projects.models import Project

from . import links
from .changelog.changelog_rows import Event, events

MOST_EVENTS = 30


def changes(project: Project, user: Any) -> list[Event]:
    """The newest events first, at most `MOST_EVENTS`."""
    return events(folded(newest_of_project(project.code, user, size=MOST_EVENTS)), user, named=False)


def all_changes_url(project: Project) -> str:
    """The whole log of a project."""
    return links.page("changes", query=[("project", project.code)])
