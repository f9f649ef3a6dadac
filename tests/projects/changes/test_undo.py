"""Undoing: each field goes back where nobody changed it since, all or nothing, as a revision that says so."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.translation import override

from projects.changes.undo import STEPS_ARE_NOT_UNDONE, UndoRefusedError
from projects.choices import ProblemState
from projects.history.revisions import create_revision
from projects.models import (
    Claim,
    Enterprise,
    Entry,
    Milestone,
    MonthlyReport,
    Plan,
    Problem,
    Project,
    Revision,
    Source,
)
from projects.models.entry import PLAN_IS_ON_RECORD
from projects.workflows import adoption, reporting
from tests.projects.changes.asking import (
    CODE,
    claim,
    deleted,
    nothing_is_wrong,
    only,
    project,
    saved,
    undone,
)
from tests.projects.models.reports_made import drafted, submitted

OTHER = "HN-EI-2023-14"


def refusal(number, user, **more):
    with pytest.raises(UndoRefusedError) as refused:
        undone(number, user, **more)
    return refused.value.obstacles


def test_a_change_goes_back_field_by_field_and_what_others_did_since_stays(province):
    before = project()
    number = saved(project(), total_investment=1, started="2021-Q2", name_en="Wrong")
    saved(project(), expected_revenue=77)
    undone(number, province)
    now = project()
    assert (now.total_investment, now.started, now.name_en) == (before.total_investment, before.started, before.name_en)
    assert now.expected_revenue == 77
    assert nothing_is_wrong()


def test_what_came_in_between_is_named_by_its_kind_alone(province, monkeypatch):
    """Whoever undoes may not see it; what there is when it is looked at first is counted by kind as well."""
    number = saved(Enterprise(name_zh="新企业"))
    saved(project(), enterprise=Enterprise.objects.get(name_zh="新企业"))
    monkeypatch.setattr("projects.changes.undo._iter_dependents", lambda _reversals: [])
    with override("en"):
        told = [each.message for each in refusal(number, province)]
    assert told == ["Other records depend on it: project: 1."]


def test_the_new_revision_says_which_one_it_undoes_by_whom_and_why(province):
    number = saved(project(), total_investment=1)
    revision = Revision.objects.get(pk=undone(number, province, reason="  单位填错  "))
    assert (revision.undoes_id, revision.user) == (number, province)
    assert revision.reason == f"撤销第 {number} 号修订：单位填错"
    assert list(Revision.objects.get(pk=number).undone_by.all()) == [revision]
    with override("en"):
        assert revision.reason_in_words == f"Undoes revision {number}: 单位填错", (
            "only a person's words stay as they are"
        )


def test_a_field_that_was_changed_since_is_named_with_its_value_and_the_later_revision(province):
    number = saved(project(), total_investment=1, expected_revenue=2)
    later = saved(project(), total_investment=3)
    saved(project(), name_en="Something else")
    [obstacle] = refusal(number, province)
    assert (obstacle.part.name, obstacle.later, obstacle.reversal.present.total_investment) == (
        "total_investment",
        later,
        3,
    )
    assert project().expected_revenue == 2
    assert Revision.objects.newest_number() == later + 1


def test_an_undoing_can_be_undone(province):
    number = saved(project(), total_investment=1)
    undone(undone(number, province), province)
    assert project().total_investment == 1


def test_all_of_a_revision_goes_back_or_nothing(province):
    with create_revision() as draft:
        for code in (CODE, OTHER):
            saved(project(code), total_investment=5)
    first = project(CODE).history.last().total_investment
    later = saved(project(OTHER), total_investment=6)
    assert [each.later for each in refusal(draft.number, province)] == [later]
    assert project(CODE).total_investment == 5
    undone(later, province)
    undone(draft.number, province)
    assert project(CODE).total_investment == first
    assert nothing_is_wrong()


def test_one_record_of_a_revision_goes_back_alone(province):
    with create_revision() as draft:
        for code in (CODE, OTHER):
            saved(project(code), total_investment=5)
    undone(draft.number, province, only=only(project(CODE)))
    assert project(CODE).total_investment != 5
    assert project(OTHER).total_investment == 5


@pytest.mark.parametrize("order", ["pk", "-pk"])
def test_places_that_are_swapped_go_back_whatever_the_order(province, order):
    """Only one claim about a figure is adopted: the one must give way before the other comes back."""
    claims = list(Claim.objects.filter(project__code="HN-EI-2023-08", figure="total_investment").order_by(order))[:2]
    for each in claims:
        adoption.adopt(each, user=province, reason="x")
    undone(Revision.objects.newest_number(), province)
    assert [Claim.objects.get(pk=each.pk).adopted for each in claims] == [True, False]
    assert project("HN-EI-2023-08").total_investment == claims[0].amount
    assert nothing_is_wrong()


def test_a_creation_is_undone_by_deleting_what_nothing_depends_on(province):
    made = Milestone(project=project(), name_zh="封顶", planned=dt.date(2023, 9, 1))
    number = saved(made)
    undone(number, province)
    assert not Milestone.objects.filter(pk=made.pk).exists()
    assert nothing_is_wrong()


def test_a_creation_on_which_others_came_to_depend_stays(province):
    made = Project(code="NEW-1", name_zh="新", sector=project().sector)
    number = saved(made)
    told = Claim(project=made, figure="total_investment", amount=1, source=Source.objects.first())
    saved(told)
    [obstacle] = refusal(number, province)
    assert f"{Claim._meta.verbose_name}：1" in obstacle.message
    assert Claim.objects.filter(pk=told.pk).exists()


def test_a_whole_creation_with_its_parts_is_undone_from_the_parts_up(province):
    with create_revision() as draft:
        made = Project(code="NEW-1", name_zh="新", sector=project().sector)
        made.save()
        Claim(project=made, figure="total_investment", amount=1, source=Source.objects.first()).save()
        Entry(project=made, programme=Entry.objects.first().programme).save()
    undone(draft.number, province)
    assert not Project.objects.filter(code="NEW-1").exists()
    assert nothing_is_wrong()


def test_a_change_of_what_was_deleted_since_says_so(province):
    number = saved(claim(), note_en="Wrong")
    gone = deleted(claim())
    [obstacle] = refusal(number, province)
    assert obstacle.later == gone


def test_a_refusal_by_a_rule_changes_nothing(province):
    entry = Entry.objects.get(project__code=CODE)
    number = saved(entry, planned_disbursement=123)
    saved(Plan(entry=entry, kind="announced", amount=123, decided_on=dt.date(2023, 3, 1)))
    [obstacle] = refusal(number, province)
    assert obstacle.message == str(PLAN_IS_ON_RECORD)
    assert Entry.objects.get(pk=entry.pk).planned_disbursement == 123


def test_a_record_that_wants_words_with_each_change_gets_those_of_the_undoing(province):
    milestone = Milestone.objects.create(project=project(), name_zh="封顶", planned=dt.date(2023, 9, 1))
    moved = saved(milestone, expected=dt.date(2023, 10, 1), reason="台风")
    problem = Problem(project=project(), kind="land", description="x", raised_on=dt.date(2023, 6, 1))
    saved(problem)
    handed = saved(problem, state=ProblemState.HANDED_OVER, note="已转国土")
    undone(moved, province, reason="看错了")
    undone(handed, province, reason="没有转")
    assert (Milestone.objects.get(pk=milestone.pk).expected, Milestone.objects.get(pk=milestone.pk).reason) == (
        None,
        "看错了",
    )
    assert Problem.objects.get(pk=problem.pk).note == "没有转"


# monthly reports


def test_steps_of_a_report_are_never_undone_here(changsha_writer, province):
    report = submitted(changsha_writer)
    number = report.history.first().revision_id
    for user in (changsha_writer, province):
        assert [str(each.message) for each in refusal(number, user)] == [str(STEPS_ARE_NOT_UNDONE)]
    reporting.send_back([report], user=province, comment="x")
    assert [str(each.message) for each in refusal(number, province)] == [str(STEPS_ARE_NOT_UNDONE)]
    assert MonthlyReport.objects.get(pk=report.pk).state == "returned"


def test_what_a_draft_says_goes_back_by_who_may_edit_it(changsha_writer):
    report = drafted()
    number = saved(report, disbursed=report.disbursed + 5)
    undone(number, changsha_writer)
    assert MonthlyReport.objects.get(pk=report.pk).disbursed == report.disbursed - 5


def test_a_submitted_report_is_edited_by_nobody_and_so_not_undone(changsha_writer, province, analyst):
    report = drafted()
    number = saved(report, disbursed=report.disbursed + 5)
    reporting.submit([report], user=changsha_writer)
    for user in (changsha_writer, province):
        with (
            override("en"),
            pytest.raises(UndoRefusedError, match="withdraw it"),
        ):  # who may do something about it is told what
            undone(number, user)
    with pytest.raises(PermissionDenied):
        undone(number, analyst)


# who may


@pytest.mark.permission
def test_only_who_may_write_the_record_may_undo(changsha_reader, zhuzhou_writer, analyst, administrator, stranger):
    number = saved(project("HN-EI-2023-09"), total_investment=1)  # of Changsha
    for user in (changsha_reader, zhuzhou_writer, analyst, administrator, stranger):
        with pytest.raises(PermissionDenied):
            undone(number, user)
    assert project("HN-EI-2023-09").total_investment == 1


def test_a_writer_does_not_undo_what_also_touched_others(changsha_writer):
    with create_revision() as draft:
        saved(project("HN-EI-2023-09"), county_en="Renamed")
        saved(project("HN-EI-2023-02"), county_en="Renamed")
    with pytest.raises(PermissionDenied):
        undone(draft.number, changsha_writer)
    undone(draft.number, changsha_writer, only=only(project("HN-EI-2023-09")))
    assert project("HN-EI-2023-09").county_en != "Renamed"
    assert project("HN-EI-2023-02").county_en == "Renamed"


def test_a_writer_does_not_send_a_project_back_to_another_prefecture(changsha_writer):
    here, there = project("HN-EI-2023-09").prefecture, project("HN-EI-2023-02")
    number = saved(there, prefecture=here)
    with pytest.raises(PermissionDenied):
        undone(number, changsha_writer)


def test_a_writer_does_not_delete_by_undoing_what_a_writer_may_not_delete(changsha_writer):
    problem = {"kind": "land", "description": "用地未批", "raised_on": dt.date(2023, 9, 1)}
    made = Problem(project=project("HN-EI-2023-09"), **problem)
    number = saved(made)
    with pytest.raises(PermissionDenied):
        undone(number, changsha_writer)
    assert Problem.objects.filter(pk=made.pk).exists()
