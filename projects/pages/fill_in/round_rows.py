"""The workbook of a year's rounds: the days of each month, and months that have none yet."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Any

from projects.access import visible
from projects.choices import SheetUnit
from projects.exports.fill_in import FillColumn
from projects.models import Programme, Round
from projects.models.round import MOST_GRACE
from projects.periods import MONTHS_OF_YEAR

from .field_columns import FieldColumns, version_column

_DAYS = ("opens", "due", "closes")


class RoundRows:
    """Columns and rows; with an `earlier` list its months are offered for this one, with their days as much later."""

    unit, unit_name = 1, ""  # it has no amounts

    def __init__(self, user: Any, programme: Programme, _unit: SheetUnit, *, earlier: Programme | None = None) -> None:
        self.user, self.programme, self.earlier = user, programme, earlier
        self.stored = self._rounds(programme)
        self.new_rows = MONTHS_OF_YEAR - len(self.stored) - len(self.offered())

    @property
    def columns(self) -> list[FillColumn]:
        within = dt.date(self.programme.year, 1, 1), dt.date(self.programme.year + 1, 12, 31)
        field = FieldColumns(Round, lambda row: row)
        opens, due, closes = (field(name, bounds=within, is_required=True) for name in _DAYS)
        return [
            field("month", bounds=(1, MONTHS_OF_YEAR), is_locked=True, is_required=True),
            opens,
            due,
            field("grace_days", bounds=(0, MOST_GRACE)),
            closes,
            version_column(lambda row: (row,)),
        ]

    def rows(self) -> list[Round]:
        return self.stored

    def offered(self) -> list[Round]:
        """The months of the earlier year that this one has no round of."""
        known = {each.month for each in self.stored}
        earlier = self._rounds(self.earlier) if self.earlier else []
        return [self._later(each) for each in earlier if each.month not in known]

    def told(self) -> list[str]:
        return []

    def _rounds(self, programme: Programme) -> list[Round]:
        return list(visible(Round.objects.filter(programme=programme), self.user).order_by("month"))

    def _later(self, earlier: Round) -> Round:
        """Its days as many years later as the list is."""
        years = self.programme.year - self.earlier.year if self.earlier else 0
        days = {name: _moved(getattr(earlier, name), years) for name in _DAYS}
        return Round(month=earlier.month, grace_days=earlier.grace_days, **days)


def _moved(day: dt.date, years: int) -> dt.date:
    """The same day of another year, the last one of February where that is shorter."""
    year = day.year + years
    return dt.date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))
