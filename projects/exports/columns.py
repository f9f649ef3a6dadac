"""Columns of tables: each has a `head`, a `cell` for each record, and the `codes` that its cells may hold, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import orjson
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

Record = Mapping[str, Any]
Cell = str | int | float | bool | Decimal | None
_PLACES = 6  # of what is no whole number, such as a share in per cent: more than any page shows


@dataclass(frozen=True)
class ExportColumn:
    """One column. `path` leads to the value in the record; `label`, `unit` and words may be translated later.

    `codes` are those that it may hold, each with its words: cells keep them as machines read them.
    """

    path: tuple[str, ...]
    label: Any
    unit: Any = ""
    codes: Sequence[tuple[Cell, Any]] = ()
    number_format = ""  # as it is

    @property
    def head(self) -> str:
        """What stands above the column: its label, and the unit in brackets."""
        return build_head(self.label, self.unit)

    def cell(self, record: Record) -> Cell:
        """The value of a record; None where nothing is known."""
        value: Any = record
        for name in self.path:
            if value is None:
                return None
            value = value.get(name)
        return _flatten(value)


def build_head(label: Any, unit: Any) -> str:
    """What stands above a column: its label, and the unit in brackets if it has one."""
    return str(format_lazy(_("{label} ({unit})"), label=label, unit=unit) if unit else label)


def round_exactly(value: Fraction) -> int | Decimal:
    """Return a number as it is where decimals can say it; else, such as a third, with more places than a page shows."""
    if value.denominator == 1:
        return int(value)
    found = Decimal(value.numerator) / Decimal(value.denominator)
    return Decimal(f"{found if Fraction(found) == value else round(found, _PLACES):f}".rstrip("0").rstrip("."))


def _flatten(value: Any) -> Cell:
    """Lists of texts and numbers become one text, whatever has parts of its own its JSON."""
    if isinstance(value, Mapping):
        return orjson.dumps(value).decode()
    if isinstance(value, list | tuple):
        if any(isinstance(each, Mapping | list) for each in value):
            return orjson.dumps(list(value)).decode()
        return "; ".join(map(str, value)) or None
    return None if value == "" else value
