"""`/charts/<name>/` and `/charts/<name>.svg`: a chart as a file, and how to cite it."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from django.utils import timezone

from projects.history.revisions import create_revision
from projects.models import MonthlyReport, Prefecture
from tests.pages import opened

pytestmark = pytest.mark.django_db

NAMES = ("disbursement", "prefectures")
SVG = "{http://www.w3.org/2000/svg}"


def chart_file(client, name, **query):
    response = client.get(f"/charts/{name}.svg", {"lang": "en"} | query)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/svg+xml"
    assert response["Content-Disposition"].startswith("attachment")
    return ElementTree.fromstring(response.content)  # noqa: S314 # our own


def texts(drawn):
    return " ".join("".join(drawn.itertext()).split())


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_what_the_page_draws_and_needs_nothing_else(public_read, register, client, name):
    drawn = chart_file(client, name)
    text, page = texts(drawn), opened(client, f"/charts/{name}/", lang="en")
    dates = f"Data as at {timezone.localdate()} · working date 2023-08-07"
    assert dates in page.text, "the picture has the dates of its page"
    assert f"· {dates} ·" in text
    assert f"/charts/{name}/?programme=2023&through=2023-06&as_of=r" in text
    assert "illustrative" in text
    links = [each.attrib["href"] for each in drawn.iter(f"{SVG}a")]
    assert links
    assert all(href.startswith("http://testserver/") for href in links), "beside the site they would lead nowhere"
    assert not list(drawn.iter(f"{SVG}script"))
    assert list(drawn.iter(f"{SVG}style"))
    named = {each.attrib["id"] for each in drawn.iter() if "id" in each.attrib}
    assert {"hatch-done", "hatch-soft"} <= named
    assert [href.removeprefix("http://testserver") for href in links] == [
        anchor.href for anchor in page.anchors if f"http://testserver{anchor.href}" in set(links)
    ]


def test_it_says_what_the_page_says(public_read, register, client):
    assert "7.76 billion CNY behind the announced plan" in texts(chart_file(client, "disbursement"))
    assert "has completed the largest share of its plan" in texts(chart_file(client, "prefectures", map="progress"))
    assert "按公布计划滞后 77.6 亿元" in texts(chart_file(client, "disbursement", lang="zh-hans"))


def test_a_name_is_text_in_it(public_read, register, client):
    with create_revision():
        prefecture = Prefecture.objects.get(adcode="430100")
        prefecture.name_en = "<script>alert(1)</script> & more"
        prefecture.save()
    assert "<script>alert(1)</script> & more" in texts(chart_file(client, "prefectures"))


def test_it_is_drawn_for_its_reader_alone(public_read, changsha_reader, client_of):
    text = texts(chart_file(client_of(changsha_reader), "prefectures", reach="own"))
    assert "Visible to you: Changsha" in text
    assert "Zhuzhou" not in text


def test_a_permanent_address_stays_what_it_was(public_read, register, client):
    page = opened(client, "/charts/disbursement/", lang="en")
    [address] = [anchor.href for anchor in page.anchors if anchor.text == "Open the permanent address"]
    assert "Key-project monitor, Hunan electronic information manufacturing: 7.76 billion CNY behind" in page.text
    with create_revision():
        for report in MonthlyReport.objects.filter(month=6):
            report.delete()
    assert "7.76 billion CNY behind the announced plan" not in opened(client, "/charts/disbursement/", lang="en").text
    assert "7.76 billion CNY behind the announced plan" in opened(client, f"{address}&lang=en").text


def test_the_chart_of_sectors_is_their_table_now(public_read, register, client):
    response = client.get("/charts/sectors/?programme=2023&through=2023-05&as_of=r1")
    assert response.status_code == 302
    assert response["Location"].startswith("/sectors/?programme=2023&through=2023-05")
    assert "as_of=r1" in response["Location"]


def test_without_a_report_there_is_no_chart_of_them(public_read, register, client):
    with create_revision():
        for report in MonthlyReport.objects.all():
            report.delete()
    assert client.get("/charts/disbursement.svg").status_code == 404
    assert "Nothing to draw" in opened(client, "/charts/disbursement/", lang="en").text


def test_a_chart_is_offered_with_the_figure_of_the_map(public_read, register, client):
    page = opened(client, "/prefectures/", map="disbursed")
    files = [anchor.href for anchor in page.anchors if "/charts/prefectures.svg" in anchor.href]
    assert len(files) == 1
    assert "map=disbursed" in files[0]
