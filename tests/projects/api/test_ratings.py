"""/api/v1/ratings/"""

from __future__ import annotations

from typing import Any

import pytest

from projects.models import Rating

from .conftest import assert_problem
from .lists import assert_is_a_list
from .reporting import ELSEWHERE, OWN, entry_of


def new(code: str = OWN, **more: Any) -> dict[str, Any]:
    return {"entry": entry_of(code).pk, "month": "2023-06", "light": "yellow", "words": "三季度可补回"} | more


@pytest.fixture
def ratings(system_of, province):
    bodies = [new(), new(month="2023-05", light="red"), new(ELSEWHERE, light="green")]
    return [system_of(province).post("/ratings/", body).data["id"] for body in bodies]


def test_ratings_are_listed(public, ratings):
    assert_is_a_list(public, "/ratings/", count=3, key="id")

    def found(**query: str) -> list[str]:
        return sorted(each["light"] for each in public.all("/ratings/", **query))

    assert found(light="red") == ["red"]
    assert found(month="2023-06") == ["green", "yellow"]
    assert found(prefecture="430200") == ["green"]
    assert found(rated_on_max="2023-08-07") == ["green", "red", "yellow"]


def test_a_rating_has_the_words_of_who_sends_it(system_of, province):
    answer = system_of(province).post("/ratings/", new())
    assert answer.status_code == 201
    named = ("month", "light", "words", "author", "rated_on", "age")
    assert [answer.data[name] for name in named] == ["2023-06", "yellow", "三季度可补回", "周敏", "2023-08-07", 0]
    assert Rating.objects.get(pk=answer.data["id"]).author == province
    again = system_of(province).post("/ratings/", new(light="green"))
    assert again.status_code == 201
    assert Rating.objects.count() == 2


def test_the_public_reads_neither_author_nor_words(public, system_of, analyst, ratings):
    path = f"/ratings/{ratings[0]}/"
    inside, outside = system_of(analyst).get(path).data, public.get(path).data
    assert (inside["author"], inside["words"]) == ("周敏", "三季度可补回")
    assert {name for name in inside if inside[name] != outside[name]} == {"author", "words"}
    assert (outside["author"], outside["words"]) == (None, None)


def test_a_rating_is_never_changed(system_of, province, ratings):
    assert_problem(system_of(province).patch(f"/ratings/{ratings[0]}/", {"words": "x"}), 405)
