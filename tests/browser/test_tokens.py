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


@pytest.mark.parametrize("width", [390, 1366])
def test_what_the_menu_of_the_account_offers_is_large_enough_to_touch(province, window, signed_in, width):
    page = window(width=width)
    signed_in(page, "province")
    page.goto("/?lang=en")
    page.locator(".top details.menu summary").click()
    offered = page.locator(".top .menu li:not(.narrow) :is(a, button)")  # the other language stands there on a phone
    assert offered.all_inner_texts() == ["My tasks", "Administration", "Tokens", "Webhooks", "Sign out"]
    boxes = [each.bounding_box() for each in offered.all()]
    assert min(box["height"] for box in boxes) >= 24
    assert len({(box["x"], box["width"]) for box in boxes}) == 1
    assert max(box["x"] + box["width"] for box in boxes) <= width


WIDER = "all => all.filter(each => each.scrollWidth > each.clientWidth + 1).map(each => each.innerText)"


@pytest.mark.parametrize("width", [390, 1366])
def test_what_has_no_place_to_break_is_broken_rather_than_cut(province, window, signed_in, width):
    page = window(width=width)
    signed_in(page, "province")
    networks = [f"2001:db8:1234:5678:9abc:def0:1234:{last}/128" for last in range(5678, 5681)]
    token, _key = ApiToken.objects.create(user=province, label="provincial_data_platform_" * 4, addresses=networks)
    for path in ("/tokens/?lang=en", f"/tokens/{token.token_key}/revoke/?lang=en"):
        page.goto(path)
        assert (path, page.locator("main :is(.scroll, tbody th, td, dd, form)").evaluate_all(WIDER)) == (path, [])
        assert fits(page), path
    if width == 390:  # label and value stay beside each other
        left = page.locator(".facts dt").evaluate_all("all => all.map(each => each.getBoundingClientRect().x)")
        assert len(set(left)) == 1
