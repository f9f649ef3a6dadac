"""Comparing: what differs between two recordings, by kind, but for what is intended.

JSON is compared as parsed, a page by its text, its links, its form fields and its drawings, a file cell by cell, all else
as it is.
"""

from __future__ import annotations

import csv
import difflib
import html
import io
import json
import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from .browser import TAG, get_attributes, get_fields
from .recording import Store

Difference = tuple[str, str, str]  # where in the response, before, after
LONGEST = 150  # characters of an example
ABSENT = "absent"


class Intended:
    """A difference that an issue allows: patterns, and the sentence that allows it. `count` says how many there were."""

    def __init__(self, entry: dict[str, str]) -> None:
        self.quote, self.count = entry.pop("quote"), 0
        names = {"address", "reader", "where", "old", "new"}
        if entry.keys() - names:
            raise SystemExit(f"An intended difference has {', '.join(sorted(names))} and quote, not {entry}.")
        self.patterns = {name: re.compile(pattern, re.DOTALL) for name, pattern in entry.items()}

    def allows(self, key: str, difference: Difference) -> bool:
        reader, _space, address = key.partition(" ")
        values = dict(zip(("where", "old", "new"), difference, strict=True)) | {"reader": reader, "address": address}
        allowed = all(pattern.search(values[name]) for name, pattern in self.patterns.items())
        self.count += allowed
        return allowed


def compare(old: Path, new: Path, intended: Path, *, areas: set[str], lines: int, where: str) -> int:
    """Print the kinds of differences with an example each, of those at `where` all; 1 if one is not intended, else 0."""
    before, after = Store(old), Store(new)
    allowed = [Intended(entry) for entry in tomllib.loads(intended.read_text("utf-8")).get("intended", [])]
    kinds: dict[str, list[tuple[str, str, str]]] = {}
    asked, answered = get_comparable(before, after, areas)
    differing, area_of = 0, {key: area for key, (area, *_rest) in (asked | answered).items()}
    for key in sorted(area_of):
        found = [
            difference
            for difference in find_differences(before, after, asked.get(key), answered.get(key))
            if not any(entry.allows(key, difference) for entry in allowed)
        ]
        differing += bool(found)
        for at, was, now in found:
            place = re.sub(r"\[\d+\]", "[]", at)
            kinds.setdefault(f"{area_of[key]:5} {place}", []).append((key, was, now))
    for kind, examples in sorted(kinds.items(), key=lambda pair: -len(pair[1]))[:lines]:
        print(f"{len(examples):7} {kind}")
        for key, was, now in examples if where and re.search(where, kind) else examples[:1]:
            print(f"          {key}\n          - {was[:LONGEST]}\n          + {now[:LONGEST]}")
    for entry in allowed:
        print(f"{entry.count:7} allowed: {entry.quote}")
    print(f"{len(area_of)} responses compared, {differing} differ, in {len(kinds)} kinds")
    return int(bool(kinds))


Row = tuple[str, dict[str, Any], str]  # area, status and headers, digest of the body


def get_comparable(before: Store, after: Store, wanted: set[str]) -> tuple[dict[str, Row], dict[str, Row]]:
    """Return the responses of both by key: of a sample, or of some areas only, those that both have asked for."""
    if before.about().get("script") != after.about().get("script"):
        print("The writes were recorded by different scripts: take a recording of the same tests/replay. Not compared.")
        wanted = wanted - {"writes"}
    old = {key: (area, head, body) for key, area, head, body in before.rows()}
    new = {key: (area, head, body) for key, area, head, body in after.rows()}
    areas = {area for area, *_rest in old.values()} & {area for area, *_rest in new.values()} & wanted
    sampled = {store: int(store.about().get("sample", 1)) > 1 for store in (before, after)}
    old = {key: row for key, row in old.items() if row[0] in areas and (key in new or not sampled[after])}
    new = {key: row for key, row in new.items() if row[0] in areas and (key in old or not sampled[before])}
    return old, new


def find_differences(before: Store, after: Store, old: Row | None, new: Row | None) -> Iterator[Difference]:
    """Yield what differs between two responses; where their status differs, that alone."""
    if old is None or new is None:
        yield "response", "there" if old else ABSENT, "there" if new else ABSENT
        return
    if old[1]["status"] != new[1]["status"]:
        location = [row[1]["headers"].get("location", "") for row in (old, new)]
        yield "status", f"{old[1]['status']} {location[0]}", f"{new[1]['status']} {location[1]}"
        return
    yield from different(join_lists(old[1]), join_lists(new[1]))
    if old[2] != new[2]:
        kinds = [row[1]["headers"].get("content-type", "") for row in (old, new)]
        parts = [
            read_body(store.body(row[2]), kind)
            for store, row, kind in zip((before, after), (old, new), kinds, strict=True)
        ]
        yield from different(*parts, "body")


def join_lists(head: dict[str, Any]) -> dict[str, Any]:
    """Return headers with each list as one text, so that what is missing of it is one difference."""
    joined = {name: ", ".join(value) if isinstance(value, list) else value for name, value in head.items()}
    return {name: join_lists(value) if isinstance(value, dict) else value for name, value in joined.items()}


def different(old: Any, new: Any, where: str = "") -> Iterator[Difference]:
    """Yield the places at which two values differ."""
    if isinstance(old, Sequence) and isinstance(new, Sequence):
        yield from old.different(new, where)
    elif isinstance(old, dict) and isinstance(new, dict):
        for name in sorted(old.keys() | new.keys()):
            place = f"{where}.{name}" if where else name
            if name not in old or name not in new:
                yield place, str(old.get(name, ABSENT)), str(new.get(name, ABSENT))
            else:
                yield from different(old[name], new[name], place)
    elif isinstance(old, list) and isinstance(new, list):
        if len(old) != len(new):
            yield f"{where}[]", f"{len(old)} elements", f"{len(new)} elements"
        for number, (one, other) in enumerate(zip(old, new, strict=False)):
            yield from different(one, other, f"{where}[{number}]")
    elif old != new or type(old) is not type(new):
        yield where, repr(old), repr(new)


class Sequence:
    """Words or links of a page, of which whatever was put in or taken out is one difference."""

    def __init__(self, parts: list[str]) -> None:
        self.parts = parts

    def different(self, other: Sequence, where: str) -> Iterator[Difference]:
        old, new = self.parts, other.parts
        pairs = list(zip_longest(old, new))
        start = next((number for number, (one, another) in enumerate(pairs) if one != another), len(pairs))
        end = next(
            (n for n, (one, another) in enumerate(zip(old[:start:-1], new[:start:-1], strict=False)) if one != another),
            0,
        )
        old, new = old[start : len(old) - end], new[start : len(new) - end]
        for step, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if step != "equal":
                yield where, " ".join(old[i:j]), " ".join(new[k:m])


@lru_cache(256)
def read_body(body: bytes, content_type: str) -> Any:
    """Return what a body says, in parts that can be compared."""
    kind = content_type.partition(";")[0].strip()
    try:
        if "ndjson" in kind:
            return [json.loads(line) for line in body.splitlines()]
        if kind.endswith("json"):
            return json.loads(body)
        if kind == "text/csv":
            return list(csv.reader(io.StringIO(body.decode("utf-8"))))
        if kind.endswith("spreadsheetml.sheet"):
            return read_workbook(body)
        text = body.decode("utf-8")
    except ValueError:
        return repr(body)
    return read_page(text) if kind in ("text/html", "image/svg+xml") else text


def read_workbook(body: bytes) -> dict[str, list[list[Any]]]:
    """Return the cells of each sheet as texts and numbers."""
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(body))
    return {
        name: [[str(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python()]
        for name in book.sheet_names
    }


def read_page(page: str) -> dict[str, Any]:
    """Return the visible words of a page, its links, its forms and fields, and its drawings."""
    visible = re.sub(r"(?s)<!--.*?-->|<(script|style|template)\b.*?</\1>", " ", page)
    drawings = [squeeze(drawing) for drawing in re.findall(r"(?s)<svg.*?</svg>", visible)]
    return {
        "text": Sequence(html.unescape(TAG.sub(" ", visible)).split()),
        "links": Sequence(get_links(visible)),
        "fields": Sequence([field_of(*field) for field in get_fields(visible)]),
        "drawings": Sequence(drawings),
    }


def squeeze(drawing: str) -> str:
    """Return a drawing without the white space by which its template is indented."""
    return re.sub(r" ?([<>]) ?", r"\1", " ".join(drawing.split()))


def get_links(page: str) -> list[str]:
    """Return where the links of a page lead."""
    anchors = [tag for tag in TAG.finditer(page) if not tag[1] and tag[2].lower() in ("a", "area")]
    return [sort_query(href) for tag in anchors if (href := get_attributes(tag[3]).get("href")) is not None]


def sort_query(address: str) -> str:
    """Return an address with its query sorted."""
    url = urlsplit(address)
    return url._replace(query=urlencode(sorted(parse_qsl(url.query, keep_blank_values=True)))).geturl()


def field_of(_form: int | None, tag: str, attributes: dict[str, str], value: str) -> str:
    """Return a form or a field as one line: what it is, its name and value, whether it is chosen."""
    if tag == "form":
        return f"form {attributes.get('method', 'get').lower()} {sort_query(attributes.get('action', ''))}"
    value = "-" if attributes.get("name") == "csrfmiddlewaretoken" else value
    marks = [
        mark for mark in ("checked", "selected", "disabled", "required", "readonly", "multiple") if mark in attributes
    ]
    return " ".join([tag, attributes.get("type", ""), f"{attributes.get('name', '')}={value}", *marks])
