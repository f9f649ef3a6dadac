"""Recording: asks each address as each reader, and keeps what was answered in a file of SQLite.

Bodies are kept as they came, each once; what may differ by chance is taken out of them, what they mean is compared later.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import clock
from .browser import Browser, Response
from .callers import Callers

API_READERS = ("", "province", "changsha", "changsha-reader", "analyst", "admin", "bound")
PAGE_READERS = ("", "province", "changsha", "changsha-reader", "analyst", "admin")
FILE_READERS = ("", "province", "changsha", "bound")
WRITES = Path(__file__).with_name("writes.txt")
PRIVATE = "private"  # nobody, on a site that only who signs in may read
CHANCE = [  # what differs by chance, and what stands for it
    (re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]*'), rb"\1-"),
    (re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"), b"-by-chance-"),
    (re.compile(rb'(class="key">|Token )[0-9a-f]{64}'), rb"\1-"),
    (re.compile(rb"/tokens/[0-9a-f]{15}/"), b"/tokens/-/"),
    (re.compile(rb"whsec_[\w+/=]+"), b"whsec_-"),
    (re.compile(rb"\b\d+ ms\b"), b"- ms"),
    (re.compile(rb"([?&;]cursor=)[\w%.=-]+"), rb"\1-"),
]
UNKEPT = {"date", "x-request-id", "content-length"}
LARGE = 2000  # bytes of a body that is worth compressing
Job = tuple[str, str, str, str]  # area, reader, language, address


def get_jobs(asked: dict[str, Any], areas: set[str], sample: int) -> list[Job]:
    """Return what is asked: in English as everybody, in Chinese as some; of `sample` addresses one."""
    jobs: list[Job] = []
    some = {path for path in (*asked["api"], *asked["pages"]) if zlib.crc32(path.encode()[::-1]) % 4 == 0}
    if "api" in areas:
        jobs += [("api", who, "en", path) for path in asked["api"] for who in API_READERS]
        jobs += [("api", who, "zh-hans", path) for path in some.intersection(asked["api"]) for who in ("", "changsha")]
    if "files" in areas:
        jobs += [("files", who, "en", path) for path in asked["files"] for who in FILE_READERS]
    if "pages" in areas:
        jobs += [("pages", who, "en", path) for path in asked["pages"] for who in PAGE_READERS]
        jobs += [("pages", who, "zh-hans", path) for path in asked["pages"] for who in ("", "changsha")]
        zh = [(path, who) for path in some.intersection(asked["pages"]) for who in ("province", "admin")]
        jobs += [("pages", who, "zh-hans", path) for path, who in zh]
    jobs += [
        (area, PRIVATE, "en", path) for area in areas & {"api", "pages"} for path in some.intersection(asked[area])
    ]
    return sorted(job for job in jobs if zlib.crc32(" ".join(job).encode()) % sample == 0)


def mask(body: bytes) -> bytes:
    for pattern, instead in CHANCE:
        body = pattern.sub(instead, body)
    return body


def describe(response: Response) -> dict[str, Any]:
    """Return status and headers as they are compared: of an ETag that there is one, of cookies their names."""
    headers: dict[str, Any] = {}
    for key, value in sorted(response.headers):
        name = key.lower()
        if name == "etag":
            headers[name] = "weak" if value.startswith("W/") else "strong"
        elif name == "last-modified":
            headers[name] = "there"
        elif name == "set-cookie":
            headers[name] = sorted({*headers.get(name, []), value.strip().partition("=")[0]})
        elif name == "vary":
            headers[name] = sorted(part.strip().lower() for part in value.split(","))
        elif name == "content-security-policy":
            headers[name] = sorted(part.strip() for part in value.split(";"))
        elif name == "location":
            headers[name] = mask(value.encode()).decode()
        elif name not in UNKEPT:
            headers[name] = value
    return {"status": response.status, "headers": headers}


class Store:
    """A recording: `responses` by what was asked, `bodies` by their digest."""

    def __init__(self, path: Path) -> None:
        self.database = sqlite3.connect(path, isolation_level=None)
        self.database.executescript("""
            PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;
            CREATE TABLE IF NOT EXISTS responses (key TEXT PRIMARY KEY, area TEXT, head TEXT, body TEXT) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS bodies (digest TEXT PRIMARY KEY, content BLOB) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT);
        """)

    def add(self, key: str, area: str, head: dict[str, Any], body: bytes) -> None:
        body = mask(body)
        digest = hashlib.sha256(body).hexdigest()[:24]
        if not self.database.execute("SELECT 1 FROM bodies WHERE digest = ?", [digest]).fetchone():
            self.database.execute("INSERT INTO bodies VALUES (?, ?)", [digest, zlib.compress(body, 4)])
        row = [key, area, json.dumps(head, ensure_ascii=False, sort_keys=True), digest]
        self.database.execute("INSERT OR REPLACE INTO responses VALUES (?, ?, ?, ?)", row)

    def take(self, part: Path) -> None:
        """Take in what another process has recorded."""
        self.database.execute("ATTACH ? AS part", [str(part)])
        self.database.execute("INSERT OR IGNORE INTO bodies SELECT * FROM part.bodies")
        self.database.execute("INSERT OR REPLACE INTO responses SELECT * FROM part.responses")
        self.database.execute("DETACH part")

    def note(self, **values: Any) -> None:
        for name, value in values.items():
            self.database.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", [name, json.dumps(value)])

    def about(self) -> dict[str, Any]:
        return {name: json.loads(value) for name, value in self.database.execute("SELECT * FROM about")}

    def rows(self) -> Iterator[tuple[str, str, dict[str, Any], str]]:
        for key, area, head, body in self.database.execute("SELECT * FROM responses ORDER BY key"):
            yield key, area, json.loads(head), body

    def body(self, digest: str) -> bytes:
        return zlib.decompress(
            self.database.execute("SELECT content FROM bodies WHERE digest = ?", [digest]).fetchone()[0]
        )


def read(jobs: list[Job], callers: Callers, store: Store) -> None:
    """Ask each, again with its ETag, and one of 25 by HEAD and compressed."""
    for area, who, language, path in jobs:
        caller = get_reader(callers, area, who, language)
        accept = "text/html" if area == "pages" else "application/json" if area == "api" else "*/*"
        response = caller.get(path, accept=accept)
        head = describe(response)
        if response.status == 200 and (tag := response.header("ETag")):
            head["asked_again"] = caller.get(path, accept=accept, if_none_match=tag).status
        if zlib.crc32(path.encode()) % 25 == 0:
            by_head = caller.request("HEAD", path, accept=accept)
            head["by_head"] = describe(by_head) | {"bytes": len(by_head.body)}
            if len(response.body) > LARGE:
                packed = caller.get(path, accept=accept, accept_encoding="gzip")
                head["packed"] = packed.header("Content-Encoding")
        store.add(f"{who or 'anonymous'} {language} {path}", area, head, response.body)


def write(callers: Callers, store: Store) -> None:
    """Do all writes in their order, and store what each was answered, by its number."""
    callers.run(WRITES)
    for number, (what, response) in enumerate(callers.log):
        store.add(f"{number:03} {what}", "writes", describe(response), response.body)


def get_reader(callers: Callers, area: str, who: str, language: str) -> Browser:
    """Return the caller: by token for the API, by cookie for pages."""
    if who in ("", PRIVATE):
        return Browser(language=language)
    reader = callers.token(who) if area in ("api", "files") else Browser(language=language)
    reader.language = language
    if area == "pages":
        reader.cookies.load(callers.browser(who).cookies.output(header="", sep=";"))
    return reader


def begin_work(callers: Callers) -> None:
    """Use each token once: the minute of its last use is then the same for whatever is asked."""
    for who in callers.tokens:
        callers.token(who).get("/api/v1/")
    try:
        from portfolio.accounts import token_use
    except ImportError:
        return
    if hasattr(token_use, "flush"):
        token_use.flush()


def set_time_of_reading() -> None:
    """It is afternoon: what was done in the morning is done."""
    clock.set_time(clock.BEGIN + clock.dt.timedelta(hours=4))
