"""What accepting a proposal writes, what stands in its way, and that of two who decide one wins."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils.translation import override

from projects.models import Claim, ProposalEvent, Revision, Source
from projects.workflows import proposals
from projects.workflows.proposals import ProposedValue, RefusedError
from tests.people import person
from tests.projects.workflows.proposals_made import INVESTMENT, MORE, PLAN, again, move_base, project, proposed
from tests.threads import call_at_once


def test_accepting_writes_the_values_in_one_revision_that_names_the_proposal(changsha_writer, province):
    made = proposed(
        changsha_writer,
        INVESTMENT,
        PLAN,
        ProposedValue("project.sector", None, "new-display"),
        ProposedValue("project.chain_link", None, None),
        ProposedValue("project.transferred", None, "yes"),
        ProposedValue("project.source_province", None, "44"),
    )
    done = proposals.accept(made, user=province, comment="同意")
    found = project()
    assert (found.total_investment, found.sector.code, found.chain_link) == (MORE, "new-display", None)
    assert (found.transferred, found.source_province) == ("yes", "44")
    assert found.entries.get().planned_disbursement == 700_000_000
    revision = Revision.objects.first()
    assert revision.reason == f"proposal {made.pk}: {made.reason}"
    for language, words in {"zh-hans": f"变更申请 {made.pk}：", "en": f"Proposal {made.pk}: "}.items():
        with override(language):
            assert revision.reason_in_words == f"{words}{made.reason}"
    assert revision.user == province
    rows = (found.history.first(), found.entries.get().history.first(), made.history.first())
    assert {row.revision_id for row in rows} == {revision.number}
    assert made.events.first().revision_id == revision.number
    assert (done.answered_by, done.comment) == (province, "同意")
    assert all(change.taken for change in again(made).changes)


def test_a_project_joins_a_list_with_its_plan_and_leaves_one(changsha_writer, province):
    joining = proposed(
        changsha_writer,
        ProposedValue("entry.programme", 2024, True),
        ProposedValue("entry.planned_disbursement", 2024, 5),
        ProposedValue("entry.joined", 2024, "2024-03-01"),
        ProposedValue("entry.left", 2023, "2023-12-31"),
    )
    assert not project().entries.filter(programme__year=2024).exists()
    proposals.accept(joining, user=province)
    entry = project().entries.get(programme__year=2024)
    assert (entry.planned_disbursement, entry.joined) == (5, dt.date(2024, 3, 1))
    assert entry.basis == project().basis
    assert project().entries.get(programme__year=2023).left == dt.date(2023, 12, 31)


def test_a_published_source_becomes_the_adopted_claim_and_the_source_of_the_plan(changsha_writer, province):
    source = Source.objects.first()
    proposals.accept(proposed(changsha_writer, INVESTMENT, PLAN, source=source, reported_by=""), user=province)
    claim = Claim.objects.get(project=project(), figure="total_investment", adopted=True)
    assert (claim.amount, claim.source) == (MORE, source)
    assert project().entries.get().source == source


def test_a_reported_figure_lets_go_of_the_claim_that_says_otherwise(changsha_writer, province):
    source = Source.objects.first()
    proposals.accept(proposed(changsha_writer, source=source, reported_by=""), user=province)
    proposals.accept(proposed(changsha_writer, INVESTMENT._replace(value=8)), user=province)
    assert not Claim.objects.filter(project=project(), adopted=True, figure="total_investment").exists()
    assert project().total_investment == 8


def test_a_base_that_has_moved_needs_a_choice(changsha_writer, province):
    made = proposed(changsha_writer, INVESTMENT, PLAN)
    move_base(6)
    subject = proposals.Subject.from_proposal(made)
    assert [change.key for change in proposals.find_moved_changes(made, subject)] == ["project.total_investment"]
    with pytest.raises(RefusedError) as refused:
        proposals.accept(made, user=province)
    assert refused.value.conflict
    assert list(refused.value.refusals[made.pk].errors) == ["project.total_investment"]
    assert (project().total_investment, again(made).state) == (6, "submitted")
    done = proposals.accept(made, user=province, choices={"project.total_investment": proposals.CURRENT})
    assert project().total_investment == 6
    assert project().entries.get().planned_disbursement == 700_000_000
    assert [change.taken for change in done.changes] == [False, True]


def test_the_proposed_value_can_be_chosen_over_the_one_that_came_meanwhile(changsha_writer, province):
    made = proposed(changsha_writer)
    move_base(6)
    proposals.accept(made, user=province, choices={"project.total_investment": proposals.PROPOSED})
    assert project().total_investment == MORE


def test_what_somebody_else_made_the_same_is_no_conflict(changsha_writer, province):
    made = proposed(changsha_writer)
    move_base(MORE)
    assert proposals.accept(made, user=province).state == "accepted"


def test_keeping_everything_is_refusing(changsha_writer, province):
    made = proposed(changsha_writer)
    move_base(6)
    with pytest.raises(RefusedError) as refused:
        proposals.accept(made, user=province, choices={"project.total_investment": proposals.CURRENT})
    assert not refused.value.conflict


def test_what_does_not_fit_any_more_is_refused_at_its_field(changsha_writer, province):
    made = proposed(
        changsha_writer,
        ProposedValue("project.transferred", None, "yes"),
        ProposedValue("project.source_province", None, "44"),
    )
    keep = {"project.transferred": proposals.CURRENT}
    found = project()
    if found.transferred != "no":
        found.transferred, found.source_province = "no", ""
        found.save()
    with pytest.raises(RefusedError) as refused:
        proposals.accept(made, user=province, choices=keep | {"project.source_province": proposals.PROPOSED})
    assert list(refused.value.refusals[made.pk].errors) == ["project.source_province"]
    assert project().source_province == ""


def test_a_place_that_is_gone_is_said(changsha_writer, province):
    joining = proposed(changsha_writer, ProposedValue("entry.programme", 2024, True))
    proposals.accept(joining, user=province)
    made = proposed(changsha_writer, ProposedValue("entry.planned_disbursement", 2024, 5))
    project().entries.get(programme__year=2024).delete()
    key = "entry.planned_disbursement:2024"
    with pytest.raises(RefusedError) as refused:
        proposals.accept(made, user=province, choices={key: proposals.PROPOSED})
    assert list(refused.value.refusals[made.pk].errors) == [key]


def test_a_version_that_is_not_the_present_one_is_a_conflict(changsha_writer, province):
    made = proposed(changsha_writer)
    version = proposals.version_of(made, proposals.Subject.from_proposal(made))
    found = project()
    found.name_en = "Changed meanwhile"
    found.save()
    for step in (proposals.accept, proposals.send_back, proposals.refuse):
        words = {"comment": "依据不足"}
        with pytest.raises(RefusedError) as refused:
            step(made, user=province, version=version, **words)
        assert refused.value.conflict
    made = again(made)
    version = proposals.version_of(made, proposals.Subject.from_proposal(made))
    assert proposals.accept(made, user=province, version=version).state == "accepted"


def test_of_two_people_at_one_proposal_one_wins(live_register, changsha_writer, province):
    """On two connections at the same time: one accepts and one refuses; the register fits the one that won."""
    other = person("other-reviewer", "province")
    made = proposed(changsha_writer)
    before = project().total_investment
    outcomes = call_at_once(
        lambda: proposals.accept(made, user=province),
        lambda: proposals.refuse(made, user=other, comment="依据不足"),
    )
    [lost] = [each for each in outcomes if isinstance(each, Exception)]
    assert isinstance(lost, RefusedError)
    assert lost.conflict
    accepted = outcomes[1] is lost
    assert again(made).state == ("accepted" if accepted else "refused")
    assert project().total_investment == (MORE if accepted else before)
    assert ProposalEvent.objects.count() == 2
