"""What a text of the register may be made of: characters that can be shown, and at least one that can be seen."""

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


def check_text(text: str) -> None:
    """A validator: raises `ValidationError`. What is blank altogether is the matter of each field."""
    if found := _NOT_SHOWN.search(text):
        code = f"U+{ord(found[0]):04X}"
        raise ValidationError(_("The text has a character that cannot be shown (%(code)s)."), params={"code": code})
    if text.strip() and not any(map(_is_seen, text)):
        raise ValidationError(_("The text has no character that can be seen."))


def _is_seen(character: str) -> bool:
    return unicodedata.category(character) not in _UNSEEN and character not in _FILLERS
