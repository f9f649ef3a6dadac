"""Milestone: a step on a project's way, when it was planned, is expected, was reached."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from projects.periods import SOON_AFTER
from projects.text import LONGEST_WORDS
from sectors.models import Named

from .base import OfProject, Record, RecordManager, RecordQuerySet, basis_field, published_has_source
from .project import Project
from .revision import History
from .source import source_field

ONE_OF_A_NAME = _("This project has a milestone of this name already.")
MOVING_NEEDS_REASON = _("A date that is moved needs a reason; write a new one for each move.")


def overdue_on(today: Any) -> Q:
    """Not reached although the day it is expected on has passed. The day may be a column."""
    return Q(actual__isnull=True) & (Q(expected__lt=today) | Q(expected__isnull=True, planned__lt=today))


class MilestoneQuerySet(RecordQuerySet):
    def overdue(self, today: Any) -> Self:
        return self.filter(overdue_on(today))

    def due_soon(self, today: Any) -> Self:
        """Not reached, and expected on this day or within the time that counts as soon."""
        ahead = self.filter(actual__isnull=True).annotate(expected_now=Coalesce("expected", "planned"))
        return ahead.filter(expected_now__gte=today, expected_now__lte=today + SOON_AFTER)


class Milestone(OfProject, Record, Named):
    """Planned once; expected may move, for a reason; actual is the day it was reached."""

    natural_key_fields = ("project__code", "name_zh")

    project = models.ForeignKey(Project, verbose_name=_("project"), on_delete=models.PROTECT, related_name="milestones")
    planned = models.DateField(_("planned for"))
    expected = models.DateField(_("expected on"), null=True, blank=True, help_text=_("Blank: as planned."))
    actual = models.DateField(_("reached on"), null=True, blank=True)
    reason = models.TextField(_("reason of the last move"), max_length=LONGEST_WORDS, blank=True)
    basis = basis_field()
    source = source_field(related_name="milestones")

    objects = RecordManager.from_queryset(MilestoneQuerySet)()
    history = History()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["project__code", "planned", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "name_zh"],
                name="milestone_has_its_name_once_in_a_project",
                violation_error_message=ONE_OF_A_NAME,
            ),
            published_has_source(of="milestone"),
        ]
        # what is overdue is counted for every page of whoever has tasks
        indexes = [
            models.Index(
                Coalesce("expected", "planned"),
                "project",
                condition=Q(actual__isnull=True),
                name="milestone_unreached_by_day",
            )
        ]

    def clean(self) -> None:
        errors: dict[str, Any] = {}
        before = self._stored
        if before is not None and self._was_moved(before):
            if not self.reason.strip() or self.reason == before["reason"]:
                errors["reason"] = MOVING_NEEDS_REASON
        elif before is None and self.expected and self.planned and self.expected != self.planned and not self.reason:
            errors["reason"] = MOVING_NEEDS_REASON
        if errors:
            raise ValidationError(errors)

    def _was_moved(self, before: dict[str, Any]) -> bool:
        return self.planned != before["planned"] or self.due != (before["expected"] or before["planned"])

    @property
    def due(self) -> dt.date:
        """The day it is expected on now."""
        return self.expected or self.planned

    def is_overdue(self, today: dt.date) -> bool:
        return self.actual is None and self.due < today

    @property
    def days_moved(self) -> int:
        """Days that the expected (or actual) day is after the planned one; negative when before."""
        return ((self.actual or self.due) - self.planned).days
