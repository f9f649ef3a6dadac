"""What a sum says of an announced number: nothing where any of it was made up, and as before where all of it is real."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from django.db.models import QuerySet

from projects.choices import Basis, Verdict
from projects.history.revisions import create_revision
from projects.models import MonthlyReport, Project, Target
from projects.monitoring.ranking import get_places, rank_places
from projects.totals.figures import FIGURES
from projects.totals.span import Span
from projects.totals.targets import Footing, comparisons
from projects.totals.totals import breakdowns, totals
from tests.pages import opened, read

from ..asking import scope_of
from ..july import stage

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


def test_value_target_and_ratio_stay_where_they_are(register, public_read, client):
    figure = client.get("/api/v1/totals/").json()["rows"][0]["figures"]["total_investment"]
    (target,) = figure["targets"]
    assert (figure["value"], target["value"], target["ratio"], target["difference"]) == (
        138_500_000_000,
        138_500_000_000,
        1.0,
        0,
    )


def test_one_illustrative_record_is_enough(register, public_read, client):
    real("HN-EI-2023-24")
    ((_kind, verdict, met, share),) = told(client, "total_investment")
    assert (verdict, met) == ("cannot_be_tested", None)
    assert 0 < Decimal(share) < Decimal("0.1")


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
    overview = opened(client, "/", lang="en").text
    assert "difference 0.0, equal" in overview
    assert "illustrative)" not in overview


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


def test_no_figure_of_the_demonstration_is_called_met(register, analyst):
    whole = totals(scope_of(analyst), figures=tuple(FIGURES)).total_row
    for name, figure in whole.figures.items():
        for each in figure.targets:
            assert each.met is None or not whole.illustrative_share(name), name


def test_the_pages_say_it_in_the_sentence_and_on_the_card(register, public_read, client):
    share = f"{100 * float(share_by_sql()):.1f}%"
    english = opened(client, "/", lang="en").text
    assert f"total investment 138.5 billion CNY {share} illustrative" in english
    assert f"cannot be tested: {share} of it is illustrative" in english
    assert "disbursement is 15.89 billion CNY all illustrative" in english
    assert "difference 0.0, equal" not in english
    chinese = opened(client, "/", lang="zh-hans").text
    assert f"无法核验：{share} 为示例" in chinese
    assert "相符" not in chinese
    figure = opened(client, "/figures/total_investment/", lang="en").text
    assert f"cannot be tested: {share} of it is illustrative" in figure
    sector = opened(client, "/sectors/new-display/", lang="en").text
    assert "illustrative)" in sector.split("of the whole list")[0]
    assert "illustrative)" in opened(client, "/prefectures/430100/", lang="en").text


def test_real_and_illustrative_are_ranked_apart(register, public_read, client, analyst):
    QuerySet(Project).filter(sector__code__in=["new-display", "energy-electronics"], basis="illustrative").update(
        basis=Basis.REPORTED
    )
    answers = breakdowns(scope_of(analyst), "sector", "basis", compared=False, figures=tuple(FIGURES))
    places = rank_places(get_places(answers["sector"]))
    found = [(place.row.key, place.rank, place.is_illustrative) for place in places if place.rank]
    assert found[:2] == [("new-display", 1, False), ("energy-electronics", 2, False)]
    assert [(rank, made_up) for _key, rank, made_up in found[2:]] == [(1, True), (2, True), (3, True), (4, True)]
    page = opened(client, "/league/", lang="en").text
    assert "Ranked separately, because their shares include illustrative reports" in page


def test_real_and_illustrative_are_ranked_apart_in_a_month_that_is_open_too(register, province, client_of):
    stage(6)
    QuerySet(Project).filter(prefecture__adcode="430200", basis="illustrative").update(basis=Basis.REPORTED)
    answer = client_of(province).get("/league/", {"by": "prefecture", "through": "2023-07", "lang": "en"})
    rows = answer.context["table"].records
    groups = [[row for row in rows if row.group == group] for group in ("real", "illustrative", "unranked")]
    found = [[(place.row.key, place.rank, place.is_illustrative) for place in group] for group in groups]
    assert found[0] == [("430200", 1, False)]
    assert [(rank, made_up) for _key, rank, made_up in found[1]] == [(1, True), (2, True)]
    assert len(found[2]) == 8
    assert {rank for _key, rank, _made_up in found[2]} == {None}
    page = read(answer.content).text
    assert "Zhuzhou has completed" not in page  # alone it is ranked among nobody
    heading = "Ranked separately, because their shares include illustrative reports:"
    table = page.partition("They hold of the plan")[2]
    assert table.index("Zhuzhou") < table.index(heading) < table.index("Yiyang") < table.index("Not ranked, for the")


def test_about_the_data_says_what_the_illustrative_figures_are(register, public_read, client):
    text = opened(client, "/about/", lang="en").text
    assert "these figures were made so that the sums come to the announced totals" in text


@pytest.mark.parametrize(("measure", "title"), [("total_investment", "total investment"), ("disbursed", "disbursed")])
def test_the_title_of_the_map_follows_its_measure(register, public_read, client, measure, title):
    assert f"of the known {title}" in opened(client, "/prefectures/", map=measure, lang="en").text


def test_the_title_of_the_map_of_progress_is_about_progress(register, public_read, client):
    for path in ("/prefectures/", "/"):
        text = opened(client, path, map="progress", lang="en").text
        assert "has completed the largest share of its plan" in text.split("prefectures have no project")[0]


def test_reports_of_nobody_change_nothing(register, analyst):
    """What waits or was returned is in no sum, so it makes nothing untestable either."""
    real()
    with create_revision():
        MonthlyReport.objects.filter(month=6).delete()
    whole = totals(scope_of(analyst)).total_row
    assert not whole.illustrative_share("disbursed")
