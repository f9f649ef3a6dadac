"""What a page does not take: a page that says so in the reader's language and leads to where it is read; nothing changes."""

from __future__ import annotations

import html

import pytest

from projects.models import Revision
from tests.pages import PATHS, read
from tests.projects.pages.rounds import JULY, entries

SAID = {
    "zh-hans": "该地址不接受所提交的内容。未作任何改动。",
    "en": "This address does not take what was sent to it. Nothing was changed.",
}
WITH_FORMS = ("/attention/",)


def assert_says_so(response, path, language, allowed):
    assert (response.status_code, response["Allow"]) == (405, allowed)
    assert response["Content-Type"].startswith("text/html")
    page = read(response.content)
    assert SAID[language] in page.text
    assert path in [html.unescape(anchor.href) for anchor in page.anchors]


@pytest.mark.parametrize("language", SAID)
def test_what_is_posted_to_a_page_for_reading_is_answered_with_a_page(province, client_of, language):
    client, before = client_of(province), Revision.objects.count()
    row = f"{JULY}{entries()[0].project.code}/"
    reading = [path for path in PATHS if path not in WITH_FORMS]
    for path in (*reading, row, "/charts/prefectures.svg", "/projects/?sector=servers"):
        response = client.post(path, {"name": "x"}, headers={"Accept-Language": language})
        assert_says_so(response, path, language, "GET, HEAD")
    assert Revision.objects.count() == before


@pytest.mark.no_database
@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
@pytest.mark.parametrize("path", ["/review/", "/projects/HN-EI-2023-13/propose/", JULY])
def test_a_page_with_a_form_takes_nothing_but_what_its_form_sends(province, client_of, method, path):
    response = getattr(client_of(province), method)(path, headers={"Accept-Language": "en"})
    assert_says_so(response, path, "en", "GET, HEAD, POST")


def test_systems_are_told_so_in_json(province, client_of):
    response = client_of(province).post("/api/v1/totals/", {}, headers={"Accept-Language": "en"})
    assert response.status_code == 405
    assert response["Content-Type"].startswith("application/problem+json")
