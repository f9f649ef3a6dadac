"""What a page shows in its tables, and what the files of them hold."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import openpyxl
import python_calamine

LINK = re.compile(r'<a href="([^"]*format=(xlsx|csv)[^"]*)" rel="nofollow" download')
SHEET = python_calamine.CalamineWorkbook.from_filelike
OF = ("ofprojects", "应有项目")  # what a page says behind a stroke: 35/42
CODES = (", code", ", address", "，代码", "，网址")  # heads of what is for programs and stands on no page
CELLS = {"td", "th", "dt", "dd"}  # of tables, and of lists of facts
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
        if tag in ("table", "dl") or dict(attrs).get("class") == "sources":
            self.tables.append([])
        elif tag == "li" and self.within[-2:-1] == ["ol"] and self.tables:
            self.tables[-1].append([""])
        elif (tag == "tr" and self.tables) or (tag in ("div", "dt") and self.within[-2:-1] == ["dl"]):
            rows = self.tables[-1]
            rows.append(rows[-1][:1] if self.spans else [])
            self.spans -= bool(self.spans)
        if tag in CELLS and self.tables and self.tables[-1]:
            self.tables[-1][-1].append("")
            self.spans = max(self.spans, int(dict(attrs).get("rowspan", 1)) - 1)

    def handle_endtag(self, tag: str) -> None:
        while self.within and self.within.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if CELLS & set(self.within) or (self.within[-3:-1] == ["ol", "li"] and self.tables):
            self.tables[-1][-1][-1] += data
        elif "table" not in self.within or "caption" in self.within:
            self.around += data


def tables_on(html: str) -> tuple[list[list[str]], str]:
    """The rows of each table, each as one text without blanks; and what is said around them."""
    seen = Seen()
    seen.feed(html)
    return [[squeezed(" ".join(row)) for row in table] for table in seen.tables], squeezed(seen.around)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text).casefold()


def said(cell: Any) -> list[str]:
    """How a page may write a cell of a file."""
    if not isinstance(cell, int | float | Decimal):
        return [squeezed(str(cell))]
    number = Decimal(str(cell))
    written = [f"{abs(number):,f}"]
    for places in (0, 1, 2, 3):
        rounded = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        written.append(f"{abs(rounded):,}")
    whole = round(abs(number))
    if number != whole:  # what is just short of a limit is not said as the limit
        written += [f"{whole - Decimal('0.1'):,}", f"{whole + Decimal('0.1'):,}"]
    return written[::-1]


def files_on(client: Any, address: str) -> dict[tuple[str, str], str]:
    """The addresses of the files that a page makes of its own tables, by table and form; not those with every field."""
    answer = client.get(address)
    assert answer.status_code == 200
    found = {}
    for url, form in LINK.findall(answer.content.decode()):
        url = unescape(url)
        if urlsplit(url).path == urlsplit(address).path and "fields=" not in url:
            table = re.search(r"table=(\w+)", url)
            found[table[1] if table else "", form] = url
    return found


def body_of(client: Any, url: str) -> bytes:
    answer = client.get(url)
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content)


def rows_in(book: bytes) -> list[list[Any]]:
    """The rows of a workbook below its title, by two readers, which have to agree."""
    sheet = openpyxl.load_workbook(io.BytesIO(book)).worksheets[0]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    other = SHEET(io.BytesIO(book)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert [["" if cell is None else cell for cell in row] for row in rows] == other
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"n", "s", "inlineStr", "b"}
    return rows[(sheet.freeze_panes and int(sheet.freeze_panes[1:]) - 2) or 0 :]
