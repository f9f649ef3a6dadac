"""The number in the navigation of what waits for the reader: all of it up to 99, whatever page it stands on."""

from __future__ import annotations

import re

import pytest

from projects.monitoring.tasks import tasks_of
from projects.pages.tasks import lines
from tests.projects.models.reports_made import submitted
from tests.projects.workflows.proposals_made import proposed

pytestmark = pytest.mark.django_db

SECTORS, OVERVIEW = "/sectors/", "/"


def shown_on(client, path: str, **query: str) -> str:
    page = client.get(path, {"lang": "en"} | query).content.decode()
    entries = page.partition('<nav class="nav"')[2].partition("</nav>")[0]
    assert "Overview" in entries
    found = re.search(r'<span class="n">([^<]*)<', entries)
    return found[1] if found else ""


@pytest.fixture
def waiting(changsha_writer, province) -> int:
    submitted(changsha_writer)
    proposed(changsha_writer)
    return tasks_of(province).own_count


def test_every_page_names_the_number(waiting, province, analyst, client_of):
    assert waiting > 2
    for path in (SECTORS, OVERVIEW, "/tasks/"):
        assert shown_on(client_of(province), path) == str(waiting)
    assert shown_on(client_of(province), OVERVIEW, sector="new-display") == str(waiting)
    assert shown_on(client_of(analyst), SECTORS) == ""


@pytest.mark.parametrize("path", [SECTORS, OVERVIEW, "/tasks/"])
def test_beyond_the_most_that_is_shown_it_is_that_and_a_plus(waiting, province, client_of, monkeypatch, path):
    monkeypatch.setattr(lines, "MOST_SHOWN", waiting)
    assert shown_on(client_of(province), path) == str(waiting)
    monkeypatch.setattr(lines, "MOST_SHOWN", waiting - 1)
    assert shown_on(client_of(province), path, seen="again") == f"{waiting - 1}+"
