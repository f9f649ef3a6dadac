"""The pages of webhooks as a person uses them, in both languages and in a narrow window; judged by axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from projects.choices import DeliveryState
from projects.models import Webhook
from tests.projects.pages.webhooks_made import URL, delivered, made, message

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


def test_one_is_made_rotated_and_paused_by_a_person(province, window, signed_in):
    page = window()
    signed_in(page, "province")
    page.goto("/webhooks/?lang=en")
    page.get_by_role("link", name="Add a webhook").click()
    page.get_by_label("Label").fill("platform")
    page.get_by_label("Address").fill(URL)
    page.get_by_label("Claim", exact=True).check()
    page.get_by_role("button", name="Make the webhook").click()
    page.wait_for_selector(".secret")
    own = Webhook.objects.get()
    expect(page.locator(".secret code")).to_have_text(own.secret)
    assert own.kinds == ["claim"]
    page.get_by_role("button", name="Rotate the secret").click()
    page.get_by_text("the one before signs as well.").wait_for()
    rotated = Webhook.objects.get().secret
    assert rotated != own.secret
    expect(page.locator(".secret code")).to_have_text(rotated)
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Resume").click()
    page.get_by_text("It goes on from revision").wait_for()
    expect(page.locator(".secret")).to_have_count(0)
