"""Undoing what decided about a figure: its value, the claim that it follows and who reported it go back together."""

from __future__ import annotations

import pytest

from projects.changes.kinds import kind_of
from projects.changes.undo import UndoRefusedError, undo
from projects.history.revisions import create_revision
from projects.models import Claim, Project, Revision
from projects.models.base import PROPOSE_ON_PAGE
from projects.workflows import adoption, proposals
from tests.projects.workflows.proposals_made import MORE, OWN, project, proposed

pytestmark = pytest.mark.django_db

CRRC = "HN-EI-2023-02"  # three published claims about its investment, one adopted


def state(code):
    found = Project.objects.get(code=code)
    claims = found.claims.order_by("pk").values_list("figure", "amount", "stated", "adopted", "adopted_because")
    return found.total_investment, found.total_investment_reported_by, list(claims)


def test_an_adoption_is_undone_with_the_figure_that_followed_it(province):
    before = state(CRRC)
    other = Claim.objects.filter(project__code=CRRC, figure="total_investment", adopted=False).first()
    adoption.adopt(other, user=province, reason="the company's own notice")
    assert state(CRRC) != before
    undo(Revision.objects.first(), user=province, reason="by mistake")
    assert state(CRRC) == before


def test_a_change_by_hand_is_undone_without_asking_again_where_the_figure_comes_from(province):
    before = state(OWN)
    record = project()
    with create_revision(door="admin", user=province, reason="by telephone"):
        record.total_investment, record.total_investment_reported_by = 7, "局"
        record.save()
    assert state(OWN) != before
    undo(Revision.objects.first(), user=province, reason="by mistake")
    assert state(OWN) == before


def test_what_a_proposal_put_into_the_register_is_undone_record_by_record(changsha_writer, province):
    before = state(OWN)
    proposals.accept(proposed(changsha_writer), user=province)
    assert state(OWN)[0] == MORE
    undo(Revision.objects.first(), user=province, reason="too early", only=(kind_of(Project), project().pk))
    assert state(OWN) == before


def test_a_prefecture_undoes_nothing_that_it_may_only_propose(changsha_writer, province):
    record = project()
    with create_revision(door="admin", user=province, reason="x"):
        record.total_investment, record.total_investment_reported_by = 7, "局"
        record.save()
    with pytest.raises(UndoRefusedError) as refused, create_revision(door="page", user=changsha_writer):
        undo(Revision.objects.first(), user=changsha_writer, reason="back")
    assert str(PROPOSE_ON_PAGE) in str(refused.value)
    assert project().total_investment == 7
