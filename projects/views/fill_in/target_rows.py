"""The workbook of a year's targets: what sources said of it, and rows for what they say next."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from projects.choices import Measure, Relation, SheetUnit, TargetKind, Unit
from projects.exports.fill_in import FillColumn, Kind
from projects.models import Programme, Target
from projects.money import READABLE
from projects.periods import MONTHS_OF_YEAR
from projects.totals.filters import visible
from projects.versioning.digests import digest_of
from projects.views import formatting, targets
from projects.views.report_sheet.sheet_unit import form_of
from sectors.models import Sector

from .report_rows import amount_column, beside_head, choice_column, head_of, in_units, text_column

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

    def columns(self) -> list[FillColumn]:
        most = READABLE // self.unit
        relations = tuple(str(each.label) for each in Relation)
        sectors = tuple(each.name for each in visible(Sector.objects.all(), self.user))
        counted = _("number, of what is counted")
        return [
            *self._keys(),
            *self._beside(),
            choice_column(Target, "relation", relations),
            amount_column(Target, "value", self.unit_name, (0, most), is_required=True, instead="number"),
            FillColumn("number", counted, Kind.COUNT, bounds=(0, 1_000_000), is_required=True, instead="value"),
            choice_column(Target, "sector", sectors),
            FillColumn("plan_share", _("share of the plan, as 79.9%"), bounds=(0, 8)),
            choice_column(Target, "plan_share_relation", relations),
            text_column(Target, "note_zh"),
            text_column(Target, "note_en"),
            FillColumn("version", _("version"), is_locked=True, is_hidden=True),
        ]

    def _keys(self) -> list[FillColumn]:
        """What a target is known by, which of a stored one nobody changes."""
        measure, kind, month, source = (
            partial(FillColumn, name, head_of(Target, name), is_locked=True)
            for name in ("measure", "kind", "through_month", "source")
        )
        measures, kinds = (tuple(str(each.label) for each in choices) for choices in (Measure, TargetKind))
        return [
            measure(kind=Kind.CHOICE, choices=measures, is_required=True, width=26),
            kind(kind=Kind.CHOICE, choices=kinds),
            month(kind=Kind.COUNT, bounds=(1, MONTHS_OF_YEAR)),
            source(bounds=(0, _LONGEST_ADDRESS), is_required=True, width=40),
        ]

    def _beside(self) -> list[FillColumn]:
        if not self.earlier:
            return []
        label = _("Value of %(year)s") % {"year": self.earlier.year}
        return [FillColumn("", beside_head(label), is_locked=True, width=18)]

    def rows(self) -> list[list[Any]]:
        return [self._row(each, "") for each in self.stored]

    def offered(self) -> list[list[Any]]:
        """What was said of the earlier year, once each, if it is not said of this one."""
        known = {self._about(each) for each in self.stored}
        earlier = {self._about(each): each for each in self._targets(self.earlier)} if self.earlier else {}
        return [self._row(self._blank(each), self._said(each)) for key, each in earlier.items() if key not in known]

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

    def _row(self, target: Target, earlier: str) -> list[Any]:
        in_money = target.unit == Unit.CNY
        share = target.plan_share
        return [
            target.get_measure_display(),
            target.get_kind_display(),
            target.through_month,
            " ".join(filter(None, target.source.natural_key())) if target.pk else "",
            *([earlier] if self.earlier else []),
            target.get_relation_display(),
            in_units(target.value, self.unit) if in_money else None,
            None if in_money else target.value,
            target.sector.name if target.sector else "",
            "" if share is None else formatting.percent(Fraction(share, _THOUSAND)),
            target.get_plan_share_relation_display(),
            target.note_zh,
            target.note_en,
            digest_of(target) if target.pk else "",
        ]
