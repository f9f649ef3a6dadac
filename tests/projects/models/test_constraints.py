"""What the database itself refuses, and how the same thing is said to a person, in both languages, at its field."""

from __future__ import annotations

import datetime as dt
import re
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import override

from projects.models import (
    Claim,
    Entry,
    Grant,
    LightRule,
    MonthlyReport,
    Note,
    PlausibilityRule,
    Prefecture,
    Programme,
    Project,
    Source,
    Target,
)
from projects.models.places import Enterprise
from sectors.models import ChainLink, Direction, Sector
from tests.people import person

from .constraint_case import Case
from .constraint_cases_of_plausibility import PLAUSIBILITY_CASES, plausibility_row
from .constraint_cases_of_proposals import PROPOSAL_CASES, proposal_row
from .constraint_cases_of_rounds import ROUND_CASES, round_row, spoil

DAY, LATER, LIMIT = dt.date(2023, 1, 1), dt.date(2023, 6, 1), 500 * 10**9


def amount(constraint: str, model: type[models.Model], field: str) -> list[Case]:
    return [Case(constraint, model, {field: -1}, field)]


def reporter_cases(of: str, model: type[models.Model], *figures: str) -> list[Case]:
    names = {figure: f"{figure}_reported_by" for figure in figures}
    return [Case(f"{of}_{figure}_reporter_has_a_figure", model, {name: "某局"}, name) for figure, name in names.items()]


CASES = [
    *amount("project_total_investment_from_0_to_below_500_billion", Project, "total_investment"),
    *amount("project_expected_revenue_from_0_to_below_500_billion", Project, "expected_revenue"),
    *amount("entry_planned_disbursement_from_0_to_below_500_billion", Entry, "planned_disbursement"),
    *amount("entry_disbursed_before_from_0_to_below_500_billion", Entry, "disbursed_before"),
    *amount("claim_amount_from_0_to_below_500_billion", Claim, "amount"),
    Case("target_value_from_0_to_below_10_15", Target, {"value": -1}, "value"),
    Case("target_value_from_0_to_below_10_15", Target, {"value": 10**15}, "value"),
    Case("project_source_province_only_if_transferred", Project, {"source_province": "44"}, "source_province"),
    Case("project_code_is_no_address", Project, {"code": "MANY"}, "code"),
    Case(
        "project_finish_not_before_start",
        Project,
        {"start": LATER, "start_precision": "day", "finish": DAY, "finish_precision": "day"},
        "finish",
    ),
    Case("project_start_has_a_precision", Project, {"start": DAY, "start_precision": ""}, NON_FIELD_ERRORS),
    Case("project_finish_has_a_precision", Project, {"finish": DAY, "finish_precision": ""}, NON_FIELD_ERRORS),
    Case("source_published_has_a_precision", Source, {"published_precision": ""}, NON_FIELD_ERRORS),
    Case("project_published_has_a_source", Project, {"source": None}, "source"),
    Case("entry_published_has_a_source", Entry, {"source": None}, "source"),
    Case("report_published_has_a_source", MonthlyReport, {"basis": "published"}, "source"),
    Case("entry_left_not_before_joined", Entry, {"joined": LATER, "left": DAY}, "left"),
    Case("entry_is_one_for_each_project_and_programme", Entry, {}, NON_FIELD_ERRORS, adds=True),
    Case("report_is_one_for_each_entry_and_month", MonthlyReport, {}, NON_FIELD_ERRORS, adds=True),
    Case("report_month_from_1_to_12", MonthlyReport, {"month": 13}, "month"),
    Case("report_approved_has_an_amount", MonthlyReport, {"disbursed": None}, "disbursed"),
    Case("claim_is_adopted_once_for_each_project_and_figure", Claim, {}, NON_FIELD_ERRORS, adds=True),
    Case("claim_has_an_amount_or_is_stated", Claim, {"stated": "2023"}, "amount"),
    Case("claim_has_an_amount_or_is_stated", Claim, {"figure": "start"}, "stated"),
    Case("claim_through_month_from_1_to_12", Claim, {"through_month": 13}, "through_month"),
    Case("target_through_month_from_1_to_12", Target, {"through_month": 13}, "through_month"),
    Case("target_share_of_plan_is_of_money_disbursed", Target, {"plan_share": None}, NON_FIELD_ERRORS),
    Case("target_is_said_once_by_a_source", Target, {}, NON_FIELD_ERRORS, adds=True),
    Case("source_address_and_date_are_unique", Source, {}, NON_FIELD_ERRORS, adds=True),
    Case("source_address_without_date_is_unique", Source, {}, "url", adds=True),
    Case("grant_prefecture_goes_with_a_prefecture_role", Grant, {"prefecture": None}, "prefecture"),
    Case("grant_of_a_prefecture_is_given_once", Grant, {}, NON_FIELD_ERRORS, adds=True),
    Case("grant_of_the_province_is_given_once", Grant, {}, NON_FIELD_ERRORS, adds=True),
    Case("grant_is_confirmed_by_another", Grant, {"is_waiting": True, "confirmed_by_id": 1}, ""),
    *reporter_cases("project", Project, "total_investment", "expected_revenue", "start", "finish"),
    *reporter_cases("entry", Entry, "planned_disbursement"),
    Case("note_month_from_1_to_12", Note, {"month": 13}, "month"),
    Case("note_is_about_one_subject", Note, {"project": None}, NON_FIELD_ERRORS),
    Case("note_is_about_one_subject", Note, {"figure": "disbursed"}, NON_FIELD_ERRORS),
    Case("note_only_a_figure_is_narrowed", Note, {"prefecture_id": 1}, "prefecture"),
    *ROUND_CASES,
    *PROPOSAL_CASES,
    *PLAUSIBILITY_CASES,
]
TOLD = [case for case in CASES if case.field]  # a derived column is no field that a person fills in
UNIQUE_FIELDS = [
    (Direction, "code"),
    (Sector, "code"),
    (ChainLink, "code"),
    (Prefecture, "adcode"),
    (Enterprise, "name_zh"),
    (Programme, "year"),
    (Project, "code"),
    (LightRule, "code"),
    (PlausibilityRule, "kind"),
]


def row_for(case: Case) -> models.Model:
    """A stored row that the case can spoil."""
    if case in ROUND_CASES:
        return round_row(case)
    if case.model is Note:
        return _note()
    if case in PLAUSIBILITY_CASES:
        return plausibility_row(case)
    if case in PROPOSAL_CASES:
        return proposal_row(case)
    if case.model is Grant:
        user = person("somebody", "analyst")
        return Grant.objects.get(user=user) if "province" in case.constraint else _grant_of_a_prefecture(user)
    if case.constraint == "source_address_without_date_is_unique":
        source = Source(url="https://a.example/")
        source.save()
        return source
    rows: dict[type[models.Model], dict[str, Any]] = {
        Project: {"code": "HN-EI-2023-05"},  # published, without figures
        Entry: {"project__code": "HN-EI-2023-05"},
        MonthlyReport: {"entry__project__code": "HN-EI-2023-13", "month": 2},
        Claim: {"project__code": "HN-EI-2023-04" if case.adds else "HN-EI-2023-10"},  # adopted, and not
        Target: {"programme__year": 2023, "measure": "disbursed"},
        Source: {"url": "https://gov.rednet.cn/content/646947/57/14778512.html"},
    }
    return case.model._default_manager.get(**rows[case.model])


def _grant_of_a_prefecture(user: Any) -> Grant:
    grant = Grant(user=user, role="prefecture-reader", prefecture=Prefecture.objects.get(adcode="430100"))
    grant.save()
    return grant


def _note() -> Note:
    project = Project.objects.get(code="HN-EI-2023-13")
    programme = Programme.objects.get(year=2023)
    note = Note(project=project, programme=programme, text="Late", author=person("author"))
    note.save()
    return note


def spoiled(case: Case) -> models.Model:
    row = row_for(case)
    for name, value in spoil(case, row).items():
        setattr(row, name, value)
    if case.adds:
        row.pk, row._state.adding = None, True
    return row


def name_of(case: Case) -> str:
    return f"{case.constraint}-{case.start}{','.join(f'{name}' for name in case.changes)}"


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_the_database_refuses_it_whoever_writes(register, case):
    row = spoiled(case)
    plain = models.QuerySet(case.model)  # straight SQL: no validation, no history
    write = (
        partial(plain.bulk_create, [row]) if case.adds else partial(plain.filter(pk=row.pk).update, **spoil(case, row))
    )
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        write()
    said = str(refused.value)
    columns = re.search(r"UNIQUE constraint failed: (.*)", said)  # SQLite names the columns of a plain unique index
    stays = any(f"{name}_stays" in said for name in case.changes)  # whatever it would say; of new rows see below
    assert case.constraint in said or stays or (columns and case.adds)


@pytest.mark.no_database
@pytest.mark.parametrize("case", TOLD, ids=name_of)
def test_a_person_is_told_at_the_field_in_both_languages(register, case):
    row = spoiled(case)
    said = {}
    for language in ("zh-hans", "en"):
        with override(language), pytest.raises(ValidationError) as refused:
            row.full_clean()
        with override(language):
            said[language] = refused.value.message_dict
    assert case.field in said["en"]
    for language, messages in said.items():
        assert all(len(texts) == len(set(texts)) for texts in messages.values()), messages  # each is said once
        for text in (text for texts in messages.values() for text in texts):
            assert case.constraint not in text
            assert text.endswith("。" if language == "zh-hans" else "."), text
            assert bool(re.search("[\u4e00-\u9fff]", re.sub("[亿万]元", "", text))) == (language == "zh-hans"), text


@pytest.mark.parametrize(("model", "field"), UNIQUE_FIELDS, ids=lambda each: str(getattr(each, "__name__", each)))
def test_what_identifies_a_record_is_unique(register, model, field):
    row = model._default_manager.first()
    row.pk, row._state.adding = None, True
    with pytest.raises(ValidationError) as refused:
        row.full_clean()
    assert list(refused.value.message_dict) == [field]
    with pytest.raises(IntegrityError), transaction.atomic():
        models.QuerySet(model).bulk_create([row])


def test_no_constraint_is_left_untried():
    tried = {case.constraint for case in CASES}
    declared = {
        constraint.name
        for label in ("projects", "sectors")
        for model in apps.get_app_config(label).get_models()
        for constraint in model._meta.constraints
    }
    assert declared == tried, "write its case in one of tests/projects/models/constraint_cases_*.py"
    unique = {
        (model, field.name)
        for label in ("projects", "sectors")
        for model in apps.get_app_config(label).get_models()
        if not hasattr(model, "instance_type")  # history rows
        for field in model._meta.fields
        if field.unique and not field.primary_key and field.name != "created_at"
        if not field.null  # tests/projects/test_national_code.py
    }
    assert unique == set(UNIQUE_FIELDS)
