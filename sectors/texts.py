"""Rules of texts: what one may be made of, characters that can be shown, and at least one that can be seen.

In names, codes and all else that is written in one line every character can be seen: two that look the same are the same.
Words that go on for lines may hold what joins or parts their letters, but nothing that turns the direction of reading.
"""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# controls but for tab and the ends of lines, halves of surrogate pairs, and the code points that are no characters
_PLANES = "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
_NOT_SHOWN = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_PLANES}]")
_UNSEEN = ("Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me")
_FILLERS = "\u115f\u1160\u2800\u3164\uffa0"  # letters and signs by name that are blank in every font


# format characters, but for those below, and what is blank in every font; signs of variants follow one that is seen
_DIRECTION = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNSEEN_HERE = re.compile(
    f"[\u00ad\u034f\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065"
    f"\u206a-\u206f\ufeff\ufff0-\ufffb{_FILLERS}\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
)
_TURNING = re.compile(f"[{_DIRECTION}]")
_ENDS_OF_LINES = re.compile("[\t\n\r\u2028\u2029]")  # and the tab, which is shown as a blank wherever these are


def check_text(text: str) -> None:
    """A validator: raises `ValidationError`. What is blank altogether is the matter of each field."""
    if found := _NOT_SHOWN.search(text):
        raise ValidationError(
            _("The text has a character that cannot be shown (%(code)s)."), params={"code": code_of(found[0])}
        )
    if text.strip() and not any(map(_is_seen, text)):
        raise ValidationError(_("The text has no character that can be seen."))


def check_direction(text: str) -> None:
    """A validator of words: nothing in them turns the direction of reading, which could show one thing and say another."""
    if not text.isascii() and (found := _TURNING.search(text)):
        raise ValidationError(
            _("The text has a character that turns the direction of reading (%(code)s). Type it anew."),
            params={"code": code_of(found[0])},
        )


def check_line(text: str) -> None:
    """A validator of names, codes and whatever else stands in one line: besides, each of its characters can be seen."""
    check_direction(text)
    if found := _ENDS_OF_LINES.search(text):
        raise ValidationError(
            _("The text goes on in another line or column (%(code)s). Type it in one."),
            params={"code": code_of(found[0])},
        )
    if not text.isascii() and (found := _UNSEEN_HERE.search(text)):
        raise ValidationError(
            _("The text has a character that cannot be seen (%(code)s). Type it anew."),
            params={"code": code_of(found[0])},
        )


def code_of(character: str) -> str:
    return f"U+{ord(character):04X}"


def _is_seen(character: str) -> bool:
    return unicodedata.category(character) not in _UNSEEN and character not in _FILLERS


def web_address(url: str) -> str:
    """Return the address where a browser may follow it; empty for one that is none of the web, such as a stored script."""
    return url if url.lower().startswith(("https://", "http://")) else ""
