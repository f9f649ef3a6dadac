"""Text: words in a row as the language has them, query strings in UTF-8, numbers in addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote_plus, unquote_to_bytes

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from sectors.models import in_language

LONGEST_WORDS, LONGEST_LINE = 2000, 200  # characters of what people write: sentences, or a name in one line
LONGEST_REASON = 500  # characters of why something is changed
LARGEST_KEY = 10**18  # numbers of records are below it, and either database holds it
MOST_DIGITS = 18  # of such a number: what is longer may not fit into 64 bits
_SHOWN = 80  # characters of a name that are said back


def bilingual(name: str) -> Any:
    """Return a property: what stands in the attributes `<name>_zh` and `<name>_en`, in the reader's language."""
    zh, en = f"{name}_zh", f"{name}_en"
    return property(lambda record: in_language(getattr(record, zh), getattr(record, en)))


class TwoNames:
    """What has a Chinese and an English name; `name` is the one in the reader's language."""

    name_zh: str
    name_en: str
    name = bilingual("name")


def is_key(text: str) -> bool:
    """Return whether a text can be the number of a record, or of a revision, before a database is asked for it."""
    return text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS


def site_address(name: str, *arguments: Any) -> str:
    """Return a page of the site, or an address of its API, with scheme and host: for what is sent."""
    return settings.SITE_URL.rstrip("/") + reverse(name, args=arguments)


def refuse_garbled(request: HttpRequest) -> None:
    """Raise `ValidationError` by parameter for names and values that are no text in UTF-8."""
    # WSGI hands bytes on as Latin-1
    garbled = [pair for pair in request.META.get("QUERY_STRING", "").split("&") if not _is_text(pair)]
    if garbled:
        names = {unquote_plus(pair.partition("=")[0])[:_SHOWN] for pair in garbled}
        raise ValidationError({name: _("This is no text in UTF-8.") for name in names})


def _is_text(pair: str) -> bool:
    if "%" not in pair and pair.isascii():
        return True
    try:
        unquote_to_bytes(pair.encode("latin-1", "replace")).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def listing(parts: Iterable[str]) -> str:
    """Names or values in a row, as sentences hold them: '甲、乙', 'a, b'."""
    return in_language("、", ", ").join(parts)


def with_label(label: str, value: object) -> str:
    """Return a value behind its name: '总投资：10 亿元', 'Total investment: 1 billion CNY'."""
    return f"{label}{in_language('：', ': ')}{value}"


# Formulas: texts that a spreadsheet would calculate

SIGNS = ("=", "+", "-", "@", "|", "＝", "＋", "－", "＠", "｜")
ACTIVE = (*SIGNS, "\t", "\r", "\n")
# what may stand before such a sign unseen; and apostrophes, so that whoever takes one away has the text as it was
UNSEEN = (
    "[\x01-\x08\x0b\x0c\x0e-\x20'\x7f-\xa0\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u1680"
    "\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001"
    "\U000e0020-\U000e007f]"
)
BEGINS_ACTIVE = re.compile(f"{UNSEEN}*[{re.escape(''.join(ACTIVE))}]")
_LATER_LINE = re.compile(f"[\r\n][ \t]*[{re.escape(''.join(SIGNS))}]")


def is_formula(text: str) -> bool:
    """Return whether a spreadsheet might calculate a text: its first line, after what nobody sees, or a later one begins
    with a sign of formulas, of commands (`|`) or with a break.
    """
    return bool(BEGINS_ACTIVE.match(text) or _LATER_LINE.search(text))


def escape_formula(text: str) -> str:
    """Return a text as a cell of CSV has it: with an apostrophe in front where it is a formula."""
    return f"'{text}" if is_formula(text) else text


def unescape_formula(cell: str) -> str:
    """Return the text of such a cell. An apostrophe in front of what is no formula belongs to the text."""
    return cell[1:] if cell.startswith("'") and is_formula(cell[1:]) else cell
