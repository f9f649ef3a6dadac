"""What a sum says of an announced number: nothing where any of it was made up, and as before where all of it is real."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import QuerySet, Sum

from projects.choices import Basis, Verdict
from projects.models import MonthlyReport, Project, Target
from projects.monitoring.ranking import rank_places
from projects.totals.figures import FIGURES
from projects.totals.span import Span
from projects.totals.targets import Footing, comparisons
from projects.totals.totals import breakdowns
from tests.pages import opened

from ..asking import scope_of

pytestmark = pytest.mark.django_db

INVESTED = """
    SELECT SUM(p.total_investment), SUM(CASE WHEN p.basis = 'illustrative' THEN p.total_investment ELSE 0 END)
    FROM projects_project p JOIN projects_entry e ON e.project_id = p.id
    JOIN projects_programme y ON y.id = e.programme_id AND y.year = 2023
"""


def share_by_sql():
    with connection.cursor() as cursor:
        cursor.execute(INVESTED)
        whole, made_up = cursor.fetchone()
    return Fraction(int(made_up), int(whole))


def real(code=None):
    """The projects, or all but one of them, as if a bureau had reported them."""
    rows = QuerySet(Project).filter(basis=Basis.ILLUSTRATIVE)
    (rows.exclude(code=code) if code else rows).update(basis=Basis.REPORTED)


def told(client, figure):
    targets = client.get("/api/v1/totals/", {"fields": figure}).json()["rows"][0]["figures"][figure]["targets"]
    return [(each["kind"], each["verdict"], each["met"], each["illustrative_share"]) for each in targets]


def test_any_illustrative_share_withholds_every_verdict(register, public_read, client):
    share = share_by_sql()
    text = f"{Decimal(share.numerator) / Decimal(share.denominator):.6f}"
    assert told(client, "total_investment") == [("announced", "cannot_be_tested", None, text)]
    assert told(client, "disbursed") == [
        ("reported", "cannot_be_tested", None, "1.000000"),
        ("announced", "cannot_be_tested", None, "1.000000"),
        ("monitored", "cannot_be_tested", None, "1.000000"),
    ]
    (explained,) = client.get("/api/v1/explain/?figure=total_investment").json()["targets"]
    assert (explained["verdict"], explained["met"], explained["illustrative_share"]) == ("cannot_be_tested", None, text)


def test_what_a_real_project_takes_back_makes_no_more_than_all_illustrative(register, public_read, client):
    code = "HN-EI-2023-24"
    QuerySet(Project).filter(code=code).update(basis=Basis.REPORTED)
    reports = QuerySet(MonthlyReport).filter(entry__project__code=code)
    reports.filter(month__lt=6).update(disbursed=0)
    reports.filter(month=6).update(disbursed=-5_000_000_000, correction_reason="taken back")
    rest = MonthlyReport.objects.exclude(entry__project__code=code).aggregate(rest=Sum("disbursed"))["rest"]
    share = Fraction(rest, rest + 5_000_000_000)
    row = breakdowns(scope_of(AnonymousUser()), None, illustrative=True, compared=False)[None].total_row
    for name in ("disbursed", "disbursed_of_plan"):
        assert row.illustrative_share(name) == share
    assert {float(told_share) for _kind, _verdict, _met, told_share in told(client, "disbursed")} == {
        round(float(share), 6)
    }


def test_with_real_records_alone_it_is_spoken_as_before(register, public_read, client):
    real()
    assert told(client, "total_investment") == [("announced", "equal", True, "0.000000")]
    assert told(client, "planned_disbursement") == [
        ("announced", "equal", True, "0.000000"),
        ("monitored", "differs", False, "0.000000"),
    ]
    assert told(client, "expected_revenue") == [("announced", "not_met", False, "0.000000")]
    assert told(client, "disbursed") == [
        ("reported", "equal", True, "0.000000"),
        ("announced", "not_met", False, "0.000000"),
        ("monitored", "not_met", False, "0.000000"),
    ]


@pytest.mark.parametrize(
    ("relation", "value", "footing", "verdict"),
    [
        ("exactly", 100, Footing(), Verdict.EQUAL),
        ("exactly", 99, Footing(), Verdict.DIFFERS),
        ("about", 100, Footing(), Verdict.EQUAL),
        ("about", 90, Footing(), Verdict.DIFFERS),
        ("at least", 100, Footing(), Verdict.MET),
        ("more than", 100, Footing(), Verdict.NOT_MET),
        ("exactly", 100, Footing(few=True), Verdict.TOO_FEW),
        ("more than", 50, Footing(few=True), Verdict.TOO_FEW),
        ("more than", 101, Footing(few=True), Verdict.MET),
        ("exactly", None, Footing(), Verdict.TOO_FEW),
        ("more than", 101, Footing(Fraction(1, 10**9)), Verdict.CANNOT_BE_TESTED),
        ("exactly", 100, Footing(Fraction(0)), Verdict.EQUAL),
    ],
)
def test_each_relation_has_its_verdicts(relation, value, footing, verdict):
    aim = Target(measure="total_investment", relation=relation, value=100)
    (found,) = comparisons("total_investment", value, [aim], span=Span(1, 1, 6), whole=True, footing=footing)
    assert found.verdict == verdict
    said = {Verdict.EQUAL: True, Verdict.MET: True, Verdict.DIFFERS: False, Verdict.NOT_MET: False}
    assert found.met == said.get(verdict)
    (part,) = comparisons("total_investment", value, [aim], span=Span(1, 1, 6), whole=False, footing=footing)
    assert (part.verdict, part.met) == (None, None)


def test_real_and_illustrative_are_ranked_apart(register, public_read, client, analyst):
    QuerySet(Project).filter(sector__code__in=["new-display", "energy-electronics"], basis="illustrative").update(
        basis=Basis.REPORTED
    )
    answers = breakdowns(scope_of(analyst), "sector", "basis", compared=False, figures=tuple(FIGURES))
    places = rank_places(answers["sector"])
    found = [(place.row.key, place.rank, place.is_illustrative) for place in places if place.rank]
    assert found[:2] == [("new-display", 1, False), ("energy-electronics", 2, False)]
    assert [(rank, made_up) for _key, rank, made_up in found[2:]] == [(1, True), (2, True), (3, True), (4, True)]
    page = opened(client, "/league/", lang="en").text
    assert "Ranked separately, because their shares include illustrative reports" in page
