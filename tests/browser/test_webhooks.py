"""The pages of webhooks as a person uses them, in both languages and in a narrow window; judged by axe."""

from __future__ import annotations

import pytest

from projects.choices import DeliveryState
from tests.projects.pages.webhooks_made import delivered, made, message

from .axe import broken, broken_in_both_themes, open_details

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("language", "width"), [("zh-hans", 390), ("en", 1366)])
def test_the_pages_have_no_violation_and_do_not_scroll_sideways(province, window, signed_in, language, width):
    page, empty = window(width=width, color_scheme="light"), f"/webhooks/?lang={language}"
    signed_in(page, "province")
    page.goto(empty)
    assert broken(page, colours=language == "zh-hans") == []
    own = made(province, active=False, pause_detail="https://8.8.8.8/" + "x" * 300, kinds=["claim"])
    failed = [{"at": "2026-11-20T02:00:00+00:00", "status": None, "said": "x" * 500, "ms": 1}] * 3
    in_vain = message(own, 2, attempts=failed, failures=3, state=DeliveryState.GIVEN_UP)
    delivered(own, 1), message(own), message(made(province), 1, attempts=failed, failures=3)
    skip = f"/webhooks/{own.pk}/messages/{in_vain.pk}/skip/"
    for path in ("/webhooks/", "/webhooks/add/", f"/webhooks/{own.pk}/", f"/webhooks/{own.pk}/delete/", skip):
        page.goto(f"{path}?lang={language}")
        open_details(page)
        assert (path, broken_in_both_themes(page, colours=language == "zh-hans")) == (path, [])
        assert fits(page), path
    page.goto(f"/webhooks/add/?lang={language}")
    page.locator(".hookform").evaluate("form => { form.noValidate = true; form.submit() }")
    page.wait_for_selector(".errsum")
    assert broken(page, colours=language == "zh-hans") == []
    assert fits(page)
