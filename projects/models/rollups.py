"""Rollup tables, which triggers keep, see `projects.database.rollups`. Nothing else writes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core import checks
from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from projects.choices import Basis, Measure
from projects.choices.headlines import HEADLINES, RATIOS, Headline, Records
from projects.choices.kept_counts import KEPT_COUNTS, SHARE_KNOWN, STAGE_KNOWN
from projects.periods import MONTHS_OF_YEAR

from .entry import Entry
from .fields import RowOfField
from .project import Project
from .report import MonthlyReport

ALL, NO = 0, -1  # keys of a cell: of all records together; of those without one
CHANGES = 1_000  # months of a cell from here on are counted from the year 0 (`Month.serial`)


_NUMBERS = {
    "known": _("records with data"),
    "of": _("records that could have data"),
    "first": _("entries beginning here"),
    "below": _("what it is measured against"),
    "below_first": _("what those beginning here are measured against"),
}


class Cell(models.Model):
    """Sums over the projects of one key. Totals add up a few cells, however many projects there are.

    `programme` is the id of a programme, `ALL` for all projects whether they are on a list or not; `month` 0 for what is
    known of projects and entries, 1 to 12 for that month's approved reports (`approved_plan`: the plans for the year of
    their entries), and from `CHANGES` on for how the list changed in a month: what joined in it is added, what left in it
    is taken away; `prefecture` and `chain_link` an id, `ALL` for all together or `NO` for records without one. Amounts are
    whole CNY; `…_known` counts the records with a figure, `…_first` the entries whose first figure is of this month.

    Of entries that are on the list the whole year a month also has how many more, or fewer, meet a condition at its end
    than at the end of the one before (`choices/kept_counts.py`; month 0: before any report), and in `unbroken` how many
    have an approved report of each month up to it.
    """

    pk = models.CompositePrimaryKey("programme", "month", "prefecture", "chain_link", "sector", "basis")
    programme = models.BigIntegerField(_("programme"))
    month = models.SmallIntegerField(_("month"))  # a check that it is positive would be a sixth of what a write pays
    prefecture = models.BigIntegerField(_("prefecture"))
    sector = models.BigIntegerField(_("sector"))
    chain_link = models.BigIntegerField(_("chain link"))
    basis = models.CharField(_("basis"), max_length=12, choices=Basis.choices)
    approved = models.BigIntegerField(format_lazy("{}", Measure.REPORTS_APPROVED.label), default=0)
    approved_plan = models.BigIntegerField(_("plans of the year of entries with an approved report"), default=0)
    stage_known = models.BigIntegerField(_("entries whose stage is known"), default=0)
    share_known = models.BigIntegerField(_("entries with a plan and a report"), default=0)
    unbroken = models.BigIntegerField(_("entries with an approved report of each month"), default=0)

    class Meta:
        verbose_name = _("cell of sums")
        verbose_name_plural = _("cells of sums")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.programme}-{self.month:02} {self.prefecture} {self.sector} {self.chain_link} {self.basis}"

    @classmethod
    def check(cls, **kwargs: Any) -> list[checks.CheckMessage]:
        """Also that every headline figure has what it is made of: one without would be a wrong total."""
        return [*super().check(**kwargs), *_lacking_columns()]


for _headline in (*HEADLINES, *RATIOS):  # so whoever declares a figure has its columns made by the next migration
    for _kind, _name in _headline.rollup_columns.items():
        _label = _headline.measure.label
        _words = format_lazy("{}: {}", _label, _NUMBERS[_kind]) if _kind in _NUMBERS else _label
        Cell.add_to_class(_name, models.BigIntegerField(_words, default=0))
for _count in KEPT_COUNTS:
    Cell.add_to_class(_count.name, models.BigIntegerField(format_lazy("{}", _count.measure.label), default=0))
    if _count.known not in (STAGE_KNOWN, SHARE_KNOWN):
        _words = format_lazy("{}: {}", _count.measure.label, _NUMBERS["known"])
        Cell.add_to_class(_count.known, models.BigIntegerField(_words, default=0))


_RECORDS = {Records.PROJECTS: Project, Records.ENTRIES: Entry, Records.REPORTS: MonthlyReport}


def _columns_of(headline: Headline) -> Iterator[tuple[type[models.Model], str]]:
    """What a figure is made of: the columns that it reads, and those that its sums are in."""
    yield from ((Project, each.column) for each in (headline.counted, headline.unknown, headline.applies_to) if each)
    if headline.column:
        yield _RECORDS[headline.records], headline.column
    yield from ((Cell, name) for name in headline.rollup_columns.values())


def _lacking_columns() -> Iterator[checks.Error]:
    for headline in HEADLINES:
        for model, column in _columns_of(headline):
            if column not in {field.name for field in model._meta.fields}:
                file = f"{model.__module__.replace('.', '/')}.py"
                yield checks.Error(
                    f"The figure {headline.name} is made of a column {column}, which {file} does not have.",
                    hint="Add it there, or correct what projects/choices/headlines.py says of the figure.",
                    obj=Cell,
                    id="projects.E001",
                )


def up_to(month: int) -> int:
    """The bits of January to a month."""
    return 2 ** (month + 1) - 2


class ReportedMonths(models.Model):
    """What the reports of one entry come to, by months: a line of a long list is told from one row, not from twelve.

    The first seven are months as bits (2 for January): with an approved report, with one that was handed in, and of the
    approved ones those that show a beginning (a day of start, or money), say a stage beyond preparation, or say preparation,
    trial production or production. `done_6` is CNY disbursed from January to June by approved reports, `said_6` what the
    last of these expects of the year.
    """

    # triggers write it after the reports of an entry, so that the database need not look whether that is there
    entry = RowOfField(
        Entry,
        verbose_name=_("list entry"),
        primary_key=True,
        on_delete=models.DO_NOTHING,
        related_name="reported",
        db_column="entry",
        db_constraint=False,
    )
    approved = models.SmallIntegerField(_("months with an approved report"), default=0)
    arrived = models.SmallIntegerField(_("months with a submitted report"), default=0)
    begun = models.SmallIntegerField(_("months that show a beginning"), default=0)
    beyond = models.SmallIntegerField(_("months beyond preparation"), default=0)
    preparing = models.SmallIntegerField(_("months of preparation"), default=0)
    trial = models.SmallIntegerField(_("months of trial production"), default=0)
    producing = models.SmallIntegerField(_("months in production"), default=0)

    class Meta:
        verbose_name = _("reported months of an entry")
        verbose_name_plural = _("reported months of entries")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.pk)


for _month in range(1, MONTHS_OF_YEAR + 1):
    _done, _said = (
        format_lazy("{}: {}", Measure.DISBURSED.label, _month),
        format_lazy("{}: {}", Measure.FORECAST.label, _month),
    )
    ReportedMonths.add_to_class(f"done_{_month}", models.BigIntegerField(_done, null=True))
    ReportedMonths.add_to_class(f"said_{_month}", models.BigIntegerField(_said, null=True))
