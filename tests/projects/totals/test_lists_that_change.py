"""Entries that join and leave in the course of the year: what counts, what stays, and to which records it opens."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from projects.choices import Listed
from projects.models import Claim, Entry, Milestone, MonthlyReport, Problem, Programme, Project
from projects.models.entry import was_on_list
from projects.periods import Month
from projects.totals.dimensions import EACH
from projects.totals.explanation import explanation
from projects.totals.figures import COUNTED, FIGURES
from projects.totals.totals import breakdowns, totals

from ..asking import scope_of
from .random_questions import questions
from .random_register import YEARS, build, registers

any_register = settings(
    max_examples=12, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)
days = st.one_of(st.none(), st.dates(dt.date(2022, 12, 1), dt.date(2025, 1, 31)))
pairs = st.tuples(days, days).map(
    lambda pair: tuple(sorted(pair)) if None not in pair else pair  # nobody leaves before joining
)
several = st.lists(pairs, min_size=16, max_size=16)

# written without the product: the list of a month, and who is off it
LISTED = '(e.joined IS NULL OR e.joined <= %(last)s) AND (e."left" IS NULL OR e."left" > %(last)s)'
OF_THE_LIST = f"""
SELECT s.code, COUNT(*), SUM(p.total_investment), SUM(e.planned_disbursement), COUNT(e.planned_disbursement)
FROM projects_entry e JOIN projects_project p ON p.id = e.project_id JOIN sectors_sector s ON s.id = p.sector_id
JOIN projects_programme y ON y.id = e.programme_id WHERE y.year = %(year)s AND {LISTED} GROUP BY s.code"""  # noqa: S608
REPORTED = f"""
SELECT s.code, CASE WHEN {LISTED} THEN 1 ELSE 0 END, SUM(r.disbursed), COUNT(DISTINCT e.id)
FROM projects_monthlyreport r JOIN projects_entry e ON e.id = r.entry_id
JOIN projects_project p ON p.id = e.project_id JOIN sectors_sector s ON s.id = p.sector_id
JOIN projects_programme y ON y.id = e.programme_id
WHERE y.year = %(year)s AND r.state = 'approved' AND r.month BETWEEN %(first)s AND %(number)s
AND r.disbursed IS NOT NULL GROUP BY 1, 2"""  # noqa: S608
BOTH = f"""
SELECT s.code, SUM(d.done), SUM(e.planned_disbursement), COUNT(*)
FROM projects_entry e JOIN projects_project p ON p.id = e.project_id JOIN sectors_sector s ON s.id = p.sector_id
JOIN projects_programme y ON y.id = e.programme_id
JOIN (SELECT entry_id, SUM(disbursed) AS done FROM projects_monthlyreport WHERE state = 'approved'
    AND month BETWEEN %(first)s AND %(number)s AND disbursed IS NOT NULL GROUP BY entry_id) d ON d.entry_id = e.id
WHERE y.year = %(year)s AND {LISTED} AND e.planned_disbursement IS NOT NULL GROUP BY s.code"""  # noqa: S608


listed = st.sampled_from([[], [], [("listed", "left")], [("listed", "start"), ("listed", "later")]])
months = st.one_of(st.none(), st.tuples(st.sampled_from(["month", "through"]), st.integers(1, 12)))


@pytest.fixture
def empty(province):
    for model in (MonthlyReport, Claim, Milestone, Problem, Entry, Project):
        QuerySet(model)._raw_delete("default")
    return province


def stored(drawn, chosen):
    build(drawn)
    for entry, (joined, left) in zip(QuerySet(Entry).order_by("pk"), chosen, strict=False):
        QuerySet(Entry).filter(pk=entry.pk).update(joined=joined, left=left)


def by_sql(year, first, number):
    """For each sector: projects, investment, plan, plans; disbursed by those on and off the list, with their numbers; and of
    those on it that have both, what is disbursed and what is planned.
    """
    last = Month(year, number).last_day
    values = {"year": year, "first": first, "number": number, "last": last.isoformat()}
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(OF_THE_LIST, values)
        for sector, *sums in cursor.fetchall():
            found.setdefault(sector, {})["list"] = tuple(sums)
        cursor.execute(REPORTED, values)
        for sector, on_list, amount, entries in cursor.fetchall():
            found.setdefault(sector, {})["on" if on_list else "off"] = (int(amount), entries)
        cursor.execute(BOTH, values)
        for sector, done, planned, entries in cursor.fetchall():
            found.setdefault(sector, {})["both"] = (int(done), int(planned), entries)
    return found


def told(row):
    """The same of an answer's row."""
    count, investment, plan, done = (
        row.figures[name] for name in ("project_count", "total_investment", "planned_disbursement", "disbursed")
    )
    said = {}
    if count.value:
        said["list"] = (count.value, investment.value, plan.value, plan.known)
    if done.known > done.off_list_known:
        said["on"] = (done.of_the_list, done.known - done.off_list_known)
    if done.off_list_known:
        said["off"] = (done.off_list, done.off_list_known)
    assert done.of == count.value + done.off_list_known
    both = row.figures["disbursed_of_plan"]
    if both.known:
        said["both"] = (both.value, both.below, both.known)
    return said


@any_register
@given(registers, several, st.sampled_from(YEARS), st.sampled_from(["month", "through"]), st.integers(1, 12))
def test_sums_are_those_of_plain_sql_with_and_without_a_filter(empty, drawn, chosen, year, asked, number):
    with transaction.atomic():
        stored(drawn, chosen)
        parameters = {"programme": year, asked: f"{year}-{number:02}"}
        expected = by_sql(year, number if asked == "month" else 1, number)
        unfiltered = totals(scope_of(empty, parameters), "sector")
        filtered = totals(scope_of(empty, parameters | {"kind": ["plant", "park"]}), "sector")
        assert {row.key: told(row) for row in unfiltered.rows} == expected
        assert {row.key: told(row) for row in filtered.rows} == expected
        transaction.set_rollback(True)


@any_register
@given(registers, several, st.sampled_from(YEARS), st.integers(0, 12))
def test_the_parts_of_a_list_are_its_history(empty, drawn, chosen, year, number):
    with transaction.atomic():
        stored(drawn, chosen)
        month = Month(year, number or 12)
        parameters = {"programme": year} | ({"through": str(month)} if number else {})
        if not number:
            QuerySet(MonthlyReport)._raw_delete("default")
        codes = {
            part: set(scope_of(empty, parameters | {"listed": part}).projects().values_list("code", flat=True))
            for part in Listed
        }
        assert codes[Listed.NOW] == set(scope_of(empty, parameters).projects().values_list("code", flat=True))
        assert len(codes[Listed.NOW]) == len(codes[Listed.START]) + len(codes[Listed.JOINED]) - len(codes[Listed.LEFT])
        assert not codes[Listed.NOW] & codes[Listed.LEFT]
        assert not codes[Listed.LATER] & (codes[Listed.NOW] | codes[Listed.LEFT] | codes[Listed.START])
        entries = Entry.objects.filter(programme=Programme.objects.get(year=year)).select_related("project")
        assert codes[Listed.NOW] == {
            each.project.code for each in entries if was_on_list(each.joined, each.left, month)
        }
        transaction.set_rollback(True)


@any_register
@given(registers, several, questions(), listed, st.sampled_from(YEARS), months, st.booleans())
def test_a_figure_opens_to_its_records_the_largest_first(empty, drawn, chosen, question, part, year, month, on_list):
    with transaction.atomic():
        stored(drawn, chosen)
        pairs = [("programme", str(year)), *question, *part]
        pairs += [(month[0], f"{year}-{month[1]:02}")] if month else []
        scope = scope_of(empty, pairs, on_list=on_list)
        rows = breakdowns(scope, EACH, figures=tuple(FIGURES))[EACH].rows
        for name, figure in FIGURES.items():
            opened = explanation(scope, name, size=3)
            counted = [row for row in rows if row.figures[name].value is not None]
            counted = [row for row in counted if row.figures[name].value or figure.unit == "CNY"]
            values = sorted((-row.figures[name].value, row.key) for row in counted)
            assert (opened.count, opened.total) == (len(values), -sum(value for value, _code in values))
            assert [(-record.value, record.code) for record in opened.records] == values[:3]
            assert opened.adds_up or name in COUNTED
        transaction.set_rollback(True)
