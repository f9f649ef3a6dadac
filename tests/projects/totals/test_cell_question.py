"""Statements about sums that the database keeps are made once for all months, sectors and prefectures."""

from __future__ import annotations

from typing import Any

import pytest

from projects.database import prepared_statements
from projects.totals import rollup_sums
from projects.totals.cell_question import CellQuestion
from projects.totals.scope import Scope
from projects.totals.totals import breakdowns

from ..asking import scope_of

QUESTIONS: list[dict[str, Any]] = [
    {"sector": sector, "prefecture": prefecture, months: f"2023-{month}"}
    for sector, prefecture, month in (("new-display", "430100", "04"), ("energy-electronics", "430200", "03"))
    for months in ("through", "month")
]


def answered(scope: Scope) -> list[Any]:
    return [answer.rows for answer in breakdowns(scope, None, "sector", "prefecture", "month").values()]


@pytest.fixture
def nothing_made_yet(monkeypatch: Any) -> None:
    monkeypatch.setattr(prepared_statements, "_kinds", type(prepared_statements._kinds)())


@pytest.mark.usefixtures("nothing_made_yet")
@pytest.mark.parametrize("number", [0, 1])
def test_another_month_and_another_sector_are_asked_by_the_same_statements(
    analyst: Any, monkeypatch: Any, number: int
) -> None:
    first, other = (scope_of(analyst, asked) for asked in (QUESTIONS[number], QUESTIONS[number + 2]))
    found = [answered(first)]
    with monkeypatch.context() as patch:
        patch.setattr(CellQuestion, "cells", None)  # nothing is made a second time
        found.append(answered(other))
    assert found[0] != found[1]


@pytest.mark.usefixtures("nothing_made_yet")
@pytest.mark.parametrize("asked", QUESTIONS)
def test_they_find_what_the_records_come_to(analyst: Any, changsha_reader: Any, monkeypatch: Any, asked: Any) -> None:
    answered(scope_of(analyst, QUESTIONS[-1]))  # so that it is made for another question
    everywhere = {name: value for name, value in asked.items() if name != "prefecture"}
    for user, each in ((analyst, asked), (analyst, everywhere), (changsha_reader, everywhere)):
        found = answered(scope_of(user, each))
        with monkeypatch.context() as patch:
            patch.setattr(rollup_sums, "answers", lambda *_args, **_kwargs: False)
            assert found == answered(scope_of(user, each))
