"""The page of one report: works, refuses, hides, bad input, the past, constant query count."""

from __future__ import annotations

import re

import pytest

from projects.models import MonthlyReport, Revision
from projects.workflows import reporting
from tests.pages import opened
from tests.projects.models.reports_made import CHANGSHA_CODE, YI, ZHUZHOU_CODE, approved, submitted

pytestmark = pytest.mark.django_db

JULY = f"/projects/{CHANGSHA_CODE}/reports/2023-07/"
JUNE = f"/projects/{CHANGSHA_CODE}/reports/2023-06/"


def rows(browser, path=JULY, **query):
    """The rows of the table by their heads: label, without 'computed', to the text of its cells."""
    response = browser.get(path, {"lang": "en"} | query)
    assert response.status_code == 200
    table = response.content.decode().split('<table class="whole"')[1].split("</table>")[0]
    found = {}
    for row in re.findall(r"<tr[^>]*>(.*?)</tr>", table.split("<tbody>")[1], re.DOTALL):
        cells = [
            re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        found[cells[0].removesuffix("computed")] = cells[1:]
    return found


def test_every_field_is_shown_also_what_was_not_filled_in(register, changsha_writer, province, client_of):
    approved(
        changsha_writer, province, disbursed=123_456_789, progress="Roof closed", contact="Li, 0731", forecast=9 * YI
    )
    said = rows(client_of(province))
    assert said["Disbursed in July"] == ["0.123456789"]
    assert said["Physical progress in words"] == ["Roof closed"]
    assert said["Contact"] == ["Li, 0731"]
    assert said["Forecast for the whole year"] == ["0.900"]
    assert said["Problems"] == ["—not filled in"]


def test_what_is_computed_says_so_and_is_what_the_interface_computes(register, changsha_writer, province, client_of):
    report = approved(changsha_writer, province)
    browser = client_of(province)
    said = browser.get(f"/api/v1/reports/{report.pk}/").json()
    assert rows(browser)["Disbursed, January to July"] == [f"{said['year_to_date'] / 10**9:.6f}".rstrip("0")]
    page = browser.get(JULY, {"lang": "en"}).content.decode()
    assert page.count('<span class="sub">computed</span>') == 4


def test_what_is_computed_opens_to_the_months_of_the_project_once_it_counts(
    register, changsha_writer, province, client_of
):
    submitted(changsha_writer)
    browser = client_of(province)
    months = f"/projects/{CHANGSHA_CODE}/?programme=2023&through=2023-07#reports"
    assert months not in [each.href for each in opened(browser, JULY, lang="en").anchors]
    reporting.approve([MonthlyReport.objects.get(month=7)], user=province)
    links = [each for each in opened(browser, JULY, lang="en").anchors if each.href == months]
    assert len(links) == 3
    year = opened(browser, f"{months.partition('#')[0]}&lang=en").text
    assert f"{float(links[0].text):.3f}" in year
    assert links[1].text in year


def test_it_says_who_handed_it_in_and_who_approved_it_and_when(register, changsha_writer, province, client_of):
    approved(changsha_writer, province)
    page = opened(client_of(province), JULY, lang="en")
    assert re.search(r"Submitted\s*\d{4}-\d\d-\d\d \d\d:\d\d · " + re.escape(changsha_writer.display_name), page.text)
    assert re.search(r"Approved\s*\d{4}-\d\d-\d\d \d\d:\d\d · " + re.escape(province.display_name), page.text)


def test_the_public_reads_an_approved_report_without_persons_contact_or_exchange(
    register, settings, changsha_writer, province, client
):
    settings.PUBLIC_READ = True
    report = submitted(changsha_writer, contact="Li, 0731")
    reporting.send_back([report], user=province, comment="Please look again")
    reporting.submit([report], user=changsha_writer)
    reporting.approve([report], user=province)
    said = rows(client)
    assert said["Contact"] == ["visible after signing in"]
    page = opened(client, JULY, lang="en")
    for hidden in ("Li, 0731", "Please look again", changsha_writer.display_name, "Submitted, returned, approved"):
        assert hidden not in page.text
    assert "Approved" in page.text


def test_a_report_of_another_prefecture_is_not_there(register, zhuzhou_writer, changsha_writer, client_of):
    submitted(zhuzhou_writer, ZHUZHOU_CODE)
    assert client_of(changsha_writer).get(f"/projects/{ZHUZHOU_CODE}/reports/2023-07/").status_code == 404


@pytest.mark.parametrize("month", ["2023-08", "2023-13", "july"])
def test_what_is_no_month_or_has_no_report_is_not_found(register, province, client_of, month):
    assert client_of(province).get(f"/projects/{CHANGSHA_CODE}/reports/{month}/").status_code == 404


def test_it_leads_to_its_neighbours_its_project_and_the_revisions_that_changed_it(
    register, changsha_writer, province, client_of
):
    approved(changsha_writer, province)
    browser = client_of(province)
    hrefs = {anchor.href for anchor in opened(browser, JULY).anchors}
    newest = Revision.objects.newest_number()
    assert {JUNE, f"/projects/{CHANGSHA_CODE}/?programme=2023", f"/changes/{newest}/?programme=2023"} <= hrefs
    assert JULY in {anchor.href for anchor in opened(browser, JUNE).anchors}


def test_the_reviewer_is_led_to_the_review_while_it_waits(register, changsha_writer, province, client_of):
    report = submitted(changsha_writer)
    where = f"/review/?month=2023-07&open={CHANGSHA_CODE}&programme=2023"
    assert where in {anchor.href for anchor in opened(client_of(province), JULY).anchors}
    assert where not in {anchor.href for anchor in opened(client_of(changsha_writer), JULY).anchors}
    reporting.approve([report], user=province)
    assert where not in {anchor.href for anchor in opened(client_of(province), JULY).anchors}


def test_an_earlier_state_is_shown_as_it_was(register, changsha_writer, province, client_of):
    report = approved(changsha_writer, province, disbursed=YI)
    then = Revision.objects.newest_number()
    reporting.reopen([report], user=province, comment="Please correct")
    report.refresh_from_db()
    report.disbursed = 2 * YI
    report.save()
    browser = client_of(province)
    assert rows(browser)["Disbursed in July"] == ["0.200"]
    assert rows(browser, as_of=f"r{then}")["Disbursed in July"] == ["0.100"]
    assert "Please correct" not in opened(browser, JULY, as_of=f"r{then}").text
