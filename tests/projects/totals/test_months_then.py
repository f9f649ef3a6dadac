"""What is stored of the months of past states, held against those states counted anew."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.database.constraint_triggers import lifted
from projects.models import Entry, MonthsThen, Programme, Revision
from projects.totals.months import months_of
from projects.totals.months_then import forget
from projects.totals.programmes import programmes_of
from projects.versioning.as_of import AsOf, looking_back
from projects.versioning.revisions import writing

from ..july import stage


def known(user: Any, since: int = 0) -> dict[str, Any]:
    """Of every state since a revision, or the first that is stored, what is known of the programmes."""
    found = {}
    first = since or MonthsThen.objects.order_by("revision").values_list("revision", flat=True)[0]
    for number in range(first, Revision.objects.newest_number() + 1):
        with looking_back(AsOf.parse(f"r{number}")):
            found[number] = [
                (each.year, each.has_projects, each.list_changes, dict(each.months.by_number))
                for each in programmes_of(user)
            ]
    return found


@pytest.fixture
def states(register: Any) -> None:
    """Revisions that approve reports, move an entry, change a plan and write what has no month."""
    for number, closed in ((6, False), (27, False), (27, True)):
        stage(number, closed=closed)
    entry = Entry.objects.filter(programme__year=2023).exclude(basis="published").first()
    for column, value in (("joined", "2023-03-01"), ("left", "2023-07-05"), ("planned_disbursement", 5 * 10**8)):
        setattr(entry, column, value)
        with writing(reason="any"):
            entry.save()


@pytest.mark.usefixtures("states")
def test_every_state_has_the_months_that_its_history_comes_to(province, changsha_writer):
    stored = {user: known(user) for user in (province, changsha_writer)}
    assert len(stored[province]) > 5
    forget()
    assert {user: known(user, since=min(stored[province])) for user in (province, changsha_writer)} == stored


@pytest.mark.usefixtures("states")
def test_a_past_state_reads_no_history_of_reports_for_its_months(province):
    with looking_back(AsOf.parse(f"r{Revision.objects.newest_number()}")), CaptureQueriesContext(connection) as asked:
        assert any(each.months.default for each in programmes_of(province))
    assert not any("historicalmonthlyreport" in each["sql"] for each in asked.captured_queries)


def test_a_write_that_makes_no_month_another_stores_nothing(register):
    programme = Programme.objects.get(year=2023)
    stage(6)
    before = MonthsThen.objects.count()
    programme.name_en = "Another name"
    with writing(reason="any"):
        programme.save()
    assert MonthsThen.objects.count() == before


def test_what_is_undone_is_not_stored(register):
    before = MonthsThen.objects.count()
    with suppress(RuntimeError), writing(reason="any"):
        stage(6)
        raise RuntimeError
    assert MonthsThen.objects.count() == before


def test_of_a_state_before_the_first_that_is_stored_the_history_is_counted(register):
    forget()
    programme = Programme.objects.get(year=2023)
    with looking_back(AsOf.parse(f"r{Revision.objects.newest_number()}")):
        then = months_of(programme)
    now = months_of(programme)
    assert {number: replace(each, waiting=None) for number, each in then.by_number.items()} == now.by_number
    assert then.default == 6


@pytest.mark.usefixtures("states")
def test_what_was_made_another_behind_our_back_is_found_and_forgotten(capsys):
    call_command("verify_totals")
    with lifted(connection.alias):
        MonthsThen.objects.filter(pk=MonthsThen.objects.order_by("-revision")[0].pk).update(rows="[]")
    with pytest.raises(CommandError):
        call_command("verify_totals")
    call_command("verify_totals", rebuild=True)
    call_command("verify_totals")
    assert not MonthsThen.objects.exists()
