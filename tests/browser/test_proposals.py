"""A change proposed and accepted in a browser; its pages judged by axe and read in a narrow window."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from projects.models import Project
from tests.projects.admin.forms import change_url
from tests.projects.workflows.proposals_made import OWN, PLAN, project, proposed, returned

from .test_accessibility import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


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
