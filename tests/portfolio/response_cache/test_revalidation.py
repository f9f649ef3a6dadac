"""A page of projects that is answered again after a write says what the whole way through Django says."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import models
from django.utils import timezone

from projects.choices import ReportState
from projects.database import prepared_statements
from projects.models import Enterprise, Grant, MonthlyReport, Project, Source
from projects.versioning.revisions import writing
from sectors.models import Sector
from tests.projects.july import approve
from tests.projects.models.reports_made import submitted

from .asking import LIST, TOTALS, token_of

pytestmark = pytest.mark.django_db(transaction=True)

CODE = "HN-EI-2023-13"
PAGES = (
    "/api/v1/projects/",
    LIST,
    "/api/v1/projects/?programme=2022",
    "/api/v1/projects/?programme=2023&month=2023-03&page_size=7&page=2&ordering=-disbursed",
    "/api/v1/projects/?programme=2023&sector=new-display&fields=code,disbursed,sector,total_investment_source",
    "/api/v1/projects/?prefecture=430100&ordering=sector,-name&page_size=3&lang=en",
    "/api/v1/projects/?search=长沙&counted_in=total_investment&page_size=2",
    "/api/v1/projects/?start_min=2022&status=new",
    "/api/v1/projects/?search=nothing-of-the-kind",
    "/api/v1/projects/?prefecture=none&prefecture=430200&prefecture=430700&basis=illustrative&page_size=2",
)


def write(**values: Any) -> None:
    """By SQL, as another program would: no revision is made."""
    models.QuerySet(Project).filter(code=CODE).update(**values)


UNUSUAL = '引号"与,逗号\n换行'


def make_ready_for_the_unusual() -> None:
    with writing(reason="before"):
        Enterprise(name_zh=UNUSUAL, name_en="=cmd()").save()
        Source(url="https://a.example/?a=1&b=2", publisher_zh=UNUSUAL).save()


def add_the_unusual() -> None:
    """A project with everything that is unusual, which changes how many there are as well."""
    with writing(reason="unusual"):
        project = Project(code="特-0", name_zh='<b>"0"</b>\\ 😀 长沙')
        project.sector = Sector.objects.get(code="new-display")
        project.enterprise = Enterprise.objects.get(name_zh=UNUSUAL)
        project.source = Source.objects.get(publisher_zh=UNUSUAL)
        project.started = "2022-Q4"
        project.start_reported_by = "某人"
        project.save()


def test_every_page_is_what_the_whole_way_gives(site, province, changsha_writer, analyst, stranger):
    tokens = [token_of(user) for user in (province, changsha_writer, analyst, stranger)]
    tokens.append(token_of(province, prefectures=["430100"]))
    make_ready_for_the_unusual()
    for token in tokens:
        for path in PAGES:
            site.ask(path, token)
    # the new project is the first of its place and sector: what the lists hold has changed, and each is asked for anew
    display, moved = Sector.objects.get(code="new-display"), models.QuerySet(Project).filter(code="HN-EI-2023-37")
    changes = (
        (lambda: write(expected_revenue=7), 0),
        (add_the_unusual, 1),
        (lambda: write(name_zh="乙"), 0),
        (
            lambda: moved.update(sector=display, chain_link=None),
            0,
        ),  # from others to others, so the same lists have projects
        (lambda: write(prefecture=None), 1),
        (lambda: write(expected_revenue=8), 0),
    )
    for change, turns in changes:
        change()
        for token in tokens:
            for path in PAGES:
                asked = site.django.asked
                answer, whole = site.ask(path, token), site.whole_way(path, token)
                assert answer.status_code == whole.status_code, path
                assert answer.json == whole.json, path
                assert site.django.asked - asked == (turns if answer.status_code == 200 else 1), path
    assert not prepared_statements._pooled


def test_what_the_names_and_keys_of_a_line_come_from_may_change(site, province):
    token = token_of(province)
    path = "/api/v1/projects/?sector=new-display"
    site.ask(path, token)
    models.QuerySet(Sector).filter(code="new-display").update(name_zh="新型显示与光电")
    assert site.ask(path, token).json == site.whole_way(path, token).json
    models.QuerySet(Source).update(publisher_zh="另一家", publisher_en="")
    assert site.ask(path, token).json == site.whole_way(path, token).json


def test_a_grant_that_is_taken_away_takes_the_page_away(site, changsha_writer):
    token = token_of(changsha_writer)
    assert site.ask(LIST, token).json["count"]
    with writing(reason="gone"):
        Grant.objects.filter(user=changsha_writer).delete()
    assert site.ask(LIST, token).json == site.whole_way(LIST, token).json


def test_a_month_that_counts_now_is_in_the_next_answer_and_one_report_of_it_is_not(site, province, changsha_writer):
    token, paths = token_of(province), ("/api/v1/projects/?programme=2023&fields=code,disbursed_through", TOTALS)
    report = submitted(changsha_writer)
    approve(30, but=[report.entry.project.code])
    before = [site.ask(path, token).json for path in paths]
    assert before[0]["results"][0]["disbursed_through"] == before[1]["through"] == "2023-06"
    models.QuerySet(MonthlyReport).filter(pk=report.pk).update(
        state=ReportState.APPROVED, approved_at=timezone.now(), approved_by=province
    )
    after = [site.ask(path, token).json for path in paths]
    assert after == [site.whole_way(path, token).json for path in paths]
    assert after[0]["results"][0]["disbursed_through"] == after[1]["through"] == "2023-07"


def test_a_page_that_is_no_more_is_not_found(site, province):
    token, path = token_of(province), "/api/v1/projects/?sector=new-display&page_size=1&page=2"
    assert site.ask(path, token).status_code == 200
    keep = models.QuerySet(Project).filter(sector__code="new-display").first()
    other = Sector.objects.exclude(pk=keep.sector_id).first()
    models.QuerySet(Project).filter(sector=keep.sector_id).exclude(pk=keep.pk).update(sector=other, chain_link=None)
    assert site.ask(path, token).status_code == 404


def test_pages_that_need_more_go_the_whole_way(site, province):
    token = token_of(province)
    enterprise = Enterprise.objects.first().pk
    for query in ("cursor=", "expand=entries", "fields=code,version", "as_of=r1", f"enterprise={enterprise}"):
        path = f"/api/v1/projects/?{query}"
        before = site.ask(path, token)
        write(expected_revenue=len(query) * 1000)
        answer, whole = site.ask(path, token), site.whole_way(path, token)
        assert (before.status_code, answer.json) == (whole.status_code, whole.json), query


def test_after_a_change_of_what_lines_are_read_by_the_whole_way_is_gone_once(site, province):
    token = token_of(province)
    site.ask(LIST, token)
    models.QuerySet(Source).update(publisher_zh="另一家")
    for turns in (1, 0):
        asked = site.django.asked
        write(expected_revenue=10 + turns)
        assert site.ask(LIST, token).json == site.whole_way(LIST, token).json
        assert site.django.asked == asked + turns


def test_no_reference_is_carried_along(site, province):
    token = token_of(province)
    site.ask(LIST, token)
    names = {name for each in Sector.objects.all() for name in (each.name_zh, each.name_en)}
    made = [str(each) for each in prepared_statements._kinds.values()]
    assert any("sectors_sector" in each for each in made)
    assert not [each for each in made for name in names if name in each]
    write(expected_revenue=9)
    asked = site.django.asked
    assert site.ask(LIST, token).json == site.whole_way(LIST, token).json
    assert site.django.asked == asked


def test_the_lines_cost_as_many_questions_for_ten_rows_as_for_forty(site, province, django_assert_num_queries):
    token = token_of(province)
    for size in (10, 40):
        path = f"/api/v1/projects/?page_size={size}"
        for number in range(2):
            site.ask(path, token)
            write(expected_revenue=size * 10 + number)
        with django_assert_num_queries(3):  # the state, the lines, the months
            site.ask(path, token)
