"""Announced numbers of a part of the list, the floor of each project, revenue that is output value, what goes on: by SQL."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import QuerySet

from projects.choices import Basis, ProjectKind
from projects.history.revisions import create_revision
from projects.models import Entry, MonthlyReport, Project, Target
from projects.totals.totals import totals

from ..asking import scope_of

pytestmark = pytest.mark.django_db

LISTED = """
    FROM projects_project p JOIN projects_entry e ON e.project_id = p.id
    JOIN projects_programme y ON y.id = e.programme_id AND y.year = 2023
    JOIN sectors_sector s ON s.id = p.sector_id
"""


def by_sql(what, condition="1 = 1"):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {what} {LISTED} WHERE {condition}")
        return cursor.fetchone()[0]


def figure_of(user, name, parameters=None):
    return totals(scope_of(user, parameters or {}), figures=(name,)).total_row.figures[name]


def attract(number, sector):
    """Have the first park of a sector report so many enterprises in June."""
    park = Project.objects.filter(sector__code=sector, kind=ProjectKind.PARK).order_by("code").first()
    entry = Entry.objects.get(project=park, programme__year=2023)
    with create_revision():
        report = MonthlyReport.objects.filter(entry=entry, month=6).first()
        report = report or MonthlyReport(entry=entry, month=6, disbursed=0, state="approved", basis=entry.basis)
        report.source = entry.source
        report.enterprises_attracted, report.correction_reason = number, f"Counted: {number}"
        report.save()


def test_enterprises_are_held_against_the_parks_that_the_number_speaks_of(register, public_read, client, analyst):
    attract(5_000, "advanced-computing")
    attract(400, "5g-electronic-circuits")
    figure = figure_of(analyst, "enterprises_attracted")
    assert figure.value == 5_400
    (comparison,) = figure.targets
    assert (comparison.value, comparison.difference) == (400, -600)
    (told,) = client.get("/api/v1/totals/?fields=enterprises_attracted").json()["rows"][0]["figures"][
        "enterprises_attracted"
    ]["targets"]
    assert (told["sector"], told["held_against"], told["ratio"]) == ("5g-electronic-circuits", 400, 0.4)
    assert told["verdict"] == "not_met" or told["illustrative_share"] != "0.000000"


def test_so_it_is_in_a_part_of_the_list_and_elsewhere_nothing(register, analyst):
    attract(400, "5g-electronic-circuits")
    (inside,) = figure_of(analyst, "enterprises_attracted", {"sector": "5g-electronic-circuits"}).targets
    assert (inside.value, inside.verdict) == (400, None)
    (outside,) = figure_of(analyst, "enterprises_attracted", {"sector": "new-display"}).targets
    assert (outside.value, outside.ratio, outside.verdict) == (None, None, None)


@pytest.mark.parametrize(("amount", "missed"), [(500_000_001, 0), (500_000_000, 1), (1, 1)])
def test_a_project_at_the_floor_misses_what_is_meant_as_more(register, public_read, client, analyst, amount, missed):
    QuerySet(Project).filter(basis=Basis.ILLUSTRATIVE).update(basis=Basis.REPORTED)
    QuerySet(Project).filter(total_investment=None).update(total_investment=10**9)
    QuerySet(Project).filter(code="HN-EI-2023-24").update(total_investment=amount)
    figure = figure_of(analyst, "at_floor_count")
    assert figure.value == by_sql("COUNT(*)", "p.total_investment <= 500000000") == missed
    (target,) = figure.targets
    assert (target.verdict, target.met) == (("not_met", False) if missed else ("met", True))
    found = client.get("/api/v1/projects/?counted_in=at_floor_count").json()["results"]
    assert [each["code"] for each in found] == ["HN-EI-2023-24"] * missed


def test_a_floor_is_not_met_by_a_list_of_which_some_are_not_known(register, analyst):
    QuerySet(Project).filter(basis=Basis.ILLUSTRATIVE).update(basis=Basis.REPORTED)
    (target,) = figure_of(analyst, "at_floor_count").targets
    assert (target.verdict, target.met) == ("too_few", None)


def test_without_a_floor_nothing_is_tested(register, analyst):
    with create_revision():
        Target.objects.filter(measure="minimum_project_investment").delete()
    figure = figure_of(analyst, "at_floor_count")
    assert (figure.value, figure.of, figure.targets) == (None, 0, ())
