"""An open month in which a project without a plan has reported: its money is shown, and is held against no plan."""

from __future__ import annotations

from fractions import Fraction

from django.utils.translation import override

from projects.history.revisions import create_revision
from projects.models import Entry, MonthlyReport
from projects.pages.formatting import money_with_unit
from tests.pages import opened

from .july import FIRST_SIX, stage
from .test_round_of_july import JULY


def test_money_of_a_project_without_a_plan_is_told_apart_from_what_is_held_against_plans(province, client_of):
    """Seven have reported and one of them has no plan: the share is of six, and it is said what these have disbursed."""
    stage(7)
    entry = Entry.objects.get(project__code=f"HN-EI-2023-{FIRST_SIX[0]}", programme__year=2023)
    with create_revision(reason="no plan"):
        entry.planned_disbursement = None
        entry.save()
    reports = MonthlyReport.objects.filter(entry__programme__year=2023, state="approved")
    compared = {row.entry_id for row in reports.filter(month=7)}
    with_plan = dict(
        Entry.objects.filter(pk__in=compared, planned_disbursement__gt=0).values_list("pk", "planned_disbursement")
    )
    done = {key: sum(reports.filter(entry=key, month__lte=7).values_list("disbursed", flat=True)) for key in compared}
    of_six = sum(done[key] for key in with_plan)
    gap = of_six - Fraction(7, 12) * sum(with_plan.values())
    assert len(compared) - 1 == len(with_plan) == 6

    with override("en"):
        all_text, six_text, gap_text = (money_with_unit(amount) for amount in (sum(done.values()), of_six, abs(gap)))
    text = opened(client_of(province), "/", lang="en", **JULY).text
    assert f"of the 7 projects compared is {all_text}" in text
    assert (f"{gap_text} behind the own plans of the 6 of them that have one (they disbursed {six_text})") in text
    ranking = opened(client_of(province), "/league/", lang="en", **JULY).text
    assert "with both" in ranking
    assert "6/7" in ranking.split("Total", 1)[1]
