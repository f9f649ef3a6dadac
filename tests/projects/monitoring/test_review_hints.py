"""What a reviewer is told to look at twice."""

from fractions import Fraction

import pytest

from projects.monitoring.review import Hint, ReviewedReport, hints

pytestmark = pytest.mark.no_database

EVEN = {"last": 100, "before": 600, "month_plan": Fraction(100), "year_plan": 1200, "forecast": 1200}


@pytest.mark.parametrize(
    ("amount", "more", "found"),
    [
        (120, {}, []),
        (150, {}, []),
        (201, {}, []),
        (99, {}, []),
        (100, {}, []),
        (0, {"last": 0}, []),
        (0, {}, []),
        (-1, {}, [Hint.NEGATIVE]),
        (120, {"last": None}, []),
        (120, {"last": 0, "before": 0}, [Hint.FIRST_MONEY]),
        (120, {"last": 0, "before": 0, "had_money": True}, []),
        (0, {"last": 0, "before": 0}, []),
        (120, {"year_plan": 719}, [Hint.ABOVE_PLAN]),
        (120, {"year_plan": 720}, []),
        (120, {"year_plan": None, "month_plan": None}, []),
        (120, {"month_plan": Fraction(0)}, []),
        (120, {"forecast": 719}, [Hint.FORECAST_BELOW]),
        (120, {"forecast": 720}, []),
        (120, {"forecast": None}, []),
        (120, {"must_explain": True, "is_explained": False}, [Hint.UNEXPLAINED]),
        (120, {"must_explain": True, "is_explained": True}, []),
        (120, {"must_explain": False, "is_explained": False}, []),
        (120, {"is_late": True}, [Hint.LATE]),
    ],
)
def test_what_stands_out_is_told(amount, more, found):
    assert hints(ReviewedReport(amount=amount, **(EVEN | more))) == found


def test_the_mockups_first_money_stands_out_whatever_its_plan():
    found = hints(ReviewedReport(amount=414_890_000, last=0, before=0, month_plan=Fraction(762_840_000, 12)))
    assert found == [Hint.FIRST_MONEY]


def test_every_hint_has_words():
    assert len({str(hint.label) for hint in Hint}) == len(Hint)
