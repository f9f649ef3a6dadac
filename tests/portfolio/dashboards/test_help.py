"""`/help/`: tasks of each role, the words of figures; each page has a part that its '?' leads to."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.utils.translation import override

from portfolio.help import ROLES, get_chapters, get_part
from projects.totals.figures import FIGURES
from tests.markup.addresses import routes
from tests.pages import opened

PATH = "/help/"
_NO_PAGES = ("admin/", "api/", "livez", "healthz", "readyz", "favicon", "static/", "help/", "login/", "logout/")

pytestmark = pytest.mark.no_database  # it reads nothing of it


def test_both_languages_have_the_same_parts_tasks_steps_and_pictures():
    def outline(language: str) -> list[list[str]]:
        texts = [
            (settings.BASE_DIR / "templates/help" / language / f"{name}.html").read_text() for name in (*ROLES, "words")
        ]
        return [re.findall(r'<(?:h2|li|dd)|<(?:h3|dt) id="[\w-]+"|/[\w-]+\.png', text) for text in texts]

    assert outline("zh") == outline("en")
    for role, parts in zip(ROLES, outline("en"), strict=False):
        assert 3 <= sum(part.startswith("<h3") for part in parts) <= 5, role


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_each_task_stands_there_with_its_steps_and_each_figure_with_its_definition(
    public_read, register, client, language
):
    page = opened(client, PATH, lang=language)
    with override(language):
        for chapter in get_chapters():
            assert chapter.title in page.text
            assert all(title in page.text for _anchor, title in chapter.tasks)
        for figure in FIGURES.values():
            assert str(figure.definition) in page.text


def test_pictures_have_the_size_that_the_page_says(public_read, register, client):
    images = [element for tag, element in opened(client, PATH).elements if tag == "img"]
    assert len(images) == 9
    for image in images:
        head = (settings.BASE_DIR / "static" / image["src"].removeprefix("/static/")).read_bytes()[:24]
        size = (int.from_bytes(head[16:20]), int.from_bytes(head[20:24]))
        assert size == (int(image["width"]), int(image["height"])), image["src"]
        assert image["alt"]


def test_its_words_are_not_those_that_somebody_searches_for(public_read, register, client):
    assert '<input id="search" name="search" type="search" maxlength="200" placeholder' in (
        html := client.get(PATH).content.decode()
    )
    assert re.findall(r'<input id="search"[^>]* value="([^"]*)"', html) == [""]


def test_every_page_of_the_site_has_a_part(public_read, register, client):
    anchors = set(re.findall(r' id="([\w-]+)"', client.get(PATH).content.decode()))
    without = {route.name for route in routes() if _is_a_page(route) and get_part(route.name) not in anchors}
    assert without == set(), "name its part in portfolio/help.py"


def _is_a_page(route: Any) -> bool:
    return bool(route.name) and not route.pattern.startswith(_NO_PAGES)


def test_a_mark_leads_to_the_part_with_the_question(public_read, register, client):
    marks = [each.href for each in opened(client, "/forecast/", programme=2023).anchors if each.href.startswith(PATH)]
    assert f"{PATH}?programme=2023#closed" in marks
