"""Query parameters of pages: what is mistyped is refused, what others hang on to a link is passed over."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client

from projects.views.parameters import unknown_in
from tests.pages import PATHS, opened

FILES = ("/sectors/", "/attention/", "/league/", "/rounds/", "/problems/", "/milestones/")

pytestmark = pytest.mark.no_database


@pytest.fixture
def reader(public_read: None, register: None, province: Any, client_of: Any) -> Client:
    found: Client = client_of(province)
    return found


def test_every_page_refuses_a_mistyped_condition_and_names_what_was_meant(reader: Client) -> None:
    for path in PATHS:
        page = reader.get(path, {"lang": "en", "sectr": "energy-electronics", "through": "2023-05"})
        text = page.content.decode()
        assert page.status_code == 400, path
        assert "“sectr” is not a parameter of any page. Did you mean “sector”?" in text
        assert f'href="{path.partition("?")[0]}?through=2023-05"' in text  # the same page without it, in one step


def test_every_page_passes_over_what_others_hang_on_to_a_link(reader: Client) -> None:
    for path in PATHS:
        foreign = {"utm_source": "mail", "fbclid": "x", "from": "timeline", "isappinstalled": "0", "scene": "1"}
        assert reader.get(path, foreign).status_code == 200, path


def test_every_link_and_field_of_every_page_is_of_a_parameter_that_pages_know(reader: Client) -> None:
    looked_at = 0
    for path in PATHS:
        page = opened(reader, path)
        addresses = [urlsplit(each.href) for each in page.anchors]
        names = [
            name
            for each in addresses
            if not each.netloc and not each.path.startswith(("/api/", "/admin/"))
            for name, _value in parse_qsl(each.query, keep_blank_values=True)
        ]
        looked_at += len(names)
        assert unknown_in(names) == [], path
    assert looked_at > 1000


def test_a_page_that_there_is_not_is_refused_by_the_page_and_by_its_file(reader: Client) -> None:
    for path in FILES:
        for number in ("2", "x"):
            assert reader.get(path, {"format": "csv", "page": number}).status_code == 400, path
        told = reader.get(path, {"lang": "en", "format": "csv", "page": "1"}).content.decode()
        assert "A file has all pages" in told, path
        assert reader.get(path, {"format": "csv"}).status_code == 200, path
