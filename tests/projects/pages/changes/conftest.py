"""A log to look at, and how to ask for it."""

from __future__ import annotations

import pytest
from django.db.models import QuerySet

from projects.choices import Basis, Channel
from projects.history.revisions import create_revision
from projects.models import Project
from tests.projects.changes.asking import claim, deleted, project, saved

CHANGSHA, ZHUZHOU = "HN-EI-2023-21", "HN-EI-2023-02"


def numbers(client, **query):
    """The numbers of the revisions that a page shows, in its order."""
    response = client.get("/changes/", query | {"lang": "en"})
    assert response.status_code == 200, query
    return [event.revision.number for event in response.context["events"]]


def refused(client, **query):
    response = client.get("/changes/", query | {"lang": "en"})
    assert response.status_code == 400, query
    return [refusal.parameter for refusal in response.context["refusals"]]


@pytest.fixture
def log(province, changsha_writer):
    """Some revisions by several people and doors; their numbers by name."""
    found = {}
    QuerySet(Project).filter(code=CHANGSHA).update(basis=Basis.REPORTED)  # whose name the prefecture writes itself
    with create_revision(user=province, door=Channel.ADMIN, reason="a slip") as draft:
        said = {"total_investment_reported_by": "局", "start_reported_by": "局"}
        saved(project(), total_investment=1, started="2022-Q2", **said)
    found["money"] = draft.number
    with create_revision(user=changsha_writer, door=Channel.API) as draft:
        saved(project(CHANGSHA), name_en="Renamed")
    found["name"] = draft.number
    with create_revision(user=province, door=Channel.PAGE) as draft:
        saved(claim(), note_en="Noted")
    found["claim"] = draft.number
    found["deleted"] = deleted(claim(project__code="HN-EI-2023-08"))
    return found
