"""Formatting of amounts, shares, months and dates in the reader's language.

Inside, money is whole CNY and shares are fractions; here they become text. Chinese readers think in 亿元 and 万元, those
of English in billions and millions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from fractions import Fraction

from django.utils import timezone
from django.utils.translation import ngettext

from projects.choices import Unit
from projects.money import BILLION, MILLION, WAN, YI, decimals_of, format_exact, format_rounded, in_unit, quotient
from projects.periods import Month
from projects.text import listing as listing
from projects.workflows.transitions import Transition
from sectors.models import in_language

MOST_DAYS = 60  # what is longer is said in months: nobody pictures 963 days
HUNDREDFOLD = 100  # a share above it says of a plan that it is no plan, not how far it is done
_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Form:
    """A way to write money: the unit, its name, and how many decimals."""

    unit: int
    name: str
    places: int
    least_places: int | None = None  # trailing zeros are dropped down to this many


_FORMS = {
    # name: (Chinese, English)
    "table": (Form(YI, "亿元", 2), Form(BILLION, "billion CNY", 3)),
    "headline": (Form(YI, "亿元", 1), Form(BILLION, "billion CNY", 2, least_places=1)),
    "map": (Form(YI, "亿元", 1), Form(BILLION, "billion CNY", 2)),  # many side by side, so each with as many decimals
}
_PRECISE = (Form(WAN, "万元", 0), Form(MILLION, "million CNY", 2))


_small: ContextVar[bool] = ContextVar("amounts in small units", default=False)


@contextmanager
def in_small_units() -> Iterator[None]:
    """Write every amount meanwhile in 万元 or million CNY, as a person chose for a page."""
    token = _small.set(True)
    try:
        yield
    finally:
        _small.reset(token)


def _form(name: str) -> Form:
    chinese, english = _PRECISE if name == "precise" or _small.get() else _FORMS[name]
    return chinese if in_chinese() else english


def in_chinese() -> bool:
    """Whether the reader reads Chinese, and so 亿元."""
    return in_language("zh", "en") == "zh"


def decimals_of_unit(form: str = "table") -> int:
    """How many decimals an amount of whole CNY can have in the unit of a form."""
    return decimals_of(unit_of(form))


def places_of(form: str = "table") -> int:
    """How many of them it shows."""
    return _form(form).places


def money_unit(form: str = "table") -> str:
    """The name of the unit that `money` writes in: 亿元, billion CNY."""
    return _form(form).name


def unit_of(form: str = "table") -> int:
    """How many CNY the unit of a form is."""
    return _form(form).unit


def money(amount: int | Fraction, form: str = "table") -> str:
    """An amount of CNY in the unit of its form, without the unit's name: '1,385.00', '138.500'.

    `precise` loses nothing, so that a column can be added up by hand.
    """
    written = _form(form)
    if form == "precise" and isinstance(amount, int):
        return format_exact(amount, written.unit, written.places)
    text = _unsigned_zero(format_rounded(amount, written.unit, written.places))
    if written.least_places is None:
        return text
    whole, _dot, decimals = text.partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(written.least_places, '0')}"


def money_with_unit(amount: int | Fraction, form: str = "headline") -> str:
    return with_unit(money(amount, form), form)


def with_unit(amount: str, form: str) -> str:
    """An amount that is written in the unit of a form, and the unit's name."""
    return f"{amount} {money_unit(form)}"


def exact_money(amount: int) -> str:
    """Every digit that was published, in the unit of tables: '22.624412', '33.39'."""
    written = _form("table")
    return format_exact(amount, written.unit, written.places)


def signed_exact_money(difference: int) -> str:
    """The same with its sign."""
    return _signed(exact_money(difference), positive=difference > 0)


def shortest_money(amount: int, form: str = "table") -> str:
    """Every digit and none that says nothing: '8,094', '0.8094'."""
    return format_exact(amount, _form(form).unit)


def typed_money(amount: int | None, form: str = "table") -> str:
    """What stands in a field to type an amount in: '1234.5'; empty when it is not known."""
    return "" if amount is None else in_unit(amount, _form(form).unit)


def signed_money(amount: int | Fraction, form: str = "headline") -> str:
    """With its sign, for gaps: '+0.4', '−77.6'."""
    return _signed(money(amount, form), positive=amount > 0)


def count(number: int) -> str:
    return f"{number:,}"


def signed_count(difference: int) -> str:
    """With its sign: '+3', '−2', '0'."""
    return f"{difference:+,}".replace("-", "−") if difference else "0"


def number(value: int, unit: Unit, form: str = "table") -> str:
    """A figure's value as text: money in the unit of its form, anything else as a plain number."""
    return money(value, form) if unit == Unit.CNY else count(value)


def signed_number(difference: int, unit: Unit, form: str) -> str:
    """A difference of two values of a figure, with its sign."""
    return signed_money(difference, form) if unit == Unit.CNY else signed_count(difference)


def in_its_unit(value: int | Fraction, unit: Unit, form: str = "table") -> Fraction:
    """The same as a number, nothing rounded."""
    return Fraction(value, unit_of(form)) if unit == Unit.CNY else Fraction(value)


def unit_name(unit: Unit, form: str = "table") -> str:
    """What stands after a figure's value."""
    return money_unit(form) if unit == Unit.CNY else str(unit.label)


def share(part: Fraction | None, places: int = 1) -> str:
    """A share of 1 in per cent, without the sign: '33.6'; beyond a hundredfold only that it is: '>10,000'."""
    if part is None:
        return ""
    if abs(part) > HUNDREDFOLD:
        return f"{'>' if part > 0 else '<−'}{HUNDREDFOLD * 100:,}"
    return _unsigned_zero(quotient(part.numerator * 100, part.denominator, places))


def percent(part: Fraction | None, places: int = 1) -> str:
    return "" if part is None else f"{share(part, places)}%"


def part_in_percent(part: Fraction | None) -> str:
    """A share above nought that is never written as nought."""
    text = percent(part)
    return text if part is None or any(digit in text for digit in "123456789") else "<0.1%"


def points(difference: Fraction | None) -> str:
    """A difference of two shares in percentage points, with its sign: '−16.4', '−9.9'."""
    return "" if difference is None else _signed(_beside_limits(difference), positive=0 < difference <= HUNDREDFOLD)


def _beside_limits(part: Fraction) -> str:
    """Return a share, whole only where it is: limits of lights are whole, and what is just short of one is no limit."""
    text, value = share(part), part * 100
    whole = round(value)
    if value == whole or not whole or not text.endswith(".0"):
        return text
    return share((whole + Fraction(1 if value > whole else -1, 10)) / 100)


def compared_points(difference: Fraction | None, *, behind: str, level: str, ahead: str, **named: str) -> str:
    """A difference of two shares in words; each text but `level` holds `%(points)s`, and all may hold what is `named`."""
    text = _beside_limits(abs(difference)) if difference is not None else ""
    if not any(digit in text for digit in "123456789") or difference is None:
        return level % named
    return (behind if difference < 0 else ahead) % (named | {"points": text})


def month_name(month: int) -> str:
    return in_language(f"{month}月", _MONTHS[month - 1])


def short_month(month: int) -> str:
    return in_language(f"{month}月", _MONTHS[month - 1][:3])


def months(first: int, last: int) -> str:
    """Months of a year from one to another: '1–6月', 'January to June'; one alone is just named."""
    if first == last:
        return month_name(last)
    return in_language(f"{first}–{last}月", f"{month_name(first)} to {month_name(last)}")


def short_months(first: int, last: int) -> str:
    """The same where there is little room: '1–6月', 'Jan–Jun'."""
    if first == last:
        return short_month(last)
    return in_language(f"{first}–{last}月", f"{short_month(first)}–{short_month(last)}")


def months_of_year(first: int, last: int, year: int) -> str:
    """'2023年1–6月', 'January to June 2023'."""
    return in_language(f"{year}年{months(first, last)}", f"{months(first, last)} {year}")


def month_of_year(month: Month) -> str:
    """'2023年6月', 'June 2023'."""
    return in_language(f"{month.year}年{month.number}月", f"{month_name(month.number)} {month.year}")


def minute(moment: dt.datetime) -> str:
    """A point in time to the minute, in the site's time zone."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


def clauses(parts: Iterable[str]) -> str:
    """Parts of a sentence: '甲，乙', 'a, b', without those that are empty."""
    return in_language("，", ", ").join(filter(None, parts))


def sentences(parts: list[str]) -> str:
    """Sentences one after another, with a blank between them where the language has one."""
    return space().join(part for part in parts if part)


def space() -> str:
    """What stands after a full stop or a colon: a blank in English; in Chinese the mark itself is wide enough."""
    return "" if in_chinese() else " "


def sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]


def _unsigned_zero(text: str) -> str:
    return text.lstrip("−") if text.startswith("−") and text.strip("−0.") == "" else text


def _signed(text: str, *, positive: bool) -> str:
    return f"+{text}" if positive and any(digit in text for digit in "123456789") else text


def overdue_time(days: int) -> str:
    """Return how long something is late, such as '23 days overdue', '5 months overdue', 'more than 2 years overdue'."""
    if days <= MOST_DAYS:
        return ngettext("%(days)s day overdue", "%(days)s days overdue", days) % {"days": days}
    months = days * 12 // 365
    if months < 12:
        return ngettext("%(months)s month overdue", "%(months)s months overdue", months) % {"months": months}
    years = months // 12
    return ngettext("more than %(years)s year overdue", "more than %(years)s years overdue", years) % {"years": years}


def step_message(transition: Transition, number: int) -> str:
    """Return what was done with `number` records by a step of a workflow, and what happens next."""
    return sentences([transition.done % {"number": number, "count": count(number)}, str(transition.then)])
