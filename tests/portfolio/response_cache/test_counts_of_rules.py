"""How often a plausibility rule spoke is counted where nothing is written: no answer of before is given again."""

from __future__ import annotations

from typing import Any

import pytest

from projects.database.rollups.state import record_tables
from projects.models import DataState, PlausibilityRule
from projects.plausibility import tally
from projects.plausibility.kinds.kind import Doubt, Finding

from .asking import Site

pytestmark = pytest.mark.django_db(transaction=True)

RULES = "/api/v1/plausibility-rules/"


@pytest.mark.parametrize("path", [f"{RULES}floor/", f"{RULES}?kind=floor", f"{RULES}?fields=spoke&format=csv"])
def test_the_next_answer_says_that_a_rule_spoke(path: str, site: Site, token: str) -> None:
    before, state = site.ask(path, token), DataState.objects.get().number
    assert (before.status_code, "87" in before.text) == (200, False)
    tally.count_undone([_doubt()] * 87)
    assert DataState.objects.get().number == state
    again = site.ask(path, token, If_None_Match=before.headers.get("ETag", '"x"'))
    assert (again.status_code, "87" in again.text) == (200, True)


def test_the_tally_is_no_table_of_records() -> None:
    """It would make every answer anew whenever somebody is asked something."""
    assert "projects_plausibilitytally" not in record_tables()


def _doubt() -> Any:
    return Doubt(PlausibilityRule.objects.get(kind="floor"), None, Finding("total_investment"))
