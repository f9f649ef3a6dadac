"""Statements of the log and of the feed are made once for a kind of question, whatever it is about."""

from __future__ import annotations

from typing import Any

import pytest

from projects.changes.feed.streams import Stream
from projects.changes.query import ChangelogQuery
from projects.database import prepared_statements
from projects.models import Project
from tests.people import CHANGSHA, ZHUZHOU
from tests.projects.changes.asking import claim, deleted, saved, undone

pytestmark = pytest.mark.django_db

FEED, LOG = "/api/v1/changes/", "/changes/"
ALIKE = [
    (FEED, {}, {"after": 1, "page_size": 3}),
    (FEED, {"after": 1, "event": "changed"}, {"position": "2.claim.1", "event": "changed"}),
    (FEED, {"project": CHANGSHA, "door": "code"}, {"project": ZHUZHOU, "door": "code", "after": 1}),
    (FEED, {"prefecture": CHANGSHA}, {"prefecture": ZHUZHOU, "page_size": 7}),
    (LOG, {"before": 5}, {"before": 4}),
    (LOG, {"project": CHANGSHA}, {"project": ZHUZHOU}),
    (LOG, {"record": "Another", "who": "pro"}, {"record": "other NAM", "who": "vin"}),
    (LOG, {"kind": "project", "key": 1, "event": "changed"}, {"kind": "project", "key": 2, "event": "changed"}),
    (LOG, {"field": "project.name_en", "after": 0}, {"field": "project.name_en", "after": 1}),
]


@pytest.fixture
def codes(register: Any, province: Any) -> dict[str, str]:
    """By where they are the codes of two projects, of which something is told."""
    found = {}
    for adcode in (CHANGSHA, ZHUZHOU):
        project = Project.objects.filter(prefecture__adcode=adcode).order_by("code")[0]
        saved(project, name_en="Another name")
        found[adcode] = project.code
    undone(deleted(claim()), province)
    return found


@pytest.fixture
def made(monkeypatch: Any) -> list[str]:
    """What was asked for to make SQL of, from now on, of which none is known yet."""
    found: list[str] = []
    monkeypatch.setattr(prepared_statements, "_kinds", type(prepared_statements._kinds)())
    for owner, name in ((Stream, "rows"), (ChangelogQuery, "revisions")):
        plain = getattr(owner, name)

        def noted(*args: Any, plain: Any = plain, **kwargs: Any) -> Any:
            found.append(plain.__name__)
            return plain(*args, **kwargs)

        monkeypatch.setattr(owner, name, noted)
    return found


@pytest.mark.parametrize("who", ["province", "changsha_reader"])
@pytest.mark.parametrize(("address", "first", "second"), ALIKE)
def test_another_question_alike_makes_none(codes, made, client, request, who, address, first, second):
    client.force_login(request.getfixturevalue(who))
    for asked, makes in ((first, True), (second, False)):
        given = asked | ({"project": codes[asked["project"]]} if "project" in asked else {})
        assert client.get(address, given).status_code in (200, 400)
        assert bool(made) == makes
        made.clear()
