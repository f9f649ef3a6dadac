from projects.access import get_access
from projects.models import Entry, MonthlyReport
from projects.monitoring.running_totals import disbursed_before, get_running_totals

CODE = "HN-EI-2023-25"


def test_each_month_has_what_the_months_before_it_and_itself_come_to(province, django_assert_num_queries):
    reports = list(MonthlyReport.objects.filter(entry__project__code=CODE).select_related("entry").order_by("month"))
    get_access(province)  # the grants are read once in a request
    with django_assert_num_queries(1):
        found = get_running_totals(reports, user=province)
    expected = 0
    for report in reports:
        expected += report.disbursed
        assert found[report.pk].year_to_date == expected == report.year_to_date
        assert found[report.pk].since_start is None
    assert len(reports) == 6


def test_what_came_before_the_year_is_nothing_only_for_a_new_project():
    assert disbursed_before(Entry(status="new")) == 0
    assert disbursed_before(Entry(status="new", disbursed_before=7)) == 7
    assert disbursed_before(Entry(status="continuing", disbursed_before=7)) == 7
    assert disbursed_before(Entry(status="continuing")) is None
    assert disbursed_before(Entry(status="unknown")) is None
