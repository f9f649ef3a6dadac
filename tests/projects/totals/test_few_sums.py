"""Figures counted by conditions are the same from kept sums with the few beside them as counted over all records."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.utils import timezone

from projects.choices import Basis, ReportState
from projects.models import Cell, Entry, MonthlyReport, Note, Problem, Programme, Project, ReportEvent
from projects.totals import rollup_sums
from projects.totals.coverage import months_coverage
from projects.totals.figures import FIGURES
from projects.totals.scope import Scope
from projects.totals.totals import breakdowns

from ..asking import scope_of
from ..database.rollups.random_writer import Writer, rows

DIMENSIONS = (None, "sector", "prefecture", "chain_link", "basis", "direction")
READERS = ("province", "changsha", "analyst")


class Reporting(Writer):
    """Besides: reports that wait or came late, entries that nobody asks, problems."""

    def work(self, steps: int) -> None:
        for _step in range(steps):
            super().work(2)
            for doing in (self.waiting, self.late, self.published, self.problem):
                try:
                    with transaction.atomic():
                        doing()
                except IntegrityError:
                    continue  # a rule of the register: nothing was written

    def waiting(self) -> None:
        by = get_user_model().objects.get(username="changsha").pk
        self.one(MonthlyReport).update(
            state=ReportState.SUBMITTED,
            submitted_at=timezone.now(),
            submitted_by=by,
            approved_at=None,
            approved_by=None,
        )

    def late(self) -> None:
        self.one(MonthlyReport).update(handed_in_on=dt.date(2023, self.dice.randrange(1, 13), 28))

    def published(self) -> None:
        self.one(Entry).update(basis=self.dice.choice(Basis.values))

    def problem(self) -> None:
        raised, solved = dt.date(2023, self.dice.randrange(1, 13), 3), self.day()
        rows(Problem).bulk_create(
            [Problem(project=self.one(Project).get(), kind="land", raised_on=raised, solved_on=solved, description="x")]
        )


def told(scope: Scope, by: str | None, figures: tuple[str, ...] = tuple(FIGURES)) -> dict[Any, Any]:
    """Of each row every figure: its value, of how many it is known and of how many it could be; then the coverage."""
    answer = breakdowns(scope, by, compared=False, illustrative=True, figures=figures)[by]
    found: dict[Any, Any] = {}
    for row in answer.rows:
        assert row.illustrative is not None
        for name, figures in (("", row.figures), ("illustrative", row.illustrative)):
            found[row.key, name] = {key: (each.value, each.known, each.of) for key, each in figures.items()}
    return found | {"coverage": months_coverage(scope, "disbursed")}


def both(monkeypatch: pytest.MonkeyPatch, ask: Any) -> tuple[Any, Any]:
    """The same with kept sums and without any."""
    kept = ask()
    with monkeypatch.context() as patch:
        patch.setattr(rollup_sums, "is_kept", lambda _scope: False)
        return kept, ask()


@pytest.fixture
def people(province, changsha_writer, analyst, public_read) -> dict[str, Any]:
    return {"province": province, "changsha": changsha_writer, "analyst": analyst}


@pytest.mark.parametrize("seed", range(6))
def test_any_figure_is_the_same_by_kept_sums_and_by_all_records(people, seed, monkeypatch):
    print(f"seed {seed}")
    writer = Reporting(seed)
    for _round in range(3):
        writer.work(4)
        reader = people[writer.dice.choice(READERS)]
        month = writer.dice.choice(["", f"2023-{writer.dice.randrange(1, 13):02}"])
        by, name = writer.dice.choice(DIMENSIONS), writer.dice.choice(["through", "through", "month"])
        question = {"programme": "2023"} | ({name: month} if month else {})
        question |= writer.dice.choice([{}, {}, {"basis": "illustrative"}, {"sector": "new-display"}])
        user = get_user_model().objects.get(pk=reader.pk)
        kept, counted = both(monkeypatch, lambda: told(scope_of(user, question), by))  # noqa: B023
        assert kept == counted, (question, by, reader.username)


WRONG = {"started_count": 2, "share_known": 1, "eighty_percent_count": 3, "continuing_count_known": 0, "approved": 3}


@pytest.mark.parametrize("column", WRONG)
def test_the_comparison_sees_a_wrong_sum(people, column, monkeypatch):
    programme = Programme.objects.get(year=2023)
    rows(Cell).filter(programme=programme.pk, month=WRONG[column]).update(**{column: 3})
    kept, counted = both(monkeypatch, lambda: told(scope_of(people["province"], {"through": "2023-03"}), None))
    assert kept != counted


def test_coverage_is_told_by_kept_sums_and_opens_to_its_records(people, monkeypatch):
    """Also of a list that somebody has left who reported without a gap."""
    reported = rows(MonthlyReport).filter(entry__programme__year=2023, month=2).order_by("entry")
    rows(MonthlyReport).filter(pk=reported[1].pk)._raw_delete("default")
    for left in (None, dt.date(2023, 4, 1)):
        rows(Entry).filter(pk=reported[0].entry_id).update(left=left)
        kept, counted = both(monkeypatch, lambda: months_coverage(of_june(people), "disbursed"))
        assert kept == counted
        parts = {"complete_in": kept.complete, "gaps_in": kept.gaps, "missing": kept.none}
        assert parts == {name: of_june(people, **{name: "disbursed"}).projects().count() for name in parts}
        assert (kept.gaps, kept.months) == (1, 1)


def of_june(people: dict[str, Any], **question: str) -> Scope:
    return scope_of(people["province"], {"through": "2023-06"} | question)


def test_a_list_that_nobody_reported_of_yet_is_told_by_its_entries(people, monkeypatch):
    for records in (rows(ReportEvent), rows(Note).exclude(report=None), rows(MonthlyReport)):
        records._raw_delete("default")
    assert scope_of(people["province"], {"programme": "2023"}).last_month == 0
    for by in (None, "sector"):
        for figures in (tuple(FIGURES), ("started_count", "reports_missing")):
            scope = scope_of(people["province"], {"programme": "2023"})
            kept, counted = both(monkeypatch, lambda: told(scope, by, figures))  # noqa: B023
            assert kept == counted


def test_no_statement_is_about_all_records(people, django_assert_num_queries):
    """One for the sums, one for the few that they lack, one for the floor among targets: and none of these counts all."""
    scope = scope_of(people["province"], {"through": "2023-06"})
    with django_assert_num_queries(3) as asked:
        breakdowns(scope, None, compared=False, figures=tuple(FIGURES))
    [few] = (each["sql"] for each in asked.captured_queries if "projects_reportedmonths" in each["sql"])
    selects = few.split("UNION ALL")
    assert all(" IN (" in each or "problem" in each for each in selects), selects


@pytest.mark.parametrize("by", ["sector", "prefecture", "direction"])
def test_a_key_that_nobody_on_the_list_has_makes_no_row(people, by):
    """Of those that left before they reported nothing is told, and so no empty row of a breakdown."""
    left = Entry.objects.filter(programme__year=2023)
    rows(MonthlyReport).all()._raw_delete("default")
    rows(Entry).filter(pk__in=left).update(joined=None, left=dt.date(2023, 1, 2))
    stays = rows(Entry).filter(programme__year=2023).first()
    rows(Entry).filter(pk=stays.pk).update(left=None)

    scope = scope_of(people["province"], {"programme": 2023, "through": "2023-05"})
    (row,) = breakdowns(scope, by, figures=("started_count", "reports_in"))[by].rows
    assert row.figures["started_count"].of == 1
