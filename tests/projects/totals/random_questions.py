"""Filters made by hypothesis, and which projects pass them, computed without the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from projects.choices import Basis, ListStatus, ProjectKind, Transferred
from projects.models import Project

from ..asking import Pairs
from .random_register import EDGES, KEYS, READINGS, WORDS, Facts, amounts

SECTORS = ["advanced-computing", "new-display", "energy-electronics"]
LINKS = ["computing-parks", "battery-cells", "display-modules", "none"]
PREFECTURES = ["430100", "430200", "430700", "none"]
BOUNDS = ["total_investment", "expected_revenue", "planned_disbursement", "disbursed"]

_CHOICES = {
    "sector": SECTORS,
    "chain_link": LINKS,
    "prefecture": PREFECTURES,
    "basis": Basis.values,
    "transferred": Transferred.values,
    "kind": ProjectKind.values,
    "status": ListStatus.values,
    "counted_in": list(READINGS),
    "missing": list(READINGS),
    "having": list(READINGS),
    "complete_in": ["disbursed", "enterprises_attracted"],
    "gaps_in": ["disbursed", "enterprises_attracted"],
}
_some = {name: st.lists(st.sampled_from(values), min_size=1, max_size=2) for name, values in _CHOICES.items()}
_bounds = {
    f"{name}_{end}": st.one_of(st.sampled_from(EDGES), amounts.filter(bool)).map(lambda amount: [str(amount)])
    for name in BOUNDS
    for end in ("min", "max")
}
_dates = st.sampled_from(["2023", "2022-Q4", "2023-06", "2023-06-15", "2024"]).map(lambda text: [text])
_texts = st.lists(st.sampled_from([*WORDS, "T-0", "t-01", "项目"]), min_size=1, max_size=2)
_others = {
    "start_min": _dates,
    "start_max": _dates,
    "search": _texts.map(lambda words: [" ".join(words)]),
    "code": st.sampled_from([["t-00"], ["T-03"], ["nothing"]]),
}


@st.composite
def questions(draw: Any, known: tuple[str, ...] = ()) -> Pairs:
    """A query string of up to three filters, as pairs; only `known` parameters if there are any."""
    strategies = {name: each for name, each in (_some | _bounds | _others).items() if not known or name in known}
    names = draw(st.lists(st.sampled_from(sorted(strategies)), max_size=3, unique=True))
    return [(name, value) for name in names for value in draw(strategies[name])]


def _bound(each: Facts, name: str) -> int | None:
    if name in ("total_investment", "expected_revenue"):
        return getattr(each.project, name)
    return each.planned if name == "planned_disbursement" else each.disbursed


def _edges(text: str) -> tuple[dt.date, dt.date]:
    """First and last day of one of the dates above."""
    return {
        "2023": (dt.date(2023, 1, 1), dt.date(2023, 12, 31)),
        "2022-Q4": (dt.date(2022, 10, 1), dt.date(2022, 12, 31)),
        "2023-06": (dt.date(2023, 6, 1), dt.date(2023, 6, 30)),
        "2023-06-15": (dt.date(2023, 6, 15), dt.date(2023, 6, 15)),
        "2024": (dt.date(2024, 1, 1), dt.date(2024, 12, 31)),
    }[text]


def _is_counted(each: Facts, figure: str) -> bool:
    applies, _value, counted = READINGS[figure]
    return applies(each) and counted(each)


def _is_known(each: Facts, figure: str, *, known: bool = True) -> bool:
    applies, value, _counted = READINGS[figure]
    return applies(each) and (value(each) is not None) == known


def _share_of_months(each: Facts, figure: str) -> tuple[int, int]:
    """In how many months it has the figure, of how many."""
    applies = READINGS[figure][0]
    return len(
        [report for report in each.reports if getattr(report, figure) is not None and applies(each)]
    ), each.months


def _is_complete(each: Facts, figure: str) -> bool:
    has, months = _share_of_months(each, figure)
    return bool(has) and has == months


def _has_gaps(each: Facts, figure: str) -> bool:
    has, months = _share_of_months(each, figure)
    return bool(has) and has < months


def _is_found(project: Project, words: str) -> bool:
    related = [project.enterprise, project.sector, project.chain_link, project.prefecture]
    names = [name for each in (project, *filter(None, related)) for name in (each.name_zh, each.name_en)]
    places = [project.code, *filter(None, [project.national_code, *names])]
    return all(any(word.casefold() in place.casefold() for place in places) for word in words.split())


_BY_NAME: dict[str, Callable[[Facts, list[str]], bool]] = {
    "status": lambda each, values: each.entry is not None and each.entry.status in values,
    "counted_in": lambda each, values: all(_is_counted(each, figure) for figure in values),
    "missing": lambda each, values: all(_is_known(each, figure, known=False) for figure in values),
    "having": lambda each, values: all(_is_known(each, figure) for figure in values),
    "complete_in": lambda each, values: all(_is_complete(each, figure) for figure in values),
    "gaps_in": lambda each, values: all(_has_gaps(each, figure) for figure in values),
    "start_min": lambda each, values: bool(each.project.start) and each.project.start >= _edges(values[0])[0],
    "start_max": lambda each, values: bool(each.project.start) and each.project.start <= _edges(values[0])[1],
    "search": lambda each, values: _is_found(each.project, values[0]),
    "code": lambda each, values: each.project.code == values[0].upper(),
}


def passes(each: Facts, question: Pairs) -> bool:
    """Whether a project is among those that the question is about."""
    asked: dict[str, list[str]] = {}
    for name, value in question:
        asked.setdefault(name, []).append(value)
    return all(_passes_one(each, name, values) for name, values in asked.items())


def _passes_one(each: Facts, name: str, values: list[str]) -> bool:
    if name in KEYS:
        return KEYS[name](each) in values
    if name in _BY_NAME:
        return _BY_NAME[name](each, values)
    figure, end = name.rsplit("_", 1)
    amount, bound = _bound(each, figure), int(values[0])
    return amount is not None and (amount >= bound if end == "min" else amount <= bound)
