"""A HEAD says what a GET would say, and sends nothing."""

from __future__ import annotations

import pytest

from .asking import LIST, TOTALS, Site

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.no_database]

RECORD = "/api/v1/projects/HN-EI-2023-13/"
FILE = "/api/v1/projects/?format=csv"


def test_a_kept_answer_has_a_head_without_a_body(site, token):
    headers = {"Authorization": f"Token {token}"}
    site.ask(LIST, token)
    head = site.browser().head(LIST, headers=headers)
    assert head.data == b""
    assert int(head.headers["Content-Length"]) == len(site.ask(LIST, token).data)


@pytest.mark.parametrize("path", [LIST, RECORD, TOTALS, FILE, "/api/v1/projects/nothing/"])
def test_a_head_says_what_the_reading_says(site, token, path):
    headers = {"Authorization": f"Token {token}"}
    head = site.browser().head(path, headers=headers)
    reading = Site().ask(path, token)
    told = ("ETag", "Last-Modified", "Content-Type", "Content-Length", "Vary")
    assert (head.status_code, head.data) == (reading.status_code, b"")
    assert reading.data
    assert [head.headers.get(name) for name in told] == [reading.headers.get(name) for name in told]
