"""The fixtures hold the whole of the register of 2023: cell by cell, valid, with history, and only once."""

import csv
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from simple_history.utils import get_history_manager_for_model

from projects.choices import ProblemKind, ProblemState
from projects.models import (
    Claim,
    Entry,
    LightRule,
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


def test_sectors_and_chain_links_and_prefectures_are_those_of_the_files():
    assert [{**row, "order": int(row["order"])} for row in cells("sectors")] == [
        {name: row[name] for name in ("code", "name_zh", "name_en", "order")} for row in stored(Sector)
    ]
    assert [{**row, "order": int(row["order"]), "sector": [row["sector"]]} for row in cells("chain_links")] == [
        {name: row[name] for name in ("sector", "code", "name_zh", "name_en", "order")} for row in stored(ChainLink)
    ]
    assert cells("prefectures") == [
        {name: row[name] for name in ("adcode", "name_zh", "name_en")} for row in stored(Prefecture)
    ]


def test_directions_are_those_of_the_announcement_and_group_the_sectors():
    named = [(row["code"], row["name_zh"], row["measured_by"]) for row in stored(Direction)]
    assert named == [
        ("strengthen", "锻长板", "sectors"),
        ("shore-up", "补短板", "sectors"),
        ("lay-out", "谋布局", "sectors"),
        ("attract", "强招商", "transferred"),
    ]
    assert {row["code"]: row["direction"] and row["direction"][0] for row in stored(Sector)} == {
        "advanced-computing": "strengthen",
        "power-semiconductors": "strengthen",
        "new-display": "shore-up",
        "5g-electronic-circuits": "shore-up",
        "energy-electronics": "lay-out",
        "smart-terminals": None,
    }
    announced = {(row["source_url"], row["source_date"]) for row in cells("targets") if row["year"] == "2023"}
    assert {(row["source_url"], row["announced_on"]) for row in stored(Direction)} <= announced


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


def test_enterprises_are_those_of_the_projects():
    expected = {row["enterprise_zh"]: row["enterprise_en"] for row in cells("projects_2023") if row["enterprise_zh"]}
    assert {row["name_zh"]: row["name_en"] for row in stored(Enterprise)} == expected


def test_claims_are_those_of_the_file():
    expected = []
    for row in cells("claims"):
        progress = row["figure"].startswith("progress")
        is_money = row["unit"] == "CNY"
        expected.append(
            (
                [row["code"]],
                "year_plan_progress" if progress else row["figure"].replace("output_value", "expected_revenue"),
                row["figure"] == "output_value",
                int(row["value"]) if is_money else None,
                "" if is_money else row["value"],
                (6, 2023) if progress else (None, None),
                row["scope"],
                source(row),
                row["note"],
            )
        )
    found = [
        (
            row["project"],
            row["figure"],
            row.get("of_output_value", False),
            row["amount"],
            row["stated"],
            (row["through_month"], row["year"]),
            row["scope_en"],
            row["source"],
            row["note_en"],
        )
        for row in stored(Claim)
    ]
    assert found == expected


def test_monthly_reports_are_those_of_the_file():
    expected = [
        ([row["code"], 2023], int(row["month"][-2:]), int(row["disbursed"]), row["basis"], "approved")
        for row in cells("monthly_reports_2023")
    ]
    names = ("entry", "month", "disbursed", "basis", "state")
    assert [tuple(row[name] for name in names) for row in stored(MonthlyReport)] == expected


def test_milestones_and_problems_are_illustrative_and_of_illustrative_projects(register):
    for model in (Milestone, Problem):
        assert set(model.objects.values_list("basis", "project__basis")) == {("illustrative", "illustrative")}
    milestones, today = Milestone.objects.all(), Programme.objects.get(year=2023).today
    assert (milestones.count(), milestones.values("project").distinct().count()) == (45, 15)
    assert milestones.overdue(today).count() == 2
    assert milestones.filter(actual__isnull=False).count() == 18
    moved = milestones.filter(expected__isnull=False)
    assert moved.count() == 9
    assert not moved.filter(reason="").exists()
    assert set(Problem.objects.values_list("kind", flat=True)) == set(ProblemKind.values)
    assert set(Problem.objects.values_list("state", flat=True)) == set(ProblemState.values)
    assert (Problem.objects.count(), Problem.objects.overdue(today).count()) == (12, 3)


def test_sources_are_all_that_the_files_name():
    named = {
        tuple(source(row)) for name in ("targets", "claims", "projects_2023") for row in cells(name) if source(row)
    }
    named |= {tuple(row["source"]) for row in stored(LightRule)}
    assert {(row["url"], published(row["published"], row["published_precision"])) for row in stored(Source)} == named


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
