"""What people come to do, from the first page to the end."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from projects.models import Project

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_open_filter_click_a_total_and_reach_its_records(public_read, register, window):
    page = window()
    page.goto("/?lang=en")
    page.get_by_role("link", name="Projects", exact=True).first.click()
    page.locator(".picker", has_text="Prefecture").locator("summary").click()
    page.get_by_label("Changsha").check()
    page.get_by_label("Changde").check()
    page.get_by_role("main").get_by_role("button", name="Filter").click()
    expect(page.get_by_text("19 projects of the list of 2023 meet the conditions.")).to_be_visible()

    total = page.locator("tfoot [data-figure=total_investment]")
    value = total.get_attribute("data-value")
    total.click()
    page.wait_for_url("**/figures/total_investment/**")
    expect(page.locator("[data-record]")).to_have_count(16)
    page.get_by_role("link", name="See the 16 records in the list").click()
    page.wait_for_url("**counted_in=total_investment**")
    expect(page.locator("tbody tr")).to_have_count(16)
    expect(page.locator("tfoot [data-figure=total_investment]")).to_have_attribute("data-value", value)

    page.locator("tbody th a").first.click()
    expect(page.get_by_role("heading", name="Facts")).to_be_visible()


def test_a_change_in_the_administration_shows_at_once_on_the_overview_and_in_the_api(province, window, signed_in):
    page = window()
    signed_in(page, "province")
    project = Project.objects.get(code="HN-EI-2023-13")
    page.goto(f"/admin/projects/project/{project.pk}/change/")
    field = page.locator("[name=total_investment]")
    field.fill("2.04734")
    page.locator("[name=total_investment_reported_by]").fill("某市工信局")
    page.locator("[name=_save]").click()
    page.wait_for_url("**/admin/projects/project/")
    assert Project.objects.get(pk=project.pk).total_investment == 2_047_340_000

    page.goto("/?lang=en")
    shown = page.locator(".card [data-figure=total_investment]").first
    expect(shown).to_have_attribute("data-value", "139500000000")
    expect(shown).to_contain_text("139.5")
    answer = json.loads(page.request.get("/api/v1/totals/?programme=2023").text())
    assert answer["rows"][0]["figures"]["total_investment"]["value"] == 139_500_000_000


def test_signing_out_takes_one_back_to_public_reading(public_read, province, window, signed_in_by_the_form):
    page = window()
    signed_in_by_the_form(page, "province")
    page.locator("details.person summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
