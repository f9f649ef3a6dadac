"""/api/v1/directions/, sectors/, chain-links/, prefectures/ and enterprises/"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from projects.history.revisions import create_revision
from projects.models import Enterprise, Project

from .conftest import System, assert_problem
from .lists import assert_constant_queries, assert_is_a_list

LISTS = [
    ("/directions/", 4, "code"),
    ("/sectors/", 6, "code"),
    ("/chain-links/", 14, "code"),
    ("/prefectures/", 14, "adcode"),
    ("/enterprises/", 7, "id"),
]


@pytest.mark.parametrize(("path", "count", "key"), LISTS)
def test_reference_data_is_listed(public: System, path: str, count: int, key: str) -> None:
    for record in assert_is_a_list(public, path, count=count, key=key):
        assert record["name_zh"]


@pytest.mark.parametrize(("path", "count", "key"), LISTS)
def test_reference_data_cannot_be_written(system_of: Any, province: Any, path: str, count: int, key: str) -> None:
    assert_problem(system_of(province).post(path, {"name_zh": "x"}), 405)


@pytest.mark.parametrize(("path", "count", "key"), LISTS)
def test_the_lists_cost_the_same_whatever_the_rows(
    system_of: Any, province: Any, changsha_reader: Any, queries_of: Any, path: str, count: int, key: str
) -> None:
    for user in (province, changsha_reader):
        assert_constant_queries(system_of(user), path, queries_of)


def test_chain_links_of_a_sector_are_found(public: System) -> None:
    links = public.all("/chain-links/", sector="energy-electronics")
    assert links
    assert {each["sector"]["code"] for each in links} == {"energy-electronics"}
    problem = assert_problem(public.get("/chain-links/", sector="ships"), 400, "sector")
    assert "energy-electronics" in problem["detail"]


def test_one_of_each_is_shown_by_its_key(public: System) -> None:
    assert public.get("/sectors/advanced-computing/").data["name_en"] == "Advanced computing"
    assert public.get("/chain-links/cathode-materials/").data["sector"]["code"] == "energy-electronics"
    assert public.get("/prefectures/430100/").data["name_zh"] == "长沙市"
    for path in ("/sectors/ships/", "/chain-links/x/", "/prefectures/999999/", "/enterprises/999999999999999999/"):
        assert_problem(public.get(path), 404)


def test_enterprises_are_found_by_both_names(public: System) -> None:
    assert [each["name_zh"] for each in public.all("/enterprises/", search="CRRC")] == ["株洲中车时代半导体有限公司"]
    assert len(public.all("/enterprises/", search="半导体")) == 2


def test_enterprises_of_projects_elsewhere_are_not_there(system_of: Any, changsha_reader: Any) -> None:
    system = system_of(changsha_reader)
    seen = set(Project.objects.filter(prefecture__adcode="430100").values_list("enterprise_id", flat=True)) - {None}
    unused = set(Enterprise.objects.filter(projects=None).values_list("pk", flat=True))
    assert {each["id"] for each in system.all("/enterprises/")} == seen | unused
    hidden = Enterprise.objects.exclude(pk__in=seen | unused).first()
    assert hidden is not None
    assert_problem(system.get(f"/enterprises/{hidden.pk}/"), 404)


def test_an_enterprise_of_two_projects_is_there_once(system_of: Any, changsha_reader: Any) -> None:
    with create_revision():
        enterprise = Enterprise(name_zh="两个项目的企业")
        enterprise.save()
        for project in Project.objects.filter(prefecture__adcode="430100")[:2]:
            project.enterprise = enterprise
            project.save()
    system = system_of(changsha_reader)
    assert [each["id"] for each in system.all("/enterprises/", search="两个项目")] == [enterprise.pk]
    assert system.get(f"/enterprises/{enterprise.pk}/").status_code == 200


def test_a_stranger_finds_nothing(system_of: Any, stranger: Any) -> None:
    system = system_of(stranger)
    for path, _count, _key in LISTS:
        assert system.get(path).data["count"] == 0
    assert_problem(system.get("/sectors/advanced-computing/"), 404)


def test_nothing_is_known_yet_of_what_is_published_on_a_day_to_come(system_of: Any, province: Any) -> None:
    system, today = system_of(province), timezone.localdate()
    later = today + dt.timedelta(days=1)
    for said in (later.isoformat(), str(today.year + 1), f"{today.year + 1}-02"):
        named = {
            "total_investment": 10**9,
            "total_investment_source": {"url": "https://example.org/", "published": said},
        }
        assert_problem(system.patch("/projects/HN-EI-2023-33/", named), 400, "total_investment_source.published")
    named["total_investment_source"]["published"] = today.isoformat()
    assert system.patch("/projects/HN-EI-2023-33/", named).status_code == 200
