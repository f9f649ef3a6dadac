"""Workbooks in which a few values, letters or elements were changed at random are read, or refused in words."""

from __future__ import annotations

import io
import random
import re
import zipfile

import pytest
import xlsxwriter
from django.core.exceptions import ValidationError

from projects.imports.fields import Vocabulary
from projects.imports.opening import open_book
from projects.imports.tables import find_table

from .made import MESSY
from .test_hostile_files import remade

pytestmark = pytest.mark.no_database

PARTS = [f"xl/{name}.xml" for name in ("worksheets/sheet1", "workbook", "sharedStrings", "styles")]
EVIL = [
    b"-1",
    b"99999999",
    b"1e999",
    b"NaN",
    b"",
    b"4294967296",
    b"18446744073709551616",
    b"ZZZ1",
    b"A0",
    b"b",
    b"d",
    b"e",
]
EVIL += [b"s", b"inlineStr", b"str", b"2023-13-45T99:99:99", b"A1:ZZZ9999999", b"gb2312", b"\xff"]


def workbook() -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"default_date_format": "yyyy/m/d"})
    sheet = book.add_worksheet("汇总")
    for row, line in enumerate(MESSY):
        sheet.write_row(row, 0, line)
    sheet.write_formula("C9", "=1+1", None, 2)
    sheet.write_boolean("A13", True)
    sheet.write_rich_string("A14", "甲", book.add_format({"bold": True}), "乙")
    sheet.merge_range("A12:C12", "注")
    book.close()
    return file.getvalue()


def spoilt(xml: bytes, chance: random.Random) -> bytes:
    kind = chance.random()
    if kind < 0.2:
        place = chance.randrange(len(xml))
        return xml[:place] + bytes([chance.randrange(32, 127)]) + xml[place + 1 :]
    found = list(re.finditer(rb'(?<=")[^"<>]*(?=")|(?<=>)[^<>]+(?=<)' if kind < 0.85 else rb"<[^<>]+/?>", xml))
    if not found:
        return xml
    at = chance.choice(found)
    return xml[: at.start()] + (chance.choice(EVIL) if kind < 0.85 else b"") + xml[at.end() :]


def test_whatever_is_changed_in_a_workbook_it_is_read_or_refused():
    seed = random.randrange(10**9)  # noqa: S311  chance, not secrecy
    print(f"seed {seed}")
    chance, outcomes = random.Random(seed), {"read": 0, "refused": 0}  # noqa: S311
    content = workbook()
    parts = {name: zipfile.ZipFile(io.BytesIO(content)).read(name) for name in PARTS}
    for _round in range(150):
        name = chance.choice(PARTS)
        xml = parts[name]
        for _change in range(chance.randint(1, 4)):
            xml = spoilt(xml, chance)
        try:
            book = open_book(remade(content, {name: xml}), name="a.xlsx")
            find_table(book.grid(book.sheets[0].name), Vocabulary("register", 2023))
            outcomes["read"] += 1
        except ValidationError:
            outcomes["refused"] += 1
    assert min(outcomes.values()) > 0
