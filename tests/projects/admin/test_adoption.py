"""Adopted claims stay, and forms ask for the origin of figures."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from projects.models import Claim, Entry, Source
from tests.projects.admin.forms import change_url, errors_of, filled, messages_of, project, seen, url

pytestmark = pytest.mark.no_database

CRRC, LICO, WHOLE = "02", "08", "04"


@pytest.fixture
def browser(province, client_of):
    return client_of(province)


def claims(code):
    return list(project(code).claims.filter(figure="total_investment").order_by("-adopted", "pk"))


def test_an_adopted_claim_is_not_deleted(browser):
    adopted = claims(CRRC)[0]
    confirmed = {"post": "yes", "_seen": seen()}
    told = browser.post(url(Claim, "delete", adopted.pk) + "?lang=en", confirmed, follow=True)
    assert any("This claim is adopted" in message for message in messages_of(told))
    page = browser.get(change_url(project(CRRC)))
    forms = page.context["inline_admin_formsets"][1].formset.initial_forms
    [place] = [form.prefix for form in forms if form.instance.pk == adopted.pk]
    browser.post(change_url(project(CRRC)), filled(page, **{f"{place}-DELETE": "on"}))
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
