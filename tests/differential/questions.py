"""Requests of every kind that a browser, a system or an attacker may send, made from a seed: each is bytes."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from .register import CANARY  # noqa: F401  what no other reader's answer may hold
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
    None,
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


# whether gzip may be sent to who says so
ACCEPTED_CODINGS = {
    "gzip, deflate, br, zstd": True,
    "gzip": True,
    "gzip;q=0.5, identity": True,
    "*": True,
    "GZIP ; q=1": True,
    "gzip;q=0": False,
    "identity": False,
    "br": False,
    "gzip;q=x": False,
    "*;q=0, identity": False,
    "": False,
    "agzip": False,
}


@dataclass(frozen=True)
class Question:
    """The bytes of a request, and whether it says by itself to come from nobody."""

    method: str
    raw: bytes
    is_of_nobody: bool
    accepts_gzip: bool = False

    def must_accept_gzip(self) -> None:
        """Said by whoever got compressed bytes."""
        assert self.accepts_gzip, f"compressed for who cannot read it: {self.raw!r}"


class Questions:
    """A stream of requests: few different ones that come again and again, since only then is anything cached and given.

    Each comes again when all the others have been asked since, so that few rounds ask it after every other. With
    `only_cookies` they ask for the same and differ in their cookies, so that each may be taken for another soon.
    """

    def __init__(
        self, seed: int, sessions: Mapping[str, str], tokens: Mapping[str, str], *, different: int, only_cookies: bool
    ) -> None:
        self._random = random.Random(seed)  # noqa: S311  to be made again, not to be secret
        self._only_cookies = only_cookies
        self._sessions, self._tokens = list(sessions.values()), list(tokens.values())
        self._different = [self._one() for _each in range(different)]
        self._round: list[Question] = []

    def next(self) -> Question:
        if not self._round:
            self._round = self._random.sample(self._different, len(self._different))
        return self._round.pop()

    def _one(self) -> Question:
        if self._only_cookies:
            cookie, has_session = self._cookie()
            lines = [
                f"GET {LISTS[2]} HTTP/1.1".encode(),
                b"Host: 127.0.0.1",
                *([b"Cookie: " + cookie] if cookie else []),
            ]
            return Question("GET", b"\r\n".join([*lines, b"", b""]), not has_session)
        choose = self._random.choice
        path = choose(choose((PAGES, PAGES, MORE_PAGES, LISTS, LISTS, LISTS)))
        language = choose(LANGUAGES) if self._random.random() < 0.3 else ""
        if language:
            path += ("&" if "?" in path else "?") + language
        method = choose(("GET",) * 8 + ("HEAD", "OPTIONS"))
        cookie, has_session = self._cookie()
        credentials = self._credentials()
        lines = [f"{method} {path} HTTP/1.1".encode(), b"Host: 127.0.0.1"]
        lines += [b"Accept: " + choose(ACCEPTS).encode()] if self._random.random() < 0.8 else []
        accepted = choose(ACCEPTED_LANGUAGES)
        lines += [b"Accept-Language: " + accepted.encode()] if accepted is not None else []
        coding = choose(list(ACCEPTED_CODINGS)) if self._random.random() < 0.6 else None
        lines += [b"Accept-Encoding: " + coding.encode()] if coding is not None else []
        lines += [b"Cookie: " + cookie] if cookie else []
        lines += [b"Authorization: " + each.encode() for each in credentials]
        lines += [b"Content-Type: text/plain; charset=utf-8"] if self._random.random() < 0.02 else []
        self._random.shuffle(lines[2:])
        return Question(
            method,
            b"\r\n".join([*lines, b"", b""]),
            not has_session and not credentials,
            ACCEPTED_CODINGS.get(coding or "", False),
        )

    def _cookie(self) -> tuple[bytes, bool]:
        """The cookies of other programs and of the site, in any order, some twice."""
        choose, chance = self._random.choice, self._random.random
        parts: list[bytes] = []
        sessions = [choose(self._sessions) for _each in range(choose((0, 0, 1, 1, 1, 2)))]
        parts += [f"sessionid={each}".encode() for each in sessions]
        if chance() < 0.1:
            parts += [choose((b"sessionid=", b'sessionid="x"', b"sessionid=../../etc", b"sessionid")), b""]
        for _each in range(choose((0, 0, 0, 1, 1, 2))):
            parts.append(f"django_language={choose(('en', 'zh-hans', 'de', '', 'EN', 'en-us'))}".encode())
        if chance() < 0.2:
            parts.append(b"csrftoken=" + choose((b"a" * 32, b"b" * 32, b"short")))
        for _each in range(choose((0, 0, 1, 1, 1, 2))):
            shape = choose(list(SHAPES.values()))
            parts.append(shape if isinstance(shape, bytes) else shape.encode())
        if sessions and chance() < 0.1:
            parts.append(b'sessionid="' + sessions[0].encode() + b'"')
        self._random.shuffle(parts)
        return choose((b"; ", b"; ", b"; ", b";", b" ;  ", b",")).join(parts).strip(), bool(sessions)

    def _credentials(self) -> list[str]:
        choose = self._random.choice
        if self._random.random() < 0.6:
            return []
        token = choose(self._tokens)
        shapes = [f"Token {token}"] * 8 + [
            f"token {token}", f"TOKEN {token}", f"Token  {token}", f"Token {token} ", f"Token\t{token}", f"Token {token} x",
            f"Bearer {token}", f'Token "{token}"', "Token", "Token " + "0" * 64, "Basic YTpi", "", f"Token {token[:-1]}",
            f"Token {token}0", f"Token {token.upper()}",
        ]  # fmt: skip
        return [choose(shapes), choose(shapes)] if self._random.random() < 0.05 else [choose(shapes)]
