"""`/search/`."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from projects.history.revisions import create_revision
from projects.models import Note, Problem, Programme, Project
from tests.pages import Page, opened

pytestmark = pytest.mark.django_db
CHANGSHA_CODE, ZHUZHOU_CODE = "HN-EI-2023-21", "HN-EI-2023-39"


def found(page: Page) -> dict[str, str]:
    """What the page leads to in its main part, by the text of the link."""
    return {each.text: each.href for each in page.anchors}


def problem(code: str, description: str, **more: Any) -> Problem:
    made = Problem(
        project=Project.objects.get(code=code),
        kind="market",
        description=description,
        raised_on=dt.date(2023, 6, 1),
        basis="reported",
        **more,
    )
    with create_revision():
        made.save()
    return made


@pytest.mark.parametrize(
    ("words", "leads_to"),
    [
        ("hn-ei-2023-08 ", "/projects/HN-EI-2023-08/"),
        ("世界计算·长沙智谷", "/projects/HN-EI-2023-01/"),
        ("Energy Electronics", "/sectors/energy-electronics/"),
        ("长沙市", "/prefectures/430100/"),
    ],
)
def test_what_is_called_exactly_so_is_led_to_at_once(public_read, register, client, words, leads_to):
    answer = client.get("/search/", {"search": words})
    assert answer.status_code == 302
    assert answer.url.partition("?")[0] == leads_to
    assert client.get(answer.url).status_code == 200


@pytest.mark.parametrize(
    ("words", "text", "address"),
    [
        ("智谷", "世界计算·长沙智谷", "/projects/HN-EI-2023-01/"),
        ("长远锂科新能源", "湖南长远锂科新能源有限公司", "/projects/?"),
        ("cathode", "正极材料", "/projects/?"),
        ("disbursed", "完成投资", "/figures/disbursed/"),
    ],
)
def test_words_find_parts_of_names_in_either_language(public_read, register, client, words, text, address):
    page = opened(client, "/search/", search=words, lang="zh-hans")
    [href] = [anchor.href for anchor in page.anchors if anchor.text == text and anchor.href.startswith(address)]
    assert client.get(href).status_code == 200


def test_every_word_has_to_stand_somewhere(public_read, register, client):
    assert "邦盛新能源年产20万吨磷酸铁锂" in found(opened(client, "/search/", search="邦盛 磷酸铁锂"))
    assert "没有找到" in opened(client, "/search/", search="邦盛 恐龙", lang="zh-hans").text


def test_the_number_of_projects_is_that_of_the_list(public_read, register, client):
    page = opened(client, "/search/", search="电池", lang="en")
    [address] = {each.href for each in page.anchors if each.text == "in the list"}
    assert opened(client, address).value("project_count") == len(
        {each.href for each in page.anchors if each.href.startswith("/projects/HN-")}
    )


def test_a_long_group_is_cut_and_leads_to_all_of_it(public_read, register, client):
    page = opened(client, "/search/", search="示例", lang="en")
    codes = [each.href for each in page.anchors if each.href.startswith("/projects/HN-")]
    assert len(codes) == 10
    assert opened(client, found(page)["All 30 in the list"]).value("project_count") == 30


def test_filters_that_are_set_stay_and_can_be_left(public_read, register, client):
    page = opened(client, "/search/", search="示例", sector="smart-terminals", lang="en")
    codes = {each.href.split("/")[2] for each in page.anchors if each.href.startswith("/projects/HN-")}
    assert codes == {"HN-EI-2023-41", "HN-EI-2023-42"}
    assert "All 30 in the list" in found(opened(client, found(page)["Search without filters"]))


def test_it_says_what_other_years_have(analyst, client_of):
    page = opened(client_of(analyst), "/search/", search="智谷", programme="2024", lang="en")
    assert "On the lists of other years this search finds" in page.text
    assert [each.href for each in page.anchors if each.text == "2023" and "search=" in each.href]
    chinese = opened(client_of(analyst), "/search/", search="智谷", programme="2024", lang="zh-hans").text
    assert "2023（1）" in chinese


def test_problems_are_found_by_their_words(public_read, register, client):
    made = problem(CHANGSHA_CODE, "A crane of unusual height is lacking")
    page = opened(client, "/search/", search="crane unusual", lang="en")
    address = found(page)["A crane of unusual height is lacking"]
    assert address.endswith(f"#problem-{made.pk}")
    assert f'id="problem-{made.pk}"' in client.get(address).content.decode()


def test_who_solves_a_problem_is_nothing_the_public_finds_it_by(public_read, analyst, client_of):
    problem(CHANGSHA_CODE, "a crane is lacking", solver="Bureau Zebra")
    assert "a crane is lacking" in opened(client_of(analyst), "/search/", search="zebra").text
    text = opened(client_of(None), "/search/", search="zebra", lang="en").text
    assert "crane" not in text
    assert "Nothing found" in text


def test_a_reader_of_one_prefecture_learns_of_nothing_elsewhere(changsha_reader, client_of):
    problem(ZHUZHOU_CODE, "a secret dam")
    with create_revision():
        Note(
            programme=Programme.objects.get(year=2023),
            project=Project.objects.get(code=ZHUZHOU_CODE),
            text="a secret dam too",
            author=changsha_reader,
        ).save()
    client = client_of(changsha_reader)
    for words in ("secret dam", "HN-EI-2023-39", "株洲", "430200", "株洲市", "时代半导体"):
        answer = client.get("/search/", {"search": words, "lang": "en"})
        assert answer.status_code == 200, words
        assert b"Nothing found" in answer.content, words


def test_a_stranger_finds_nothing_of_the_register(register, stranger, client_of):
    problem(CHANGSHA_CODE, "a secret dam")
    page = opened(client_of(stranger), "/search/", search="secret", lang="en")
    assert "Nothing found" in page.text
    for words in ("HN-EI-2023-21", "长沙市", "能源电子"):
        assert client_of(stranger).get("/search/", {"search": words}).status_code == 200


def test_notes_are_found_by_those_who_may_read_them(public_read, analyst, province, client_of):
    with create_revision():
        Note(
            programme=Programme.objects.get(year=2023),
            figure="disbursed",
            text="counted a second time",
            author=province,
        ).save()
    page = opened(client_of(analyst), "/search/", search="second time", lang="en")
    [note] = Note.objects.all()
    assert found(page)["counted a second time"] == f"/figures/disbursed/?programme=2023&note={note.pk}#note-{note.pk}"
    assert "counted a second" not in opened(client_of(None), "/search/", search="second time", lang="en").text


def test_pages_of_work_are_found_by_who_does_it(public_read, province, changsha_writer, client_of):
    for user, is_there in ((province, True), (changsha_writer, False), (None, False)):
        page = opened(client_of(user), "/search/", search="Review", lang="en")
        assert bool([each for each in page.anchors if each.href.startswith("/review/") and each.text == "Review"]) == (
            is_there
        )


@pytest.mark.no_database
def test_without_words_it_says_what_can_be_looked_for(public_read, register, client):
    text = opened(client, "/search/", lang="en").text
    assert "Projects, enterprises, sectors, prefectures, figures, pages, problems and notes" in text
    assert "Nothing found" not in text


@pytest.mark.parametrize("words", ["_", "\\"])
def test_signs_are_only_signs(public_read, register, client, words):
    assert "Nothing found" in opened(client, "/search/", search=words, lang="en").text


def test_help_is_a_page_that_is_found(public_read, register, client):
    page = opened(client, "/search/", search="help", lang="en")
    assert found(page)["Help"].partition("?")[0] == "/help/"
    assert "Pages 1" in " ".join(page.text.split())


def test_a_topic_of_help_is_found_by_its_title_and_leads_to_its_part(public_read, register, client):
    lines = found(opened(client, "/search/", search="FIRST screen read", lang="en"))
    assert lines["Read the first screen"].endswith("#overview")
    assert lines["Read the first screen"].startswith("/help/")


@pytest.mark.parametrize("words", ["2022年", "programme 2022"])
def test_a_year_finds_its_programme(public_read, register, client, words):
    page = opened(client, "/search/", search=words, lang="en")
    [address] = [each.href for each in page.anchors if each.text == "Programme of 2022"]
    assert address.partition("?")[0] == "/programmes/2022/"
    assert client.get(address).status_code == 200
