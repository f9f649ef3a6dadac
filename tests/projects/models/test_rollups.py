"""What a headline figure is made of is there, or nothing starts."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from projects.choices import Measure, ProjectKind
from projects.choices.headlines import HEADLINES, RATIOS, Condition, Headline, Records
from projects.choices.kept_counts import KEPT_COUNTS, UNBROKEN
from projects.database.rollups import contributions
from projects.models import Cell, rollups

pytestmark = pytest.mark.no_database

NEW = Measure.MINIMUM_PROJECT_INVESTMENT  # no figure yet


def declare(headline: Headline, monkeypatch: Any) -> None:
    monkeypatch.setattr(rollups, "HEADLINES", (*HEADLINES, headline))


def test_every_figure_has_its_columns():
    call_command("check")
    names = {name for headline in (*HEADLINES, *RATIOS) for name in headline.rollup_columns.values()}
    kept = {column for each in KEPT_COUNTS for column in (each.name, each.known)}
    assert names | kept | {"approved", "approved_plan", UNBROKEN} == set(contributions.SUMS)
    assert names | kept < {field.name for field in Cell._meta.fields}


@pytest.mark.parametrize(
    ("records", "file"), [(Records.PROJECTS, "project"), (Records.ENTRIES, "entry"), (Records.REPORTS, "report")]
)
def test_a_figure_that_sums_what_its_records_do_not_have_stops_the_start(records, file, monkeypatch):
    declare(Headline(NEW, "", column="jobs", records=records), monkeypatch)
    with pytest.raises(
        SystemCheckError, match=rf"made of a column jobs, which projects/models/{file}\.py does not have"
    ):
        call_command("check")


@pytest.mark.parametrize("condition", ["counted", "unknown"])
def test_a_figure_that_counts_by_what_projects_do_not_have_stops_the_start(condition, monkeypatch):
    declare(Headline(NEW, "", **{condition: Condition("finished", "yes")}), monkeypatch)
    with pytest.raises(SystemCheckError, match=r"a column finished, which projects/models/project\.py does not have"):
        call_command("check")


def test_a_figure_without_its_columns_of_the_rollup_stops_the_start(monkeypatch):
    declare(Headline(NEW, "", column="total_investment"), monkeypatch)
    with pytest.raises(SystemCheckError) as error:
        call_command("check")
    for name in ("minimum_project_investment", "minimum_project_investment_known"):
        assert f"a column {name}, which projects/models/rollups.py does not have" in str(error.value)


@pytest.mark.parametrize("wrong", [{"records": Records.ENTRIES}, {"applies_to": Condition("kind", ProjectKind.PARK)}])
def test_only_a_sum_has_records_of_its_own_and_projects_that_it_is_about(wrong):
    with pytest.raises(ValueError, match="counts projects"):
        Headline(NEW, "", **wrong)
    assert Headline(NEW, "", column="total_investment", **wrong)
