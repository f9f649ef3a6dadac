"""Plausibility of bulk writes: asked of by a number of queries that does not grow with the records of a load."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from projects.history.revisions import Draft
from projects.models import Entry, MonthlyReport, PlausibilityRule, Programme, Project, Target

from .asking import AROUND, doubts_about, rules_of
from .kinds import kinds_about
from .kinds.kind import Doubt
from .surroundings import KnownMonths, Surroundings, days_move


class _Known(KnownMonths):
    """Around records whose reports and whose places on lists are at hand."""

    def __init__(self, records: Sequence[Any], places: Iterable[tuple[Entry, Project]]) -> None:
        entries = [record for record in records if isinstance(record, Entry)]
        reported = {record.entry_id for record in records if isinstance(record, MonthlyReport)}
        super().__init__(_reports(reported | {entry.pk for entry in entries if days_move(entry)}))
        self._names = _names(places)
        self._carried_by([entry for entry in entries if entry.disbursed_before is not None])

    def namesake(self, project: Project, programme: Programme) -> str:
        codes = self._names.get((programme.pk, project.name_zh), ())
        return next((code for code in codes if code != project.code), "")


class _Loaded(_Known):
    """Around new records that are stored by now. What is said of a project and its list is said of the entry."""

    def __init__(self, records: Sequence[Any]) -> None:
        super().__init__(records, [(record, record.project) for record in records if isinstance(record, Entry)])

    def usual_target(self, target: Target) -> int | None:
        return None  # the list is loaded with it, and is not whole yet

    def changes(self, record: Any) -> set[str]:
        return {field.name for field in record._meta.concrete_fields}

    def entries(self, project: Project) -> list[Entry]:
        return []


class Together(_Known):
    """Around records that are about to be stored together: each is held against what the others will say.

    What is asked of others is asked of the database.
    """

    def __init__(self, records: Sequence[Any]) -> None:
        projects = {record.pk: record for record in records if isinstance(record, Project) and record.pk}
        own = [record for record in records if isinstance(record, Entry)]
        at_hand = {entry.pk: entry for entry in own if entry.pk}
        self._entries: dict[int, list[Entry]] = {key: [] for key in projects}
        for entry in Entry.objects.visible_to_actor().filter(project__in=projects).select_related("programme"):
            self._entries[entry.project_id].append(at_hand.get(entry.pk, entry))
        for entry in own:
            entry.project = projects.get(entry.project_id, entry.project)
            if entry.pk is None and entry.project_id in projects:
                self._entries[entry.project_id].append(entry)
        stored = [(entry, projects[key]) for key, entries in self._entries.items() for entry in entries]
        super().__init__(records, [*stored, *((entry, entry.project) for entry in own)])
        names = {project.code: project.name_zh for project in projects.values()}
        for (_programme, name), codes in self._names.items():
            codes[:] = [code for code in codes if names.get(code, name) == name]
        for entry in own:
            codes = self._names[entry.programme_id, entry.project.name_zh]
            if entry.project.code not in codes:
                codes.append(entry.project.code)

    def entries(self, project: Project) -> list[Entry]:
        if project.pk not in self._entries:
            return super().entries(project)
        for entry in self._entries[project.pk]:
            entry.project = project
        return self._entries[project.pk]

    def earlier_reports(self, report: MonthlyReport) -> list[MonthlyReport]:
        if report.entry_id in self._earlier:
            return super().earlier_reports(report)
        return Surroundings.earlier_reports(self, report)


@contextmanager
def asked_together(records: Sequence[Any], draft: Draft) -> Iterator[None]:
    """In this block the rules are asked about these records before they are stored; what stands around them is read once."""
    if rules_of(draft):
        draft.memory[AROUND] = Together(records)
    try:
        yield
    finally:
        draft.memory.pop(AROUND, None)


def doubts_about_new(records: Sequence[Any], draft: Draft) -> Iterator[Doubt]:
    """What the rules find in records that the revision under way has inserted, in their order."""
    rules: Mapping[str, PlausibilityRule] = rules_of(draft)
    records = [record for record in records if kinds_about(record._meta.model_name)]
    if not rules or not records:
        return
    around = _Loaded(records)
    for record in records:
        yield from doubts_about(record, rules, around)


def _names(places: Iterable[tuple[Entry, Project]]) -> dict[tuple[int, str], list[str]]:
    """Return the codes of visible projects by list and name, for the lists and names of these projects."""
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    asked = [(entry.programme_id, project.name_zh) for entry, project in places]
    rows = (
        Entry.objects.visible_to_actor()
        .filter(
            programme__in={programme for programme, _name in asked},
            project__name_zh__in={name for _programme, name in asked},
        )
        .order_by("project__code")
    )
    for programme, name, code in rows.values_list("programme_id", "project__name_zh", "project__code"):
        found[programme, name].append(code)
    return found


def _reports(entries: Collection[int]) -> dict[int, list[MonthlyReport]]:
    found: dict[int, list[MonthlyReport]] = {entry: [] for entry in entries}
    visible = MonthlyReport.objects.visible_to_actor()
    for report in visible.filter(entry__in=entries).order_by("entry_id", "month"):
        found[report.entry_id].append(report)
    return found
