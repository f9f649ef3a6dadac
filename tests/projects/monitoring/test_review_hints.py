"""What a reviewer is told to look at twice."""

from __future__ import annotations

import pytest

from projects.choices import ListStatus
from projects.models import Entry, MonthlyReport
from projects.monitoring.review import Hint, find_hints

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    ("amount", "more", "found"),
    [
        (120, {}, []),
        (0, {}, []),
        (-1, {}, [Hint.NEGATIVE]),
        (120, {"before": 0}, [Hint.FIRST_MONEY]),
        (120, {"before": 0, "disbursed_before": 1}, []),
        (120, {"before": 0, "status": ListStatus.CONTINUING}, []),
        (0, {"before": 0}, []),
        (120, {"year_plan": 719}, [Hint.ABOVE_PLAN]),
        (120, {"year_plan": 720}, []),
        (120, {"year_plan": None}, []),
        (120, {"forecast": 719}, [Hint.FORECAST_BELOW]),
        (120, {"forecast": 720}, []),
        (120, {"must_explain": True}, [Hint.UNEXPLAINED]),
        (120, {"must_explain": True, "reason": "Rain", "measure": "Tents"}, []),
        (120, {"is_late": True}, [Hint.LATE]),
    ],
)
def test_what_stands_out_is_told(amount, more, found):
    facts = {"before": 600, "year_plan": 1200, "must_explain": False, "is_late": False} | more
    entry = Entry(status=facts.pop("status", ListStatus.NEW), disbursed_before=facts.pop("disbursed_before", None))
    content = {name: facts.pop(name) for name in ("forecast", "reason", "measure") if name in facts}
    assert find_hints(MonthlyReport(entry=entry, disbursed=amount, **content), **facts) == found


def test_every_hint_has_words():
    assert len({str(hint.label) for hint in Hint}) == len(Hint)
