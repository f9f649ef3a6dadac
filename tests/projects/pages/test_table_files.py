"""Every table with a button for files: what they hold is what its page says, row by row, in its order and its language."""

from __future__ import annotations

import csv
import io
import re
from itertools import compress
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import unquote

import openpyxl
import pytest

from projects.history.revisions import create_revision
from projects.models import Project
from projects.pages import tables
from sectors.models import Checked
from tests.office import saved_by_office

from .tables_seen import CODES, OF, body_of, files_on, rows_in, said, squeezed, tables_on

PAGES = (
    "/projects/",
    "/projects/?precision=exact&ordering=-light",
    "/projects/?sector=advanced-computing&transferred=yes&ordering=-total_investment",
    "/sectors/",
    "/sectors/energy-electronics/",
    "/prefectures/",
    "/prefectures/430100/",
    "/programmes/",
    "/league/",
    "/league/?by=prefecture&sort=-disbursed",
    "/rounds/",
    "/problems/",
    "/problems/?state=all&sort=-due",
    "/milestones/",
    "/milestones/?show=all&sort=-moved",
    "/compare/?since=2023-05-01",
    "/figures/total_investment/",
    "/figures/disbursed/?sort=code",
    "/figures/disbursed_of_plan/",
    "/figures/project_count/?sector=advanced-computing",
    "/rounds/2023-06/",
    "/rounds/2023-07/?prefecture=430100&unit=large",
    "/attention/",
    "/attention/?show=all&sort=-plan",
)


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_a_file_says_what_its_page_says(province: Any, client_of: Any, address: str, lang: str) -> None:
    client = client_of(province)
    page = client.get(address, {"lang": lang}) if "?" not in address else client.get(f"{address}&lang={lang}")
    shown, around = tables_on(page.content.decode())
    asked = page.wsgi_request.get_full_path()
    found = files_on(client, asked)
    assert {form for _table, form in found} == {"xlsx", "csv"}
    for (table, form), url in found.items():
        if form == "csv":
            continue
        rows = rows_in(body_of(client, url))
        as_text = csv.reader(io.StringIO(body_of(client, found[table, "csv"]).decode("utf-8-sig"), newline=""))
        for row, in_text in zip(rows, as_text, strict=True):
            assert [plain(cell) for cell in row] == [cell.removeprefix("'") for cell in in_text]
        head, *lines = rows
        assert len(set(head)) == len(head), "each head says something else"
        basis = head.index({"zh-hans": "依据", "en": "Basis"}[lang])
        assert all(line[basis] for line in lines if line[1]), "each row says whether it is illustrative"
        kept = [not head_of.endswith(CODES) and place != basis for place, head_of in enumerate(head)]
        lines = [list(compress(line, kept)) for line in lines]
        unsaid = [first_unsaid(lines, each, around) for each in shown]
        assert None in unsaid, (table, head, unsaid)


def plain(cell: Any) -> str:
    return "" if cell is None else str(cell)


def first_unsaid(lines: list[list[Any]], table: list[str], around: str) -> tuple[str, Any] | None:
    """The first cell of a file that its row of a table does not say, each row after those before; None where all do.

    What is the same for all, such as which plan they are held against, may be said once around the table.
    """
    rows, row = iter(table), ""
    for line in lines:
        name = squeezed(next(cell for cell in line if isinstance(cell, str)))
        if name not in OF and not (name in row and unsaid(line[1:], row, around) is None):
            named = [row, *(each for each in rows if name in each)]
            row = next((each for each in named[1:] if unsaid(line[1:], each, around) is None), "".join(named[1:2]))
            rows = iter(table[table.index(row) + 1 :] if row else ())
        cell = unsaid(line[1:], row, around) if row else name
        if cell is not None:
            return row, cell
    return None if lines else ("", table)


def unsaid(cells: list[Any], row: str, around: str) -> Any:
    """The first that a row does not say; None where it says each."""
    places = ((cell, row + around if isinstance(cell, str) else row) for cell in cells if cell)
    return next((cell for cell, place in places if not any(each in place for each in said(cell))), None)


@pytest.mark.parametrize("address", ["/projects/", "/attention/?show=all", "/problems/?state=all", "/rounds/2023-07/"])
def test_a_file_holds_no_row_that_its_reader_does_not_see(changsha_reader: Any, client_of: Any, address: str) -> None:
    client = client_of(changsha_reader)
    head, *lines = rows_in(body_of(client, files_on(client, address)["", "xlsx"]))
    places = {line[head.index("市州")] for line in lines if line[head.index("项目编号")]}
    assert places == {"长沙市"}


@pytest.mark.permission
def test_the_public_reads_no_name_of_a_person_in_a_file(province: Any, public_read: None, client_of: Any) -> None:
    of_province, of_public = (
        rows_in(body_of(each, files_on(each, "/problems/?state=all")["", "xlsx"]))[0]
        for each in (client_of(province), client_of(None))
    )
    assert set(of_province) - set(of_public) == {"责任单位"}


def test_a_long_list_is_whole_in_its_file(province: Any, client_of: Any) -> None:
    client = client_of(province)
    url = files_on(client, "/projects/?ordering=-light")["", "xlsx"]
    at_once = rows_in(body_of(client, url))
    with patch.object(tables, "FIRST_CHUNK", 4), patch.object(tables, "CHUNK", 7):
        assert rows_in(body_of(client, url)) == at_once
    assert len(at_once) == 1 + 42 + 3


def test_a_text_that_a_spreadsheet_would_calculate_is_a_text(province: Any, client_of: Any) -> None:
    plain = ["'quoted", " 01.20 "]
    names = ["第二行\n=1", "=1+1", "\u200b=cmd|' /C calc'!A0", "+86", "@SUM(A1)", "－1", "\t=2", *plain]
    projects = list(Project.objects.order_by("code")[: len(names)])
    with patch.object(Checked, "check_value"), create_revision(reason="odd"):
        for project, name in zip(projects, names, strict=True):
            project.name_zh = name
            project.save()
    client = client_of(province)
    found = files_on(client, "/projects/")
    rows = rows_in(body_of(client, found["", "xlsx"]))[1:]
    assert [row[0] for row in rows[: len(names)]] == names
    cells = [line[0] for line in csv.reader(io.StringIO(body_of(client, found["", "csv"]).decode("utf-8-sig")))][1:]
    for name, cell in zip(names, cells, strict=False):
        assert cell == (f"'{name}" if name not in plain else name)


def test_the_second_sheet_says_what_was_asked_and_where_to_ask_again(province: Any, client_of: Any) -> None:
    client = client_of(province)
    asked = "/projects/?sector=advanced-computing&month=2023-05&lang=en&as_of=r1"
    book = openpyxl.load_workbook(io.BytesIO(body_of(client, files_on(client, asked)["", "xlsx"])))
    lines = [tuple(row) for row in book.worksheets[1].iter_rows(values_only=True)]
    told = {line[0]: line[1] for line in lines if line[0]}
    assert told["Table"] == "Projects"
    assert told["Months"] == "May 2023"
    assert told["Basis"] in " ".join(str(cell.value) for cell in book.worksheets[0]["B"])
    assert re.fullmatch(r"\d+ of \d+ projects are illustrative", told["Basis"])
    assert "Advanced computing" in told["Condition"]
    assert told["Everything up to revision"] == "1"
    again = client.get(told["Question"].removeprefix("http://testserver"))
    assert again.context["count"].value == int(told["Rows"].split()[0])
    assert "Announced" not in told, "nothing was published of a part of the list"
    assert told["Annual plan"] == "These projects' own plans"
    places = [line[2] for line in lines if len(line) > 2 and line[2] and "/figures/" in str(line[2])]
    assert len(places) == 6
    for place in places:
        assert client.get(place.removeprefix("http://testserver")).status_code == 200


def test_of_a_whole_list_it_says_which_plans_were_published(province: Any, client_of: Any) -> None:
    client = client_of(province)
    book = body_of(client, files_on(client, "/projects/?month=2023-05&lang=en")["", "xlsx"])
    lines = openpyxl.load_workbook(io.BytesIO(book)).worksheets[1].iter_rows(values_only=True)
    assert "47.300 billion CNY" in {line[0]: line[1] for line in lines if line[0]}["Announced"]


def test_a_file_is_named_in_its_readers_language_and_in_signs_that_any_program_takes(
    province: Any, client_of: Any
) -> None:
    client = client_of(province)
    for lang, title in (("zh-hans", "项目"), ("en", "Projects")):
        named = client.get(f"/projects/?lang={lang}&month=2023-06&format=csv")["Content-Disposition"]
        plain, for_people = re.fullmatch(r"attachment; filename=\"(.*)\"; filename\*=UTF-8''(.*)", named).groups()
        assert re.fullmatch(r"projects-2023-06-r\d+\.csv", plain)
        assert re.fullmatch(rf"{title}-2023-06-r\d+\.csv", unquote(for_people))


@pytest.mark.parametrize("asked", ["format=pdf", "format=csv&table=nowhere"])
def test_a_file_that_there_is_not_is_refused(province: Any, client_of: Any, asked: str) -> None:
    assert client_of(province).get(f"/projects/?{asked}").status_code == 400


@pytest.mark.office
@pytest.mark.parametrize("address", ["/projects/?precision=exact", "/figures/disbursed/"])
def test_an_office_keeps_every_value(province: Any, client_of: Any, address: str, tmp_path: Path) -> None:
    client = client_of(province)
    book = body_of(client, next(url for (_table, form), url in files_on(client, address).items() if form == "xlsx"))
    (tmp_path / "in.xlsx").write_bytes(book)
    kept = openpyxl.load_workbook(*saved_by_office(tmp_path / "in.xlsx")).worksheets[0]
    assert [list(row) for row in kept.iter_rows(values_only=True)][-len(rows_in(book)) :] == rows_in(book)
