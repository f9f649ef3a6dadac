"""Unusual rows: what rules of plausibility will doubt of them when they are written, or a report when it is handed in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from projects.choices import Importance
from projects.models import PlausibilityRule
from projects.plausibility.checks import apply_kind, find_doubts
from projects.plausibility.rules import Doubt, Surroundings, get_kinds

from .checks import RowCheck

Rules = Mapping[str, PlausibilityRule]


def doubt_written(rows: Iterable[RowCheck], rules: Rules) -> None:
    """Say it at the cells, and keep for each row what has to be confirmed."""
    written = [row for row in rows if any(each.is_written for each in row.cells)]
    if not rules or not written:
        return
    around = Surroundings(records=[record for row in written for record in row.records])
    for row in written:
        for record in row.records:
            for doubt in find_doubts(record, rules, around) if record.changed_fields() else ():
                _say(row, doubt)
                if doubt.rule.importance == Importance.CONFIRM:
                    row.doubts.append(doubt)


def doubt_reports(rows: Iterable[RowCheck], rules: Rules) -> None:
    """Say it at the cells: of a draft nothing has to be confirmed before it is handed in."""
    reports = [(row, each) for row in rows for each in row.records if any(cell.is_written for cell in row.cells)]
    if not rules or not reports:
        return
    around = Surroundings(records=[report for _row, report in reports])
    for row, report in reports:
        for kind in get_kinds("monthlyreport"):
            rule = rules.get(kind.name.value)
            for doubt in apply_kind(kind, rule, report, around) if rule else ():
                _say(row, doubt)


def told_of(row: RowCheck, doubt: Doubt) -> dict[str, Any]:
    """A doubt as it is kept with an import, as JSON."""
    return {"row": row.row + 1, "code": str(doubt.rule.kind), "message": doubt.message, "field": doubt.field}


def _say(row: RowCheck, doubt: Doubt) -> None:
    """At its cell, if that is written and nothing is said there yet."""
    cell = row.cell(doubt.field)
    if cell is not None and cell.is_written and not cell.words:
        cell.code, cell.words = str(doubt.rule.kind), doubt.message
