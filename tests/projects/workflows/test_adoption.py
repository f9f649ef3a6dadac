"""Adopting a claim and withdrawing it: who may, what becomes of the figure, and that nobody overrules unseen."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from projects.history.revisions import create_revision
from projects.models import Claim, Project, Revision, Source
from projects.workflows.adoption import OvertakenError, adopt, is_disputed, state_of, withdraw

LICO, CRRC, WHOLE = "HN-EI-2023-08", "HN-EI-2023-02", "HN-EI-2023-04"  # four unadopted, one of three, the only one


def claims(code):
    return list(Claim.objects.filter(project__code=code, figure="total_investment").order_by("-adopted", "pk"))


def investment(code):
    return Project.objects.get(code=code).total_investment


def test_adopting_makes_the_figure_what_the_claim_says_with_a_reason(province):
    claim, before = claims(LICO)[0], Revision.objects.newest_number()
    assert investment(LICO) is None
    adopted = adopt(claim, user=province, reason=" the company's own notice ")
    assert (adopted.adopted, adopted.adopted_because) == (True, "the company's own notice")
    assert investment(LICO) == claim.amount
    revision = Revision.objects.get(number=before + 1)
    assert (revision.user, revision.reason) == (province, " the company's own notice ")
    assert Revision.objects.newest_number() == before + 1


def test_adopting_another_lets_go_of_the_first(province):
    first, other, _third = claims(CRRC)
    adopt(other, user=province, reason="newer")
    assert investment(CRRC) == other.amount
    assert [claim.pk for claim in claims(CRRC) if claim.adopted] == [other.pk]
    first.refresh_from_db()
    assert first.adopted_because == ""


def test_a_date_is_adopted_as_exactly_as_it_is_said(province):
    told = Claim.objects.get(project__code="HN-EI-2023-03", figure="finish", stated="2024-Q3")
    adopt(told, user=province, reason="told last")
    project = Project.objects.get(code="HN-EI-2023-03")
    assert (str(project.finished), project.finish.isoformat()) == ("2024-Q3", "2024-09-30")


def test_withdrawing_where_others_disagree_leaves_the_figure_blank(province):
    claim = claims(CRRC)[0]
    assert is_disputed(claim)
    assert withdraw(claim, user=province, reason="the notice was corrected").adopted is False
    assert investment(CRRC) is None


def test_withdrawing_the_only_one_asks_what_the_figure_rests_on(province):
    claim = claims(WHOLE)[0]
    assert not is_disputed(claim)
    with pytest.raises(ValidationError) as refused:
        withdraw(claim, user=province, reason="no longer online")
    assert set(refused.value.message_dict) == {"reported_by"}
    withdraw(claim, user=province, reason="no longer online", reported_by="长沙市工信局")
    project = Project.objects.get(code=WHOLE)
    assert (project.total_investment, project.total_investment_reported_by) == (claim.amount, "长沙市工信局")
    assert not project.claims.filter(adopted=True).exists()


def test_it_may_rest_on_another_source_or_be_left_blank(province):
    claim = claims(WHOLE)[0]
    with pytest.raises(ValidationError) as refused:
        withdraw(claim, user=province, reason="x", source=claim.source)
    assert set(refused.value.message_dict) == {"source"}
    other = Source.objects.exclude(pk=claim.source_id).first()
    with pytest.raises(ValidationError) as refused:
        withdraw(claim, user=province, reason="x", source=other, reported_by="局")
    assert set(refused.value.message_dict) == {"reported_by"}
    withdraw(claim, user=province, reason="x", source=other)
    now = Claim.objects.get(project__code=WHOLE, adopted=True)
    assert (now.source, now.amount, investment(WHOLE)) == (other, claim.amount, claim.amount)
    withdraw(now, user=province, reason="y", left_blank=True)
    assert investment(WHOLE) is None


def test_a_blank_figure_rests_on_nothing(province):
    with pytest.raises(ValidationError) as refused:
        withdraw(claims(CRRC)[0], user=province, reason="x", reported_by="局")
    assert set(refused.value.message_dict) == {"reported_by"}
    assert claims(CRRC)[0].adopted


@pytest.mark.parametrize("act", [adopt, withdraw])
def test_both_need_a_reason(province, act):
    claim = claims(CRRC)[1 if act is adopt else 0]
    with pytest.raises(ValidationError) as refused:
        act(claim, user=province, reason="  ")
    assert set(refused.value.message_dict) == {"reason"}


def test_only_the_province_decides(changsha_writer, zhuzhou_writer, analyst, administrator, stranger):
    for user in (changsha_writer, zhuzhou_writer, analyst, administrator, stranger):
        with pytest.raises(PermissionDenied):
            adopt(claims(CRRC)[1], user=user, reason="mine")
        with pytest.raises(PermissionDenied):
            withdraw(claims(CRRC)[0], user=user, reason="mine")
    assert investment(CRRC) == claims(CRRC)[0].amount


def test_a_share_of_a_plan_is_no_figure_that_could_follow(province):
    share = Claim.objects.filter(figure="year_plan_progress").first()
    with pytest.raises(ValidationError):
        adopt(share, user=province, reason="x")


def test_who_comes_second_is_told(province):
    first, other, third = claims(CRRC)
    seen = state_of(third)
    adopt(other, user=province, reason="newer")
    for act, claim in ((adopt, other), (withdraw, first)):
        with pytest.raises(OvertakenError):
            act(claim, user=province, reason="x")
    with pytest.raises(OvertakenError):
        adopt(third, user=province, reason="x", seen=seen)
    adopt(third, user=province, reason="x", seen=state_of(third))
    assert investment(CRRC) == third.amount
    with create_revision():
        other.refresh_from_db()
        other.delete()
    with pytest.raises(OvertakenError):
        adopt(other, user=province, reason="x")


def test_what_the_project_refuses_is_refused_and_nothing_is_stored(province):
    project = Project.objects.get(code="HN-EI-2023-03")
    with create_revision():
        project.started = "2025"
        project.save()
    claim = Claim.objects.get(project=project, figure="finish", stated="2023-12")
    with pytest.raises(ValidationError) as refused:
        adopt(claim, user=province, reason="x")
    assert set(refused.value.message_dict) == {"finish"}
    claim.refresh_from_db()
    assert claim.adopted is False
