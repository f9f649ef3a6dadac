"""A change proposed and accepted in a browser; its pages judged by axe and read in a narrow window."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from projects.models import Project, Proposal
from tests.projects.admin.forms import change_url
from tests.projects.workflows.proposals_made import OWN, PLAN, project, proposed, returned

from .test_accessibility import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_prefecture_proposes_and_the_province_accepts_what_has_moved_meanwhile(
    changsha_writer, province, window, signed_in
):
    page = window()
    signed_in(page, "changsha")
    page.goto(f"/projects/{OWN}/?lang=en")
    page.get_by_role("link", name="Propose a change").click()
    page.get_by_label("Total investment, billion CNY").fill("2.85")
    page.get_by_label("Reason of the proposal").fill("Second phase")
    page.get_by_role("button", name="Propose").click()
    expect(page.get_by_role("alert").get_by_text("A figure needs its published source")).to_be_visible()
    page.get_by_label("or reported by").fill("A letter of the enterprise")
    page.get_by_role("button", name="Propose").click()
    expect(page.get_by_text("Your proposal waits for the province.")).to_be_visible()
    found = Project.objects.get(code=OWN)
    found.total_investment = 2_000_000_000
    found.save()

    reviewer = window()
    signed_in(reviewer, "province")
    reviewer.goto("/proposals/?lang=en")
    reviewer.get_by_role("link", name=f"Proposal {Proposal.objects.get().pk}").click()
    reviewer.get_by_role("button", name="Accept").click()
    expect(reviewer.get_by_role("alert").get_by_text("choose whether to take it")).to_be_visible()
    reviewer.get_by_label("take the proposed value").check()
    reviewer.get_by_role("button", name="Accept").click()
    expect(reviewer.get_by_text("its values are in the register now")).to_be_visible()
    assert Project.objects.get(code=OWN).total_investment == 2_850_000_000


LABELS_BESIDE = """() => [...document.querySelectorAll('.inline-related:not(.empty-form) label:not(.vCheckboxLabel)')]
    .filter((label) => label.offsetParent && document.getElementById(label.htmlFor)
        && label.getBoundingClientRect().bottom > document.getElementById(label.htmlFor).getBoundingClientRect().top + 1)
    .map((label) => label.textContent)"""


def test_in_a_row_of_a_form_that_proposes_each_label_stands_above_its_field(changsha_writer, window, signed_in):
    page = window()
    signed_in(page, "changsha")
    page.goto(change_url(project()))
    expect(page.locator("#id_entries-0-status")).to_be_visible()
    assert page.evaluate(LABELS_BESIDE) == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_page_of_proposals_has_a_violation_or_scrolls_sideways(
    language, changsha_writer, province, window, signed_in
):
    back = returned(changsha_writer, province)
    waiting = proposed(changsha_writer, PLAN)
    found = Project.objects.get(code=OWN).entries.get()
    found.planned_disbursement = 6
    found.save()
    for name, paths in {
        "province": ["/proposals/", f"/proposals/{waiting.pk}/", f"/projects/{OWN}/"],
        "changsha": ["/proposals/", f"/proposals/{back.pk}/", f"/projects/{OWN}/propose/?proposal={back.pk}"],
    }.items():
        page = window(width=390)
        signed_in(page, name)
        wrong, complaints = violations(page, paths, language, widths=(320, 1366, 390))
        assert not wrong
        assert not complaints
