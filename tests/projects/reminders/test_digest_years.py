"""Problems of projects on the lists of two years: digests tell of them as tasks do, each once, in the year of its record."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.utils import timezone

from projects.choices import ReminderKind, TaskKind
from projects.history.revisions import create_revision
from projects.models import Problem, Programme, Round
from projects.monitoring.tasks import tasks_of
from projects.reminders import mails_due
from tests.projects.test_year_of_a_record import put_on_list, set_programme

LATE_IN_2023 = 3


def told(user: Any) -> dict[int, int]:
    """How many overdue problems each digest names, by its year."""
    digests = [each for each in mails_due() if each.kind == ReminderKind.DIGEST and each.user == user]
    named = {each.programme.year: re.findall(r"overdue:\n((?:  .*\n)+)See: ", each.body) for each in digests}
    return {year: len(lines[0].splitlines()) for year, lines in named.items() if lines}


def counted(user: Any) -> dict[int | None, int]:
    return {each.year: each.number for each in tasks_of(user).items if each.kind == TaskKind.OVERDUE_PROBLEMS}


def shown(user: Any, client_of: Any, year: int) -> int:
    """How many rows the page shows that the digest of the year leads to."""
    [digest] = [each for each in mails_due() if each.kind == ReminderKind.DIGEST and each.programme.year == year]
    [address] = set(re.findall(r"See: https?://[^/]+(/problems/\S+)", digest.body))
    return len(client_of(user).get(address).context["table"].records)


def begin_a_round_of(year: int) -> None:
    days = {"opens": dt.date(year, 2, 1), "due": dt.date(year, 2, 10), "closes": dt.date(year, 2, 20)}
    with create_revision():
        Round(programme=Programme.objects.get(year=year), month=1, **days).save()


def test_a_problem_is_told_once_and_becomes_late_by_no_list(reached, province, client_of):
    assert told(province) == counted(province) == {2023: LATE_IN_2023}
    unsolved = Problem.objects.open()
    for due in (unsolved.filter(due="2023-07-15"), unsolved.filter(due__gt="2023-08-07", due__lt="2024-01-01")):
        put_on_list(2024, due.first().project.code)
    begin_a_round_of(2024)
    assert told(province) == counted(province) == {2023: LATE_IN_2023}
    assert shown(province, client_of, 2023) == LATE_IN_2023


def test_a_chosen_year_tells_of_its_problems_though_it_has_no_rounds(reached, province, client_of):
    put_on_list(2024, Problem.objects.open().get(due="2023-07-15").project.code)
    set_programme(2024, chosen_at=timezone.now())
    assert told(province) == counted(province) == {2023: LATE_IN_2023 - 1, 2024: 1}
    assert (shown(province, client_of, 2023), shown(province, client_of, 2024)) == (LATE_IN_2023 - 1, 1)
