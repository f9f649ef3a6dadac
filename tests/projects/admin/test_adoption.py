"""Adopting and withdrawing claims as actions of their list, and the origin of figures in the forms."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from projects.models import Claim, Entry, Project, Revision, Source
from tests.projects.admin.forms import change_url, errors_of, filled, messages_of, project, seen, url

pytestmark = pytest.mark.no_database

CRRC, LICO, WHOLE = "02", "08", "04"


@pytest.fixture
def browser(province, client_of):
    return client_of(province)


def claims(code):
    return list(project(code).claims.filter(figure="total_investment").order_by("-adopted", "pk"))


def act(browser, name, chosen, **words):
    """Choose the action, then answer its page as it was shown."""
    data = {"action": name, "_selected_action": [claim.pk for claim in chosen]}
    asked = browser.post(url(Claim), data | {"_seen": seen()})
    assert asked.status_code == 200
    shown = {f"seen-{claim.pk}": state for claim, state, *_shown in asked.context["rows"]}
    return browser.post(url(Claim), data | shown | {"step": "confirm"} | words)


def test_claims_are_adopted_with_one_reason_in_one_revision(browser, province):
    chosen, before = [claims(CRRC)[1], claims(LICO)[0]], Revision.objects.newest_number()
    assert act(browser, "adopt", chosen, reason="newer notices").status_code == 302
    assert [project(code).total_investment for code in (CRRC, LICO)] == [claim.amount for claim in chosen]
    revision = Revision.objects.get(number=before + 1)
    assert (revision.user, revision.door, revision.reason) == (province, "admin", "newer notices")
    assert Revision.objects.newest_number() == before + 1


def test_if_one_cannot_be_adopted_none_is(browser):
    before = Revision.objects.newest_number()
    refused = act(browser, "adopt", [claims(LICO)[0], claims(CRRC)[0]], reason="x")
    assert refused.status_code == 200
    assert refused.context["refused"] == 1
    assert Revision.objects.newest_number() == before
    two = act(browser, "adopt", claims(LICO)[:2], reason="x")  # the second would overrule the first
    assert two.context["refused"] == 1
    assert project(LICO).total_investment is None


def test_a_reason_is_asked_for(browser):
    refused = act(browser, "adopt", [claims(LICO)[0]], reason="")
    assert "reason" in refused.context["form"].errors
    assert project(LICO).total_investment is None


def test_a_claim_is_withdrawn_and_the_figure_rests_on_something_else(browser):
    refused = act(browser, "withdraw", [claims(WHOLE)[0]], reason="offline")
    assert refused.context["refused"] == 1
    assert act(browser, "withdraw", [claims(WHOLE)[0]], reason="offline", reported_by="局").status_code == 302
    assert project(WHOLE).total_investment_reported_by == "局"


def test_what_was_changed_meanwhile_is_not_overruled(browser):
    data = {"action": "adopt", "_selected_action": [claims(CRRC)[1].pk], "step": "confirm", "reason": "x"}
    refused = browser.post(url(Claim), data | {"_seen": seen(), f"seen-{claims(CRRC)[1].pk}": "0" * 32})
    assert refused.context["refused"] == 1
    assert claims(CRRC)[0].adopted


def test_only_the_province_is_offered_it(changsha_writer, analyst, client_of):
    for user in (changsha_writer, analyst):
        response = client_of(user).get(url(Claim))
        offered = {name for name, _label in (response.context["action_form"] or _Nothing()).fields["action"].choices}
        assert "adopt" not in offered
    data = {"action": "adopt", "_selected_action": [claims(LICO)[0].pk], "step": "confirm", "reason": "x"}
    client_of(changsha_writer).post(url(Claim), data | {"_seen": seen()})
    assert project(LICO).total_investment is None


class _Nothing:
    """A list without actions."""

    fields = {"action": type("Choices", (), {"choices": ()})}


def test_an_adopted_claim_is_not_deleted(browser):
    adopted = claims(CRRC)[0]
    confirmed = {"post": "yes", "_seen": seen()}
    told = browser.post(url(Claim, "delete", adopted.pk) + "?lang=en", confirmed, follow=True)
    assert any("This claim is adopted" in message for message in messages_of(told))
    assert Claim.objects.filter(pk=adopted.pk).exists()
    page = browser.get(change_url(project(CRRC)))
    place = next(
        form.prefix
        for form in page.context["inline_admin_formsets"][1].formset.initial_forms
        if form.instance.pk == adopted.pk
    )
    refused = browser.post(change_url(project(CRRC)), filled(page, **{f"{place}-DELETE": "on"}))
    assert refused.status_code in (200, 302)
    assert Claim.objects.filter(pk=adopted.pk, adopted=True).exists()


def test_a_source_beside_the_figure_becomes_the_adopted_claim(browser):
    record, source = project(CRRC), Source.objects.first()
    data = filled(browser.get(change_url(record)), total_investment="60", total_investment_source=source.pk)
    assert browser.post(change_url(record), data).status_code == 302
    claim = record.claims.get(figure="total_investment", adopted=True)
    assert (claim.amount, claim.source) == (6 * 10**9, source)
    shown = browser.get(change_url(record), {"lang": "en"}).context["adminform"].form
    with override("en"):
        assert str(source) in str(shown.fields["total_investment_source"].help_text)
    assert shown["total_investment_reported_by"].value() == ""


def test_the_same_words_are_typed_again_for_the_next_figure(browser):
    record = project("18")
    for amount in ("46", "47"):
        data = filled(browser.get(change_url(record)), total_investment=amount, total_investment_reported_by="局")
        assert browser.post(change_url(record), data).status_code == 302
    data = filled(browser.get(change_url(record), {"lang": "en"}), total_investment="4.8")
    assert set(errors_of(browser.post(change_url(record), data))) == {"total_investment"}
    assert Project.objects.get(pk=record.pk).total_investment == 47 * 10**8


def test_a_plan_is_asked_on_its_own_page_and_inside_the_project(browser):
    entry = Entry.objects.get(project=project("18"))
    data = filled(browser.get(change_url(entry), {"lang": "en"}), planned_disbursement="0.3")
    assert set(errors_of(browser.post(change_url(entry), data))) == {"planned_disbursement"}
    source = Source.objects.first()
    assert browser.post(change_url(entry), data | {"planned_disbursement_source": source.pk}).status_code == 302
    entry.refresh_from_db()
    assert (entry.planned_disbursement, entry.source) == (3 * 10**8, source)
    inside = filled(browser.get(change_url(project("18"))), **{"entries-0-planned_disbursement": "0.4"})
    assert browser.post(change_url(project("18")), inside).status_code == 200
    told = inside | {"entries-0-planned_disbursement_reported_by": "局"}
    assert browser.post(change_url(project("18")), told).status_code == 302
    entry.refresh_from_db()
    assert (entry.planned_disbursement, entry.planned_disbursement_reported_by) == (4 * 10**8, "局")
