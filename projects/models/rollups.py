"""What triggers keep, see `projects.database.rollups`. Nothing else writes these tables."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from projects.choices import Basis, Measure

ALL, NO = 0, -1  # keys of a cell: of all records together; of those without one


_KNOWN, _COULD, _FIRST = _("records with a figure"), _("records that could have one"), _("entries beginning here")


def _sum(measure: Measure, counted: Any = "") -> models.BigIntegerField:
    label = format_lazy("{}: {}", measure.label, counted) if counted else format_lazy("{}", measure.label)
    return models.BigIntegerField(label, default=0)


class DataState(models.Model):
    """One row: the number of the state that the data is in.

    `frame` is the number of the last state in which something changed that records are read by: reference data,
    programmes with their targets, accounts and what they may see, which lists have projects and which months reports.
    """

    number = models.BigIntegerField(_("number"))
    frame = models.BigIntegerField(_("number of the frame"), default=0)
    written_in = models.BigIntegerField(_("transaction"), default=0)

    class Meta:
        verbose_name = _("state of the data")
        verbose_name_plural = _("states of the data")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.number)


class TableState(models.Model):
    """For each table of records the number of the state in which it was changed last.

    Of what belongs to the frame there are none: whatever is read is read by that.
    """

    name = models.CharField(_("table"), max_length=63, primary_key=True)
    number = models.BigIntegerField(_("number"))

    class Meta:
        verbose_name = _("state of a table")
        verbose_name_plural = _("states of tables")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name}: {self.number}"


class ReaderState(models.Model):
    """One row: another number after every change of a token, a session or an account, which say who asks."""

    number = models.BigIntegerField(_("number"))

    class Meta:
        verbose_name = _("state of the readers")
        verbose_name_plural = _("states of the readers")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.number)


class Cell(models.Model):
    """Sums over the projects of one key. Totals add up a few cells, however many projects there are.

    `programme` is the id of a programme, `ALL` for all projects whether they are on a list or not; `month` 0 for what is
    known of projects and entries, else that month's approved reports; `prefecture` and `chain_link` an id, `ALL` for all
    together or `NO` for records without one. Amounts are whole CNY; `…_known` counts the records with a figure,
    `…_first` the entries whose first figure is of this month.
    """

    pk = models.CompositePrimaryKey("programme", "month", "prefecture", "chain_link", "sector", "basis")
    programme = models.BigIntegerField(_("programme"))
    month = models.SmallIntegerField(_("month"))  # a check that it is positive would be a sixth of what a write pays
    prefecture = models.BigIntegerField(_("prefecture"))
    sector = models.BigIntegerField(_("sector"))
    chain_link = models.BigIntegerField(_("chain link"))
    basis = models.CharField(_("basis"), max_length=12, choices=Basis.choices)
    project_count = _sum(Measure.PROJECT_COUNT)
    total_investment = _sum(Measure.TOTAL_INVESTMENT)
    total_investment_known = _sum(Measure.TOTAL_INVESTMENT, _KNOWN)
    expected_revenue = _sum(Measure.EXPECTED_REVENUE)
    expected_revenue_known = _sum(Measure.EXPECTED_REVENUE, _KNOWN)
    transferred_count = _sum(Measure.TRANSFERRED_COUNT)
    transferred_count_known = _sum(Measure.TRANSFERRED_COUNT, _KNOWN)
    enterprises_attracted_of = _sum(Measure.ENTERPRISES_ATTRACTED, _COULD)
    planned_disbursement = _sum(Measure.PLANNED_DISBURSEMENT)
    planned_disbursement_known = _sum(Measure.PLANNED_DISBURSEMENT, _KNOWN)
    approved = _sum(Measure.REPORTS_APPROVED)
    disbursed = _sum(Measure.DISBURSED)
    disbursed_known = _sum(Measure.DISBURSED, _KNOWN)
    disbursed_first = _sum(Measure.DISBURSED, _FIRST)
    enterprises_attracted = _sum(Measure.ENTERPRISES_ATTRACTED)
    enterprises_attracted_known = _sum(Measure.ENTERPRISES_ATTRACTED, _KNOWN)
    enterprises_attracted_first = _sum(Measure.ENTERPRISES_ATTRACTED, _FIRST)

    class Meta:
        verbose_name = _("cell of sums")
        verbose_name_plural = _("cells of sums")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.programme}-{self.month:02} {self.prefecture} {self.sector} {self.chain_link} {self.basis}"
