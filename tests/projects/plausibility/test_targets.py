"""Targets out of scale, and targets of nothing, are doubted."""

from __future__ import annotations

from typing import Any

import pytest

from projects.choices import Importance
from projects.models import PlausibilityRule, Programme, Source, Target
from projects.plausibility.checks import find_doubts, get_rules_in_force
from projects.plausibility.rules import Surroundings

YI, WAN = 10**8, 10**4


@pytest.mark.parametrize(
    ("measure", "kind", "value", "doubts"),
    [
        ("planned_disbursement", "monitored", 473 * YI, []),
        ("planned_disbursement", "monitored", 473 * WAN, ["target"]),  # ten thousand times too little
        ("planned_disbursement", "monitored", 4_730_000 * YI, ["target"]),  # 万元, read as 亿元
        ("planned_disbursement", "monitored", 0, ["zero-target"]),
        ("disbursed", "reported", 4 * YI, []),  # a month may be a hundredth of the year
        ("disbursed", "reported", 40 * WAN, ["target", "token-amount"]),
        ("minimum_project_investment", "monitored", 5 * WAN, ["target", "token-amount"]),  # 5亿元 was announced
        ("planned_disbursement", "announced", 473 * WAN, ["other-unit"]),  # where 473亿元 stand
        ("project_count", "monitored", 3, []),  # what is counted begins small
        ("project_count", "monitored", 5_000_000, ["target"]),
        ("transferred_count", "monitored", 99, ["part-of-target"]),  # of 42
    ],
)
def test_a_target_out_of_scale_is_doubted(plausible, register, measure, kind, value, doubts):
    programme = Programme.objects.get(year=2023)
    announced = {"programme": programme, "measure": measure, "kind": kind}
    new = Target(**announced, relation="exactly", source=Source.objects.earliest("pk"))
    target: Any = Target.objects.get(**announced) if kind == "announced" else new
    target.value = value
    rules: dict[str, PlausibilityRule] = get_rules_in_force()
    assert Importance.REFUSE not in {rule.importance for name, rule in rules.items() if name in doubts}
    found = find_doubts(target, rules, Surroundings(records=[target]))
    assert sorted(str(doubt.rule.kind) for doubt in found) == doubts
