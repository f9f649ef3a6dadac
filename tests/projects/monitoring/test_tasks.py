"""What waits for one person: of which kind, how many, until when."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from projects.choices import OF_A_BUREAU, OF_THE_PROVINCE, ProblemState, Role, TaskKind
from projects.history import as_of
from projects.history.revisions import create_revision
from projects.models import Entry, Grant, Milestone, Prefecture, Problem, Programme, Round
from projects.monitoring.tasks import Task, kinds_of, tasks_of, waiting_for
from projects.periods import Month
from projects.workflows import proposals, reporting
from tests.people import ZHUZHOU
from tests.projects.july import set_today, stage
from tests.projects.models.reports_made import CHANGSHA_CODE, entry_of, submitted
from tests.projects.workflows.proposals_made import proposed

pytestmark = pytest.mark.django_db

JULY = Month(2023, 7)


def numbers(user: Any) -> dict[TaskKind, int]:
    return {each.kind: each.number for each in tasks_of(user).items}


def task(user: Any, kind: TaskKind) -> Task:
    [found] = [each for each in tasks_of(user).items if each.kind == kind]
    return found


def test_a_bureau_is_told_of_the_month_that_it_has_to_report(changsha_writer):
    found = task(changsha_writer, TaskKind.DUE_REPORTS)
    assert found == Task(TaskKind.DUE_REPORTS, 7, 2023, JULY, dt.date(2023, 8, 10))


def test_what_is_submitted_waits_for_the_province_and_not_for_the_bureau(changsha_writer, province):
    submitted(changsha_writer)
    assert numbers(changsha_writer)[TaskKind.DUE_REPORTS] == 6
    found = task(province, TaskKind.REPORTS_TO_REVIEW)
    assert (found.number, found.month, found.day) == (1, JULY, dt.date(2023, 8, 7))
    assert numbers(province)[TaskKind.OUTSTANDING_REPORTS] == 29


def test_what_is_returned_is_a_task_of_its_own_until_it_comes_again(changsha_writer, province):
    report = submitted(changsha_writer)
    reporting.send_back([report], user=province, comment="请核对")
    found = task(changsha_writer, TaskKind.RETURNED_REPORTS)
    assert found == Task(TaskKind.RETURNED_REPORTS, 1, 2023, JULY, dt.date(2023, 8, 10))
    assert numbers(changsha_writer)[TaskKind.DUE_REPORTS] == 6
    assert TaskKind.REPORTS_TO_REVIEW not in numbers(province)
    reporting.submit([report], user=changsha_writer)
    assert TaskKind.RETURNED_REPORTS not in numbers(changsha_writer)


@pytest.mark.parametrize(
    ("today", "kind"),
    [
        (dt.date(2023, 7, 31), None),
        (dt.date(2023, 8, 10), TaskKind.DUE_REPORTS),
        (dt.date(2023, 8, 19), TaskKind.OVERDUE_REPORTS),
        (dt.date(2023, 8, 30), TaskKind.OVERDUE_REPORTS),
    ],
)
def test_reports_are_due_then_overdue_and_stay_so_once_the_round_has_closed(changsha_writer, today, kind):
    set_today(today)
    reports = (TaskKind.DUE_REPORTS, TaskKind.OVERDUE_REPORTS)
    found = [each for each in tasks_of(changsha_writer).items if each.kind in reports and each.month == JULY]
    assert [each.kind for each in found] == ([kind] if kind else [])


def test_the_province_waits_for_rounds_until_all_reports_are_in_and_they_are_not_counted(province):
    before = tasks_of(province)
    assert task(province, TaskKind.OUTSTANDING_REPORTS).number == 30
    assert before.own_count == sum(each.number for each in before.items if each.kind != TaskKind.OUTSTANDING_REPORTS)
    stage(12, closed=True)
    assert task(province, TaskKind.OUTSTANDING_REPORTS).number == 18
    stage(28, closed=True)
    assert task(province, TaskKind.OUTSTANDING_REPORTS).number == 2
    stage(30, closed=True)
    assert TaskKind.OUTSTANDING_REPORTS not in numbers(province)


def test_months_are_told_apart_the_oldest_first(changsha_writer):
    set_today(dt.date(2023, 9, 8))
    days = {name: dt.date(2023, 9, day) for name, day in (("opens", 1), ("due", 10), ("closes", 20))}
    with create_revision():
        Round(programme=Programme.objects.get(year=2023), month=8, **days).save()
    found = [each for each in tasks_of(changsha_writer).items if each.month]
    assert [each.month for each in found] == [JULY, Month(2023, 8)]
    assert [each.kind for each in found] == [TaskKind.OVERDUE_REPORTS, TaskKind.DUE_REPORTS]


def milestone(code: str, *, planned: str, name: str = "节点") -> Milestone:
    made = Milestone(project=entry_of(code).project, name_zh=name, planned=dt.date.fromisoformat(planned))
    with create_revision():
        made.save()
    return made


def test_milestones_are_overdue_or_due_within_thirty_days(changsha_writer):
    before = numbers(changsha_writer)
    milestone(CHANGSHA_CODE, planned="2023-08-06", name="昨天")
    milestone(CHANGSHA_CODE, planned="2023-08-07", name="今天")
    milestone(CHANGSHA_CODE, planned="2023-09-06", name="三十天")
    milestone(CHANGSHA_CODE, planned="2023-09-07", name="更晚")
    after = numbers(changsha_writer)
    assert after[TaskKind.OVERDUE_MILESTONES] == before[TaskKind.OVERDUE_MILESTONES] + 1
    assert after[TaskKind.MILESTONES_DUE_SOON] == before.get(TaskKind.MILESTONES_DUE_SOON, 0) + 2


def test_a_problem_is_a_task_until_it_is_solved(changsha_writer, province):
    before = numbers(changsha_writer).get(TaskKind.OVERDUE_PROBLEMS, 0), numbers(province)[TaskKind.OVERDUE_PROBLEMS]
    project = entry_of(CHANGSHA_CODE).project
    problem = Problem(
        project=project, kind="land", description="用地", raised_on=dt.date(2023, 6, 1), due=dt.date(2023, 8, 1)
    )
    with create_revision():
        problem.save()
    for user, number in zip((changsha_writer, province), before, strict=True):
        assert numbers(user)[TaskKind.OVERDUE_PROBLEMS] == number + 1
    with create_revision():
        problem.state, problem.solved_on, problem.note = ProblemState.SOLVED, dt.date(2023, 8, 5), "已解决"
        problem.save()
    assert numbers(province)[TaskKind.OVERDUE_PROBLEMS] == before[1]


def test_what_is_of_another_prefecture_is_nobody_else_s_task(changsha_writer, zhuzhou_writer):
    before = numbers(changsha_writer)
    milestone("HN-EI-2023-39", planned="2023-07-01")
    assert numbers(changsha_writer) == before
    assert numbers(zhuzhou_writer)[TaskKind.OVERDUE_MILESTONES] == 1


def test_who_writes_one_prefecture_and_reads_another_has_tasks_of_the_first_alone(changsha_writer):
    before = numbers(changsha_writer)
    with create_revision():
        zhuzhou = Prefecture.objects.get(adcode=ZHUZHOU)
        Grant(user=changsha_writer, role=Role.PREFECTURE_READER, prefecture=zhuzhou).save()
    del changsha_writer._access
    assert numbers(changsha_writer) == before


def test_a_project_that_left_every_list_gives_no_task(changsha_writer):
    milestone(CHANGSHA_CODE, planned="2023-07-01")
    before = numbers(changsha_writer)
    with create_revision():
        entry = entry_of(CHANGSHA_CODE)
        entry.left = dt.date(2023, 7, 1)
        entry.save()
    after = numbers(changsha_writer)
    assert after[TaskKind.OVERDUE_MILESTONES] == before[TaskKind.OVERDUE_MILESTONES] - 1
    assert after[TaskKind.DUE_REPORTS] == before[TaskKind.DUE_REPORTS] - 1


def test_of_a_project_on_two_lists_each_thing_is_one_task_of_the_year_that_is_current(changsha_writer):
    milestone(CHANGSHA_CODE, planned="2023-07-01")
    before = tasks_of(changsha_writer).own_count
    with create_revision():
        newer = Programme.objects.get(year=2024)
        newer.reporting_day = dt.date(2023, 8, 7)
        newer.save()
        Entry(project=entry_of(CHANGSHA_CODE).project, programme=newer, joined=dt.date(2023, 8, 1)).save()

    def years():
        found = [each for each in tasks_of(changsha_writer).items if each.kind == TaskKind.OVERDUE_MILESTONES]
        assert tasks_of(changsha_writer).own_count == before
        return {each.year for each in found}

    assert years() == {2023}
    with create_revision():
        newer.chosen_at = timezone.now()
        newer.save()
    assert years() == {2023, 2024}


def test_a_proposal_waits_for_the_province_and_its_answer_for_who_made_it(changsha_writer, province):
    made = proposed(changsha_writer)
    assert numbers(province)[TaskKind.PROPOSALS_TO_DECIDE] == 1
    assert TaskKind.ANSWERED_PROPOSALS not in numbers(changsha_writer)
    proposals.send_back(made, user=province, comment="请附来函。")
    assert TaskKind.PROPOSALS_TO_DECIDE not in numbers(province)
    assert numbers(changsha_writer)[TaskKind.ANSWERED_PROPOSALS] == 1


def test_in_the_past_tasks_are_those_of_now(changsha_writer, rf):
    request = rf.get("/", {"as_of": "r1"})
    now = tasks_of(changsha_writer)
    with as_of.override_as_of(as_of.as_of_from_request(request)):
        assert tasks_of(changsha_writer) == now


def test_who_writes_nothing_has_no_kind_of_task(analyst, changsha_reader, stranger, administrator):
    for user in (analyst, changsha_reader, stranger, administrator, AnonymousUser()):
        assert kinds_of(user) == ()
        assert tasks_of(user).own_count == 0


def test_each_kind_is_of_somebody_and_what_there_is_none_of_is_known(changsha_writer, province):
    assert {*OF_A_BUREAU, *OF_THE_PROVINCE} == set(TaskKind)
    for user in (changsha_writer, province):
        found = tasks_of(user)
        assert {each.kind for each in found.items} | set(found.absent_kinds) == set(found.kinds)
        assert not {each.kind for each in found.items} & set(found.absent_kinds)


def test_what_waits_is_counted_no_further_than_is_asked(changsha_writer, province):
    submitted(changsha_writer)
    for user in (changsha_writer, province):
        every = tasks_of(user).own_count
        assert [waiting_for(user, most=most) for most in (0, every - 1, every, every + 1)] == [1, every, every, every]
