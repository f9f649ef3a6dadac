"""Ten thousand rows: what checking them costs beside what reading the file and fetching the rows cost."""

from __future__ import annotations

import io
import time

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from projects.choices import Channel
from projects.history.revisions import create_revision
from projects.models import Entry, Prefecture, Programme, Project
from projects.models.bulk import Keys, insert_with_history
from sectors.models import Sector
from tests.length import LONG

from .made import looked_at

pytestmark = pytest.mark.long

ROWS = 10_000 if LONG else 10
HEADS = [
    "编号",
    "项目名称",
    "总投资（亿元）",
    "2023年计划投资（万元）",
    "是否外省转移",
    "开工时间",
    "所属行业",
    "市州",
    "备注",
]


def workbook(*, more: int = 0) -> bytes:
    sector, prefecture = Sector.objects.first(), Prefecture.objects.first()
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADS)
    for row in range(1, ROWS + 1):
        amounts = row % 4000 + 1 + more, row % 3000 + more
        cells = [
            f"HN-T-{row:05}",
            f"项目{row}",
            *amounts,
            "√",
            "2022.2",
            sector.name_zh,
            prefecture.name_zh,
            f"第{row}",
        ]
        sheet.write_row(row, 0, cells)
    book.close()
    return file.getvalue()


def stored(rows) -> None:
    """Store what a check would write."""
    keys = Keys()
    for row in rows:
        project, entry = row.records
        project.pk, entry.pk = keys.take(Project), keys.take(Entry)
        entry.project = project
    with create_revision(door=Channel.COMMAND, reason="many"):
        insert_with_history([row.records[0] for row in rows])
        insert_with_history([row.records[1] for row in rows])
        keys.release()


def seconds(work) -> tuple[float, object]:
    """Of the processor, which is what the others on the machine leave alone."""
    before = time.process_time()
    found = work()
    return time.process_time() - before, found


def test_ten_thousand_rows_are_checked_in_thrice_reading_and_fetching_and_five_seconds(province):
    content, changed = workbook(), workbook(more=1)
    took_new, new = seconds(lambda: looked_at(content, province))
    assert new.counts["rows"]["new"] == ROWS
    stored(new.rows)
    reading, _ = seconds(lambda: CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python())
    programme = Programme.objects.get(year=2023)
    fetching, _ = seconds(
        lambda: (list(Project.objects.with_references()), list(Entry.objects.filter(programme=programme)))
    )
    took_same, same = seconds(lambda: looked_at(content, province))
    took_changed, other = seconds(lambda: looked_at(changed, province))
    assert same.counts["rows"]["unchanged"] == ROWS
    assert other.counts["rows"]["changed"] == ROWS
    assert max(took_new, took_same, took_changed) < 3 * (reading + fetching) + 5
