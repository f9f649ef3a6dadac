"""Columns of a table as they are asked about: what each is taken for, from where its unit is, what has to be said of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from projects import money
from projects.imports.workbooks.fields import FIELDS, may_clear
from projects.imports.workbooks.mapping import Certainty, Question
from projects.workbook_imports.reading import ColumnRead

from .. import formatting
from ..filter_form import Choice

FIELD, UNIT, CLEARS = "field-", "unit-", "clears-"  # before the letters of a column
NOT_SAID = "?"  # the choice of a column that is still asked about
_UNITS = (money.WAN, money.YI, 1)


@dataclass(frozen=True)
class ColumnRow:
    """One column with the choices that are offered for it."""

    letters: str
    head: str
    samples: str
    fields: list[Choice]
    units: list[Choice]
    unit_from: str
    clears: bool
    may_clear: bool
    certainty: str
    certainty_label: str
    errors: list[str]


def column_rows(
    kind: str,
    columns: Iterable[ColumnRead],
    said: Mapping[str, Any] | None,
    errors: Mapping[str, list[str]] | None,
) -> list[ColumnRow]:
    """`said` is a mapping by letters; None: as the heads say. Without `errors` what must be said is asked."""
    rows = _Rows(kind, said)
    return [rows.row(each, _errors(each, errors if said is not None else None)) for each in columns]


class _Rows:
    def __init__(self, kind: str, said: Mapping[str, Any] | None) -> None:
        self._kind, self._fields, self._said = kind, FIELDS[kind], said
        self._labels = [(name, formatting.sentence_case(each.label)) for name, each in self._fields.items()]

    def row(self, column: ColumnRead, errors: list[str]) -> ColumnRow:
        found: dict[str, Any] = {
            "field": NOT_SAID if column.question == Question.FIELD else column.field,
            "unit": column.unit,
        }
        said = found if self._said is None else self._said.get(column.letters, {"field": NOT_SAID if errors else ""})
        chosen, unit = said.get("field", ""), said.get("unit") or column.unit or ""
        is_amount = chosen in self._fields and self._fields[chosen].is_amount
        return ColumnRow(
            letters=column.letters,
            head=column.head,
            samples=formatting.listing(list(column.samples)),
            fields=[Choice(value, label, value == chosen) for value, label in self._offered(column)],
            units=[
                Choice(value, label, value == str(unit))
                for value, label in [("", "—"), *((str(each), str(money.UNIT_NAMES[each])) for each in _UNITS)]
            ]
            if is_amount or unit or errors or column.question
            else [],
            unit_from=column.unit_from,
            clears=bool(said.get("blank_clears")),
            may_clear=may_clear(self._kind, chosen),
            certainty="ask" if column.question else column.certainty,
            certainty_label=str(Certainty(column.certainty).label),
            errors=errors,
        )

    def _offered(self, column: ColumnRead) -> list[tuple[str, str]]:
        """What is likely comes first."""
        likely = [each for each in self._labels if each[0] in column.suggestions]
        others = [each for each in self._labels if each[0] not in column.suggestions]
        asked = [(NOT_SAID, _("please choose"))] if column.question == Question.FIELD else []
        return [*asked, *likely, ("", _("not imported")), *others]


def _errors(column: ColumnRead, errors: Mapping[str, list[str]] | None) -> list[str]:
    if errors is not None:
        return list(errors.get(column.letters, ()))
    return [str(Question(column.question).label)] if column.question else []


def mapping_said(data: QueryDict, letters: Iterable[str]) -> tuple[dict[str, dict[str, Any]], dict[str, list[str]]]:
    """The mapping that a form says, and by column what was left open in it."""
    said: dict[str, dict[str, Any]] = {}
    errors: dict[str, list[str]] = {}
    for each in letters:
        field, unit = data.get(FIELD + each, ""), data.get(UNIT + each, "")
        if field == NOT_SAID:
            errors[each] = [str(Question.FIELD.label)]
            continue
        number = int(unit) if unit.isascii() and unit.isdecimal() and len(unit) < 12 else unit or None
        said[each] = {"field": field, "unit": number, "blank_clears": CLEARS + each in data}
    return said, errors
