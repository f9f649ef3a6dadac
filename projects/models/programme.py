"""Programme and target: a year's list, and the numbers announced, revised, monitored or reported for it."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from projects import periods
from projects.choices import Measure, Relation, TargetKind, Unit
from projects.history import as_of
from projects.periods import MONTHS_OF_YEAR, Month
from projects.text import LONGEST_WORDS, bilingual
from sectors.models import Named

from .base import Record
from .fields import MonthNumberField, TargetField, Unique, month_in_year, target_in_range
from .revision import History

ROUND_OPENS = _("The round opens on %(day)s.")
MONTH_NOT_OVER = _("%(month)s is not over: it is reported from %(day)s on.")
SHARE_OF_MONEY = _("A share of the plan, with its meaning, is given of money disbursed.")


DAY_OF_ANOTHER_YEAR = _(
    "The months of %(year)s are prepared and reported from %(first)s to %(last)s: a day of another year would have every "
    "report late, or none. Leave it blank to go by the calendar."
)


class Programme(Record, Named):
    """One year's announced list of key projects."""

    natural_key_fields = fixed_fields = ("year",)

    year = models.PositiveSmallIntegerField(
        _("year"),
        unique=True,
        validators=[MinValueValidator(periods.EARLIEST), MaxValueValidator(periods.LATEST)],
    )

    reporting_day = models.DateField(
        _("working date"),
        null=True,
        blank=True,
        help_text=_("The working date of the rounds of this programme. Blank: the calendar."),
    )
    light_rule = models.ForeignKey(
        "projects.LightRule",
        verbose_name=_("light rule"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="programmes",
        help_text=_("How lights are computed. Blank: none are."),
    )

    chosen_at = models.DateTimeField(
        _("selected as the current programme at"),
        null=True,
        blank=True,
        help_text=_("The one that was selected last is what pages, search, API and files show by default."),
    )

    history = History()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["-year"]

    def __str__(self) -> str:
        return str(self.year)

    def clean(self) -> None:
        if not isinstance(self.reporting_day, dt.date) or not isinstance(self.year, int):
            return
        first, last = self.year - 1, self.year + 1
        if not first <= self.reporting_day.year <= last:
            told = DAY_OF_ANOTHER_YEAR % {"year": self.year, "first": first, "last": last}
            raise ValidationError({"reporting_day": told})

    @property
    def has_begun(self) -> bool:
        """Whether its year has: who is put on the list from then on has a day on which it joined."""
        return self.today >= dt.date(self.year, 1, 1)

    @cached_property
    def opening_days(self) -> dict[int, dt.date]:
        """When its rounds open, by month. Read once: a load asks for each of its reports."""
        return dict(self.rounds.values_list("month", "opens"))

    def refused_until(self, month: int | None) -> str:
        """Return why nothing is reported of a month yet; "" once its round is open, or without a round the month is over."""
        if month is None or not 1 <= month <= MONTHS_OF_YEAR:  # which its field says
            return ""
        opens = self.opening_days.get(month)
        day = opens or Month(self.year, month).last_day + dt.timedelta(days=1)
        if self.today >= day:
            return ""
        said = str(ROUND_OPENS if opens else MONTH_NOT_OVER)
        return said % {"day": day.isoformat(), "month": Month(self.year, month)}

    @property
    def today(self) -> dt.date:
        """The day that counts as today for the programme's rounds: a past year keeps its own.

        Of a past state it is the day of that, unless the programme's own is earlier.
        """
        if self.reporting_day is None:
            return as_of.today()
        return min(self.reporting_day, as_of.today()) if as_of.get_as_of() else self.reporting_day


class Target(Record):
    """One number that was said of a programme: what it measures, how it is meant, who said it."""

    natural_key_fields = ("programme__year", "measure", "kind", "through_month", "source__url")

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="targets"
    )
    measure = models.CharField(_("measure"), max_length=30, choices=Measure.choices)
    kind = models.CharField(_("kind"), max_length=10, choices=TargetKind.choices, default=TargetKind.ANNOUNCED)
    relation = models.CharField(_("relation"), max_length=10, choices=Relation.choices, default=Relation.EXACTLY)
    value = TargetField(
        _("value"),
        help_text=_("Whole CNY for money; otherwise a number of projects or enterprises."),
    )
    plan_share = models.PositiveSmallIntegerField(
        _("share of the plan, in tenths of a percent"),
        null=True,
        blank=True,
        help_text=_("Where the source says what share of the year's plan this money is: 799 for 79.9%."),
    )
    plan_share_relation = models.CharField(
        _("meaning of the share of the plan"), max_length=10, choices=Relation.choices, blank=True, default=""
    )
    through_month = MonthNumberField(
        _("through month"),
        null=True,
        blank=True,
        help_text=_("For numbers that speak of January to a month: that month, 1 to 12. Blank for the year."),
    )
    sector = models.ForeignKey(
        "sectors.Sector",
        verbose_name=_("of this sector"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="targets",
        help_text=_("For a number that speaks of a part of the list. Blank: of all of it."),
    )
    source = models.ForeignKey(
        "projects.Source", verbose_name=_("source"), on_delete=models.PROTECT, related_name="targets"
    )
    note_zh = models.TextField(_("note, Chinese"), max_length=LONGEST_WORDS, blank=True)
    note_en = models.TextField(_("note, English"), max_length=LONGEST_WORDS, blank=True)

    note = bilingual("note")

    history = History()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["-programme__year", "measure", "kind", "through_month", "id"]
        constraints = [
            Unique(
                "programme",
                "measure",
                "kind",
                Coalesce("through_month", 0),
                "source",
                name="target_is_said_once_by_a_source",
                violation_error_message=_("This source's number for this measure is registered already."),
            ),
            target_in_range("value", of="target"),
            models.CheckConstraint(
                name="target_share_of_plan_is_of_money_disbursed",
                condition=models.Q(plan_share__isnull=True, plan_share_relation="")
                | models.Q(plan_share__isnull=False, plan_share__gt=0)
                & models.Q(plan_share_relation__in=Relation.values, measure=Measure.DISBURSED),
                violation_error_message=SHARE_OF_MONEY,
            ),
            month_in_year("through_month", of="target"),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.get_measure_display()} ({self.get_kind_display()})"

    @property
    def unit(self) -> Unit:
        return Measure(self.measure).unit

    @property
    def end_month(self) -> Month | None:
        """The month through which the number speaks, None for the whole year."""
        return Month(self.programme.year, self.through_month) if self.through_month else None
