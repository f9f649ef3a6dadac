"""Words in a row."""

from __future__ import annotations

from collections.abc import Iterable

from sectors.models import in_language


def listing(parts: Iterable[str]) -> str:
    """Names or values in a row, as sentences hold them: '甲、乙', 'a, b'."""
    return in_language("、", ", ").join(parts)
