"""Forms of records that were deleted or moved meanwhile, or that did not say their version; and who merges at all."""

from __future__ import annotations

import pytest

from projects.history.revisions import create_revision
from projects.models import Milestone, MonthlyReport, Prefecture
from projects.workflows import reporting
from tests.people import CHANGSHA, ZHUZHOU, person
from tests.projects.admin.forms import change_url, errors_of, filled, project, url
from tests.projects.admin.meetings import change

pytestmark = pytest.mark.no_database

ENGLISH = {"lang": "en"}


@pytest.fixture
def browser(province, client_of):
    return client_of(province)


@pytest.fixture
def colleague(register):
    return person("colleague", "province", last_name="王", first_name="强")


def test_a_record_deleted_meanwhile_shows_what_was_typed(browser, colleague):
    with create_revision():
        record = Milestone(project=project("18"), name_zh="主体封顶", planned="2023-09-30")
        record.save()
    opened = browser.get(change_url(record), ENGLISH)
    with create_revision(user=colleague, reason="Entered twice."):
        Milestone.objects.get(pk=record.pk).delete()
    page = browser.post(change_url(record) + "?lang=en", filled(opened, name_en="Topping out", expected="2023-11-30"))
    assert page.status_code == 410
    text = page.content.decode()
    for told in ("Topping out", "2023-11-30", "主体封顶", "Somebody deleted this record"):
        assert told in text
    assert not Milestone.objects.filter(pk=record.pk).exists()


def test_a_deleted_record_of_others_is_answered_like_one_that_never_was(browser, zhuzhou_writer, stranger, client_of):
    with create_revision():
        record = Milestone(project=project("18"), name_zh="主体封顶", planned="2023-09-30")
        record.save()
    typed = filled(browser.get(change_url(record), ENGLISH), name_en="x")
    record_url = change_url(record)
    record.delete()
    other = client_of(zhuzhou_writer)
    assert {other.post(each, typed).status_code for each in (record_url, url(Milestone, "change", 10**9))} == {410}
    assert client_of(stranger).post(record_url, typed).status_code == 302
    assert browser.post(record_url, {}).status_code == 404


@pytest.mark.permission
def test_a_record_moved_out_of_ones_own_prefecture_keeps_what_was_typed(register, changsha_writer, client_of):
    browser, record = client_of(changsha_writer), project("21")
    assert record.prefecture.adcode == CHANGSHA
    opened = browser.get(change_url(record), ENGLISH)
    change(record, prefecture=Prefecture.objects.get(adcode=ZHUZHOU), name_zh="别人的")
    page = browser.post(change_url(record) + "?lang=en", filled(opened, name_en="Typed by me"))
    assert page.status_code == 410
    assert "Typed by me" in page.content.decode()
    assert "别人的" not in page.content.decode()
    assert browser.get(change_url(record)).status_code == 404


def test_a_form_without_its_version_is_refused_with_what_was_typed(browser, register):
    record = project("18")
    opened = browser.get(change_url(record), ENGLISH)
    for version in (None, "", "abc", "0", str(10**9), "-1", "9" * 40):
        page = browser.post(change_url(record) + "?lang=en", filled(opened, name_en="Mine", _opened=version))
        assert page.status_code == 409
        assert "did not say which version" in errors_of(page)["__all__"][0]
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
def test_a_report_submitted_meanwhile_can_no_longer_be_changed_and_shows_what_was_typed(
    changsha_writer, changsha_reader, client_of
):
    report = MonthlyReport(entry=project("21").entries.get(), month=7, disbursed=10**8, basis="illustrative")
    report.reason, report.measure = "Rain", "A second shift"
    report.save()
    browser = client_of(changsha_writer)
    opened = browser.get(change_url(report), ENGLISH)
    reporting.submit([report], user=changsha_writer)
    typed = filled(opened, progress="The roof is on", disbursed="2")
    page = browser.post(change_url(report) + "?lang=en", typed)
    assert page.status_code == 409
    text = page.content.decode()
    for told in ("can no longer be changed", "The roof is on"):
        assert told in text
    report.refresh_from_db()
    assert (report.progress, report.disbursed) == ("", 10**8)
    assert client_of(changsha_reader).post(change_url(report), typed).status_code == 403
