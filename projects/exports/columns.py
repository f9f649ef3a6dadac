"""Columns of a table of records, each with its head, unit and place in the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

Record = Mapping[str, Any]
Cell = str | int | float | bool | None


@dataclass(frozen=True)
class ExportColumn:
    """One column. `path` leads to the value in the record; `label`, `unit` and words may be translated later.

    `codes` are those that it may hold, each with its words: cells keep them as machines read them.
    """

    path: tuple[str, ...]
    label: Any
    unit: Any = ""
    codes: Sequence[tuple[Cell, Any]] = ()

    @property
    def head(self) -> str:
        """What stands above the column: its label, and the unit in brackets."""
        return str(format_lazy(_("{label} ({unit})"), label=self.label, unit=self.unit) if self.unit else self.label)

    def cell(self, record: Record) -> Cell:
        """The value of a record; None where nothing is known."""
        value: Any = record
        for name in self.path:
            if value is None:
                return None
            value = value.get(name)
        return _plain(value)


def _plain(value: Any) -> Cell:
    """Lists of texts and numbers become one text, whatever has parts of its own its JSON."""
    if isinstance(value, Mapping):
        return orjson.dumps(value).decode()
    if isinstance(value, list | tuple):
        if any(isinstance(each, Mapping | list) for each in value):
            return orjson.dumps(list(value)).decode()
        return "; ".join(map(str, value)) or None
    return None if value == "" else value
