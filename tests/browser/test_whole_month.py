"""The work of a month by keyboard alone: a sheet pasted from a workbook, submitted, returned, corrected, approved, counted.

Nothing here is clicked, and only the first address of each person is typed: every further step is a key. What Tab comes to
has to be seen, also where the window is as narrow and as low as a laptop's drawn twice as large.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from projects.models import MonthlyReport
from tests.people import PASSWORD
from tests.projects.july import ASKED, BEFORE_CLOSING, approve, set_today
from tests.projects.pages.rounds import entries, july

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LAPTOP, TWICE_AS_LARGE = {"width": 1366, "height": 768}, {"width": 683, "height": 384}
HEADS = ["项目编号", "7月完成（万元）", "形象进度", "滞后原因", "推进措施"]
AS_A_WORKBOOK_COPIES = """rows => {
  const cells = (row) => `<tr>${row.map((text) => `<td>${text}</td>`).join("")}</tr>`;
  const text = rows.map((row) => row.join("\\t") + "\\r\\n").join("");
  const kinds = { "text/plain": text, "text/html": `<table>${rows.map(cells).join("")}</table>` };
  const blobs = Object.entries(kinds).map(([kind, said]) => [kind, new Blob([said], { type: kind })]);
  return navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
}"""
SEEN = """element => {
  const box = element.getClientRects()[0];
  const found = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return element === document.activeElement && Boolean(found) && element.contains(found);
}"""
MOST_STEPS = 150
FIELD, OPEN, DONE = "[data-field=disbursed]", "form[data-review] tbody a[href*='open=']", "main .note.good"
COUNTED = {"zh-hans": "1–7月完成投资 205.8 亿元", "en": "January to July, disbursement is 20.58 billion CNY"}


class Keyboard:
    """Somebody at a window who has a keyboard and no mouse."""

    def __init__(self, page: Page, language: str) -> None:
        self.page, self.language = page, language

    def sign_in(self, username: str) -> None:
        self.page.goto(f"/login/?lang={self.language}")
        self.press("Tab", "Enter")  # past the navigation
        self.walk_to("#id_username").type(username)
        self.press("Tab").type(PASSWORD)
        self.press("Enter")
        self.page.wait_for_url("**/")

    def my_task(self, number: str) -> None:
        """By the navigation to the first task that waits, which is of so many, and to its page."""
        self.follow("nav.nav a[href^='/tasks/']")
        expect(self.page.locator(".task .big").first).to_have_text(re.compile(rf"^\s*{number}\b"))
        self.follow(".task a.btn.main")

    def press(self, *keys: str) -> Keyboard:
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def type(self, text: str) -> Keyboard:
        self.page.keyboard.type(text)
        return self

    def go(self, key: str) -> Keyboard:
        """Press what leads to another page, or to this one anew."""
        with self.page.expect_navigation():
            return self.press(key)

    def follow(self, what: str) -> None:
        self.walk_to(what).go("Enter")

    def walk_to(self, what: str | Locator, key: str = "Tab") -> Keyboard:
        wanted = self.page.locator(what).first if isinstance(what, str) else what
        for _step in range(MOST_STEPS):
            self.press(key)
            if wanted.evaluate("element => element === document.activeElement"):
                assert_in_hand(wanted)
                return self
        raise AssertionError(f"no key leads to {wanted}")


def assert_in_hand(element: Locator) -> None:
    """It has the focus, and its middle is in the window with nothing before it."""
    expect(element).to_be_focused()
    assert element.evaluate(SEEN), f"{element} is in hand and cannot be seen"


def block(codes: list[str], wrong: str) -> list[list[str]]:
    """What a bureau has in its workbook for its projects; one amount is no number."""
    reports = MonthlyReport.objects.filter(entry__programme__year=2023, entry__project__code__in=codes, month=6)
    june = dict(reports.values_list("entry__project__code", "disbursed"))
    rows = [[code, f"{june[code] // 10_000}", "设备安装", "雨季停工", "两班施工"] for code in sorted(june)]
    rows[1][1] = wrong
    return [HEADS, *rows]


@pytest.mark.parametrize(("language", "size"), [("zh-hans", LAPTOP), ("en", TWICE_AS_LARGE)])
def test_a_month_is_reported_reviewed_and_counted_by_keys_alone(
    live_register, changsha_writer, province, window, language, size
):
    own = [entry.project.code for entry in entries()][:4]
    approve(ASKED, but=own)
    set_today(BEFORE_CLOSING)
    bureau = Keyboard(window(permissions=["clipboard-read", "clipboard-write"]), language)
    reviewer = Keyboard(window(), language)
    sheet, review = bureau.page, reviewer.page
    review.add_init_script("localStorage.setItem('review-keys', 'on')")
    for page in (sheet, review):
        page.set_viewport_size(size)

    # the bureau pastes its workbook, mends what is refused and submits
    bureau.sign_in("changsha")
    bureau.my_task("4")
    sheet.evaluate(AS_A_WORKBOOK_COPIES, block(own, "约15162"))
    bureau.walk_to(FIELD).press("Control+v")
    refused = sheet.locator("[data-refused] li")
    expect(refused).to_have_count(1)
    expect(refused).to_be_in_viewport()
    bureau.walk_to("[data-refused] a", "Shift+Tab").press("Enter")
    assert_in_hand(sheet.locator(f"[data-code='{own[1]}'] {FIELD}"))
    bureau.press("Control+a").type("15162万元")
    bureau.walk_to("[data-submit]")
    expect(sheet.locator("[data-submit]")).to_contain_text("4")
    bureau.press("Enter")
    expect(sheet.locator(DONE)).to_contain_text("4")

    # the province looks on and back, returns one and approves three
    reviewer.sign_in("province")
    reviewer.my_task("4")
    reviewer.follow(OPEN)
    first = review.url
    reviewer.go("j").go("k")
    assert review.url == first
    reviewer.press("r")
    assert_in_hand(review.locator("#why"))
    reviewer.type("All of July? 请核实。")
    reviewer.follow("[name=action][value=return]")
    for _each in range(3):
        expect(review.locator(DONE)).to_contain_text("1")
        reviewer.go("a")
    expect(review.locator("main .empty")).to_be_visible()

    # what was returned is corrected and comes again
    [returned] = MonthlyReport.objects.filter(month=7, state="returned").select_related("entry__project")
    bureau.my_task("1")
    row = sheet.locator(f"[data-code='{returned.entry.project.code}']")
    expect(row).to_contain_text("All of July? 请核实。")
    bureau.walk_to(row.locator(FIELD)).press("Control+a").type("12345万元")
    bureau.walk_to("[data-submit]").press("Enter")
    expect(sheet.locator(DONE)).to_contain_text("1")
    reviewer.my_task("1")
    reviewer.follow(OPEN)
    reviewer.go("a")
    expect(review.locator(DONE)).to_contain_text("1")

    # with the last approval the month counts
    reviewer.follow("nav.nav li:nth-child(2) a")
    reports = MonthlyReport.objects.filter(month__lte=7, state="approved", entry__programme__year=2023)
    total = sum(reports.values_list("disbursed", flat=True))
    assert july(returned.entry).disbursed == 123_450_000
    expect(review.locator("[data-figure=disbursed]").first).to_have_attribute("data-value", str(total))
    expect(review.get_by_role("heading", level=1)).to_contain_text(COUNTED[language])
