"""`/proposals/<number>/`: what is proposed, its effect, the discussion, the decision."""

from __future__ import annotations

import pytest

from projects.models import Proposal
from projects.workflows import proposals
from projects.workflows.proposals import ProposedValue
from tests.pages import read
from tests.projects.workflows.proposals_made import (
    INVESTMENT,
    MORE,
    OWN,
    PLAN,
    in_state,
    move_base,
    project,
    proposed,
    returned,
)

pytestmark = pytest.mark.no_database

ENGLISH = {"lang": "en"}
FIGURE = "project.total_investment"


def address(made):
    return f"/proposals/{made.pk}/"


def shown(browser, made):
    page = browser.get(address(made), ENGLISH)
    assert page.status_code == 200
    return page


def act(browser, made, action, **data):
    """What the page's form would send, with the version that it was opened with."""
    version = data.pop("version", None) or shown(browser, made).context["version"]
    return browser.post(address(made) + "?lang=en", {"action": action, "version": version} | data)


def state_of(made):
    return Proposal.objects.get(pk=made.pk).state


def offered(page):
    return {
        attributes["value"]
        for tag, attributes in read(page.content).elements
        if tag == "button" and attributes.get("name") == "action"
    }


def choices_on(page):
    """The values that may be chosen between, by the name of the field."""
    found = {}
    for tag, attributes in read(page.content).elements:
        if tag == "input" and attributes.get("type") == "radio":
            found.setdefault(attributes["name"], []).append(attributes["value"])
    return found


def test_it_shows_the_fields_their_effect_and_their_origin(changsha_writer, province, client_of):
    before = project().total_investment
    made = proposed(changsha_writer, INVESTMENT, PLAN)
    page = shown(client_of(province), made)
    text = page.content.decode()
    for words in ("Total investment", "List of 2023: planned disbursement", "5.000 billion CNY", "企业来函"):
        assert words in text
    effects = {effect.now.name: effect for effect, _url in page.context["effects"]}
    assert effects["total_investment"].now.value == 138_500_000_000
    assert effects["total_investment"].then.value == 138_500_000_000 - before + MORE
    written = f"{(138_500_000_000 - before + MORE) / 10**9:.5f}".rstrip("0")
    assert f"<b>{written}</b>" in text
    assert set(effects) == {"total_investment", "planned_disbursement"}


def test_each_figure_of_the_effect_opens_to_its_records(changsha_writer, province, client_of):
    made = proposed(
        changsha_writer,
        ProposedValue("project.sector", None, "new-display"),
        ProposedValue("project.chain_link", None, None),
        code="HN-EI-2023-29",
    )
    browser = client_of(province)
    anchors = read(shown(browser, made).content).figures()
    assert len(anchors) == 10
    for anchor in anchors:
        assert read(browser.get(anchor.href).content).value(anchor.data["figure"]) == int(anchor.data["value"])


def test_each_person_is_offered_the_own_steps(changsha_writer, changsha_reader, province, analyst, client_of):
    made = proposed(changsha_writer)
    assert offered(shown(client_of(province), made)) == {"accept", "return", "refuse", "comment"}
    assert offered(shown(client_of(changsha_writer), made)) == {"comment", "withdraw"}
    for user in (changsha_reader, analyst):
        assert offered(shown(client_of(user), made)) == set()


@pytest.mark.parametrize(
    ("action", "words", "state"),
    [
        ("accept", "", "accepted"),
        ("return", "请附来函", "returned"),
        ("refuse", "依据不足", "refused"),
        ("comment", "收到", "submitted"),
    ],
)
def test_the_province_decides(action, words, state, changsha_writer, province, client_of):
    made, browser = proposed(changsha_writer), client_of(province)
    answer = act(browser, made, action, comment=words)
    assert answer.status_code == 302
    assert state_of(made) == state
    page = shown(browser, made)
    assert len(page.context["messages"]) == 1
    assert made.events.first().action == action
    way_to_undoing = f'class="btn" href="/changes/{made.events.first().revision_id}/"'
    assert (way_to_undoing in page.content.decode()) == (action == "accept")
    assert (project().total_investment == MORE) == (action == "accept")


def test_the_proposer_comments_notes_and_withdraws(changsha_writer, province, client_of):
    made, browser = returned(changsha_writer, province), client_of(changsha_writer)
    assert offered(shown(browser, made)) == {"comment", "withdraw", "note"}
    assert f"/projects/{OWN}/propose/?proposal={made.pk}" in shown(browser, made).content.decode()
    act(browser, made, "note")
    assert offered(shown(browser, made)) == {"comment", "withdraw"}
    act(browser, made, "withdraw", comment="不再申请")
    assert state_of(made) == "withdrawn"
    assert offered(shown(browser, made)) == set()


@pytest.mark.parametrize("action", ["return", "refuse", "comment"])
def test_words_that_are_missing_are_asked_for_and_the_choice_is_kept(action, changsha_writer, province, client_of):
    made = proposed(changsha_writer)
    answer = act(client_of(province), made, action, comment=" ")
    assert answer.status_code == 422
    assert 'href="#comment"' in answer.content.decode()
    assert state_of(made) == "submitted"


def test_a_base_that_has_moved_is_shown_and_chosen(changsha_writer, province, client_of):
    made, browser = proposed(changsha_writer, INVESTMENT, PLAN), client_of(province)
    move_base(6_000_000_000)
    page = shown(browser, made)
    assert "The register has changed since this was proposed" in page.content.decode()
    assert [each["line"].moved for each in page.context["fields"]] == [True, False]
    assert "6.000 billion CNY" in page.content.decode()
    assert choices_on(page) == {f"choice-{FIGURE}": ["proposed", "current"]}
    assert choices_on(shown(client_of(changsha_writer), made)) == {}  # who may not accept chooses nothing
    undecided = act(browser, made, "accept", comment="同意")
    assert undecided.status_code == 409
    assert undecided.context["attempt"].words == "同意"
    assert "choose whether to take it" in undecided.content.decode()
    assert project().total_investment == 6_000_000_000
    assert act(browser, made, "accept", **{f"choice-{FIGURE}": "current"}).status_code == 302
    assert project().total_investment == 6_000_000_000
    assert project().entries.get().planned_disbursement == 700_000_000
    assert "present value kept" in shown(browser, made).content.decode()


def test_a_record_that_changed_after_the_page_was_opened_is_a_conflict(changsha_writer, province, client_of):
    made, browser = proposed(changsha_writer), client_of(province)
    version = shown(browser, made).context["version"]
    move_base(6_000_000_000)
    for action in ("accept", "return", "refuse"):
        late = act(browser, made, action, version=version, comment="依据不足", **{f"choice-{FIGURE}": "proposed"})
        assert late.status_code == 409
        assert "was changed after you opened it" in late.content.decode()
        assert "依据不足" in late.content.decode()
    assert state_of(made) == "submitted"
    assert (
        act(browser, made, "accept", version=late.context["version"], **{f"choice-{FIGURE}": "proposed"}).status_code
        == 302
    )
    assert project().total_investment == MORE


def test_the_second_at_one_button_is_told_who_was_first(changsha_writer, province, client_of):
    made, browser = proposed(changsha_writer), client_of(province)
    version = shown(browser, made).context["version"]
    proposals.withdraw(made, user=changsha_writer)
    late = act(browser, made, "accept", version=version)
    assert late.status_code == 409
    assert "李湘" in late.content.decode()
    assert project().total_investment != MORE


@pytest.mark.parametrize(
    "data",
    [{"action": ""}, {"action": "burn"}, {"action": "resubmit"}, {"action": "accept", f"choice-{FIGURE}": "both"}],
)
def test_what_is_no_step_is_not_taken(data, changsha_writer, province, client_of):
    made = proposed(changsha_writer)
    answer = client_of(province).post(address(made), data)
    assert answer.status_code == 422
    assert client_of(province).post(address(made), {"action": "accept"}).status_code == 409  # without a version
    assert state_of(made) == "submitted"


@pytest.mark.permission
def test_who_may_not_decide_is_refused(changsha_writer, changsha_reader, analyst, province, client_of):
    made = proposed(changsha_writer)
    for user, action in (
        (changsha_writer, "accept"),
        (changsha_reader, "withdraw"),
        (analyst, "comment"),
        (province, "withdraw"),
    ):
        assert act(client_of(user), made, action, comment="x").status_code == 403
    assert state_of(made) == "submitted"


def test_what_one_may_not_see_is_not_there(changsha_writer, zhuzhou_writer, stranger, client_of, public_read):
    made = proposed(changsha_writer)
    assert client_of(zhuzhou_writer).get(address(made)).status_code == 404
    assert client_of(zhuzhou_writer).post(address(made), {"action": "withdraw"}).status_code == 404
    assert client_of(stranger).get(address(made)).status_code == 403
    assert client_of(None).get(address(made)).status_code == 302
    assert client_of(changsha_writer).get("/proposals/999999999999999999999999/").status_code == 404


@pytest.mark.parametrize("state", ["withdrawn", "accepted", "refused"])
def test_what_is_done_with_is_still_read(state, changsha_writer, province, client_of):
    made = in_state(state, changsha_writer, province)
    page = shown(client_of(province), made)
    assert page.context["effects"] == []
    assert offered(page) == set()
