"""Requests of every kind that a browser, a system or an attacker may send, made from a seed."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from .shapes import SHAPES

PAGES = (
    "/",
    "/sectors/",
    "/projects/",
    "/about/",
    "/prefectures/430100/",
    "/projects/HN-EI-2023-39/",
    "/login/",
    "/login/?next=/projects/",
    "/attention/",
    "/proposals/",
)
MORE_PAGES = ("/nothing/", "/admin/", "/programmes/2023", "/readyz", "/favicon.ico", "/static/nothing.css")
LISTS = (
    "/api/v1/reports/?page_size=5&ordering=-month",
    "/api/v1/reports/?state=draft",
    "/api/v1/projects/?page_size=3",
    "/api/v1/projects/?page_size=4",
    "/api/v1/projects/?page_size=3&sector=new-display",
    "/api/v1/projects/HN-EI-2023-39/",
    "/api/v1/projects/HN-EI-2023-13/",
    "/api/v1/sectors/",
    "/api/v1/totals/?by=sector&fields=total_investment",
    "/api/v1/changes/?page_size=2",
    "/api/v1/notes/",
    "/api/v1/nothing/",
    "/api/v1/projects/NOTHING/",
    "/api/v1/projects/?unknown=1",
    "/api/v1/sectors/?format=csv",
    "/api/v1/reports/?format=ndjson&state=draft",
)
LANGUAGES = (
    "",
    "lang=en",
    "lang=zh-hans",
    "lang=de",
    "l%61ng=en",
    "lang=zh-hans&lang=en",
    "lang=",
    "LANG=en",
    "lang=en%00",
)
ACCEPTS = (
    "*/*",
    "application/json",
    "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
    "text/csv",
    "",
    "application/xml",
    "a",
)
ACCEPTED_LANGUAGES = (
    "",
    "en",
    "en-US,en;q=0.9",
    "zh-CN,zh;q=0.9",
    "fr",
    "*",
    "en;q=0,zh",
    "de, en;q=0.1",
    "en_US",
    "EN",
    "en;q=0",
    "zh-Hans;q=0.3,en;q=0.5",
    "en;q=0.5, zh-Hant",
    "x" * 600,
)

HEADERS = (
    {},
    {},
    {},
    {"HTTP_ACCEPT_ENCODING": "gzip, deflate, br, zstd"},
    {"HTTP_ACCEPT_ENCODING": "gzip;q=0"},
    {"HTTP_ORIGIN": "https://a.gov.cn"},
    {"HTTP_HOST": "b.gov.cn"},
    {"HTTP_X_FORWARDED_HOST": "b.gov.cn"},
    {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"},
    {"HTTP_RANGE": "bytes=0-9"},
    {"HTTP_IF_MODIFIED_SINCE": "Fri, 01 Jan 2100 00:00:00 GMT"},
    {"HTTP_IF_NONE_MATCH": '"of somebody else"'},
    {"CONTENT_TYPE": "text/plain; charset=utf-16"},
    {"wsgi.url_scheme": "https"},
)


@dataclass(frozen=True)
class Question:
    """The environment of a request, and whether it says by itself to come from nobody."""

    environ: tuple[tuple[str, str], ...]
    is_of_nobody: bool

    @property
    def method(self) -> str:
        return dict(self.environ)["REQUEST_METHOD"]


class Questions:
    """Different requests, few of which differ in everything: only then is one taken for another."""

    def __init__(self, seed: int, sessions: Mapping[str, str], tokens: Mapping[str, str]) -> None:
        self._random = random.Random(seed)  # noqa: S311  to be made again, not to be secret
        self._sessions, self._tokens = list(sessions.values()), list(tokens.values())

    def build(self, number: int, *, only_cookies: bool = False) -> list[Question]:
        """Return so many; with `only_cookies` they ask for the same and differ in their cookies."""
        return [self._build_with_cookies() if only_cookies else self._build() for _number in range(number)]

    def shuffled(self, questions: list[Question]) -> list[Question]:
        return self._random.sample(questions, len(questions))

    def _build_with_cookies(self) -> Question:
        cookie, has_session = self._build_cookie()
        path, _mark, query = LISTS[2].partition("?")
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "HTTP_COOKIE": cookie}
        return Question(tuple(environ.items()), not has_session)

    def _build(self) -> Question:
        choose, chance = self._random.choice, self._random.random
        path, _mark, query = choose(choose((PAGES, PAGES, MORE_PAGES, LISTS, LISTS, LISTS))).partition("?")
        language = choose(LANGUAGES) if chance() < 0.3 else ""
        environ = {"PATH_INFO": path, "QUERY_STRING": "&".join(part for part in (query, language) if part)}
        environ["REQUEST_METHOD"] = choose(("GET",) * 7 + ("HEAD", "HEAD", "OPTIONS"))
        cookie, has_session = self._build_cookie() if chance() < 0.6 else ("", False)
        authorization = self._build_authorization()
        environ |= choose(HEADERS)
        environ |= {"HTTP_ACCEPT": choose(ACCEPTS)} if chance() < 0.5 else {}
        environ |= {"HTTP_ACCEPT_LANGUAGE": choose(ACCEPTED_LANGUAGES)} if chance() < 0.5 else {}
        environ |= {"HTTP_COOKIE": cookie} if cookie else {}
        environ |= {"HTTP_AUTHORIZATION": authorization} if authorization is not None else {}
        return Question(tuple(environ.items()), not has_session and authorization is None)

    def _build_cookie(self) -> tuple[str, bool]:
        """Return the cookies of other programs and of the site, in any order, some twice, as WSGI has their bytes."""
        choose, chance = self._random.choice, self._random.random
        parts: list[bytes] = []
        sessions = [choose(self._sessions) for _number in range(choose((0, 0, 1, 1, 1, 2)))]
        parts += [f"sessionid={session}".encode() for session in sessions]
        if chance() < 0.1:
            parts += [choose((b"sessionid=", b'sessionid="x"', b"sessionid=../../etc", b"sessionid")), b""]
        for _number in range(choose((0, 0, 0, 1, 1, 2))):
            parts.append(f"django_language={choose(('en', 'zh-hans', 'de', '', 'EN', 'en-us'))}".encode())
        if chance() < 0.2:
            parts.append(b"csrftoken=" + choose((b"a" * 32, b"b" * 32, b"short")))
        for _number in range(choose((0, 0, 1, 1, 1, 2))):
            shape = choose(list(SHAPES.values()))
            parts.append(shape if isinstance(shape, bytes) else shape.encode())
        if sessions and chance() < 0.1:
            parts.append(b'sessionid="' + sessions[0].encode() + b'"')
        self._random.shuffle(parts)
        joined = choose((b"; ", b"; ", b"; ", b";", b" ;  ", b",")).join(parts).strip()
        return joined.decode("latin-1"), bool(sessions)

    def _build_authorization(self) -> str | None:
        choose = self._random.choice
        if self._random.random() < 0.6:
            return None
        token = choose(self._tokens)
        shapes = [f"Token {token}"] * 8 + [
            f"token {token}", f"TOKEN {token}", f"Token  {token}", f"Token {token} ", f"Token\t{token}", f"Token {token} x",
            f"Bearer {token}", f'Token "{token}"', "Token", "Token " + "0" * 64, "Basic YTpi", "", f"Token {token[:-1]}",
            f"Token {token}0", f"Token {token.upper()}", f"Token {token},Token {token}",
        ]  # fmt: skip
        return choose(shapes)
