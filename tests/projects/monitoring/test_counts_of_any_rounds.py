"""Rounds of any year are counted as the records come to, whoever asks by whichever door, of the present and of a past."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from random import Random

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from projects.choices import ReportState, Role
from projects.history.as_of import AsOf, override_as_of
from projects.history.revisions import create_revision
from projects.models import Entry, MonthlyReport, Prefecture, Project, Revision, Round, Source
from projects.monitoring.report_counts import (
    ReportCounts,
    arrivals,
    count_reports_by_prefecture,
    count_reports_of_scope,
)
from tests.people import person

from ..asking import scope_of
from .random_years import any_year

BASES = ["illustrative", "reported", "reported", "published"]
FILTERS = [
    {},
    {"sector": ["new-display", "energy-electronics"], "basis": "illustrative"},
    {"prefecture": ["none", "430200"], "basis": ["reported", "published"]},
    {"status": "continuing", "sector": "energy-electronics"},
    {"search": "1"},
]


def any_rounds(seed, author, approver):
    """A year in which nothing is as it was, with reports that went back, published places and projects elsewhere."""
    any_year(seed, author=author)
    random, source = Random(seed), Source.objects.first()  # noqa: S311  not for secrets
    submitted = MonthlyReport.objects.filter(state="submitted").order_by("pk").values_list("pk", flat=True)
    returned = {"state": "returned", "returned_at": timezone.now(), "returned_by": approver, "comment": "x"}
    QuerySet(MonthlyReport).filter(pk__in=list(submitted)[::3]).update(**returned)
    entries = list(Entry.objects.filter(programme__year=2023).order_by("pk").values_list("pk", flat=True))
    QuerySet(Entry).filter(pk__in=random.sample(entries, 8)).update(basis="published", source=source)
    places = [*Prefecture.objects.filter(adcode__in=("430100", "430200")), None]
    for project in random.sample(list(Project.objects.order_by("pk")), 20):
        which = {"prefecture": random.choice(places), "basis": random.choice(BASES), "source": source}
        QuerySet(Project).filter(pk=project.pk).update(**which)


def passes(entry, asked):
    project = entry.project
    values = {
        "sector": project.sector.code,
        "prefecture": adcode_of(entry),
        "basis": project.basis,
        "status": entry.status,
    }
    return all(
        "1" in f"{project.code}{project.name_zh}{project.name_en}" if name == "search" else values[name] in wanted
        for name, wanted in asked.items()
    )


def _is_asked(entry, last):
    on_list = not (entry.joined and entry.joined > last) and not (entry.left and entry.left <= last)
    return entry.basis != "published" and on_list


def counted(found, entries, *names):
    """ProposedValue, in and approved of a round, and of what else is named, one entry after the other."""
    numbers = Counter()
    for entry in entries:
        if entry.programme_id == found.programme_id and _is_asked(entry, found.period.last_day):
            numbers["asked"] += 1
            report = next((each for each in entry.reports.all() if each.month == found.month), None)
            numbers["returned"] += bool(report and report.state == "returned")
            if report and report.state in ("submitted", "approved"):
                numbers["in"] += 1
                numbers["approved"] += report.state == "approved"
                numbers["late"] += bool(report.handed_in_on and report.handed_in_on > found.punctual_until)
    beside = {name: numbers[name] for name in names}
    return ReportCounts(numbers["asked"], numbers["in"], numbers["approved"], **beside)


def every_entry():
    return list(Entry.objects.select_related("project__sector", "project__prefecture").prefetch_related("reports"))


def within(prefectures, entries):
    """The entries of projects in these prefectures; all of them for None."""
    return [each for each in entries if prefectures is None or adcode_of(each) in prefectures]


def adcode_of(entry):
    return entry.project.prefecture.adcode if entry.project.prefecture else "none"


@pytest.fixture
def people(province, analyst, changsha_reader, changsha_writer, zhuzhou_writer, stranger):
    """Who reads what, and writes what of it, by adcodes; None for all."""
    both = person("both", Role.PREFECTURE_WRITER, "430100")
    both.grants.create(role=Role.PREFECTURE_READER, prefecture=Prefecture.objects.get(adcode="430200"))
    return [
        (province, None, None),
        (analyst, None, []),
        (changsha_reader, ["430100"], []),
        (changsha_writer, ["430100"], ["430100"]),
        (zhuzhou_writer, ["430200"], ["430200"]),
        (both, ["430100", "430200"], ["430100"]),
        (stranger, [], []),
    ]


def every_round():
    return list(Round.objects.select_related("programme").order_by("pk"))


def check_readers(people):
    rounds, every = every_round(), every_entry()
    for user, read, written in people:
        for own, prefectures in ((False, read), (True, written)):
            entries = within(prefectures, every)
            expected = {each.pk: counted(each, entries, *(() if own else ("late",))) for each in rounds}
            assert arrivals(rounds, user=user, own=own) == expected, (user, own)
        for found in rounds[::5]:
            by_key = {}
            for entry in within(read, every):
                by_key.setdefault(entry.project.prefecture_id, []).append(entry)
            parts = {key: counted(found, entries, "returned") for key, entries in by_key.items()}
            assert count_reports_by_prefecture([found], user=user)[found.pk] == {
                key: each for key, each in parts.items() if each.asked
            }


def check_questions(people):
    every, rounds = every_entry(), every_round()
    for user, read, _written in people[:-1]:  # a stranger may not even name a year
        for asked in FILTERS:
            if read is not None and not set(asked.get("prefecture", [])) <= {"none", *read}:
                continue  # refused
            entries = [each for each in within(read, every) if passes(each, asked)]
            made_up = [each for each in entries if each.project.basis == "illustrative"]
            expected = {each.pk: (counted(each, entries, "late"), counted(each, made_up, "late")) for each in rounds}
            assert count_reports_of_scope(scope_of(user, asked), rounds) == expected, (user, asked)


@pytest.mark.parametrize("seed", range(3))
def test_they_are_what_the_records_come_to(people, seed):
    any_rounds(seed, people[3][0], people[0][0])
    check_readers(people)
    check_questions(people)


def test_those_of_a_past_are_what_was_known(people):
    author, approver = people[3][0], people[0][0]
    with create_revision():
        entry = Entry.objects.filter(programme__year=2023, project__prefecture__adcode="430100").first()
        entry.left = dt.date(2023, 6, 2)
        entry.save()
        for number, report in enumerate(MonthlyReport.objects.filter(entry__programme__year=2023, month=5)[:6]):
            report.state = [ReportState.SUBMITTED, ReportState.RETURNED][number % 2]
            report.basis, report.submitted_at, report.submitted_by = "reported", timezone.now(), author
            report.handed_in_on = dt.date(2023, 6, 20)
            if number % 2:
                report.returned_at, report.returned_by, report.comment = timezone.now(), approver, "x"
            report.save()
    newest = Revision.objects.newest_number()
    any_rounds(5, author, approver)  # written past all histories
    for number in (newest - 1, newest):
        with override_as_of(AsOf.parse(f"r{number}")):
            found = arrivals(every_round(), user=approver).values()
            assert any(each.late for each in found) == (number == newest)
            check_readers(people)
            check_questions(people)
