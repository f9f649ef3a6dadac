"""Forms of records that were deleted, moved or submitted meanwhile, or that did not say their version; and who merges."""

from __future__ import annotations

import pytest

from projects.models import MonthlyReport, Prefecture, Project
from projects.workflows import reporting
from tests.people import CHANGSHA, ZHUZHOU
from tests.projects.admin.forms import change_url, errors_of, filled, project, url
from tests.projects.admin.meetings import change

pytestmark = pytest.mark.no_database

ENGLISH = {"lang": "en"}


@pytest.fixture
def browser(province, client_of):
    return client_of(province)


@pytest.mark.permission
def test_a_record_deleted_or_moved_away_meanwhile_is_answered_like_one_that_never_was(changsha_writer, client_of):
    browser, record = client_of(changsha_writer), project("21")
    assert record.prefecture.adcode == CHANGSHA
    typed = filled(browser.get(change_url(record), ENGLISH), name_en="Typed by me")
    change(record, prefecture=Prefecture.objects.get(adcode=ZHUZHOU))
    assert {browser.post(each, typed).status_code for each in (change_url(record), url(Project, "change", 10**9))} == {
        404
    }
    assert project("21").name_en != "Typed by me"


def test_a_form_without_its_version_is_refused_with_what_was_typed(browser, register):
    record = project("18")
    opened = browser.get(change_url(record), ENGLISH)
    for version in (None, "", "abc", "0", str(10**9), "-1", "9" * 40):
        page = browser.post(change_url(record) + "?lang=en", filled(opened, name_en="Mine", _opened=version))
        assert page.status_code == 409
        assert page.context["adminform"].form["name_en"].value() == "Mine"
        assert project("18").name_en != "Mine"
    assert browser.post(change_url(record), filled(page)).status_code == 302
    assert project("18").name_en == "Mine"


def test_an_account_changed_meanwhile_is_refused_with_what_was_typed(administrator, changsha_reader, client_of):
    browser = client_of(administrator)
    opened = browser.get(change_url(changsha_reader), ENGLISH)
    type(changsha_reader)._default_manager.filter(pk=changsha_reader.pk).update(email="theirs@example.org")
    page = browser.post(change_url(changsha_reader) + "?lang=en", filled(opened, last_name="Mine"))
    assert "Somebody changed this record" in errors_of(page)["__all__"][0]
    assert page.context["adminform"].form["last_name"].value() == "Mine"
    changsha_reader.refresh_from_db()
    assert (changsha_reader.email, changsha_reader.last_name) == ("theirs@example.org", "")


def test_signing_in_meanwhile_is_no_change_of_an_account(administrator, changsha_reader, client_of):
    browser = client_of(administrator)
    opened = browser.get(change_url(changsha_reader), ENGLISH)
    client_of(changsha_reader)  # notes the time of the last login
    assert browser.post(change_url(changsha_reader), filled(opened, last_name="Mine")).status_code == 302


@pytest.mark.permission
def test_a_writer_merges_own_records_too_and_a_reader_never_sees_a_conflict(
    changsha_writer, changsha_reader, client_of, register
):
    browser, record = client_of(changsha_writer), project("21")
    opened = browser.get(change_url(record), ENGLISH)
    change(record, note_en="Theirs")
    typed = filled(opened, county_zh="长沙县")
    assert client_of(changsha_reader).post(change_url(record), typed).status_code == 403
    assert browser.post(change_url(record), typed).status_code == 302
    assert (project("21").county_zh, project("21").note_en) == ("长沙县", "Theirs")


@pytest.mark.permission
def test_a_report_submitted_meanwhile_can_no_longer_be_changed(changsha_writer, client_of):
    report = MonthlyReport(entry=project("21").entries.get(), month=7, disbursed=10**8, basis="illustrative")
    report.reason, report.measure = "Rain", "A second shift"
    report.save()
    browser = client_of(changsha_writer)
    typed = filled(browser.get(change_url(report), ENGLISH), progress="The roof is on", disbursed="2")
    reporting.submit([report], user=changsha_writer)
    assert browser.post(change_url(report), typed).status_code == 403
    report.refresh_from_db()
    assert (report.progress, report.disbursed) == ("", 10**8)
