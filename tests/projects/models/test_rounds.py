"""Rounds: their days by the programme's own calendar, and who is on the list in their month."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from projects.choices import Basis, RoundState
from projects.models import Entry, Programme, Round

from .reports_made import entry_of


def round_of(month, *, today=None):
    found = Round.objects.select_related("programme").get(programme__year=2023, month=month)
    if today:
        found.programme.reporting_day = today
    return found


@pytest.mark.parametrize(
    ("today", "state", "days_left"),
    [
        (dt.date(2023, 7, 31), RoundState.PLANNED, 10),
        (dt.date(2023, 8, 1), RoundState.OPEN, 9),
        (dt.date(2023, 8, 13), RoundState.OPEN, -3),  # three days of grace
        (dt.date(2023, 8, 14), RoundState.LATE, -4),
        (dt.date(2023, 8, 21), RoundState.CLOSED, -11),
    ],
)
def test_a_round_goes_by_the_day_that_counts_as_today(register, today, state, days_left):
    july = round_of(7, today=today)
    assert (july.state, july.days_left) == (state, days_left)


@pytest.mark.parametrize(
    ("moment", "day"),
    [("2026-11-30T15:59:59Z", dt.date(2026, 11, 30)), ("2026-11-30T16:00:00Z", dt.date(2026, 12, 1))],
)
def test_without_a_reporting_day_it_is_today_in_shanghai(register, monkeypatch, moment, day):
    now = dt.datetime.fromisoformat(moment.replace("Z", "+00:00"))
    monkeypatch.setattr(timezone, "now", lambda: now)
    assert Programme.objects.get(year=2024).today == day


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"grace_days": 11}, "grace_days"),
        ({"opens": dt.date(2023, 6, 30)}, "opens"),
        ({"closes": dt.date(2024, 8, 1)}, "closes"),
    ],
)
def test_days_out_of_order_are_refused_at_their_field(register, values, field):
    july = round_of(7)
    for name, value in values.items():
        setattr(july, name, value)
    with pytest.raises(ValidationError) as refused:
        july.save()
    assert list(refused.value.message_dict) == [field]


@pytest.mark.parametrize(("day", "fits"), [("2021-12-31", False), ("2022-01-01", True), ("2024-12-31", True)])
def test_the_reporting_day_of_a_programme_is_near_its_months(register, day, fits):
    programme = Programme.objects.get(year=2023)
    programme.reporting_day = dt.date.fromisoformat(day)
    if fits:
        programme.save()
        return
    with pytest.raises(ValidationError) as refused:
        programme.save()
    assert list(refused.value.message_dict) == ["reporting_day"]


@pytest.mark.parametrize(
    ("joined", "left", "months"),
    [
        (None, None, [6, 7]),
        (dt.date(2023, 7, 1), None, [7]),
        (dt.date(2023, 6, 30), None, [6, 7]),
        (None, dt.date(2023, 6, 30), []),
        (None, dt.date(2023, 7, 1), [6]),
        (None, dt.date(2023, 7, 31), [6]),
        (None, dt.date(2023, 8, 1), [6, 7]),
        (None, dt.date(2023, 5, 31), []),
    ],
)
def test_a_round_knows_who_was_on_the_list_in_its_month(register, joined, left, months):
    entry = entry_of()
    entry.joined, entry.left = joined, left
    entry.save()
    assert [month for month in (6, 7) if round_of(month).entries().filter(pk=entry.pk).exists()] == months


def test_who_is_known_from_publications_only_is_not_asked(register):
    asked = round_of(7).entries()
    assert asked.count() == 30
    assert not asked.filter(basis=Basis.PUBLISHED).exists()
    assert Entry.objects.filter(programme__year=2023, basis=Basis.PUBLISHED).count() == 12
