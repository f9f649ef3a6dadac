"""Reads of what goes on without a revision have an ETag of their content: nobody is told 304 of what is another by now."""

from __future__ import annotations

from typing import Any

import pytest

from projects.models import Import, PlausibilityRule, PlausibilityTally

from .sent import CODE, REGISTER, worked
from .test_by_api import ADDRESS, client_with_token, post

RULES = "/api/v1/plausibility-rules/"


@pytest.fixture
def asker(province: Any) -> Any:
    return client_with_token(province)


@pytest.fixture
def url(asker: Any) -> str:
    return str(
        post(asker, [REGISTER, [CODE, None, 5000, 1, None], [None, "新项目", "约", 8, "能源电子"]]).json()["url"]
    )


@pytest.mark.parametrize("end", ["", "cells/", "list"])
def test_an_import_that_has_gone_on_is_another_answer(asker: Any, url: str, end: str) -> None:
    address = ADDRESS if end == "list" else f"{url}{end}"
    before = asker.get(address)
    same = asker.get(address, headers={"If-None-Match": before["ETag"]})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", before["ETag"])
    assert "private" in same["Cache-Control"]
    assert asker.get(address, headers={"If-Match": before["ETag"]}).status_code == 200
    worked(Import.objects.get())
    after = asker.get(address, headers={"If-None-Match": before["ETag"]})
    assert (after.status_code, after["ETag"] == before["ETag"]) == (200, False)
    refused = asker.get(address, headers={"If-Match": before["ETag"]})
    assert (refused.status_code, refused.content, refused["ETag"]) == (412, b"", after["ETag"])
    assert asker.head(address)["ETag"] == after["ETag"]


def test_another_version_than_the_one_that_is_there_is_412(asker: Any, url: str) -> None:
    tag = asker.get(url)["ETag"]
    for wanted, status in (('"nope"', 412), (f"W/{tag}", 412), ("*", 200), (f'"nope", {tag}', 200)):
        assert (wanted, asker.get(url, headers={"If-Match": wanted}).status_code) == (wanted, status)
    for known, status in (('"nope"', 200), (f"W/{tag}", 304), ("*", 304), (f'{tag[:-1]}-gzip"', 304)):
        assert (known, asker.get(url, headers={"If-None-Match": known}).status_code) == (known, status)


def test_what_the_reader_may_not_see_is_not_found_whatever_is_asked(changsha_writer: Any, url: str) -> None:
    stranger = client_with_token(changsha_writer)
    for name in ("If-None-Match", "If-Match"):
        assert stranger.get(url, headers={name: "*"}).status_code == 404


def test_a_rule_whose_counts_grew_is_another_answer_of_the_same_version(asker: Any) -> None:
    rule = PlausibilityRule.objects.order_by("pk").first()
    for address in (RULES, f"{RULES}{rule.kind}/"):
        before = asker.get(address)
        assert asker.get(address, headers={"If-None-Match": before["ETag"]}).status_code == 304
        assert asker.get(address, headers={"If-Match": '"nope"'}).status_code == 412
        PlausibilityTally.objects.update_or_create(rule=rule, defaults={"spoke": before.json().get("spoke", 0) + 7})
        assert asker.get(address, headers={"If-None-Match": before["ETag"]}).status_code == 200
    version = before["ETag"].strip('"').partition("-")[0]
    assert asker.get(address, headers={"If-Match": f'"{version}"'}).status_code == 200


def test_what_was_refused_is_the_same_workbook_until_it_goes_on(asker: Any, url: str) -> None:
    worked(Import.objects.get())
    answer = asker.get(f"{url}refused/")
    assert (answer.status_code, answer.content[:2]) == (200, b"PK")
    assert asker.get(f"{url}refused/", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert asker.get(f"{url}refused/", headers={"If-Match": '"nope"'}).status_code == 412
