"""Rows of heads of tables as text: they are chosen as those of a workbook, and nonsense is refused whatever the file is."""

from __future__ import annotations

from typing import Any

import pytest

from projects.models import Import, Programme
from projects.workbook_imports import begin, remap

from .sent import CODE, sent, worked
from .test_by_api import asked, client_with_token

OTHER = "HN-EI-2023-18"
ROWS = [["项目编号", "总投资（万元）"], [CODE, "5000"], [OTHER, "6000"]]
THIRD = {"first": 1, "last": 1, "records": 3}
TOLD = {"A": {"field": "code"}, "B": {"field": "total_investment", "unit": "万元"}}
NONSENSE: list[Any] = [
    *(-1, "a", [], {}, True),
    {"first": 2, "last": 1, "records": 3},
    {"first": 1, "last": 1, "records": 99999999},
    {"first": "1", "last": "1", "records": "3"},
    {"first": 1, "last": 1, "records": 2, "more": 1},
]


def as_text(user: Any, *, separator: str = ",", name: str = "名单.csv") -> Import:
    """Sent as text, and checked."""
    content = "\n".join(separator.join(row) for row in ROWS).encode()
    programme = Programme.objects.get(year=2023)
    return worked(begin(user, kind="register", programme=programme, month=None, name=name, content=content))


def read(imported: Import) -> list[int]:
    return sorted(set(imported.cells.values_list("row", flat=True)))


@pytest.mark.parametrize(("separator", "name"), [(",", "名单.csv"), ("\t", "粘贴.txt")])
def test_records_begin_where_it_is_said(province: Any, separator: str, name: str) -> None:
    imported = as_text(province, separator=separator, name=name)
    assert read(imported) == [2, 3]
    imported = worked(remap(imported, user=province, mapping=TOLD, heads=THIRD))
    assert (imported.state, imported.heads, read(imported)) == ("ready", THIRD, [3])
    assert imported.reading["head_rows"] == THIRD
    again = as_text(province, separator=separator, name=name)
    assert (again.heads, read(again)) == (None, [2, 3]), "heads that say everything ask nothing"


@pytest.mark.parametrize("heads", NONSENSE)
@pytest.mark.parametrize("is_text", [True, False])
def test_rows_that_are_none_are_refused_by_the_api_whatever_the_file_is(
    province: Any, heads: Any, is_text: bool
) -> None:
    found = as_text(province) if is_text else sent(province, ROWS)
    answer = asked(client_with_token(province), f"/api/v1/imports/{found.pk}/mapping/", {"heads": heads})
    assert (answer.status_code, set(answer.json().get("errors", ()))) == (400, {"heads"})
    before = found.job
    found.refresh_from_db()
    assert (found.state, found.heads, found.job) == ("ready", None, before), "it is as it was"
