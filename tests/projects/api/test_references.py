"""/api/v1/directions/, sectors/, chain-links/, prefectures/, enterprises/ and sources/"""

from __future__ import annotations

import pytest

from .conftest import assert_problem
from .lists import assert_is_a_list

LISTS = [
    ("/directions/", 4, "code"),
    ("/sectors/", 6, "code"),
    ("/chain-links/", 14, "code"),
    ("/prefectures/", 14, "adcode"),
    ("/enterprises/", 7, "id"),
]
SOURCES = 30


@pytest.mark.parametrize(("path", "count", "key"), LISTS)
def test_reference_data_is_listed(public, path, count, key):
    for record in assert_is_a_list(public, path, count=count, key=key):
        assert record["name_zh"]


def test_sources_are_listed_by_their_address(public):
    for record in assert_is_a_list(public, "/sources/", count=SOURCES, key="id"):
        assert record["address"].startswith("http")
    assert public.all("/sources/", search="rednet")


def test_chain_links_of_a_sector_are_found(public):
    links = public.all("/chain-links/", sector="energy-electronics")
    assert links
    assert {each["sector"]["code"] for each in links} == {"energy-electronics"}
    problem = assert_problem(public.get("/chain-links/", sector="ships"), 400, "sector")
    assert "energy-electronics" in problem["detail"]


def test_one_of_each_is_shown_by_its_key(public):
    assert public.get("/sectors/advanced-computing/").data["name_en"] == "Advanced computing"
    assert public.get("/chain-links/cathode-materials/").data["sector"]["code"] == "energy-electronics"
    assert public.get("/prefectures/430100/").data["name_zh"] == "长沙市"
    for path in ("/sectors/ships/", "/chain-links/x/", "/prefectures/999999/", "/enterprises/999999999999999999/"):
        assert_problem(public.get(path), 404)


def test_enterprises_are_found_by_both_names(public):
    assert [each["name_zh"] for each in public.all("/enterprises/", search="CRRC")] == ["株洲中车时代半导体有限公司"]
    assert len(public.all("/enterprises/", search="半导体")) == 2
