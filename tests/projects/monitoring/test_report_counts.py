import datetime as dt

from projects.access import access_of
from projects.models import Entry, MonthlyReport, Programme, Project, Round
from projects.monitoring.report_counts import Arrivals, arrivals
from projects.versioning.revisions import writing


def test_rounds_of_several_programmes_are_counted_in_two_queries(province, django_assert_num_queries):
    with writing():
        programme = Programme.objects.get(year=2024)
        for code in ("HN-EI-2023-25", "HN-EI-2023-39"):
            entry = Entry(project=Project.objects.get(code=code), programme=programme, basis="illustrative")
            entry.save()
        day = dt.date(2024, 2, 1)
        Round(programme=programme, month=1, opens=day, due=day, closes=day).save()
        MonthlyReport(entry=entry, month=1, disbursed=5, state="approved", basis="illustrative").save()
    rounds = list(Round.objects.select_related("programme"))
    access_of(province)  # the grants are read once in a request
    with django_assert_num_queries(2):
        found = arrivals(rounds, user=province)
    numbers = {str(each.period): found[each.pk] for each in rounds}
    assert numbers["2024-01"] == Arrivals(asked=2, arrived=1, approved=1)
    assert numbers["2023-06"] == Arrivals(asked=30, arrived=30, approved=30)
    assert (numbers["2023-07"].arrived, numbers["2023-07"].missing) == (0, 30)


def test_who_sees_nothing_counts_nothing(stranger):
    assert set(map(repr, arrivals(Round.objects.select_related("programme"), user=stranger).values())) == {
        repr(Arrivals())
    }
