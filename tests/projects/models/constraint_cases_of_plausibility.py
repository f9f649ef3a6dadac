"""Cases of the constraints of plausibility rules and of what was overruled."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from projects.models import Overruling, PlausibilityRule, Revision
from tests.people import person

from .constraint_case import Case

PLAUSIBILITY_CASES = [
    Case("plausibility_rule_has_a_limit_where_its_kind_has", PlausibilityRule, {"limit": None}, "limit", start="floor"),
    Case("plausibility_rule_has_a_limit_where_its_kind_has", PlausibilityRule, {"limit": 1}, "limit", start="name"),
    Case("plausibility_rule_has_months_where_its_kind_has", PlausibilityRule, {"months": 5}, "months", start="floor"),
    Case("plausibility_rule_has_months_where_its_kind_has", PlausibilityRule, {"months": 2}, "months", start="outlier"),
    Case("overruling_has_a_reason", Overruling, {"reason": ""}, "reason", adds=True),
]


def plausibility_row(case: Case) -> models.Model:
    """A stored row that the case can spoil."""
    if case.model is PlausibilityRule:
        return PlausibilityRule.objects.get(kind=case.start)
    return Overruling.objects.create(
        rule=PlausibilityRule.objects.get(kind="floor"),
        model="project",
        key=1,
        name="HN-EI-2023-13",
        field="total_investment",
        reason="The contract says so",
        user=person("somebody"),
        at=timezone.now(),
        revision=Revision.objects.get(number=1),
    )
