"""`manage.py verify_history`: a clean register passes; whatever is done by SQL is found and named."""

from __future__ import annotations

import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import QuerySet

from projects.changes.verification import Counts, Fault, verify
from projects.database import guards
from projects.history.revisions import create_revision
from projects.models import Claim, Project, ReportEvent, Revision, Seal
from tests.projects.changes.asking import claim
from tests.projects.models.reports_made import submitted

CODE = "HN-EI-2023-13"


def change(value: int, code: str = CODE) -> None:
    with create_revision(reason="测试"):
        project = Project.objects.get(code=code)
        project.total_investment = value
        project.save()


def faults() -> list[Fault]:
    return list(verify(Counts()))


def words(found: list[Fault]) -> list[str]:
    return [f"{fault.revision} {fault.table} {fault.row}: {fault.what}" for fault in found]


@pytest.fixture
def changed(register, settings):
    """Three more revisions; messages in English."""
    settings.LANGUAGE_CODE = "en"
    for value in (1, 2, 3):
        change(value)
    return QuerySet(Project.history.model)


@pytest.fixture
def intruder(db):
    """What somebody with the database's password can do: the guards are gone."""
    with guards.without_guards(connection.alias):
        yield


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("verify_history", "--language=en", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_a_register_that_was_loaded_and_worked_on_passes(changed, changsha_writer):
    submitted(changsha_writer)
    Claim.objects.filter(project__code="HN-EI-2023-08").delete()
    assert faults() == []
    told = run()
    assert re.search(r"Revisions: \d+\. Rows of history: [0-9]{3,}\. Records: [0-9]{3,}\. Nothing is wrong\.", told)


def test_an_empty_register_passes(db):
    assert "Revisions: 0." in run()


def test_a_row_that_was_altered_is_named(changed, intruder):
    row = changed.get(revision=3, code=CODE)
    changed.filter(pk=row.pk).update(total_investment=999)
    assert words(faults()) == [
        f"3 projects_historicalproject {row.pk}: The row was altered after it was written.",
    ]


def test_a_row_that_was_removed_is_named(changed, intruder):
    row = changed.get(revision=3, code=CODE)
    changed.filter(pk=row.pk)._raw_delete(connection.alias)
    assert words(faults()) == [f"3 projects_historicalproject {row.pk}: The row was removed from the log."]


def test_a_row_that_was_added_is_named(changed, intruder):
    row = changed.get(revision=3, code=CODE)
    row.pk, row.total_investment = None, 7
    changed.bulk_create([row])
    added = changed.order_by("-pk").first()
    found = words(faults())
    assert f"3 projects_historicalproject {added.pk}: The row was added to the log" in found[0]
    assert "altered past the log: total_investment is 3, but the log says 7" in found[1]
    assert len(found) == 2


def test_a_present_record_that_was_altered_is_named_with_both_values(changed):
    key = Project.objects.get(code=CODE).pk
    QuerySet(Project).filter(pk=key).update(total_investment=5, name_en="Forged")
    assert words(faults()) == [
        f"4 projects_project {key}: The record was altered past the log: name_en is 'Forged', but the log says"
        f" {Project.history.filter(id=key).first().name_en!r}; total_investment is 5, but the log says 3."
    ]


def test_a_present_record_that_was_removed_or_added_is_named(changed):
    gone = claim()
    QuerySet(Claim).filter(pk=gone.pk)._raw_delete(connection.alias)
    gone.pk = 9_000_000
    QuerySet(Claim).bulk_create([gone])
    assert [fault.what for fault in faults()] == [
        "The record is gone, but no deletion was logged.",
        "The record exists, but nothing was ever logged of it.",
    ]


def test_a_deleted_record_that_came_back_past_the_log_is_named(changed):
    back = claim()
    key = back.pk
    back.delete()
    back.pk = key
    QuerySet(Claim).bulk_create([back])
    assert [fault.what for fault in faults()] == ["The record is there, but its deletion was logged."]


@pytest.mark.parametrize(
    "change", [{"reason": "another"}, {"username": "x"}, {"door": "api"}, {"request_id": "x"}, {"digest": "0" * 64}]
)
def test_a_revision_that_was_altered_is_named(changed, intruder, change):
    QuerySet(Revision).filter(pk=3).update(**change)
    found = faults()
    assert (found[0].revision, found[0].table, found[0].row) == (3, "projects_revision", "3")
    assert "does not fit its digest" in found[0].what


def test_a_revision_that_was_rewritten_with_all_its_digests_breaks_the_chain(changed, intruder):
    revision = Revision.objects.select_related("seal").get(pk=3)
    revision.reason = "another"
    QuerySet(Revision).filter(pk=3).update(reason="another", digest=revision.digest_of(revision.seal.rows))
    assert [(fault.revision, fault.what) for fault in faults()] == [
        (4, "It does not name the digest of the revision before: the chain is broken here.")
    ]


def test_a_missing_revision_and_the_rows_it_left_are_named(changed, intruder):
    row = changed.get(revision_id=3)
    with transaction.atomic():  # foreign keys are looked at when all is over, and then it was undone
        QuerySet(Seal).filter(pk=3)._raw_delete(connection.alias)
        QuerySet(Revision).filter(pk=3)._raw_delete(connection.alias)
        told = words(faults())
        transaction.set_rollback(True)
    assert told == [
        "4 projects_revision : Revisions are missing before this one: 3 to 3.",
        f"3 projects_historicalproject {row.pk}: The row belongs to revision 3, which is not there.",
    ]


def test_a_seal_that_was_altered_or_removed_is_named(changed, intruder):
    QuerySet(Seal).filter(pk=3).update(rows={})
    QuerySet(Seal).filter(pk=2)._raw_delete(connection.alias)
    assert [(fault.revision, fault.table) for fault in faults()] == [(2, "projects_seal"), (3, "projects_seal")]


def test_an_event_that_was_altered_is_named(changed, changsha_writer, intruder):
    event = submitted(changsha_writer).events.get()
    QuerySet(ReportEvent).filter(pk=event.pk).update(comment="never said")
    assert [(fault.table, fault.row) for fault in faults()] == [("projects_reportevent", str(event.pk))]


def test_the_command_ends_in_an_error_and_says_where_and_what(changed, intruder):
    changed.filter(revision=3).update(name_zh="改过")
    with pytest.raises(CommandError, match=r"Faults: 1\. Looked at: revisions 4, "):
        run()


def test_a_log_that_was_cut_off_or_written_anew_differs_from_what_was_noted(changed, intruder):
    noted = re.search(r"Newest revision: (\S+)", run())[1]
    change(4)
    assert "Nothing is wrong" in run(f"--noted={noted}")
    with pytest.raises(CommandError, match="Faults: 1"):
        run(f"--noted=4:{'0' * 64}")
    with pytest.raises(CommandError, match="Faults: 1"):
        run(f"--noted=77:{'0' * 64}")
    with pytest.raises(CommandError, match="not NUMBER:DIGEST"):
        run("--noted=4")


def test_what_is_written_while_it_runs_is_left_to_the_next_run(changed):
    """Between the reading of revisions and that of records somebody writes."""
    found = []
    for number, fault in enumerate(verify(Counts(), progress=lambda done, whole: change(100 + done))):
        found.append((number, fault))
    assert found == []
    assert faults() == []
