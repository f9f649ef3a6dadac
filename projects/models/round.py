"""Round: the month of a programme in which prefectures report, when it opens, is due and closes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects.choices import RoundState
from projects.periods import LAST_DAY, MONTHS_OF_YEAR, Month

from .base import Record, RecordManager, RecordQuerySet
from .entry import Entry
from .fields import FieldCheck, MonthNumberField, Unique, month_in_year
from .programme import Programme
from .revision import History

CLOSES_BEFORE_DUE = _("A round cannot close before it is due.")
OPENS_BEFORE_MONTH = _("A round cannot open before its month begins, on %(day)s.")
CLOSES_WITHIN_MONTH = _("A round cannot close before its month is over, on %(day)s.")
YEARS_LATER = _("The days of a round lie within a year after its month: this one not after %(day)s.")
ITS_MONTH_STAYS = _("There are reports of %(month)s: the round of this month stays as it is their round.")
MOST_GRACE = 366
LONGEST_AFTER = dt.timedelta(days=366)  # how long after its month a round can last
GRACE_BEYOND_CLOSE = _("The grace period goes beyond the day on which the round closes.")


class RoundQuerySet(RecordQuerySet):
    def of_month(self, month: Month) -> Self:
        return self.filter(programme__year=month.year, month=month.number)


class Round(Record):
    """A reporting round: one for each programme and month. Its today is the programme's, never the server's clock."""

    natural_key_fields = ("programme__year", "month")

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="rounds"
    )
    month = MonthNumberField(_("month"), help_text=_("The month that is reported, 1 to 12."))
    opens = models.DateField(_("opens on"))
    due = models.DateField(
        _("due on"), help_text=_("The last day on which a report is on time, without the grace period.")
    )
    grace_days = models.PositiveSmallIntegerField(
        _("grace period, days"),
        default=0,
        help_text=_("Days after the due date on which a report is still counted as on time."),
    )
    closes = models.DateField(
        _("closes on"), help_text=_("The last day for reports. A change after it is a correction with a reason.")
    )

    punctual_until = models.DateField(
        _("counted as on time until"),
        editable=False,
        help_text=_("The last day on which a report is counted as on time: due date and grace period."),
    )

    objects = RecordManager.from_queryset(RoundQuerySet)()
    history = History()

    class Meta:
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        ordering = ["-programme__year", "-month", "id"]
        constraints = [
            Unique(
                fields=["programme", "month"],
                name="round_is_one_for_each_programme_and_month",
                violation_error_message=_("There is a round for this month already."),
            ),
            month_in_year("month", of="round"),
            FieldCheck(
                name="round_due_not_before_open",
                field="due",
                condition=Q(due__gte=F("opens")),
                violation_error_message=_("A round cannot be due before it opens."),
            ),
            models.CheckConstraint(
                name="round_closes_not_before_due",
                condition=Q(closes__gte=F("due")),
                violation_error_message=CLOSES_BEFORE_DUE,
            ),
            models.CheckConstraint(
                name="round_grace_lies_between_due_and_close",
                condition=Q(punctual_until__gte=F("due"), punctual_until__lte=F("closes")),
                violation_error_message=GRACE_BEYOND_CLOSE,
            ),
        ]

    def __str__(self) -> str:
        return str(self.period)

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Keep the derived day in step: the database compares days, but cannot add days on both kinds."""
        if isinstance(self.due, dt.date) and isinstance(self.grace_days, int):
            grace = min(max(self.grace_days, 0), MOST_GRACE)
            self.punctual_until = min(self.due, LAST_DAY) + dt.timedelta(days=grace)  # a later one is refused below
        super().clean_fields(exclude=exclude)

    def clean(self) -> None:
        errors: dict[str, Any] = self._outside_its_month()
        if before := self._left_month():
            errors["month"] = ITS_MONTH_STAYS % {"month": before}
        if self.due and self.closes and self.closes < self.due:
            errors["closes"] = CLOSES_BEFORE_DUE
        elif self.due and self.closes and self.punctual_until and self.punctual_until > self.closes:
            errors["grace_days"] = GRACE_BEYOND_CLOSE
            self.punctual_until = self.closes  # never stored: so that the constraint does not say it again
        if errors:
            raise ValidationError(errors)

    def _left_month(self) -> Month | None:
        """Return the month whose round it was, if it is to be that of another though there are reports of it."""
        if self._stored is None or not {"programme", "month"} & set(self.changed_fields()):
            return None
        programme, month = self._stored["programme_id"], self._stored["month"]
        reported = Entry.objects.filter(programme=programme, reports__month=month).select_related("programme").first()
        return Month(reported.programme.year, month) if reported else None

    def _outside_its_month(self) -> dict[str, Any]:
        """A round may open within its month, as where reports are due on the 25th; all of the month is reported. A day more
        than a year later is a slip: by then even the last correction is in.
        """
        if self.programme_id is None or self.month not in range(1, MONTHS_OF_YEAR + 1):
            return {}  # which their fields say
        first, last = self.period.first_day, self.period.last_day
        errors = {}
        if self.opens and self.opens < first:
            errors["opens"] = OPENS_BEFORE_MONTH % {"day": first.isoformat()}
        if self.closes and self.closes < last:
            errors["closes"] = CLOSES_WITHIN_MONTH % {"day": last.isoformat()}
        latest = last + LONGEST_AFTER
        for name in ("opens", "due", "closes"):
            if (day := getattr(self, name)) and day > latest:
                errors[name] = YEARS_LATER % {"day": latest.isoformat()}
        return errors

    @property
    def period(self) -> Month:
        return Month(self.programme.year, self.month)

    @property
    def state(self) -> RoundState:
        today = self.programme.today
        if today < self.opens:
            return RoundState.PLANNED
        if today <= self.punctual_until:
            return RoundState.OPEN
        return RoundState.LATE if today <= self.closes else RoundState.CLOSED

    @classmethod
    def needed_by(cls, keys: Iterable[Any]) -> dict[type[models.Model], models.QuerySet]:
        """Return the reports of these rounds' months by model: they need them unnamed (`base.get_dependents`)."""
        reports: Any = Entry.reports.rel.related_model
        return {reports: reports.objects.in_rounds(keys)}

    @property
    def days_left(self) -> int:
        """Days until it is due; negative when the day has passed."""
        return (self.due - self.programme.today).days

    def entries(self) -> models.QuerySet:
        """Return the entries that are asked for a report: on the list in the round's month."""
        return self.entries_on_list().asked_to_report()

    def entries_on_list(self) -> models.QuerySet:
        """These and the others on the list in that month, of which nothing is known but what was published."""
        return Entry.objects.filter(programme=self.programme_id).on_list_in(self.period)
