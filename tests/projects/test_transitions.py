"""Each workflow has one list of transitions: the API and the pages offer what it holds, in its words, no more."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import include, path
from django.utils.translation import override
from drf_spectacular.generators import SchemaGenerator

from projects.api.files import get_codes
from projects.api.proposals import ProposalRecord
from projects.api.reports import ReportRecord
from projects.api.urls import router
from projects.choices import ProposalAction, ProposalState, ReportAction, ReportState
from projects.workflows import adoption, proposals, reporting
from projects.workflows.transitions import Transition
from tests.pages import opened, read

from .admin.forms import messages_of
from .pages.rounds import JULY, entries, report, submitted
from .workflows.proposals_made import in_state, proposed

LISTS = {"reports": reporting.TRANSITIONS, "proposals": proposals.TRANSITIONS, "claims": adoption.TRANSITIONS}
STEP = re.compile(r"/(?P<plural>[a-z]+)/(?P<of_one>\{id\}/)?(?P<action>[a-z]+)/")
NO_TRANSITIONS = {"many", "events"}  # what these lists have beside them
TAP = Transition(
    action="tap",
    starts=(ReportState.DRAFT,),
    end=ReportState.DRAFT,
    permissions=("projects.submit_monthlyreport", "projects.submit_proposal"),
    verb="tap",
    summary="Tap it",
    summary_of_many="Tap several",
    button="Tap",
    done="Tapped.",
)


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


def test_no_transition_is_without_a_door():
    for transitions in LISTS.values():
        for transition in transitions.values():
            assert transition.summary
            assert transition.permissions


@pytest.mark.parametrize("plural", LISTS)
def test_the_api_offers_each_with_the_summary_of_the_list_and_nothing_else(plural):
    assert operations(router.urls, plural, of_one=True) == summaries(plural)
    assert operations(router.urls, plural, of_one=False) == summaries(plural, "summary_of_many")


def test_what_makes_a_proposal_is_described_by_the_list_as_well():
    described = SchemaGenerator(patterns=[path("", include(router.urls))]).get_schema(public=True)["paths"]
    making = proposals.TRANSITIONS[ProposalAction.SUBMIT]
    posted = described["/proposals/"]["post"]
    assert (posted["summary"], posted["description"]) == (str(making.summary), str(making.description))


@pytest.mark.parametrize("record", [ReportRecord, ProposalRecord])
def test_files_have_the_words_of_every_step_that_may_be_taken(record):
    words = {action: str(each.verb) for plural in ("reports", "proposals") for action, each in LISTS[plural].items()}
    codes = dict(get_codes(record().fields["may"], None))
    codes.pop("edit", None)
    assert len(codes) >= 5
    assert {code: str(text) for code, text in codes.items()} == {code: words[code] for code in codes}


def test_sheet_and_review_offer_what_is_said_to_be_done_on_pages(changsha_writer, province, client_of):
    first, second = entries()[:2]
    report(second)
    [waiting] = submitted(changsha_writer, [first])
    sheet = client_of(changsha_writer).get(JULY).content
    own = {*buttons(sheet), *({"withdraw"} if buttons(sheet, "withdraw") else ())} - {"save"}
    queue = client_of(province).get("/review/", {"open": waiting.entry.project.code}).content
    forms = re.findall(r"<form\s+method=\"post\".*?</form>", queue.decode(), re.DOTALL)
    offered = [set(buttons(form.encode())) for form in forms if 'name="report"' in form]
    assert offered == [set(reporting.DECISIONS)]  # one box beside the report
    assert own | set(reporting.DECISIONS) == {action for action, each in reporting.TRANSITIONS.items() if each.done}


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


def test_the_page_of_a_project_leads_to_each_act_about_a_claim_and_its_page_says_the_words(province, client_of):
    browser, found = client_of(province), {}
    for anchor in opened(browser, "/projects/HN-EI-2023-02/", lang="en").anchors:
        if act := re.search(r"/claims/\d+/(\w+)/", anchor.href):
            found.setdefault(act[1], (anchor.text.split()[0], anchor.href))
    assert {action: label for action, (label, _href) in found.items()} == {
        action: str(each.button) for action, each in adoption.TRANSITIONS.items()
    }
    for action, (_label, href) in found.items():
        text = opened(browser, href, lang="en").text
        assert str(adoption.TRANSITIONS[action].heading) in text
        assert str(adoption.TRANSITIONS[action].confirm) in text


# the control: what is added to a list is at its doors, and the checks above see a door that lacks it


@pytest.mark.parametrize("plural", ["reports", "proposals", "claims"])
def test_a_step_without_an_operation_of_the_api_is_seen(plural, monkeypatch):
    monkeypatch.setitem(LISTS[plural], TAP.action, TAP)
    assert operations(router.urls, plural, of_one=True) != summaries(plural)


def test_what_is_added_to_a_list_is_a_button_which_takes_it(monkeypatch, changsha_writer, client_of):
    browser, made = client_of(changsha_writer), proposed(changsha_writer)
    address, form = f"/proposals/{made.pk}/?lang=en", {"action": TAP.action}
    assert browser.post(address, form).status_code == 422
    monkeypatch.setitem(proposals.TRANSITIONS, TAP.action, _tap_of_proposals())
    assert buttons(browser.get(address).content)[TAP.action] == TAP.button
    assert "Tapped." in messages_of(browser.post(address, form, follow=True))
    assert made.events.first().action == TAP.action


def _tap_of_proposals() -> Transition:
    return Transition(**(vars(TAP) | {"starts": (ProposalState.SUBMITTED,), "end": None}))
