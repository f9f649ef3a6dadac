"""A writer of Changsha, a reader of Changsha: no door of the administration tells of Zhuzhou."""

from __future__ import annotations

import json
import re

import pytest
from django.urls import reverse

from projects.history.revisions import create_revision
from projects.models import Claim, Enterprise, Entry, MonthlyReport, Prefecture, Programme, Project
from tests.people import CHANGSHA, ZHUZHOU
from tests.projects.admin.forms import change_url, filled, project, url

OWNED = [Project, Entry, Claim, MonthlyReport]
PATHS = {
    Project: "prefecture__adcode",
    Entry: "project__prefecture__adcode",
    Claim: "project__prefecture__adcode",
    MonthlyReport: "entry__project__prefecture__adcode",
}
MISSING = 10**9


@pytest.fixture
def secret(register):
    """A project of Zhuzhou with an enterprise of its own, an entry, a report and a claim."""
    with create_revision():
        enterprise = Enterprise(name_zh="株洲秘密企业", name_en="Zhuzhou Secret Enterprise")
        enterprise.save()
        hidden = project("02")
        hidden.enterprise = enterprise
        hidden.save()
        entry = hidden.entries.first()
        said = {"disbursed": 1, "state": "approved", "basis": "published", "source": entry.source}
        MonthlyReport(entry=entry, month=12, **said).save()
    return hidden


@pytest.fixture(params=["changsha_writer", "changsha_reader"])
def local(request, secret):
    return request.getfixturevalue(request.param)


def autocomplete(browser, model, field, term=""):
    data = {"app_label": "projects", "model_name": model._meta.model_name, "field_name": field, "term": term}
    response = browser.get(reverse("admin:autocomplete"), data)
    assert response.status_code == 200
    return [result["text"] for result in json.loads(response.content)["results"]]


@pytest.mark.parametrize("model", OWNED)
def test_a_list_has_the_rows_of_the_own_prefecture_only(model, local, client_of):
    found = client_of(local).get(url(model), {"all": ""}).context["cl"].queryset
    expected = model.objects.filter(**{PATHS[model]: CHANGSHA})
    assert set(found) == set(expected)
    assert expected.exists()


@pytest.mark.no_database
@pytest.mark.parametrize("model", OWNED)
@pytest.mark.parametrize("page", ["change", "delete", "history"])
def test_a_hidden_record_answers_exactly_as_a_missing_one(model, page, local, client_of):
    hidden = model.objects.filter(**{PATHS[model]: ZHUZHOU}).first()
    browser = client_of(local)
    for method in (browser.get, browser.post):
        answers = [method(url(model, page, key)) for key in (hidden.pk, MISSING)]
        assert [answer.status_code for answer in answers] == [404, 404]
        texts = [re.sub(r'(name="csrfmiddlewaretoken") value="\w+"', r"\1", a.content.decode()) for a in answers]
        assert texts[0].replace(f"/{hidden.pk}/", "/") == texts[1].replace(f"/{MISSING}/", "/")


@pytest.mark.parametrize("key", ["abc", "0", "-1", str(10**30), "1_20", "%00"])
def test_a_senseless_key_is_not_found(key, province, client_of):
    for page in ("change", "delete", "history"):
        address = url(Project, page, 1).replace("/1/", f"/{key}/")
        assert client_of(province).get(address).status_code == 404


@pytest.mark.parametrize("term", ["", "HN-EI-2023-02", "株洲", "Zhuzhou", "Secret"])
def test_pickers_offer_nothing_of_another_prefecture(term, changsha_writer, secret, client_of):
    browser = client_of(changsha_writer)
    offered = [
        *autocomplete(browser, Entry, "project", term),
        *autocomplete(browser, Claim, "project", term),
        *autocomplete(browser, MonthlyReport, "entry", term),
        *autocomplete(browser, Project, "enterprise", term),
    ]
    assert not [text for text in offered if "HN-EI-2023-02" in text or "Secret" in text or "秘密" in text]


def test_pickers_find_the_own_records(changsha_writer, register, client_of):
    browser = client_of(changsha_writer)
    assert len(autocomplete(browser, Entry, "project")) == Project.objects.filter(prefecture__adcode=CHANGSHA).count()
    assert [text.split()[0] for text in autocomplete(browser, Entry, "project", "三安")] == ["HN-EI-2023-03"]


@pytest.mark.no_database
@pytest.mark.parametrize("field", ["nothing", "code", "history"])
def test_a_picker_of_a_senseless_field_is_refused(field, changsha_writer, client_of):
    data = {"app_label": "projects", "model_name": "project", "field_name": field}
    assert client_of(changsha_writer).get(reverse("admin:autocomplete"), data).status_code == 403


@pytest.mark.no_database
@pytest.mark.parametrize(("model", "field"), [(Project, "source"), (Entry, "programme"), (Project, "prefecture")])
def test_pickers_are_closed_to_those_without_a_grant(model, field, stranger, client_of, public_read):
    stranger.is_staff = True
    stranger.save()
    data = {"app_label": "projects", "model_name": model._meta.model_name, "field_name": field}
    assert client_of(stranger).get(reverse("admin:autocomplete"), data).status_code == 302


def test_another_prefectures_records_cannot_be_put_into_a_form(changsha_writer, secret, client_of, settings):
    settings.PROPOSAL_FIELDS = frozenset()
    browser = client_of(changsha_writer)
    entry, report = secret.entries.first(), MonthlyReport.objects.filter(entry__project=secret).first()
    place = {"project": secret.pk, "programme": Programme.objects.get(year=2024).pk, "joined": "2024-01-01"}
    claim = {"project": secret.pk, "figure": "total_investment", "amount": "1", "source": secret.source_id}
    new = {"code": "NEW-1", "name_zh": "新", "kind": "plant", "sector": secret.sector_id, "transferred": "unknown"}
    forged = {
        url(Entry, "add"): place | {"status": "new", "basis": "reported"},
        url(Claim, "add"): claim,
        url(MonthlyReport, "add"): {"entry": entry.pk, "month": 1, "state": "draft", "basis": "reported"},
        url(Project, "add"): new | {"prefecture": secret.prefecture_id, "basis": "reported"},
    }
    for address, data in forged.items():
        for prefix in ("entries", "claims"):
            data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
        response = browser.post(address, data)
        assert response.status_code == 200, address
        assert set(response.context["adminform"].form.errors) <= {"project", "entry", "prefecture"}
    assert not Project.objects.filter(code="NEW-1").exists()
    assert Entry.objects.filter(project=secret).count() == 1
    assert report.entry_id == entry.pk


def test_a_record_cannot_be_moved_to_another_prefecture_nor_to_none(changsha_writer, register, client_of):
    browser, own = client_of(changsha_writer), project("03")
    for elsewhere in (Prefecture.objects.get(adcode=ZHUZHOU).pk, ""):
        data = filled(browser.get(change_url(own)), prefecture=elsewhere)
        response = browser.post(change_url(own), data)
        assert response.status_code == 200
        assert set(response.context["adminform"].form.errors) == {"prefecture"}
    own.refresh_from_db()
    assert own.prefecture.adcode == CHANGSHA


def test_an_entry_cannot_be_moved_to_another_prefectures_project(changsha_writer, secret, client_of, settings):
    settings.PROPOSAL_FIELDS = frozenset()
    browser, own = client_of(changsha_writer), project("03").entries.first()
    data = filled(browser.get(change_url(own)), project=secret.pk)
    response = browser.post(change_url(own), data)
    assert set(response.context["adminform"].form.errors) == {"project"}


def test_inlines_do_not_reach_into_another_prefecture(changsha_writer, secret, client_of):
    """A forged key in an inline of the own project must not change the other's row."""
    browser, own = client_of(changsha_writer), project("03")
    other = secret.claims.first()
    page = browser.get(change_url(own))
    data = filled(page, **{"claims-0-id": other.pk, "claims-0-amount": "7777"})
    browser.post(change_url(own), data)
    before = other.amount
    other.refresh_from_db()
    assert other.amount == before


def test_filters_offer_and_accept_the_own_prefecture_only(local, client_of):
    browser = client_of(local)
    for model in OWNED:
        specs = browser.get(url(model)).context["cl"].filter_specs
        offered = {
            str(value) for spec in specs if spec.parameter_name == "prefecture" for value, _label in spec.lookup_choices
        }
        assert offered - {"none"} == {CHANGSHA}
        refused = browser.get(url(model), {"prefecture": ZHUZHOU}, follow=True)
        assert refused.redirect_chain
        assert not refused.context["cl"].params


def test_hidden_records_cannot_be_found_out_by_searching(local, client_of):
    browser = client_of(local)
    for model in (*OWNED, Enterprise):
        for term in ("HN-EI-2023-02", "株洲时代", "秘密", "Secret"):
            response = browser.get(url(model), {"q": term})
            assert response.context["cl"].result_count == 0


@pytest.mark.no_database
@pytest.mark.parametrize("model", [*OWNED, Enterprise])
@pytest.mark.parametrize(
    "lookup",
    [
        "total_investment__gte",
        "enterprise__projects__total_investment__gt",
        "entry__project__prefecture__adcode",
        "source__projects__code",
        "history__basis",
        "pk__in",
        "no_such_field",
    ],
)
def test_free_lookups_are_refused(model, lookup, province, client_of):
    assert client_of(province).get(url(model), {lookup: "1"}).status_code == 400


def test_a_page_of_the_own_prefecture_names_no_other(local, client_of):
    """Neither list nor form nor history lets the other's name, code or enterprise through."""
    browser, own = client_of(local), project("03")
    pages = [url(model) for model in (*OWNED, Enterprise)]
    pages += [change_url(own), change_url(own.entries.first())]
    for page in pages:
        text = browser.get(page).content.decode()
        assert "HN-EI-2023-02" not in text
        assert "秘密" not in text
        assert "Secret" not in text
