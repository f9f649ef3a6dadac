"""Deciding about a claim and writing a note, in a narrow window and by keyboard alone; judged by axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from projects.models import Claim, Note, Project

from .axe import broken

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CODE = "HN-EI-2023-02"


def claims():
    return list(Claim.objects.filter(project__code=CODE).order_by("-adopted", "pk"))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_forms_have_no_violation_and_do_not_scroll_sideways(province, window, signed_in, language):
    page = window(width=390)
    signed_in(page, "province")
    adopted, other, _third = claims()
    for path in (
        f"/claims/{other.pk}/adopt/",
        f"/claims/{adopted.pk}/withdraw/",
        f"/claims/{Claim.objects.get(project__code='HN-EI-2023-04').pk}/withdraw/",
        f"/notes/add/?programme=2023&project={CODE}",
        "/notes/add/?programme=2023&figure=total_investment",
    ):
        page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
        assert broken(page, colours=language == "zh-hans") == []
        page.locator("main form").evaluate("form => { form.noValidate = true; form.submit() }")
        page.wait_for_selector(".errsum")
        assert broken(page, colours=language == "zh-hans") == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_claim_is_adopted_and_a_note_written_by_keyboard_alone(province, window, signed_in):
    page = window(width=390)
    signed_in(page, "province")
    other = claims()[1]
    page.goto(f"/projects/{CODE}/?lang=en")
    page.locator(f"a[href*='/claims/{other.pk}/adopt/']").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#decision-reason")
    page.locator("#decision-reason").focus()
    page.keyboard.type("newer")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/projects/{CODE}/**")
    assert Project.objects.get(code=CODE).total_investment == other.amount
    page.locator("a[href*='/notes/add/']").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#note-text")
    page.locator("#note-text").focus()
    page.keyboard.type("Equipment in July")
    for _stop in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/projects/{CODE}/**")
    assert Note.objects.get().text == "Equipment in July"
    expect(page.get_by_text("Equipment in July").first).to_be_visible()
