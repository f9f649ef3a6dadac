"""Unusual rows: what rules of plausibility will doubt of them when they are written, or a report when it is handed in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from projects.choices import Importance
from projects.models import Entry, MonthlyReport, PlausibilityRule, Programme, Project
from projects.plausibility.asking import doubts_about, found_by
from projects.plausibility.kinds import kinds_about
from projects.plausibility.kinds.kind import Doubt
from projects.plausibility.surroundings import KnownMonths, Surroundings

from .checks import RowCheck

Rules = Mapping[str, PlausibilityRule]


class _OfManyRows(Surroundings):
    """Asks each thing once for all rows."""

    def __init__(self, projects: Iterable[Project]) -> None:
        super().__init__()
        self._places: dict[int, list[Entry]] | None = None
        self._keys = {project.pk for project in projects if project.pk is not None}
        self._names: dict[int, dict[str, list[tuple[str, int]]]] = {}

    def entries(self, project: Project) -> list[Entry]:
        if self._places is None:
            self._places = defaultdict(list)
            for entry in Entry.objects.filter(project__in=self._keys).select_related("programme").order_by("pk"):
                self._places[entry.project_id].append(entry)
        found = self._places.get(project.pk or 0, [])
        for entry in found:
            entry.project = project
        return found

    def namesake(self, project: Project, programme: Programme) -> str:
        if programme.pk not in self._names:
            names = self._names[programme.pk] = defaultdict(list)
            for name, code, key in Project.objects.on_list_of(programme).values_list("name_zh", "code", "pk"):
                names[name].append((code, key))
        others = [code for code, key in self._names[programme.pk].get(project.name_zh, ()) if key != project.pk]
        return min(others, default="")


def doubt_register(rows: Iterable[RowCheck], rules: Rules) -> None:
    """Say it at the cells, and keep for each row what has to be confirmed."""
    written = [row for row in rows if any(each.is_written for each in row.cells)]
    around = _OfManyRows(record for row in written for record in row.records if isinstance(record, Project))
    for row in written if rules else ():
        for record in row.records:
            for doubt in doubts_about(record, rules, around) if record.changed_fields() else ():
                _say(row, doubt)
                if doubt.rule.importance == Importance.CONFIRM:
                    row.doubts.append(doubt)


def doubt_reports(rows: Iterable[RowCheck], rules: Rules) -> None:
    """Say it at the cells: of a draft nothing has to be confirmed before it is handed in."""
    reports = [(row, each) for row in rows for each in row.records if any(cell.is_written for cell in row.cells)]
    if not rules or not reports:
        return
    earlier: dict[int, list[Any]] = defaultdict(list)
    entries = {report.entry_id for _row, report in reports}
    for each in MonthlyReport.objects.filter(entry__in=entries).order_by("entry", "month"):
        earlier[each.entry_id].append(each)
    around = KnownMonths(earlier)
    for row, report in reports:
        for kind in kinds_about("monthlyreport"):
            rule = rules.get(kind.name.value)
            for doubt in found_by(kind, rule, report, around) if rule else ():
                _say(row, doubt)


def told_of(row: RowCheck, doubt: Doubt) -> dict[str, Any]:
    """A doubt as it is kept with an import, as JSON."""
    return {"row": row.row + 1, "code": str(doubt.rule.kind), "message": doubt.message, "field": doubt.field}


def _say(row: RowCheck, doubt: Doubt) -> None:
    """At its cell, if that is written and nothing is said there yet."""
    cell = row.cell(doubt.field)
    if cell is not None and cell.is_written and not cell.words:
        cell.code, cell.words = str(doubt.rule.kind), doubt.message
