"""What a cell would write, in words: an amount in the unit of tables, the name of what a code stands for."""

from __future__ import annotations

from functools import cache
from typing import Any

from projects.exports.columns import build_head
from projects.imports.workbooks.fields import FIELDS

from .. import formatting


class CellWords:
    """Of the cells of one kind of workbook. What codes stand for is read once."""

    def __init__(self, kind: str) -> None:
        self._fields = FIELDS[kind]
        self.names = cache(self._read_names)

    def field(self, name: str) -> str:
        """As people call it; an amount with its unit."""
        found = self._fields.get(name)
        if found is None:
            return name
        label = formatting.sentence_case(found.label)
        return build_head(label, formatting.money_unit() if found.is_amount else "")

    def text(self, name: str, value: Any) -> str:
        """Empty for what is not known."""
        found = self._fields.get(name)
        if value is None or found is None:
            return "" if value is None else str(value)
        if found.is_amount and isinstance(value, int):
            return formatting.exact_money(value)
        return self.names(name).get(value, str(value))

    def _read_names(self, name: str) -> dict[Any, str]:
        """Of what a field may say: its choices, or the records that it names by their code."""
        model = self._fields[name].model
        field = next((each for each in model._meta.concrete_fields if each.name == name), None) if model else None
        if field is None:
            return {}
        if field.related_model is None:
            return {value: str(label) for value, label in field.flatchoices}
        code = next((each for each in ("code", "adcode") if hasattr(field.related_model, each)), "")
        return (
            {
                getattr(each, code): str(getattr(each, "name", each))
                for each in field.related_model._default_manager.all()
            }
            if code
            else {}
        )
