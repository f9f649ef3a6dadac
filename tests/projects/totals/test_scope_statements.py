"""Statements that differ in the values of filters alone are made once, and find what the querysets find."""

from __future__ import annotations

from typing import Any

import pytest

from projects.database import prepared_statements
from projects.database.sql import Sql
from projects.history.as_of import AsOf, looking_back
from projects.totals.filters import ProjectFilterSet
from projects.totals.scope import Scope
from projects.totals.scope_statements import statement_of

from ..asking import scope_of
from .test_filters_of_a_question import SAMPLES

OTHERS = {  # another value of the filters whose values stay open
    "code": "ｈn-ei-2023-14",
    "sector": "energy-electronics",
    "prefecture": "430200",
    "chain_link": "cathode-materials",
    "total_investment_min": "5000000000",
    "planned_disbursement_max": "200000000",
    "disbursed_min": "300000000",
    "start_min": "2023-Q4",
}


@pytest.fixture(autouse=True)
def nothing_made_yet(monkeypatch: Any) -> None:
    monkeypatch.setattr(prepared_statements, "_kinds", type(prepared_statements._kinds)())


def codes(scope: Scope) -> list[str]:
    rows = statement_of(scope, "codes", lambda question: question.projects().values_list("code")).rows()
    return [code for (code,) in rows]


def expected(scope: Scope) -> list[str]:
    return [each.code for each in scope.projects()]


@pytest.mark.parametrize("name", SAMPLES)
def test_it_finds_the_projects_of_the_question(analyst: Any, changsha_reader: Any, name: str) -> None:
    for user in (analyst, changsha_reader):
        for asked in ({name: SAMPLES[name]}, {name: SAMPLES[name], "basis": ["reported", "published"]}):
            if user is analyst or name != "prefecture":
                assert codes(scope_of(user, asked)) == expected(scope_of(user, asked))


@pytest.mark.parametrize("name", OTHERS)
def test_another_value_is_asked_by_the_same_statement(analyst: Any, monkeypatch: Any, name: str) -> None:
    first = scope_of(analyst, {name: SAMPLES[name] if SAMPLES[name] != "none" else "display-modules"})
    other = scope_of(analyst, {name: OTHERS[name]})
    found = [codes(first)]
    with monkeypatch.context() as patch:
        patch.setattr(ProjectFilterSet, "filter_projects", None)  # nothing is made a second time
        found.append(codes(other))
    assert found == [expected(first), expected(other)]
    assert found[0] != found[1]


def test_one_and_two_of_a_kind_and_none_are_three_statements(analyst: Any) -> None:
    for sectors in (["new-display"], ["new-display", "energy-electronics"]):
        scope = scope_of(analyst, {"sector": sectors})
        assert codes(scope) == expected(scope) != []
    for places in (["none"], ["430200"], ["430100", "430200"], ["430200", "none"]):
        scope = scope_of(analyst, {"enterprise" if places == ["none"] else "prefecture": places})
        assert codes(scope) == expected(scope) != []


def test_values_of_the_statements_own_stay_open_too(analyst: Any) -> None:
    def build(question: Scope, code: str, least: int) -> Any:
        return question.members().filter(code=code, total_investment__gte=least).values_list("code")

    scope = scope_of(analyst, {"sector": "new-display"})
    known = scope.members().filter(total_investment__isnull=False)
    for code in [each.code for each in known[:3]]:
        assert statement_of(scope, "one", build, code, 0).rows() == [(code,)]
        assert statement_of(scope, "one", build, code, 10**17).rows() == []


def test_what_is_written_in_words_cannot_be_part_of_a_statement(analyst: Any) -> None:
    scope = scope_of(analyst, {"sector": "new-display"})
    with pytest.raises(ValueError, match="open"):
        statement_of(scope, "words", lambda question: Sql("SELECT %s", (dict(question.parameters())["sector"],)))


def test_rows_that_somebody_chose_are_asked_for_as_they_are(analyst: Any) -> None:
    scope = scope_of(analyst)
    some = scope.restricted_to(scope.projects().filter(code__in=expected(scope)[:2]))
    assert codes(some) == expected(some) == expected(scope)[:2]
    assert codes(scope) == expected(scope)


def test_the_past_is_asked_by_statements_of_its_own(analyst: Any) -> None:
    present = scope_of(analyst, {"sector": "new-display"})
    with looking_back(AsOf.parse("r1")):
        past = scope_of(analyst, {"sector": "new-display"})
        assert codes(past) == expected(past)
    assert codes(present) == expected(present)
