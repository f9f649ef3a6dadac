"""Amounts on the monthly sheet: what the browser makes of them at once is what the server reads."""

from __future__ import annotations

import itertools

import pytest
from django.core.exceptions import ValidationError
from playwright.sync_api import expect

from projects import money
from tests.projects.pages.rounds import JULY

from .test_sheet import sheet_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def texts_of_amounts():
    """Amounts as people write them, and what only looks like one."""
    signs = ["", "-", "+", "−", "￥", "--"]
    numbers = ["0", "7", "1,234", "１２３", "9" * 15, "0.5", ".5", "5.", "1.23456789", "1 234", "约3", "", "1e3", "."]
    numbers += [
        "1,23,4",
        "1,2345",
        "0,123",
        "1,234,567.5",
        "1 234,567",
        "1,234 567",
        "1\n234",
        "1 , 234",
        "1,,234",
        "1,",
    ]
    numbers += ["12 345 678", "1234,567", ",123", "1.234,5", "1，234，567", "- 5", "1\u00a0234", "1.2②", "5²"]
    zeros = ["", "0", ".0"]
    units = [
        "",
        " ",
        "万元",
        "万",
        " 亿元",
        "亿",
        "元",
        "百万元",
        " million",
        "Billion CNY",
        "bn",
        "apples",
        "万3",
        "%",
    ]
    return ["".join(parts) for parts in itertools.product(signs, numbers, zeros, units)]


@pytest.mark.parametrize("unit", ["small", "large"])
@pytest.mark.parametrize(
    ("language", "units"), [("zh-hans", (money.WAN, money.YI)), ("en", (money.MILLION, money.BILLION))]
)
def test_the_browser_reads_every_amount_as_the_server_does(changsha_writer, window, signed_in, language, units, unit):
    page = window()
    signed_in(page, "changsha", language)
    page.goto(f"{JULY}?unit={unit}")
    texts = texts_of_amounts()
    read = page.evaluate("texts => texts.map((text) => Sheet.cny(text)?.toString() ?? null)", texts)
    size = units[unit == "large"]
    assert len({each for each in read if each}) > 50
    for text, amount in zip(texts, read, strict=True):
        try:
            wanted = str(money.cny(text, unit=size, signed=True))
        except ValidationError:
            wanted = None
        assert amount == wanted, text


def test_an_amount_that_is_refused_stands_in_no_sum_of_the_sheet(changsha_writer, window, signed_in):
    page = window()
    rows = sheet_of(page, signed_in)
    row = rows[2]
    for refused in ("8520亿", "-5", "1,23,4"):
        row.locator("[data-field=disbursed]").fill(refused)
        page.locator("[data-stored]", has_text="已存到服务器：1 格").wait_for()
        expect(row.locator("[data-ytd]")).to_have_text("—")
        expect(row.locator("[data-share]")).to_have_text("—")
        expect(page.locator("[data-total=now]")).to_contain_text("—")
    expect(row.locator("[data-messages]")).to_contain_text("“1,23,4”的分隔符不是每三位一个")


def test_an_amount_of_another_unit_is_shown_in_that_of_the_sheet_once_it_is_left(changsha_writer, window, signed_in):
    """Stored while in hand, or left at once; what is in hand stays as it was typed, and so does what is refused."""
    page = window()
    rows = sheet_of(page, signed_in)
    first, second, third = (row.locator("[data-field=disbursed]") for row in rows[:3])
    first.press_sequentially("2.7613亿元")
    page.locator("[data-stored]", has_text="已存到服务器：1 格").wait_for()
    expect(first).to_have_value("2.7613亿元")
    first.press("Enter")
    expect(first).to_have_value("27,613")
    second.press_sequentially("1.1万元")
    second.press("Enter")
    expect(second).to_have_value("1.1")
    third.press_sequentially("约3亿元")
    third.press("Enter")
    page.locator("[data-stored]", has_text="已存到服务器").wait_for()
    expect(third).to_have_value("约3亿元")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(second).to_have_value("")
    page.reload()
    expect(first).to_have_value("27,613")
