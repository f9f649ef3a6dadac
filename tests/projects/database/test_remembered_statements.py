"""Statements that are remembered: the ones asked for the longest ago go, by number and by length."""

from __future__ import annotations

from typing import Any

import pytest

from projects.database import prepared_statements
from projects.database.prepared_statements import Prepared, remembered

pytestmark = pytest.mark.no_database


@pytest.fixture
def made(monkeypatch: Any) -> list[str]:
    """The kinds that were made, in their order."""
    monkeypatch.setattr(prepared_statements, "_kinds", type(prepared_statements._kinds)())
    return []


def ask(kind: str, made: list[str], length: int = 10) -> Prepared:
    def make() -> Prepared:
        made.append(kind)
        return Prepared("x" * length, ())

    return remembered(kind, make)


def test_no_more_than_so_many_kinds_are_remembered(made: list[str], monkeypatch: Any) -> None:
    monkeypatch.setattr(prepared_statements, "_MOST", 2)
    for kind in ("a", "b", "a", "c", "a", "b"):
        ask(kind, made)
    assert made == ["a", "b", "c", "b"]


def test_no_more_than_so_many_characters_are_remembered(made: list[str], monkeypatch: Any) -> None:
    monkeypatch.setattr(prepared_statements, "_MOST_CHARACTERS", 3_000)
    for kind in ("a", "b", "c", "a"):
        ask(kind, made, 1_200)
    assert made == ["a", "b", "c", "a"]
    assert len(prepared_statements._kinds) == 2


def test_the_names_of_kinds_are_counted_with_them(made: list[str], monkeypatch: Any) -> None:
    """Whoever asks in ever other ways makes these long as well."""
    monkeypatch.setattr(prepared_statements, "_MOST_CHARACTERS", 3_000)
    for kind in ("a", "b", "c", "a"):
        ask(kind * 1_200, made)
    assert len(made) == 4
    assert len(prepared_statements._kinds) == 2


def test_one_that_is_longer_than_all_may_be_is_remembered_alone(made: list[str], monkeypatch: Any) -> None:
    monkeypatch.setattr(prepared_statements, "_MOST_CHARACTERS", 100)
    assert ask("a", made, 5_000) is ask("a", made, 5_000)
    assert made == ["a"]
