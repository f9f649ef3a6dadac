"""`/projects/<code>/`: the year of the project."""

import datetime as dt
import re

import pytest
from django.db.models import QuerySet

from projects.history.revisions import create_revision
from projects.models import Entry, MonthlyReport, Plan, Rating
from projects.workflows import reporting
from tests.pages import opened

from .rounds import entries, submitted

pytestmark = pytest.mark.django_db
YEAR = "/projects/HN-EI-2023-36/"


def listed(code="HN-EI-2023-36"):
    return Entry.objects.get(project__code=code, programme__year=2023)


def test_its_plans_stand_side_by_side_each_with_its_share(public_read, register, client):
    with create_revision():
        more = {"basis": "illustrative", "decided_on": dt.date(2023, 6, 1)}
        Plan(entry=listed(), kind="revised", amount=10**9, document="No. 12", reason="machines late", **more).save()
        Plan(entry=listed(), kind="monitored", amount=12 * 10**8, curve=[10**8] * 12, **more).save()
    text = opened(client, YEAR, lang="en").text
    for words in (
        "they differ, so each has its own percentage",
        "No. 12",
        "machines late",
        "79.9",
        "66.6",
        "month by month",
    ):
        assert words in text


def test_of_a_plan_of_zero_no_share_applies(public_read, register, client):
    with create_revision():
        words = {"document": "No. 12", "reason": "machines late", "decided_on": dt.date(2023, 6, 1)}
        Plan(entry=listed(), kind="revised", amount=0, basis="illustrative", **words).save()
    assert "not applicable: the plan is zero" in opened(client, YEAR, lang="en").text


def test_a_list_entry_that_plans_nothing_has_a_plan_whatever_is_shown_of_it(public_read, register, client):
    QuerySet(Entry).filter(pk=listed().pk).update(planned_disbursement=0)
    text = opened(client, YEAR, lang="en").text
    assert "; the annual plan is zero." in text
    assert "plan of zero" in text  # in place of the share
    assert "no plan known" not in text
    assert "no plan, or a plan of zero" in opened(client, "/attention/?code=HN-EI-2023-36", lang="en").text


def test_the_light_and_the_rating_stand_together_and_say_when_they_disagree(public_read, province, client_of):
    with create_revision(user=province):
        Rating(entry=listed(), month=6, light="green", words="it will catch up", author=province).save()
    inside = opened(client_of(province), YEAR, lang="en").text
    assert "They disagree: the reviewer says green, the rule says yellow." in inside
    assert "it will catch up" in inside
    outside = opened(client_of(None), YEAR, lang="en").text
    assert "They disagree" in outside
    assert "it will catch up" not in outside
    assert "周敏" not in outside


def test_its_year_at_the_pace_so_far_stands_beside_its_plan(public_read, register, client):
    report = MonthlyReport.objects.get(entry=listed(), month=6)
    with create_revision():
        report.forecast, report.stage, report.progress = 1_700_000_000, "equipment", "roof closed"
        report.correction_reason = "told later"
        report.save()
    text = opened(client, YEAR, lang="en").text
    for words in ("roof closed", "1.700", "1.598", "−0.460"):
        assert words in text


def test_milestones_and_problems_of_the_project_are_shown(public_read, register, client):
    page = opened(client, YEAR, lang="en")
    assert "Main equipment on site" in page.text
    assert "6 days overdue" in page.text
    assert len([anchor for anchor in page.anchors if anchor.href.startswith("#milestone-")]) == 3


@pytest.mark.permission
def test_what_was_done_with_its_reports_is_told_to_those_with_a_grant(
    public_read, changsha_writer, province, client_of
):
    report = submitted(changsha_writer, entries()[:1])[0]
    reporting.send_back([report], user=province, comment="look at the amount again")
    address = f"/projects/{report.entry.project.code}/"
    inside = opened(client_of(changsha_writer), address, lang="en").text
    assert "look at the amount again" in inside
    assert "李湘" in inside
    outside = opened(client_of(None), address, lang="en").text
    assert "look at the amount again" not in outside
    assert "李湘" not in outside


@pytest.mark.permission
def test_the_public_is_not_told_whom_to_call(public_read, province, client_of):
    report = MonthlyReport.objects.get(entry=listed(), month=6)
    with create_revision(user=province):
        report.contact, report.correction_reason = "李先生 139", "told later"
        report.save()
    assert "李先生" in opened(client_of(province), YEAR).text
    assert "李先生" not in opened(client_of(None), YEAR).text


def test_money_since_the_start_is_told_when_what_came_before_is_on_record(public_read, register, client):
    assert "not known, because what came before the year" in opened(client, YEAR, lang="en").text
    entry = listed()
    entry.disbursed_before = 10**9
    with create_revision():
        entry.save()
    assert "since the start of the project: 1.799 billion CNY" in opened(client, YEAR, lang="en").text


def test_the_plan_of_the_list_opens_and_so_does_what_is_done_of_each_plan(public_read, register, client):
    with create_revision():
        more = {"basis": "illustrative", "decided_on": dt.date(2023, 6, 1)}
        Plan(entry=listed(), kind="revised", amount=10**9, document="No. 12", reason="late", **more).save()
    page = client.get(YEAR, {"lang": "en"}).text
    rows = dict(re.findall(r'<tr id="plan-(\w+)">(.*?)</tr>', page, re.DOTALL))
    opens = {kind: re.findall(r'href="(/figures/\w+/)\?([^"]*)">([^<]*)<', row) for kind, row in rows.items()}
    asked = "programme=2023&amp;through=2023-06&amp;code=HN-EI-2023-36"
    assert opens["announced"] == [
        ("/figures/planned_disbursement/", asked, "2.057"),
        ("/figures/disbursed/", asked, "38.8"),
    ]
    assert opens["revised"] == [("/figures/disbursed/", asked, "79.9")]  # what it is itself stands in its own line
