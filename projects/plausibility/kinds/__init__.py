"""Kinds of plausibility rules, each declared once, by name and by the records that they look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from . import amounts, days, identity, published, reports
from .kind import Kind

KINDS: Mapping[str, Kind] = {
    kind.name.value: kind for kind in (*amounts.KINDS, *identity.KINDS, *days.KINDS, *reports.KINDS, *published.KINDS)
}


def kinds_about(model: str) -> Sequence[Kind]:
    """The kinds that look at records of a model, by its lower-case name."""
    return _BY_MODEL.get(model, ())


_BY_MODEL: dict[str, list[Kind]] = {}
for _kind in KINDS.values():
    for _model in _kind.looks_at:
        _BY_MODEL.setdefault(_model, []).append(_kind)
