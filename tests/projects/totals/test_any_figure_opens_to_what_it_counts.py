"""Whatever is known, zero or blank: each figure counts what a plain look at the records counts, and opens to exactly these.

Every figure is asked of the sums, the API, the pages and the lists.
"""

from __future__ import annotations

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
from projects.models import Claim, Entry, Milestone, MonthlyReport, Prefecture, Problem, Programme, Project, Source
from projects.totals.figures import FIGURES
from projects.totals.totals import totals
from sectors.models import Sector
from tests.pages import opened

from ..asking import scope_of
from .random_register import of_state
from .read_by_hand import LAST_MONTH, READINGS, Expected, expected_of

MONTHS = (1, LAST_MONTH)
QUESTION = [("programme", "2023"), ("through", "2023-04")]
ZERO_OR_MORE = (None, 0, 1, 10, 500_000_000, 600_000_000)
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
        "of_output_value": st.sampled_from([None, False, True]),
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
        "of_output_value": bool(amount),
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
    for model in (MonthlyReport, Claim, Problem, Entry, Project):
        QuerySet(model)._raw_delete("default")
    programme, sectors = Programme.objects.get(year=2023), list(Sector.objects.order_by("order")[:2])
    source = Source.objects.order_by("pk").first()
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
        if each["of_output_value"] is not None and each["expected_revenue"] is not None:
            said = {"figure": "expected_revenue", "amount": each["expected_revenue"], "adopted": True}
            claim = Claim(project=project, source=source, of_output_value=each["of_output_value"], **said)
            QuerySet(Claim).bulk_create([claim])
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


def told_at_totals(client: Any, figures: Any, **more: str) -> dict[str, Any]:
    asked = [*QUESTION, ("fields", ",".join(figures)), *more.items()]
    (row,) = client.get("/api/v1/totals/", asked).json()["rows"]
    return row["figures"]


def codes_of_list(client: Any, more: list[tuple[str, str]]) -> list[str]:
    answer = client.get("/api/v1/projects/", [*QUESTION, *more, ("page_size", "200")]).json()
    assert answer["count"] == len(answer["results"])
    return sorted(each["code"] for each in answer["results"])


def holds_at_every_door(client: Any, one: Expected) -> None:
    """The figure as API, page and list give it."""
    name = one.figure
    told = told_at_totals(client, [name])[name]
    assert (told["value"], told["known"], told["of"]) == (one.value, one.known, one.of), name
    assert len(codes_of_list(client, [("having", name)])) == one.known, name
    for parameter, codes in (("missing", one.missing), ("counted_in", one.counted)):
        more = [(parameter, name)]
        assert codes_of_list(client, more) == codes, (name, parameter)
        page = opened(client, f"/projects/?{urlencode([*QUESTION, *more])}")
        assert (page.value("project_count") or 0) == len(codes), (name, parameter)
        whole = told_at_totals(client, ["project_count"], **{parameter: name})
        assert whole["project_count"]["value"] == len(codes), (name, parameter)
    explained = client.get("/api/v1/explain/", [*QUESTION, ("figure", name), ("page_size", "200")]).json()
    assert (explained["value"], explained["known"], explained["of"]) == (one.value, one.known, one.of), name
    says_the_page(client, one)


def says_the_page(client: Any, one: Expected) -> None:
    """'Without data' has the number of the records that its link opens."""
    page = opened(client, f"/figures/{one.figure}/?{urlencode(QUESTION)}")
    of_all = [each for each in page.missing() if "sector=" not in each.href]  # a ratio shows its sectors too
    lacking = [each for each in of_all if each.data["missing"] == one.figure]
    assert [int(each.data["value"]) for each in lacking] == ([len(one.missing)] if one.missing else []), one.figure
    for each in lacking:
        assert opened(client, each.href).value("project_count") == len(one.missing), one.figure


def test_every_figure_is_read_here_once_more():
    assert sorted(READINGS) == sorted(FIGURES), (
        "say in tests/projects/totals/read_by_hand.py what it counts, and of whom it is known"
    )


@pytest.mark.django_db
@pytest.mark.no_database  # of the same register the test below asks both for the sums of all figures and what they open to
def test_with_every_combination_of_known_zero_and_blank(empty, client):
    stored(EVERY_COMBINATION)
    for one in expected_of():
        holds_at_every_door(client, one)


@pytest.mark.django_db
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(_projects, max_size=8), st.sampled_from(sorted(READINGS)))
@example(EVERY_COMBINATION, "eighty_percent_count")
def test_with_any_register(empty, client, analyst, drawn, at_doors):
    with transaction.atomic():
        stored(drawn)
        whole = totals(scope_of(analyst, QUESTION), figures=tuple(FIGURES)).total_row
        for one in expected_of():
            figure = whole.figures[one.figure]
            assert (figure.value, figure.known, figure.of) == (one.value, one.known, one.of), one.figure
            for pairs, codes in (
                (whole.missing_parameters(one.figure), one.missing),
                (whole.counted_parameters(one.figure), one.counted),
            ):
                found = scope_of(analyst, pairs).projects().values_list("code", flat=True)
                assert sorted(found) == codes, (one.figure, pairs[-1])
            if one.figure == at_doors:
                holds_at_every_door(client, one)
        transaction.set_rollback(True)
