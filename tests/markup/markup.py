"""What of a page was made by a text that stands in it: elements, attributes, links, and entities read once too often."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

ADDRESSES = {"href", "src", "action", "formaction", "xlink:href", "poster", "data", "srcset", "content", "ping"}
SCRIPT = re.compile(r"\s*(javascript|vbscript|data)\s*:", re.IGNORECASE)
MADE = re.compile(r"zqx(\d+)z|q(\d{3})")
SHOWN = re.compile(r"zqx(\d+)z|<q(\d{3})>")
# the entities of a text as characters, or as entities of entities
READ_TWICE = re.compile(r"zqx\d+z=(<b>|&amp;lt;)")


@dataclass
class Read:
    """What a page is made of: each kind of element with the names of its attributes, and what a text has made."""

    elements: Counter[tuple[str, tuple[str, ...]]] = field(default_factory=Counter)
    made: list[str] = field(default_factory=list)
    shown: set[int] = field(default_factory=set)  # numbers of the texts that stand in it


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.read = Read()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.read.elements[tag, tuple(sorted(name for name, _value in attrs))] += 1
        if MADE.fullmatch(tag) or (tag == "input" and any(MADE.fullmatch(v or "") for n, v in attrs if n == "name")):
            self.read.made.append(f"<{tag} {dict(attrs)}>")
        for name, value in attrs:
            if ("q" in name and MADE.search(name)) or name.startswith("on"):
                self.read.made.append(f"<{tag} {name}>")
            if name in ADDRESSES and SCRIPT.match(value or ""):
                self.read.made.append(f"<{tag} {name}={value!r}>")
            self.handle_data(value or "")
        if tag == "meta" and any(name == "http-equiv" for name, _value in attrs):
            self.read.made.append(f"<meta {dict(attrs)}>")

    handle_startendtag = handle_starttag

    def handle_data(self, data: str) -> None:
        if "zqx" not in data and "<q" not in data:  # as in nearly all of a page
            return
        if found := READ_TWICE.search(data):
            self.read.made.append(f"entities of {found[0]}")
        self.read.shown |= {int(one or other) for one, other in SHOWN.findall(data)}

    def handle_comment(self, data: str) -> None:
        self.handle_data(data)

    def handle_decl(self, decl: str) -> None:
        self.handle_data(decl)


def read(page: str) -> Read:
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.read


def of(answer: Any) -> Read:
    return read(answer.content.decode())
