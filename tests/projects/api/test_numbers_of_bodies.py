"""A number in a body that is none, or that has more digits than any, is refused in words."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from tests.projects.workbook_imports.test_by_api import client_with_token

from .conftest import ROOT

LONG = "9" * (sys.get_int_max_str_digits() + 1)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", LONG], ids=["NaN", "Infinity", "minus", "long"])
def test_a_number_that_is_none_or_too_long_is_refused(province: Any, number: str) -> None:
    address, body = f"{ROOT}/projects/HN-EI-2023-38/", f'{{"total_investment": {number}}}'
    answer = client_with_token(province).patch(address, body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["detail"] == "The body has a number that is too long, or none."
