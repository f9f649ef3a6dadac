"""A site in trouble asked over HTTP: what it answered, and how long that took."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from portfolio.server import APPLICATION
from tests.serving import environment_of, prepare_once, serving

LIVENESS = "/livez"  # what tells a supervisor that the process lives
AT_ONCE = 1.0  # seconds for that
IN_TIME = 5.0  # seconds for everything else

SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
    "LOG_LEVEL": "CRITICAL",
    "THROTTLE_TOKEN": "0",
    "THROTTLE_ADDRESS": "0",
}

# prints a token that writes, one that reads, and the key of a session, for `tests.serving.prepare_once`
_PEOPLE = """
from portfolio.models import ApiToken
from tests.people import person, session_of
user = person("province", "province")
tokens = [ApiToken.objects.create(user=user, scope=scope, label=scope)[1] for scope in ("write", "read", "read", "read")]
print(*tokens, session_of(user))
"""


@dataclass(frozen=True)
class Answer:
    """Status 0 where none came in time. The names of headers are in small letters."""

    status: int
    seconds: float
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""

    def is_good(self) -> bool:
        return self.status == 200 and self.seconds < IN_TIME

    def is_put_off(self, *words: str) -> bool:
        """Whether it says in time, and in these words, that the database is in trouble, and when to come again."""
        in_time = self.status == 503 and self.seconds < IN_TIME and int(self.headers.get("retry-after", "0")) > 0
        return in_time and all(word in self.text for word in words)


@dataclass(frozen=True)
class Site:
    """The address of one that runs, with whoever may ask there."""

    address: str
    writer: str
    readers: tuple[str, ...]
    session: str

    def get(self, path: str, *, token: str = "", session: str = "", timeout: float = 60, **headers: str) -> Answer:
        return self._asked("GET", path, self._headers(token, session) | headers, None, timeout)

    def write(self, number: int, *, text: str = "", timeout: float = 60) -> Answer:
        """A note of the province, as another system writes it."""
        note = {"project": "HN-EI-2023-01", "programme": 2023, "month": "2023-06", "text": f"number {number} {text}"}
        body = json.dumps(note).encode()
        headers = self._headers(self.writer, "") | {"Content-Type": "application/json"}
        return self._asked("POST", "/api/v1/notes/", headers, body, timeout)

    def sign_in(self, password: str, *, timeout: float = 60) -> Answer:
        page = self.get("/login/")
        cookie = page.headers.get("set-cookie", "").partition("csrftoken=")[2].partition(";")[0]
        typed = {"username": "province", "password": password, "csrfmiddlewaretoken": cookie}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"csrftoken={cookie}"}
        return self._asked("POST", "/login/", headers, urlencode(typed).encode(), timeout)

    @staticmethod
    def _headers(token: str, session: str) -> dict[str, str]:
        headers = {"Accept-Language": "en"}
        if token:
            headers["Authorization"] = f"Token {token}"
        if session:
            headers["Cookie"] = f"sessionid={session}"
        return headers

    def _asked(self, method: str, path: str, headers: dict[str, str], body: Any, timeout: float) -> Answer:
        began = time.monotonic()
        url = urlsplit(self.address)
        line = http.client.HTTPConnection(url.hostname or "", url.port, timeout=timeout)
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            text = answer.read().decode(errors="replace")
            headers = {name.lower(): value for name, value in answer.headers.items()}
            return Answer(answer.status, time.monotonic() - began, headers, text)
        except OSError:
            return Answer(0, time.monotonic() - began)
        finally:
            line.close()


@dataclass(frozen=True)
class Filled:
    """A database that the product may be served on, and who may ask there."""

    url: str
    writer: str
    readers: tuple[str, ...]
    session: str

    def environment(self, **more: str) -> dict[str, str]:
        return environment_of(self.url, **(SETTINGS | more))


def filled(url: str) -> Filled:
    """The database at this address with the register: an SQLite file, or a copy of one of PostgreSQL, which may have it."""
    told = prepare_once("with_people", _PEOPLE, environment_of(url, **SETTINGS))
    writer, *readers, session = told.split()
    return Filled(url, writer, tuple(readers), session)


@contextmanager
def served(database: Filled, *, application: str = APPLICATION, workers: int = 1, **settings: str) -> Iterator[Site]:
    """The site as the product serves it."""
    with serving(database.environment(**settings), workers=workers, application=application) as (address, _process):
        yield Site(address, database.writer, database.readers, database.session)


def at_once(*asks: Callable[[], Answer]) -> list[Answer]:
    """The answers to what is asked together, in the order in which they came."""
    answers: list[Answer] = []
    threads = [threading.Thread(target=lambda ask=ask: answers.append(ask())) for ask in asks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(answers) == len(asks)
    return answers
