"""What pages say of a project that has left the list of the month shown: its money stays in the sums, and nothing else."""

import re

import pytest

from projects.choices import Basis, ReportState
from projects.history.revisions import create_revision
from projects.models import Entry, MonthlyReport
from tests.pages import opened

pytestmark = pytest.mark.django_db

CODE = "HN-EI-2023-14"


@pytest.fixture
def it_left(public_read, register):
    """A function: it left its list on this day."""

    def left(day):
        entry = Entry.objects.get(project__code=CODE, programme__year=2023)
        entry.left = day
        with create_revision(reason="withdrawn"):
            entry.save()
        return Entry.objects.get(pk=entry.pk)

    return left


def test_the_list_says_what_its_totals_have_beyond_its_rows(it_left, client):
    alone = opened(client, "/projects/", precision="exact", lang="en")
    assert "totals are of exactly these rows" in alone.text
    entry = it_left("2023-03-15")
    reported = sum(MonthlyReport.objects.filter(entry=entry, month__lte=6).values_list("disbursed", flat=True))
    page = opened(client, "/projects/", precision="exact", lang="en")
    assert CODE not in page.text
    assert page.value("disbursed") == alone.value("disbursed")
    assert "totals are of exactly these rows" not in page.text
    told = re.search(r"Disbursed: of it ([0-9.]+) billion CNY of 1 project that is off the list", page.text)
    assert told, page.text[-600:]
    assert abs(float(told[1]) * 10**9 - reported) <= 5 * 10**6


def test_its_own_page_shows_an_approved_report_of_an_open_month(it_left, client):
    entry = it_left("2023-07-10")
    with create_revision(reason="approved"):
        MonthlyReport.objects.create(
            entry=entry, month=7, disbursed=7_000_000, state=ReportState.APPROVED, basis=Basis.ILLUSTRATIVE
        )
    page = opened(client, f"/projects/{CODE}/", through="2023-07", lang="en")
    assert "is not approved" not in page.text
    reported = sum(MonthlyReport.objects.filter(entry=entry, month__lte=7).values_list("disbursed", flat=True))
    assert page.value("disbursed") == reported


def test_its_own_page_does_not_say_that_its_plan_is_not_known(it_left, client):
    it_left("2023-03-15")
    """Up to June its plan is that of the months in which it was on the list; in May alone there is none."""
    page = opened(client, f"/projects/{CODE}/", lang="en")
    assert "5.9% of the year's plan" in page.text
    page = opened(client, f"/projects/{CODE}/", month="2023-05", lang="en")
    assert "off the list in May, so that no plan is held against it" in page.text
    assert "no annual plan is known" not in page.text
