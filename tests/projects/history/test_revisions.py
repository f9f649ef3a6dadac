"""The spine: one revision for each writing transaction, numbered in the order of commits and chained by digests."""

from __future__ import annotations

import datetime as dt
import threading
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import close_old_connections, connection, models, transaction
from django.utils import timezone

from projects.database import guards
from projects.history import revisions
from projects.history.revisions import create_revision
from projects.models import Claim, Enterprise, Entry, Grant, MonthlyReport, Project, Revision, Source
from projects.models.revision import row_digest, rows_of, sealed_models
from tests.threads import call_at_once

CODE = "HN-EI-2023-13"
RECORDS = [Project, Entry, Claim, MonthlyReport, Enterprise, Source, Grant]


def change(value: int, code: str = CODE) -> None:
    project = Project.objects.get(code=code)
    project.total_investment, project.total_investment_reported_by = value, "长沙市工信局"
    project.save()


def undone(work) -> None:
    with transaction.atomic():
        work()
        transaction.set_rollback(True)


def test_numbers_follow_each_other_without_a_gap(register):
    for value in range(1, 6):
        change(value)
    assert list(Revision.objects.values_list("number", flat=True)) == [6, 5, 4, 3, 2, 1]
    assert Revision.objects.newest_number() == 6


def test_a_block_inside_another_joins_it_and_its_reason_stands_where_none_was_given(register):
    with create_revision() as outer:
        change(1)
        with create_revision(reason="inner") as inner:
            change(2, "HN-EI-2023-14")
        assert inner is outer
    assert Revision.objects.newest_number() == 2
    assert Revision.objects.get(number=2).reason == "inner"


def test_time_runs_forward_even_when_the_clock_was_set_back(register, monkeypatch):
    past = timezone.now() - dt.timedelta(days=365)
    monkeypatch.setattr(revisions.timezone, "now", lambda: past)
    change(1)
    change(2)
    moments = list(Revision.objects.order_by("number").values_list("created_at", flat=True))
    assert moments == sorted(set(moments))
    assert moments[-1] - moments[-2] == dt.timedelta(microseconds=1)


def test_history_rows_carry_the_moment_the_user_and_the_number_of_their_revision(register, province):
    with create_revision(user=province, door="admin", reason="told by the bureau"):
        change(1)
    revision = Revision.objects.first()
    row = Project.history.filter(revision=revision).get()
    assert (row.history_date, row.history_user) == (revision.created_at, province)
    assert (revision.username, revision.door, revision.reason) == ("province", "admin", "told by the bureau")


def test_every_digest_can_be_computed_again_and_holds_the_one_before(register, province):
    with create_revision(user=province, reason="原因"):
        change(1)
    with create_revision():
        change(2)
        Claim.objects.filter(adopted=False).first().delete()
    previous = ""
    for revision in Revision.objects.order_by("number"):
        assert revision.previous_digest == previous
        assert revision.digest == revision.digest_of(rows_of(revision.number, sealed_models()))
        previous = revision.digest


def test_a_history_row_that_was_altered_by_sql_no_longer_fits_its_digest(register):
    change(1)
    revision = Revision.objects.first()
    with guards.without_guards(connection.alias):
        models.QuerySet(Project.history.model).filter(revision=revision).update(total_investment=999)
    assert revision.digest != revision.digest_of(rows_of(2, sealed_models()))


def test_a_column_that_a_later_version_adds_leaves_old_digests_as_they_are():
    assert row_digest({"a": 0, "new": None, "other": "", "flag": False, "list": []}) == row_digest({"a": 0})
    assert len({row_digest({"a": value}) for value in (0, 1, None, "0", "x", True)}) == 6


def test_what_fails_leaves_neither_record_nor_history_nor_revision(register):
    def fail():
        with create_revision():
            change(1)
            change(-1)

    with pytest.raises(ValidationError):
        fail()
    assert Project.objects.get(code=CODE).total_investment == 1_047_340_000
    assert Revision.objects.newest_number() == 1
    change(2)
    assert Revision.objects.newest_number() == 2


def test_a_part_that_was_rolled_back_is_not_in_the_revision(register):
    with create_revision():
        change(1)
        undone(lambda: change(2, "HN-EI-2023-14"))
    assert Project.history.filter(revision=2).values_list("code", flat=True).get() == CODE


def test_when_all_of_it_was_rolled_back_there_is_no_revision(register):
    with create_revision():
        undone(lambda: change(1))
    assert Revision.objects.newest_number() == 1


def test_a_save_without_a_change_writes_nothing(register):
    Project.objects.get(code=CODE).save()
    assert Revision.objects.newest_number() == 1
    assert Project.history.filter(code=CODE).count() == 1


def test_a_deletion_leaves_its_history(register):
    claim = Claim.objects.get(project__code="HN-EI-2023-10")
    key = claim.pk
    claim.delete()
    assert list(Claim.history.filter(id=key).values_list("history_type", "revision_id")) == [("-", 2), ("+", 1)]


@pytest.mark.parametrize("model", RECORDS)
def test_writes_that_would_leave_no_history_are_refused(db, model):
    queryset = model.objects.all()
    for write in (
        lambda: queryset.update(pk=1),
        lambda: queryset.bulk_create([]),
        lambda: queryset.bulk_update([], ["pk"]),
        lambda: model.objects.update(pk=1),
        lambda: model.objects.bulk_create([]),
    ):
        with pytest.raises(TypeError, match="leaves no history"):
            write()


def test_two_writers_at_once_wait_for_each_other_and_commit_in_the_order_of_their_numbers(live_register):
    """The second takes its number only after the first has committed, and sees what that one wrote."""
    first_has_number, seen, order = threading.Event(), {}, []

    def first():
        with create_revision(reason="first"):
            first_has_number.set()
            change(111)
            threading.Event().wait(0.5)  # time for the second to come
            transaction.on_commit(lambda: order.append("first"))
        connection.close()

    def second():
        first_has_number.wait(10)
        with create_revision(reason="second") as draft:
            seen["value"], seen["number"] = Project.objects.get(code=CODE).total_investment, draft.number
            change(222)
            transaction.on_commit(lambda: order.append("second"))
        connection.close()

    close_old_connections()
    threads = [threading.Thread(target=each) for each in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert seen == {"value": 111, "number": 3}
    assert order == ["first", "second"]
    assert list(Revision.objects.values_list("reason", flat=True)[:2]) == ["second", "first"]
    assert Project.objects.get(code=CODE).total_investment == 222


def test_many_writers_at_once_lose_nothing(live_register):
    def write(number):
        with create_revision(reason=str(number)):
            project = Project.objects.get(code=CODE)
            project.total_investment += 1
            project.save()

    assert call_at_once(*(partial(write, number) for number in range(8))) == [None] * 8
    assert Project.objects.get(code=CODE).total_investment == 1_047_340_008
    assert list(Revision.objects.values_list("number", flat=True)) == list(range(9, 0, -1))
