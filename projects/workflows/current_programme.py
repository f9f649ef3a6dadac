"""The current programme: the province chooses which one pages, search, the API and files show by default."""

from __future__ import annotations

from django.utils import timezone

from projects.history.revisions import create_revision
from projects.models import Programme


def choose(programme: Programme, *, reason: str = "") -> Programme:
    """Make it the current one, until another is chosen. Who and when stand in its history; a second time changes nothing."""
    with create_revision(reason=reason):
        newest = Programme.objects.exclude(chosen_at=None).order_by("-chosen_at").first()
        if newest is None or newest.pk != programme.pk:
            programme.chosen_at = timezone.now()
            programme.save()
    return programme
