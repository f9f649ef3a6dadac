"""Walking through a list by cursor while others write."""

from __future__ import annotations

import random
from typing import Any

import pytest

from projects.filters import ORDERINGS
from projects.models import Entry, MonthlyReport, Project
from projects.revisions import writing

from .conftest import System, assert_problem
from .lists import walked

ORDERS = [sign + name for name in ORDERINGS for sign in ("", "-")]


def disturb(chance: random.Random) -> None:
    """Write as others do between two pages: rename, move in every order, add and take away."""
    with writing(reason="meanwhile"):
        for project in chance.sample(list(Project.objects.filter(basis="illustrative")), 6):
            project.name_zh = f"{chance.choice('甲乙丙丁')}{project.name_zh}"
            project.total_investment = chance.choice([None, chance.randrange(10**11)])
            project.total_investment_reported_by = "" if project.total_investment is None else "a bureau"
            project.save()
        Project(
            code=f"NEW-{chance.randrange(10**9)}",
            name_zh="新",
            sector=Project.objects.first().sector,
            total_investment=chance.randrange(10**11),
            total_investment_reported_by="a bureau",
        ).save()


def keys_of_a_disturbed_walk(system: System, address: str) -> list[Any]:
    chance, found, following = random.Random(7), [], address  # noqa: S311  no secret
    while following:
        answer = system.get(following)
        assert answer.status_code == 200, answer.data
        found += [record["code"] for record in answer.data["results"]]
        following = answer.data["next"]
        disturb(chance)
    return found


@pytest.mark.parametrize("order", ["", *ORDERS])
def test_what_was_there_all_along_is_met_once_whatever_is_written(public: System, order: str) -> None:
    before = {record["code"] for record in public.all("/projects/")}
    ordered = f"&ordering={order}" if order else ""
    found = keys_of_a_disturbed_walk(public, f"/projects/?cursor=&page_size=9{ordered}")
    assert len(found) == len(set(found))
    assert before <= set(found)
    if order:
        assert before == set(found), "a walk in an order of its own is of one moment"


def test_a_row_that_is_taken_away_does_not_lead_astray(province: Any, system_of: Any) -> None:
    system = system_of(province)
    first = system.get("/reports/", cursor="", page_size=10).data
    last = first["results"][-1]["id"]
    with writing(reason="taken away"):
        MonthlyReport.objects.get(pk=last).delete()
    rest = walked(system, first["next"], "id")
    assert len(rest) == MonthlyReport.objects.count() - 9
    assert last not in rest


def test_a_walk_in_an_order_of_its_own_says_of_which_revision_it_is(public: System) -> None:
    answer = public.get("/projects/", cursor="", page_size=5, ordering="-disbursed").data
    assert "as_of=r1" in answer["next"]
    assert "as_of" not in public.get("/projects/", cursor="", page_size=5).data["next"]


def test_a_walk_goes_through_the_past(public: System) -> None:
    with writing(reason="later"):
        entry = Entry.objects.first()
        entry.left = "2023-06-30"
        entry.save()
    now = [record["code"] for record in public.all("/projects/", programme="2023")]
    then = walked(public, "/projects/?programme=2023&cursor=&page_size=10&as_of=r1", "code")
    assert sorted(then) == sorted(now)


def test_a_cursor_belongs_to_its_list_and_order(public: System) -> None:
    cursor = public.get("/projects/", cursor="", page_size=5).data["next"].partition("cursor=")[2].partition("&")[0]
    cursor = cursor.replace("%3A", ":")
    assert public.get("/projects/", cursor=cursor).status_code == 200
    assert_problem(public.get("/entries/", cursor=cursor), 400, "cursor")
    assert_problem(public.get("/projects/", cursor=cursor, ordering="-start"), 400, "cursor")
    assert_problem(public.get("/projects/", cursor=cursor[:-1]), 400, "cursor")
    assert_problem(public.get("/projects/", cursor="", page=1), 400, "page")


def test_a_page_by_cursor_counts_nothing(public: System, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(5):
        public.get("/sectors/", cursor="", page_size=2)


def test_a_walk_never_leaves_what_its_reader_may_see(changsha_reader: Any, system_of: Any) -> None:
    system = system_of(changsha_reader, scope="read")
    seen = {record["code"] for record in system.all("/projects/")}
    for order in ("", "&ordering=-total_investment"):
        assert set(walked(system, f"/projects/?cursor=&page_size=2{order}", "code")) == seen
