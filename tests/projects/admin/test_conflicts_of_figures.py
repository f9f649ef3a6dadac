"""A figure that two people change is chosen together with what it rests on: no source is said of the other's figure."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from projects.models import Claim, Source
from tests.projects.admin.forms import change_url, errors_of, filled, project
from tests.projects.admin.meetings import change, lines, sent

pytestmark = pytest.mark.no_database

ENGLISH = {"lang": "en"}
FIGURE = "total_investment"


@pytest.fixture
def browser(province, client_of):
    return client_of(province)


def adopted(record):
    return [(claim.amount, claim.source) for claim in record.claims.filter(figure=FIGURE, adopted=True)]


def met(browser, record, typed, **theirs):
    """The page of the conflict, after both changed the record."""
    opened = browser.get(change_url(record), ENGLISH)
    change(record, **theirs)
    return browser.post(change_url(record) + "?lang=en", filled(opened, **typed))


@pytest.mark.parametrize("side", ["mine", "theirs"])
def test_the_chosen_figure_is_saved_with_its_own_origin(side, browser, register):
    record, own = project("02"), Source.objects.last()
    typed = {FIGURE: "6", f"{FIGURE}_source": own.pk}
    page = met(browser, record, typed, total_investment=10**9, total_investment_reported_by="湘局")
    assert lines(page) == {FIGURE: ("changed by both", "")}
    options = {each.value: str(text) for each, text in page.context["lines"][0].options.items()}
    with override("en"):
        assert f"Source of this figure: {own}" in options["mine"]
    assert "Reported by: 湘局" in options["theirs"]
    again = browser.post(change_url(record) + "?lang=en", sent(page, **{FIGURE: side}))
    assert "Somebody changed rows" in errors_of(again)["__all__"][0]  # the claim was let go of
    assert browser.post(change_url(record), filled(again)).status_code == 302
    found = project("02")
    expected = {"mine": (6 * 10**9, "", [(6 * 10**9, own)]), "theirs": (10**9, "湘局", [])}
    assert (found.total_investment, found.total_investment_reported_by, adopted(found)) == expected[side]
    assert Claim.objects.filter(source=own, figure=FIGURE, amount=10**9).count() == 0


@pytest.mark.parametrize(("side", "reporter"), [("mine", "局"), ("theirs", "湘局")])
def test_a_new_origin_of_a_figure_that_they_changed_is_not_said_of_theirs(side, reporter, browser, register):
    record = change(project("18"), total_investment=10**9, total_investment_reported_by="旧局")
    typed = {f"{FIGURE}_reported_by": "局"}
    page = met(browser, record, typed, total_investment=2 * 10**9, total_investment_reported_by="湘局")
    assert lines(page) == {FIGURE: ("changed by both", "")}
    assert browser.post(change_url(record), sent(page, **{FIGURE: side})).status_code == 302
    found = project("18")
    assert found.total_investment == (10**9 if side == "mine" else 2 * 10**9)
    assert found.total_investment_reported_by == reporter


def test_the_same_figure_from_two_reporters_is_a_question_and_from_one_is_none(browser, register):
    theirs = {"total_investment": 10**9, "total_investment_reported_by": "湘局"}
    page = met(browser, project("18"), {FIGURE: "1", f"{FIGURE}_reported_by": "局"}, **theirs)
    assert lines(page) == {FIGURE: ("changed by both", "")}
    assert browser.post(change_url(project("18")), sent(page, **{FIGURE: "mine"})).status_code == 302
    assert project("18").total_investment_reported_by == "局"
    same = {FIGURE: "2", f"{FIGURE}_reported_by": "湘局"}
    merged = met(browser, project("18"), same, total_investment=2 * 10**9, total_investment_reported_by="湘局")
    assert merged.status_code == 302


def test_a_figure_that_rested_on_nothing_asks_where_it_comes_from_when_it_is_taken_back(browser, register):
    record = project("18")
    before = record.total_investment
    typed = {FIGURE: "6", f"{FIGURE}_reported_by": "局"}
    page = met(browser, record, typed, total_investment=10**9)
    form = browser.post(change_url(record) + "?lang=en", sent(page, **{FIGURE: "base"}))
    assert (form.status_code, set(errors_of(form))) == (200, {FIGURE})
    assert form.context["adminform"].form[f"{FIGURE}_reported_by"].value() == ""
    again = filled(form, total_investment_reported_by="旧局", _merge_reason=form.context["merge_reason"])
    assert browser.post(change_url(record), again).status_code == 302
    assert (project("18").total_investment, project("18").total_investment_reported_by) == (before, "旧局")


def test_the_reason_that_was_typed_into_the_form_is_the_reason_of_the_choice(browser, register):
    record = project("18")
    typed = {FIGURE: "", "reason": "Withdrawn by the enterprise."}
    page = met(browser, record, typed, total_investment=10**9)
    assert lines(page) == {FIGURE: ("changed by both", "")}
    assert page.context["reason"] == "Withdrawn by the enterprise."
    chosen = sent(page, reason=page.context["reason"], **{FIGURE: "mine"})
    assert browser.post(change_url(record), chosen).status_code == 302
    found = project("18")
    assert found.total_investment is None
    assert found.history.first().revision.reason == "Withdrawn by the enterprise."
