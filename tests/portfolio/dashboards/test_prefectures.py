"""`/prefectures/` and `/prefectures/<adcode>/`."""

import json
import re

import pytest

from projects.history.revisions import create_revision
from projects.models import Prefecture
from tests.pages import opened

pytestmark = pytest.mark.django_db


def outlines_of(page):
    return {
        attributes["id"]
        for tag, attributes in page.elements
        if tag == "path" and attributes.get("id", "").startswith("r4")
    }


def test_a_map_and_a_table_name_every_prefecture(public_read, register, client):
    page = opened(client, "/prefectures/", lang="en")
    assert len(outlines_of(page)) == 14
    assert (
        "By data of which 54.7% is illustrative: Changsha has the largest share, 41.8% of the known total investment"
        " (35/42); "
        "3 prefectures have no project" in page.text
    )
    assert "Without a project on this list: Zhangjiajie, Huaihua" in page.text
    assert "名单上没有项目的市州：张家界市、怀化市" in opened(client, "/prefectures/", lang="zh-hans").text


def test_amounts_on_the_map_have_as_many_decimals_each(public_read, register, client):
    content = client.get("/prefectures/?lang=en").content.decode()
    amounts = [text for text in re.findall(r'<tspan class="v"[^>]*>([^<]*)</tspan>', content) if text]
    assert "8.40" in amounts
    assert {len(amount.partition(".")[2]) for amount in amounts} == {2}


def test_the_boundary_file_says_where_it_is_from_and_its_number(public_read, register, client, settings):
    settings.MAP_NOTE_EN, settings.MAP_APPROVAL_NUMBER = "Drawn by the survey", "湘S(2023)001号"
    text = opened(client, "/prefectures/", lang="en").text
    assert "Drawn by the survey" in text
    assert "Map approval number 湘S(2023)001号" in text


def test_every_figure_can_be_put_on_the_map(public_read, register, client):
    assert "25.9" in opened(client, "/prefectures/", map="progress", lang="en").text
    assert client.get("/prefectures/?map=x").status_code == 400


@pytest.mark.parametrize(
    ("shown", "figure", "projects"),
    [("total_investment", "total_investment", 2), ("progress", "disbursed_of_plan", 1)],
)
def test_an_outline_leads_where_its_number_leads(public_read, register, client, shown, figure, projects):
    page = opened(client, "/prefectures/", map=shown, lang="en")
    labels = [(data["aria-label"], data["href"]) for tag, data in page.elements if tag == "a" and "data-box" in data]
    [address] = [
        href for label, href in labels if label.startswith("Zhuzhou") and "counted_in" in href and figure in href
    ]
    assert "prefecture=430200" in address
    assert opened(client, address).value("project_count") == projects


def test_a_prefecture_missing_from_the_file_is_named(public_read, register, client, settings, tmp_path):
    features = json.loads(settings.MAP_FILE.read_text(encoding="utf-8"))
    features["features"] = [{"type": "Feature"}, *features["features"][1:4]]
    settings.MAP_FILE = tmp_path / "map.json"
    settings.MAP_FILE.write_text(json.dumps(features), encoding="utf-8")
    page = opened(client, "/prefectures/", lang="en")
    assert len(outlines_of(page)) == 3
    assert "Without an outline in the boundary file: Changsha," in page.text


def test_an_outline_without_a_prefecture_breaks_nothing(public_read, register, client):
    with create_revision():
        Prefecture.objects.get(adcode="430800").delete()
    assert len(outlines_of(opened(client, "/prefectures/"))) == 14


@pytest.mark.parametrize("content", ["", "[]", '{"features": []}', '{"features": 1}'])
def test_a_file_that_is_no_map_leaves_the_table(public_read, register, client, settings, tmp_path, content):
    settings.MAP_FILE = tmp_path / "map.json"
    settings.MAP_FILE.write_text(content, encoding="utf-8")
    text = opened(client, "/prefectures/", lang="en").text
    assert "No map" in text
    assert "57.864" in text


def test_a_prefecture_has_its_page(public_read, register, client):
    text = opened(client, "/prefectures/430100/", lang="en").text
    assert (
        "By data of which 35.2% is illustrative: 13 projects with a known total investment of 57.86 billion CNY, 41.8% of"
        " what is known of the whole list (35/42). By illustrative data: 25.9% of the annual plan is disbursed" in text
    )


def test_a_reader_of_one_prefecture_is_not_told_that_it_is_the_whole_list(changsha_reader, client_of):
    page = opened(client_of(changsha_reader), "/prefectures/430100/", lang="en")
    text = page.text
    assert "13 projects with a known total investment of 57.86 billion CNY." in text
    assert not [attributes for _tag, attributes in page.elements if attributes.get("class") == "meter"]
    assert "100.0%" not in text
    assert "the whole list:" not in text
    assert "Compared with" not in text
    assert "Targets are announced for the whole list only, so none stands beside these sums" in text


def test_a_prefecture_without_projects_does_not_deny_the_register(public_read, register, client):
    text = opened(client, "/prefectures/430800/", lang="en").text
    assert "This list has projects elsewhere" in text
    assert "are not in the register" not in text
