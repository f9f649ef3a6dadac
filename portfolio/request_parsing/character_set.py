"""The character set that Content-Type names, by which Django reads parameters and bodies."""

from __future__ import annotations

import codecs
from functools import lru_cache

_EVERY_BYTE = bytes(range(256))


@lru_cache(maxsize=64)
def is_of_text(name: str) -> bool:
    """Whether any bytes can be read by it, or nobody knows it, when it is passed over.

    Python knows codecs that are none of text (base64), or cannot read any (idna).
    """
    try:
        codecs.lookup(name)
    except (LookupError, ValueError):  # as a name with a NUL
        return True
    try:
        _EVERY_BYTE.decode(name, "replace")
    except (LookupError, UnicodeError):
        return False
    return True
