"""Reads of what goes on without a revision have an ETag of their content: nobody is told 304 of what is another by now."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from portfolio.compression.coding import LEAST_BYTES
from projects.models import Import, PlausibilityRule, PlausibilityTally
from tests.portfolio.response_cache.asking import Site, token_of
from tests.projects.models.reports_made import approved

from .sent import CODE, REGISTER, begun, worked

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS, RULES = "/api/v1/imports/", "/api/v1/plausibility-rules/"
# what the same answer says of itself, however it is asked for
SAID = ("ETag", "Vary", "Cache-Control", "Content-Type", "Content-Length", "Content-Encoding")


class Asker:
    """Asks the site, always as one."""

    def __init__(self, user: Any) -> None:
        self.site, self.token = Site(), token_of(user)

    def get(self, path: str, **headers: str) -> Any:
        return self.site.ask(path, self.token, **headers)

    def head(self, path: str, **headers: str) -> Any:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.site.browser().head(path, headers=sent | {"Authorization": f"Token {self.token}"})


@pytest.fixture
def asker(live_register: None, province: Any) -> Asker:
    return Asker(province)


@pytest.fixture
def url(asker: Asker, province: Any) -> str:
    rows = [REGISTER, [CODE, None, 5000, 1, None], [None, "新项目", "约", 8, "能源电子"]]
    return f"{ADDRESS}{begun(province, rows).pk}/"


@pytest.mark.parametrize("end", ["", "cells/", "list"])
def test_an_import_that_has_gone_on_is_another_answer(asker: Asker, url: str, end: str) -> None:
    address = ADDRESS if end == "list" else f"{url}{end}"
    before = asker.get(address)
    same = asker.get(address, If_None_Match=before.headers["ETag"])
    assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", before.headers["ETag"])
    assert "private" in same.headers["Cache-Control"]
    assert asker.get(address, If_Match=before.headers["ETag"]).status_code == 200
    worked(Import.objects.get())
    after = asker.get(address, If_None_Match=before.headers["ETag"])
    assert (after.status_code, after.headers["ETag"] == before.headers["ETag"]) == (200, False)
    refused = asker.get(address, If_Match=before.headers["ETag"])
    assert (refused.status_code, refused.data, refused.headers["ETag"]) == (412, b"", after.headers["ETag"])


@pytest.mark.parametrize("coding", ["", "gzip"])
def test_a_head_says_what_the_reading_says(asker: Asker, url: str, coding: str) -> None:
    worked(Import.objects.get())
    whole = asker.get(url)
    assert len(whole.data) > LEAST_BYTES
    reading, head = asker.get(url, Accept_Encoding=coding), asker.head(url, Accept_Encoding=coding)
    assert (head.status_code, head.data) == (200, b"")
    assert [head.headers.get(name) for name in SAID] == [reading.headers.get(name) for name in SAID]
    assert reading.headers.get("Content-Encoding", "") == coding
    assert (gzip.decompress(reading.data) if coding else reading.data) == whole.data
    assert "Accept-Encoding" in reading.headers["Vary"]


def test_what_is_compressed_has_an_etag_of_its_own_that_is_known_again(asker: Asker, url: str) -> None:
    worked(Import.objects.get())
    whole, compressed = asker.get(url).headers["ETag"], asker.get(url, Accept_Encoding="gzip").headers["ETag"]
    assert compressed == f'{whole[:-1]}-gzip"'
    for tag, coding, status in ((compressed, "gzip", 304), (whole, "", 304), (compressed, "", 200)):
        assert asker.get(url, Accept_Encoding=coding, If_None_Match=tag).status_code == status, (tag, coding)
    assert asker.get(url, Accept_Encoding="gzip", If_Match=compressed).status_code == 200


def test_another_version_than_the_one_that_is_there_is_412(asker: Asker, url: str) -> None:
    tag = asker.get(url).headers["ETag"]
    for wanted, status in (('"nope"', 412), (f"W/{tag}", 412), ("*", 200), (f'"nope", {tag}', 200)):
        assert (wanted, asker.get(url, If_Match=wanted).status_code) == (wanted, status)
    for known, status in (('"nope"', 200), (f"W/{tag}", 304), ("*", 304), (f'"nope", {tag}', 304)):
        assert (known, asker.get(url, If_None_Match=known).status_code) == (known, status)


def test_it_has_no_day_and_is_not_asked_for_one(asker: Asker, url: str) -> None:
    """When it changed last nobody has noted: the state of the data does not say it."""
    assert "Last-Modified" not in asker.get(url).headers
    assert asker.get(url, If_Modified_Since="Fri, 01 Jan 2100 00:00:00 GMT").status_code == 200
    assert asker.get(url, If_Unmodified_Since="Sat, 01 Jan 2000 00:00:00 GMT").status_code == 200


def test_it_is_made_anew_each_time(asker: Asker, url: str) -> None:
    asker.get(url)
    asker.get(url)
    assert asker.site.django.asked == 2


def test_what_the_reader_may_not_see_is_not_found_whatever_is_asked(url: str, changsha_writer: Any) -> None:
    stranger = Asker(changsha_writer)
    for name in ("If_None_Match", "If_Match"):
        refused = stranger.get(url, **{name: "*"})
        assert (refused.status_code, "ETag" in refused.headers) == (404, False)


def test_a_rule_whose_counts_grew_is_another_answer_of_the_same_version(asker: Asker) -> None:
    rule = PlausibilityRule.objects.order_by("pk").first()
    for address in (RULES, f"{RULES}{rule.kind}/"):
        before = asker.get(address)
        tag = before.headers["ETag"]
        assert asker.get(address, If_None_Match=tag).status_code == 304
        assert asker.get(address, If_Match='"nope"').status_code == 412
        PlausibilityTally.objects.update_or_create(rule=rule, defaults={"spoke": before.json.get("spoke", 0) + 7})
        assert asker.get(address, If_None_Match=tag).status_code == 200
    version = tag.strip('"').partition("-")[0]
    assert asker.get(address, If_Match=f'"{version}"').status_code == 200


def test_what_was_refused_is_the_same_workbook_until_it_goes_on(asker: Asker, url: str) -> None:
    worked(Import.objects.get())
    answer = asker.get(f"{url}refused/")
    assert (answer.status_code, answer.data[:2]) == (200, b"PK")
    assert asker.get(f"{url}refused/", If_None_Match=answer.headers["ETag"]).status_code == 304
    assert asker.get(f"{url}refused/", If_Match='"nope"').status_code == 412


@pytest.mark.parametrize("path", ["/api/v1/reports/{}/", "/api/v1/reports/?month=2023-07"])
def test_a_report_that_can_be_retracted_for_minutes_has_an_etag_too(
    asker: Asker, province: Any, changsha_writer: Any, path: str
) -> None:
    report = approved(changsha_writer, province)
    answer = asker.get(path.format(report.pk))
    assert b'"retract"' in answer.data
    assert asker.get(path.format(report.pk), If_None_Match=answer.headers["ETag"]).status_code == 304
    assert asker.get(path.format(report.pk), If_Match='"nope"').status_code == 412
    assert "Last-Modified" not in answer.headers
