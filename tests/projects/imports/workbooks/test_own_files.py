"""Our own files, sent back as they are, change nothing: in both forms and languages, for whoever fetched them."""

from __future__ import annotations

import io

import openpyxl
import pytest

from projects.choices import ImportState
from projects.imports.tables import Certainty
from projects.models import Project
from tests.projects.imports.register_files import REGISTER_2023

from .made import faults, looked_at, saved

NOTHING = {"new": 0, "changed": 0, "refused": 0, "conflicts": 0}
NAMED_IN = "say these words at their fields in projects/imports/workbooks/fields.py"


def fetched(client, path: str, **query) -> bytes:
    """A file of the API, or of a page whose address begins with a slash."""
    answer = client.get(path if path.startswith("/") else f"/api/v1/{path}/", query)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def heads_not_known(found) -> list[str]:
    """What a person would be asked as soon as a record says something there."""
    return [column.head for column in found.columns if column.certainty in (Certainty.UNKNOWN, Certainty.ALIKE)]


def assert_unchanged(found, rows) -> None:
    assert found.state == ImportState.READY
    assert faults(found) == {}
    assert found.counts["rows"] == NOTHING | {"unchanged": rows}
    cells = found.counts["cells"]
    assert cells == NOTHING | {"unchanged": cells["unchanged"]}
    assert heads_not_known(found) == [], NAMED_IN


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("who", "form"), [("province", "xlsx"), ("changsha_writer", "csv")])
def test_the_projects_of_a_programme_come_back_unchanged(who, form, language, request, register, client_of):
    user = request.getfixturevalue(who)
    content = fetched(client_of(user), "projects", programme="2023", format=form, lang=language)
    found = looked_at(content, user, name=f"projects.{form}")
    assert_unchanged(found, Project.objects.visible_to(user).count())
    assert found.counts["cells"]["unchanged"] > len(found.rows) * 10


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("who", "form"), [("province", "csv"), ("changsha_writer", "xlsx")])
def test_the_reports_of_a_month_come_back_unchanged(who, form, language, request, register, client_of):
    user = request.getfixturevalue(who)
    query = {"programme": "2023", "month": "2023-06"}
    content = fetched(client_of(user), "reports", format=form, lang=language, **query)
    found = looked_at(content, user, kind="reports", month=6, name=f"reports.{form}")
    assert_unchanged(found, len(found.rows))
    assert found.rows


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("form", "month"), [("csv", 1), ("xlsx", 6)])
def test_the_sheet_of_a_month_comes_back_unchanged(form, language, month, register, changsha_writer, client_of):
    content = fetched(client_of(changsha_writer), f"/rounds/2023-{month:02}/", format=form, lang=language)
    found = looked_at(content, changsha_writer, kind="reports", month=month, name=f"sheet.{form}")
    assert_unchanged(found, 7)
    assert {each.field for each in found.columns} >= {"code", "disbursed", "stage"}


def test_what_was_changed_in_one_of_our_own_files_is_all_that_changes(province, client_of):
    content = fetched(client_of(province), "projects", programme="2023", format="xlsx", lang="zh-hans")
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    sheet = workbook.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    column = heads.index("总投资（元）") + 1
    sheet.cell(row=20, column=column).value = "1.5亿元"
    found = looked_at(saved(workbook), province)
    written = [cell for cell in found.cells if cell.is_written]
    assert [(cell.row, cell.field, cell.after) for cell in written] == [(20, "total_investment", 150_000_000)]


def test_the_csv_file_of_the_register_is_known_and_changes_nothing(register, province):
    content = (REGISTER_2023 / "projects_2023.csv").read_bytes()
    found = looked_at(content, province, name="projects_2023.csv")
    assert found.state == ImportState.READY
    assert faults(found) == {}
    assert found.counts["rows"] == NOTHING | {"unchanged": 42}
    assert found.counts["cells"] == NOTHING | {"unchanged": found.counts["cells"]["unchanged"]}
