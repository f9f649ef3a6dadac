"""Walking through a list by cursor while others write."""

from __future__ import annotations

import random
from operator import itemgetter
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.utils import timezone

from projects.history.revisions import create_revision
from projects.models import MonthlyReport, Project
from tests.projects.changes.asking import saved
from tests.projects.models.reports_made import drafted, submitted

from .conftest import System, assert_problem
from .lists import walked


def disturb(chance: random.Random) -> None:
    """Write as others do between two pages: rename, move in every order, add and take away."""
    with create_revision(reason="meanwhile"):
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


def disturbed_walk(system: System, address: str) -> list[dict[str, Any]]:
    chance, found, following = random.Random(7), [], address  # noqa: S311  no secret
    while following:
        answer = system.get(following)
        assert answer.status_code == 200, answer.data
        found += answer.data["results"]
        following = answer.data["next"]
        disturb(chance)
    return found


@pytest.mark.parametrize("order", ["", "name", "-total_investment", "light"])
def test_what_was_there_all_along_is_met_once_whatever_is_written(public, order):
    before = {record["code"] for record in public.all("/projects/")}
    ordered = f"&ordering={order}" if order else ""
    found = [each["code"] for each in disturbed_walk(public, f"/projects/?cursor=&page_size=9{ordered}")]
    assert len(found) == len(set(found))
    assert before <= set(found)
    if order:
        assert before == set(found), "a walk in an order of its own is of one moment"


def test_a_row_that_is_taken_away_does_not_lead_astray(province, system_of):
    system = system_of(province)
    first = system.get("/reports/", cursor="", page_size=10).data
    last = first["results"][-1]["id"]
    with create_revision(reason="taken away"):
        MonthlyReport.objects.get(pk=last).delete()
    rest = walked(system, first["next"], "id")
    assert len(rest) == MonthlyReport.objects.count() - 9
    assert last not in rest


def test_a_walk_in_an_order_of_its_own_says_of_which_revision_it_is(public):
    answer = public.get("/projects/", cursor="", page_size=5, ordering="-disbursed").data
    assert "as_of=r1" in answer["next"]
    assert "as_of" not in public.get("/projects/", cursor="", page_size=5).data["next"]


@pytest.mark.parametrize("order", ["", "&ordering=-total_investment"])
def test_a_walk_through_a_day_that_is_not_over_is_of_one_revision(public, order):
    path = f"/projects/?as_of={timezone.localdate()}&programme=2023{order}&fields=code,total_investment"
    before = public.all(path)
    found = disturbed_walk(public, f"{path}&cursor=&page_size=9")
    assert sorted(found, key=itemgetter("code")) == sorted(before, key=itemgetter("code"))
    assert public.all(path) != before, "the day went on"


def cursor_of(address: str) -> str:
    return parse_qs(urlsplit(address).query)["cursor"][0]


def test_a_cursor_belongs_to_its_list_and_order(public):
    cursor = cursor_of(public.get("/projects/", cursor="", page_size=5).data["next"])
    assert_problem(public.get("/entries/", cursor=cursor), 400, "cursor")
    assert_problem(public.get("/projects/", cursor=cursor, ordering="-start"), 400, "cursor")
    assert_problem(public.get("/projects/", cursor=cursor[:-1]), 400, "cursor")


@pytest.mark.parametrize("order", [{}, {"ordering": "-total_investment"}])
def test_a_cursor_belongs_to_its_filters_and_its_moment(public, order):
    disturb(random.Random(1))  # noqa: S311  no secret
    question = {"kind": "plant", "basis": ["published", "illustrative"], "as_of": "r2"} | order
    cursor = cursor_of(public.get(f"/projects/?{urlencode(question, doseq=True)}", cursor="", page_size=5).data["next"])

    def follow(**more: Any) -> Any:
        return public.get(f"/projects/?{urlencode(question | more, doseq=True)}", cursor=cursor)

    same = {"basis": ["illustrative", "published"], "page_size": 7, "fields": "code,url", "lang": "zh-hans"}
    assert follow(**same).status_code == 200
    for other in ({"as_of": "r1"}, {"kind": "park"}, {"search": "长沙"}):
        told = assert_problem(follow(**other), 400, "cursor")
        assert "belongs to another question" in told["detail"]


@pytest.mark.permission
def test_a_walk_never_leaves_what_its_reader_may_see(changsha_reader, system_of):
    system = system_of(changsha_reader, scope="read")
    seen = {record["code"] for record in system.all("/projects/")}
    for order in ("", "&ordering=-total_investment"):
        assert set(walked(system, f"/projects/?cursor=&page_size=2{order}", "code")) == seen


def test_a_walk_in_an_order_says_which_steps_may_be_taken_now(province, changsha_writer, system_of):
    """It goes through the past; what is another version by now is to be read anew."""
    older, newer = drafted(month=8), submitted(changsha_writer)
    system, path = system_of(province), "/reports/?state=submitted&state=draft"
    now = {each["id"]: each["may"] for each in system.all(path)}
    begun = system.get(path, cursor="", ordering="-id", page_size=1).data
    assert [(each["id"], each["may"]) for each in begun["results"]] == [(newer.pk, now[newer.pk])]
    [following] = system.get(begun["next"]).data["results"]
    assert (following["id"], following["may"]) == (older.pk, now[older.pk])
    saved(older, reason="Changed meanwhile")
    [following] = system.get(begun["next"]).data["results"]
    assert (following["id"], following["may"]) == (older.pk, [])
