"""`/projects/<code>/`."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.choices import Channel, ReportState
from projects.history.revisions import create_revision
from projects.models import (
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
from projects.workflows.current_programme import choose
from tests.pages import opened

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
    assert "5 published, none adopted" in text


def test_dates_that_disagree_are_shown_with_their_precision(public_read, register, client):
    text = opened(client, "/projects/HN-EI-2023-03/", lang="en").text
    assert "2024-Q3" in text
    assert "2023-12" in text


def test_an_illustrative_project_says_so_and_shows_its_months(public_read, register, client):
    page = opened(client, "/projects/HN-EI-2023-36/", lang="en")
    assert "Not a real project" in page.text
    assert (
        "By illustrative data: 0.799 billion CNY disbursed, January to June 2023: 38.8% of the year's plan,"
        " 11.2 percentage points behind the pro-rata plan." in page.text
    )
    assert page.value("disbursed") == 798_900_000


def test_a_code_is_found_however_it_is_written(public_read, register, client):
    assert client.get("/projects/hn-ei-2023-08/").status_code == 200


@pytest.mark.parametrize("code", ["HN-EI-2023-99", "%00", "HN-EI-2023-08%0A"])
def test_a_project_that_there_is_not_is_not_found(public_read, register, client, code):
    assert client.get(f"/projects/{code}/").status_code == 404


def test_another_prefectures_project_is_not_found(changsha_writer, client_of):
    client = client_of(changsha_writer)
    assert client.get("/projects/HN-EI-2023-02/").status_code == 404
    assert client.get("/projects/HN-EI-2023-09/").status_code == 200


def test_a_year_that_it_is_not_on_is_said(public_read, register, client):
    assert (
        "This project is not on the list of 2021."
        in opened(client, "/projects/HN-EI-2023-36/", programme="2021", lang="en").text
    )


def test_a_project_on_no_list_has_its_page(public_read, register, client):
    with create_revision():
        MonthlyReport.objects.filter(entry__project__code="HN-EI-2023-36").delete()
        Entry.objects.get(project__code="HN-EI-2023-36").delete()
    assert "This project is on no year's list yet." in opened(client, "/projects/HN-EI-2023-36/", lang="en").text


def test_a_project_on_two_lists_shows_the_year_asked_for(public_read, register, client):
    project = Project.objects.get(code="HN-EI-2023-36")
    with create_revision():
        Entry(project=project, programme=Programme.objects.get(year=2024), planned_disbursement=10**9).save()
    of_2024 = opened(client, "/projects/HN-EI-2023-36/", programme="2024", lang="en")
    assert "Plan of 2024" in of_2024.text
    assert "No monthly report yet" in of_2024.text
    assert "Plan of 2023" in opened(client, "/projects/HN-EI-2023-36/", programme="2023", lang="en").text
    assert "Plan of 2023" in opened(client, "/projects/HN-EI-2023-36/", lang="en").text, "the current programme"
    choose(Programme.objects.get(year=2024))
    assert "Plan of 2024" in opened(client, "/projects/HN-EI-2023-36/", lang="en").text
    choose(Programme.objects.get(year=2022))
    assert "Plan of 2024" in opened(client, "/projects/HN-EI-2023-36/", lang="en").text, (
        "its newest where it is not on that list"
    )


def test_a_change_is_told_with_before_and_after(public_read, province, client_of):
    project = Project.objects.get(code="HN-EI-2023-36")
    with create_revision(door=Channel.ADMIN, user=province, reason="a slip"):
        project.total_investment, project.total_investment_reported_by = 4_300_000_000, "常德市工信局"
        project.started, project.start_reported_by = "2022-Q2", "常德市工信局"
        project.save()
    inside = opened(client_of(province), "/projects/HN-EI-2023-36/", lang="en").text
    assert "illustrative · reported by 常德市工信局" in inside
    assert "Project changed" in inside
    assert "4,300.00 million CNY" in inside
    assert "2022-02 → 2022-Q2" in inside
    assert "周敏" in inside
    assert "a slip" in inside


def test_the_public_never_reads_a_persons_name(public_read, province, client_of):
    project = Project.objects.get(code="HN-EI-2023-36")
    with create_revision(door=Channel.ADMIN, user=province, reason="told by 周敏"):
        project.total_investment, project.total_investment_reported_by = 4_300_000_000, "周敏"
        project.save()
    text = opened(client_of(None), "/projects/HN-EI-2023-36/", lang="en").text
    assert "Project changed" in text
    assert "周敏" not in text
    assert "province" not in text.lower().split("history of changes")[1].split("a dash means")[0]


@pytest.mark.permission
def test_what_a_project_was_elsewhere_is_not_told_to_its_new_prefecture(
    public_read, changsha_writer, province, client_of
):
    project = Project.objects.get(code="HN-EI-2023-02")
    with create_revision():
        project.expected_revenue = 123_000_000
        project.save()
    with create_revision():
        project.prefecture = Prefecture.objects.get(adcode="430100")
        project.save()
    with create_revision():
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


@pytest.mark.permission
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


def more_of_every_kind(entry, author, months):
    with create_revision():
        for month in months:
            made = MonthlyReport(entry=entry, month=month, disbursed=10**8, basis="illustrative")
            made.state = ReportState.APPROVED
            made.save()
            day = dt.date(2023, month, 1)
            Milestone(project=entry.project, name_zh=f"{month}月", planned=day).save()
            Problem(project=entry.project, kind="other", description=str(month), raised_on=day).save()
            Plan(entry=entry, kind="revised", amount=month, decided_on=day, reason="x").save()
            Rating(entry=entry, month=6, light="red", words="x", author=author).save()
            entry.disbursed_before = month
            entry.save()


def test_it_asks_the_database_no_more_for_more_reports(province, client_of):
    client, entry = client_of(province), Entry.objects.get(project__code="HN-EI-2023-36")
    more_of_every_kind(entry, province, [7])
    with CaptureQueriesContext(connection) as few:
        opened(client, "/projects/HN-EI-2023-36/")
    more_of_every_kind(entry, province, range(8, 13))
    with CaptureQueriesContext(connection) as many:
        opened(client, "/projects/HN-EI-2023-36/")
    assert len(many) == len(few) <= 52
