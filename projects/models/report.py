"""What a bureau reports for one entry and month."""

from __future__ import annotations

from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.choices import Basis, ReportState
from projects.periods import Month

from .base import PUBLISHED_NEEDS_SOURCE, Record, RecordManager, RecordQuerySet, published_has_source
from .entry import Entry
from .fields import AmountField, MonthNumberField, amount_in_range, month_in_year
from .revision import History
from .source import Source

APPROVED_NEEDS_AMOUNT = _("An approved report says how much was disbursed; 0 is an answer, blank is not.")


class ReportQuerySet(RecordQuerySet):
    def approved(self) -> Self:
        """The only reports that feed totals: drafts are not facts."""
        return self.filter(state=ReportState.APPROVED)


class MonthlyReport(Record):
    """Money actually invested in one month (完成投资) in one entry, and the state of the report."""

    natural_key_fields = ("entry__project__code", "entry__programme__year", "month")
    prefecture_path = "entry__project__prefecture_id"

    entry = models.ForeignKey(Entry, verbose_name=_("list entry"), on_delete=models.PROTECT, related_name="reports")
    month = MonthNumberField(_("month"), help_text=_("Month of the programme's year, 1 to 12."))
    disbursed = AmountField(_("disbursed"), help_text=_("Whole CNY in this month. Blank: not reported."))
    enterprises_attracted = models.PositiveIntegerField(
        _("enterprises attracted"), null=True, blank=True, help_text=_("For parks: in this month.")
    )
    state = models.CharField(_("state"), max_length=9, choices=ReportState.choices, default=ReportState.DRAFT)
    basis = models.CharField(_("basis"), max_length=12, choices=Basis.choices, default=Basis.REPORTED)
    source = models.ForeignKey(
        Source, verbose_name=_("source"), null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )

    objects = RecordManager.from_queryset(ReportQuerySet)()
    history = History()

    class Meta:
        verbose_name = _("monthly report")
        verbose_name_plural = _("monthly reports")
        ordering = ["-entry__programme__year", "entry__project__code", "month"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "month"],
                name="report_is_one_for_each_entry_and_month",
                violation_error_message=_("There is a report for this entry and month already."),
            ),
            month_in_year("month", of="report"),
            amount_in_range("disbursed", of="report"),
            models.CheckConstraint(
                name="report_approved_has_an_amount",
                condition=~Q(state=ReportState.APPROVED) | Q(disbursed__isnull=False),
                violation_error_message=APPROVED_NEEDS_AMOUNT,
            ),
            published_has_source(of="report"),
        ]

    def __str__(self) -> str:
        return f"{self.entry.project.code} {self.period}"

    def clean(self) -> None:
        if self.state == ReportState.APPROVED and self.disbursed is None:
            raise ValidationError({"disbursed": APPROVED_NEEDS_AMOUNT})
        if self.basis == Basis.PUBLISHED and not self.source_id:
            raise ValidationError({"source": PUBLISHED_NEEDS_SOURCE})

    @property
    def owning_prefecture_id(self) -> int | None:
        return self.entry.project.prefecture_id

    @property
    def period(self) -> Month:
        return Month(self.entry.programme.year, self.month)
