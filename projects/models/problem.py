"""Problem: what stands in a project's way, its kind, who is to solve it, by when, and how far that has come."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects.choices import ProblemKind, ProblemState
from projects.periods import SOON_AFTER
from projects.text import LONGEST_LINE, LONGEST_WORDS

from .base import OfProject, Record, RecordManager, RecordQuerySet, basis_field, published_has_source
from .fields import FieldCheck
from .project import Project
from .revision import History
from .source import source_field

STEP_NEEDS_NOTE = _("Say in a few words what was done; write a new note for each change of state.")


class ProblemQuerySet(RecordQuerySet):
    def open(self) -> Self:
        return self.exclude(state=ProblemState.SOLVED)

    def overdue(self, today: dt.date) -> Self:
        """Not solved although the day set for it has passed."""
        return self.open().filter(due__lt=today)

    def due_soon(self, today: Any) -> Self:
        """Not solved, and to be so on this day or within the time that counts as soon."""
        return self.open().filter(due__gte=today, due__lte=today + SOON_AFTER)


class Problem(OfProject, Record):
    """A problem of a project. Each change of its state carries a note; the history of both is its log."""

    natural_key_fields = ("project__code", "raised_on", "description")

    project = models.ForeignKey(Project, verbose_name=_("project"), on_delete=models.PROTECT, related_name="problems")
    kind = models.CharField(_("kind"), max_length=11, choices=ProblemKind.choices)
    description = models.TextField(_("description"), max_length=LONGEST_WORDS)
    solver = models.CharField(
        _("to be solved by"), max_length=LONGEST_LINE, blank=True, help_text=_("Office or person.")
    )
    raised_on = models.DateField(_("raised on"))
    due = models.DateField(_("deadline"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=11, choices=ProblemState.choices, default=ProblemState.OPEN)
    note = models.TextField(_("last step"), max_length=LONGEST_WORDS, blank=True, help_text=_("What was done last."))
    solved_on = models.DateField(_("solved on"), null=True, blank=True)
    basis = basis_field()
    source = source_field(related_name="problems")

    objects = RecordManager.from_queryset(ProblemQuerySet)()
    history = History()

    class Meta:
        verbose_name = _("problem")
        verbose_name_plural = _("problems")
        ordering = ["project__code", "-raised_on", "id"]
        constraints = [
            FieldCheck(
                name="problem_solved_has_its_day",
                field="solved_on",
                condition=Q(state=ProblemState.SOLVED, solved_on__isnull=False)
                | (~Q(state=ProblemState.SOLVED) & Q(solved_on__isnull=True)),
                violation_error_message=_(
                    "A solved problem has the day on which it was solved, and only a solved one has."
                ),
            ),
            FieldCheck(
                name="problem_solved_not_before_raised",
                field="solved_on",
                condition=Q(solved_on__isnull=True) | Q(solved_on__gte=F("raised_on")),
                violation_error_message=_("A problem cannot be solved before it was raised."),
            ),
            published_has_source(of="problem"),
        ]
        # what is overdue is counted for every page of whoever has tasks
        indexes = [
            models.Index(
                fields=["due", "project"], condition=~Q(state=ProblemState.SOLVED), name="problem_unsolved_by_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.project.code} {self.get_kind_display()}"

    def clean(self) -> None:
        errors: dict[str, Any] = {}
        before = self._stored
        if before is not None and before["state"] != self.state and self.note.strip() in ("", before["note"].strip()):
            errors["note"] = STEP_NEEDS_NOTE
        if errors:
            raise ValidationError(errors)

    def is_overdue(self, today: dt.date) -> bool:
        return self.state != ProblemState.SOLVED and self.due is not None and self.due < today
