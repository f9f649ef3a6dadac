"""Columns of the fields of a model in a workbook to be filled in: what stands above, what fits in, what a record says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import DateField, Field, ForeignKey, IntegerField, Model
from django.utils.translation import gettext as _

from projects.exports.columns import build_head
from projects.exports.fill_in import CellKind, FillColumn
from projects.history.digests import digest_of
from projects.models.fields import AmountField
from projects.money import READABLE, in_unit
from projects.periods import partial_dates
from projects.text import LONGEST_WORDS

_MOST_COUNTED = 1_000_000


@dataclass(frozen=True)
class FieldColumns:
    """Makes the columns of one model, whose record `of` finds in a row. Amounts are in `unit`, and `most` CNY at most."""

    model: type[Model]
    of: Callable[[Any], Any]
    unit: int = 1
    unit_name: str = ""
    most: int = READABLE

    def __call__(self, name: str, **more: Any) -> FillColumn:
        field: Any = self.model._meta.get_field(name)
        head = build_head(field.verbose_name, self.unit_name if isinstance(field, AmountField) else "")
        return FillColumn(**{"name": name, "head": head, "value": self._value_of(field), **self._fits(field), **more})

    def _fits(self, field: Any) -> dict[str, Any]:
        if isinstance(field, AmountField):
            return {"kind": CellKind.AMOUNT, "bounds": (0, self.most // self.unit)}
        if field.choices:
            return {"kind": CellKind.CHOICE, "choices": tuple(str(label) for _value, label in field.choices)}
        if field.name in partial_dates(self.model):
            return {}
        if isinstance(field, ForeignKey | DateField):
            return {"kind": CellKind.CHOICE if isinstance(field, ForeignKey) else CellKind.DAY}
        if isinstance(field, IntegerField):
            return {"kind": CellKind.COUNT, "bounds": (0, _MOST_COUNTED)}
        return {"bounds": (0, field.max_length or LONGEST_WORDS), "width": 28}

    def _value_of(self, field: Field) -> Callable[[Any], Any]:
        partial_date = partial_dates(self.model).get(field.name)

        def value(row: Any) -> Any:
            record = self.of(row)
            if partial_date:
                return str(getattr(record, partial_date) or "")
            said = getattr(record, field.name)
            if isinstance(field, AmountField):
                return in_units(said, self.unit)
            if field.choices:
                return getattr(record, f"get_{field.name}_display")() if said else ""
            return said.name if isinstance(said, Model) else said

        return value


def in_units(amount: int | None, unit: int) -> Decimal | None:
    return None if amount is None else Decimal(in_unit(amount, unit))


def beside_head(label: str, unit: str = "") -> str:
    """The head of what stands beside to look at, which nobody reads back."""
    return _("For reference·%(label)s") % {"label": build_head(label, unit)}


def version_column(records: Callable[[Any], Sequence[Model]]) -> FillColumn:
    """The hidden one: of which state of its records a row was made; those that are new have none."""

    def value(row: Any) -> str:
        return " ".join(digest_of(record) for record in records(row) if record.pk)

    return FillColumn("version", _("version"), value, is_locked=True, is_hidden=True)
