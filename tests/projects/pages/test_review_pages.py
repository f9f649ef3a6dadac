"""`/review/` by pages: a line of each report, and sums of all of them from the database."""

import pytest
from django.db.models import QuerySet

from projects.history.revisions import create_revision
from projects.models import Entry, MonthlyReport, Prefecture, Project
from projects.monitoring.review import after_in_queue, before_in_queue, review_sums
from projects.pages.review import build_review_rows, get_submitted_reports, with_projects
from tests.pages import more_projects, opened
from tests.projects.monitoring.random_years import any_year

from .rounds import entries, submitted

PATH = "/review/"


def test_it_goes_by_pages_whose_totals_are_of_all_that_wait(changsha_writer, province, client_of):
    more_projects(60)
    own = Prefecture.objects.get(adcode="430100")
    QuerySet(Project).filter(code__startswith="MORE").update(prefecture=own)
    chosen = list(Entry.objects.filter(project__code__startswith="MORE").select_related("project", "programme"))
    for number, entry in enumerate(chosen):
        submitted(changsha_writer, [entry], 10_000_000 + number)
    client = client_of(province)
    first, last = (opened(client, PATH, lang="en", page=str(number)) for number in (1, 2))
    assert "1 to 50 of 60" in first.text
    assert "51 to 60 of 60" in last.text
    assert [page.text.count("Choose 更多") for page in (first, last)] == [50, 10]
    for page in (first, last):
        assert "submitted 60 reports, 0.600 billion CNY in all" in page.text
        assert "Total of 60 reports" in page.text
    assert client.get(PATH, {"page": "3"}).status_code == 400


@pytest.mark.parametrize("lacks", [False, True])
def test_the_change_below_is_the_difference_of_its_neighbours_or_not_said(changsha_writer, province, client_of, lacks):
    """Where one lacks the month before, the sums beside it are of different reports."""
    chosen = entries()[:2]
    if lacks:
        with create_revision():
            MonthlyReport.objects.get(entry=chosen[0], month=6).delete()
    submitted(changsha_writer, chosen, 10**7)
    foot = client_of(province).get("/review/?lang=en").context["foot"]
    assert foot.change == (None if lacks else foot.now - foot.last)


def _reported_months(report: MonthlyReport) -> set[int]:
    reports = MonthlyReport.objects.filter(entry=report.entry, month__lt=report.month, disbursed__isnull=False)
    return {report.month, *reports.values_list("month", flat=True)}


@pytest.mark.parametrize("seed", range(2))
def test_of_any_year_the_foot_is_the_sum_of_its_lines(province, seed):
    """In the database what the lines, each by its own plan, come to."""
    programme = any_year(seed, author=province)
    for month in range(2, 9):
        waiting = get_submitted_reports(programme, month, user=province)
        lines = build_review_rows(list(with_projects(waiting)), programme, month, user=province)
        sums = review_sums(programme, month, waiting, user=province)
        planned = [each for each in lines if each.plan]

        def added(amounts):
            known = [each for each in amounts if each is not None]
            return sum(known) if known else None

        assert sums.number == len(lines)
        assert sums.last == added(each.line.last for each in lines)
        assert sums.now == added(each.line.now for each in lines)
        comparable = lines and all(each.line.last is not None for each in lines)
        assert sums.change == (sums.now - sums.last if comparable else None)
        assert sums.year_to_date == added(each.line.year_to_date for each in lines)
        assert sums.planned_year_to_date == added(each.line.year_to_date for each in planned)
        assert sums.planned_now == added(each.line.now for each in planned)
        assert sums.year_plan == added(each.plan.amount for each in planned)
        assert sums.month_plan == added(each.plan.of_month(month) for each in planned)
        assert sums.due == added(each.plan.get_due(_reported_months(each.report)) for each in planned)
        order = [(-abs(each.line.now - (each.line.last or 0)), each.report.entry_id) for each in lines]
        assert order == sorted(order)


def test_before_and_after_one_of_the_queue_are_the_others_in_its_order(changsha_writer, province):
    """Also of reports that changed by the same amount, which stand in the order of their entries."""
    more_projects(6, months=6)
    chosen = list(Entry.objects.filter(project__code__startswith="MORE").select_related("project", "programme"))
    QuerySet(Project).filter(code__startswith="MORE").update(prefecture=Prefecture.objects.get(adcode="430100"))
    for amount, entry in zip((5, 5, 5, 900, 5, 3), chosen, strict=True):
        submitted(changsha_writer, [entry], amount * 1_000_000)
    queue = get_submitted_reports(chosen[0].programme, 7, user=province)
    order = [each.pk for each in queue]
    for place, report in enumerate(queue):
        assert [each.pk for each in before_in_queue(queue, report)] == order[:place]
        assert [each.pk for each in after_in_queue(queue, report)] == order[place + 1 :]
