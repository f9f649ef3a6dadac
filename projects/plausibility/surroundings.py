"""Surroundings of a record: what rules compare it with.

A doubt is told to whoever writes, so a rule compares with what they may read and nothing else: every query here begins with
`visible_to_actor`. A command or a load has no user and compares with the whole register.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from projects.choices import Basis, Measure, TargetKind
from projects.history import as_of
from projects.models import Entry, MonthlyReport, Prefecture, Programme, Project, Target
from projects.models.base import actor_reads_all
from projects.periods import MONTHS_OF_YEAR

from .list_totals import list_total_regardless_of_permission


class Surroundings:
    """Asks the database once for each thing. Each method is of records as they are stored, but for the record in hand."""

    def __init__(self) -> None:
        self._floors: dict[int, int | None] = {}
        self._usual: dict[tuple[int, str], int | None] = {}
        self._largest: dict[tuple[type[Any], str], list[tuple[Any, int]]] = {}
        self._adcodes: dict[int | None, str] = {}
        self._carried: dict[tuple[int, int], tuple[int, bool] | None] = {}

    def changes(self, record: Any) -> set[str]:
        """Names of the fields of a record that are new or change."""
        return set(record.changed_fields())

    def entries(self, project: Project) -> list[Entry]:
        """A project's places on lists, each with its programme; none of a project that is not stored yet."""
        if project.pk is None or project._state.adding:
            return []
        entries = Entry.objects.visible_to_actor().filter(project=project.pk)
        found = list(entries.select_related("programme"))
        for entry in found:
            entry.project = project
        return found

    def earlier_reports(self, report: MonthlyReport) -> list[MonthlyReport]:
        """The reports of the same entry for the months before, in order, in whatever state."""
        reports = MonthlyReport.objects.visible_to_actor()
        return list(reports.filter(entry=report.entry_id, month__lt=report.month).order_by("month"))

    def reports(self, entry: Entry) -> Sequence[MonthlyReport]:
        """All reports of an entry that is stored, in the order of their months, in whatever state."""
        reports = MonthlyReport.objects.visible_to_actor()
        return _of(entry, list(reports.filter(entry=entry.pk).order_by("month")))

    def carried_forward(self, entry: Entry) -> tuple[int, bool] | None:
        """What the list of the year before knows to be disbursed by its end, CNY, and whether that is all: what was
        disbursed before it is known, and each of its months approved. None of a project that was not on it.
        """
        key = entry.project_id, entry.programme.year
        if key not in self._carried:
            self._carried_by([entry])
        return self._carried[key]

    def _carried_by(self, entries: Sequence[Entry]) -> None:
        """Find out what is carried forward to some entries, in two queries."""
        asked = {(entry.project_id, entry.programme.year) for entry in entries}
        self._carried |= dict.fromkeys(asked)
        before = Entry.objects.visible_to_actor().filter(
            project__in={project for project, _year in asked},
            programme__year__in={year - 1 for _project, year in asked},
        )
        places = {each.pk: each for each in before.select_related("programme")}
        reports = MonthlyReport.objects.visible_to_actor().filter(entry__in=places)
        months = reports.approved().exclude(basis=Basis.ILLUSTRATIVE).added_up_by_entry()
        for key, place in places.items():
            number, disbursed = months.get(key, (0, 0))
            is_whole = place.disbursed_before is not None and number == MONTHS_OF_YEAR
            known = (place.disbursed_before or 0) + disbursed
            self._carried[place.project_id, place.programme.year + 1] = known, is_whole

    def namesake(self, project: Project, programme: Programme) -> str:
        """Return the code of another visible project of this Chinese name on the same list; '' if there is none."""
        visible = Project.objects.visible_to_actor().on_list_of(programme)
        others = visible.filter(name_zh=project.name_zh).exclude(pk=project.pk)
        return others.order_by("code").values_list("code", flat=True).first() or ""

    def adcode(self, project: Project) -> str:
        """Of the prefecture that a project is in; '' where that is not known."""
        if project.prefecture_id and not self._adcodes:
            self._adcodes.update(Prefecture.objects.visible_to_actor().values_list("pk", "adcode"))
        return self._adcodes.get(project.prefecture_id, "")

    def announced_floor(self, programme: Programme) -> int | None:
        """The least investment of a project, CNY, that was announced of the list; None where nothing was."""
        if programme.pk not in self._floors:
            said = Target.objects.visible_to_actor().filter(
                programme=programme.pk, measure=Measure.MINIMUM_PROJECT_INVESTMENT, kind=TargetKind.ANNOUNCED
            )
            self._floors[programme.pk] = said.order_by("pk").values_list("value", flat=True).first()
        return self._floors[programme.pk]

    def largest(self, record: Any, name: str) -> int | None:
        """Return the largest amount of this field in CNY that another visible record has; None where none is known."""
        key = type(record), name
        if key not in self._largest:
            visible = type(record).objects.visible_to_actor()
            known = visible.filter(**{f"{name}__isnull": False}).order_by(f"-{name}")
            self._largest[key] = list(known.values_list("pk", name)[:2])
        return next((amount for pk, amount in self._largest[key] if pk != record.pk), None)

    def usual_target(self, target: Target) -> int | None:
        """Return what the list comes to of a target's measure, for whoever reads all of it; else what another target says
        of it, of this list or, with the latest, of an earlier one; None where neither is known.
        """
        key = target.programme_id, target.measure
        if key not in self._usual:
            said = Target.objects.visible_to_actor().filter(
                measure=target.measure, sector=None, programme__year__lte=target.programme.year
            )
            values = said.exclude(pk=target.pk).order_by("-programme__year", "pk").values_list("value", flat=True)
            whole = list_total_regardless_of_permission(target.programme, target.measure) if actor_reads_all() else None
            self._usual[key] = whole or values.first()
        return self._usual[key]

    def today(self, project: Project) -> dt.date:
        """The day that counts as today for a project: the latest of its programmes' days; else the calendar's."""
        days = [entry.programme.today for entry in self.entries(project)]
        return max(days, default=as_of.today())


class KnownMonths(Surroundings):
    """Where the earlier reports are at hand: by the key of the entry, in the order of the months."""

    def __init__(self, earlier: Mapping[int, Sequence[MonthlyReport]]) -> None:
        super().__init__()
        self._earlier = earlier

    def earlier_reports(self, report: MonthlyReport) -> list[MonthlyReport]:
        return [each for each in self._earlier.get(report.entry_id, ()) if each.month < report.month]

    def reports(self, entry: Entry) -> Sequence[MonthlyReport]:
        return _of(entry, self._earlier[entry.pk]) if entry.pk in self._earlier else super().reports(entry)


def days_move(entry: Entry) -> bool:
    """Whether an entry that is stored gets other days on its list: only then are its reports asked for."""
    return entry._stored is not None and not {"joined", "left"}.isdisjoint(entry.changed_fields())


def _of(entry: Entry, reports: Sequence[MonthlyReport]) -> Sequence[MonthlyReport]:
    """The same reports, each with its entry as it is about to be stored."""
    for report in reports:
        report.entry = entry
    return reports
