"""Whatever a request looks like, it is answered as Django alone would answer it: nobody gets what is another's.

Two servers on one database: the site as it is served, and Django by its own handler with nothing in front of it. FAULT_SEED
runs a sequence again.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from tests.length import so_many
from tests.serving import environment_of, prepare_register, run, serving

from .asking import Connection, Said
from .questions import CANARY, Question, Questions

pytestmark = pytest.mark.no_database

SEED = int(os.environ.get("FAULT_SEED") or random.SystemRandom().randrange(10**6))
ROUNDS = 8  # in which each is asked again: all that was kept by one of them is there from the second on
# no counts of limits; and what is written from a set is written in the same order
_FOR_BOTH = {"THROTTLE_ADDRESS": "0", "THROTTLE_TOKEN": "0", "PYTHONHASHSEED": "0"}
DIFFERENT = so_many(313, 2_500)
REQUESTS = ROUNDS * DIFFERENT  # of each of two sites: five thousand in the short form
UNTIL_FOUND = so_many(5_000, 40_000)  # at the most, of one that takes one for another


@dataclass(frozen=True)
class Register:
    """What servers need to serve it, and the sessions and tokens of its people by their names."""

    environment: dict[str, str]
    people: dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def register(tmp_path_factory: Any) -> Register:
    directory = tmp_path_factory.mktemp("differential")
    collected = {"DJANGO_SETTINGS_MODULE": "tests.collected_settings", "COLLECTED": str(directory / "static")}
    environment = environment_of(f"sqlite:///{directory / 'register.sqlite3'}", **_FOR_BOTH, **collected)
    told = prepare_register("from tests.differential.register import fill; fill()", environment)
    run('call_command("collectstatic", interactive=False, verbosity=0)', environment)
    return Register(environment, json.loads(told.splitlines()[-1]))


class Sites:
    """The site as it is served and Django alone, on the same register."""

    def __init__(self, people: dict[str, dict[str, str]], alone: Connection, served: Connection) -> None:
        self._people, self._alone, self._served = people, alone, served
        self._expected: dict[bytes, Said] = {}

    def beside(self, served: Connection) -> Sites:
        """The same with another site, which Django alone has not to be asked anew for."""
        found = Sites(self._people, self._alone, served)
        found._expected = self._expected
        return found

    def expected(self, question: Question) -> Said:
        if question.raw not in self._expected:
            self._expected[question.raw] = self._alone.ask(question)
        return self._expected[question.raw]

    def differences(self, seed: int, *, requests: int, different: int, only_cookies: bool = False) -> Iterator[str]:
        """What is answered in another way than by Django alone, and what nobody may read."""
        people = (self._people["sessions"], self._people["tokens"])
        questions = Questions(seed, *people, different=different, only_cookies=only_cookies)
        for number in range(requests):
            question = questions.next()
            said, expected = self._served.ask(question), self.expected(question)
            if said.status >= 500:  # of both, they are alike and nothing is compared
                yield f"request {number} of seed {seed} is not answered: {question.raw!r}\n  {_short(said)}"
            if said != expected:
                yield f"request {number} of seed {seed}: {question.raw!r}\n  {_short(said)}\n  {_short(expected)}"
            if question.is_of_nobody and CANARY.encode() in said.body:
                yield f"request {number} of seed {seed} shows a draft to nobody: {question.raw!r}"


def _short(said: Said) -> str:
    return f"{said.status} {dict(said.headers)} {said.body[:200]!r}"


@contextmanager
def _served(environment: dict[str, str], **more: str) -> Iterator[Connection]:
    with serving(environment | more) as (address, _process):
        yield Connection(int(address.rpartition(":")[2]))


@pytest.fixture(scope="module")
def sites(register: Register, request: Any) -> Iterator[Sites]:
    """Those that everybody may read, or nobody."""
    environment = register.environment | {"PUBLIC_READ": request.param}
    with _served(environment, SERVED="tests.differential.bare.application") as alone, _served(environment) as served:
        yield Sites(register.people, alone, served)


of_everybody = pytest.mark.parametrize("sites", ["true"], indirect=True)


@pytest.mark.parametrize("sites", ["false", "true"], indirect=True)
def test_each_answer_is_what_django_alone_answers(sites: Sites) -> None:
    found = list(sites.differences(SEED, requests=REQUESTS, different=DIFFERENT))
    assert not found, f"FAULT_SEED={SEED}: {len(found)} differ\n" + "\n".join(found[:5])


@of_everybody
def test_another_parser_of_cookies_is_found_out(register: Register, sites: Sites) -> None:
    environment = register.environment | {"PUBLIC_READ": "true"}
    with _served(environment, SERVED="tests.differential.old_parser.application") as served:
        before = sites.beside(served)
        found = next(before.differences(SEED, requests=UNTIL_FOUND, different=DIFFERENT, only_cookies=True), None)
    assert found, f"FAULT_SEED={SEED}"


@of_everybody
def test_cookies_alone_take_nobody_for_another(sites: Sites) -> None:
    """What finds the other parser finds nothing of Django's."""
    found = list(sites.differences(SEED, requests=DIFFERENT, different=DIFFERENT, only_cookies=True))
    assert not found, f"FAULT_SEED={SEED}: {len(found)} differ\n" + "\n".join(found[:5])
