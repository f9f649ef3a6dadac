"""`/projects/<code>/`."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects import workflow
from projects.choices import Door, ReportState
from projects.models import (
    Claim,
    Entry,
    Milestone,
    MonthlyReport,
    Plan,
    Prefecture,
    Problem,
    Programme,
    Project,
    Rating,
)
from projects.revisions import writing
from tests.pages import opened

from .rounds import entries, submitted

pytestmark = pytest.mark.django_db


def test_facts_stand_with_where_they_come_from(public_read, register, client):
    page = opened(client, "/projects/HN-EI-2023-11/", lang="en")
    assert "7.500" in page.text
    assert [anchor for anchor in page.anchors if anchor.href == "http://houyingdance.com/gy/2022/0209/20367.html"]
    assert "not published" in page.text


def test_statements_that_disagree_stand_side_by_side(public_read, register, client):
    text = opened(client, "/projects/HN-EI-2023-08/", lang="en").text
    assert "sources disagree about 60,000 t LFP by 55%" in text
    assert "2.2624412" in text
    assert "4 published, none adopted" in text


def test_statements_that_agree_are_not_said_to_disagree(public_read, register, client):
    assert "one source speaks of it" in opened(client, "/projects/HN-EI-2023-04/", lang="en").text


def test_dates_that_disagree_are_shown_with_their_precision(public_read, register, client):
    text = opened(client, "/projects/HN-EI-2023-03/", lang="en").text
    assert "2024-Q3" in text
    assert "2023-12" in text


def test_an_illustrative_project_says_so_and_shows_its_months(public_read, register, client):
    page = opened(client, "/projects/HN-EI-2023-36/", lang="en")
    assert "Not a real project" in page.text
    assert (
        "0.799 billion CNY disbursed, January to June 2023: 38.8% of the year's plan, 11.2 points behind the time gone."
        in page.text
    )
    assert page.value("disbursed") == 798_900_000


def test_a_code_is_found_however_it_is_written(public_read, register, client):
    assert client.get("/projects/hn-ei-2023-08/").status_code == 200


@pytest.mark.parametrize("code", ["HN-EI-2023-99", "%00", "x" * 500, "..%2F", "HN-EI-2023-08%0A"])
def test_a_project_that_there_is_not_is_not_found(public_read, register, client, code):
    assert client.get(f"/projects/{code}/").status_code == 404


def test_another_prefectures_project_is_not_found(public_read, changsha_writer, client_of):
    client = client_of(changsha_writer)
    assert client.get("/projects/HN-EI-2023-02/").status_code == 404
    assert client.get("/projects/HN-EI-2023-09/").status_code == 200


def test_a_project_of_no_prefecture_is_the_provinces(public_read, changsha_writer, client_of):
    assert client_of(changsha_writer).get("/projects/HN-EI-2023-08/").status_code == 404


def test_a_year_that_it_is_not_on_is_said(public_read, register, client):
    assert (
        "This project is not on the list of 2021."
        in opened(client, "/projects/HN-EI-2023-36/", programme="2021", lang="en").text
    )


def test_a_project_on_no_list_has_its_page(public_read, register, client):
    with writing():
        MonthlyReport.objects.filter(entry__project__code="HN-EI-2023-36").delete()
        Entry.objects.get(project__code="HN-EI-2023-36").delete()
    assert "This project is on no year's list yet." in opened(client, "/projects/HN-EI-2023-36/", lang="en").text


def test_a_project_on_two_lists_shows_the_year_asked_for(public_read, register, client):
    project = Project.objects.get(code="HN-EI-2023-36")
    with writing():
        Entry(project=project, programme=Programme.objects.get(year=2024), planned_disbursement=10**9).save()
    newest = opened(client, "/projects/HN-EI-2023-36/", lang="en")
    assert "Plan of 2024" in newest.text
    assert "No monthly report yet" in newest.text
    assert "Plan of 2023" in opened(client, "/projects/HN-EI-2023-36/", programme="2023", lang="en").text


def test_drafts_are_no_facts(public_read, province, client_of):
    report = MonthlyReport.objects.get(entry__project__code="HN-EI-2023-36", month=6)
    with writing():
        report.state = ReportState.DRAFT
        report.save()
    assert "Draft" not in opened(client_of(None), "/projects/HN-EI-2023-36/", lang="en").text.title().replace(
        "Drafts", ""
    )
    assert "0.623 billion CNY disbursed" in opened(client_of(province), "/projects/HN-EI-2023-36/", lang="en").text


def test_a_change_is_told_with_before_and_after(public_read, province, client_of):
    project = Project.objects.get(code="HN-EI-2023-36")
    with writing(door=Door.ADMIN, user=province, reason="a slip"):
        project.total_investment = 4_300_000_000
        project.started = "2022-Q2"
        project.save()
    inside = opened(client_of(province), "/projects/HN-EI-2023-36/", lang="en").text
    assert "Project changed" in inside
    assert "4,300.00 million CNY" in inside
    assert "2022-02 → 2022-Q2" in inside
    assert "周敏" in inside
    assert "a slip" in inside


def test_the_public_never_reads_a_persons_name(public_read, province, client_of):
    project = Project.objects.get(code="HN-EI-2023-36")
    with writing(door=Door.ADMIN, user=province, reason="told by 周敏"):
        project.total_investment = 4_300_000_000
        project.save()
    text = opened(client_of(None), "/projects/HN-EI-2023-36/", lang="en").text
    assert "Project changed" in text
    assert "周敏" not in text
    assert "province" not in text.lower().split("history of changes")[1].split("a dash means")[0]


def test_what_a_project_was_elsewhere_is_not_told_to_its_new_prefecture(
    public_read, changsha_writer, province, client_of
):
    project = Project.objects.get(code="HN-EI-2023-02")
    with writing():
        project.expected_revenue = 123_000_000
        project.save()
    with writing():
        project.prefecture = Prefecture.objects.get(adcode="430100")
        project.save()
    with writing():
        project.expected_revenue = 456_000_000
        project.save()
    text = opened(client_of(changsha_writer), "/projects/HN-EI-2023-02/", lang="en").text
    assert "456.00" in text
    assert "Zhuzhou →" not in text
    assert (
        "Zhuzhou"
        in opened(client_of(province), "/projects/HN-EI-2023-02/", lang="en").text.split("History of changes")[-1]
    )
    own = text.split("History of changes")[-1]
    assert "Zhuzhou" not in own


def test_a_removed_claim_stays_in_the_history(public_read, register, client):
    with writing():
        Claim.objects.filter(project__code="HN-EI-2023-08").first().delete()
    assert "Claim removed" in opened(client, "/projects/HN-EI-2023-08/", lang="en").text


def test_only_who_may_change_it_is_led_to_the_form(public_read, province, changsha_reader, analyst, client_of):
    def forms(user):
        return [
            anchor
            for anchor in opened(client_of(user), "/projects/HN-EI-2023-09/").anchors
            if "/admin/projects/project/" in anchor.href
        ]

    assert forms(province)
    assert not forms(changsha_reader)
    assert not forms(analyst)
    assert not forms(None)


YEAR = "/projects/HN-EI-2023-36/"


def listed(code="HN-EI-2023-36"):
    return Entry.objects.get(project__code=code, programme__year=2023)


def test_its_plans_stand_side_by_side_each_with_its_share(public_read, register, client):
    with writing():
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


def test_the_light_and_the_rating_stand_together_and_say_when_they_disagree(public_read, province, client_of):
    with writing(user=province):
        Rating(entry=listed(), month=6, light="green", words="it will catch up", author=province).save()
    inside = opened(client_of(province), YEAR, lang="en").text
    assert "They disagree: the reviewer says green, the rule says yellow." in inside
    assert "it will catch up" in inside
    outside = opened(client_of(None), YEAR, lang="en").text
    assert "They disagree" in outside
    assert "it will catch up" not in outside
    assert "周敏" not in outside


def test_its_year_by_three_methods_against_its_plan(public_read, register, client):
    report = MonthlyReport.objects.get(entry=listed(), month=6)
    with writing():
        report.forecast, report.stage, report.progress = 1_700_000_000, "equipment", "roof closed"
        report.correction_reason = "told later"
        report.save()
    text = opened(client, YEAR, lang="en").text
    for words in ("roof closed", "1.700", "1.598", "short by 0.357", "short by 0.460"):
        assert words in text


def test_milestones_and_problems_of_the_project_are_shown(public_read, register, client):
    page = opened(client, YEAR, lang="en")
    assert "Main equipment on site" in page.text
    assert "6 days overdue" in page.text
    assert len([anchor for anchor in page.anchors if anchor.href.startswith("#milestone-")]) == 3


def test_what_was_done_with_its_reports_is_told_to_those_with_a_grant(
    public_read, changsha_writer, province, client_of
):
    report = submitted(changsha_writer, entries()[:1])[0]
    workflow.send_back([report], user=province, comment="look at the amount again")
    address = f"/projects/{report.entry.project.code}/"
    inside = opened(client_of(changsha_writer), address, lang="en").text
    assert "look at the amount again" in inside
    assert "李湘" in inside
    outside = opened(client_of(None), address, lang="en").text
    assert "look at the amount again" not in outside
    assert "李湘" not in outside


def test_the_history_tells_of_plans_milestones_and_problems(public_read, province, client_of):
    milestone = listed().project.milestones.get(name_zh="试生产")
    problem = listed().project.problems.get()
    with writing(user=province):
        Plan(
            entry=listed(),
            kind="revised",
            amount=10**9,
            decided_on=dt.date(2023, 6, 1),
            reason="x",
            basis="illustrative",
        ).save()
        milestone.expected, milestone.reason = dt.date(2024, 1, 31), "later still"
        milestone.save()
        problem.state, problem.note = "in-hand", "asked"
        problem.save()
    told = opened(client_of(province), YEAR, lang="en").text.split("History of changes")[-1]
    for words in ("Plan recorded", "Milestone changed", "2023-12-10 → 2024-01-31", "Problem changed", "open → in hand"):
        assert words in told


def test_what_was_reported_elsewhere_is_not_told_to_its_new_prefecture(public_read, changsha_writer, client_of):
    project = Project.objects.get(code="HN-EI-2023-39")
    problem = project.problems.get()
    with writing():
        problem.state, problem.note = "in-hand", "a matter of Zhuzhou"
        problem.save()
    with writing():
        project.prefecture = Prefecture.objects.get(adcode="430100")
        project.save()
    with writing():
        problem.state, problem.note = "open", "begun again"
        problem.save()
    told = opened(client_of(changsha_writer), "/projects/HN-EI-2023-39/", lang="en").text.split("History of changes")[
        -1
    ]
    assert "a matter of Zhuzhou" not in told


def test_the_public_is_not_told_whom_to_call(public_read, province, client_of):
    report = MonthlyReport.objects.get(entry=listed(), month=6)
    with writing(user=province):
        report.contact, report.correction_reason = "李先生 139", "told later"
        report.save()
    assert "李先生" in opened(client_of(province), YEAR).text
    assert "李先生" not in opened(client_of(None), YEAR).text


def test_it_asks_the_database_no_more_for_more_reports(province, client_of):
    client = client_of(province)
    with CaptureQueriesContext(connection) as few:
        opened(client, "/projects/HN-EI-2023-36/")
    entry = Entry.objects.get(project__code="HN-EI-2023-36")
    with writing():
        for month in range(7, 13):
            made = MonthlyReport(entry=entry, month=month, disbursed=10**8, basis="illustrative")
            made.state = ReportState.APPROVED
            made.save()
            day = dt.date(2023, month, 1)
            Milestone(project=entry.project, name_zh=f"{month}月", planned=day).save()
            Problem(project=entry.project, kind="other", description=str(month), raised_on=day).save()
            Plan(entry=entry, kind="revised", amount=month, decided_on=day, reason="x").save()
            Rating(entry=entry, month=6, light="red", words="x", author=province).save()
    with CaptureQueriesContext(connection) as many:
        opened(client, "/projects/HN-EI-2023-36/")
    # 16 for what the page had before the monthly round; one each for plans, ratings, milestones, problems and events of
    # reports, and for the history of the first four of these
    assert len(many) == len(few) <= 26
