"""The page of tokens as a person uses it, in both languages and in a narrow window; judged by axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from portfolio.models import ApiToken

from .axe import broken, broken_in_both_themes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("language", "width"), [("zh-hans", 390), ("en", 1366)])
def test_the_pages_have_no_violation_and_do_not_scroll_sideways(province, window, signed_in, language, width):
    page = window(width=width, color_scheme="light")
    signed_in(page, "province")
    page.goto(f"/tokens/?lang={language}")
    assert broken(page, colours=language == "zh-hans") == []
    bounds = {"prefectures": ["430100", "430200"], "addresses": ["2001:db8:1234:5678::/64", "10.1.0.0/16"]}
    token, _key = ApiToken.objects.create(user=province, label="省数据平台" * 10, **bounds)
    ApiToken.objects.create(user=province)[0].revoke(by=province)
    for path in ("/tokens/", "/tokens/?show=all", "/tokens/add/", f"/tokens/{token.token_key}/revoke/"):
        page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
        assert (path, broken_in_both_themes(page, colours=language == "zh-hans")) == (path, [])
        assert fits(page), path
    page.goto(f"/tokens/add/?lang={language}")
    page.locator(".hookform").evaluate("form => { form.noValidate = true; form.submit() }")
    page.wait_for_selector(".errsum")
    assert broken(page, colours=language == "zh-hans") == []
    assert fits(page)


def test_one_is_made_copied_and_revoked_by_keyboard(province, window, signed_in):
    page = window()
    signed_in(page, "province")
    page.goto("/tokens/?lang=en")
    page.get_by_role("link", name="Make a token").press("Enter")
    page.get_by_label("Label").fill("platform")
    page.get_by_label("Changsha").check()
    page.get_by_label("Label").press("Enter")
    key = page.locator("code.key").inner_text()
    assert len(key) == 64
    token = ApiToken.objects.get()
    assert (token.label, token.token_key, token.prefectures) == ("platform", key[:15], ["430100"])
    page.get_by_role("link", name="To the list of tokens").click()
    expect(page.get_by_role("link", name="Revoke platform")).to_be_visible()
    assert key not in page.content()
    page.get_by_role("link", name="Revoke platform").click()
    page.get_by_role("link", name="Back, change nothing").click()
    page.wait_for_url("**/tokens/")
    page.get_by_role("link", name="Revoke platform").click()
    page.get_by_role("button", name="Revoke it for good").click()
    page.get_by_text("The token was revoked").wait_for()
    token.refresh_from_db()
    assert token.revoked_by == province
