"""Each workflow has one list of transitions: the API and the pages offer what it holds, in its words, no more."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import include, path
from django.utils.translation import override
from drf_spectacular.generators import SchemaGenerator

from projects.api.urls import router
from projects.choices import ProposalAction, ProposalState, ReportAction, ReportState
from projects.workflows import adoption, proposals, reporting
from tests.pages import read

from .workflows.proposals_made import in_state

LISTS = {"reports": reporting.TRANSITIONS, "proposals": proposals.TRANSITIONS, "claims": adoption.TRANSITIONS}
STEP = re.compile(r"/(?P<plural>[a-z]+)/(?P<of_one>\{id\}/)?(?P<action>[a-z]+)/")
NO_TRANSITIONS = {"many", "events"}  # what these lists have beside them


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


def operations(urls: Any, plural: str, *, of_one: bool) -> dict[str, str]:
    """The summaries of what can be posted to the records of a list, or to several of them, by the address."""
    described = SchemaGenerator(patterns=[path("", include(urls))]).get_schema(public=True)["paths"]
    found = {}
    for address, methods in described.items():
        step = STEP.fullmatch(address)
        if step and step["plural"] == plural and bool(step["of_one"]) == of_one and "post" in methods:
            found[step["action"]] = methods["post"]["summary"]
    return {action: summary for action, summary in found.items() if action not in NO_TRANSITIONS}


def summaries(plural: str, name: str = "summary") -> dict[str, str]:
    """Those of the list that are taken with a record which is there."""
    return {
        action: str(text) for action, each in LISTS[plural].items() if (text := getattr(each, name)) and each.starts
    }


def buttons(content: bytes, name: str = "action") -> dict[str, str]:
    """What stands on the buttons of a page that post this name, by what they post."""
    found = re.findall(rf'<button[^>]*\sname="{name}"\s+value="(\w+)"[^>]*>([^<]*)', content.decode())
    return {value: text.strip() for value, text in found}


def test_a_list_holds_every_action_of_its_events_and_leads_from_states_to_states():
    for transitions, choices, states in (
        (reporting.TRANSITIONS, ReportAction, ReportState),
        (proposals.TRANSITIONS, ProposalAction, ProposalState),
    ):
        assert set(transitions) == set(choices)
        for transition in transitions.values():
            assert {*transition.starts} <= set(states)
            assert transition.end in (None, *states)
    assert set(adoption.TRANSITIONS) == {adoption.ADOPT, adoption.WITHDRAW}


@pytest.mark.parametrize("plural", LISTS)
def test_the_api_offers_each_with_the_summary_of_the_list_and_nothing_else(plural):
    assert operations(router.urls, plural, of_one=True) == summaries(plural)
    assert operations(router.urls, plural, of_one=False) == summaries(plural, "summary_of_many")


def test_the_page_of_a_proposal_offers_each_by_the_button_of_the_list_in_its_order(
    changsha_writer, province, client_of
):
    offered: dict[str, str] = {}
    for state in sorted(
        ProposalState.values, key=lambda state: state == "accepted"
    ):  # what is taken cannot be proposed again
        made = in_state(state, changsha_writer, province)
        for user in (changsha_writer, province):
            content = client_of(user).get(f"/proposals/{made.pk}/", {"lang": "en"}).content
            shown = buttons(content)
            offered |= shown
            assert list(shown) == [action for action in proposals.TRANSITIONS if action in shown]
            for anchor in read(content).anchors:
                if f"?proposal={made.pk}" in anchor.href:
                    offered["resubmit"] = anchor.text
        if made.is_open:
            proposals.withdraw(made, user=changsha_writer)
    assert offered == {action: str(each.button) for action, each in proposals.TRANSITIONS.items() if each.button}
