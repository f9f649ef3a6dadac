"""Words of heads: one spelling for each, and the unit taken out of it before anything is compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from projects import money

_MARKS = "*＊:：、.。"  # of what must be filled in, and ends of sentences
# what a unit is called in heads, in one spelling, and how many CNY it is
UNITS: dict[str, int] = {
    **money.UNIT_WORDS,
    "10,000cny": money.WAN,
    "10000cny": money.WAN,
    "100millioncny": money.YI,
}
_UNIT = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
_OF_MONEY = rf"(?:人民币)?({_UNIT})(?:人民币)?"
_IN_BRACKETS = re.compile(rf"[(\[【](?:(?:金额)?单位|unit)?:?{_OF_MONEY}[)\]】]")
_AT_THE_END = re.compile(rf"[/,:、]{_OF_MONEY}$|(?<=.)(亿元|万元|千元|百万元|千万元)$")
_ONLY_A_UNIT = re.compile(rf"(?:(?:金额)?单位|unit)?:?{_OF_MONEY}")
_CORNER = re.compile(rf"(?:单位|units?):?{_OF_MONEY}(?![\u4e00-\u9fffa-z])")
# what stands in brackets and says how to fill a column in, not what it is
_HOW = re.compile(
    r"[(\[【](?:是/否|是或否|是、否|√|打√|必填|选填|个|家|户|项|年月|年\.月|年/月|年月日|中文|%|[\u4e00-\u9fff]{1,3}/[\u4e00-\u9fff]{1,3})[)\]】]"
)


@lru_cache(maxsize=10_000)
def plain(text: str) -> str:
    """One spelling: NFKC, small letters, no blanks, no marks around it."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split()).strip(_MARKS)


def without_unit(text: str) -> tuple[str, int | None]:
    """A head without its unit of money, and the unit: 总投资（万元） is 总投资 and 10,000."""
    word = plain(text)
    if found := _ONLY_A_UNIT.fullmatch(word):
        return "", UNITS[found[1]]
    found = _IN_BRACKETS.search(word) or _AT_THE_END.search(word)
    if not found:
        return _HOW.sub("", word).strip(_MARKS), None
    unit = next(each for each in found.groups() if each)
    rest = word[: found.start()] + word[found.end() :]
    return _HOW.sub("", rest).strip(_MARKS), UNITS[unit]


def cny_of(text: str) -> int | None:
    """How many CNY a unit of money is, by its name; None for what is none."""
    return UNITS.get(plain(text))


def unit_of_corner(text: str) -> int | None:
    """The unit that a line above the table gives for all of it: 单位：万元."""
    word = plain(text)
    found = _CORNER.search(word) or _ONLY_A_UNIT.fullmatch(word.strip("()[]【】"))
    return UNITS[found[1]] if found else None
