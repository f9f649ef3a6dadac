"""Every table with a button for files: what they hold is what its page says, row by row, in its order and its language."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from html import unescape
from html.parser import HTMLParser
from itertools import compress
from typing import Any

import openpyxl
import pytest
import python_calamine

PAGES = (
    "/",
    "/projects/",
    "/projects/?precision=exact&ordering=-light",
    "/projects/?sector=advanced-computing&transferred=yes&ordering=-total_investment",
    "/sectors/",
    "/sectors/?month=2023-05&sort_sectors=-plan",
    "/sectors/energy-electronics/",
    "/prefectures/",
    "/prefectures/430100/",
    "/league/",
    "/league/?by=prefecture&sort=-disbursed",
    "/rounds/",
    "/problems/",
    "/problems/?state=all&sort=-due",
    "/milestones/",
    "/milestones/?show=all&sort=-moved",
    "/forecast/",
    "/compare/?since=r1",
    "/figures/total_investment/",
    "/figures/disbursed/?sort=code",
    "/figures/disbursed_of_plan/",
    "/figures/project_count/?sector=advanced-computing",
    "/rounds/2023-06/",
    "/rounds/2023-07/?prefecture=430100&unit=large",
    "/attention/",
    "/attention/?show=all&sort=-plan",
)
LINK = re.compile(r'<a href="([^"]*format=(xlsx|csv)[^"]*)" rel="nofollow" download>')
SHEET = python_calamine.CalamineWorkbook.from_filelike
OF = ("ofprojects", "应有项目")  # what a page says behind a stroke: 35/42
CODES = (", code", ", address", "，代码", "，网址")  # heads of what is for programs and stands on no page
VOID = {"br", "hr", "img", "input", "link", "meta", "wbr"}


@dataclass
class Seen(HTMLParser):
    """The tables of a page as a reader sees them: the texts of the cells of each row."""

    tables: list[list[list[str]]] = field(default_factory=list)
    around: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self.within: list[str] = []
        self.spans = 0  # rows below that the head of a group stands beside

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in VOID:
            self.within.append(tag)
        self.around += dict(attrs).get("data-code") or ""  # of a row of the sheet, which scripts know it by
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            rows = self.tables[-1]
            rows.append(rows[-1][:1] if self.spans else [])
            self.spans -= bool(self.spans)
        elif tag in ("td", "th") and self.tables and self.tables[-1]:
            self.tables[-1][-1].append("")
            self.spans = max(self.spans, int(dict(attrs).get("rowspan", 1)) - 1)

    def handle_endtag(self, tag: str) -> None:
        while self.within and self.within.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "table" in self.within and {"td", "th"} & set(self.within):
            self.tables[-1][-1][-1] += data
        elif "table" not in self.within:
            self.around += data


def tables_on(html: str) -> tuple[list[list[str]], str]:
    """The rows of each table, each as one text without blanks; and what is said around them."""
    seen = Seen()
    seen.feed(html)
    return [[squeezed(" ".join(row)) for row in table] for table in seen.tables], squeezed(seen.around)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def said(cell: Any) -> list[str]:
    """How a page may write a cell of a file."""
    if not isinstance(cell, int | float | Decimal):
        return [squeezed(str(cell))]
    number = Decimal(str(cell))
    written = []
    for places in (0, 1, 2, 3):
        rounded = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        written.append(f"{abs(rounded):,}")
    return written[::-1]


def files_on(client: Any, address: str) -> dict[tuple[str, str], str]:
    """The addresses of the files that a page makes of its own tables, by table and form."""
    answer = client.get(address)
    assert answer.status_code == 200
    found = {}
    for url, form in LINK.findall(answer.content.decode()):
        url = unescape(url)
        if not url.startswith("/api/"):
            table = re.search(r"table=(\w+)", url)
            found[table[1] if table else "", form] = url
    return found


def body_of(client: Any, url: str) -> bytes:
    answer = client.get(url)
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content)


def rows_in(book: bytes) -> list[list[Any]]:
    """The rows of a workbook by two readers, which have to agree."""
    sheet = openpyxl.load_workbook(io.BytesIO(book)).worksheets[0]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    other = SHEET(io.BytesIO(book)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert [["" if cell is None else cell for cell in row] for row in rows] == other
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"n", "s", "inlineStr", "b"}
    return rows


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
        kept = [not head_of.endswith(CODES) for head_of in head]
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
        name = squeezed(str(next(cell for cell in line if cell is not None)))
        if name not in OF:
            row = next((each for each in rows if name in each), "")
        for cell in line[1:] if row else [name]:
            place = row + around if isinstance(cell, str) else row
            if cell and not any(each in place for each in said(cell)):
                return row, cell
    return None if lines else ("", table)
