"""Proposals: what can be proposed, and each step from its states and by its people."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import override

from projects.choices import ProposalAction, ProposalState
from projects.models import Proposal, ProposalEvent, Revision, Source
from projects.workflows import proposals
from projects.workflows.proposals import ProposedValue, RefusedError
from tests.people import CHANGSHA, person
from tests.projects.workflows.proposals_made import (
    ELSEWHERE,
    INVESTMENT,
    LETTER,
    MORE,
    PLAN,
    again,
    in_state,
    move_base,
    project,
    proposed,
    returned,
)

# proposing


def test_a_proposal_keeps_what_was_there_and_changes_nothing(changsha_writer):
    before = project().total_investment
    made = proposed(changsha_writer, INVESTMENT, PLAN)
    assert [(each.key, each.original, each.proposed, each.taken) for each in made.changes] == [
        ("project.total_investment", before, MORE, None),
        ("entry.planned_disbursement:2023", project().entries.get().planned_disbursement, 700_000_000, None),
    ]
    assert (made.state, made.proposed_by, made.reported_by) == (ProposalState.SUBMITTED, changsha_writer, LETTER)
    assert project().total_investment == before
    [event] = made.events.all()
    assert (event.action, event.user, event.revision_id) == (
        "submit",
        changsha_writer,
        Revision.objects.newest_number(),
    )


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("asked", "key", "says"),
    [
        (ProposedValue("project.total_investment", None, -1), "project.total_investment", "negative"),
        (ProposedValue("project.total_investment", None, 500 * 10**9), "project.total_investment", "below"),
        (ProposedValue("project.total_investment", None, "5"), "project.total_investment", "whole number"),
        (ProposedValue("project.sector", None, "ships"), "project.sector", "not known"),
        (ProposedValue("project.chain_link", None, "battery-cells"), "project.chain_link", "another sector"),
        (ProposedValue("project.transferred", None, "maybe"), "project.transferred", "not known"),
        (ProposedValue("project.county_zh", None, "x"), "project.county_zh", "field that can be proposed"),
        (ProposedValue("project.sector", 2023, "new-display"), "project.sector:2023", "field that can be proposed"),
        (ProposedValue("entry.left", 2023, "soon"), "entry.left:2023", "no day"),
        (ProposedValue("entry.left", None, "2023-08-01"), "entry.left", "field that can be proposed"),
        (ProposedValue("entry.left", 2024, "2024-08-01"), "entry.left:2024", "not on the list of 2024"),
        (ProposedValue("entry.programme", 2018, True), "entry.programme:2018", "no programme of 2018"),
        (ProposedValue("entry.programme", 2023, False), "entry.programme:2023", "day of leaving"),
        (ProposedValue("project.total_investment", None, "same"), "__all__", "differs"),
    ],
)
def test_what_the_register_could_not_hold_is_not_proposed(changsha_writer, asked, key, says):
    if asked.value == "same":
        asked = asked._replace(value=project().total_investment)
    with override("en"), pytest.raises(ValidationError) as refused:
        proposed(changsha_writer, asked)
    with override("en"):
        said = refused.value.message_dict
    assert list(said) == [key]
    assert says in said[key][0]
    assert not Proposal.objects.exists()


def test_a_reason_and_an_origin_of_figures_are_needed(changsha_writer):
    for words, field in (
        ({"reason": " "}, "reason"),
        ({"reported_by": ""}, "source"),
        ({"source": Source.objects.first()}, "reported_by"),
    ):
        with pytest.raises(ValidationError) as refused:
            proposed(changsha_writer, **words)
        assert list(refused.value.message_dict) == [field]
    assert proposed(changsha_writer, ProposedValue("project.transferred", None, "no"), reported_by="").pk


def test_a_field_is_proposed_once_at_a_time(changsha_writer, province):
    first = proposed(changsha_writer)
    with pytest.raises(ValidationError) as refused:
        proposed(changsha_writer, INVESTMENT._replace(value=7))
    assert str(first.pk) in refused.value.message_dict["project.total_investment"][0]
    assert proposed(changsha_writer, PLAN).pk
    proposals.withdraw(first, user=changsha_writer)
    assert proposed(changsha_writer).pk


def test_only_the_own_prefecture_proposes(changsha_writer, changsha_reader, analyst, zhuzhou_writer):
    for user in (changsha_reader, analyst, zhuzhou_writer):
        with pytest.raises(PermissionDenied):
            proposed(user)
    with pytest.raises(PermissionDenied):
        proposed(changsha_writer, code=ELSEWHERE)


# steps

WHO = {  # action -> state -> who may take it; of a proposal that the writer made
    "comment": {"submitted": "wp", "returned": "wp"},
    "return": {"submitted": "p"},
    "resubmit": {"returned": "w"},
    "withdraw": {"submitted": "w", "returned": "w"},
    "accept": {"submitted": "p"},
    "refuse": {"submitted": "p"},
    "note": {"returned": "w", "accepted": "w", "refused": "w"},
}
TAKE = {
    "comment": lambda found, user: proposals.comment(found, user=user, comment="明白"),
    "return": lambda found, user: proposals.send_back(found, user=user, comment="请附来函"),
    "resubmit": lambda found, user: proposals.resubmit(found, user=user),
    "withdraw": lambda found, user: proposals.withdraw(found, user=user),
    "accept": lambda found, user: proposals.accept(found, user=user),
    "refuse": lambda found, user: proposals.refuse(found, user=user, comment="依据不足"),
    "note": lambda found, user: proposals.note(found, user=user),
}
LEADS = {
    "return": "returned",
    "resubmit": "submitted",
    "withdraw": "withdrawn",
    "accept": "accepted",
    "refuse": "refused",
}


@pytest.mark.parametrize("state", ProposalState.values)
def test_each_step_is_offered_to_its_people_in_its_states(state, changsha_writer, changsha_reader, province, analyst):
    made = in_state(state, changsha_writer, province)
    for user, letter in ((changsha_writer, "w"), (province, "p"), (changsha_reader, "r"), (analyst, "a")):
        offered = {action.value for action in ProposalAction if proposals.may(user, action, made)}
        assert offered == {action for action, states in WHO.items() if letter in states.get(state, "")}


@pytest.mark.parametrize("state", ProposalState.values)
@pytest.mark.parametrize("action", TAKE)
def test_a_step_is_taken_from_its_states_and_leaves_an_event(action, state, changsha_writer, province):
    made = in_state(state, changsha_writer, province)
    allowed = WHO[action].get(state, "")
    user = province if allowed == "p" or action in ("accept", "return", "refuse") else changsha_writer
    events = made.events.count()
    if not allowed and action != "note":
        with pytest.raises(RefusedError) as refused:
            TAKE[action](made, user)
        assert refused.value.conflict
        assert (again(made).state, made.events.count()) == (state, events)
        return
    done = TAKE[action](made, user)
    assert again(done).state == LEADS.get(action, state)
    event = made.events.first()
    assert (event.action, event.before, event.after, event.user) == (action, state, again(done).state, user)


def test_steps_of_others_are_refused(changsha_writer, changsha_reader, province, zhuzhou_writer, analyst):
    made = proposed(changsha_writer)
    for action in ("return", "accept", "refuse"):
        with pytest.raises(PermissionDenied):
            TAKE[action](made, changsha_writer)
    for action in ("resubmit", "withdraw", "note"):
        with pytest.raises(PermissionDenied):
            TAKE[action](made, province)
    for user in (changsha_reader, analyst, zhuzhou_writer):
        for action in TAKE:
            with pytest.raises(PermissionDenied):
                TAKE[action](made, user)
    assert ProposalEvent.objects.count() == 1


@pytest.mark.parametrize("words", [" ", "two\n\u202etfel"])
def test_who_returns_or_refuses_or_comments_says_it_in_words_that_can_be_read(words, changsha_writer, province):
    made = proposed(changsha_writer)
    for step in (proposals.send_back, proposals.refuse, proposals.comment):
        with pytest.raises(ValidationError) as refused:
            step(made, user=province, comment=words)
        assert list(refused.value.message_dict) == ["comment"]
    assert again(made).state == "submitted"


def test_who_proposes_cannot_accept_even_with_both_roles(province, register):
    both = person("both", "prefecture-writer", CHANGSHA)
    made = proposed(both)
    from projects.models import Grant

    Grant(user=both, role="province").save()
    both = type(both).objects.get(pk=both.pk)
    assert not proposals.may(both, ProposalAction.ACCEPT, made)
    with pytest.raises(RefusedError) as refused:
        proposals.accept(made, user=both)
    assert not refused.value.conflict
    proposals.accept(made, user=province)


def test_who_proposed_once_cannot_accept_what_a_colleague_proposed_again(changsha_writer, province):
    from projects.models import Grant

    both = person("both", "prefecture-writer", CHANGSHA)
    made = returned(both, province)
    proposals.resubmit(made, user=changsha_writer)
    assert again(made).proposed_by == changsha_writer
    Grant(user=both, role="province").save()
    with pytest.raises(RefusedError):
        proposals.accept(made, user=type(both).objects.get(pk=both.pk))


def test_the_proposer_has_news_until_it_is_noted(changsha_writer, province):
    made = proposed(changsha_writer)
    assert not again(made).has_news
    proposals.comment(made, user=province, comment="请补充")
    assert list(Proposal.objects.waiting_for(changsha_writer)) == [made]
    proposals.note(made, user=changsha_writer)
    assert not again(made).has_news
    assert not Proposal.objects.waiting_for(changsha_writer).exists()
    assert list(Proposal.objects.waiting_for(province)) == [made]


def test_a_returned_proposal_is_handed_in_again_with_new_values_from_what_is_there_now(changsha_writer, province):
    made = returned(changsha_writer, province)
    move_base(6)
    proposals.resubmit(
        made, user=changsha_writer, asked=[INVESTMENT._replace(value=9)], reason="更正", reported_by="来电"
    )
    found = again(made)
    assert [(each.original, each.proposed) for each in found.changes] == [(6, 9)]
    assert (found.state, found.reason, found.reported_by, found.comment) == ("submitted", "更正", "来电", "")
    assert found.answered_by is None


def test_a_proposal_refuses_fields_that_are_none(changsha_writer):
    made = proposed(changsha_writer)
    change = made.changes[0]
    for fields in (
        [],
        [{"field": "project.sector"}],
        [asdict(change), asdict(change)],
        [asdict(replace(change, field="project.kind"))],
        [asdict(replace(change, taken="yes"))],
        [asdict(replace(change, year=2023))],
    ):
        made.fields = fields
        with pytest.raises(ValidationError) as refused:
            made.full_clean()
        assert "fields" in refused.value.message_dict
