"""Giving an approved report back: works, refuses, of the version that was looked at."""

from __future__ import annotations

import pytest

from projects.choices import ReportState
from projects.history.digests import digest_of
from projects.models import MonthlyReport
from tests.pages import opened
from tests.projects.models.reports_made import CHANGSHA_CODE, approved

pytestmark = pytest.mark.django_db

REPORT = f"/projects/{CHANGSHA_CODE}/reports/2023-07/"
PATH = f"{REPORT}reopen/"


@pytest.fixture
def july(register, changsha_writer, province):
    return approved(changsha_writer, province, disbursed=200_000_000)


def version_of(report):
    return digest_of(MonthlyReport.objects.get(pk=report.pk))


def post(browser, report, comment="Please correct", **more):
    return browser.post(f"{PATH}?lang=en", {"version": version_of(report), "comment": comment} | more)


def test_it_says_what_it_does_and_leads_back_to_the_report(july, province, client_of):
    browser = client_of(province)
    assert f"{PATH}" in [anchor.href.partition("?")[0] for anchor in opened(browser, REPORT).anchors]
    assert "goes from 16.090 to 15.890 billion CNY" in opened(browser, PATH, lang="en").text
    assert post(browser, july).url.startswith(REPORT)
    july.refresh_from_db()
    assert (july.state, july.comment, july.returned_by) == (ReportState.RETURNED, "Please correct", province)
    text = opened(browser, REPORT, lang="en").text
    assert "It is with the prefecture again" in text
    assert "Please correct" in text


def test_without_a_comment_nothing_is_done_and_a_stale_page_keeps_the_words(july, province, client_of):
    browser = client_of(province)
    assert post(browser, july, comment=" ").status_code == 422
    answer = post(browser, july, version="of yesterday", comment="my words")
    assert answer.status_code == 409
    assert "my words" in answer.content.decode()
    july.refresh_from_db()
    assert july.state == ReportState.APPROVED


@pytest.mark.parametrize("who", ["changsha_writer", "changsha_reader", "analyst"])
def test_only_the_province_reopens(july, who, request, client_of):
    browser = client_of(request.getfixturevalue(who))
    assert PATH not in [anchor.href.partition("?")[0] for anchor in opened(browser, REPORT).anchors]
    assert browser.get(PATH).status_code == 403
    assert post(browser, july).status_code == 403


def test_strangers_find_nothing_and_visitors_sign_in(july, zhuzhou_writer, client_of, client):
    assert client_of(zhuzhou_writer).get(PATH).status_code == 404
    assert client.get(PATH).status_code == 302
