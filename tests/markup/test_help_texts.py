"""What a prefecture names as the origin of a figure is a text to whoever opens the record in the administration."""

from __future__ import annotations

from typing import Any

import pytest

from projects.history.revisions import create_revision
from projects.models import Project
from projects.workflows import proposals
from tests.pages import read
from tests.projects.admin.forms import change_url, filled
from tests.projects.workflows.proposals_made import OTHER_OWN, OWN, PLAN, project, proposed

MARKUP = (
    "<input type=hidden name=name_zh value=CHANGED><input type=hidden name=total_investment value=88>"
    '<meta http-equiv="refresh" content="0;url=https://evil.example">'
)
pytestmark = [pytest.mark.django_db, pytest.mark.no_database]


@pytest.fixture
def ways_in(changsha_writer: Any, province: Any) -> list[Any]:
    """The records that a form shows with such an origin: typed with the project itself, and by an accepted proposal."""
    with create_revision(user=changsha_writer, reason="typed"):
        made = Project(
            code="CS-ORIGIN",
            name_zh="长沙项目三",
            sector=project(OWN).sector,
            prefecture=project(OWN).prefecture,
            total_investment=1_000_000_000,
            total_investment_reported_by=MARKUP,
        )
        made.save()
    proposals.accept(proposed(changsha_writer, reported_by=MARKUP, code=OTHER_OWN), user=province)
    proposals.accept(proposed(changsha_writer, PLAN, reported_by=MARKUP, code=OTHER_OWN), user=province)
    changed = project(OTHER_OWN)
    return [made, changed, changed.entries.get()]


def test_an_origin_adds_nothing_to_a_form(ways_in: list[Any], province: Any, client_of: Any) -> None:
    for record in ways_in:
        content = client_of(province).get(change_url(record)).content
        assert b"&lt;input type=hidden" in content
        names = [each.get("name") for tag, each in read(content).elements if tag == "input"]
        assert names.count("name_zh") == (1 if isinstance(record, Project) else 0)
        assert names.count("total_investment") <= 1
        refreshes = [each for tag, each in read(content).elements if tag == "meta" and "http-equiv" in each]
        assert refreshes == []


def test_who_saves_such_a_form_writes_only_what_was_typed(ways_in: list[Any], province: Any, client_of: Any) -> None:
    record, browser = ways_in[0], client_of(province)
    sent = filled(browser.get(change_url(record)), note_zh="只改备注")
    sent |= hidden_twice(browser.get(change_url(record)).content, sent)
    assert browser.post(change_url(record), sent).status_code == 302
    record.refresh_from_db()
    assert (record.name_zh, record.total_investment, record.note_zh) == ("长沙项目三", 1_000_000_000, "只改备注")


def hidden_twice(content: bytes, sent: dict[str, Any]) -> dict[str, Any]:
    """What a browser would send beside the fields of the form: hidden ones that have their names."""
    found: dict[str, Any] = {}
    for tag, each in read(content).elements:
        if tag == "input" and each.get("type") == "hidden" and each.get("value") in ("CHANGED", "88", "1"):
            found[each["name"]] = [sent.get(each["name"], ""), each["value"]]
    return found
