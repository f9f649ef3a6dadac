"""Money: whole CNY inside, 亿元 / 万元 / billion at the edge, converted exactly.

Storage is an integer number of CNY. Nothing here uses floating point.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

YI = 10**8  # 亿元
WAN = 10**4  # 万元
MILLION = 10**6
BILLION = 10**9
# An amount of one record is below this many CNY: a million records of twelve months then stay below 2^63 when added up.
LIMIT = 500 * BILLION
# Nothing larger is read. What is said of a whole programme may come near it, and so does what was typed in another unit,
# of which the record can say so.
READABLE = 10**15
_HUNDREDTH = 100  # of a unit: smaller amounts are easier to read as they are than with zeros behind the point

_EXAMPLES = {1: "120000000", WAN: "12000", MILLION: "120", YI: "1.2", BILLION: "1.2"}  # of what can be typed, by unit
UNIT_NAMES = {
    1: _("CNY"),
    WAN: _("10,000 CNY"),
    MILLION: _("million CNY"),
    YI: _("100 million CNY"),
    BILLION: _("billion CNY"),
}
_UNITS = (
    r"\d{1,40}|[1-9]\d{0,2}(?:,\d{3}){1,13}|[1-9]\d{0,2}(?: \d{3}){1,13}"  # with separators of one sort, or with none
)
_NUMBER = re.compile(rf"([+-]?)¥?((?:{_UNITS})(?:\.\d{{0,40}})?|\.\d{{1,40}})([^\d.,+-]{{0,20}})", re.ASCII)
_BLANKS_AROUND = re.compile(r"[ \t\r\n]+(?!\d)|(?<!\d)[ \t\r\n]+", re.ASCII)  # all but those between two digits
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[, ](?=\d)", re.ASCII)
_CURRENCY = ("", "cny", "yuan", "rmb")
# A unit that is typed with an amount, without blanks and in small letters, and how many CNY it is.
UNIT_WORDS: dict[str, int] = {
    **{f"{word}{end}": unit for word, unit in (("万", WAN), ("亿", YI)) for end in ("", "元")},
    "元": 1,
    "千元": 10**3,
    "百万元": 10**6,
    "千万元": 10**7,
    **{word: 1 for word in _CURRENCY if word},
    **{
        f"{word}{end}": unit
        for word, unit in (("million", 10**6), ("mn", 10**6), ("billion", BILLION), ("bn", BILLION))
        for end in _CURRENCY
    },
}


def half_width(text: str) -> str:
    """Return a number in ASCII, as `１２３` may be typed; unchanged if a digit only marks something: `1.2②` is not 1.22."""
    if text.isascii() or any(unicodedata.category(sign) == "No" for sign in text):
        return text
    return unicodedata.normalize("NFKC", text)


def cny(text: str, *, unit: int = 1, signed: bool = False) -> int:
    """Whole CNY that `text` stands for in `unit` CNY: `cny("1.5", unit=YI)` is 150,000,000, and so is `cny("1.5亿元")`.

    A unit of `UNIT_WORDS` after the number wins over `unit`. Commas or blanks between groups of three digits, blanks around
    the number, full-width digits and a true minus sign are accepted; digits that mark a footnote (`1.2②`) are none.

    Raises `ValidationError` for what is no number, has a part smaller than one CNY, is negative (unless `signed`), or
    reaches 10^15. What a browser reads of an amount at once must agree with this.
    """
    plain = _BLANKS_AROUND.sub("", half_width(text)).replace("−", "-").lower()
    found = _NUMBER.fullmatch(plain)
    unit_typed = found and (UNIT_WORDS.get(found[3]) if found[3] else unit)
    if not found and _NUMBER.fullmatch(_BETWEEN_DIGITS.sub("", plain)):
        raise ValidationError(
            _("In “%(value)s” the separators are not in groups of three. Write 1,234,567, or leave them out."),
            code="grouping",
            params={"value": text},
        )
    if not found or not unit_typed:
        raise ValidationError(
            _("“%(value)s” is not a number. Type digits only, such as %(example)s (in %(unit)s)."),
            code="invalid",
            params={"value": text, "example": _EXAMPLES[unit], "unit": UNIT_NAMES[unit]},
        )
    digits = _BETWEEN_DIGITS.sub("", found[2])
    amount = Fraction(found[1] + digits) * unit_typed  # exact, where a Decimal would round after 28 digits
    if amount.denominator != 1:
        raise ValidationError(
            _("“%(value)s” has a part smaller than one CNY and cannot be held exactly."),
            code="inexact",
            params={"value": text},
        )
    check_range(abs(int(amount)) if signed else int(amount))
    return int(amount)


def check_range(amount: int) -> None:
    """Raise `ValidationError` unless 0 ≤ amount < 10^15 CNY."""
    if amount < 0:
        raise ValidationError(_("An amount cannot be negative."), code="min_value")
    if amount >= READABLE:
        raise ValidationError(_("This is more than is read as an amount: is it in another unit?"), code="max_value")


def decimals_of(unit: int) -> int:
    """Return how many decimals an amount of whole CNY can have in a unit: 8 in 亿元, 9 in billions."""
    return len(str(unit)) - 1


def unit_of_readers() -> int:
    """Return how many CNY the unit is that amounts are read and typed in: 亿元 in Chinese, billion CNY in English."""
    return YI if (get_language() or "zh").startswith("zh") else BILLION


@dataclass(frozen=True)
class AmountInSentence:
    """An amount within a sentence: whole CNY, as systems send it, and beside it the unit that readers think in."""

    cny: int

    def __str__(self) -> str:
        unit = unit_of_readers()
        chinese = unit == YI
        whole = format_exact(self.cny) + ("元" if chinese else " CNY")
        if abs(self.cny) * _HUNDREDTH < unit:
            return whole
        told = format_exact(self.cny, unit)
        return f"{whole}（{told}亿元）" if chinese else f"{whole} ({told} billion CNY)"


def probably_meant(amount: int, *, at_most: int) -> int | None:
    """Return the amount in CNY if 万元 was typed where 亿元 is read: 8,094 亿元 was 8,094 万元; None above `at_most` CNY."""
    guess = amount // (YI // WAN)
    return guess if 0 < guess <= at_most else None


def in_unit(amount: int, unit: int) -> str:
    """Return the exact decimal text of an amount in `unit` CNY, without trailing zeros: 1047340000 in YI is '10.4734'."""
    return without_zeros(f"{Decimal(amount) / unit:f}")


def format_exact(amount: int, unit: int = 1, places: int = 0) -> str:
    """Return the exact amount in `unit` CNY with thousands separated, a true minus sign and at least `places` decimals.

    Such as '10.47' or '1,047.3400'.

    Whole numbers all the way, as pages write hundreds; `unit` is a power of ten.
    """
    whole, rest = divmod(abs(amount), unit)
    decimals = f"{rest:0{len(str(unit)) - 1}}".rstrip("0") if rest else ""
    decimals = decimals.ljust(places, "0")
    text = f"{whole:,}.{decimals}" if decimals else f"{whole:,}"
    return f"−{text}" if amount < 0 else text


def without_zeros(text: str) -> str:
    """Return a number without the zeros that say nothing: '8.50' is '8.5', '80.00' is '80'."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def format_rounded(amount: int | Fraction, unit: int, places: int) -> str:
    """Return the amount in `unit` CNY with `places` decimals, half up, thousands separated, a true minus sign."""
    return quotient(amount.numerator, amount.denominator * unit, places)


def quotient(above: int, below: int, places: int) -> str:
    """The same of any two numbers, of which the second is above nought. Whole numbers all the way: pages write hundreds."""
    power = 10**places
    whole, decimals = divmod((2 * abs(above) * power + below) // (2 * below), power)
    text = f"{whole:,}.{decimals:0{places}}" if places else f"{whole:,}"
    return f"−{text}" if above < 0 else text


def ratio(part: int | None, whole: int | None) -> Fraction | None:
    """Return part ÷ whole; None when either is not known or the whole is zero."""
    return Fraction(part, whole) if part is not None and whole else None
