"""`/charts/<name>/` and `/charts/<name>.svg`: a chart as a picture, and how to cite it."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from projects.history.revisions import create_revision
from projects.models import MonthlyReport, Programme, Revision
from sectors.models import Sector
from tests.pages import opened

pytestmark = pytest.mark.django_db

NAMES = ("disbursement", "sectors", "prefectures")
SVG = "{http://www.w3.org/2000/svg}"


def picture(client, name, **query):
    response = client.get(f"/charts/{name}.svg", {"lang": "en"} | query)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/svg+xml"
    return ElementTree.fromstring(response.content)  # noqa: S314 # our own


def texts(drawn):
    return " ".join("".join(each.itertext()) for each in drawn.iter(f"{SVG}text"))


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_stands_by_itself(public_read, register, client, name):
    drawn = picture(client, name)
    said = texts(drawn)
    assert f"Data as at 2023-08-07, revision r{Revision.objects.newest_number()}." in said
    assert f"/charts/{name}/?programme=2023&through=2023-06&as_of=r" in said
    assert "billion CNY" in said
    assert "illustrative" in said
    assert not list(drawn.iter(f"{SVG}a")), "its links would lead nowhere"
    assert not list(drawn.iter(f"{SVG}script"))
    assert not [each for each in drawn.iter() if "data-box" in each.attrib]
    named = {each.attrib["id"] for each in drawn.iter() if "id" in each.attrib}
    assert {"hatch-done", "hatch-soft"} <= named


def test_it_says_what_the_page_says(public_read, register, client):
    assert "7.76 billion CNY behind the announced plan" in texts(picture(client, "disbursement"))
    assert "Energy electronics has the largest share" in texts(picture(client, "sectors"))
    assert "has completed the largest share of its plan" in texts(picture(client, "prefectures", map="progress"))
    assert "按公布计划落后 77.6 亿元" in texts(picture(client, "disbursement", lang="zh-hans"))


def test_a_name_of_a_project_or_sector_is_text_in_it(public_read, register, client):
    with create_revision():
        sector = Sector.objects.get(code="new-display")
        sector.name_en = "<script>alert(1)</script> & more"
        sector.save()
    assert "<script>alert(1)</script> & more" in texts(picture(client, "sectors"))


def test_it_is_drawn_for_its_reader_alone(public_read, changsha_reader, client_of):
    said = texts(picture(client_of(changsha_reader), "prefectures"))
    assert "Visible to you: Changsha" in said
    assert "Zhuzhou" not in said


def test_it_says_what_the_list_is_narrowed_to(public_read, register, client):
    assert "Sector: New display" in texts(picture(client, "disbursement", sector="new-display"))


def test_a_permanent_address_stays_what_it_was(public_read, register, client):
    page = opened(client, "/charts/disbursement/", lang="en")
    [address] = [anchor.href for anchor in page.anchors if anchor.text == "Open the permanent address"]
    assert "Key-project monitor, Hunan electronic information manufacturing: 7.76 billion CNY behind" in page.text
    with create_revision():
        for report in MonthlyReport.objects.filter(month=6):
            report.delete()
    assert "7.76 billion CNY behind the announced plan" not in opened(client, "/charts/disbursement/", lang="en").text
    assert "7.76 billion CNY behind the announced plan" in opened(client, f"{address}&lang=en").text


@pytest.mark.no_database
@pytest.mark.parametrize("address", ["/charts/none/", "/charts/none.svg", "/charts/disbursement.png"])
def test_what_is_not_drawn_is_not_found(public_read, register, client, address):
    assert client.get(address).status_code == 404


def test_without_a_report_there_is_no_chart_of_them(public_read, register, client):
    with create_revision():
        for report in MonthlyReport.objects.all():
            report.delete()
    assert client.get("/charts/disbursement.svg").status_code == 404
    assert "Nothing to draw" in opened(client, "/charts/disbursement/", lang="en").text


@pytest.mark.parametrize("name", ["disbursement", "sectors", "prefectures"])
def test_the_page_of_a_chart_answers_of_each_year_that_its_menu_offers(public_read, register, client, name):
    years = Programme.objects.values_list("year", flat=True)
    assert len(years) > 3
    for year in years:
        assert client.get(f"/charts/{name}/", {"programme": year}).status_code == 200


@pytest.mark.no_database
def test_a_wrong_question_is_refused(public_read, register, client):
    assert client.get("/charts/prefectures.svg?map=area").status_code == 400


def test_they_are_signed_in_for_where_nobody_reads_without(register, client):
    assert client.get("/charts/sectors.svg").status_code == 302


def test_the_numbers_of_each_chart_are_files(public_read, register, client):
    page = opened(client, "/", lang="en")
    files = [anchor.href for anchor in page.anchors if anchor.href.startswith("/api/v1/")]
    for by in ("month", "sector", "prefecture"):
        [sums] = [href for href in files if f"by={by}" in href]
        assert client.get(sums).json()["by"] == by
    [reports] = [href for href in files if href.startswith("/api/v1/reports/") and "format=csv" in href]
    content = b"".join(client.get(reports).streaming_content)
    assert content.count(b"\n") == 181  # its head and thirty reports of six months


def test_a_chart_is_offered_with_the_figure_of_the_map(public_read, register, client):
    page = opened(client, "/prefectures/", map="disbursed")
    pictures = [anchor.href for anchor in page.anchors if "/charts/prefectures.svg" in anchor.href]
    assert len(pictures) == 1
    assert "map=disbursed" in pictures[0]
