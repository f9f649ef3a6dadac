"""The character set that Content-Type names, by which Django reads parameters and bodies."""

from __future__ import annotations

import codecs
from functools import lru_cache

_EVERY_BYTE = bytes(range(256))
_OF_DOMAIN_NAMES = ("idna", "punycode")  # of single names; Python 3.13 reads any bytes by the second, 3.11 does not


@lru_cache(maxsize=64)
def is_of_text(name: str) -> bool:
    """Whether any bytes can be read by it, or nobody knows it, when it is passed over.

    Python knows codecs that are none of text (base64), or cannot read any (idna).
    """
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError):  # as a name with a NUL
        return True
    if known in _OF_DOMAIN_NAMES:
        return False
    try:
        _EVERY_BYTE.decode(name, "replace")
    except (LookupError, UnicodeError):
        return False
    return True
