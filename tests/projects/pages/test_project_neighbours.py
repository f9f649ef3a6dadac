"""The projects before and after one, in the list that it was opened from."""

from __future__ import annotations

from typing import Any

import pytest

from projects.models import Project
from projects.pages.project import get_neighbours
from tests.pages import opened

from ..asking import scope_of

pytestmark = pytest.mark.django_db
LISTS: tuple[dict[str, Any], ...] = (
    {},
    {"sector": "energy-electronics"},
    {"ordering": "-disbursed"},
    {"ordering": "light", "basis": "illustrative"},
    {"ordering": "-gap,name", "prefecture": ["430100", "none"]},
    {"light": "yellow"},
)


def around(user: Any, asked: dict[str, Any], code: str) -> tuple[str, str] | None:
    """The codes before and after a project, empty at the ends."""
    found = get_neighbours(scope_of(user, asked), Project.objects.get(code=code))
    if found is None:
        return None
    before, after = (each.url.split("/")[2] if each else "" for each in (found["before"], found["after"]))
    return before, after


@pytest.mark.parametrize("asked", LISTS, ids=str)
def test_they_are_those_of_the_list(analyst, asked):
    codes = [each.code for each in scope_of(analyst, {"through": "2023-06"} | asked).projects()]
    assert len(codes) > 5
    for before, code, after in zip(["", *codes], codes, [*codes[1:], ""], strict=False):
        assert around(analyst, {"through": "2023-06"} | asked, code) == (before, after)


def test_a_project_that_the_list_does_not_hold_has_none(analyst):
    assert around(analyst, {"sector": "energy-electronics"}, "HN-EI-2023-02") is None
    assert around(analyst, {"sector": "energy-electronics", "ordering": "-disbursed"}, "HN-EI-2023-02") is None


def test_an_address_that_names_the_project_alone_says_nothing_of_a_list(analyst):
    assert around(analyst, {"code": "HN-EI-2023-02"}, "HN-EI-2023-02") == ("HN-EI-2023-01", "HN-EI-2023-03")


def test_a_reader_of_one_prefecture_is_led_to_no_other(changsha_reader):
    own = [each.code for each in scope_of(changsha_reader).projects()]
    assert around(changsha_reader, {}, own[1]) == (own[0], own[2])


def test_links_of_a_list_bring_its_order_along(public_read, register, client):
    page = opened(client, "/projects/", ordering="-total_investment", sector="energy-electronics")
    [first, *_others] = [each.href for each in page.anchors if each.href.startswith("/projects/HN-")]
    following = {each.text for each in opened(client, first).anchors if "ordering=-total_investment" in each.href}
    assert following
    assert "sector=energy-electronics" in first
