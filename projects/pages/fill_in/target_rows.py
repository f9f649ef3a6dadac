"""The workbook of a year's targets: what sources said of it, and rows for what they say next."""

from __future__ import annotations

from fractions import Fraction
from operator import itemgetter
from typing import Any

from django.utils.translation import gettext as _

from projects.access import visible
from projects.choices import SheetUnit, Unit
from projects.exports.columns import build_head
from projects.exports.fill_in import CellKind, FillColumn
from projects.models import Programme, Target
from projects.money import READABLE
from projects.pages import formatting, targets
from projects.pages.report_sheet.sheet_unit import form_of
from projects.periods import MONTHS_OF_YEAR
from sectors.models import Sector

from .field_columns import FieldColumns, beside_head, in_units, version_column

_LONGEST_ADDRESS = 500
_THOUSAND = 1000


class TargetRows:
    """Columns and rows; with an `earlier` list what was said of it is offered for this one, without values and sources."""

    new_rows = 20

    def __init__(self, user: Any, programme: Programme, unit: SheetUnit, *, earlier: Programme | None = None) -> None:
        self.user, self.earlier = user, earlier
        self.form = form_of(unit)
        self.unit, self.unit_name = formatting.unit_of(self.form), formatting.money_unit(self.form)
        self.stored = self._targets(programme)

    @property
    def columns(self) -> list[FillColumn]:
        field = FieldColumns(Target, itemgetter(0))
        sectors = tuple(each.name for each in visible(Sector.objects.all(), self.user))
        counted = _("number, of what is counted")
        return [
            field("measure", is_locked=True, is_required=True, width=26),
            field("kind", is_locked=True),
            field("through_month", bounds=(1, MONTHS_OF_YEAR), is_locked=True),
            field(
                "source",
                kind=CellKind.TEXT,
                bounds=(0, _LONGEST_ADDRESS),
                value=_source,
                is_locked=True,
                is_required=True,
                width=40,
            ),
            *self._beside(),
            field("relation"),
            field(
                "value",
                head=build_head(Target._meta.get_field("value").verbose_name, self.unit_name),
                kind=CellKind.AMOUNT,
                bounds=(0, READABLE // self.unit),
                value=lambda row: in_units(row[0].value, self.unit) if row[0].unit == Unit.CNY else None,
                is_required=True,
                instead="number",
            ),
            FillColumn(
                "number",
                counted,
                lambda row: None if row[0].unit == Unit.CNY else row[0].value,
                CellKind.COUNT,
                bounds=(0, 1_000_000),
                is_required=True,
                instead="value",
            ),
            field("sector", choices=sectors),
            FillColumn("plan_share", _("share of the plan, as 79.9%"), _share, bounds=(0, 8)),
            field("plan_share_relation"),
            field("note_zh"),
            field("note_en"),
            version_column(lambda row: row[:1]),
        ]

    def _beside(self) -> list[FillColumn]:
        if not self.earlier:
            return []
        label = _("Value of %(year)s") % {"year": self.earlier.year}
        return [FillColumn("", beside_head(label), itemgetter(1), is_locked=True, width=18)]

    def rows(self) -> list[tuple[Target, str]]:
        """Each with what was said of it in the earlier year."""
        return [(each, "") for each in self.stored]

    def offered(self) -> list[tuple[Target, str]]:
        """What was said of the earlier year, once each, if it is not said of this one."""
        known = {self._about(each) for each in self.stored}
        earlier = {self._about(each): each for each in self._targets(self.earlier)} if self.earlier else {}
        return [(self._blank(each), self._said(each)) for key, each in earlier.items() if key not in known]

    def told(self) -> list[str]:
        return [
            _("What is counted stands in the column of numbers, money in that of amounts; one of them is filled in."),
            _("A source is the address of its page, with its day behind it; one that is not registered yet is made."),
        ]

    def _targets(self, programme: Programme) -> list[Target]:
        of_programme = visible(Target.objects.filter(programme=programme), self.user)
        return list(of_programme.select_related("programme", "sector", "source").order_by("measure", "kind", "id"))

    @staticmethod
    def _about(target: Target) -> tuple[str, str, int | None]:
        return target.measure, target.kind, target.through_month

    @staticmethod
    def _blank(target: Target) -> Target:
        names = ("measure", "kind", "through_month", "relation", "sector")
        return Target(**{name: getattr(target, name) for name in names})

    def _said(self, target: Target) -> str:
        found = targets.said(target, self.form)
        return f"{found.value} {found.unit}"


def _source(row: tuple[Target, str]) -> str:
    return " ".join(filter(None, row[0].source.natural_key())) if row[0].pk else ""


def _share(row: tuple[Target, str]) -> str:
    share = row[0].plan_share
    return "" if share is None else formatting.percent(Fraction(share, _THOUSAND))
