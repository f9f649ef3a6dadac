"""Numbers of a page: where they stand, what they open to, and whether what is opened says the same."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from functools import cached_property
from html.parser import HTMLParser

NUMBER = re.compile(r"[+−-]?\d[\d,]*(?:\.\d+)?%?|\d[\d,]*/\d[\d,]*")
ANY_NUMBER = re.compile(r"[+−-]?\d[\d,]*(?:\.\d+)?")
VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
SCALES = [
    Decimal(10) ** power for power in (0, -3, 3, -4, 4, -1, 1, -8, -9, 9, 8)
]  # one unit of money is ten thousand of another


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    texts: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)  # of `data-value` in it

    @property
    def text(self) -> str:
        return "".join(self.texts)

    @cached_property
    def numbers(self) -> set[Decimal]:
        """Once the page has been read."""
        return {_decimal(text) for text in (*ANY_NUMBER.findall(self.text), *self.values)}

    @property
    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())


@dataclass(frozen=True)
class Number:
    """A number by itself in a cell of a table, in a card or beside a plan; `href` is empty where it opens to nothing."""

    text: str
    href: str
    around: tuple[Element, ...]

    def is_in(self, attribute: str) -> bool:
        return any(attribute in each.attributes for each in self.around)

    @property
    def cell(self) -> Element:
        return next((each for each in reversed(self.around) if each.tag in ("td", "th")), self.around[-1])


class _Numbers(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[Element] = []
        self.numbers: list[Number] = []
        self.by_id: dict[str, Element] = {}
        self.whole = Element("page", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        for each in (self.whole, *self.open):
            each.values += [element.attributes["data-value"]] if "data-value" in element.attributes else []
        self._apart()
        if tag in VOID:
            return
        self.open.append(element)
        if "id" in element.attributes:  # that of a heading names what stands below it
            section = next((each for each in reversed(self.open) if each.tag == "section"), element)
            self.by_id[element.attributes["id"]] = section if tag in HEADINGS else element

    def _apart(self) -> None:
        """Two cells are two words, though nothing stands between them."""
        for each in (self.whole, *self.open):
            each.texts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._apart()
        while self.open and self.open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        for each in (self.whole, *self.open):
            each.texts.append(data)
        text = data.strip()
        if not NUMBER.fullmatch(text) or any("vh" in each.classes or each.tag == "svg" for each in self.open):
            return
        if any(each.tag == "td" or {"card", "plans"} & each.classes for each in self.open):
            href = next((each.attributes.get("href", "") for each in reversed(self.open) if each.tag == "a"), "")
            self.numbers.append(Number(text, href, tuple(self.open)))


def read(content: bytes) -> _Numbers:
    reader = _Numbers()
    reader.feed(content.decode())
    return reader


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace("−", "-").replace(",", "").removeprefix("+").rstrip("%"))


def says(element: Element, number: str) -> bool:
    """Whether the number stands in it, in whatever unit and however exactly; of '30/42' the 30, or the 12 that lack it."""
    known, slash, of = number.partition("/")
    asked = [_decimal(known), *([_decimal(of) - _decimal(known)] if slash else [])]
    places = Decimal(1).scaleb(-len(known.rstrip("%").partition(".")[2]))
    return any(
        abs(each) == abs((found * scale).quantize(places, rounding))
        for each in asked
        for found in element.numbers
        for scale in SCALES
        for rounding in (ROUND_HALF_UP, ROUND_HALF_EVEN)
    )
