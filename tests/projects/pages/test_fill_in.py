"""Workbooks to be filled in: what is in them, what may be typed, and that nothing is in them that one may not write."""

from __future__ import annotations

import io
from operator import itemgetter
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest
from openpyxl.utils import coordinate_to_tuple

from projects.choices import ReportState, SheetUnit, WorkbookKind
from projects.exports.fill_in import FillColumn, filled_in
from projects.history.digests import digest_of
from projects.imports.fields import FIELDS
from projects.models import Entry, MonthlyReport, Project, SheetPreference
from projects.pages.imports.fill_in import LEFT_OUT
from tests.office import saved_by_office

REPORTS = "/imports/template.xlsx?kind=reports&programme=2023&month=2023-07"
REGISTER = "/imports/template.xlsx?kind=register&programme=2023"


def book_at(client: Any, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def columns_of(book: Any) -> dict[str, int]:
    """The place of each field, by the names that the workbook defines."""
    found = {}
    for name, defined in book.defined_names.items():
        if name.startswith("field_"):
            _sheet, cell = next(iter(defined.destinations))
            found[name.removeprefix("field_")] = coordinate_to_tuple(cell.replace("$", ""))[1] - 1
    return found


def records_of(book: Any) -> list[dict[str, Any]]:
    columns = columns_of(book)
    rows = list(book.worksheets[1].iter_rows(values_only=True))[1:]
    return [{name: row[place] for name, place in columns.items()} for row in rows if row[columns["code"]]]


def facts_of(book: Any) -> dict[str, Any]:
    found = {}
    for name, defined in book.defined_names.items():
        if name.startswith("template_"):
            sheet, cell = next(iter(defined.destinations))
            found[name.removeprefix("template_")] = book[sheet][cell.replace("$", "")].value
    return found


def test_a_round_is_what_the_writer_may_fill_in(changsha_writer, client_of):
    book = book_at(client_of(changsha_writer), REPORTS)
    records = records_of(book)
    places = set(
        Project.objects.filter(code__in=[each["code"] for each in records]).values_list("prefecture__adcode", flat=True)
    )
    assert records
    assert places == {"430100"}
    assert {each["month"] for each in records} == {"2023-07"}
    facts = facts_of(book)
    assert (facts["kind"], facts["programme"], facts["month"], facts["unit"]) == ("reports", "2023", "2023-07", 10_000)


@pytest.mark.parametrize(("lang", "name"), [("en", "Reports of June 2023"), ("zh-hans", "2023年6月月报")])
def test_a_month_with_nothing_to_fill_in_says_so_and_the_file_is_named_in_the_language(province, client_of, lang, name):
    answer = client_of(province).get(f"{REPORTS.replace('-07', '-06')}&lang={lang}")
    assert f"filename*=UTF-8''{quote(name)}" in answer["Content-Disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    words = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
    assert lang != "en" or "There is no report to fill in" in words


def test_what_was_handed_in_or_approved_is_not_in_it(province, client_of):
    """June is approved: nothing of it is offered to be written over."""
    client = client_of(province)
    approved = MonthlyReport.objects.filter(month=6, state=ReportState.APPROVED)
    june = records_of(book_at(client, REPORTS.replace("-07", "-06")))
    assert approved.exists()
    assert not {each["code"] for each in june} & set(approved.values_list("entry__project__code", flat=True))


def test_a_row_has_its_plan_and_last_months_beside_and_the_version_that_it_was_made_from(changsha_writer, client_of):
    client = client_of(changsha_writer)
    code = records_of(book_at(client, REPORTS))[-1]["code"]
    earlier = MonthlyReport.objects.get(entry__project__code=code, month=6)
    entry = earlier.entry
    report = MonthlyReport(entry=entry, month=7, disbursed=123_450_000)
    report.save()
    book = book_at(client, REPORTS)
    heads = [cell.value for cell in book.worksheets[1][1]]
    row = next(row for row in book.worksheets[1].iter_rows(values_only=True) if row[0] == code)
    assert row[heads.index("供参考·年度计划投资（万元）")] == entry.planned_disbursement / 10_000
    assert row[heads.index("供参考·6月完成（万元）")] == earlier.disbursed / 10_000
    record = next(each for each in records_of(book) if each["code"] == code)
    assert record["disbursed"] == 12_345
    assert record["version"] == digest_of(report)


def test_amounts_are_in_the_unit_that_the_person_chose(changsha_writer, client_of):
    client = client_of(changsha_writer)
    small = book_at(client, REPORTS)
    SheetPreference.objects.create(user=changsha_writer, unit=SheetUnit.LARGE)
    large = book_at(client, REPORTS)
    assert facts_of(large)["unit"] == 100_000_000
    assert "亿元" in large.worksheets[1].cell(1, columns_of(large)["disbursed"] + 1).value
    assert "万元" in small.worksheets[1].cell(1, columns_of(small)["disbursed"] + 1).value


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
@pytest.mark.parametrize("address", [REPORTS, REGISTER])
def test_keys_are_locked_versions_hidden_and_choices_given(province, client_of, address, lang):
    book = book_at(client_of(province), f"{address}&lang={lang}")
    sheet, columns = book.worksheets[1], columns_of(book)
    assert sheet.protection.sheet
    assert [each.sheet_state for each in book.worksheets] == ["visible", "visible", "hidden", "hidden"]
    letters = {name: openpyxl.utils.get_column_letter(place + 1) for name, place in columns.items()}
    for name in ("code", "version"):
        assert sheet[f"{letters[name]}2"].protection.locked
    hidden = [each for each in sheet.column_dimensions.values() if each.hidden]
    assert any(each.min <= columns["version"] + 1 <= each.max for each in hidden)
    typed = {name: letter for name, letter in letters.items() if not sheet[f"{letter}2"].protection.locked}
    assert len(typed) > 8
    rules = {str(each.sqref).rstrip("0123456789")[0:1]: each for each in sheet.data_validations.dataValidation}
    assert all(each.error and len(each.error) <= 255 for each in rules.values())
    chosen = "stage" if address == REPORTS else "sector"
    rule = next(each for each in rules.values() if str(each.sqref).startswith(f"{letters[chosen]}2"))
    assert rule.type == "list"
    lists, cells = rule.formula1.removeprefix("=").split("!")
    words = [row[0].value for row in book[lists][cells.replace("$", "")]]
    assert len(words) > 4
    assert all(words)


def test_the_register_is_as_it_is_with_rows_for_new_projects(province, client_of):
    book = book_at(client_of(province), REGISTER)
    records = {each["code"]: each for each in records_of(book)}
    assert len(records) == 42
    for entry in Entry.objects.filter(programme__year=2023).select_related("project__sector", "project__prefecture"):
        project = entry.project
        record = records[project.code]
        assert record["name_zh"] == project.name_zh
        assert record["sector"] == project.sector.name_zh
        assert (record["total_investment"] or 0) * 10_000 == (project.total_investment or 0)
        assert record["version"] == f"{digest_of(project)} {digest_of(entry)}"
    columns, sheet = columns_of(book), book.worksheets[1]
    assert not sheet.cell(44, columns["code"] + 1).protection.locked
    assert not sheet.cell(44, columns["name_zh"] + 1).protection.locked


def test_a_field_that_a_workbook_may_say_is_asked_for_or_left_out_on_purpose(province, client_of):
    names = {name for name, each in FIELDS[WorkbookKind.REGISTER].items() if each.model}
    assert names - columns_of(book_at(client_of(province), REGISTER)).keys() == LEFT_OUT & names


def test_a_prefecture_finds_its_own_projects_alone(changsha_writer, client_of):
    book = book_at(client_of(changsha_writer), REGISTER)
    codes = {each["code"] for each in records_of(book)}
    assert codes == set(Project.objects.filter(prefecture__adcode="430100").values_list("code", flat=True))
    assert {row[columns_of(book)["prefecture"]] for row in list(book.worksheets[1].values)[1 : len(codes) + 1]} == {
        "长沙市"
    }


def test_a_list_is_the_beginning_of_that_of_another_year(province, client_of):
    """The projects with all that is theirs, and nothing of what the earlier year planned."""
    client = client_of(province)
    of_2023 = {each["code"]: each for each in records_of(book_at(client, REGISTER))}
    address = REGISTER.replace("2023", "2024")
    assert records_of(book_at(client, address)) == []
    offered = records_of(book_at(client, f"{address}&from=2023"))
    own = ("planned_disbursement", "status", "disbursed_before")
    assert any(each["planned_disbursement"] for each in of_2023.values())
    assert [each[name] for each in offered for name in own if name != "status"] == [None] * 2 * 42
    for each in offered:
        then = of_2023[each["code"]]
        of_the_project = {"version": then["version"].partition(" ")[0]}
        assert each | dict.fromkeys(own) == then | dict.fromkeys(own) | of_the_project
    assert records_of(book_at(client, f"{REGISTER}&from=2023")) == list(of_2023.values()), "those are on it already"


@pytest.mark.parametrize("address", [REPORTS, REGISTER])
def test_who_writes_nothing_is_given_none(changsha_reader, client_of, address):
    assert client_of(changsha_reader).get(address).status_code == 403


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("kind=nothing", 400),
        ("kind=reports&month=2022-05", 404),
        ("kind=reports&month=2023-07&programme=2022", 400),
        ("kind=register&programme=2024&from=1999", 400),
    ],
)
def test_what_cannot_be_made_is_refused(province, client_of, asked, status):
    assert client_of(province).get(f"/imports/template.xlsx?{asked}").status_code == status


def test_no_cell_is_a_formula(province, client_of):
    book = book_at(client_of(province), REGISTER)
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    columns = [FillColumn("name", "=1+1", itemgetter(0))]
    odd = filled_in(columns, [["=1+1"], ["http://a.example/"], ["007"]], title="=2", instructions=["=3"], facts={})
    sheet = openpyxl.load_workbook(io.BytesIO(odd)).worksheets[1]
    assert [(cell.value, cell.data_type, cell.hyperlink) for (cell,) in sheet.iter_rows()] == [
        (text, "s", None) for text in ("=1+1", "=1+1", "http://a.example/", "007")
    ]


@pytest.mark.office
def test_an_office_keeps_what_is_filled_in_and_what_tells_it_apart(changsha_writer, client_of, tmp_path):
    """Saved again by another program: the same rows, names, lists and locks."""
    (tmp_path / "in.xlsx").write_bytes(client_of(changsha_writer).get(REGISTER).content)
    saved = openpyxl.load_workbook(*saved_by_office(tmp_path / "in.xlsx"))
    made = openpyxl.load_workbook(tmp_path / "in.xlsx")
    assert records_of(saved) == records_of(made)
    assert facts_of(saved) == facts_of(made)
    assert saved.worksheets[1].protection.sheet
    lists = [
        [each for each in book.worksheets[1].data_validations.dataValidation if each.type == "list"]
        for book in (saved, made)
    ]
    assert len(lists[0]) == len(lists[1]) > 3
