"""Files of which nothing can be believed: each is refused in words, at once, and none is ever an error of the server."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError

from projects.imports import books
from projects.imports.books import open_book
from projects.imports.fields import Vocabulary
from projects.imports.tables import find_table

from .made import xlsx

pytestmark = pytest.mark.no_database

ROWS = [["项目名称", "总投资（万元）"], ["甲", 1]]
SHEET, TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
ROWS_XML = (
    '<sheetData><row><c t="inlineStr"><is><t>项目名称</t></is></c></row><row><c><v>1</v></c></row></sheetData>'.encode()
)
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
BOMB = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = b'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
LONGEST = 2  # seconds of a processor
KINDS = "register"


def changed(**parts: bytes | None) -> bytes:
    """An ordinary workbook with other parts: `a__b` is a/b, `None` takes one away."""
    return remade(xlsx(ROWS), {name.replace("__", "/").replace("_xml", ".xml"): part for name, part in parts.items()})


def remade(content: bytes, parts: dict[str, bytes | None]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, part in parts.items():
            if part is not None:
                new.writestr(name, part)
    return file.getvalue()


def part(name: str, content: bytes = xlsx(ROWS)) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)


def declared(name: str, doctype: bytes) -> bytes:
    """A document type in front of the root of a part."""
    old = part(name).removeprefix(b"<?xml version='1.0' encoding='UTF-8'?>\n")
    return remade(xlsx(ROWS), {name: b'<?xml version="1.0"?>' + doctype + old[old.index(b"<") :]})


def sheet_of(body: bytes) -> bytes:
    xml = f'<worksheet xmlns="{NAMESPACE}">'.encode() + body + b"</worksheet>"
    return remade(xlsx(ROWS), {SHEET: xml})


def merging(*ranges: str) -> bytes:
    """Three columns and two rows, with these ranges of merged cells."""
    cells = b"<c><v>1</v></c>" * 3
    merges = "".join(f'<mergeCell ref="{each}"/>' for each in ranges).encode()
    return sheet_of(
        b"<sheetData><row>%b</row><row>%b</row></sheetData><mergeCells>%b</mergeCells>" % (cells, cells, merges)
    )


def far(address: str) -> bytes:
    row = "".join(each for each in address if each.isdigit())
    return sheet_of(f'<sheetData><row r="{row}"><c r="{address}"><v>1</v></c></row></sheetData>'.encode())


def in_utf_16(name: str) -> bytes:
    xml = b'<?xml version="1.0" encoding="UTF-16"?>' + BOMB + b"<a>&b;</a>"
    return remade(xlsx(ROWS), {name: xml.decode().encode("utf-16")})


def in_encoding(name: bytes) -> bytes:
    old = part(SHEET)
    return remade(
        xlsx(ROWS), {SHEET: b'<?xml version="1.0" encoding="' + name + b'"?>' + old[old.index(b"<worksheet") :]}
    )


def lying(size: int) -> bytes:
    """A part that unpacks to more than its directory says."""
    content = changed(xl__worksheets__sheet1_xml=b"<a>" + b" " * 60_000_000 + b"</a>")
    return content.replace((60_000_007).to_bytes(4, "little"), size.to_bytes(4, "little"))


def many_parts() -> bytes:
    file = io.BytesIO(xlsx(ROWS))
    with zipfile.ZipFile(file, "a") as archive:
        for number in range(books.MOST_PARTS + 1):
            archive.writestr(f"xl/media/{number}", b"")
    return file.getvalue()


def twice() -> bytes:
    file = io.BytesIO(xlsx(ROWS))
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(SHEET, part(SHEET))
    return file.getvalue()


def flagged() -> bytes:
    """Every part is said to be encrypted, in the directory and before the part."""
    content = bytearray(xlsx(ROWS))
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        start = content.find(mark)
        while start >= 0:
            content[start + at] |= 1
            start = content.find(mark, start + 1)
    return bytes(content)


def damaged(at: int) -> bytes:
    content = bytearray(xlsx(ROWS))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        start = archive.getinfo(SHEET).header_offset + at
    for place in range(start, start + 40):
        content[place] ^= 0xFF
    return bytes(content)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
HOSTILE: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "nothing": (lambda: b"", "a.xlsx", "empty"),
    "too many bytes": (lambda: b"a,b\n" * 3_000_000, "a.csv", "too_large"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "a.xlsx", "picture"),
    "a picture by its name": (lambda: b"BM" + b"\0" * 99, "table.BMP", "picture"),
    "a web page": (lambda: b"<html><table><tr><td>1</table>", "a.xls", "not_a_table"),
    "an old workbook": (lambda: OLE, "a.xls", "xls"),
    "a workbook with a password": (lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "encrypted"),
    "parts with a password": (flagged, "a.xlsx", "encrypted"),
    "a workbook for macros": (lambda: xlsx(ROWS), "a.xlsm", "macros"),
    "macros": (lambda: changed(**{"xl__vbaProject.bin": b"x"}), "a.xlsx", "macros"),
    "a binary workbook": (lambda: remade(xlsx(ROWS), {"xl/workbook.bin": b"x"}), "a.xlsx", "xlsb"),
    "another office": (lambda: remade(xlsx(ROWS), {"mimetype": b"application/vnd.oasis"}), "a.ods", "other_workbook"),
    "a zip of something else": (lambda: remade(xlsx(ROWS), {"xl/workbook.xml": None}), "a.xlsx", "not_a_table"),
    "links to other files": (lambda: changed(xl__externalLinks__externalLink1_xml=b"<a/>"), "a.xlsx", "external"),
    "a workbook called CSV": (lambda: xlsx(ROWS), "a.csv", "wrong_ending"),
    "a damaged part": (lambda: damaged(50), "a.xlsx", "damaged"),
    "the same part twice": (twice, "a.xlsx", "damaged"),
    "no sheet": (lambda: changed(xl__worksheets__sheet1_xml=None), "a.xlsx", "damaged"),
    "a sheet that is no XML": (lambda: sheet_of(b"<sheetData><row>"), "a.xlsx", "damaged"),
    "an encoding of several bytes": (lambda: in_encoding(b"gb2312"), "a.xlsx", "damaged"),
    "a bomb of entities in a sheet": (lambda: declared(SHEET, BOMB), "a.xlsx", "entities"),
    "a bomb of entities in UTF-16": (lambda: in_utf_16(SHEET), "a.xlsx", "entities"),
    "a file of the server": (lambda: declared(SHEET, OUTSIDE), "a.xlsx", "entities"),
    "a zip bomb": (lambda: changed(xl__media__a=b"\0" * 140_000_000), "a.xlsx", "bomb"),
    "a large part": (lambda: changed(xl__sharedStrings_xml=b"<a>" + b" " * 60_000_000 + b"</a>"), "a.xlsx", "bomb"),
    "a part larger than is said": (lambda: lying(1000), "a.xlsx", "damaged"),
    "a directory without end": (many_parts, "a.xlsx", "bomb"),
    "elements without end": (
        lambda: sheet_of(b"<sheetData>" + b"<c/>" * 1_600_000 + b"</sheetData>"),
        "a.xlsx",
        "bomb",
    ),
    "300,000 merged ranges": (lambda: merging(*["A1:XFD1048576"] * 300_000), "a.xlsx", "too_many_merged"),
    "two merged ranges that overlap": (lambda: merging("A1:B2", "B2:C2"), "a.xlsx", "overlapping_merged"),
    "the last cell of Excel": (lambda: far("XFD1048576"), "a.xlsx", "too_long"),
    "a far cell whose address is small": (lambda: far("a1048576"), "a.xlsx", "damaged"),
    "a cell without an address in a far row": (
        lambda: sheet_of(b'<sheetData><row r="1048576"><c r="A1"><v>1</v></c><c><v>1</v></c></row></sheetData>'),
        "a.xlsx",
        "too_long",
    ),
    "a cell in a cell": (
        lambda: sheet_of(b"<sheetData><row><c><c><v>1</v></c></c></row></sheetData>"),
        "a.xlsx",
        "damaged",
    ),
    "a row of no number": (lambda: sheet_of(b'<sheetData><row r="4294967297"/></sheetData>'), "a.xlsx", "damaged"),
    "100,000 rows": (
        lambda: sheet_of(b"<sheetData>" + b"<row><c><v>1</v></c></row>" * 100_000 + b"</sheetData>"),
        "a.xlsx",
        "too_long",
    ),
    "100,000 lines": (lambda: b"a,b\n" * 100_000, "a.csv", "too_long"),
    "a cell of a million characters": (lambda: b"a," + b"b" * 1_000_000, "a.csv", "long_cell"),
    "NUL in text": (lambda: "项目,\0\n".encode(), "a.csv", "nul"),
    "an open quotation mark": (lambda: b'a,"b\nc,d', "a.csv", "not_csv"),
    "damaged UTF-8": (lambda: "项目名称,总投资\n甲乙丙".encode()[:-1] + b"\xff,1", "a.csv", "encoding"),
    "UTF-32": (lambda: "a,b".encode("utf-32"), "a.csv", "nul"),
    "no cells": (lambda: xlsx([[None, None]]), "a.xlsx", "no_table"),
}


def read(content: bytes, name: str) -> None:
    book = open_book(content, name=name)
    find_table(book.grid(book.sheets[0].name), Vocabulary(KINDS, 2023))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_words_and_at_once(name):
    make, file_name, code = HOSTILE[name]
    content = make()
    before = time.thread_time()  # of this thread alone: what others do on the machine is not its
    with pytest.raises(ValidationError) as refused:
        read(content, file_name)
    assert refused.value.code == code
    assert all(refused.value.messages)
    assert time.thread_time() - before < LONGEST


def test_the_same_workbook_without_anything_put_in_is_read():
    """The control: what is refused above is refused for what was put in."""
    read(xlsx(ROWS), "a.xlsx")
    read(changed(), "A.XLSX")
    read(sheet_of(ROWS_XML), "a.xlsx")


def test_merged_ranges_that_do_not_overlap_are_read():
    """Also those that are none, or that reach beyond the cells of the sheet."""
    far_ones = [f"A{row}:B{row}" for row in range(3, 19_998)]
    grid = open_book(merging("A1:B1", "C1:XFD2", "A2:A2", "B2:A1", *far_ones), name="a.xlsx").grid("汇总")
    assert [(each.top, each.left) for each in grid.merged] == [(0, 0), (0, 2)]


def test_cells_that_are_far_away_and_blank_hurt_nobody():
    """WPS leaves formats behind to the last row of a sheet."""
    blank = b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    xml = part(SHEET).replace(b"</sheetData>", blank)
    grid = open_book(remade(xlsx(ROWS), {SHEET: xml}), name="a.xlsx").grid("汇总")
    assert grid.rows == [*ROWS[:1], ["甲", "1"]]
