"""A number in a body that is none, or that has more digits than any: the answer says where it stands."""

from __future__ import annotations

import sys
import time
from typing import Any

import pytest

from projects.api.parsers import LARGEST_BODY
from tests.projects.workbook_imports.test_by_api import client_with_token

from .conftest import ROOT

LONG = "9" * (sys.get_int_max_str_digits() + 1)


@pytest.mark.parametrize(
    ("body", "line", "column"),
    [
        ('{"total_investment": NaN}', 1, 22),
        ('{"total_investment": Infinity}', 1, 22),
        ('{"total_investment":-Infinity}', 1, 21),
        (f'{{"total_investment": {LONG}}}', 1, 22),
        (f'{{\n  "name_zh": "\\"NaN, {LONG}",\n  "total_investment": [1.{LONG}e3, 2, -{LONG}, NaN]\n}}', 3, LONG),
    ],
    ids=["NaN", "Infinity", "minus", "long", "after others"],
)
def test_the_answer_says_where_it_stands(province: Any, body: str, line: int, column: Any) -> None:
    if column is LONG:
        column = body.split("\n")[2].index("-") + 1
    address = f"{ROOT}/projects/HN-EI-2023-38/"
    answer = client_with_token(province).patch(address, body, content_type="application/json")
    assert answer.status_code == 400
    told = f"A number is too long, or none: see line {line}, column {column}."
    assert answer.json()["detail"] == told


def test_it_is_found_quickly_in_the_largest_body(province: Any) -> None:
    client, began = client_with_token(province), time.monotonic()
    for body in (
        "9" * LARGEST_BODY,
        '"' + "\\" * (LARGEST_BODY - 9) + '"',
        "[" + "1.5," * (LARGEST_BODY // 4 - 4) + "NaN]",
    ):
        answer = client.post(f"{ROOT}/notes/", body, content_type="application/json")
        assert answer.status_code == 400
    assert time.monotonic() - began < 10
