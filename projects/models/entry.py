"""Entry: a project's place on one programme's list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import Combinable
from django.db.models.functions import ExtractMonth, ExtractYear
from django.db.models.lookups import GreaterThan, LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from projects.choices import Basis, Listed, ListStatus, PlanKind
from projects.history.revisions import by_hand
from projects.periods import MONTHS_OF_YEAR, Month

from .attribution import REPORTED_IN_WORDS, Attributed, ReporterField, reporter_has_a_figure
from .base import OfProject, RecordManager, RecordQuerySet, basis_field, published_has_source
from .fields import AmountField, FieldCheck, amount_in_range
from .programme import Programme
from .project import Project
from .revision import History
from .source import Source, source_field

JOINED_IS_ASKED = _("The year has begun: say on which day it joined the list, 1 January if from the start.")
HAS_REPORTS = _("There are monthly reports on this place on the list, so more is known of it than what was published.")
PLAN_IS_ON_RECORD = _("The announced plan is on record with this amount. Record the new one as a revised plan.")


def lacks_day_of_joining(programme: Programme | None, joined: dt.date | None) -> bool:
    """Whether it is still to be said on which day a place joined its list, of which nothing was said before or a day was.

    A list that is loaded whole is as it was announced: that its places are there from the start is what it says.
    """
    return joined is None and programme is not None and programme.has_begun


def was_on_list(joined: dt.date | None, left: dt.date | None, month: Month) -> bool:
    """Return whether an entry with these days is on its list of the month: `EntryQuerySet.on_list_in` for one.

    It is from the month in which it joined, and no more from the first day of the month in which it left.
    """
    return (joined is None or joined <= month.last_day) and (left is None or left > month.last_day)


def is_listed_after(listed_on: dt.date | None, last_day: dt.date) -> bool:
    """Return True if an entry was put on its list only after the last day for reports of a month.

    No report of that month is asked of it: who has to report is fixed when a round closes.
    """
    return listed_on is not None and listed_on > last_day


def listed_in(month: Month, path: str = "") -> Q:
    """The same as a condition on the entry at `path`."""
    joined = Q(**{f"{path}joined__isnull": True}) | Q(**{f"{path}joined__lte": month.last_day})
    return joined & (Q(**{f"{path}left__isnull": True}) | Q(**{f"{path}left__gt": month.last_day}))


def part_of_list(part: Listed, month: Month) -> Q:
    """Return entries in a part of one year's list, as it stands in a month of that year.

    Who is there at the start of the year or has joined since, less who has left, is on the list of the month.
    """
    january, last = Month(month.year, 1), month.last_day
    in_year = Q(left__isnull=True) | Q(left__gte=january.first_day)
    by_then = Q(joined__isnull=True) | Q(joined__lte=last)
    at_start = Q(joined__isnull=True) | Q(joined__lte=january.last_day)
    return {
        Listed.NOW: listed_in(month),
        Listed.START: at_start & in_year,
        Listed.JOINED: Q(joined__gt=january.last_day, joined__lte=last),
        Listed.LEFT: by_then & Q(left__gte=january.first_day, left__lte=last),
        Listed.LATER: Q(joined__gt=last),
    }[part]


def required_in_month_of(path: str) -> Q:
    """Return entries at `path` that are asked for the report of whatever month of their year the column `month` says."""
    then = _number_of_month(F(f"{path}programme__year"), F("month"))
    joined, left = (_number_of_month(ExtractYear(day), ExtractMonth(day)) for day in (f"{path}joined", f"{path}left"))
    begun = Q(**{f"{path}joined__isnull": True}) | Q(LessThanOrEqual(joined, then))
    goes_on = Q(**{f"{path}left__isnull": True}) | Q(GreaterThan(left, then))
    return ~Q(**{f"{path}basis": Basis.PUBLISHED}) & begun & goes_on


def _number_of_month(year: Combinable, month: Combinable) -> Combinable:
    return year * MONTHS_OF_YEAR + month


def changes_the_list() -> Q:
    """Return the condition for entries that joined the list on some day or leave it."""
    return Q(joined__isnull=False) | Q(left__isnull=False)


class EntryQuerySet(RecordQuerySet):
    def on_list_of(self, programme: Programme) -> Self:
        return self.filter(programme=programme)

    def on_list_in(self, month: Month) -> Self:
        """Return entries that are on their list of the month."""
        return self.filter(listed_in(month))

    def in_parts(self, parts: Iterable[str], month: Month) -> Self:
        """Return entries in any of these parts (`Listed`) of one year's list, as it stands in a month of that year."""
        found = Q(pk__in=[])
        for part in parts:
            found |= part_of_list(Listed(part), month)
        return self.filter(found)

    def asked_to_report(self) -> Self:
        """All but those known from publications only: no bureau reports on them."""
        return self.exclude(basis=Basis.PUBLISHED)


class Entry(OfProject, Attributed):
    """A project on the list of one programme, with that year's planned disbursement."""

    natural_key_fields = ("project__code", "programme__year")
    told_by_blank = ("joined", "left")
    counted = Q()
    attributed = ("planned_disbursement",)

    project = models.ForeignKey(Project, verbose_name=_("project"), on_delete=models.PROTECT, related_name="entries")
    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="entries"
    )
    planned_disbursement = AmountField(
        _("planned disbursement"), help_text=_("Whole CNY planned for the year. Blank: not known.")
    )
    status = models.CharField(
        _("new or continuing"),
        max_length=10,
        choices=ListStatus.choices,
        default=ListStatus.UNKNOWN,
        help_text=_("Continuing: under construction before the year began."),
    )
    disbursed_before = AmountField(
        _("disbursed before the year"),
        help_text=_("Whole CNY from the start of the project to the end of the year before. Blank: not known."),
    )
    joined = models.DateField(
        _("joined the list on"),
        null=True,
        blank=True,
        help_text=_("On the list from this day's month on. Blank: from the start of the year."),
    )
    left = models.DateField(
        _("left the list on"),
        null=True,
        blank=True,
        help_text=_("Off the list from the first day of this day's month on. Blank: it has not left."),
    )
    listed_on = models.DateField(
        _("put on the list on"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The day on which it was put on a list whose year had begun. Blank: with the list itself."),
    )
    basis = basis_field()
    source = source_field(related_name="entries")
    planned_disbursement_reported_by = ReporterField(_("planned disbursement reported by"), help_text=REPORTED_IN_WORDS)

    objects = RecordManager.from_queryset(EntryQuerySet)()
    history = History(found_by="project")

    class Meta:
        verbose_name = _("list entry")
        verbose_name_plural = _("list entries")
        ordering = ["-programme__year", "project__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "programme"],
                name="entry_is_one_for_each_project_and_programme",
                violation_error_message=_("This project is on this programme's list already."),
            ),
            amount_in_range("planned_disbursement", of="entry"),
            amount_in_range("disbursed_before", of="entry"),
            FieldCheck(
                name="entry_left_not_before_joined",
                field="left",
                condition=Q(joined__isnull=True) | Q(left__isnull=True) | Q(left__gte=F("joined")),
                violation_error_message=_("An entry cannot leave the list before it joined."),
            ),
            published_has_source(of="entry"),
            reporter_has_a_figure("planned_disbursement", of="entry"),
        ]
        # the few that are not asked for every report, which are looked up whatever the number of the others
        indexes = [
            models.Index(
                fields=["programme"],
                condition=Q(basis=Basis.PUBLISHED) | changes_the_list(),
                name="entry_not_always_asked",
            )
        ]

    def __str__(self) -> str:
        return f"{self.project.code} · {self.programme}"

    @property
    def is_asked(self) -> bool:
        """Whether a bureau reports on it; see `EntryQuerySet.asked_to_report`."""
        return self.basis != Basis.PUBLISHED

    @property
    def lost_day_of_joining(self) -> bool:
        """Whether the day that was said is taken away again, though the year has begun."""
        said = (self._stored or {}).get("joined")
        return said is not None and lacks_day_of_joining(self.programme, self.joined)

    def clean(self) -> None:
        if not self.is_asked and (self._stored or {}).get("basis") != self.basis and self._has_reports():
            raise ValidationError({"basis": HAS_REPORTS})
        if by_hand() and self.lost_day_of_joining:
            raise ValidationError({"joined": JOINED_IS_ASKED})
        on_record = [plan for plan in self.plans.all() if plan.kind == PlanKind.ANNOUNCED] if self.pk else []
        if any(plan.amount != self.planned_disbursement for plan in on_record):
            raise ValidationError({"planned_disbursement": PLAN_IS_ON_RECORD})
        if errors := self.origin_errors():
            raise ValidationError(errors)

    def _has_reports(self) -> bool:
        """Return whether anybody has reported on it; what was published of a month is no report of theirs."""
        return bool(self.pk) and self.reports.exclude(basis=Basis.PUBLISHED).exists()

    def name_source(self, figure: str, source: Source) -> None:
        """An entry has one source: naming that of its plan names the entry's own."""
        super().name_source(figure, source)
        self.source = source

    def _is_published(self, name: str) -> bool:
        return self.source_id is not None

    def _before_write(self) -> None:
        """Months that no bureau reported wait for its report, once the place on the list is said to be reported."""
        super()._before_write()
        if self._state.adding and by_hand() and self.programme.has_begun:
            self.listed_on = self.programme.today
        if not self._state.adding and self.becomes_reported():
            for report in self.reports.filter(basis=Basis.ILLUSTRATIVE):
                report.leave_to_bureau()
                report.save()
