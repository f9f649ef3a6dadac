"""Whatever valid record is looked at, no rule fails: each answers with doubts that can be said, or with none."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects.models import (
    Entry,
    Milestone,
    MonthlyReport,
    Plan,
    PlausibilityRule,
    Problem,
    Programme,
    Project,
    Source,
    Target,
)
from projects.money import LIMIT
from projects.plausibility.checks import find_doubts
from projects.plausibility.rules import KINDS, Surroundings, get_kinds

pytestmark = pytest.mark.django_db

amounts = st.one_of(st.none(), st.sampled_from([0, 1, 999_999, 5 * 10**8, LIMIT - 1]), st.integers(0, LIMIT - 1))
days = st.one_of(st.none(), st.dates(dt.date(1949, 1, 1), dt.date(2149, 12, 31)))
precise = st.one_of(st.none(), st.sampled_from(["1995", "2023", "2023-Q2", "2099", "2022-07", "2023-03-31"]))
texts = st.sampled_from(["", "x", "湖南三安半导体二期", "{value}{other}{limit}"])
NATIONAL_CODES = ("2304-430100-04-01-123456", "0000-000000-00-00-000000", "9913-990000-99-99-999999")
projects = st.fixed_dictionaries(
    {
        "code": st.sampled_from(["HN-EI-2023-99", "甲1", "X", "1", "A-2023-1"]),
        "name_zh": st.sampled_from(["新项目", "湖南三安半导体二期", "{limit}"]),
        "kind": st.sampled_from(["plant", "park"]),
        "national_code": st.sampled_from([None, *NATIONAL_CODES]),
        "total_investment": amounts,
        "expected_revenue": amounts,
        "transferred": st.sampled_from(["yes", "no", "unknown"]),
        "source_province": st.sampled_from(["", "43", "44"]),
        "started": precise,
        "finished": precise,
    }
)
entries = st.fixed_dictionaries(
    {
        "planned_disbursement": amounts,
        "disbursed_before": amounts,
        "status": st.sampled_from(["new", "continuing", "unknown"]),
        "joined": days,
        "left": days,
    }
)
reports = st.fixed_dictionaries(
    {
        "month": st.integers(6, 12),
        "disbursed": st.one_of(amounts, st.integers(1 - LIMIT, -1)),
        "stage": st.sampled_from(["", "preparation", "trial", "production"]),
        "enterprises_attracted": st.one_of(st.none(), st.integers(0, 10**6)),
        "started_on": days,
        "state": st.sampled_from(["draft", "approved"]),
        "correction_reason": st.just("x"),
        "basis": st.just("illustrative"),
    }
)
others = st.fixed_dictionaries({"planned": days, "actual": days, "raised_on": days, "due": days, "decided_on": days})


def valid(record: Any) -> bool:
    try:
        record.full_clean()
    except ValidationError:
        return False
    return True


def speak(record: Any, rules: dict[str, PlausibilityRule]) -> None:
    """All rules, alone and together with others; each doubt is at a field of the record and can be said."""
    names = {field.name for field in record._meta.concrete_fields}
    for around in (Surroundings(), Surroundings(records=[record])):
        doubts = list(find_doubts(record, rules, around))
        for kind in get_kinds(record._meta.model_name):
            list(kind.finds(record, rules[kind.name.value], around))
        for doubt in doubts:
            assert doubt.field in names
            for language in ("zh-hans", "en"):
                with override(language):
                    assert doubt.message


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(about=projects, place=entries, said=reports, more=others, year=st.sampled_from([2020, 2023, 2025]))
def test_no_rule_fails_on_a_valid_record(plausible, about, place, said, more, year):
    rules = {rule.kind: rule for rule in PlausibilityRule.objects.all()}
    assert set(rules) == set(KINDS)
    with transaction.atomic():
        project = Project(sector_id=Project.objects.values_list("sector_id", flat=True).first(), basis="illustrative")
        for name, value in about.items():
            setattr(project, name, value)
        if valid(project):
            speak(project, rules)
            project.save()
            entry = Entry(project=project, programme=Programme.objects.get(year=year), basis="illustrative", **place)
            if valid(entry):
                speak(entry, rules)
                entry.save()
                project.name_en = "x"
                project.total_investment = 1
                speak(project, rules)
                _around(entry, said, more, rules)
                for measure in ("total_investment", "disbursed", "project_count", "minimum_project_investment"):
                    target = Target(programme=entry.programme, measure=measure, source=Source.objects.first())
                    target.value, target.kind = place["planned_disbursement"] or 0, "monitored"
                    if valid(target):
                        speak(target, rules)
        transaction.set_rollback(True)


def _around(entry: Entry, said: dict[str, Any], more: dict[str, Any], rules: dict[str, PlausibilityRule]) -> None:
    for month in range(1, 7):
        MonthlyReport(entry=entry, month=month, disbursed=0, stage="started", basis="illustrative").save()
    report = MonthlyReport(entry=entry, **said)
    plan = Plan(entry=entry, kind="monitored", amount=said["disbursed"], decided_on=more["decided_on"])
    milestone = Milestone(project=entry.project, name_zh="x", planned=more["planned"], actual=more["actual"])
    problem = Problem(project=entry.project, kind="land", description="x", raised_on=more["raised_on"], due=more["due"])
    for record in (report, plan, milestone, problem):
        if valid(record):
            speak(record, rules)
