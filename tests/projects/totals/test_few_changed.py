"""What is told of two states from the few records that were written in between, or that were known then, is what is told
from all there are.
"""

from __future__ import annotations

import datetime as dt
from random import Random
from unittest.mock import patch

import pytest

from projects.choices import ListStatus
from projects.models import Entry, MonthlyReport, Prefecture, Problem, Programme, Project, Revision, Round, Target
from projects.totals import differences, few_changed
from projects.totals.comparison import compared, difference
from projects.totals.difference_orders import EFFECT_ORDERS, orders
from projects.totals.explanation import explanation
from projects.totals.figures import FIGURES
from projects.versioning.as_of import AsOf, looking_back
from projects.versioning.revisions import writing
from sectors.models import Sector

from ..asking import scope_of

pytestmark = pytest.mark.django_db

STATES = 6
EVERY = tuple(FIGURES)
QUESTIONS = (
    (),
    (("sector", "energy-electronics"),),
    (("prefecture", "430100"), ("through", "2023-04")),
    (("month", "2023-05"),),
    (("counted_in", "reports_approved"),),
    (("total_investment_min", "1000000000"), ("having", "disbursed")),
    (("q", "电"),),
)


def _project(draw: Random) -> None:
    project = draw.choice(Project.objects.order_by("pk"))
    what = draw.randrange(4)
    if what == 0:
        project.total_investment = draw.choice([None, draw.randrange(10**8, 10**10)])
    elif what == 1:
        project.sector, project.chain_link = draw.choice(Sector.objects.order_by("pk")), None
    elif what == 2:
        project.prefecture = draw.choice(Prefecture.objects.order_by("pk"))
    else:
        project.transferred = draw.choice(["yes", "no", "unknown"])
    project.save()


def _entry(draw: Random) -> None:
    entry = draw.choice(Entry.objects.filter(programme__year=2023).order_by("pk"))
    what = draw.randrange(3)
    if what == 0:
        entry.status = draw.choice(ListStatus.values)
    elif what == 1:
        entry.planned_disbursement = draw.choice([None, draw.randrange(10**6, 10**9)])
    else:
        entry.left = draw.choice([None, dt.date(2023, 4, 15), dt.date(2023, 6, 30)])
    entry.save()


def _report(draw: Random) -> None:
    report = draw.choice(MonthlyReport.objects.approved().filter(disbursed__isnull=False).order_by("pk"))
    report.disbursed = draw.choice([report.disbursed + draw.randrange(10**6), -draw.randrange(10**10)])
    report.correction_reason = f"counted again {draw.random()}"
    report.save()


def _gone(draw: Random) -> None:
    entry = draw.choice(Entry.objects.filter(programme__year=2023, project__basis="illustrative").order_by("pk"))
    entry.reports.all().delete()


def _come(draw: Random) -> None:
    sector, number = draw.choice(Sector.objects.order_by("pk")), draw.randrange(10**6)
    project = Project(code=f"HN-EI-2023-N{number}", name_zh=f"新来的{number}", sector=sector, basis="reported")
    project.save()
    Entry(project=project, programme=Programme.objects.get(year=2023), basis="reported").save()


def _problem(draw: Random) -> None:
    project = draw.choice(Project.objects.filter(entries__programme__year=2023).order_by("pk"))
    Problem(project=project, kind="land", description="征地", raised_on=dt.date(2023, draw.randrange(1, 7), 3)).save()


def _frame(draw: Random) -> None:
    """What all projects are told by."""
    if draw.random() < 0.5:
        target = Target.objects.filter(measure="minimum_project_investment", programme__year=2023).get()
        target.value += 10**8
        target.save()
    else:
        round_ = draw.choice(Round.objects.filter(programme__year=2023).order_by("pk"))
        round_.grace_days += 1
        round_.save()


WRITES = (_project, _project, _entry, _entry, _report, _report, _come, _come, _problem, _gone, _frame)


def _written(draw: Random) -> list[AsOf]:
    """States of a register, a few records apart, and one before anything was known."""
    states = [AsOf.parse("2010-01-01"), AsOf.parse(f"r{Revision.objects.newest_number()}")]
    for _state in range(STATES):
        with writing():
            for write in draw.choices(WRITES, k=draw.randint(1, 4)):
                write(draw)
        states.append(AsOf.parse(f"r{Revision.objects.newest_number()}"))
    return states


def _known_alone(then, *_asking, more):
    return few_changed.Few(None, few_changed.known_then(then))


def _told(scope, since, seed):
    draw = Random(seed)  # noqa: S311  # a test draws
    order, of_effects, name = draw.choice(orders(EVERY)), draw.choice(EFFECT_ORDERS), draw.choice(EVERY)
    whole = compared(scope, since, figures=EVERY, order=order, size=draw.choice([3, 50]))
    of_one = [difference(scope, since, name, order=of_effects)]
    for name in draw.sample(EVERY, 3):
        opened = explanation(scope, name, size=draw.choice([4, 20]))
        known, largest = opened.answer.whole.figures, opened.largest
        of_one.append(difference(scope, since, name, size=4, order=of_effects, known=known, largest=largest))
        of_one.append(difference(scope, since, name, size=4, known=known, largest=largest))
    return whole.figures, whole.records, whole.count, whole.kinds, of_one


def test_who_left_with_reports_came_as_well(province, monkeypatch):
    """Of the list are those that are on it; told of are those, too, that have left it and have reports."""
    since = AsOf.parse("2010-01-01")
    with writing():
        entry = Entry.objects.filter(programme__year=2023, reports__state="approved").order_by("pk").first()
        entry.left = dt.date(2023, 4, 15)
        entry.save()
    scope = scope_of(province, [("programme", "2023")])
    of_all, of_one = (
        lambda: compared(scope, since, figures=EVERY, size=3),
        lambda: difference(scope, since, "project_count", size=3),
    )
    every = of_all(), of_one()
    monkeypatch.setattr(differences, "few_between", _known_alone)
    for one, other in zip((of_all(), of_one()), every, strict=True):
        assert one == other


def test_what_is_taken_back_is_a_large_effect_too(province, monkeypatch):
    with writing():
        report = MonthlyReport.objects.approved().filter(disbursed__isnull=False).order_by("pk").first()
        report.disbursed, report.correction_reason = -(10**11), "paid back"
        report.save()
    scope = scope_of(province, [("programme", "2023"), ("month", f"2023-{report.month:02}")])
    monkeypatch.setattr(differences, "few_between", _known_alone)
    for name in ("disbursed", "total_investment"):
        opened = explanation(scope, name, size=1)
        assert bool(opened.largest) == (name != "disbursed")
        known = opened.answer.whole.figures
        found = difference(scope, AsOf.parse("2010-01-01"), name, size=1, known=known, largest=opened.largest)
        assert [each.key for each in found.effects] == (
            [report.entry.project.code] if name == "disbursed" else [opened.records[0].code]
        )


@pytest.mark.parametrize("seed", range(4))
def test_few_tell_what_all_tell(seed, province):
    draw, asked = Random(seed), []  # noqa: S311  # a test draws
    states = _written(draw)
    real = few_changed.few_between

    def noted(*asking, more):
        asked.append(real(*asking, more=more))
        return asked[-1]

    for question in QUESTIONS:
        since, now = draw.choice(states[:-1]), draw.choice([None, *states[1:]])
        with looking_back(now):
            scope = scope_of(province, [("programme", "2023"), *question])
        told = draw.random()
        with patch.object(differences, "few_between", noted):
            few = _told(scope, since, told)
        with patch.object(differences, "few_between", _known_alone):
            known = _told(scope, since, told)
        with patch.object(few_changed, "MOST", -1):
            every = _told(scope, since, told)
        asked_of = since.text, now and now.text, question
        for way in (few, known):
            for one, other in zip(way, every, strict=True):
                if isinstance(one, tuple):
                    assert [*one] == [*other], asked_of
            assert way == every, asked_of
    assert any(few.changed for few in asked)
