"""What the events of all workflows share: a transition, by whom, when and with which words; written once, never changed."""

from __future__ import annotations

from typing import Any, Self

from django.db import models

from projects.access import access_of

from .base import RecordQuerySet


class TransitionEventQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> Self:
        """As for every record; the public is never told who did what, nor what was said of it."""
        return self.none() if access_of(user).public else super().visible_to(user)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refused: events are kept for as long as the register is."""
        raise TypeError("events are never deleted")


class TransitionEvent(models.Model):
    """One event. `database/constraint_triggers.py` refuses changes in the database, this class deletions."""

    subject_field: str  # the record that took the step

    objects = models.Manager.from_queryset(TransitionEventQuerySet)()

    class Meta:
        abstract = True
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.subject} {self.get_action_display()}"  # type: ignore[attr-defined]

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused, as for many."""
        raise TypeError("events are never deleted")

    @property
    def subject(self) -> Any:
        return getattr(self, self.subject_field)

    @property
    def owning_prefecture_id(self) -> int | None:
        return self.subject.owning_prefecture_id
