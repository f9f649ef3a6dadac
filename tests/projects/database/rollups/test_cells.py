"""The sums that triggers keep are what a new count gives, whatever writes, in whatever order."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.core.management.commands import migrate
from django.db import IntegrityError, connection, models, transaction

from projects.choices import Basis, ProjectKind, ReportState
from projects.database import constraint_triggers, rollups, triggers
from projects.database.rollups import cells, contributions
from projects.models import Cell, Entry, MonthlyReport, Programme, Project, Revision
from projects.models.rollups import ALL
from projects.versioning.revisions import writing
from sectors.models import Sector

from .random_writer import Writer, rows


def wrong() -> list[Any]:
    return cells.wrong("default")


def test_the_fixtures_are_summed(register):
    of_2023 = Cell.objects.filter(programme=Programme.objects.get(year=2023).pk, prefecture=ALL, chain_link=ALL)
    whole = of_2023.aggregate(*map(models.Sum, contributions.SUMS))
    assert whole["project_count__sum"] == 42
    assert whole["total_investment__sum"] == 138_500_000_000
    assert whole["planned_disbursement__sum"] == 47_300_000_000
    assert whole["transferred_count__sum"] == 23
    assert whole["disbursed__sum"] == 15_890_000_000
    assert whole["disbursed_first__sum"] == 30
    assert wrong() == []


def test_the_comparison_sees_a_wrong_cell(register):
    one = rows(Cell).exclude(total_investment=0)[:1].get()
    rows(Cell).filter(pk=one.pk).update(total_investment=one.total_investment + 1)
    assert wrong() == [(one.programme, one.month, one.prefecture, one.chain_link, one.sector, one.basis)]


def test_a_change_by_the_product_is_summed(province):
    project = Project.objects.get(code="HN-EI-2023-13")
    with writing(user=province, reason="moved"):
        project.sector, project.chain_link = Sector.objects.get(code="new-display"), None
        project.save()
    assert wrong() == []


@pytest.mark.parametrize("seed", range(8))
def test_any_changes_by_sql_are_summed(register, seed):
    writer = Writer(seed)
    for _round in range(6):
        writer.work(8)
        assert wrong() == []


def test_a_project_that_goes_before_its_entries_takes_all_it_added_with_it(register):
    """As a program may delete on PostgreSQL, whose foreign keys are looked at when it commits."""
    project = rows(Project).filter(code="HN-EI-2023-13")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM projects_claim WHERE project_id = %s", [project.get().pk])
    key = project.get().pk
    with connection.constraint_checks_disabled():
        project._raw_delete("default")
        assert wrong() == []
        entries = rows(Entry).filter(project_id=key)
        reports = rows(MonthlyReport).filter(entry_id__in=list(entries.values_list("pk", flat=True)))
        entries._raw_delete("default")
        assert wrong() == []
        reports._raw_delete("default")
        assert wrong() == []
        transaction.set_rollback(True)


def test_what_waits_is_not_summed_and_what_is_approved_is(register):
    report = rows(MonthlyReport).filter(state=ReportState.APPROVED).exclude(disbursed=None)[:1].get()
    before = cell_of_month(report)
    rows(MonthlyReport).filter(pk=report.pk).update(state=ReportState.DRAFT)
    assert cell_of_month(report) == before - report.disbursed
    rows(MonthlyReport).filter(pk=report.pk).update(state=ReportState.APPROVED)
    assert cell_of_month(report) == before
    assert wrong() == []


def cell_of_month(report: MonthlyReport) -> int:
    cells_of = Cell.objects.filter(month=report.month, prefecture=ALL, chain_link=ALL)
    return cells_of.aggregate(total=models.Sum("disbursed"))["total"]


@pytest.mark.django_db(transaction=True)
def test_none_is_lost_when_several_write_at_once(live_register):
    """Writers without the product's lock: each adds to projects, moves them, and reports months of the same entries."""
    failures: list[BaseException] = []

    def work(seed: int) -> None:
        try:
            Writer(seed).work(15)
        except BaseException as error:
            if "deadlock" not in str(error) and "locked" not in str(error):
                failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[seed]) for seed in (101, 102, 103)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert failures == []
    assert wrong() == []


def test_the_command_finds_a_wrong_sum_and_puts_it_right(register, capsys):
    call_command("verify_totals")
    rows(Cell).exclude(total_investment=0).update(total_investment=1)
    with pytest.raises(CommandError, match="differ from a new count"):
        call_command("verify_totals")
    call_command("verify_totals", rebuild=True)
    call_command("verify_totals")
    assert capsys.readouterr().out.count("Every sum is what a new count gives.") == 2


def test_nobody_is_held_up_for_ever_while_all_is_counted_anew(live_register):
    """Writers and the count take what they lock in one order, and what is written meanwhile is not called wrong."""
    done, failed = threading.Event(), []
    own = rows(Project).filter(expected_revenue__isnull=False, claims__isnull=True)

    def write() -> None:
        amount = 0
        try:
            while not done.is_set():
                amount += 1
                own.update(expected_revenue=10**9 + amount)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        found = [wrong() for _turn in range(10)]
    finally:
        done.set()
        writer.join(30)
    assert found == [[]] * 10
    assert failed == []


def test_what_could_not_be_counted_is_counted_by_the_next_migration(live_register, monkeypatch):
    rollups.lift("default")
    rows(Project).filter(claims__isnull=True).update(basis=Basis.ILLUSTRATIVE, kind=ProjectKind.PARK)
    with monkeypatch.context() as patch:
        patch.setattr(cells, "recount", broken)
        with pytest.raises(RuntimeError):
            rollups.install("default")
    rollups.install("default")
    assert wrong() == []


def test_a_migration_that_fails_leaves_the_triggers(live_register, monkeypatch):
    def failed(self: Any, *_args: Any, **_options: Any) -> None:
        rollups.lift("default")
        constraint_triggers.lift("default")
        raise RuntimeError("a migration failed")

    monkeypatch.setattr(migrate.Command, "handle", failed)
    with pytest.raises(RuntimeError):
        call_command("migrate", verbosity=0)
    assert triggers.outdated("default", cells.triggers(connection.vendor)) == []
    with pytest.raises(IntegrityError):
        rows(Revision).filter(number=1).update(reason="forged")


def broken(using: str) -> None:
    raise RuntimeError("ended in the middle")
