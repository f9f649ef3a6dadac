"""/api/v1/problems/"""

from __future__ import annotations

import pytest

from projects.history.revisions import create_revision
from projects.models import Problem, Project

from .conftest import assert_problem
from .lists import assert_is_a_list
from .reporting import ELSEWHERE, OTHER_OWN, OWN

NEW = {"project": OWN, "kind": "land", "description": "用地指标未落实", "raised_on": "2023-07-12"}


@pytest.fixture
def problems(register):
    """On 7 August 2023: one overdue, one due that very day, one solved late, one without a day."""
    rows = [
        (OWN, {"kind": "land", "due": "2023-08-06", "state": "open"}),
        (OTHER_OWN, {"kind": "power-water", "due": "2023-08-07", "state": "in-hand"}),
        (OWN, {"kind": "finance", "due": "2023-07-01", "state": "solved", "solved_on": "2023-07-20"}),
        (ELSEWHERE, {"kind": "labour", "state": "not-soon"}),
    ]
    said = {"description": "缺料", "solver": "王处长", "note": "已联系", "raised_on": "2023-06-01"}
    found = []
    with create_revision():
        Problem.objects.all().delete()
        for code, values in rows:
            problem = Problem(project=Project.objects.get(code=code), basis="illustrative", **said | values)
            problem.save()
            found.append(problem)
    return found


def test_problems_are_listed(public, problems):
    records = assert_is_a_list(public, "/problems/", count=4, key="id")
    assert {each["kind"] for each in records if each["overdue"]} == {"land"}
    assert {each["today"] for each in records} == {"2023-08-07"}


def test_problems_are_filtered(public, problems):
    def found(**query: str) -> set[str]:
        return {each["kind"] for each in public.all("/problems/", **query)}

    assert found(overdue="true") == {"land"}
    assert found(overdue="false") == {"power-water", "finance", "labour"}
    assert found(state="in-hand") == {"power-water"}
    assert found(programme="2023", prefecture="430200") == {"labour"}
    assert found(due_min="2023-08-07") == {"power-water"}
    assert [each["kind"] for each in public.all("/problems/", ordering="due")][-1] == "labour"


def test_the_public_reads_no_names_and_cannot_search_for_them(public, system_of, analyst, problems):
    path = f"/problems/{problems[0].pk}/"
    inside, outside = system_of(analyst).get(path).data, public.get(path).data
    assert {name for name in inside if inside[name] != outside[name]} == {"solver"}
    assert (inside["solver"], outside["solver"]) == ("王处长", None)
    assert public.all("/problems/", search="王处长") == []


def test_a_problem_is_added_and_solved_step_by_step(system_of, changsha_writer):
    system = system_of(changsha_writer)
    added = system.post("/problems/", NEW | {"due": "2023-08-31"})
    assert (added.status_code, added.data["state"], added.data["basis"]) == (201, "open", "illustrative")
    path = f"/problems/{added.data['id']}/"
    assert_problem(system.patch(path, {"state": "handed-over"}), 400, "note")
    assert system.patch(path, {"state": "handed-over", "note": "已交办市局"}).data["state"] == "handed-over"
    change = {"state": "solved", "note": "批复下达"}
    assert_problem(system.patch(path, change | {"solved_on": "2023-07-01"}), 400, "solved_on")
    solved = system.patch(path, change | {"solved_on": "2023-08-05"})
    assert (solved.status_code, solved.data["overdue"]) == (200, False)
