"""`/rounds/<YYYY-MM>/<code>/`: one row of the sheet, as a page and as the panel of the sheet."""

from urllib.parse import parse_qs

import pytest

from projects.history.revisions import create_revision
from projects.models import ReportDraft, SheetPreference
from tests.pages import Page, opened, read

from .rounds import JULY, REASONS, entries, fields, inputs, july, posted, report, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.no_database]


def path_of(entry, part=""):
    return f"{JULY}{entry.project.code}/{part}"


def test_all_fields_of_a_report_are_on_the_page_of_its_row_and_are_saved_from_there(changsha_writer, client_of):
    entry, client = entries()[0], client_of(changsha_writer)
    page = opened(client, path_of(entry))
    named = {each["name"] for _tag, each in page.elements if each.get("name", "").startswith(f"{entry.pk}-")}
    assert named == {f"{entry.pk}-version", f"{entry.pk}-drafted"} | {
        f"{entry.pk}-{name}"
        for name in (
            *("disbursed", "stage", "reason", "measure", "problems", "progress", "forecast", "quoted_year_to_date"),
            *("started_on", "contact", "correction_reason"),
        )
    }
    [action] = [each["action"] for tag, each in page.elements if tag == "form" and each.get("class") == "rowpage"]
    assert posted(client, fields(entry, disbursed="5000", **REASONS), path=action).status_code == 302
    assert (july(entry).disbursed, july(entry).reason) == (50_000_000, REASONS["reason"])


def test_every_row_of_a_sheet_leads_to_its_page_without_a_script(changsha_writer, client_of):
    page = opened(client_of(changsha_writer), JULY)
    led = {anchor.href.partition("?")[0] for anchor in page.anchors if anchor.text == "全部栏目"}
    assert led == {path_of(entry) for entry in entries()}


def test_the_panel_is_the_same_without_the_rest_of_the_page(changsha_writer, client_of):
    entry, client = entries()[2], client_of(changsha_writer)
    content = client.get(path_of(entry, "?part=panel")).content.decode()
    assert "<html" not in content
    assert "<form" not in content
    assert f'name="{entry.pk}-reason"' in content
    assert f'name="{entry.pk}-disbursed"' not in content
    assert "8,520" in content  # June, in 万元
    assert client.get(path_of(entry, "?part=x")).status_code == 400


def test_the_months_end_with_what_was_typed_and_say_what_is_unusual(plausible, changsha_writer, client_of):
    entry, client = entries()[2], client_of(changsha_writer)
    said = "与往月差别大：比往月中位数高120%"
    assert said not in opened(client, path_of(entry)).text
    client.post(f"{JULY}drafts/", fields(entry, disbursed="8520"))
    assert said in opened(client, path_of(entry)).text
    client.post(f"{JULY}drafts/", fields(entry, disbursed="4000"))
    assert "往月中位数高" not in opened(client, path_of(entry)).text


def test_what_is_typed_and_who_saved_last_is_said(changsha_writer, province, client_of):
    entry, client = entries()[0], client_of(changsha_writer)
    with create_revision(user=province):
        report(entry, 50_000_000)
    text = opened(client, path_of(entry)).text
    assert "周敏" in text
    assert "已填写、尚未保存" not in text
    client.post(f"{JULY}drafts/", fields(entry, version="new", disbursed="6,000"))
    page = opened(client, path_of(entry))
    assert "7月完成：5,000 → 6,000" in " ".join(page.text.split())
    client.post(JULY, {"discard": str(entry.pk)})
    assert not ReportDraft.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("zhuzhou_writer", 404), ("analyst", 200)])
def test_only_who_has_the_row_in_their_sheet_sees_it(who, status, request, register, changsha_writer, client_of):
    submitted(changsha_writer, entries()[:1], contact="Li Xiang 0731")
    assert client_of(None).get(path_of(entries()[0])).status_code == 302
    response = client_of(request.getfixturevalue(who)).get(path_of(entries()[0]))
    assert response.status_code == status
    if status == 200:
        assert not [name for name in inputs(read(response.content)) if name.endswith("-disbursed")]


@pytest.mark.parametrize("code", ["HN-EI-2023-02", "%00"])
def test_an_entry_that_is_not_asked_is_not_found(province, client_of, code):
    assert client_of(province).get(f"{JULY}{code}/").status_code == 404


@pytest.mark.parametrize("part", ["page", "panel"])
def test_of_a_project_that_is_published_it_is_said_that_nobody_asks(changsha_writer, zhuzhou_writer, client_of, part):
    address, query = f"{JULY}HN-EI-2023-01/", {"lang": "en", "part": part}
    assert "No report is asked of this project" in client_of(changsha_writer).get(address, query).content.decode()
    assert "No report is asked" not in client_of(zhuzhou_writer).get(address, query).content.decode()


def test_who_is_signed_out_while_submitting_is_led_to_signing_in(register, public_read, client):
    """And not told that their role does not allow it."""
    response = posted(client, fields(entries()[0], disbursed="1"), action="submit")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/login/?next=/rounds/2023-07/")


def unit_of(page: Page) -> str:
    """The one that is marked among those to choose from: a button, or a link for whoever has not signed in."""
    [chosen] = [
        attributes.get("value") or parse_qs(attributes["href"].partition("?")[2])["unit"][0]
        for _tag, attributes in page.elements
        if "aria-current" in attributes and (attributes.get("name") == "unit" or "unit=" in attributes.get("href", ""))
    ]
    return chosen


def test_the_unit_is_the_persons_own_until_the_address_names_one(changsha_writer, zhuzhou_writer, client_of):
    entry, client = entries()[0], client_of(changsha_writer)
    posted(client, fields(entry, disbursed="5000"), path=f"{JULY}?unit=small")
    assert july(entry).disbursed == 50_000_000
    assert inputs(opened(client, JULY))[f"{entry.pk}-disbursed"]["value"] == "5,000"
    assert posted(client, unit="large").status_code == 302
    assert SheetPreference.objects.get(user=changsha_writer).unit == "large"
    assert inputs(opened(client_of(changsha_writer), JULY))[f"{entry.pk}-disbursed"]["value"] == "0.5"
    assert inputs(opened(client, JULY, unit="small"))[f"{entry.pk}-disbursed"]["value"] == "5,000"
    assert unit_of(opened(client_of(zhuzhou_writer), JULY)) == "small"
    assert client.get(JULY, {"unit": "x"}).status_code == 400


def test_a_reader_chooses_a_unit_too_and_the_public_by_the_address(
    changsha_reader, public_read, client_of, client, register
):
    reader = client_of(changsha_reader)
    assert posted(reader, unit="large").status_code == 302
    assert unit_of(opened(reader, JULY)) == "large"
    assert unit_of(opened(client, JULY, unit="large")) == "large"
    assert unit_of(opened(client, JULY)) == "small"


def test_what_is_typed_goes_along_into_the_other_unit_and_is_not_saved_by_that(changsha_writer, client_of):
    first, second = entries()[:2]
    client = client_of(changsha_writer)
    rows = [fields(first, disbursed="5000"), fields(second, disbursed="约3", forecast="2.1亿元")]
    posted(client, *rows, path=f"{JULY}?unit=small", unit="large")
    page = inputs(opened(client, JULY))
    assert [page[f"{each.pk}-disbursed"]["value"] for each in (first, second)] == ["0.5", "约3"]
    assert inputs(opened(client, path_of(second)))[f"{second.pk}-forecast"]["value"] == "2.1"
    assert july(first) is None
