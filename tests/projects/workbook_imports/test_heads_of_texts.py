"""Rows of heads of tables as text: they are chosen as those of a workbook, and nonsense is refused whatever the file is."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from projects.imports.checking import table_of
from projects.imports.opening import opened
from projects.models import Import, Programme, Project
from projects.workbook_imports import begin, confirm, remap

from .sent import CODE, WHY, sent, worked
from .test_by_api import asked, client_with_token

OTHER = "HN-EI-2023-18"
ROWS = [["项目编号", "总投资（万元）"], [CODE, "5000"], [OTHER, "6000"]]
THIRD = {"first": 1, "last": 1, "records": 3}
TOLD = {"A": {"field": "code"}, "B": {"field": "total_investment", "unit": "万元"}}
NONSENSE: list[Any] = [
    -1, "a", "x", 1.5, [], {}, True, 10**25, {"first": 1, "last": 1}, {"first": 2, "last": 1, "records": 3},
    {"first": 1, "last": 1, "records": 99999999}, {"first": -1, "last": 1, "records": 2},
    {"first": 1.5, "last": 2, "records": 3}, {"first": "1", "last": "1", "records": "3"},
    {"first": 10**25, "last": 10**25, "records": 10**25}, {"first": 1, "last": 1, "records": 2, "more": 1},
]  # fmt: skip


def as_text(user: Any, rows: list[list[str]] = ROWS, *, separator: str = ",", name: str = "名单.csv") -> Import:
    """Sent as text, and checked."""
    content = "\n".join(separator.join(row) for row in rows).encode()
    programme = Programme.objects.get(year=2023)
    return worked(begin(user, kind="register", programme=programme, month=None, name=name, content=content))


def read(imported: Import) -> list[int]:
    return sorted(set(imported.cells.values_list("row", flat=True)))


@pytest.mark.parametrize(("separator", "name"), [(",", "名单.csv"), ("\t", "名单.tsv"), ("\t", "粘贴.txt")])
def test_records_begin_where_it_is_said(province: Any, separator: str, name: str) -> None:
    imported = as_text(province, separator=separator, name=name)
    assert read(imported) == [2, 3]
    imported = worked(remap(imported, user=province, mapping=TOLD, heads=THIRD))
    assert (imported.state, imported.heads, imported.reading["head_rows"], read(imported)) == (
        "ready", THIRD, THIRD, [3],
    )  # fmt: skip
    again = as_text(province, separator=separator, name=name)
    assert (again.heads, read(again)) == (None, [2, 3]), "heads that say everything ask nothing"


def test_what_is_remembered_of_a_text_is_what_is_written(province: Any) -> None:
    rows = [["汇总", "五月"], ["代号", "钱"], ["a", "b"], [CODE, "5000"]]
    heads = {"first": 2, "last": 2, "records": 4}
    worked(remap(as_text(province, rows), user=province, mapping=TOLD, heads=heads))
    again = as_text(province, rows)
    assert (again.state, again.heads, read(again)) == ("ready", heads, [4])
    done = worked(confirm(again, user=province, reason=WHY))
    assert (done.state, done.words, Project.objects.get(code=CODE).total_investment) == ("done", "", 50_000_000)


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


def test_rows_are_heads_of_the_sheet_that_is_found_where_none_is_named() -> None:
    book = opened("\n".join(",".join(row) for row in ROWS).encode(), name="a.csv")
    said: dict[str, Any] = {"kind": "register", "programme": Programme(year=2023), "month": None, "sheet": None}
    assert table_of(book, **said, heads=THIRD).rows == (2,)
    with pytest.raises(ValidationError):
        table_of(book, **said, heads="x")
