"""A month's amount in another unit: doubted when it is submitted, and shown to the review."""

from __future__ import annotations

from typing import Any

import pytest

from projects.models import MonthlyReport
from projects.plausibility.checks import find_doubts_in_review

from .reporting import draft, path_of
from .test_plausibility import OWN, WHY, asked

pytestmark = pytest.mark.usefixtures("plausible")


def test_a_month_in_another_unit_is_asked_and_nothing_that_is_in_the_demonstration(
    system_of: Any, changsha_writer: Any
) -> None:
    """2.1 where 21,000 units of 10,000 CNY were meant: ten thousand times too little. The review sees it as well."""
    system = system_of(changsha_writer)
    report = draft(OWN, disbursed=21_000, forecast=45_000, reason="x", measure="y")
    path = path_of(report, "submit")
    assert asked(system.post(path, {})) == {("token-amount", "disbursed"), ("token-amount", "forecast")}
    assert system.post(path, {"confirm": ["token-amount"], "reason": WHY}).status_code == 200
    spoken_of = find_doubts_in_review(MonthlyReport.objects.select_related("entry__project", "entry__programme"), {})
    assert [pk for pk, doubts in spoken_of.items() if "token-amount" in {each.rule.kind for each in doubts}] == [
        report.pk
    ]
