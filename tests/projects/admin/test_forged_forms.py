"""Forms that no browser of ours would send, and what only saving notices: a clear answer, and nothing stored."""

from __future__ import annotations

import pytest
from django.contrib.admin import site
from django.core.exceptions import ValidationError

from projects.models import Claim, Entry, Source
from tests.projects.admin.forms import change_url, filled, project

ENGLISH = {"lang": "en"}


@pytest.fixture
def browser(province, client_of):
    return client_of(province)


def save(browser, record, **changes):
    page = browser.get(change_url(record), ENGLISH)
    return browser.post(change_url(record), filled(page, **changes))


@pytest.mark.parametrize(
    "forged",
    [
        {"entries-TOTAL_FORMS": "x"},
        {"entries-INITIAL_FORMS": "99"},
        {"entries-0-id": str(10**30)},
        {"entries-0-project": "1"},
        {"_saveasnew": "1"},
        {"note_zh": "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")},
    ],
)
def test_forged_forms_never_break_the_page(forged, browser, register):
    response = save(browser, project("18"), **forged)
    assert response.status_code in (200, 302, 400)
    assert Entry.objects.count() == 42


def test_a_forged_count_of_rows_lays_out_no_more_than_the_most(browser, register):
    response = save(browser, project("18"), **{"entries-TOTAL_FORMS": str(10**9)})
    assert "at most 50 forms" in response.content.decode()
    (formset,) = [
        each.formset for each in response.context["inline_admin_formsets"] if each.formset.prefix == "entries"
    ]
    assert len(formset.forms) == 50
    assert Entry.objects.count() == 42


def test_the_rows_of_every_form_have_that_limit(province, rf):
    request = rf.get("/")
    request.user = province
    found = [
        inline.get_formset(request).absolute_max
        for model_admin in site._registry.values()
        for inline in model_admin.get_inline_instances(request)
    ]
    assert len(found) > 3
    assert set(found) == {50}


def test_what_only_saving_notices_is_said_on_the_form_and_undone(browser, register, monkeypatch):
    record = project("18")
    monkeypatch.setattr(Claim, "save", lambda *_a, **_k: (_ for _ in ()).throw(ValidationError("noticed late")))
    claim = {
        "claims-TOTAL_FORMS": 1,
        "claims-0-project": record.pk,
        "claims-0-figure": "total_investment",
        "claims-0-amount": "1",
        "claims-0-source": Source.objects.first().pk,
    }
    response = save(browser, record, name_en="Other", **claim)
    assert response.status_code == 200
    assert "noticed late" in response.content.decode()
    record.refresh_from_db()
    assert record.name_en != "Other"
