"""Of several who change the same version of a record exactly one does, and the others are told: by the API and by forms."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.length import so_many

from .callers import Answer, asked, request
from .conftest import Served, Site

WRITERS = 4
ROUNDS = so_many(6, 100)
CODE = "HN-EI-2023-20"
PATH = f"/api/v1/projects/{CODE}/"


def _at_once(what: Callable[[int], Answer]) -> list[Answer]:
    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(what, range(WRITERS)))


def _present(served: Served, site: Site) -> tuple[str, dict[str, Any]]:
    answer = asked(served.port, request(PATH, site.by_token))
    return answer.headers["etag"], json.loads(answer.body)


def _one_won(answers: list[Answer], *, won: int, lost: set[int], wrote: list[int], stored: int) -> None:
    """503 is as good as an answer that says no: nothing was written, and who asks again is told what came between."""
    statuses = [answer.status for answer in answers]
    assert statuses.count(won) == 1, statuses
    assert set(statuses) <= {won, 503} | lost, statuses
    assert stored == wrote[statuses.index(won)]


@pytest.fixture(scope="module")
def served(site: Site) -> Iterator[Served]:
    with site.served(workers=2) as served:
        yield served


def test_by_the_api(site: Site, served: Served, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  to be had again
    for _round in range(ROUNDS):
        version, _record = _present(served, site)
        amounts = [chance.randrange(10**9, 10**10) for _writer in range(WRITERS)]
        headers = site.by_token | {"If-Match": version, "Content-Type": "application/json"}

        def write(number: int, amounts: list[int] = amounts, headers: dict[str, str] = headers) -> Answer:
            changes = {"expected_revenue": amounts[number], "expected_revenue_reported_by": "test"}
            body = json.dumps(changes).encode()
            return asked(served.port, request(PATH, headers, method="PATCH", body=body), seconds=30)

        answers = _at_once(write)
        stored = _present(served, site)[1]["expected_revenue"]
        _one_won(answers, won=200, lost={409, 412}, wrote=amounts, stored=stored)


class _Form(HTMLParser):
    """What a browser would send of the form that changes a record."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self._name, self._text, self._within = "", "", False
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._within = said.get("id", "").endswith("_form")
        if not self._within:
            return
        if tag == "input" and said.get("type") not in ("submit", "file", "button") and said.get("name"):
            if said.get("type") not in ("checkbox", "radio") or "checked" in said:
                self.fields.append((said["name"], said.get("value", "on" if said.get("type") == "checkbox" else "")))
        elif tag in ("select", "textarea"):
            self._name, self._text = said.get("name", ""), ""
        elif tag == "option" and "selected" in said and self._name:
            self.fields.append((self._name, said.get("value", "")))

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._name:
            self.fields.append((self._name, self._text.removeprefix("\n")))
        if tag in ("select", "textarea"):
            self._name = ""
        if tag == "form":
            self._within = False


def test_by_a_form(site: Site, served: Served, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  to be had again
    listed = asked(served.port, request(f"/admin/projects/project/?search={CODE}", site.by_session)).body.decode()
    page = min(re.findall(r"/admin/projects/project/[0-9]+/change/", listed), key=len)  # the others are its copies
    for _round in range(so_many(2, 30)):
        opened = asked(served.port, request(page, site.by_session))
        fields = [pair for pair in _Form(opened.body.decode()).fields if pair[0] != "note_zh"]
        notes = [f"{chance.randrange(10**9)}" for _writer in range(WRITERS)]

        def write(number: int, fields: Any = fields, notes: list[str] = notes) -> Answer:
            body = urlencode([*fields, ("note_zh", notes[number])]).encode()
            headers = site.by_session | {"Content-Type": "application/x-www-form-urlencoded"}
            return asked(served.port, request(page, headers, method="POST", body=body), seconds=30)

        answers = _at_once(write)
        _one_won(answers, won=302, lost={409}, wrote=notes, stored=_present(served, site)[1]["note_zh"])


@pytest.mark.parametrize("statuses", [[200, 200, 412, 412], [412, 412, 412, 412], [200, 412, 500, 412]])
def test_two_winners_or_none_are_found_out(statuses: list[int]) -> None:
    """The control."""
    answers = [Answer(status, {}, b"", "whole", 0) for status in statuses]
    with pytest.raises(AssertionError):
        _one_won(answers, won=200, lost={412}, wrote=[1, 2, 3, 4], stored=1)
