"""Groups of search results: lines, each a link."""

from __future__ import annotations

from dataclasses import dataclass

MOST = 10  # lines of a group


@dataclass(frozen=True)
class FoundLine:
    """One thing that was found, where it is, and what tells it from others of its name."""

    text: str
    url: str
    detail: str = ""


@dataclass(frozen=True)
class FoundGroup:
    """Things of one kind: at most `MOST` are shown. `count` is how many there are, None where there are more and nobody
    counted; `all_url` leads to all of them where a page lists them.
    """

    name: str
    label: str
    lines: list[FoundLine]
    count: int | None = None
    all_url: str = ""

    @property
    def has_more(self) -> bool:
        return self.count is None or self.count > len(self.lines)


def group(name: str, label: str, lines: list[FoundLine]) -> FoundGroup:
    """A group of which one line more than is shown was looked for."""
    count = len(lines) if len(lines) <= MOST else None
    return FoundGroup(name, label, lines[:MOST], count)
