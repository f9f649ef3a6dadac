"""A year as it may be: entries that join and leave, plans of all kinds and curves, reports in any state, starts and ratings.

Written past the records' own checks, so that a test has what no bureau would write in a hundred years.
"""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from projects.choices import Basis, Light, LightMethod, ListStatus, PlanKind, Precision, ReportState, Stage
from projects.models import Entry, LightRule, MonthlyReport, Plan, Problem, Programme, Project, Rating

_MONTHS = {Precision.YEAR: (1,), Precision.QUARTER: (1, 4, 7, 10)}


def any_year(seed: int, *, author: Any) -> Programme:
    """The programme of 2023 with everything about its entries drawn anew."""
    random = Random(seed)  # noqa: S311  not for secrets
    programme = Programme.objects.get(year=2023)
    QuerySet(Programme).filter(pk=programme.pk).update(
        light_rule=random.choice([*LightRule.objects.all(), *LightRule.objects.all(), None]),
        reporting_day=dt.date(2023, random.randint(4, 12), random.randint(1, 28)),
    )
    for rule in LightRule.objects.all():
        _draw_rule(random, rule)
    for model in (Plan, Problem, Rating):
        QuerySet(model)._raw_delete("default")
    for entry in Entry.objects.filter(programme=programme).select_related("project"):
        _draw_entry(random, entry)
        _draw_reports(random, entry, author)
        _draw_around(random, entry, author)
    return Programme.objects.get(pk=programme.pk)


def _draw_rule(random: Random, rule: LightRule) -> None:
    low, high = sorted(random.sample(range(0, 60, 5), 2))
    yellow, red = (low, high) if rule.method == LightMethod.POINTS else (high, low)
    start, missing = (sorted(random.choices(range(4), k=2)) for _limits in range(2))
    QuerySet(LightRule).filter(pk=rule.pk).update(
        yellow=yellow,
        red=red,
        start_yellow=start[0],
        start_red=start[1],
        missing_yellow=missing[0],
        missing_red=missing[1],
        against=random.choice(PlanKind.values),
    )


def _day(random: Random) -> dt.date | None:
    """Hardly ever one of another year."""
    year = random.choice([2022, *[2023] * 8, 2024])
    return dt.date(year, random.randint(1, 12), random.choice([1, 28])) if random.random() < 0.3 else None


def _draw_entry(random: Random, entry: Entry) -> None:
    joined, left = _day(random), _day(random)
    if joined and left and left < joined:
        joined, left = left, joined
    QuerySet(Entry).filter(pk=entry.pk).update(
        joined=joined,
        left=left,
        basis=random.choice([Basis.ILLUSTRATIVE, Basis.REPORTED]),
        status=random.choice(ListStatus.values),
        planned_disbursement=random.choice([None, 0, 1200, 1200, 10**9, 499_999_999_999]),
    )
    precision = random.choice(["", *Precision.values])
    start = dt.date(2023, random.choice(_MONTHS.get(Precision(precision) if precision else None, range(1, 13))), 1)
    QuerySet(Project).filter(pk=entry.project_id).update(
        start=start if precision else None, start_precision=precision, finish=None, finish_precision=""
    )


def _draw_reports(random: Random, entry: Entry, author: Any) -> None:
    QuerySet(MonthlyReport).filter(entry=entry)._raw_delete("default")
    monthly = random.choice([0, 0, 0, 50, 100, 90, 10**8, 40_000_000_000])
    for month in range(1, random.randint(1, 9)):
        if random.random() < 0.15:
            continue
        state = random.choice([*[ReportState.APPROVED] * 6, ReportState.DRAFT, ReportState.SUBMITTED])
        handed_in = dt.date(2023, month + 1, random.choice([5, 12, 19]))
        said = {"handed_in_on": handed_in, "submitted_at": timezone.now(), "submitted_by": author}
        QuerySet(MonthlyReport).bulk_create(
            [
                MonthlyReport(
                    entry=entry,
                    month=month,
                    state=state,
                    basis=Basis.ILLUSTRATIVE,
                    disbursed=random.choice([monthly, monthly, 0, -monthly]),
                    correction_reason="x",
                    stage=random.choice(["", Stage.PREPARATION, Stage.PREPARATION, *(Stage.values if monthly else [])]),
                    started_on=dt.date(2023, month, 1) if random.random() < 0.05 else None,
                    forecast=random.choice([None, None, 1000 * month]),
                    **(said if state == ReportState.SUBMITTED else {}),
                )
            ]
        )


def _draw_around(random: Random, entry: Entry, author: Any) -> None:
    for kind in random.sample(PlanKind.values, random.randint(0, 3)):
        amount = random.choice([0, 1200, 1300, 10**9])
        if kind == PlanKind.ANNOUNCED and entry.planned_disbursement is not None and random.random() < 0.5:
            amount = entry.planned_disbursement
        curve = [0] * 6 + [amount // 6] * 5 + [amount - 5 * (amount // 6)]
        QuerySet(Plan).bulk_create(
            [
                Plan(
                    entry=entry,
                    kind=kind,
                    amount=amount,
                    decided_on=dt.date(2023, 3, day),
                    reason="x",
                    basis=Basis.REPORTED,
                    curve=random.choice([[], curve]),
                )
                for day in random.sample(range(1, 5), random.randint(1, 2))
            ]
        )
    if random.random() < 0.3:
        month = random.randint(1, 9)
        QuerySet(Rating).bulk_create(
            Rating(entry=entry, month=month, light=light, words="x", author=author, rated_on=dt.date(2023, 8, 1))
            for light in random.sample(Light.values, 2)
        )
    if random.random() < 0.3:
        QuerySet(Problem).bulk_create(
            [
                Problem(
                    project_id=entry.project_id,
                    kind="land",
                    description="x",
                    raised_on=dt.date(2023, 1, 1),
                    due=random.choice([None, dt.date(2023, 2, 1), dt.date(2023, 12, 31)]),
                )
            ]
        )
