"""Deleting: refused with the list of what depends on the record, readable, and naming nothing hidden."""

from __future__ import annotations

import pytest

from projects.history.revisions import create_revision
from projects.models import (
    Claim,
    Entry,
    MonthlyReport,
    Plan,
    Prefecture,
    Project,
    Revision,
    Round,
    Source,
)
from sectors.models import Sector
from tests.people import person
from tests.projects.admin.forms import messages_of, project, seen, url


@pytest.fixture
def browser(province, client_of):
    return client_of(province)


def delete(browser, record):
    return browser.post(
        url(type(record), "delete", record.pk) + "?lang=en", {"post": "yes", "_seen": seen()}, follow=True
    )


@pytest.mark.parametrize(
    ("find", "names"),
    [
        (lambda: project("18"), ["HN-EI-2023-18 · 2023"]),
        (lambda: Sector.objects.get(code="smart-terminals"), ["HN-EI-2023-12", "HN-EI-2023-41", "HN-EI-2023-42"]),
        (lambda: project("02").source, ["HN-EI-2023-02"]),
        (lambda: project("18").entries.get(), ["HN-EI-2023-18 2023-01", "HN-EI-2023-18 2023-06"]),
        (lambda: Round.objects.get(programme__year=2023, month=6), ["HN-EI-2023-18 2023-06"]),
    ],
)
def test_what_others_depend_on_is_refused_with_the_list(find, names, browser, register):
    record = find()
    before = Revision.objects.newest_number()
    address = url(type(record), "delete", record.pk) + "?lang=en"
    for response in (browser.get(address), browser.post(address, {"post": "yes", "_seen": seen()})):
        text = response.content.decode()
        assert response.status_code == 200
        for name in [*names, "depend on it"]:
            assert name in text
        assert 'name="post"' not in text
    assert type(record).objects.filter(pk=record.pk).exists()
    assert Revision.objects.newest_number() == before


def test_records_that_one_may_not_see_are_counted_and_not_named(browser, register):
    with create_revision():
        place = Prefecture(adcode="439900", name_zh="试验市", name_en="Trial")
        place.save()
    person("secret-bureau", "prefecture-reader", "439900")
    text = delete(browser, place).content.decode()
    assert "Grant: 1 that you may not see" in text
    assert "secret-bureau" not in text
    assert Prefecture.objects.filter(pk=place.pk).exists()


def test_what_nothing_depends_on_is_deleted_and_its_history_kept(browser, province):
    claim = project("02").claims.first()
    before = Revision.objects.newest_number()
    assert delete(browser, claim).status_code == 200
    assert not Claim.objects.filter(pk=claim.pk).exists()
    last = Claim.history.filter(id=claim.pk).first()
    assert (last.history_type, last.revision_id, last.revision.user) == ("-", before + 1, province)


def test_a_project_goes_with_its_claims_in_one_revision(browser, register):
    record = project("02")
    for entry in record.entries.all():
        entry.delete()
    before = Revision.objects.newest_number()
    claims = list(record.claims.values_list("pk", flat=True))
    page = browser.get(url(Project, "delete", record.pk), {"lang": "en"}).content.decode()
    assert page.count("Claim: <a") == len(claims)
    delete(browser, record)
    assert not Project.objects.filter(pk=record.pk).exists()
    assert Revision.objects.newest_number() == before + 1
    assert set(Claim.history.filter(revision_id=before + 1).values_list("id", "history_type")) == {
        (key, "-") for key in claims
    }


def test_the_action_deletes_all_or_none(browser, register):
    free = Source(url="https://example.org/free")
    free.save()
    used = project("02").source
    data = {"action": "delete_selected", "_selected_action": [free.pk, used.pk], "post": "yes", "_seen": seen()}
    text = browser.post(url(Source) + "?lang=en", data, follow=True).content.decode()
    assert "so none is" in text
    assert Source.objects.filter(pk__in=[free.pk, used.pk]).count() == 2
    browser.post(url(Source), data | {"_selected_action": [free.pk]})
    assert not Source.objects.filter(pk=free.pk).exists()


@pytest.mark.permission
def test_a_writer_deletes_own_claims_and_nothing_else(changsha_writer, client_of):
    browser, own = client_of(changsha_writer), project("03")
    claim, hidden = own.claims.first(), project("02").claims.first()
    data = {"action": "delete_selected", "_selected_action": [claim.pk, hidden.pk], "post": "yes", "_seen": seen()}
    browser.post(url(Claim), data)
    assert set(Claim.objects.filter(pk__in=[claim.pk, hidden.pk])) == {hidden}
    for record in (own, own.entries.get(), own.source):
        assert delete(browser, record).status_code == 403
        data = {"action": "delete_selected", "_selected_action": [record.pk], "post": "yes", "_seen": seen()}
        browser.post(url(type(record)), data)
        assert type(record).objects.filter(pk=record.pk).exists()


def test_what_changed_after_the_confirmation_was_opened_is_not_deleted_and_named(browser, register):
    record = project("02")
    claim = record.claims.first()
    for entry in record.entries.all():
        entry.delete()
    confirmed = {"post": "yes", "_seen": str(browser.get(url(Project, "delete", record.pk)).context["seen"])}
    with create_revision():
        claim.note_en = "Meanwhile"
        claim.save()
    refused = browser.post(url(Project, "delete", record.pk) + "?lang=en", confirmed, follow=True)
    [told] = messages_of(refused)
    assert told.count("HN-EI-2023-02") == 1
    assert "claim “HN-EI-2023-02" in told
    assert Project.objects.filter(pk=record.pk).exists()
    again = {"post": "yes", "_seen": str(refused.context["seen"])}
    browser.post(url(Project, "delete", record.pk), again)
    assert not Project.objects.filter(pk=record.pk).exists()


def test_of_chosen_records_one_that_changed_stops_all(browser, register):
    one, other, gone = project("02").claims.all()[:3]
    action = {"action": "delete_selected", "_selected_action": [one.pk, other.pk, gone.pk]}
    opened = browser.get(url(Claim)).context["seen"]
    page = browser.post(url(Claim), action | {"_seen": str(opened), "index": 0})
    gone.delete()
    with create_revision():
        other.note_en = "Meanwhile"
        other.save()
    confirmed = action | {"post": "yes", "_seen": str(page.context["seen"])}
    refused = browser.post(url(Claim) + "?lang=en", confirmed, follow=True)
    [told] = messages_of(refused)
    assert told.count("claim “HN-EI-2023-02") == 1  # what is gone is found no more
    assert Claim.objects.filter(pk__in=[one.pk, other.pk]).count() == 2


def test_a_page_that_does_not_say_what_it_was_made_from_does_nothing(browser, register):
    claim = project("02").claims.first()
    for number in ("", "abc", "-1", "9" * 40):
        data = {"action": "delete_selected", "_selected_action": [claim.pk], "post": "yes", "_seen": number}
        told = messages_of(browser.post(url(Claim) + "?lang=en", data, follow=True))
        assert "did not say" in told[0]
        told = messages_of(browser.post(url(Claim, "delete", claim.pk) + "?lang=en", data, follow=True))
        assert "did not say" in told[0]
    assert Claim.objects.filter(pk=claim.pk).exists()


def test_a_forged_choice_of_a_hidden_record_that_changed_names_nothing(changsha_writer, client_of):
    own, hidden = project("03").claims.first(), project("02").claims.first()
    with create_revision():
        hidden.note_en = "Meanwhile"
        hidden.save()
    data = {"action": "delete_selected", "_selected_action": [own.pk, hidden.pk], "_seen": "1", "index": 0}
    page = client_of(changsha_writer).post(url(Claim) + "?lang=en", data, follow=True)
    assert "HN-EI-2023-02" not in page.content.decode()


@pytest.mark.parametrize("chosen", [False, True])
@pytest.mark.parametrize(
    "find",
    [
        lambda: Entry.objects.filter(reports=None).first(),
        lambda: MonthlyReport.objects.filter(state="approved", events=None).first(),
    ],
)
def test_what_moves_figures_is_deleted_with_a_reason_only(find, chosen, browser, register):
    record = find()
    Plan.objects.filter(entry=record.pk).delete()
    model, before = type(record), Revision.objects.newest_number()
    address = url(model) if chosen else url(model, "delete", record.pk)
    data = {"action": "delete_selected", "_selected_action": [record.pk]} if chosen else {}
    page = browser.post(address, data | {"_seen": seen(), "index": 0}) if chosen else browser.get(address)
    assert 'name="_reason"' in page.content.decode()
    confirmed = data | {"post": "yes", "_seen": seen()}
    for nothing in ({}, {"_reason": "   "}):
        [told] = messages_of(browser.post(address + "?lang=en", confirmed | nothing, follow=True))
        assert "say why" in told
    assert (model.objects.filter(pk=record.pk).exists(), Revision.objects.newest_number()) == (True, before)
    browser.post(address, confirmed | {"_reason": "重复\n 登记"})
    assert not model.objects.filter(pk=record.pk).exists()
    assert model.history.filter(id=record.pk).first().revision.reason == "重复 登记"


def test_what_moves_no_figure_needs_no_reason(browser, register):
    claim = project("02").claims.first()
    assert 'name="_reason"' not in browser.get(url(Claim, "delete", claim.pk)).content.decode()
