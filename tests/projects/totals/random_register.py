"""Registers and questions made by hypothesis, and the answers to them computed without the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils import timezone
from hypothesis import strategies as st

from projects.choices import Basis, ListStatus, ProjectKind, ReportState, Transferred
from projects.models import Enterprise, Entry, MonthlyReport, Prefecture, Programme, Project
from projects.models.fields import AmountField
from projects.money import LIMIT
from projects.totals.figures import HEADLINE_FIGURES, USUAL, Records
from sectors.models import ChainLink

from . import read_by_hand

YEARS = (2023, 2024)
EDGES = [0, 1, 499_999_999, 500_000_000, 999_999_999, 10**9, 5 * 10**9 - 1, 5 * 10**9, 10**10 - 1, 10**10, LIMIT - 1]
amounts = st.one_of(st.none(), st.sampled_from(EDGES), st.integers(0, LIMIT - 1))
WORDS = ["电池", "display", "长沙", "100%", "a_b", "Ünïcode", "测试'引号"]


NEED_AN_AMOUNT = (ReportState.SUBMITTED, ReportState.APPROVED)
MODELS: dict[Records, Any] = {Records.PROJECTS: Project, Records.ENTRIES: Entry, Records.REPORTS: MonthlyReport}
COLUMNS = {kind: [each.column for each in HEADLINE_FIGURES if each.records == kind and each.column] for kind in Records}


def values_of(records: Records) -> dict[str, st.SearchStrategy[int | None]]:
    """For each column that a headline figure sums, what may stand in it."""
    numbers = st.one_of(st.none(), st.integers(0, 2**31 - 1))
    fields = {name: MODELS[records]._meta.get_field(name) for name in COLUMNS[records]}
    return {name: amounts if isinstance(field, AmountField) else numbers for name, field in fields.items()}


summed_of_projects, summed_of_entries, summed_of_reports = (st.fixed_dictionaries(values_of(each)) for each in Records)


@st.composite
def reports(draw: Any) -> dict[str, Any]:
    state = draw(st.one_of(st.just(ReportState.APPROVED), st.sampled_from(ReportState.values)))
    summed = draw(summed_of_reports)
    if summed["disbursed"] is None and state in NEED_AN_AMOUNT:
        summed["disbursed"] = 0
    return {"month": draw(st.integers(1, 12)), "state": state, **summed}


@st.composite
def entries(draw: Any) -> dict[str, Any]:
    unique = st.lists(reports(), max_size=4, unique_by=lambda report: report["month"])
    return {
        "summed": draw(summed_of_entries),
        "status": draw(st.sampled_from(ListStatus.values)),
        "reports": draw(unique),
    }


@st.composite
def projects(draw: Any) -> dict[str, Any]:
    return {
        "link": draw(st.integers(0, 13)),
        "has_link": draw(st.booleans()),
        "prefecture": draw(st.sampled_from([None, "430100", "430200", "430700"])),
        "enterprise": draw(st.sampled_from([None, 0, 1])),
        "kind": draw(st.sampled_from(ProjectKind.values)),
        "basis": draw(st.sampled_from([Basis.REPORTED, Basis.ILLUSTRATIVE])),
        "transferred": draw(st.sampled_from(Transferred.values)),
        "summed": draw(summed_of_projects),
        "start": draw(st.one_of(st.none(), st.dates(dt.date(2022, 1, 1), dt.date(2024, 12, 31)))),
        "name_en": draw(st.sampled_from(["", *WORDS])),
        "lists": {year: listed for year in YEARS if (listed := draw(st.one_of(st.none(), entries(), entries())))},
    }


registers = st.one_of(st.lists(projects(), max_size=3), st.lists(projects(), min_size=4, max_size=8))


@dataclass(frozen=True)
class Facts:
    """One stored project as plain values: what the answers are computed from."""

    project: Project
    entry: Entry | None  # on the list asked about
    reports: list[MonthlyReport]  # approved ones of that entry, in the months asked about
    months: int = 0  # how many those are

    def sum_of(self, name: str) -> int | None:
        found = [value for each in self.reports if (value := getattr(each, name)) is not None]
        return sum(found) if found else None

    @property
    def disbursed(self) -> int | None:
        return self.sum_of("disbursed")

    @property
    def planned(self) -> int | None:
        return self.entry.planned_disbursement if self.entry else None


def build(drawn: list[dict[str, Any]]) -> None:
    """Store a drawn register beside the reference data that are there. Plain inserts: no history is needed here."""
    links, places = list(ChainLink.objects.all()), {each.adcode: each for each in Prefecture.objects.all()}
    owners = list(Enterprise.objects.order_by("pk")[:2])
    programmes = {each.year: each for each in Programme.objects.filter(year__in=YEARS)}
    keeper = get_user_model().objects.order_by("pk").first()
    made, on_lists, told = [], [], []
    for number, each in enumerate(drawn):
        link = links[each["link"]]
        project = Project(
            code=f"T-{number:02}",
            name_zh=f"项目{number}",
            name_en=each["name_en"],
            sector=link.sector,
            chain_link=link if each["has_link"] else None,
            prefecture=places.get(each["prefecture"]),
            enterprise=None if each["enterprise"] is None else owners[each["enterprise"]],
            start=each["start"],
            start_precision="day" if each["start"] else "",
            **{name: each[name] for name in ("kind", "basis", "transferred")},
            **each["summed"],
        )
        made.append(project)
        for year, listed in each["lists"].items():
            place = {"project": project, "programme": programmes[year], "status": listed["status"]}
            entry = Entry(**place, basis=Basis.REPORTED, **listed["summed"])
            on_lists.append(entry)
            told += [
                MonthlyReport(entry=entry, **report, **of_state(report["state"], keeper))
                for report in listed["reports"]
            ]
    for model, rows in ((Project, made), (Entry, on_lists), (MonthlyReport, told)):
        QuerySet(model).bulk_create(rows)


def of_state(state: str, keeper: Any) -> dict[str, Any]:
    """The times and persons that go with a state; an approved report is of no bureau, so that it needs none."""
    now = timezone.now()
    return {
        ReportState.DRAFT: {},
        ReportState.SUBMITTED: {"submitted_at": now, "submitted_by": keeper, "handed_in_on": now.date()},
        ReportState.RETURNED: {"returned_at": now, "returned_by": keeper, "comment": "Why?"},
        ReportState.APPROVED: {"basis": Basis.ILLUSTRATIVE},
    }[ReportState(state)]


def facts(programme: Programme, first_month: int, last_month: int, *, on_list: bool = True) -> list[Facts]:
    """Every stored project with what is known of it in the span."""
    entries_of = {entry.project_id: entry for entry in Entry.objects.filter(programme=programme)}
    found = []
    told: dict[int, list[MonthlyReport]] = {}
    for report in MonthlyReport.objects.filter(entry__programme=programme):
        if report.state == ReportState.APPROVED and first_month <= report.month <= last_month:
            told.setdefault(report.entry_id, []).append(report)
    for project in Project.objects.select_related("sector", "chain_link", "prefecture", "enterprise"):
        entry = entries_of.get(project.pk)
        if entry or not on_list:
            months = last_month - first_month + 1
            found.append(Facts(project, entry, told.get(entry.pk, []) if entry else [], months))
    return found


READINGS = {name: read_by_hand.READINGS[name] for name in USUAL}


def figures_of(group: list[Facts]) -> dict[str, tuple[int | None, int, int]]:
    """Value, known and of, for each figure of a group."""
    answers = {}
    for name, (applies, value, _counted) in READINGS.items():
        concerned = [value(each) for each in group if applies(each)]
        known = [number for number in concerned if number is not None]
        answers[name] = (sum(known) if known or name == "project_count" else None, len(known), len(concerned))
    return answers


def measured(group: list[Facts]) -> tuple[int, int, str]:
    """Of the share of the plan that is disbursed: above, below, and why it is not given."""
    both = [each for each in group if each.planned is not None and each.disbursed is not None]
    plans = [each.planned for each in group if each.planned is not None]
    above, below = sum(each.disbursed for each in both), sum(each.planned for each in both)
    if not below:
        return above, below, "nothing_to_compare"
    too_few = 2 * len(both) < len(plans) or 2 * below < sum(plans)
    return above, below, "too_few" if too_few else ""


KEYS: dict[str, Callable[[Facts], str]] = {
    "sector": lambda each: each.project.sector.code,
    "chain_link": lambda each: each.project.chain_link.code if each.project.chain_link else "none",
    "prefecture": lambda each: each.project.prefecture.adcode if each.project.prefecture else "none",
    "basis": lambda each: each.project.basis,
    "transferred": lambda each: each.project.transferred,
    "kind": lambda each: each.project.kind,
}
