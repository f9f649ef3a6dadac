"""Doubts about what a load has stored: of many new records at once, by a number of queries that does not grow with them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from projects.models import Entry, MonthlyReport, PlausibilityRule, Programme, Project
from projects.versioning.revisions import Draft

from .asking import doubts_about, rules_of
from .kinds import kinds_about
from .kinds.kind import Doubt
from .surroundings import KnownMonths


class _Loaded(KnownMonths):
    """Around new records that are stored by now. What is said of a project and its list is said of the entry."""

    def __init__(self, records: Sequence[Any]) -> None:
        super().__init__(_reports({record.entry_id for record in records if isinstance(record, MonthlyReport)}))
        self._names = _names([record for record in records if isinstance(record, Entry)])

    def changes(self, record: Any) -> set[str]:
        return {field.name for field in record._meta.concrete_fields}

    def entries(self, project: Project) -> list[Entry]:
        return []

    def namesake(self, project: Project, programme: Programme) -> str:
        codes = self._names.get((programme.pk, project.name_zh), ())
        return next((code for code in codes if code != project.code), "")


def doubts_about_new(records: Sequence[Any], draft: Draft) -> Iterator[Doubt]:
    """What the rules find in records that the revision under way has inserted, in their order."""
    rules: Mapping[str, PlausibilityRule] = rules_of(draft)
    records = [record for record in records if kinds_about(record._meta.model_name)]
    if not rules or not records:
        return
    around = _Loaded(records)
    for record in records:
        yield from doubts_about(record, rules, around)


def _names(entries: Sequence[Entry]) -> dict[tuple[int, str], list[str]]:
    """The codes of the projects of a name on a list, for the names of these entries' projects."""
    found: dict[tuple[int, str], list[str]] = {}
    names = {entry.project.name_zh for entry in entries}
    rows = Entry.objects.filter(
        programme__in={entry.programme_id for entry in entries}, project__name_zh__in=names
    ).order_by("project__code")
    for programme, name, code in rows.values_list("programme_id", "project__name_zh", "project__code"):
        found.setdefault((programme, name), []).append(code)
    return found


def _reports(entries: Collection[int]) -> dict[int, list[MonthlyReport]]:
    found: dict[int, list[MonthlyReport]] = {}
    for report in MonthlyReport.objects.filter(entry__in=entries).order_by("entry_id", "month"):
        found.setdefault(report.entry_id, []).append(report)
    return found
