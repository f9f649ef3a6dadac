"""Where the rules begin to doubt a figure, a day or a text, and what is just within them."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps

from projects.models import Entry, Prefecture, Programme, Project
from projects.plausibility.checks import find_doubts, get_rules_in_force
from sectors.models import Sector

YI = 10**8


@pytest.fixture
def entry(plausible, register):
    """Return a place on the list of 2023 of a project of 20, with a plan of 8, with 12 disbursed before."""
    project = Project(
        code="HN-EI-2023-99",
        name_zh="新项目",
        sector=Sector.objects.earliest("pk"),
        prefecture=Prefecture.objects.get(adcode="430100"),
        kind="park",
        total_investment=20 * YI,
    )
    place = {"status": "continuing", "planned_disbursement": 8 * YI, "disbursed_before": 12 * YI}
    project.save()
    entry = Entry(project=project, programme=Programme.objects.get(year=2023), **place)
    entry.save()
    apps.get_model("projects", "MonthlyReport")(entry=entry, month=1, disbursed=4 * YI, basis="illustrative").save()
    return entry


@pytest.mark.parametrize(
    ("model", "content", "kinds"),
    [
        ("monthlyreport", {"disbursed": 4 * YI}, set()),
        ("monthlyreport", {"disbursed": 4 * YI + 1}, {"in-all"}),
        ("monthlyreport", {"disbursed": 9 * YI}, {"in-all", "month-of-plan"}),
        ("monthlyreport", {"forecast": 16 * YI}, set()),
        ("monthlyreport", {"forecast": 16 * YI + 1}, {"forecast"}),
        ("monthlyreport", {"forecast": 5 * YI, "disbursed": YI}, set()),
        ("monthlyreport", {"forecast": 5 * YI - 1, "disbursed": YI}, {"forecast-below"}),
        ("monthlyreport", {"enterprises_attracted": 100}, set()),
        ("monthlyreport", {"enterprises_attracted": 101}, {"many-enterprises"}),
        ("monthlyreport", {"reason": "停工"}, set()),
        ("monthlyreport", {"reason": "。", "measure": "12345"}, {"words"}),
        ("entry", {"planned_disbursement": 8 * YI + 1}, {"in-all"}),
        ("entry", {"status": "new"}, {"new-with-spending"}),
        ("entry", {"joined": "2023-03-01", "left": "2023-03-31"}, {"no-month"}),
        ("entry", {"joined": "2023-03-01", "left": "2023-04-01"}, set()),
        ("plan", {"amount": 9 * YI, "decided_on": "2023-05-01"}, {"in-all"}),
        ("plan", {"amount": 8 * YI, "decided_on": "1999-05-01", "reason": "调整"}, {"far-date"}),
        ("problem", {"description": "用地未批", "raised_on": "2023-05-01", "due": "2024-05-01"}, set()),
        ("problem", {"raised_on": "2023-05-01", "solved_on": "2099-01-01"}, {"solved", "far-date"}),
        ("project", {"county_zh": "长沙高新区"}, set()),
        ("project", {"county_zh": "株洲市天元区"}, {"county"}),
        ("project", {"name_zh": "示例项目99"}, {"example-name"}),
        ("project", {"code": "GD-EI-2024-01"}, {"code"}),
        ("project", {"code": "HN-EI-9999-01"}, {"code"}),
        ("lightrule", {"method": "points", "yellow": 3, "red": 5}, set()),
        ("lightrule", {"method": "points", "yellow": 0, "red": 1}, {"light-limits"}),
    ],
)  # fmt: skip
def test_a_rule_doubts_what_is_beyond_it(entry, model, content, kinds):
    known: dict[str, Any] = {
        "monthlyreport": {"entry": entry, "month": 2, "state": "submitted", "disbursed": 0},
        "plan": {"entry": entry, "kind": "revised"},
        "problem": {"project": entry.project},
    }
    stored: Any = {"entry": entry, "project": entry.project}
    record = stored.get(model) or apps.get_model("projects", model)(**known.get(model, {}))
    for name, value in content.items():
        field = record._meta.get_field(name)
        setattr(record, name, field.to_python(value))
    assert {doubt.rule.kind for doubt in find_doubts(record, get_rules_in_force())} == kinds


@pytest.mark.parametrize(("total", "kinds"), [(16 * YI, []), (16 * YI - 1, ["in-all"]), (3 * YI, ["in-all"])])
def test_an_investment_below_what_months_have_disbursed_already_is_doubted(
    entry: Entry, total: int, kinds: list[str]
) -> None:
    entry.planned_disbursement = None
    entry.disbursed_before = 12 * YI if total > 12 * YI else None
    entry.save()
    entry.project.total_investment = total
    doubts = [doubt for doubt in find_doubts(entry.project, get_rules_in_force()) if doubt.rule.kind != "floor"]
    assert [doubt.rule.kind for doubt in doubts] == kinds


def test_what_was_disbursed_before_is_held_with_the_months_against_the_investment(entry: Entry) -> None:
    entry.planned_disbursement, entry.disbursed_before = None, 16 * YI + 1
    assert [doubt.rule.kind for doubt in find_doubts(entry, get_rules_in_force())] == ["in-all"]
