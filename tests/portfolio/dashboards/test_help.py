"""`/help/`: tasks of each role, the words of figures; each page has a part that its '?' leads to."""

from __future__ import annotations

import re
from typing import Any

import pytest

from portfolio.help.roles import ROLES, part_of
from projects.totals.figures import FIGURES
from tests.markup.addresses import routes
from tests.pages import opened

PATH = "/help/"
_NO_PAGES = ("admin/", "api/", "livez", "healthz", "readyz", "favicon", "static/", "help/", "login/", "logout/")

pytestmark = pytest.mark.no_database  # it reads nothing of it


def test_each_task_stands_there_with_its_steps(public_read, register, client):
    page = opened(client, PATH)
    for role in ROLES:
        assert str(role.title) in page.text
        for task in role.tasks:
            assert len(task.steps) >= 3
            assert all(str(step) in page.text for step in task.steps)
    for figure in FIGURES.values():
        assert str(figure.definition) in page.text


def test_its_words_are_not_those_that_somebody_searches_for(public_read, register, client):
    assert '<input id="search" name="search" type="search" maxlength="200" placeholder' in (
        html := client.get(PATH).content.decode()
    )
    assert re.findall(r'<input id="search"[^>]* value="([^"]*)"', html) == [""]


def test_every_page_of_the_site_has_a_part(public_read, register, client):
    anchors = set(re.findall(r' id="([\w-]+)"', client.get(PATH).content.decode()))
    without = {route.name for route in routes() if _is_a_page(route) and part_of(route.name) not in anchors}
    assert without == set(), "name its part in portfolio/help/roles.py"


def _is_a_page(route: Any) -> bool:
    return bool(route.name) and not route.pattern.startswith(_NO_PAGES)


def test_a_mark_leads_to_the_part_with_the_question(public_read, register, client):
    marks = [each.href for each in opened(client, "/forecast/", programme=2023).anchors if each.href.startswith(PATH)]
    assert f"{PATH}?programme=2023#closed" in marks


def test_it_asks_the_database_next_to_nothing(public_read, register, client, django_assert_max_num_queries):
    client.get(PATH)
    with django_assert_max_num_queries(4):
        assert client.get(PATH).status_code == 200


def test_who_may_read_nothing_signs_in_first(client, db):
    assert client.get(PATH).headers["Location"] == "/login/?next=/help/"
