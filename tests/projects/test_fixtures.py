"""The fixtures hold the whole of the register of 2023: cell by cell, valid, with history, and only once."""

import csv
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from simple_history.utils import get_history_manager_for_model

from projects.models import (
    Claim,
    Entry,
    Milestone,
    MonthlyReport,
    Problem,
    Programme,
    Project,
    Revision,
    Source,
    Target,
)
from projects.models.places import Enterprise, Prefecture
from sectors.models import ChainLink, Direction, Sector
from tests.people import FIXTURES

REGISTER = Path(__file__).parents[1] / "data" / "register_2023"
MODELS = [
    Direction,
    Sector,
    ChainLink,
    Prefecture,
    Enterprise,
    Source,
    Programme,
    Target,
    Project,
    Entry,
    Claim,
    MonthlyReport,
    Milestone,
    Problem,
]


def cells(name):
    with (REGISTER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def stored(model):
    """The fields of a model's objects in the fixtures, as they stand there."""
    label = model._meta.label_lower
    objects = [
        each for name in FIXTURES for each in json.loads((settings.BASE_DIR / f"fixtures/{name}.json").read_text())
    ]
    return [each["fields"] for each in objects if each["model"] == label]


def number(cell):
    return int(cell) if cell else None


def blank(text):
    return text or ""


def source(row):
    return [row["source_url"], row["source_date"]] if row["source_url"] else None


def published(date, precision):
    """A stored date as a register file writes it."""
    if not date:
        return ""
    year, month, _day = date.split("-")
    quarter = f"{year}-Q{(int(month) + 2) // 3}"
    return {"year": year, "quarter": quarter, "month": f"{year}-{month}", "day": date}[precision]


def test_targets_are_those_of_the_file():
    metrics = {
        "disbursement": ("disbursed", None),
        "disbursement_to_june": ("disbursed", 6),
        "disbursement_to_september": ("disbursed", 9),
        "started_by_june": ("started_count", 6),
        "trial_production_by_june": ("trial_production_count", 6),
    }
    expected = []
    for row in cells("targets"):
        measure, month = metrics.get(row["metric"], (row["metric"], None))
        expected.append(
            (
                [int(row["year"])],
                measure,
                row["kind"],
                row["relation"],
                int(row["value"]),
                month,
                source(row),
                row["note"],
                [row["sector"]] if row["sector"] else None,
            )
        )
    names = ("programme", "measure", "kind", "relation", "value", "through_month", "source", "note_en", "sector")
    assert [tuple(row.get(name) for name in names) for row in stored(Target)] == expected


def test_projects_and_their_entries_are_those_of_the_file():
    transferred = {"true": "yes", "false": "no", "": "unknown"}
    expected = [
        {
            "code": row["code"],
            "name_zh": row["name_zh"],
            "name_en": row["name_en"],
            "enterprise": [row["enterprise_zh"]] if row["enterprise_zh"] else None,
            "prefecture": [row["prefecture"]] if row["prefecture"] else None,
            "county_zh": row["county"],
            "sector": [row["sector"]],
            "chain_link": [row["chain_link"]],
            "kind": row["kind"],
            "total_investment": number(row["total_investment"]),
            "expected_revenue": number(row["expected_revenue"]),
            "transferred": transferred[row["transferred"]],
            "source_province": row["source_province"],
            "started": row["start"],
            "finished": row["finish"],
            "basis": row["basis"],
            "source": source(row),
            "note_en": row["note"],
        }
        for row in cells("projects_2023")
    ]
    found = []
    for row in stored(Project):
        row["started"] = published(row["start"], row["start_precision"])
        row["finished"] = published(row["finish"], row["finish_precision"])
        found.append({name: row[name] for name in expected[0]})
    assert found == expected

    plans = [
        ([row["code"]], [2023], number(row["planned_disbursement_2023"]), row["basis"], source(row))
        for row in cells("projects_2023")
    ]
    names = ("project", "programme", "planned_disbursement", "basis", "source")
    assert [tuple(row[name] for name in names) for row in stored(Entry)] == plans


def test_monthly_reports_are_those_of_the_file():
    expected = [
        ([row["code"], 2023], int(row["month"][-2:]), int(row["disbursed"]), row["basis"], "approved")
        for row in cells("monthly_reports_2023")
    ]
    names = ("entry", "month", "disbursed", "basis", "state")
    assert [tuple(row[name] for name in names) for row in stored(MonthlyReport)] == expected


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("model", "zh", "en"),
    [
        (Programme, "name_zh", "name_en"),
        (Target, "note_zh", "note_en"),
        (Project, "name_zh", "name_en"),
        (Project, "county_zh", "county_en"),
        (Project, "note_zh", "note_en"),
        (Claim, "scope_zh", "scope_en"),
        (Milestone, "name_zh", "name_en"),
    ],
)
def test_every_text_is_there_in_both_languages(model, zh, en):
    one_sided = [row for row in stored(model) if bool(row[zh]) != bool(row[en])]
    assert one_sided == []


@pytest.mark.no_database
@pytest.mark.parametrize("model", MODELS)
def test_every_row_passes_full_clean(register, model):
    rows = list(model._default_manager.all())
    assert rows
    for row in rows:
        row.full_clean()


@pytest.mark.parametrize("model", MODELS)
def test_every_record_has_one_first_history_row_of_the_first_revision(register, model):
    history = get_history_manager_for_model(model)
    keys = sorted(model._default_manager.values_list("pk", flat=True))
    assert sorted(history.values_list("id", flat=True)) == keys
    assert set(history.values_list("history_type", "revision_id")) == {("+", 1)}
    assert set(history.values_list("history_date", flat=True)) == {Revision.objects.get().created_at}


def test_loading_twice_changes_nothing(register):
    before = {model: get_history_manager_for_model(model).count() for model in MODELS}
    call_command("loaddata", *FIXTURES, verbosity=0)
    assert {model: get_history_manager_for_model(model).count() for model in MODELS} == before
    assert Revision.objects.newest_number() == 1
