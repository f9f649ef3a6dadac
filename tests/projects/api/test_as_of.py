"""`as_of` in the API: lists, records and totals as they were known."""

from __future__ import annotations

import pytest

from projects.history.revisions import create_revision
from projects.models import Claim, MonthlyReport, Project, Revision

from .conftest import assert_problem

pytestmark = pytest.mark.django_db

LISTS = [
    *(
        "programmes",
        "targets",
        "directions",
        "sectors",
        "chain-links",
        "prefectures",
        "enterprises",
        "projects",
        "entries",
    ),
    *("reports", "rounds", "plans", "milestones", "problems", "ratings", "light-rules", "claims"),
]


@pytest.fixture
def newest(register):
    return f"r{Revision.objects.newest_number()}"


@pytest.fixture
def system(system_of, province):
    """The province, which reads drafts and persons too."""
    return system_of(province)


@pytest.mark.parametrize("name", LISTS)
def test_as_of_the_newest_revision_a_list_is_what_it_is_now(name, system, newest):
    now, then = system.get(f"/{name}/", page_size=500), system.get(f"/{name}/", page_size=500, as_of=newest)
    assert then.status_code == 200
    assert then.data["results"] == now.data["results"]


@pytest.mark.parametrize("name", LISTS)
def test_before_the_first_revision_a_list_is_empty(name, system, newest):
    assert system.get(f"/{name}/", as_of="2023-05-01").data["count"] == 0


@pytest.mark.parametrize("by", [None, "sector", "month"])
def test_totals_are_those_of_then_and_lead_to_the_records_of_then(by, system, newest):
    query = {"programme": 2023} | ({"by": by} if by else {})
    before = system.get("/totals/", **query).data
    with create_revision():
        for project in Project.objects.filter(basis="illustrative")[:3]:
            project.total_investment += 10**9
            project.save()
        report = MonthlyReport.objects.get(entry__project__code="HN-EI-2023-20", month=6)
        report.disbursed, report.correction_reason = 1, "corrected"
        report.save()
    then = system.get("/totals/", as_of=newest, **query).data
    assert (then["revision"], then["as_of"] is None) == (int(newest[1:]), False)
    assert values(then) == values(before) != values(system.get("/totals/", **query).data)
    figure = then["rows"][0]["figures"]["disbursed"]
    assert figure["records"].endswith(f"as_of={newest}") or f"as_of={newest}&" in figure["records"]
    records = system.all(figure["records"])
    assert sum(each["disbursed"] for each in records) == figure["value"]


def values(totals):
    return [(row["key"], {name: each["value"] for name, each in row["figures"].items()}) for row in totals["rows"]]


def test_a_record_that_is_gone_is_found_as_it_was(system, newest):
    record = next(each for each in system.all("/claims/") if not each["adopted"])  # an adopted one cannot go
    assert system.get(f"/claims/{record['id']}/").status_code == 200
    with create_revision():
        Claim.objects.get(pk=record["id"]).delete()
    assert_problem(system.get(f"/claims/{record['id']}/"), 404)
    assert system.get(f"/claims/{record['id']}/", as_of=newest).data == record


def test_nothing_is_written_into_the_past(system, newest):
    assert_problem(system.patch(f"/projects/HN-EI-2023-13/?as_of={newest}", {"kind": "park"}), 400, "as_of")
