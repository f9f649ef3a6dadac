"""What every page has around its content, and what is said when there is none."""

import re

import pytest

from projects.models import Enterprise, Milestone, Problem
from tests.pages import PATHS, opened, read

pytestmark = pytest.mark.django_db
# a date, or a moment with its offset, in which a second has no more than three digits behind its point (HTML, 4.5.14)
TIME = re.compile(r"\d{4}-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?([+-]\d{2}:?\d{2}|Z))?)?")


def names_its_language_and_has_one_heading(page, language):
    html = next(attributes for tag, attributes in page.elements if tag == "html")
    assert html["lang"] == language
    assert len([tag for tag, _attributes in page.elements if tag == "h1"]) == 1


def needs_no_exception_from_the_policy(page):
    assert not [
        attributes
        for _tag, attributes in page.elements
        if "style" in attributes or any(name.startswith("on") for name in attributes)
    ]
    assert not [tag for tag, _attributes in page.elements if tag in ("style", "iframe")]
    scripts = [attributes.get("src", "") for tag, attributes in page.elements if tag == "script"]
    assert not [src for src in scripts if not src.startswith("/static/")], "scripts are files of ours"


def has_no_blank_after_a_full_width_mark(text):
    shown = re.sub(r"<[^>]*>", "", text)
    assert not re.findall(r".{0,20}[。：；] +[^\s].{0,20}", shown)


def has_no_id_twice_and_every_time_is_one_to_a_browser(page, path):
    ids = [attributes["id"] for _tag, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    times = [attributes["datetime"] for _tag, attributes in page.elements if "datetime" in attributes]
    assert [text for text in times if not TIME.fullmatch(text)] == []
    assert times or path != "/changes/"


@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_well_made(public_read, register, client, path):
    answer = client.get(path, {"lang": "zh-hans"})
    assert answer.status_code == 200
    page = read(answer.content)
    names_its_language_and_has_one_heading(page, "zh-Hans")
    needs_no_exception_from_the_policy(page)
    has_no_blank_after_a_full_width_mark(answer.content.decode())
    has_no_id_twice_and_every_time_is_one_to_a_browser(page, path)


@pytest.mark.parametrize("path", PATHS)
def test_the_english_pages_speak_english(public_read, register, client, path):
    """Apart from the switch, the boundary file's number, the word that disbursement has in statistics, names that have no
    English, and what officials wrote.
    """
    page = opened(client, path, lang="en")
    names_its_language_and_has_one_heading(page, "en")
    text = page.text
    written = [word for each in Problem.objects.all() for word in (each.description, each.note, each.solver) if word]
    written += [each.reason for each in Milestone.objects.exclude(reason="")]
    unnamed = Enterprise.objects.filter(name_en="").values_list("name_zh", flat=True)
    for known in ("中文", "审图号", "完成投资", *unnamed, *written):
        text = text.replace(known, "")
    assert not [character for character in text if "\u4e00" <= character <= "\u9fff"]


@pytest.mark.no_database
def test_the_switch_keeps_the_question(public_read, register, client):
    page = opened(client, "/projects/", prefecture="430100", through="2023-03")
    switch = next(anchor for anchor in page.anchors if anchor.text == "English")
    assert "prefecture=430100" in switch.href
    assert "through=2023-03" in switch.href
    assert "lang=en" in switch.href


@pytest.mark.no_database
def test_the_language_is_remembered(public_read, register, client):
    opened(client, "/", lang="en")
    assert "Key projects of 2023" in opened(client, "/").text


@pytest.mark.no_database
@pytest.mark.parametrize(("language", "said"), [("en", "Not found"), ("zh-hans", "找不到")])
def test_what_is_not_there_is_said_in_the_readers_language(public_read, register, client, language, said):
    response = client.get(f"/nowhere/?lang={language}")
    assert response.status_code == 404
    assert said in read(response.content).text


@pytest.mark.no_database
def test_an_error_is_told_in_both_languages(public_read, register, client, monkeypatch):
    monkeypatch.setattr("portfolio.dashboards.sectors.breakdowns", lambda *a, **k: 1 / 0)
    client.raise_request_exception = False
    response = client.get("/sectors/")
    assert response.status_code == 500
    text = read(response.content).text
    assert "系统出错" in text
    assert "Something went wrong" in text


@pytest.mark.no_database
def test_an_expired_form_says_what_to_do(province, client_of):
    client = client_of(None, enforce_csrf_checks=True)
    response = client.post("/login/?lang=en", {"username": "province", "password": "x"})
    assert response.status_code == 403
    assert "The form has expired" in read(response.content).text
