"""`/` and `/programmes/<year>/`."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.choices import Measure, Relation, TargetKind
from projects.history.revisions import create_revision
from projects.models import Entry, MonthlyReport, Programme, Project, Source, Target
from tests.pages import more_projects, opened
from tests.projects.models.reports_made import approved, submitted

pytestmark = pytest.mark.django_db

ISSUE = {
    "project_count": 42,
    "total_investment": 138_500_000_000,
    "planned_disbursement": 47_300_000_000,
    "expected_revenue": 150_000_000_000,
    "transferred_count": 23,
    "disbursed": 15_890_000_000,
}


def test_the_newest_programme_with_projects_is_shown_first(public_read, register, client):
    assert "2023 年重点项目" in opened(client, "/").text


def test_its_figures_are_those_of_the_list(public_read, register, client):
    page = opened(client, "/", lang="en")
    shown = {
        anchor.data["figure"]: int(anchor.data["value"])
        for anchor in reversed(page.figures())
        if anchor.href.count("=") < 4
    }
    assert {name: shown[name] for name in ISSUE} == ISSUE


@pytest.mark.parametrize(
    "text", ["33.6%", "50.1%", "7.76 billion CNY behind the announced plan, level with the monitored plan"]
)
def test_money_disbursed_is_measured_against_both_plans(public_read, register, client, text):
    assert text in opened(client, "/", lang="en").text


def test_a_title_follows_its_numbers(public_read, register, client):
    report = MonthlyReport.objects.get(entry__project__code="HN-EI-2023-13", month=6)
    project = report.entry.project
    with create_revision():
        project.total_investment = 30_000_000_000
        project.save()
        report.disbursed += 20_000_000_000
        report.correction_reason = "A payment of the whole programme"
        report.save()
    assert (
        "12.24 billion CNY ahead of the announced plan, about 20.04 billion CNY ahead"
        in opened(client, "/", lang="en").text
    )


def test_where_no_plan_was_announced_the_list_is_held_against_its_own(public_read, register, client):
    with create_revision():
        for target in Target.objects.filter(measure=Measure.PLANNED_DISBURSEMENT):
            target.delete()
    text = opened(client, "/", lang="en").text
    assert "no plan for the year is known to compare with" not in text
    assert "billion CNY behind these projects' own plans" in text


def test_who_is_not_asked_to_report_is_counted_and_nobody_else_said_to_be(public_read, register, client):
    assert "12 projects are not asked to report in these months" in opened(client, "/", lang="en").text
    with create_revision(reason="the bureaus take them over"):
        for entry in Entry.objects.filter(programme__year=2023, basis="published"):
            entry.basis = "reported"
            entry.save()
    text = opened(client, "/", lang="en", through="2023-06").text
    assert "A gap is never counted as zero." in text
    assert "not asked to report" not in text


def test_two_plans_of_one_kind_are_told_apart_by_their_dates(public_read, register, client):
    programme = Target.objects.filter(programme__year=2023).first().programme
    with create_revision():
        source = Source(url="https://example.org/plan")
        source.published_on = "2023-05-01"
        source.save()
        Target(
            programme=programme,
            measure=Measure.PLANNED_DISBURSEMENT,
            kind=TargetKind.ANNOUNCED,
            relation=Relation.EXACTLY,
            value=40_000_000_000,
            source=source,
        ).save()
    text = opened(client, "/", lang="en").text
    assert "the announced plan of 2023-05-01" in text
    assert "the announced plan of 2023-03-06" in text


def test_one_project_alone_is_compared_with_nothing(public_read, register, client):
    text = opened(client, "/", lang="en", search="HN-EI-2023-13").text
    assert "1 project, total investment" in text
    assert "has most" not in text


def test_an_empty_register_has_a_page(public_read, db, client):
    assert "No programme is kept in the register yet" in opened(client, "/", lang="en").text


def test_a_year_without_projects_shows_what_was_announced_and_what_is_missing(public_read, register, client):
    text = opened(client, "/programmes/2022/", lang="en").text
    assert "135.2" in text
    assert "Never announced for this year: Projects transferred from other provinces, Enterprises attracted" in text


def test_a_month_in_between_is_measured_by_its_own_time(public_read, register, client):
    text = opened(client, "/", through="2023-03", lang="en").text
    assert "pro-rata plan 25%" in text
    assert "January to March" in text


def test_a_prefecture_sees_its_own(changsha_reader, client_of):
    page = opened(client_of(changsha_reader), "/", lang="en")
    assert "The figures here are of Changsha only: 13 of the list, not the whole list." in page.text
    assert "Zhuzhou" not in page.text
    assert "42 projects" not in page.text


def test_a_stranger_is_told_to_ask_for_a_grant(stranger, client_of):
    text = opened(client_of(stranger), "/", lang="en").text
    assert "Your account has no grant" in text
    assert "2023" not in text


def test_it_asks_the_database_no_more_for_more_projects(province, client_of, django_assert_max_num_queries):
    client = client_of(province)
    with CaptureQueriesContext(connection) as few:
        opened(client, "/")
    more_projects(60)
    with django_assert_max_num_queries(31) as many:  # three for what waits, of which two for its reader
        opened(client, "/")
    assert len(many) == len(few)
    assert Project.objects.count() == 102


def test_a_prefecture_asks_only_for_its_own_reports_more(changsha_writer, client_of, django_assert_max_num_queries):
    client = client_of(changsha_writer)
    with django_assert_max_num_queries(40):  # the open month, of which the province knows all, and own tasks
        opened(client, "/")


def test_what_waits_for_review_stands_beside_the_total(province, changsha_writer, client_of):
    submitted(changsha_writer)
    page = opened(client_of(province), "/", lang="en")
    assert "1 submitted report with 0.100 billion CNY waits for review and is not counted here." in page.text
    assert page.value(Measure.DISBURSED) == 15_890_000_000
    assert "waits for review" not in opened(client_of(province), "/", basis="published", lang="en").text


def test_the_public_is_told_of_nothing_that_waits(public_read, changsha_writer, client):
    submitted(changsha_writer)
    assert "wait" not in opened(client, "/", lang="en").text


def test_a_month_that_is_not_complete_is_announced_and_opened_by_asking_for_it(province, changsha_writer, client_of):
    approved(changsha_writer, province)
    page = opened(client_of(province), "/", lang="en")
    assert "July: 1/30 approved" in page.text
    assert (
        "Round of July: 1 of 30 reports are approved, 0 wait for review, 29 are outstanding; due 2023-08-10."
        in page.text
    )
    assert page.value(Measure.DISBURSED) == 15_890_000_000
    assert any("through=2023-07" in anchor.href for anchor in page.anchors)
    page = opened(client_of(province), "/", lang="en", through="2023-07")
    assert page.value(Measure.DISBURSED) == 15_990_000_000
    assert "/" in [anchor.href for anchor in page.anchors if anchor.text == "Show January to June"]


def test_a_round_that_has_closed_is_said_to_have(province, changsha_writer, client_of):
    approved(changsha_writer, province)
    with create_revision():
        programme = Programme.objects.get(year=2023)
        programme.reporting_day = "2023-09-01"
        programme.save()
    text = opened(client_of(province), "/", lang="en").text
    assert "Round of July, closed: 1 of 30 reports are approved" in text
    assert "29 are outstanding; they were due 2023-08-10." in text
