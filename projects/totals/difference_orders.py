"""Orders of records that differ between two states, as SQL over the columns of `differences`."""

from __future__ import annotations

from collections.abc import Sequence

from projects.choices import Difference
from projects.pagination import both_ways

CODE = "code"
SORTED_BY = {  # the dimensions that a record is sorted by, and the columns that say how
    "sector": "sector_id",
    "chain_link": "chain_link_id",
    "prefecture": "prefecture_id",
    "basis": "basis",
    "transferred": "transferred",
    "kind": "kind",
}
SIDES = ("before", "after")
CAME_OR_WENT = "was <> is_there"
CHANGES = {Difference.ADDED: "was = 0", Difference.REMOVED: "is_there = 0", Difference.CHANGED: "was = is_there"}
EFFECT_ORDERS = ("", *both_ways((CODE, "before", "after", "difference")))  # usually the largest first, either way


def orders(figures: Sequence[str]) -> tuple[str, ...]:
    """What records that differ can be ordered by: code, what became of them, whether they are sorted otherwise, effects."""
    return both_ways((CODE, "kind", "classes", *figures))


def ordered_effects(order: str, figure: str) -> str:
    """As SQL: who had or has no part last, and alike ones by their code."""
    name, way = order.removeprefix("-"), "DESC" if order.startswith("-") else "ASC"
    if name == CODE:
        return f"code {way}"
    if name in SIDES:
        return f"CASE WHEN {name}_{figure} IS NULL THEN 1 ELSE 0 END, {name}_{figure} {way}, code"
    return f"{_amount(figure)} {way}, code" if name else f"ABS({_amount(figure)}) DESC, code"


def ordered(order: str) -> str:
    """An order as SQL: what had no effect on a figure last, and alike ones by their code."""
    name, way = order.removeprefix("-"), "DESC" if order.startswith("-") else "ASC"
    if name == CODE:
        return f"code {way}"
    if name == "kind":
        turns = " ".join(f"WHEN {when} THEN {turn}" for turn, when in enumerate(CHANGES.values()))
        return f"CASE {turns} END {way}, code"
    if name == "classes":
        return f"CASE WHEN {sorted_otherwise()} THEN 1 ELSE 0 END {way}, code"
    return f"CASE WHEN {effect_on(name)} THEN 0 ELSE 1 END, {_amount(name)} {way}, code"


def _amount(figure: str) -> str:
    return f"COALESCE(after_{figure}, 0) - COALESCE(before_{figure}, 0)"


def sorted_otherwise() -> str:
    """Of what is among the projects of the question on both sides."""
    otherwise = " OR ".join(_differs(f"was_{name}", f"is_{name}") for name in SORTED_BY)
    return f"(was_listed = 1 AND is_listed = 1 AND ({otherwise}))"


def effect_on(figure: str) -> str:
    return _differs(f"before_{figure}", f"after_{figure}")


def _differs(one: str, other: str) -> str:
    return f"({one} IS DISTINCT FROM {other})"
