"""Whatever is known, zero or blank: each figure counts what a plain look at the records counts, and opens to exactly these.

Every figure is asked of the sums, the API, the pages, the lists and the files.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from itertools import product
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from projects.choices import Basis, ListStatus, ProjectKind, ReportState, Stage, Transferred
from projects.models import Claim, Entry, Milestone, MonthlyReport, Prefecture, Problem, Programme, Project
from projects.totals.figures import FIGURES
from projects.totals.totals import totals
from sectors.models import Sector
from tests.length import so_many
from tests.pages import opened

from ..asking import scope_of
from .random_register import of_state

MONTHS = (1, 4)
QUESTION = [("programme", "2023"), ("through", "2023-04")]
ZERO_OR_MORE = (None, 0, 1, 10, 600_000_000)
AMOUNTS = st.sampled_from(ZERO_OR_MORE)

_reports = st.fixed_dictionaries(
    {
        "month": st.integers(*MONTHS),
        "disbursed": st.sampled_from([-1, 0, 1, 8, 10, 11, 600_000_000]),
        "enterprises_attracted": st.sampled_from([None, 0, 7]),
        "forecast": AMOUNTS,
        "stage": st.sampled_from(["", *Stage.values]),
        "state": st.sampled_from([ReportState.APPROVED, ReportState.APPROVED, *ReportState.values]),
        "begun": st.booleans(),
    }
)
_projects = st.fixed_dictionaries(
    {
        "planned": AMOUNTS,
        "total_investment": AMOUNTS,
        "expected_revenue": AMOUNTS,
        "kind": st.sampled_from(ProjectKind.values),
        "transferred": st.sampled_from(Transferred.values),
        "basis": st.sampled_from([Basis.REPORTED, Basis.ILLUSTRATIVE]),
        "status": st.sampled_from(ListStatus.values),
        "listed": st.sampled_from([True, True, False]),
        "problem": st.sampled_from(["", "open", "solved"]),
        "reports": st.lists(_reports, max_size=3, unique_by=lambda each: each["month"]),
    }
)


def _case(planned: int | None, done: int | None, amount: int | None) -> dict[str, Any]:
    said = {"month": 2, "disbursed": done, "enterprises_attracted": amount, "forecast": amount, "stage": ""}
    return {
        "planned": planned,
        "total_investment": amount,
        "expected_revenue": amount,
        "kind": ProjectKind.PARK,
        "transferred": Transferred.YES if amount else Transferred.UNKNOWN,
        "basis": Basis.REPORTED,
        "status": ListStatus.CONTINUING if amount else ListStatus.UNKNOWN,
        "listed": True,
        "problem": "",
        "reports": [] if done is None else [said | {"state": ReportState.APPROVED, "begun": False}],
    }


EVERY_COMBINATION = [_case(*values) for values in product((None, 0, 10), (None, 0, 8, 11), (None, 0, 10))]


@pytest.fixture
def empty(register, settings):
    """The reference data and programmes alone, for everybody to see."""
    settings.PUBLIC_READ = True
    for model in (MonthlyReport, Claim, Milestone, Problem, Entry, Project):
        QuerySet(model)._raw_delete("default")


def stored(drawn: list[dict[str, Any]]) -> None:
    """The drawn register in the place of what there is."""
    for model in (MonthlyReport, Problem, Entry, Project):
        QuerySet(model)._raw_delete("default")
    programme, sectors = Programme.objects.get(year=2023), list(Sector.objects.order_by("order")[:2])
    place = Prefecture.objects.get(adcode="430100")
    for number, each in enumerate(drawn):
        plain = {name: each[name] for name in ("total_investment", "expected_revenue", "kind", "transferred", "basis")}
        code = f"A-{number:03}"
        project = Project(code=code, name_zh=code, sector=sectors[number % 2], prefecture=place, **plain)
        QuerySet(Project).bulk_create([project])
        if each["problem"]:
            solved = {"state": "solved", "solved_on": "2023-03-01"} if each["problem"] == "solved" else {}
            problem = Problem(project=project, kind="land", description="?", raised_on="2023-02-01", **solved)
            QuerySet(Problem).bulk_create([problem])
        if not each["listed"]:
            continue
        listed = {"planned_disbursement": each["planned"], "status": each["status"], "basis": Basis.REPORTED}
        entry = Entry(project=project, programme=programme, **listed)
        QuerySet(Entry).bulk_create([entry])
        QuerySet(MonthlyReport).bulk_create([_report(entry, **said) for said in each["reports"]])


def _report(entry: Entry, *, state: str, begun: bool, month: int, **said: Any) -> MonthlyReport:
    more = of_state(state, get_user_model().objects.order_by("pk").first())
    started_on = f"2023-{month:02}-05" if begun else None
    more |= {"correction_reason": "Taken back"} if said["disbursed"] < 0 else {}
    return MonthlyReport(entry=entry, month=month, state=state, started_on=started_on, **said, **more)


class Plain:
    """One project of the list as plain values, read without a condition of SQL."""

    def __init__(self, project: Project) -> None:
        self.project = project
        (self.entry,) = [each for each in Entry.objects.filter(project=project) if each.programme.year == 2023]
        self.all_reports = [each for each in MonthlyReport.objects.filter(entry=self.entry) if each.month <= MONTHS[1]]
        self.reports = sorted(
            (each for each in self.all_reports if each.state == ReportState.APPROVED), key=lambda each: each.month
        )
        self.planned = self.entry.planned_disbursement
        self.disbursed = self.sum_of("disbursed")
        self.problems = list(Problem.objects.filter(project=project))
        self.last = [each for each in self.all_reports if each.month == MONTHS[1]]

    def sum_of(self, name: str) -> int | None:
        values = [value for each in self.reports if (value := getattr(each, name)) is not None]
        return sum(values) if values else None

    def newest(self, name: str) -> Any:
        values = [value for each in self.reports if (value := getattr(each, name)) not in (None, "")]
        return values[-1] if values else None

    @property
    def is_asked(self) -> bool:
        return self.project.basis != Basis.PUBLISHED

    @property
    def has_begun(self) -> bool:
        return self.entry.status == ListStatus.CONTINUING or any(
            each.started_on or (each.disbursed or 0) > 0 or each.stage not in ("", Stage.PREPARATION)
            for each in self.reports
        )

    def is_in(self, *states: str) -> bool:
        return any(each.state in states for each in self.last)


# figure -> (whom it applies to, its part of the figure: None where it is not known, whether it counts)
Reading = tuple[Callable[[Plain], bool], Callable[[Plain], int | None], Callable[[Plain], bool]]


def _always(_each: Plain) -> bool:
    return True


def _amount(value: Callable[[Plain], int | None], applies: Callable[[Plain], bool] = _always) -> Reading:
    return applies, value, lambda each: value(each) is not None


def _number(
    known: Callable[[Plain], bool], counted: Callable[[Plain], bool], applies: Callable[[Plain], bool] = _always
) -> Reading:
    return applies, lambda each: int(counted(each)) if known(each) else None, counted


def _of_plan(at_least: Callable[[int, int], bool]) -> Reading:
    def known(each: Plain) -> bool:
        return bool(each.planned) and each.disbursed is not None

    return _number(known, lambda each: known(each) and at_least(each.disbursed, each.planned))


READINGS: dict[str, Reading] = {
    "project_count": _number(_always, _always),
    "total_investment": _amount(lambda each: each.project.total_investment),
    "planned_disbursement": _amount(lambda each: each.planned),
    "expected_revenue": _amount(lambda each: each.project.expected_revenue),
    "transferred_count": _number(
        lambda each: each.project.transferred != Transferred.UNKNOWN,
        lambda each: each.project.transferred == Transferred.YES,
    ),
    "enterprises_attracted": _amount(
        lambda each: each.sum_of("enterprises_attracted"), lambda each: each.project.kind == ProjectKind.PARK
    ),
    "disbursed": _amount(lambda each: each.disbursed),
    "disbursed_of_plan": _amount(lambda each: None if each.planned is None else each.disbursed),
    "started_count": _number(
        lambda each: each.entry.status == ListStatus.CONTINUING or bool(each.reports), lambda each: each.has_begun
    ),
    "above_plan_count": _of_plan(lambda done, plan: done > plan),
    "eighty_percent_count": _of_plan(lambda done, plan: done * 10 >= plan * 8),
    "trial_production_count": _number(
        lambda each: each.newest("stage") is not None, lambda each: each.newest("stage") == Stage.TRIAL
    ),
    "in_production_count": _number(
        lambda each: each.newest("stage") is not None, lambda each: each.newest("stage") == Stage.PRODUCTION
    ),
    "reports_in": _number(
        _always,
        lambda each: each.is_in(ReportState.SUBMITTED, ReportState.APPROVED),
        lambda each: each.is_asked,
    ),
    "reports_approved": _number(_always, lambda each: each.is_in(ReportState.APPROVED), lambda each: each.is_asked),
    "reports_late": _number(
        _always,
        lambda each: each.is_in(ReportState.SUBMITTED),  # handed in today, years after the round was due
        lambda each: each.is_asked,
    ),
    "reports_missing": _number(
        _always,
        lambda each: not each.is_in(ReportState.SUBMITTED, ReportState.APPROVED),
        lambda each: each.is_asked,
    ),
    "problems_raised": (_always, lambda each: len(each.problems), lambda each: bool(each.problems)),
    "problems_closed": (
        _always,
        lambda each: len([problem for problem in each.problems if problem.solved_on]),
        lambda each: any(problem.solved_on for problem in each.problems),
    ),
    "forecast": _amount(lambda each: each.newest("forecast")),
}


class Expected:
    """What a figure must be, and the codes of the records that it must open to."""

    def __init__(self, listed: list[Plain], figure: str) -> None:
        applies, value, counted = READINGS[figure]
        concerned = [each for each in listed if applies(each)]
        known = [each for each in concerned if value(each) is not None]
        self.figure = figure
        self.known, self.of = len(known), len(concerned)
        self.value = sum(value(each) or 0 for each in known) if known or figure == "project_count" else None
        self.missing = [each.project.code for each in concerned if value(each) is None]
        self.counted = [each.project.code for each in concerned if counted(each)]


def expected_of(figures: Any = READINGS) -> list[Expected]:
    listed = [Plain(each) for each in Project.objects.order_by("code") if each.entries.exists()]
    return [Expected(listed, name) for name in figures]


def told_at_totals(client: Any, figures: Any, **more: str) -> dict[str, Any]:
    asked = [*QUESTION, ("fields", ",".join(figures)), *more.items()]
    (row,) = client.get("/api/v1/totals/", asked).json()["rows"]
    return row["figures"]


def codes_of_list(client: Any, more: list[tuple[str, str]]) -> list[str]:
    answer = client.get("/api/v1/projects/", [*QUESTION, *more, ("page_size", "200")]).json()
    assert answer["count"] == len(answer["results"])
    return sorted(each["code"] for each in answer["results"])


def codes_of_files(client: Any, more: list[tuple[str, str]]) -> list[list[str]]:
    """The codes of a list as NDJSON and as CSV."""
    lines, table = (
        b"".join(
            client.get(
                "/api/v1/projects/", [*QUESTION, *more, ("format", form)], headers={"accept-language": "en"}
            ).streaming_content
        )
        for form in ("ndjson", "csv")
    )
    head, *rows = csv.reader(io.StringIO(table.decode("utf-8-sig"), newline=""))
    code = [name.casefold() for name in head].index("code")
    return [sorted(json.loads(line)["code"] for line in lines.splitlines()), sorted(row[code] for row in rows)]


def holds_at_every_door(client: Any, one: Expected) -> None:
    """The figure as API, page, list and file give it."""
    name = one.figure
    told = told_at_totals(client, [name])[name]
    assert (told["value"], told["known"], told["of"]) == (one.value, one.known, one.of), name
    for parameter, codes in (("missing", one.missing), ("counted_in", one.counted)):
        more = [(parameter, name)]
        assert codes_of_list(client, more) == codes, (name, parameter)
        assert codes_of_files(client, more) == [codes, codes], (name, parameter)
        page = opened(client, f"/projects/?{urlencode([*QUESTION, *more])}")
        assert (page.value("project_count") or 0) == len(codes), (name, parameter)
        whole = told_at_totals(client, ["project_count"], **{parameter: name})
        assert whole["project_count"]["value"] == len(codes), (name, parameter)
    explained = client.get("/api/v1/explain/", [*QUESTION, ("figure", name), ("page_size", "200")]).json()
    assert (explained["value"], explained["known"], explained["of"]) == (one.value, one.known, one.of), name
    says_the_page(client, one)


def says_the_page(client: Any, one: Expected) -> None:
    """'Without a figure' has the number of the records that its link opens."""
    page = opened(client, f"/figures/{one.figure}/?{urlencode(QUESTION)}")
    lacking = [each for each in page.missing() if each.data["missing"] == one.figure]
    assert [int(each.data["value"]) for each in lacking] == ([len(one.missing)] if one.missing else []), one.figure
    for each in lacking:
        assert opened(client, each.href).value("project_count") == len(one.missing), one.figure


def test_every_figure_is_read_here_once_more():
    assert sorted(READINGS) == sorted(FIGURES), "say here by hand what a new figure counts and of whom it is known"


@pytest.mark.django_db
@pytest.mark.parametrize("figure", sorted(READINGS))
def test_with_every_combination_of_known_zero_and_blank(empty, client, figure):
    stored(EVERY_COMBINATION)
    (one,) = expected_of([figure])
    holds_at_every_door(client, one)


@pytest.mark.django_db
@settings(max_examples=so_many(8, 300), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(_projects, max_size=8), st.sampled_from(sorted(READINGS)))
@example(EVERY_COMBINATION, "eighty_percent_count")
def test_with_any_register(empty, client, analyst, drawn, at_doors):
    with transaction.atomic():
        stored(drawn)
        whole = totals(scope_of(analyst, QUESTION), figures=tuple(FIGURES)).whole
        for one in expected_of():
            figure = whole.figures[one.figure]
            assert (figure.value, figure.known, figure.of) == (one.value, one.known, one.of), one.figure
            for pairs, codes in ((whole.lacking(one.figure), one.missing), (whole.opening(one.figure), one.counted)):
                found = scope_of(analyst, pairs).projects().values_list("code", flat=True)
                assert sorted(found) == codes, (one.figure, pairs[-1])
            if one.figure == at_doors:
                holds_at_every_door(client, one)
        transaction.set_rollback(True)
