"""Walking through a list by cursor while others write."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from operator import itemgetter
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.utils import timezone

from projects.history.revisions import create_revision
from projects.models import Entry, MonthlyReport, Project
from projects.totals.filters import ORDERINGS
from tests.projects.changes.asking import saved
from tests.projects.models.reports_made import drafted, submitted
from tests.projects.workflows.proposals_made import PLAN, proposed

from .conftest import System, assert_problem
from .lists import walked

ORDERS = [sign + name for name in ORDERINGS for sign in ("", "-")]
# a walk each by each column in one direction, turn about
WALKED = [ORDERS[2 * at + at % 2] for at in range(len(ORDERINGS))]


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


def keys_of_a_disturbed_walk(system: System, address: str) -> list[Any]:
    chance, found, following = random.Random(7), [], address  # noqa: S311  no secret
    while following:
        answer = system.get(following)
        assert answer.status_code == 200, answer.data
        found += [record["code"] for record in answer.data["results"]]
        following = answer.data["next"]
        disturb(chance)
    return found


@pytest.mark.parametrize("order", ["", *WALKED])
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
    with create_revision(reason="taken away"):
        MonthlyReport.objects.get(pk=last).delete()
    rest = walked(system, first["next"], "id")
    assert len(rest) == MonthlyReport.objects.count() - 9
    assert last not in rest


def test_a_walk_in_an_order_of_its_own_says_of_which_revision_it_is(public: System) -> None:
    answer = public.get("/projects/", cursor="", page_size=5, ordering="-disbursed").data
    assert "as_of=r1" in answer["next"]
    assert "as_of" not in public.get("/projects/", cursor="", page_size=5).data["next"]


def test_a_walk_goes_through_the_past(public: System) -> None:
    with create_revision(reason="later"):
        entry = Entry.objects.first()
        entry.left = "2023-06-30"
        entry.save()
    now = [record["code"] for record in public.all("/projects/", programme="2023")]
    then = walked(public, "/projects/?programme=2023&cursor=&page_size=10&as_of=r1", "code")
    assert sorted(then) == sorted([*now, entry.project.code]), "it has left since"


@pytest.mark.parametrize("order", ["", "&ordering=-total_investment", "&ordering=name"])
def test_a_walk_through_a_day_that_is_not_over_is_of_one_revision(public: System, order: str) -> None:
    question = f"as_of={timezone.localdate()}&programme=2023{order}"
    before = public.all(f"/projects/?{question}&fields=code,total_investment")
    chance, found = random.Random(11), []  # noqa: S311  no secret
    following = f"/projects/?{question}&fields=code,total_investment&cursor=&page_size=9"
    while following:
        answer = public.get(following)
        assert answer.status_code == 200, answer.data
        assert answer["X-Data-Revision"] == "1"
        found += answer.data["results"]
        following = answer.data["next"]
        disturb(chance)
    assert sorted(found, key=itemgetter("code")) == sorted(before, key=itemgetter("code"))
    assert public.all(f"/projects/?{question}&fields=code,total_investment") != before, "the day went on"


def cursor_of(address: str) -> str:
    return parse_qs(urlsplit(address).query)["cursor"][0]


def test_a_cursor_belongs_to_its_list_and_order(public: System) -> None:
    cursor = cursor_of(public.get("/projects/", cursor="", page_size=5).data["next"])
    assert public.get("/projects/", cursor=cursor).status_code == 200
    assert_problem(public.get("/entries/", cursor=cursor), 400, "cursor")
    assert_problem(public.get("/projects/", cursor=cursor, ordering="-start"), 400, "cursor")
    assert_problem(public.get("/projects/", cursor=cursor[:-1]), 400, "cursor")
    assert_problem(public.get("/projects/", cursor="", page=1), 400, "page")


@pytest.mark.parametrize("order", [{}, {"ordering": "-total_investment"}])
def test_a_cursor_belongs_to_its_filters_and_its_moment(public: System, order: dict[str, str]) -> None:
    disturb(random.Random(1))  # noqa: S311  no secret
    question = {"kind": "plant", "basis": ["published", "illustrative"], "as_of": "r2"} | order
    answer = public.get(f"/projects/?{urlencode(question, doseq=True)}", cursor="", page_size=5)
    cursor = cursor_of(answer.data["next"])

    def follow(**more: Any) -> Any:
        return public.get(f"/projects/?{urlencode(question | more, doseq=True)}", cursor=cursor)

    assert follow().status_code == 200
    assert (
        follow(basis=["illustrative", "published"], page_size=7, fields="code,url", lang="zh-hans").status_code == 200
    )
    for other in ({"as_of": "r1"}, {"kind": "park"}, {"basis": "published"}, {"search": "长沙"}):
        told = assert_problem(follow(**other), 400, "cursor")
        assert "belongs to another question" in told["detail"]
    disturb(random.Random(2))  # noqa: S311  no secret
    question.pop("as_of")
    assert_problem(follow(), 400, "cursor")


@pytest.mark.parametrize("order", [{}, {"ordering": "-disbursed"}])
def test_the_same_page_has_the_same_next_whenever_it_is_asked_for(
    public: System, monkeypatch: pytest.MonkeyPatch, order: dict[str, str]
) -> None:
    first = public.get("/projects/", cursor="", page_size=5, **order).content
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + 100)
    assert public.get("/projects/", cursor="", page_size=5, **order).content == first


def test_a_page_by_cursor_counts_nothing(public: System, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(4):
        public.get("/sectors/", cursor="", page_size=2)


@pytest.mark.permission
def test_a_walk_never_leaves_what_its_reader_may_see(changsha_reader: Any, system_of: Any) -> None:
    system = system_of(changsha_reader, scope="read")
    seen = {record["code"] for record in system.all("/projects/")}
    for order in ("", "&ordering=-total_investment"):
        assert set(walked(system, f"/projects/?cursor=&page_size=2{order}", "code")) == seen


def test_a_walk_in_an_order_says_which_steps_may_be_taken_now(
    province: Any, changsha_writer: Any, system_of: Any
) -> None:
    """It goes through the past; what is another version by now is to be read anew."""
    reports = [drafted(month=8), submitted(changsha_writer)]
    proposals = [proposed(changsha_writer), proposed(changsha_writer, PLAN)]
    system, bureau = system_of(province), system_of(changsha_writer)
    for path, records in (("/reports/?state=submitted&state=draft", reports), ("/proposals/?", proposals)):
        for reader in (system, bureau, system_of(province, scope="read")):
            now = {each["id"]: each["may"] for each in reader.all(path)}
            walked = {each["id"]: each["may"] for each in pages_of(reader, path)}
            assert walked == now
            assert bool(any(now.values())) is (reader in (system, bureau))
        begun = system.get(path, cursor="", ordering="-id", page_size=1).data
        saved(type(records[0]).objects.get(pk=records[0].pk), reason="Changed meanwhile")
        rest = {each["id"]: each["may"] for each in pages_of(system, begun["next"])}
        assert rest[records[0].pk] == []
        assert [each["id"] for each in begun["results"]] == [records[1].pk]


def pages_of(system: System, address: str) -> Iterator[dict[str, Any]]:
    query = {} if "cursor" in address else {"cursor": "", "ordering": "-id", "page_size": 1}
    answer = system.get(address, **query).data
    yield from answer["results"]
    while answer["next"]:
        answer = system.get(answer["next"]).data
        yield from answer["results"]
