"""Cached responses in a coding: stored and given apart from those without, with ETags of their own."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from portfolio.compression import Compression
from portfolio.compression.coding import LEAST_BYTES
from projects.models import Project
from projects.versioning.revisions import writing

from .asking import LIST, TOTALS, Site, signed_in
from .test_wsgi import CODE, RECORD, write

GZIP = {"Accept_Encoding": "gzip"}

pytestmark = pytest.mark.django_db(transaction=True)


def whole_site() -> Site:
    """With what compresses the pages that are not cached."""
    site: Any = Site()
    site.cache = Compression(site.cache)
    return site


def plain(answer: Any) -> bytes:
    return gzip.decompress(answer.data)


def test_each_coding_is_given_what_is_stored_for_it(site, token):
    for _turn in range(2):
        compressed, whole = site.ask(LIST, token, **GZIP), site.ask(LIST, token)
        assert compressed.headers["Content-Encoding"] == "gzip"
        assert "Content-Encoding" not in whole.headers
        assert plain(compressed) == whole.data
        assert len(compressed.data) * 3 < len(whole.data)
        for answer in (compressed, whole):
            assert int(answer.headers["Content-Length"]) == len(answer.data)
            assert "Accept-Encoding" in answer.headers["Vary"]
    assert site.django.asked == 2


def test_a_coding_has_an_etag_of_its_own_that_is_known_again(site, token):
    compressed, whole = site.ask(LIST, token, **GZIP), site.ask(LIST, token)
    tag = compressed.headers["ETag"]
    assert tag != whole.headers["ETag"]
    again = site.ask(LIST, token, If_None_Match=tag, **GZIP)
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert "Accept-Encoding" in again.headers["Vary"]
    assert site.ask(LIST, token, If_None_Match=tag).status_code == 200, "who cannot read gzip has not got it"


def test_what_a_write_does_not_touch_keeps_its_etag_in_each_coding(site, token, province):
    before = site.ask("/api/v1/sectors/", token, **GZIP)
    with writing(user=province, reason="test"):
        project = Project.objects.get(code=CODE)
        project.note_en = "written"
        project.save()
    assert site.ask("/api/v1/sectors/", token, If_None_Match=before.headers["ETag"], **GZIP).status_code == 304


def test_an_answer_made_again_for_another_state_stays_in_its_coding(site, token):
    path = TOTALS.partition("&fields")[0]
    assert len(site.ask(path, token).data) > LEAST_BYTES
    site.ask(path, token, **GZIP)
    write(4_000_000_000)
    asked = site.django.asked
    again = site.ask(path, token, **GZIP)
    assert site.django.asked == asked
    assert again.headers["Content-Encoding"] == "gzip"
    assert plain(again) == site.whole_way(path, token).data


def test_the_version_in_if_match_is_read_from_a_compressed_answer_too(site, token):
    read = site.ask(RECORD, token, **GZIP)
    headers = {"Authorization": f"Token {token}", "If-Match": read.headers["ETag"]}
    assert site.browser().patch(RECORD, json={"note_en": "one"}, headers=headers).status_code == 200
    assert site.browser().patch(RECORD, json={"note_en": "two"}, headers=headers).status_code == 412


def test_a_file_is_sent_as_it_is_made(site, token):
    file = site.ask("/api/v1/projects/?format=csv", token, **GZIP)
    assert file.data.startswith(b"\xef\xbb\xbf") or b"code" in file.data
    assert "Content-Encoding" not in file.headers


def test_a_page_that_shows_a_secret_is_sent_as_it_is(live_register, province):
    """A new token stands on it as it is; the list of projects beside it is compressed."""
    browser = signed_in(whole_site(), "province")
    for path, coding in (("/projects/", "gzip"), ("/tokens/", None), ("/webhooks/", None)):
        page = browser.get(path, headers={"Accept-Encoding": "gzip"})
        assert (page.status_code, page.headers.get("Content-Encoding")) == (200, coding), path


def test_each_question_of_a_browser_has_the_csrf_token_in_another_mask(live_register, public_read):
    """Else its length under compression, beside words that the address puts on the page, would tell it letter by letter."""
    browser = whole_site().browser()
    browser.get("/login/")
    secret = browser.get_cookie("csrftoken").value
    tokens = set()
    for number in range(5):
        page = gzip.decompress(
            browser.get(f"/login/?next=/a{number}/", headers={"Accept-Encoding": "gzip"}).data
        ).decode()
        assert secret not in page
        tokens.add(page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0])
    assert len(tokens) == 5
    assert {len(each) for each in tokens} == {64}
