"""An accepted proposal that was undone says so; undoing all of a revision is offered to whom it is allowed."""

from __future__ import annotations

import pytest

from projects.changes.kinds import kind_of
from projects.changes.undo import undo
from projects.history.revisions import create_revision
from projects.models import Project, ProposalEvent, Revision
from projects.workflows import proposals
from tests.pages import opened
from tests.projects.workflows.proposals_made import INVESTMENT, PLAN, project, proposed

UNDONE = "what it wrote was taken back"


@pytest.fixture
def accepted(changsha_writer, province):
    return proposals.accept(proposed(changsha_writer, INVESTMENT, PLAN), user=province)


def acceptance(proposal):
    return ProposalEvent.objects.get(proposal=proposal, action="accept").revision


def take_back(proposal, user):
    with create_revision(door="page", user=user):
        return undo(acceptance(proposal), user=user, reason="x", only=(kind_of(Project), project().pk))


def page_of(browser, proposal, lang="en"):
    return opened(browser, f"/proposals/{proposal.pk}/", lang=lang).text


@pytest.mark.permission
def test_undoing_all_is_not_offered_where_it_would_be_refused(accepted, province, client_of):
    browser, number = client_of(province), acceptance(accepted).number
    page = opened(browser, f"/changes/{number}/", lang="en")
    assert "Undo all of it" not in page.text
    single = [anchor.href for anchor in page.anchors if f"/changes/{number}/undo/?record=project." in anchor.href]
    assert single
    assert browser.get(single[0]).status_code == 200
    assert "cannot be undone as a whole, since nobody writes these back: proposal" in page.text
    answer = browser.get(f"/changes/{number}/undo/", {"lang": "en"})
    assert answer.status_code == 403
    assert "You may not write this record back" in answer.content.decode()  # not only that it is refused


def test_a_proposal_whose_acceptance_was_undone_says_so(accepted, province, changsha_writer, client_of):
    browser = client_of(province)
    assert UNDONE not in page_of(browser, accepted)
    number = take_back(accepted, province)
    for user in (province, changsha_writer):
        text = page_of(client_of(user), accepted)
        assert UNDONE in text
        assert f"undone by revision {number}" in text
        assert "taken into the register, and taken back" in text
        assert "the register holds:" in text
    text = page_of(browser, accepted)
    assert text.count("taken into the register, and taken back") == 1  # the plan stands as it was accepted
    assert "曾写入项目库，后已撤销" in page_of(browser, accepted, lang="zh-hans")
    assert f"undone by revision {number}" in opened(browser, "/proposals/", lang="en", state="accepted").text
    answer = browser.get(f"/api/v1/proposals/{accepted.pk}/").json()
    assert (answer["state"], answer["undone_by"]) == ("accepted", number)
    assert [each["current"] == each["proposed"] for each in answer["changes"]] == [False, True]


def test_what_was_put_back_again_is_not_said_to_be_undone(accepted, province, client_of):
    number = take_back(accepted, province)
    with create_revision(door="page", user=province):
        undo(Revision.objects.get(pk=number), user=province, reason="it was right")
    assert UNDONE not in page_of(client_of(province), accepted)
    assert client_of(province).get(f"/api/v1/proposals/{accepted.pk}/").json()["undone_by"] is None


def test_in_the_past_it_was_not_undone_yet(accepted, province, client_of):
    then = Revision.objects.newest_number()
    take_back(accepted, province)
    answer = client_of(province).get(f"/api/v1/proposals/{accepted.pk}/", {"as_of": f"r{then}"}).json()
    assert answer["undone_by"] is None
