"""Words that no text uses, read from `docs/words.md`: what is struck, and the word that is used instead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LIST = Path(__file__).resolve().parent.parent / "docs" / "words.md"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ROW = re.compile(r"^\| (?P<thing>[^|]+) \| (?P<chinese>[^|]+) \| (?P<english>[^|]+) \| (?P<struck>.+) \|$")


@dataclass(frozen=True)
class Struck:
    """A pattern that no text may hold, and what is said instead of it."""

    pattern: re.Pattern[str]
    instead: str

    @property
    def is_chinese(self) -> bool:
        return bool(CHINESE.search(self.pattern.pattern))


def struck_words() -> list[Struck]:
    return list(_read(LIST.read_text(encoding="utf-8")))


def _read(text: str) -> Iterator[Struck]:
    for line in text.splitlines():
        row = ROW.match(line)
        for pattern in re.findall(r"`([^`]+)`", row["struck"]) if row else ():
            written = re.compile(pattern.replace(r"\|", "|"))
            yield Struck(written, row["chinese"] if CHINESE.search(pattern) else row["english"])


def faults(text: str, struck: list[Struck], *, chinese: bool) -> list[str]:
    """What is wrong with a text in this language, each with the word to use."""
    return [
        f"“{found[0]}” in “{text}”: use {each.instead}"
        for each in struck
        if each.is_chinese == chinese and (found := each.pattern.search(text))
    ]
