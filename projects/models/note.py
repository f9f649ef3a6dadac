"""Note: what somebody remarks about a figure, a project or a report, with the period that it speaks of."""

from __future__ import annotations

from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from projects.access import get_access
from projects.choices import Measure
from projects.periods import Month
from projects.text import LONGEST_WORDS
from sectors.models import Sector

from .base import Record, RecordManager, RecordQuerySet, person_field
from .fields import MonthNumberField, month_in_year
from .places import Prefecture
from .programme import Programme
from .project import Project
from .report import MonthlyReport
from .revision import History

ONE_SUBJECT = _("A note is about a project, one of its reports, or a figure of a programme: about one of them.")
ONLY_A_FIGURE_IS_NARROWED = _("Only a figure of a programme is narrowed to a sector or prefecture.")
REPORT_OF_ANOTHER = _("This report belongs to another project.")


class NoteQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Whoever may read the subject reads the note; the public reads none, because notes name persons.

        A note about a figure of a whole programme is for those who read the whole, one about a prefecture's part also for
        those who read that prefecture.
        """
        access = get_access(user)
        if access.public:
            return self.none()
        if access.reads_all:
            return self.all()
        return self.filter(access.rows(self.model.prefecture_path) | access.rows("prefecture_id"))

    def about_project(self, project: int, programme: int) -> Self:
        """Notes about a project and its reports that speak of a programme's year."""
        return self.filter(project=project, programme=programme)

    def about_figure(self, figure: str, programme: Programme | int) -> Self:
        """Notes about a figure of a programme, of the whole and of its parts."""
        return self.filter(figure=figure, programme=programme)


class Note(Record):
    """A remark with its author and day, about a month of a programme's year or the whole of it."""

    natural_key_fields = ("programme__year", "day", "author__username", "text")
    prefecture_path = "project__prefecture_id"

    text = models.TextField(_("note"), max_length=LONGEST_WORDS)
    author = person_field(pgettext_lazy("note", "author"), related_name="notes", null=False)
    day = models.DateField(_("day"), help_text=_("The working date of the programme when it was written."))
    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="notes"
    )
    month = MonthNumberField(
        _("month"), null=True, blank=True, help_text=_("The month that it speaks of, 1 to 12. Blank: the whole year.")
    )
    project = models.ForeignKey(
        Project, verbose_name=_("project"), null=True, blank=True, on_delete=models.CASCADE, related_name="notes"
    )
    report = models.ForeignKey(
        MonthlyReport,
        verbose_name=_("monthly report"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="notes",
    )
    figure = models.CharField(
        _("figure"), max_length=30, choices=Measure.choices, blank=True, help_text=_("Of the programme's total.")
    )
    sector = models.ForeignKey(
        Sector, verbose_name=_("sector"), null=True, blank=True, on_delete=models.PROTECT, related_name="notes"
    )
    prefecture = models.ForeignKey(
        Prefecture, verbose_name=_("prefecture"), null=True, blank=True, on_delete=models.PROTECT, related_name="notes"
    )

    objects = RecordManager.from_queryset(NoteQuerySet)()
    history = History()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["-day", "-id"]
        constraints = [
            month_in_year("month", of="note"),
            models.CheckConstraint(
                name="note_is_about_one_subject",
                condition=Q(figure="", project__isnull=False)
                | (~Q(figure="") & Q(project__isnull=True, report__isnull=True)),
                violation_error_message=ONE_SUBJECT,
            ),
            models.CheckConstraint(
                name="note_only_a_figure_is_narrowed",
                condition=~Q(figure="") | Q(sector__isnull=True, prefecture__isnull=True),
                violation_error_message=ONLY_A_FIGURE_IS_NARROWED,
            ),
        ]

    def __str__(self) -> str:
        subject = self.project.code if self.project_id else self.get_figure_display()
        return f"{subject} {self.period}"

    def clean_fields(self, exclude: Any = None) -> None:
        if self.report_id:
            self.project, self.programme = self.project or self.report.entry.project, self.report.entry.programme
            self.month = self.report.month
        if self.day is None and self.programme_id:
            self.day = self.programme.today
        super().clean_fields(exclude=exclude)

    def clean(self) -> None:
        self.text = self.text.strip()
        if not self.text:
            raise ValidationError({"text": self._meta.get_field("text").error_messages["blank"]})
        if not self.figure and (self.sector_id or self.prefecture_id):
            raise ValidationError({"sector" if self.sector_id else "prefecture": ONLY_A_FIGURE_IS_NARROWED})
        if self.report_id and self.report.entry.project_id != self.project_id:
            raise ValidationError({"report": REPORT_OF_ANOTHER})

    @property
    def its_author_id(self) -> int:
        """Who alone may change it; see `access.may`."""
        return self.author_id

    @property
    def owning_prefecture_id(self) -> int | None:
        if self.report_id and not self.project_id:  # a new one that names its report alone
            return self.report.owning_prefecture_id
        return self.project.prefecture_id if self.project_id else self.prefecture_id

    @property
    def period(self) -> str:
        """The period that it speaks of: 2023-06 or 2023."""
        year = self.programme.year
        return str(Month(year, self.month)) if self.month else str(year)
