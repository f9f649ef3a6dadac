"""What is loaded into an empty register becomes known on its days: held against a plain reading of the fixture files."""

from __future__ import annotations

import datetime as dt
import json
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from projects.choices import Basis, Channel, ProblemState
from projects.database.guards import without_guards
from projects.history.revisions import NEVER
from projects.models import Claim, Entry, Milestone, Problem, Project, Revision
from tests.projects.days_in_files import ANNOUNCED, day_of_entry, day_of_project, due_of_month

pytestmark = pytest.mark.django_db


# before those with `moved_in`, which stays in the database until the end of the file


@pytest.fixture
def late_figures(db, tmp_path):
    """A register whose one project was published in 2022 and its figures in 2023, each by a source of its own."""

    def source(day: str) -> list[str]:
        return [f"https://example.org/{day}", day]

    def fields(day: str) -> dict[str, Any]:
        return {"url": source(day)[0], "published": day, "published_precision": "day"}

    def claim(figure: str, day: str, **said: Any) -> tuple[str, dict[str, Any]]:
        return "claim", {"project": [CODE], "figure": figure, "adopted": True, "source": source(day), **said}

    project = {
        "code": CODE,
        "name_zh": "某项目",
        "sector": ["new-display"],
        "basis": "published",
        "source": source("2022-01-05"),
        "total_investment": 2_000_000_000,
        "start": "2022-07-01",
        "start_precision": "month",
    }
    entry = {"project": [CODE], "programme": [2023], "status": "continuing", "left": "2023-07-20"}
    records: list[tuple[str, dict[str, Any]]] = [
        *(("source", fields(day)) for day in ("2022-01-05", "2023-03-06", "2023-04-10", LATE)),
        ("programme", {"year": 2023, "name_zh": "2023年"}),
        ("target", {"programme": [2023], "measure": "project_count", "value": 1, "source": source("2023-03-06")}),
        ("project", project),
        ("entry", entry | {"basis": "published", "source": source("2022-01-05")}),
        claim("total_investment", "2023-04-10", amount=2_000_000_000),
        claim("start", LATE, stated="2022-07"),
    ]
    path = tmp_path / "late.json"
    path.write_text(json.dumps([{"model": f"projects.{model}", "fields": fields} for model, fields in records]))
    call_command("loaddata", "reference", str(path), verbosity=0)


def test_a_project_is_replayed_figure_by_figure(late_figures):
    rows = Project.objects.get(code=CODE).history.order_by("revision_id")
    assert [
        (str(row.revision.known_on), row.total_investment, str(row.start or ""), row.start_precision) for row in rows
    ] == [
        ("2022-01-05", None, "", ""),
        ("2023-04-10", 2_000_000_000, "", ""),
        (LATE, 2_000_000_000, "2022-07-01", "month"),
    ]
    rows = Entry.objects.get().history.order_by("revision_id")
    assert [(str(row.revision.known_on), row.status, str(row.left or "")) for row in rows] == [
        ("2023-03-06", "unknown", ""),
        (LATE, "continuing", ""),
        ("2023-07-20", "continuing", "2023-07-20"),
    ]
    call_command("verify_history", verbosity=0)


# where nothing is said, and what is yet to come


def test_where_nothing_says_a_day_it_is_that_of_the_load(db, tmp_path):
    project = {"code": CODE, "name_zh": "某项目", "sector": ["new-display"], "basis": Basis.REPORTED}
    path = tmp_path / "reported.json"
    path.write_text(json.dumps([{"model": "projects.project", "fields": project}]))
    call_command("loaddata", "reference", str(path), verbosity=0)
    assert Revision.objects.get().known_on is None
    assert Revision.objects.get().day == timezone.localdate()


def test_a_day_that_is_yet_to_come_is_that_of_the_load(db, tmp_path):
    coming = timezone.localdate() + dt.timedelta(days=400)
    source = {"url": "https://example.org/", "published": coming.isoformat(), "published_precision": "day"}
    known = {"url": "https://example.org/2022", "published": "2022-01-01", "published_precision": "year"}
    path = tmp_path / "sources.json"
    path.write_text(json.dumps([{"model": "projects.source", "fields": each} for each in (source, known)]))
    call_command("loaddata", "reference", str(path), verbosity=0)
    assert list(Revision.objects.order_by("number").values_list("known_on", flat=True)) == [dt.date(2022, 12, 31), None]
    call_command("verify_history", verbosity=0)


def test_they_are_in_the_order_of_the_days_and_of_one_transaction(moved_in):
    revisions = list(Revision.objects.order_by("number"))
    assert [each.number for each in revisions] == list(range(1, len(revisions) + 1))
    for before, after in pairwise(revisions):
        assert before.known_on < after.known_on
        assert after.created_at - before.created_at == dt.timedelta(microseconds=1)
        assert (after.previous_digest, after.reason, after.door) == (before.digest, before.reason, Channel.COMMAND)
    assert {each.day for each in revisions} == {each.known_on for each in revisions}
    call_command("verify_history", verbosity=0)


def first_day(record: Any) -> dt.date:
    return record.history.order_by("revision_id").first().revision.known_on


def test_each_fact_is_known_on_the_day_that_the_files_give(moved_in):
    for project in Project.objects.all():
        assert first_day(project) == day_of_project(project.code), project
    for entry in Entry.objects.select_related("project"):
        assert first_day(entry) == day_of_entry(entry.project.code), entry
        for report in entry.reports.all():
            assert first_day(report) == max(day_of_entry(entry.project.code), due_of_month(report.month)), report
    for claim in Claim.objects.select_related("project", "source"):
        assert first_day(claim) == max(day_of_project(claim.project.code), claim.source.published_on.last), claim


def test_nothing_is_known_to_have_happened_before_it_did(moved_in):
    solved = Problem.objects.filter(state=ProblemState.SOLVED)
    assert solved.count() == 3
    for problem in solved:
        rows = list(problem.history.order_by("revision_id"))
        assert [(row.state, row.solved_on, bool(row.note)) for row in rows] == [
            ("open", None, False),
            ("solved", problem.solved_on, True),
        ]
        assert rows[0].superseded_by == rows[1].revision_id
        assert rows[1].superseded_by == NEVER
        assert rows[1].revision.known_on == problem.solved_on
        assert [row.history_type for row in rows] == ["+", "~"]
    for milestone in Milestone.objects.exclude(actual=None):
        known = [(row.revision.known_on, row.actual) for row in milestone.history.order_by("revision_id")]
        assert known[-1] == (max(ANNOUNCED, milestone.actual), milestone.actual)
        assert all(actual is None for _day, actual in known[:-1])


def test_a_second_load_is_one_revision_of_its_own_day(moved_in, tmp_path):
    """A fact that is loaded late is known on the day on which it is loaded; its own day stays with its source."""
    before = Revision.objects.newest_number()
    source = {"url": "https://example.org/2022", "published": "2022-05-01", "published_precision": "day"}
    path = tmp_path / "late.json"
    path.write_text(json.dumps([{"model": "projects.source", "fields": source}]))
    call_command("loaddata", str(path), verbosity=0)
    newest = Revision.objects.first()
    assert (newest.number, newest.known_on, newest.day) == (before + 1, None, timezone.localdate())


# figure by figure


CODE, LATE = "HN-EI-2023-50", "2023-06-15"


def test_a_revision_that_is_dated_before_the_one_before_it_is_found(moved_in, capsys):
    with without_guards(connection.alias), connection.cursor() as cursor:
        cursor.execute("UPDATE projects_revision SET known_on = '2018-01-01' WHERE number = 9")
    with pytest.raises(CommandError):
        call_command("verify_history", language="en")
    assert "It is dated before the revision before it: 2018-01-01." in capsys.readouterr().err
    assert Revision.objects.get(number=9).day == dt.date(2018, 1, 1)
