"""Rows of heads that are none are refused by the API, whether the table is a workbook or text."""

from __future__ import annotations

from typing import Any

import pytest

from projects.models import Import, Programme
from projects.workbook_imports import begin
from tests.projects.api.conftest import messages_by_place

from .sent import CODE, sent, worked
from .test_by_api import asked, client_with_token

OTHER = "HN-EI-2023-18"
ROWS = [["项目编号", "总投资（万元）"], [CODE, "5000"], [OTHER, "6000"]]
NONSENSE: list[Any] = [
    *(-1, "a", [], {}, True),
    {"first": 2, "last": 1, "records": 3},
    {"first": 1, "last": 1, "records": 99999999},
    {"first": "1", "last": "1", "records": "3"},
    {"first": 1, "last": 1, "records": 2, "more": 1},
]


def as_text(user: Any) -> Import:
    """Sent as text, and checked."""
    content = "\n".join(",".join(row) for row in ROWS).encode()
    programme = Programme.objects.get(year=2023)
    return worked(begin(user, kind="register", programme=programme, month=None, name="名单.csv", content=content))


@pytest.mark.parametrize("heads", NONSENSE)
@pytest.mark.parametrize("is_text", [True, False])
def test_rows_that_are_none_are_refused_by_the_api_whatever_the_file_is(province, heads, is_text):
    found = as_text(province) if is_text else sent(province, ROWS)
    answer = asked(client_with_token(province), f"/api/v1/imports/{found.pk}/mapping/", {"heads": heads})
    assert (answer.status_code, set(messages_by_place(answer.json()))) == (400, {"heads"})
    before = found.job
    found.refresh_from_db()
    assert (found.state, found.heads, found.job) == ("ready", None, before), "it is as it was"
