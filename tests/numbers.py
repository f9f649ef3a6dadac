"""Numbers of a page: where they stand, what they open to, and whether what is opened says the same."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from functools import cached_property
from html.parser import HTMLParser

NUMBER = re.compile(r"[+−-]?\d[\d,]*(?:\.\d+)?%?|\d[\d,]*/\d[\d,]*")
ANY_NUMBER = re.compile(r"[+−-]?\d[\d,]*(?:\.\d+)?")
VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
SCALES = [
    Decimal(10) ** power for power in (0, -3, 3, -4, 4, -1, 1, -6, -8, -9, 9, 8)
]  # one unit of money is ten thousand of another, and a million CNY a million of what `data-value` says


@dataclass
class Said:
    """What a page says, in its order: of which each of its elements is a part."""

    texts: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)  # of `data-value`

    @property
    def place(self) -> tuple[int, int]:
        return len(self.texts), len(self.values)


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    page: Said = field(repr=False)
    begins: tuple[int, int] = (0, 0)
    ends: tuple[int | None, int | None] = (None, None)

    @property
    def text(self) -> str:
        return "".join(self.page.texts[self.begins[0] : self.ends[0]])

    @cached_property
    def numbers(self) -> set[Decimal]:
        """Once the page has been read."""
        values = self.page.values[self.begins[1] : self.ends[1]]
        return {_decimal(text) for text in (*ANY_NUMBER.findall(self.text), *values)}

    @cached_property
    def _rounded(self) -> dict[Decimal, set[Decimal]]:
        return {}

    def rounded(self, places: Decimal) -> set[Decimal]:
        """Its numbers in whatever unit, so exactly, without their sign: made once, since many numbers lead to a page."""
        if places not in self._rounded:
            with localcontext(prec=60):
                self._rounded[places] = {
                    abs((found * scale).quantize(places, rounding))
                    for found in self.numbers
                    for scale in SCALES
                    for rounding in (ROUND_HALF_UP, ROUND_HALF_EVEN)
                }
        return self._rounded[places]

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
        self.said = Said()
        self.open: list[Element] = []
        self.numbers: list[Number] = []
        self.by_id: dict[str, Element] = {}
        self.whole = Element("page", {}, self.said)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.said.values += [attributes["data-value"]] if "data-value" in attributes else []
        self.said.texts.append(" ")  # two cells are two words, though nothing stands between them
        if tag in VOID:
            return
        element = Element(tag, attributes, self.said, self.said.place)
        self.open.append(element)
        if "id" in attributes:  # that of a heading names what stands below it
            section = next((each for each in reversed(self.open) if each.tag == "section"), element)
            self.by_id[attributes["id"]] = section if tag in HEADINGS else element

    def handle_endtag(self, tag: str) -> None:
        self.said.texts.append(" ")
        while self.open:
            closed = self.open.pop()
            closed.ends = self.said.place
            if closed.tag == tag:
                break

    def handle_data(self, data: str) -> None:
        self.said.texts.append(data)
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
    return any(abs(each) in element.rounded(places) for each in asked)
