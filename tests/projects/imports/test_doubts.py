"""Loads: what a rule refuses stops a load, the rest is reported with its place; the published register is loaded."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from projects.models import MonthlyReport, Overruling, Project, Revision

from .register_files import Files

pytestmark = pytest.mark.django_db
OWN = ("projects_2023.csv", 14)  # the line of HN-EI-2023-13


@pytest.fixture
def rules(db):
    call_command("loaddata", "plausibility_rules", verbosity=0)


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path)


def test_the_register_of_2023_is_loaded_and_four_months_are_pointed_out(rules, files):
    printed = files.load().splitlines()
    assert "pointed out, outlier of the month's share: 4" in printed
    assert not [line for line in printed if line.startswith("pointed out,") and "outlier" not in line]
    codes = {line.split(", line ")[0] for line in printed if "far from the months before" in line}
    assert codes == {"monthly_reports_2023.csv"}
    assert MonthlyReport.objects.count() == 180
    assert not Overruling.objects.exists()


def test_what_is_refused_stops_the_load_at_its_cell(rules, files):
    files.set(*OWN, "transferred", "true")
    files.set(*OWN, "source_province", "43")
    [problem] = files.problems()
    assert problem.startswith("projects_2023.csv, line 14, column source_province: ")
    assert not Project.objects.exists()


def test_what_is_doubted_is_loaded_and_reported_at_its_cell(rules, files):
    files.set(*OWN, "total_investment", "100000000")
    printed = files.load()
    assert "projects_2023.csv, line 14, column total_investment: The plan of 896,160,000 CNY" not in printed
    assert "projects_2023.csv, line 14, column planned_disbursement_2023: The plan of 896,160,000 CNY" in printed
    assert "pointed out, floor of the list: 1" in printed
    assert Project.objects.get(code="HN-EI-2023-13").total_investment == 100_000_000


def test_a_fixture_with_what_is_refused_is_not_loaded(plausible, tmp_path):
    before = Revision.objects.newest_number()
    wrong: dict[str, Any] = {
        "model": "projects.problem",
        "fields": {
            "project": ["HN-EI-2023-13"],
            "kind": "land",
            "description": "缺料",
            "raised_on": "2099-01-01",
            "basis": "illustrative",
        },
    }
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps([wrong]), encoding="utf-8")
    with pytest.raises(CommandError, match="object 1"):
        call_command("loaddata", str(path), verbosity=0)
    assert Revision.objects.newest_number() == before
