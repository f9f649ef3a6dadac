"""Whoever keeps a copy by the feed alone has, whatever happens to the register, what the lists show."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from projects.choices import ReportState
from projects.history.revisions import create_revision
from projects.models import MonthlyReport, Prefecture, Project, Revision
from projects.workflows import reporting
from tests.people import CHANGSHA, ZHUZHOU
from tests.projects.changes.asking import saved
from tests.projects.models.reports_made import CHANGSHA_CODE, ZHUZHOU_CODE, drafted

from .conftest import System
from .test_changes import followed

pytestmark = pytest.mark.django_db

KINDS = {"project": ("projects", "code"), "entry": ("entries", "id"), "monthlyreport": ("reports", "id")}
KEPT = {
    "project": ("name_en", "prefecture", "expected_revenue"),
    "entry": ("planned_disbursement",),
    "monthlyreport": ("month", "state", "disbursed", "progress", "stage", "submitted_at"),
}


def shown_in(system: System, *kinds: str, **query: Any) -> dict[tuple[str, Any], dict[str, Any]]:
    """What the lists show, of as much as the copy keeps."""
    return {
        (kind, record[key]): {name: plain(record[name]) for name in KEPT[kind]} | {"project": project_of(record)}
        for kind, (path, key) in KINDS.items()
        if kind in (kinds or KINDS)
        for record in system.all(f"/{path}/", **query)
    }


def plain(value: Any) -> Any:
    """As the feed writes it: a prefecture by its code, an empty text as null."""
    return value["adcode"] if isinstance(value, dict) else None if value == "" else value


def project_of(record: dict[str, Any]) -> str:
    return record["project"]["code"] if "project" in record else record["code"]


@dataclass
class Mirror:
    """A copy that obeys docs/api.md."""

    system: System
    after: int
    records: dict[tuple[str, Any], dict[str, Any]] = field(default_factory=dict)

    def follow(self, size: int) -> None:
        newest = Revision.objects.newest_number()
        for change in followed(self.system, after=self.after, page_size=size, kind=",".join(KINDS)):
            self.take(change)
        self.after = newest

    def take(self, change: dict[str, Any]) -> None:
        kind, code, event = change["kind"], change["project"], change["event"]
        key = (kind, code if kind == "project" else change["id"])
        if event in ("left", "deleted"):
            self.drop(key)
        elif event == "changed":
            self.records[key] |= self.told(change)  # what is changed must be there
        else:
            self.records[key] = dict.fromkeys(KEPT[kind]) | {"project": code} | self.told(change)
        if kind == "project" and event == "entered":  # and what belongs to it
            self.records |= shown_in(self.system, "entry", "monthlyreport", project=code) if self.sees(code) else {}

    def sees(self, code: str) -> bool:
        return self.system.get(f"/projects/{code}/").status_code == 200

    def drop(self, key: tuple[str, Any]) -> None:
        kind, code = key
        for each, record in list(self.records.items()):
            if each == key or (kind == "project" and record["project"] == code):
                del self.records[each]

    def told(self, change: dict[str, Any]) -> dict[str, Any]:
        kept = KEPT[change["kind"]]
        return {each["field"]: each["after"] for each in change["changes"] if each["field"] in kept}


class Play:
    """Bureaus and the province at random, each step one that may be taken."""

    def __init__(self, seed: int, bureaus: dict[str, Any], province: Any) -> None:
        self.chance, self.bureaus, self.province = random.Random(seed), bureaus, province  # noqa: S311  no secret
        self.codes = [CHANGSHA_CODE, ZHUZHOU_CODE]
        self.places = {adcode: Prefecture.objects.get(adcode=adcode) for adcode in (CHANGSHA, ZHUZHOU)}

    def step(self) -> None:
        steps = [self.report, self.report, self.correct, self.move, self.rename, self.plan, self.at_once]
        self.chance.choice(steps)()

    def a_report(self) -> MonthlyReport:
        code, month = self.chance.choice(self.codes), 7
        found = MonthlyReport.objects.filter(entry__project__code=code, month=month)
        return found.first() or drafted(code, month=month, disbursed=self.amount())

    def amount(self) -> int:
        return self.chance.choice([1, 5, 10**8])

    def project(self) -> Project:
        return Project.objects.get(code=self.chance.choice(self.codes))

    def bureau(self, report: MonthlyReport) -> Any:
        return self.bureaus[report.entry.project.prefecture.adcode]

    def report(self) -> None:
        self.forward(self.a_report())

    def forward(self, report: MonthlyReport) -> None:
        """Submit, approve or reopen."""
        if report.state == ReportState.SUBMITTED:
            reporting.approve([report], user=self.province)
        elif report.state == ReportState.APPROVED:
            reporting.reopen([report], user=self.province, comment="Look again")
        else:
            reporting.submit([report], user=self.bureau(report))

    def correct(self) -> None:
        report = self.a_report()
        if report.state != ReportState.SUBMITTED:
            words = str(self.chance.random())
            saved(report, disbursed=self.amount(), progress=words, correction_reason=words)

    def move(self) -> None:
        project = self.project()
        saved(project, prefecture=self.elsewhere(project))

    def elsewhere(self, project: Project) -> Prefecture:
        return self.places[ZHUZHOU if project.prefecture.adcode == CHANGSHA else CHANGSHA]

    def rename(self) -> None:
        saved(self.project(), name_en=str(self.chance.random()), expected_revenue=self.amount())

    def plan(self) -> None:
        saved(self.project().entries.get(programme__year=2023), planned_disbursement=self.amount())

    def at_once(self) -> None:
        """Several steps in one revision, such as there and back."""
        with create_revision():
            for _each in range(self.chance.choice([2, 3, 4])):
                self.chance.choice([self.move, self.report])()


@pytest.fixture
def play(province: Any, changsha_writer: Any, zhuzhou_writer: Any) -> Callable[[int], Play]:
    return lambda seed: Play(seed, {CHANGSHA: changsha_writer, ZHUZHOU: zhuzhou_writer}, province)


@pytest.mark.parametrize("seed", range(3))
def test_a_copy_kept_by_the_feed_is_what_the_lists_show(seed, play, public, system_of, changsha_reader):
    played, start = play(seed), Revision.objects.newest_number()
    mirrors = [Mirror(each, start, shown_in(each)) for each in (public, system_of(changsha_reader))]
    for _number in range(20):
        played.step()
        for mirror in mirrors:
            if played.chance.random() < 0.3:
                mirror.follow(size=played.chance.choice([1, 3, 50]))
    for mirror in mirrors:
        mirror.follow(size=50)
        assert mirror.records == shown_in(mirror.system)


def test_a_report_that_comes_back_has_entered_with_all_its_fields(play, public):
    played, report = play(0), drafted(CHANGSHA_CODE, disbursed=7)
    start = Revision.objects.newest_number()
    for _step in ("submit", "approve", "reopen", "submit", "approve"):
        report.refresh_from_db()
        played.forward(report)
    told = followed(public, after=start)
    assert [each["event"] for each in told] == ["entered", "left", "entered"]
    assert {"field": "disbursed", "before": None, "after": 7} in told[-1]["changes"]
    assert followed(public, after=start, event="entered", page_size=1) == [told[0], told[2]]
    assert followed(public, after=start, event="changed") == [told[0], told[2]]


@pytest.mark.parametrize("there", [ZHUZHOU, None])
def test_what_went_and_came_back_in_one_revision_has_not_left(play, system_of, changsha_reader, there):
    played, system, start = play(0), system_of(changsha_reader), Revision.objects.newest_number()
    project = Project.objects.get(code=CHANGSHA_CODE)
    home = project.prefecture
    with create_revision():
        saved(project, prefecture=played.places.get(there))
        saved(project, prefecture=home)
    assert [each["event"] for each in followed(system, after=start)] == ["entered", "changed"]
