"""The twelve months up to the reported one, and whether that one is unusual."""

from fractions import Fraction

import pytest

from projects.models import MonthlyReport, PlausibilityRule
from projects.monitoring.review import recent_months
from projects.periods import Month
from tests.projects.models.reports_made import entry_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def rules(plausible):
    return {rule.kind: rule for rule in PlausibilityRule.objects.all()}


def recent(amount, rules, *, month=7, last_year=None):
    entry = entry_of("HN-EI-2023-25")
    earlier = list(MonthlyReport.objects.filter(entry=entry, month__lt=month).order_by("month"))
    report = MonthlyReport(entry=entry, month=month, disbursed=amount)
    return recent_months(report, earlier, last_year or {}, rules=rules), earlier, entry.planned_disbursement


def test_they_are_twelve_across_the_turn_of_the_year_and_end_with_what_is_typed(rules):
    found, earlier, plan = recent(5, rules, last_year={9: 7, 12: None})
    months = [*(Month(2022, month) for month in range(8, 13)), *(Month(2023, month) for month in range(1, 8))]
    assert [each.month for each in found.months] == months
    before = [None, 7, None, None, None, *(each.disbursed for each in earlier)]
    assert [each.amount for each in found.months] == [*before, 5]
    assert found.latest.month == Month(2023, 7)
    assert found.latest.share == Fraction(5, plan)


def test_the_median_is_of_the_months_of_the_year_before_it(rules):
    found, earlier, _plan = recent(5, rules, last_year={12: 10**15})
    two = sorted(each.disbursed for each in earlier)[2:4]
    assert found.median == Fraction(sum(two), 2)


@pytest.mark.parametrize(("amount", "is_unusual"), [(85_200_000, True), (39_000_000, False), (None, False)])
def test_it_is_unusual_where_the_rule_says_so(rules, amount, is_unusual):
    assert (recent(amount, rules)[0].doubt is not None) == is_unusual


def test_without_the_rule_or_without_enough_months_nothing_is_unusual(rules):
    assert recent(85_200_000, {})[0].doubt is None
    assert recent(85_200_000, rules, month=3)[0].doubt is None
    first = recent(85_200_000, rules, month=1)[0]
    assert (first.median, first.doubt) == (None, None)
