"""What is not known is null or "": of a field that can be proposed both say the same, and propose nothing where it is so."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.translation import override

from projects.history.revisions import create_revision
from projects.models import Entry, Proposal
from projects.models.proposal import MEMBERSHIP, NOTHING_PROPOSED, PROPOSABLE, is_of_entry
from projects.workflows import proposals
from tests.projects.workflows.proposals_made import OWN, ProposedValue, project, proposed

from .conftest import System, assert_problem

FIELDS = sorted(PROPOSABLE.keys() - {MEMBERSHIP})


def body(field: str, value: Any) -> dict[str, Any]:
    change = {"field": field, "value": value} | ({"programme": 2023} if is_of_entry(field) else {})
    return {"project": OWN, "changes": [change], "reason": "更正", "reported_by": "x"}


@pytest.fixture
def writer(system_of: Any, changsha_writer: Any) -> System:
    return system_of(changsha_writer)


@pytest.mark.parametrize("field", FIELDS)
def test_an_empty_text_is_the_same_as_null(writer: System, changsha_writer: Any, field: str) -> None:
    """Refused alike, or proposed as the same value."""
    told = []
    for value in (None, ""):
        answer = writer.post("/proposals/", body(field, value))
        told.append((answer.status_code, answer.data.get("errors") or answer.data["changes"][0]["proposed"]))
        for each in Proposal.objects.open():
            proposals.withdraw(each, user=changsha_writer)
    assert told[0] == told[1]
    assert told[0][0] in (201, 400)


@pytest.mark.parametrize("value", ["", None])
@pytest.mark.parametrize(
    "field", ["entry.left", "entry.disbursed_before", "project.chain_link", "project.source_province"]
)
def test_a_blank_proposes_nothing_where_nothing_is_known(writer: System, field: str, value: str | None) -> None:
    record = project() if field.startswith("project.") else Entry.objects.get(project=project(), programme__year=2023)
    name = PROPOSABLE[field].name
    with create_revision(reason="x"):
        setattr(record, name, None if PROPOSABLE[field].null else "")
        record.save()
    problem = assert_problem(writer.post("/proposals/", body(field, value)), 400)
    with override("en"):
        assert problem["errors"] == {"record": [str(NOTHING_PROPOSED)]}
    assert not Proposal.objects.exists()


def test_a_day_is_the_same_however_it_is_written(writer: System) -> None:
    entry = Entry.objects.get(project=project(), programme__year=2023)
    with create_revision(reason="x"):
        entry.joined = "2023-02-01"
        entry.save()
    for value in ("2023-02-01", "20230201"):
        assert_problem(writer.post("/proposals/", body("entry.joined", value)), 400)
    answer = writer.post("/proposals/", body("entry.joined", "20230301"))
    assert answer.data["changes"][0]["proposed"] == "2023-03-01"


def test_of_who_joins_a_list_a_blank_proposes_nothing(changsha_writer: Any) -> None:
    blanks = [
        ProposedValue(f"entry.{name}", 2024, "")
        for name in ("left", "planned_disbursement", "planned_disbursement_reported_by")
    ]
    joining = [ProposedValue(MEMBERSHIP, 2024, True), ProposedValue("entry.joined", 2024, "2024-02-01")]
    found = proposed(changsha_writer, *joining, *blanks)
    assert [each.field for each in found.changes] == [MEMBERSHIP, "entry.joined"]
