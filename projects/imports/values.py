"""Values of cells: what a text of a column stands for. Amounts, codes and days are read as wherever they are typed."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import override

from projects import money
from projects.choices import Basis, ListStatus, Precision, ProjectKind, Stage, Transferred
from projects.imports import cells
from projects.periods import MONTHS_OF_YEAR, Month, PartialDate
from projects.text import listing

from .grid import NumberText
from .references import ReferenceWords, spelled

NOTHING = frozenset({"", "-", "--", "—", "——", "–", "/", "\\", "…"})  # how officials write that there is nothing to say
_PERCENT = re.compile(r"[+-]?[\d.,]+\s*%")
_DATE = re.compile(r"(\d{4})(?:年|[-/.])(\d{1,2})(?:(?:月份?|[-/.])(?:(\d{1,2})日?)?)?(?: 00:00(?::00)?)?")
_YEAR, _QUARTER = re.compile(r"(\d{4})年?"), re.compile(r"(\d{4})年?(?:第|-?q)?([1-4一二三四])(?:季度)?")
_RUN_TOGETHER = re.compile(r"(\d{4})(0[1-9]|1[0-2])(\d{2})?")
_LOST_ZERO = re.compile(r"\d{4}\.1")
_SERIALS = range(18_000, 80_000)  # days from 1949 to 2119, as spreadsheets count them
_EPOCH, _EPOCH_1904 = dt.date(1899, 12, 30), dt.date(1904, 1, 1)
_CODE = re.compile(r"(?=.*[0-9])[0-9A-Z][0-9A-Z._-]*")
_MONTHS_IN_WORDS = (*"一二三四五六七八九十", "十一", "十二")
_BREAK = re.compile("[ \t\n\r\u2028\u2029]*[\t\n\r\u2028\u2029][ \t\n\r\u2028\u2029]*")
_COUNTED = re.compile(r"(\d[\d,]*)(?:个|家|户|项)?")


@dataclass(frozen=True)
class ColumnReading:
    """How the cells of one column are read: an amount in `unit` CNY; names by what there is."""

    references: ReferenceWords
    unit: int = 1
    is_of_1904: bool = False
    knows_types: bool = False
    year: int = 0


Reader = Callable[[str, ColumnReading], Any]


def _however_read(read: Callable[[str], Any]) -> Reader:
    """A reader to which it is all the same how its column is read."""
    return lambda cell, _reading: read(cell)


text, code = _however_read(cells.text), _however_read(cells.code)
national_code, province = _however_read(cells.national_code), _however_read(cells.province)


def line(cell: str, _reading: ColumnReading) -> str:
    """A text of one line. Where its cell was broken into several, Chinese goes on at once and other words after a blank."""
    return _BREAK.sub(lambda found: "" if _is_wide(cell, found) else " ", cell).strip()


def _is_wide(cell: str, found: re.Match[str]) -> bool:
    return all("\u2e80" <= each <= "\uffef" for each in (cell[: found.start()][-1:], cell[found.end() :][:1]) if each)


def is_national_code(cell: str) -> bool:
    """Whether a text has the form of one."""
    try:
        return bool(cells.national_code(cell))
    except ValidationError:
        return False


def is_code(cell: str) -> bool:
    """Whether a text looks like a code of the register: signs without a blank, a digit among them."""
    return bool(_CODE.fullmatch(cells.code(cell))) and not is_national_code(cell)


def amount(cell: str, reading: ColumnReading, *, signed: bool = False) -> int:
    """Whole CNY: a unit in the cell wins over that of the column."""
    if _PERCENT.fullmatch(unicodedata.normalize("NFKC", cell)):
        raise ValidationError(_("“%(value)s” is a share, no amount.") % {"value": cell}, code="share")
    return money.cny(cell, unit=reading.unit, signed=signed)


def signed_amount(cell: str, reading: ColumnReading) -> int:
    return amount(cell, reading, signed=True)


def whole_number(cell: str, _reading: ColumnReading) -> int:
    found = _COUNTED.fullmatch(money.half_width(cell).strip())
    return cells.whole_number(found[1].replace(",", "") if found else cell)


def partial_date(cell: str, reading: ColumnReading) -> PartialDate:
    """A date as exactly as it is said: 2023, 2023年2月, 2023.2.7, 2023年一季度, or the number of a day."""
    plain = unicodedata.normalize("NFKC", cell).strip().lower()
    if _LOST_ZERO.fullmatch(plain) and (isinstance(cell, NumberText) or not reading.knows_types):
        month = _("“%(value)s” can be January or October: Excel loses the zero of a number. Write 2023-01 or 2023-10.")
        raise ValidationError(month % {"value": cell}, code="january_or_october")
    return PartialDate.parse(_as_typed(plain, reading) or cell)


def _as_typed(plain: str, reading: ColumnReading) -> str:
    """The form in which dates are typed; '' for what is none."""
    if plain.isascii() and plain.isdigit() and int(plain) in _SERIALS:
        first = _EPOCH_1904 if reading.is_of_1904 else _EPOCH
        return (first + dt.timedelta(days=int(plain))).isoformat()
    if found := _YEAR.fullmatch(plain):
        return found[1]
    if found := _DATE.fullmatch(plain) or _RUN_TOGETHER.fullmatch(plain):
        return "-".join([found[1], *(f"{int(part):02}" for part in found.groups()[1:] if part)])
    if found := _QUARTER.fullmatch(plain):
        number = "一二三四".find(found[2]) + 1 or found[2]
        return f"{found[1]}-Q{number}"
    return ""


def day(cell: str, reading: ColumnReading) -> dt.date:
    return cells.as_day(cell, partial(partial_date, reading=reading))


def month(cell: str, reading: ColumnReading) -> Month:
    """A month with its year, or by its number alone in the year of the programme."""
    plain = unicodedata.normalize("NFKC", cell).strip().removesuffix("份").removesuffix("月")
    if plain in _MONTHS_IN_WORDS and "月" in cell:
        return Month(reading.year, _MONTHS_IN_WORDS.index(plain) + 1)
    if plain.isascii() and plain.isdigit() and 1 <= int(plain) <= MONTHS_OF_YEAR:
        return Month(reading.year, int(plain))
    try:
        found = partial_date(cell, reading)
    except ValidationError as error:
        if error.code == "january_or_october":
            raise
        return Month.parse(cell)  # which says that it is no month
    if found.precision in (Precision.YEAR, Precision.QUARTER):
        return Month.parse(cell)  # which says what is missing
    return Month(found.first.year, found.first.month)


def sector(cell: str, reading: ColumnReading) -> Any:
    return reading.references.sector(cell)


def chain_link(cell: str, reading: ColumnReading) -> Any:
    return reading.references.chain_link(cell)


def prefecture(cell: str, reading: ColumnReading) -> Any:
    return reading.references.prefecture(cell)


def _one_of(choices: type[TextChoices], others: Mapping[str, str] | None = None) -> Reader:
    """A value of a closed list by its code, by its word in either language, or by one of `others`."""

    @cache
    def words() -> Mapping[str, str]:
        found = {spelled(word): code for word, code in (others or {}).items()}
        for language, _name in settings.LANGUAGES:
            with override(language):
                found |= {spelled(str(label)): code for code, label in choices.choices}
        return found | {spelled(code): code for code in choices.values}

    def read(cell: str, _reading: ColumnReading) -> str:
        value = words().get(spelled(cell))
        if value is None:
            known = listing(str(label) for label in choices.labels)
            told = _("There is no “%(value)s” here. Choose one of: %(known)s.")
            raise ValidationError(told % {"value": cell, "known": known}, code="invalid_choice")
        return value

    return read


_YES = dict.fromkeys(("√", "✓", "✔", "☑", "对", "true", "y"), Transferred.YES.value)
_NO = dict.fromkeys(("×", "✗", "✘", "false", "n", "不是"), Transferred.NO.value)
kind = _one_of(ProjectKind, {"产业项目": "plant", "园区": "park", "平台": "park"})
basis = _one_of(Basis)
status = _one_of(ListStatus, {"新开工": "new", "新建项目": "new", "续建项目": "continuing", "在建": "continuing"})
stage = _one_of(Stage)
transferred = _one_of(Transferred, _YES | _NO)


def is_stage(cell: str) -> bool:
    """Whether a text is the word of a stage."""
    try:
        stage(cell, ColumnReading(ReferenceWords()))
    except ValidationError:
        return False
    return True
