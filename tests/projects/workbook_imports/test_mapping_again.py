"""A mapping or a sheet that is said of an import it cannot be said of: why is told, and the import is as it was."""

from __future__ import annotations

from typing import Any

import pytest

from projects.models import Import
from projects.workbook_imports import import_steps
from tests.projects.api.conftest import messages_by_place
from tests.projects.imports.workbooks.made import xlsx

from .sent import CODE, REGISTER, begun, worked
from .test_by_api import asked, client_with_token, post

ROWS: list[list[Any]] = [REGISTER, [CODE, None, 5000, 1, None]]


@pytest.mark.parametrize("mapping", [{"A": {"field": "code"}}, {}, None])
def test_an_import_that_was_refused_takes_no_mapping_any_more(province, mapping, client_of):
    refused = worked(begun(province, [[None]]))
    assert refused.state == "refused"
    answer = asked(client_with_token(province), f"/api/v1/imports/{refused.pk}/mapping/", {"mapping": mapping})
    assert (answer.status_code, "refused" in answer.json()["detail"]) == (409, True), answer.json()
    page = client_of(province).post(f"/imports/{refused.pk}/?step=columns", {"action": "map", "field-A": "code"})
    assert page.status_code == 409


@pytest.mark.parametrize("mapping", [{"A": {"field": "code"}}, None])
def test_a_sheet_that_is_not_there_or_has_no_table_leaves_the_import_as_it_was(province, mapping, client_of):
    client = client_with_token(province)
    post(client, None, content=xlsx(ROWS, sheets={"空白": ([[None]], "visible")}))
    found = worked(Import.objects.get())
    for sheet, words in (("x", found.sheet), ("空白", "")):
        answer = asked(client, f"/api/v1/imports/{found.pk}/mapping/", {"mapping": mapping, "sheet": sheet})
        assert (answer.status_code, set(messages_by_place(answer.json()))) == (400, {"sheet"}), answer.json()
        assert words in messages_by_place(answer.json())["sheet"][0]
    page = client_of(province).post(f"/imports/{found.pk}/", {"action": "map", "sheet": "x"})
    assert (page.status_code, found.sheet in page.content.decode()) == (422, True)
    assert Import.objects.get().state == "ready"


def test_columns_that_were_read_before_are_mapped_without_reading_the_file_again(province, client_of, monkeypatch):
    """A large table takes seconds to read, for which a person would wait."""
    found = worked(begun(province, ROWS))

    def refuse(*_args: Any) -> None:
        raise AssertionError("The file is read again.")

    monkeypatch.setattr(import_steps, "_table", refuse)
    mapping = {"A": {"field": "code"}, "C": {"field": "total_investment", "unit": "万元"}}
    for said in ({"mapping": mapping}, {"mapping": {"Z": {"field": "code"}}}, {"sheet": found.sheet}):
        status = asked(client_with_token(province), f"/api/v1/imports/{found.pk}/mapping/", said).status_code
        assert status == (400 if "Z" in said.get("mapping", {}) else 202)
        worked(found)
