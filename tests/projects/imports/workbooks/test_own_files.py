"""Our own files, sent back as they are, change nothing: in both forms and languages, for whoever fetched them."""

from __future__ import annotations

import io

import openpyxl
import pytest

from projects.history.revisions import create_revision
from projects.imports.workbooks.checking import CheckState
from projects.imports.workbooks.mapping import Certainty
from projects.models import Project, Round, Source, Target
from projects.periods import PartialDate

from .made import faults, looked_at, saved, xlsx

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


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("who", ["province", "changsha_writer"])
def test_the_projects_of_a_programme_come_back_unchanged(who, form, language, request, register, client_of):
    user = request.getfixturevalue(who)
    content = fetched(client_of(user), "projects", programme="2023", format=form, lang=language)
    found = looked_at(content, user, name=f"projects.{form}")
    assert found.state == CheckState.READY
    assert faults(found) == {}
    rows, cells = found.counts["rows"], found.counts["cells"]
    assert rows == NOTHING | {"unchanged": Project.objects.visible_to(user).count()}
    assert cells == NOTHING | {"unchanged": cells["unchanged"]}
    assert cells["unchanged"] > rows["unchanged"] * 10
    assert heads_not_known(found) == [], NAMED_IN


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("who", ["province", "changsha_writer"])
def test_the_reports_of_a_month_come_back_unchanged(who, form, language, request, register, client_of):
    user = request.getfixturevalue(who)
    query = {"programme": "2023", "month": "2023-06"}
    content = fetched(client_of(user), "reports", format=form, lang=language, **query)
    found = looked_at(content, user, kind="reports", month=6, name=f"reports.{form}")
    assert found.state == CheckState.READY
    assert faults(found) == {}
    assert found.counts["rows"] == NOTHING | {"unchanged": len(found.rows)}
    assert found.rows
    assert heads_not_known(found) == [], NAMED_IN


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("form", "month"), [("xlsx", None), ("csv", "2023-06")])
def test_the_list_of_projects_comes_back_unchanged(form, language, month, register, changsha_writer, client_of):
    query = {"programme": "2023"} | ({"month": month} if month else {})
    content = fetched(client_of(changsha_writer), "/projects/", format=form, lang=language, **query)
    found = looked_at(content, changsha_writer, name=f"projects.{form}")
    assert found.state == CheckState.READY
    assert faults(found) == {}
    assert found.counts["rows"] == NOTHING | {"unchanged": 13}
    assert heads_not_known(found) == [], NAMED_IN


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("form", "month"), [("csv", 1), ("xlsx", 5), ("csv", 6)])
def test_the_sheet_of_a_month_comes_back_unchanged(form, language, month, register, changsha_writer, client_of):
    content = fetched(client_of(changsha_writer), f"/rounds/2023-{month:02}/", format=form, lang=language)
    found = looked_at(content, changsha_writer, kind="reports", month=month, name=f"sheet.{form}")
    assert found.state == CheckState.READY
    assert faults(found) == {}
    assert found.counts["rows"] == NOTHING | {"unchanged": 7}
    assert found.counts["cells"]["unchanged"] >= 7
    assert {each.field for each in found.columns} >= {"code", "disbursed", "stage"}
    assert heads_not_known(found) == [], NAMED_IN


def test_the_sheet_of_a_month_is_not_taken_for_that_of_another(register, changsha_writer, client_of):
    content = fetched(client_of(changsha_writer), "/rounds/2023-06/", format="xlsx", lang="zh-hans")
    found = looked_at(content, changsha_writer, kind="reports", month=5)
    assert found.state == CheckState.NEEDS_MAPPING
    assert "6月完成（万元）" in [each.head for each in found.columns if each.question]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    ("kind", "path", "form"),
    [
        ("targets", "targets", "csv"),
        ("targets", "targets!", "xlsx"),
        ("rounds", "rounds", "xlsx"),
        ("rounds", "/rounds/", "csv"),
    ],
)
def test_what_the_province_says_of_a_year_comes_back_unchanged(
    kind, path, form, language, register, province, client_of
):
    if path.endswith("!"):  # a source of two days, as a bulletin that is renewed
        with_a_second_day_of_its_source()
    content = fetched(client_of(province), path.strip("!"), programme="2023", format=form, lang=language)
    found = looked_at(content, province, kind=kind, name=f"{kind}.{form}")
    assert found.state == CheckState.READY
    assert faults(found) == {}
    stored = (Target if kind == "targets" else Round).objects.filter(programme__year=2023)
    assert found.counts["rows"] == NOTHING | {"unchanged": stored.count()}
    assert found.counts["cells"]["unchanged"] >= 2 * stored.count()
    assert heads_not_known(found) == [], NAMED_IN


def with_a_second_day_of_its_source() -> None:
    with create_revision():
        target = Target.objects.filter(programme__year=2023, source__published__isnull=False).first()
        source = Source(url=target.source.url)
        source.published_on = PartialDate.parse("2023-12-30")
        source.save()
        Target(programme=target.programme, measure=target.measure, kind="monitored", value=3, source=source).save()


def test_a_value_is_of_the_unit_that_its_row_says(register, province):
    plan = Target.objects.get(programme__year=2023, measure="planned_disbursement", kind="announced").source.url
    count = Target.objects.get(programme__year=2023, measure="project_count").source.url
    head = ["指标", "来源", "单位", "目标值"]
    rows = [["年度计划投资", plan, "亿元", 473.5], ["项目数", count, "个", 45]]
    found = looked_at(xlsx([head, *rows]), province, kind="targets")
    assert (found.state, faults(found)) == (CheckState.READY, {})
    written = [(each.field, each.after) for each in found.cells if each.is_written]
    assert written == [("value", 47_350_000_000), ("number", 45)]


def test_a_value_whose_unit_is_not_said_or_is_another_is_refused(register, province):
    plan = Target.objects.get(programme__year=2023, measure="planned_disbursement", kind="announced").source.url
    head = ["指标", "来源", "单位", "目标值"]
    for unit, at, code in ((None, "D2", "missing"), ("个", "C2", "other_unit"), ("斤", "C2", "invalid_choice")):
        found = looked_at(xlsx([head, ["年度计划投资", plan, unit, 473]]), province, kind="targets")
        assert (unit, faults(found)[at][0]) == (unit, code)
        assert not [each for each in found.cells if each.is_written]


def test_what_was_changed_in_one_of_our_own_files_is_all_that_changes(province, client_of):
    content = fetched(client_of(province), "projects", programme="2023", format="xlsx", lang="zh-hans")
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    sheet = workbook.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    column = heads.index("总投资（元）") + 1
    sheet.cell(row=20, column=column).value = "1.5亿元"
    found = looked_at(saved(workbook), province)
    written = [cell for cell in found.cells if cell.is_written]
    assert [(cell.place.row, cell.field, cell.after) for cell in written] == [(19, "total_investment", 150_000_000)]
