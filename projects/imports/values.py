"""Values of cells: what a text of a column stands for. Amounts, codes and days are read as wherever they are typed.

A reader makes a value of a text that is not blank, or raises `ValidationError`.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Model, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from projects import money
from projects.choices import (
    Basis,
    ClaimFigure,
    ListStatus,
    Measure,
    Precision,
    ProjectKind,
    Relation,
    ReportState,
    Stage,
    TargetKind,
    Transferred,
)
from projects.models import Prefecture
from projects.models.fields import NationalCodeField, normalised_code
from projects.periods import MONTHS_OF_YEAR, Month, PartialDate
from projects.text import listing
from sectors.models import ChainLink, Sector
from sectors.provinces import Province

from .books import NumberText

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
# how a cell says that a project has been on the list of the year from its start
FROM_THE_START = frozenset(
    {"年初", "从年初", "自年初", "从年初起", "自年初起", "年初起", "年初即在", "fromthestart", "fromthestartoftheyear"}
)
_ALLOWED_CONTROLS = "\t\n\r"
_NATIONAL_CODE = NationalCodeField(null=True, blank=True)
_DIVISIONS = ("土家族苗族自治州", "自治州", "市", "州")
_UNKNOWN: Mapping[type[Model], Any] = {
    Sector: gettext_lazy("There is no sector “%(value)s”."),
    ChainLink: gettext_lazy("There is no chain link “%(value)s”."),
    Prefecture: gettext_lazy("There is no prefecture “%(value)s”."),
}
_MONTHS = [name.lower() for name in calendar.month_name[1:]]  # as the register's CSV files write them
_THROUGH = re.compile(rf"(?P<name>.+)_(?:to|by)_(?P<month>{'|'.join(_MONTHS)})")
_PROGRESS = re.compile(rf"progress_of_year_plan_percent_(?P<month>{'|'.join(_MONTHS)})_(?P<year>\d{{4}})")
OUTPUT_VALUE = "output_value"
_OTHER_NAMES = {
    "disbursement": Measure.DISBURSED,
    "started": Measure.STARTED_COUNT,
    "trial_production": Measure.TRIAL_PRODUCTION_COUNT,
    "continuing": Measure.CONTINUING_COUNT,
}


def normalize_name(text: str) -> str:
    """One spelling of a name: NFKC, small letters, no blanks."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


class ReferenceWords:
    """Sectors, chain links and prefectures by their code or by their name in either language, read once for a whole file."""

    def __init__(self) -> None:
        self._records: dict[type[Model], dict[str, Any]] = {}

    def find(self, model: type[Model], word: str) -> Any:
        """Raises `ValidationError` for a word that names nothing, or two records."""
        if model not in self._records:
            self._records[model] = _by_word(model)
        record = self._records[model].get(normalize_name(word))
        if record is None:
            raise ValidationError(_UNKNOWN[model] % {"value": word}, code="unknown")
        return record


def _by_word(model: type[Model]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    records: Any = model._default_manager.select_related()
    for record in records:
        for word in {*map(normalize_name, (record.natural_key()[0], record.name_zh, record.name_en))} - {""}:
            found[word] = None if word in found else record
    for word, record in [*found.items()] if model is Prefecture else ():
        for division in _DIVISIONS:
            if word.endswith(division):
                found.setdefault(word.removesuffix(division), record)
    return found


@dataclass(frozen=True)
class CellContext:
    """How the cells of one column are read: an amount in `unit` CNY; names by what there is."""

    references: ReferenceWords = field(default_factory=ReferenceWords)
    unit: int = 1
    is_of_1904: bool = False
    knows_types: bool = False
    year: int = 0


Reader = Callable[[str, CellContext], Any]


def read_cell(text: str, read: Reader, context: CellContext) -> Any:
    """Return the value of a text that is not blank. Raises `ValidationError`, also for what the register may not hold."""
    if not text.isprintable():
        controls = {char for char in text if unicodedata.category(char) == "Cc" and char not in _ALLOWED_CONTROLS}
        if controls:
            codes = listing(f"U+{ord(char):04X}" for char in sorted(controls))
            raise ValidationError(_("The text has control characters: %(found)s.") % {"found": codes}, code="controls")
    return read(text, context)


def text(cell: str, _context: CellContext) -> str:
    return cell


def code(cell: str, _context: CellContext) -> str:
    return normalised_code(cell)


def national_code(cell: str, _context: CellContext) -> str:
    return _NATIONAL_CODE.clean(cell, None)


def reference_code(cell: str, _context: CellContext) -> str:
    """A code of the reference data: full-width letters become ASCII, upper case lower."""
    return unicodedata.normalize("NFKC", cell).strip().lower()


def line(cell: str, _context: CellContext) -> str:
    """A text of one line. Where its cell was broken into several, Chinese goes on at once and other words after a blank."""
    return _BREAK.sub(lambda found: "" if _is_wide(cell, found) else " ", cell).strip()


def _is_wide(cell: str, found: re.Match[str]) -> bool:
    return all("\u2e80" <= each <= "\uffef" for each in (cell[: found.start()][-1:], cell[found.end() :][:1]) if each)


def is_national_code(cell: str) -> bool:
    """Whether a text has the form of one."""
    try:
        return bool(_NATIONAL_CODE.clean(cell, None))
    except ValidationError:
        return False


def is_code(cell: str) -> bool:
    """Whether a text looks like a code of the register: signs without a blank, a digit among them."""
    return bool(_CODE.fullmatch(normalised_code(cell))) and not is_national_code(cell)


def amount(cell: str, context: CellContext, *, signed: bool = False) -> int:
    """Whole CNY: a unit in the cell wins over that of the column."""
    if _PERCENT.fullmatch(unicodedata.normalize("NFKC", cell)):
        raise ValidationError(_("“%(value)s” is a share, no amount.") % {"value": cell}, code="share")
    return money.cny(cell, unit=context.unit, signed=signed)


def signed_amount(cell: str, context: CellContext) -> int:
    return amount(cell, context, signed=True)


def whole_number(cell: str, _context: CellContext) -> int:
    found = _COUNTED.fullmatch(money.half_width(cell).strip())
    number = found[1].replace(",", "") if found else ""
    if not re.fullmatch(r"[0-9]{1,18}", number):
        raise ValidationError(_("“%(value)s” is not a whole number.") % {"value": cell})
    return int(number)


def partial_date(cell: str, context: CellContext) -> PartialDate:
    """A date as exactly as it is said: 2023, 2023年2月, 2023.2.7, 2023年一季度, or the number of a day."""
    plain = unicodedata.normalize("NFKC", cell).strip().lower()
    if _LOST_ZERO.fullmatch(plain) and (isinstance(cell, NumberText) or not context.knows_types):
        month = _("“%(value)s” can be January or October: Excel loses the zero of a number. Write 2023-01 or 2023-10.")
        raise ValidationError(month % {"value": cell}, code="january_or_october")
    return PartialDate.parse(_normalize_date(plain, context) or cell)


def _normalize_date(plain: str, context: CellContext) -> str:
    """The form in which dates are typed; '' for what is none."""
    if plain.isascii() and plain.isdigit() and int(plain) in _SERIALS:
        first = _EPOCH_1904 if context.is_of_1904 else _EPOCH
        return (first + dt.timedelta(days=int(plain))).isoformat()
    if found := _YEAR.fullmatch(plain):
        return found[1]
    if found := _DATE.fullmatch(plain) or _RUN_TOGETHER.fullmatch(plain):
        return "-".join([found[1], *(f"{int(part):02}" for part in found.groups()[1:] if part)])
    if found := _QUARTER.fullmatch(plain):
        number = "一二三四".find(found[2]) + 1 or found[2]
        return f"{found[1]}-Q{number}"
    return ""


def day(cell: str, context: CellContext) -> dt.date:
    """A date that is exact to the day. What is none is told in words that ask for a day."""
    try:
        found = partial_date(cell, context)
    except ValidationError as error:
        if error.code != "invalid":
            raise
        found = None
    if found is None or found.first != found.last:
        raise ValidationError(_("“%(value)s” is not a day. Type it as 2023-06-30.") % {"value": cell})
    return found.first


def day_of_joining(cell: str, context: CellContext) -> dt.date:
    """The day on which a project joined its list, 1 January where the cell says that it is there from the start."""
    return dt.date(context.year, 1, 1) if normalize_name(cell) in FROM_THE_START else day(cell, context)


def month(cell: str, context: CellContext) -> Month:
    """A month with its year, or by its number alone in the year of the programme."""
    plain = unicodedata.normalize("NFKC", cell).strip().removesuffix("份").removesuffix("月")
    if plain in _MONTHS_IN_WORDS and "月" in cell:
        return Month(context.year, _MONTHS_IN_WORDS.index(plain) + 1)
    if plain.isascii() and plain.isdigit() and 1 <= int(plain) <= MONTHS_OF_YEAR:
        return Month(context.year, int(plain))
    try:
        found = partial_date(cell, context)
    except ValidationError as error:
        if error.code == "january_or_october":
            raise
        return Month.parse(cell)  # which says that it is no month
    if found.precision in (Precision.YEAR, Precision.QUARTER):
        return Month.parse(cell)  # which says what is missing
    return Month(found.first.year, found.first.month)


def sector(cell: str, context: CellContext) -> Any:
    return context.references.find(Sector, cell)


def chain_link(cell: str, context: CellContext) -> Any:
    return context.references.find(ChainLink, cell)


def prefecture(cell: str, context: CellContext) -> Any:
    return context.references.find(Prefecture, cell)


def _choice_reader(choices: type[TextChoices], others: Mapping[str, str] | None = None) -> Reader:
    """A value of a closed list by its code, by its word in either language, or by one of `others`."""

    @cache
    def words() -> Mapping[str, str]:
        found = {normalize_name(word): code for word, code in (others or {}).items()}
        for language, _name in settings.LANGUAGES:
            with override(language):
                found |= {normalize_name(str(label)): code for code, label in choices.choices}
        return found | {normalize_name(code): code for code in choices.values}

    def read(cell: str, _context: CellContext) -> str:
        value = words().get(normalize_name(cell))
        if value is None:
            known = listing(str(label) for label in choices.labels)
            told = _("There is no “%(value)s” here. Choose one of: %(known)s.")
            raise ValidationError(told % {"value": cell, "known": known}, code="invalid_choice")
        return value

    return read


_YES = dict.fromkeys(("√", "✓", "✔", "☑", "对", "true", "y"), Transferred.YES.value)
_NO = dict.fromkeys(("×", "✗", "✘", "false", "n", "不是"), Transferred.NO.value)
kind = _choice_reader(ProjectKind, {"产业项目": "plant", "园区": "park", "平台": "park"})
basis = _choice_reader(Basis)
status = _choice_reader(
    ListStatus, {"新开工": "new", "新建项目": "new", "续建项目": "continuing", "在建": "continuing"}
)
stage = _choice_reader(Stage)
report_state, target_kind, relation = _choice_reader(ReportState), _choice_reader(TargetKind), _choice_reader(Relation)
transferred = _choice_reader(Transferred, _YES | _NO)


province = _choice_reader(Province)  # by its two-digit code or its name


# what only the register's CSV files say


def metric(cell: str, _context: CellContext) -> tuple[Measure, int | None]:
    """What a target measures and the month through which it speaks: `disbursement_to_june` is (disbursed, 6)."""
    name, through = cell.lower(), None
    if match := _THROUGH.fullmatch(name):
        name, through = match["name"], _MONTHS.index(match["month"]) + 1
    measure = _OTHER_NAMES.get(name) or next((each for each in Measure if each.value == name), None)
    known = [*Measure.values, "disbursement_to_june", "started_by_june", "trial_production_by_june"]
    return _require_known(cell, measure, known), through


def claim_figure(cell: str, _context: CellContext) -> tuple[ClaimFigure, int | None, int | None, bool]:
    """The figure of a claim, and month and year for progress: `progress_of_year_plan_percent_june_2023`.

    `output_value` is revenue of which the source says, as the last value, that it is output value.
    """
    name = cell.lower()
    if match := _PROGRESS.fullmatch(name):
        return ClaimFigure.YEAR_PLAN_PROGRESS, _MONTHS.index(match["month"]) + 1, int(match["year"]), False
    if name == OUTPUT_VALUE:
        return ClaimFigure.EXPECTED_REVENUE, None, None, True
    plain = [each for each in ClaimFigure if each != ClaimFigure.YEAR_PLAN_PROGRESS]
    known = [*(each.value for each in plain), OUTPUT_VALUE, "progress_of_year_plan_percent_june_2023"]
    return _require_known(cell, next((each for each in plain if each.value == name), None), known), None, None, False


def _require_known(cell: str, value: Any, known: list[str]) -> Any:
    """Return a value that was found. Raises `ValidationError` with what is known, where none was."""
    if value is None:
        message = _("“%(value)s” is not known here. Known: %(known)s.")
        raise ValidationError(message % {"value": cell, "known": listing(known)}, code="invalid_choice")
    return value
