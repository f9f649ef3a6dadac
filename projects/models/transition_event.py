"""Abstract event of all workflows: a transition, by whom, when and with which words; written once, never changed."""

from __future__ import annotations

from typing import Any

from .base import AppendOnly


class TransitionEvent(AppendOnly):
    """One event."""

    subject_field: str  # the record that took the step

    class Meta(AppendOnly.Meta):
        abstract = True

    def __str__(self) -> str:
        return f"{self.subject} {self.get_action_display()}"  # type: ignore[attr-defined]

    @property
    def subject(self) -> Any:
        return getattr(self, self.subject_field)

    @property
    def owning_prefecture_id(self) -> int | None:
        return self.subject.owning_prefecture_id
