"""A whole month by workbook, as an official has it: the template filled in, sent, submitted, returned, corrected so."""

from __future__ import annotations

import io
import re
import threading
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from projects.jobs.worker import work
from projects.models import Import, MonthlyReport
from tests.projects.july import ASKED, BEFORE_CLOSING, approve, set_today
from tests.projects.pages.rounds import entries, july

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SHEET, DONE = "/rounds/2023-07/", "main .note.good"
OPEN = "form[data-review] tbody a[href*='open=']"


def june_of(codes: list[str]) -> dict[str, int]:
    reports = MonthlyReport.objects.filter(entry__programme__year=2023, entry__project__code__in=codes, month=6)
    return dict(reports.values_list("entry__project__code", "disbursed"))


def filled_in(content: bytes, amounts: dict[str, int]) -> bytes:
    """A template with amounts (CNY) and a sentence for these projects, as somebody types them."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = next(each for each in book.worksheets if each.title in ("Data", "数据"))
    named = {name: re.search(r"\$([A-Z]+)\$", each.attr_text)[1] for name, each in book.defined_names.items()}
    about = book["about"]
    unit = next(row[1].value for row in about.iter_rows() if row[0].value == "unit")
    for row in range(2, sheet.max_row + 1):
        code = sheet[f"{named['field_code']}{row}"].value
        if code in amounts:
            sheet[f"{named['field_disbursed']}{row}"] = amounts[code] / int(unit)
            for name, text in (("progress", "设备安装"), ("reason", "雨季停工"), ("measure", "两班施工")):
                sheet[f"{named['field_' + name]}{row}"] = text
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def by_workbook(page: Page, language: str, amounts: dict[str, int], folder: Path) -> Import:
    """Fetched, filled in, sent, looked at and confirmed: no column has to be said."""
    page.goto(f"/imports/?lang={language}")
    with page.expect_download() as fetched:
        page.locator("a[href*='template.xlsx'][href*='kind=reports']").click()
    file = folder / "7月.xlsx"
    file.write_bytes(filled_in(Path(fetched.value.path()).read_bytes(), amounts))
    page.locator("#i-kind").select_option("reports")
    page.locator("#i-month").select_option("2023-07")
    page.locator("#i-file").set_input_files(file)
    page.locator("main form.upload button[type=submit]").click()
    worked(page)
    expect(page.locator(".cells ins").first).to_be_visible()
    expect(page.locator("select[id^=column-]")).to_have_count(0)
    page.locator("#c-reason").fill("7月报送")
    page.locator("button[name=action][value=confirm]").click()
    worked(page)
    expect(page.locator(DONE)).to_be_visible()
    return Import.objects.first()


def worked(page: Page) -> None:
    """What the worker beside the server does, and the page shown anew."""
    expect(page.locator("main .note.info[role=status]")).to_be_visible()
    work(("check-import", "confirm-import"), ending=threading.Event(), once=True, say=lambda _line: None)
    page.reload()


def submitted(page: Page, language: str, number: str) -> None:
    page.goto(f"{SHEET}?lang={language}")
    page.locator("[data-submit]").click()
    expect(page.locator(DONE)).to_contain_text(number)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_month_is_reported_returned_corrected_and_approved_by_workbook(
    live_register: Any, changsha_writer: Any, province: Any, window: Any, signed_in: Any, tmp_path: Path, language: str
) -> None:
    own = [entry.project.code for entry in entries()][:4]
    approve(ASKED, but=own)
    set_today(BEFORE_CLOSING)
    sheet, review = window(), window()
    signed_in(sheet, "changsha")
    signed_in(review, "province")

    first = by_workbook(sheet, language, june_of(own), tmp_path)
    assert (first.state, first.counts["rows"]["refused"]) == ("done", 0)
    submitted(sheet, language, "4")

    review.goto(f"/review/?lang={language}")
    review.locator(OPEN).first.click()
    review.locator("#why").fill("请核实。")
    review.locator("[name=action][value=return]").click()
    for _each in range(3):
        expect(review.locator(DONE)).to_contain_text("1")
        review.locator("[name=action][value=approve]").first.click()
    expect(review.locator("main .empty")).to_be_visible()

    [returned] = MonthlyReport.objects.filter(month=7, state="returned").select_related("entry__project")
    second = by_workbook(sheet, language, {returned.entry.project.code: 123_450_000}, tmp_path)
    assert second.counts["rows"] | {"unchanged": 0} == {
        "new": 0,
        "changed": 1,
        "unchanged": 0,
        "refused": 0,
        "conflicts": 0,
    }
    submitted(sheet, language, "1")
    review.goto(f"/review/?lang={language}")
    review.locator(OPEN).first.click()
    review.locator("[name=action][value=approve]").first.click()
    expect(review.locator(DONE)).to_contain_text("1")
    assert july(returned.entry).state == "approved"

    # the figure opens the cell that it came from, for whoever sent it and for the province
    for page in (sheet, review):
        page.goto(
            f"/figures/disbursed/?programme=2023&code={returned.entry.project.code}&through=2023-07&lang={language}"
        )
        page.locator(f"a[href*='/imports/{second.pk}/']").first.click()
        expect(page.locator("tr.sel")).to_contain_text("12345")
