"""A deleted record comes back under its old key, with the parts that were deleted with it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from projects.changes.undo import UndoRefusedError
from projects.history.revisions import create_revision
from projects.models import Claim, Entry, Milestone, MonthlyReport, Project, Source
from tests.projects.changes.asking import claim, deleted, nothing_is_wrong, only, project, saved, undone


def everything_of(record):
    return {each.attname: getattr(record, each.attname) for each in record._meta.concrete_fields}


@pytest.fixture
def made(province):
    """A project with two claims and a milestone."""
    with create_revision():
        made = Project(code="NEW-1", name_zh="新", sector=project().sector, total_investment=7)
        made.save()
        for amount in (1, 2):
            Claim(project=made, figure="total_investment", amount=amount, source=Source.objects.first()).save()
        Milestone(project=made, name_zh="封顶", planned=dt.date(2023, 9, 1)).save()
    return made


def test_a_record_comes_back_as_it_was_under_its_old_key(province):
    gone = claim()
    before, key = everything_of(gone), gone.pk
    number = deleted(gone)
    undone(number, province)
    assert everything_of(Claim.objects.get(pk=key)) == before
    assert list(Claim.history.filter(id=key).values_list("history_type", flat=True)) == ["+", "-", "+"]
    assert nothing_is_wrong()


def test_a_project_comes_back_with_what_was_deleted_with_it(made, province):
    key = made.pk
    number = deleted(*made.milestones.all(), made)
    assert not Claim.objects.filter(project_id=key).exists()
    undone(number, province, only=only(made, key))
    back = Project.objects.get(pk=key)
    assert sorted(back.claims.values_list("amount", flat=True)) == [1, 2]
    assert [each.name_zh for each in back.milestones.all()] == ["封顶"]
    assert nothing_is_wrong()


def test_what_was_deleted_before_is_restored_by_its_own_revision(made, province):
    key = made.pk
    earlier = deleted(*made.milestones.all())
    number = deleted(made)
    with pytest.raises(UndoRefusedError):
        undone(earlier, province)
    undone(number, province)
    assert not Milestone.objects.filter(project_id=key).exists()
    undone(earlier, province)
    assert Milestone.objects.filter(project_id=key).exists()


def test_parts_of_parts_come_back_too(province):
    entry = Entry.objects.filter(project__code="HN-EI-2023-36").get()
    months, key = list(entry.reports.values_list("pk", flat=True)), entry.pk
    number = deleted(*entry.reports.all(), *entry.plans.all(), *entry.ratings.all(), entry)
    undone(number, province, only=only(entry, key))
    assert list(Entry.objects.get(pk=key).reports.values_list("pk", flat=True)) == months
    assert nothing_is_wrong()


def test_what_is_there_again_is_not_restored_twice(province):
    number = deleted(claim())
    again = undone(number, province)
    with pytest.raises(UndoRefusedError) as refused:
        undone(number, province)
    assert [each.later for each in refused.value.obstacles] == [again]


def test_a_place_that_was_taken_meanwhile_is_not_taken_back(province):
    report = MonthlyReport.objects.filter(entry__project__code="HN-EI-2023-36", month=6).get()
    values = {"entry": report.entry, "month": 6, "disbursed": 1, "state": "approved", "basis": "illustrative"}
    number = deleted(report)
    saved(MonthlyReport(**values))
    with pytest.raises(UndoRefusedError) as refused:
        undone(number, province)
    assert refused.value.obstacles[0].message
    assert MonthlyReport.objects.get(entry=values["entry"], month=6).disbursed == 1


def test_what_it_refers_to_must_be_there(province):
    source = Source(url="https://example.org/only-here")
    saved(source)
    told = Claim(project=project(), figure="total_investment", amount=5, source=source)
    saved(told)
    number = deleted(told)
    deleted(source)
    with pytest.raises(UndoRefusedError):
        undone(number, province)
    assert not QuerySet(Claim).filter(amount=5, project=project()).exists()


def test_only_who_may_add_the_record_may_restore_it(changsha_writer, changsha_reader, zhuzhou_writer):
    gone = claim(project__prefecture__adcode="430100")
    key = gone.pk
    number = deleted(gone)
    for user in (changsha_reader, zhuzhou_writer):
        with pytest.raises(PermissionDenied):
            undone(number, user)
    undone(number, changsha_writer)
    assert Claim.objects.filter(pk=key).exists()
