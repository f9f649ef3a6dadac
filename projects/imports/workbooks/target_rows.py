"""Rows of the targets of a year: what each would make of the number that a source said of a measure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from projects.choices import TargetKind, Unit
from projects.models import Source, Target
from projects.periods import PartialDate
from projects.text import listing

from .checks import CLEARED, RowCheck, Verdict
from .fields import NUMBER, PUBLISHED, UNIT, WorkbookKind
from .programme_rows import ProgrammeRows
from .project_lookup import pieces, said, value_of

_VALUES = ("value", NUMBER)


class TargetRows(ProgrammeRows):
    """A target is known by its measure, kind, month and source. Money and what is counted stand in columns of their own.

    A source is named by its address, with its day where several have that; one that is not known is made.
    """

    kind, model = WorkbookKind.TARGETS, Target
    keys = ("measure", "kind", "through_month", "source")

    def records(self) -> QuerySet:
        return super().records().select_related("source", "sector", "programme")

    def key_of(self, record: Target) -> Hashable:
        return record.measure, record.kind, record.through_month, record.source.natural_key()

    def said_key(self, row: RowCheck) -> Hashable:
        """A row without a source means the only one that said it."""
        key = (value_of(row, "measure"), value_of(row, "kind") or TargetKind.ANNOUNCED, value_of(row, "through_month"))
        if (source := value_of(row, "source")) is not None:
            return *key, source.natural_key()
        alike = [each for each in self.stored if each[:-1] == key]  # type: ignore[index]
        if len(alike) > 1:
            row.refuse("several", _("Several sources said it: say which by the address of the source."))
        return alike[0] if len(alike) == 1 else (*key, None)

    def prepare(self, rows: Sequence[RowCheck]) -> None:
        for row in rows:
            _put_day_behind(row)
            self._tell_number(row)
        known: dict[str, list[Source]] = defaultdict(list)
        for piece in pieces({_url_and_day(text)[0] for text in said(rows, "source")}):
            for source in Source.objects.filter(url__in=piece):
                known[source.url].append(source)
        for row in rows:
            cell = row.cell("source")
            if cell is not None and isinstance(cell.value, str):
                try:
                    cell.value = _source(cell.value, known)
                except ValidationError as error:
                    cell.refuse(getattr(error, "code", None) or "invalid", " ".join(error.messages))

    def _tell_number(self, row: RowCheck) -> None:
        """Where a column says of each row what its value counts, as our own file does, a number stands among the amounts."""
        cell, said_unit, measure = row.cell("value"), row.cell(UNIT), value_of(row, "measure")
        if UNIT not in self._judge.columns or cell is None or measure is None:
            return
        unit = Target(measure=measure).unit
        if said_unit is None:
            row.refuse("missing", _("Say its unit."), at="value")
        elif said_unit.verdict == Verdict.REFUSED:
            row.refuse("row", "")
        elif (unit == Unit.CNY) != (said_unit.value == Unit.CNY):
            told = _("It is an amount of money.") if unit == Unit.CNY else _("It is a number of %(unit)s, no amount.")
            row.refuse("other_unit", told % {"unit": unit.label}, at=UNIT)
        elif unit != Unit.CNY:
            cell.field = NUMBER

    def says_nothing(self, row: RowCheck) -> bool:
        """What a target of another year was of is offered in a workbook without its value and source."""
        return not any(row.cell(name) for name in (*_VALUES, "source"))

    def refuse_unfit(self, row: RowCheck, *, is_new: bool) -> None:
        unit = Target(measure=value_of(row, "measure")).unit
        fitting, other = _VALUES if unit == Unit.CNY else reversed(_VALUES)
        cell = row.cell(fitting)
        if row.cell(other) is not None:
            told = _("It is an amount of money.") if unit == Unit.CNY else _("It is a number of %(unit)s, no amount.")
            row.refuse("other_unit", told % {"unit": unit.label}, at=other)
        elif (is_new and cell is None) or (cell is not None and cell.value is CLEARED):
            row.refuse("missing", _("Say its value."), at=fitting)
        elif is_new and value_of(row, fitting) is None:
            row.refuse("row", "")
        elif is_new and value_of(row, "source") is None:
            row.refuse("missing", _("Say its source."), at="source")


def _put_day_behind(row: RowCheck) -> None:
    """The day of a source from a column of its own, as it would stand behind its address."""
    source, published = row.cell("source"), row.cell(PUBLISHED)
    if source and published and isinstance(source.value, str) and isinstance(published.value, PartialDate):
        source.value = f"{_url_and_day(source.value)[0]} {published.value}"


def _url_and_day(text: str) -> tuple[str, str]:
    url, _blank, day = " ".join(text.split()).partition(" ")
    return url, day


def _source(text: str, known: dict[str, list[Source]]) -> Source:
    """The source of an address, and of a day behind it; a new one where there is none. Raises `ValidationError`."""
    url, day = _url_and_day(text)
    published = PartialDate.parse(day) if day else None
    found: list[Any] = [each for each in known[url] if published in (None, each.published_on)]
    if len(found) > 1:
        days = listing(str(each.published_on or "—") for each in found)
        told = _("Sources of several days have this address: write one of them behind it, of %(days)s.")
        raise ValidationError(told % {"days": days}, code="several")
    if not found:
        made = Source(url=url)
        made.published_on = published
        made.full_clean_alone()
        known[url].append(made)
        found = [made]
    return found[0]
