"""`/projects/<code>/propose/`: amounts in the reader's unit, exactly; a returned proposal handed in again."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from projects.models import Proposal, Source
from projects.workflows.proposals import ProposedValue
from tests.pages import read
from tests.projects.workflows.proposals_made import ELSEWHERE, INVESTMENT, OWN, project, proposed, returned

pytestmark = pytest.mark.no_database

ADDRESS = f"/projects/{OWN}/propose/"
PLAN_KEY = "entry.planned_disbursement:2023"


def opened(browser, *, lang="en", **query):
    page = browser.get(ADDRESS, {"lang": lang} | query)
    assert page.status_code == 200
    return page


def typed(page, *, lang="en", **changes):
    """What the browser would send back."""
    with override(lang):
        values = {bound.name: bound.value() for bound in page.context["form"]}
    data = {name: str(value) for name, value in values.items() if value is not None}
    return data | {"version": page.context["version"]} | changes


def send(browser, *, lang="en", query="", **changes):
    page = opened(browser, lang=lang, **({"proposal": query} if query else {}))
    address = f"{ADDRESS}?lang={lang}" + (f"&proposal={query}" if query else "")
    words = {"reason": "追加设备投资", "reported_by": "企业来函"}
    return browser.post(address, typed(page, lang=lang, **words | changes))


def errors_of(answer):
    assert answer.status_code == 422, answer.status_code
    with override("en"):
        return {name: [str(each) for each in texts] for name, texts in answer.context["form"].errors.items()}


@pytest.fixture
def browser(changsha_writer, client_of):
    return client_of(changsha_writer)


@pytest.mark.parametrize(
    ("lang", "text", "cny"),
    [
        ("zh-hans", "12.34567891", 1_234_567_891),
        ("en", "1.234567891", 1_234_567_891),
    ],
)
def test_an_amount_is_typed_in_the_readers_unit_and_kept_exactly(lang, text, cny, browser):
    answer = send(browser, lang=lang, **{"project.total_investment": text})
    [made] = Proposal.objects.all()
    assert answer["Location"] == f"/proposals/{made.pk}/"
    [change] = made.changes
    assert (change.field, change.proposed) == ("project.total_investment", cny)
    assert (made.reason, made.reported_by) == ("追加设备投资", "企业来函")


def test_what_was_typed_before_the_language_changed_is_read_in_the_unit_it_was_typed_in(browser):
    page = opened(browser, lang="en")
    forms = [attributes for tag, attributes in read(page.content).elements if tag == "form"]
    [action] = [each["action"] for each in forms if "proposing" in each.get("class", "")]
    opened(browser, lang="zh-hans")
    words = {"reason": "追加设备投资", "reported_by": "企业来函"}
    browser.post(ADDRESS + action, typed(page, **words, **{"project.total_investment": "2.5"}))
    [made] = Proposal.objects.all()
    assert [change.proposed for change in made.changes] == [2_500_000_000]


def test_a_form_sent_back_untouched_proposes_nothing(browser):
    assert list(errors_of(send(browser))) == ["__all__"]
    assert not Proposal.objects.exists()


def test_everything_can_be_proposed_at_once(browser):
    answer = send(
        browser,
        **{
            "project.expected_revenue": "",
            "project.sector": "power-semiconductors",
            "project.chain_link": "",
            "project.transferred": "no",
            "project.source_province": "",
            PLAN_KEY: "0.7",
            "entry.left:2023": "2023-12-31",
            "join": "2024",
            "entry.planned_disbursement": "0.5",
            "entry.joined": "2024-03-01",
        },
    )
    assert answer.status_code == 302, errors_of(answer)
    [made] = Proposal.objects.all()
    assert {change.key: change.proposed for change in made.changes} == {
        "project.expected_revenue": None,
        "project.sector": "power-semiconductors",
        "project.chain_link": None,
        "project.transferred": "no",
        PLAN_KEY: 700_000_000,
        "entry.left:2023": "2023-12-31",
        "entry.programme:2024": True,
        "entry.planned_disbursement:2024": 500_000_000,
        "entry.joined:2024": "2024-03-01",
    }


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"project.total_investment": "-1"}, "project.total_investment", "negative"),
        ({"project.total_investment": "1" * 61}, "project.total_investment", "characters"),
        ({PLAN_KEY: "1000000"}, PLAN_KEY, "in another unit"),  # and no other limit
        ({"project.sector": "energy-electronics"}, "project.chain_link", "another sector"),
        ({"entry.left:2023": "9999-12-31"}, "entry.left:2023", "lies between"),
        ({"join": "2018"}, "join", "valid choice"),
        ({"join": "2024", "entry.joined": "soon"}, "entry.joined", "no day"),
        ({"project.total_investment": "5", "reason": ""}, "reason", "Say why"),
        ({"project.total_investment": "5", "reported_by": ""}, "source", "published source"),
    ],
)
def test_each_error_stands_at_its_field_and_what_was_typed_is_kept(changes, field, says, browser):
    answer = send(browser, **changes)
    errors = errors_of(answer)
    assert field in errors
    assert says in errors[field][0]
    name, text = next(iter(changes.items()))
    assert answer.context["form"][name].value() == text
    assert not Proposal.objects.exists()


def test_a_source_or_a_reporter_is_given_and_not_both(browser):
    source = Source.objects.first()
    sourced = {"project.total_investment": "5", "source": str(source.pk)}
    assert "reported_by" in errors_of(send(browser, **sourced))
    send(browser, **sourced, reported_by="")
    assert Proposal.objects.get().source == source


def test_a_field_that_waits_already_is_said_at_the_field(browser, changsha_writer):
    made = proposed(changsha_writer)
    errors = errors_of(send(browser, **{"project.total_investment": "7"}))
    assert f"Proposal {made.pk}" in errors["project.total_investment"][0]


def test_a_form_that_was_opened_before_a_change_is_looked_at_again(browser):
    page = opened(browser)
    found = project()
    found.total_investment = 6
    found.save()
    late = browser.post(ADDRESS + "?lang=en", typed(page, reason="x", reported_by="y", **{PLAN_KEY: "0.7"}))
    assert late.status_code == 409
    assert late.context["form"][PLAN_KEY].value() == "0.7"
    assert not Proposal.objects.exists()
    again = typed(late, **{"project.total_investment": "0.000000006"})
    assert browser.post(ADDRESS, again | {"version": late.context["version"]}).status_code == 302
    assert [change.key for change in Proposal.objects.get().changes] == [PLAN_KEY]


def test_a_returned_proposal_opens_with_its_values_and_is_handed_in_again(browser, changsha_writer, province):
    made = returned(
        changsha_writer,
        province,
        INVESTMENT,
        ProposedValue("entry.programme", 2024, True),
        ProposedValue("entry.planned_disbursement", 2024, 5 * 10**8),
        ProposedValue("entry.joined", 2024, "2024-01-01"),
    )
    page = opened(browser, proposal=made.pk)
    assert "请附来函。" in page.content.decode()
    values = typed(page)
    shown = ("project.total_investment", "join", "entry.planned_disbursement")
    assert [values[name] for name in shown] == ["5", "2024", "0.5"]
    answer = send(browser, query=str(made.pk), **{"project.total_investment": "9", "reason": "更正"})
    assert answer.status_code == 302
    found = Proposal.objects.get()
    assert (found.state, found.reason) == ("submitted", "更正")
    assert {change.key: change.proposed for change in found.changes} == {
        "project.total_investment": 9_000_000_000,
        "entry.programme:2024": True,
        "entry.planned_disbursement:2024": 500_000_000,
        "entry.joined:2024": "2024-01-01",
    }


def test_what_cannot_be_handed_in_again_is_told_at_its_field(browser, changsha_writer, province):
    made = returned(changsha_writer, province, INVESTMENT)
    proposed(changsha_writer, ProposedValue("entry.planned_disbursement", 2023, 5))
    answer = send(browser, query=str(made.pk), **{PLAN_KEY: "0.000000006"})
    assert "is not decided yet" in errors_of(answer)[PLAN_KEY][0]
    assert Proposal.objects.get(pk=made.pk).state == "returned"


@pytest.mark.parametrize("number", ["x", "9" * 30, "waiting"])
def test_only_a_returned_proposal_of_the_project_is_handed_in_again(number, browser, changsha_writer):
    made = proposed(changsha_writer)
    asked = made.pk if number == "waiting" else number
    assert browser.get(ADDRESS, {"proposal": asked}).status_code == 404


@pytest.mark.permission
def test_only_writers_of_the_prefecture_and_the_province_open_it(
    changsha_reader, province, analyst, zhuzhou_writer, stranger, client_of, public_read
):
    assert client_of(province).get(ADDRESS).status_code == 200
    for user in (changsha_reader, analyst, stranger):
        assert client_of(user).get(ADDRESS).status_code == 403
        assert client_of(user).post(ADDRESS, {}).status_code == 403
    assert client_of(zhuzhou_writer).get(ADDRESS).status_code == 404
    assert client_of(None).get(ADDRESS).status_code == 302
    assert client_of(zhuzhou_writer).get(f"/projects/{ELSEWHERE}/propose/").status_code == 200
