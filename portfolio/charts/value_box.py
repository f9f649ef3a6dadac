"""Value box of a point of a chart: what it is, its values, and a last line with unit, coverage and basis.

The script `charts.js` puts it beside the point; without it the point has its label and the table below its values.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

_WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class ValueBox:
    head: str
    rows: tuple[tuple[str, str], ...]
    note: str = ""

    @property
    def data(self) -> str:
        """As an attribute holds it; values that are not known are left out."""
        return _WRITER.encode([self.head, [row for row in self.rows if row[1]], self.note])
