"""Imports that are taken back: all that they wrote in one revision, or nothing, in words."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from projects.changes.verification import Counts, verify
from projects.history.revisions import create_revision
from projects.models import Enterprise, Job, Milestone, MonthlyReport, Project, Proposal, Revision
from projects.workbook_imports import undo
from projects.workflows import proposals, reporting
from projects.workflows.transitions import OvertakenError

from .sent import CODE, JULY, REGISTER, undone, worked, written

WRONG = "发错了文件"


@pytest.fixture
def own(register):
    return Project.objects.filter(prefecture__adcode="430100", basis="illustrative").order_by("code").first()


def test_all_of_it_goes_back_in_one_revision(province):
    imported = written(province, [REGISTER, [CODE, None, 5000, 1, None], [None, "新项目", 9, 8, "能源电子"]])
    imported = undone(imported, user=province, reason=WRONG)
    assert (imported.state, imported.words, imported.undone_by) == ("undone", "", imported.revision_made + 1)
    revision = Revision.objects.get(number=imported.undone_by)
    assert imported.job.revision_made == imported.undone_by
    assert (revision.undoes.number, WRONG in revision.reason) == (imported.revision_made, True)
    assert Project.objects.get(code=CODE).total_investment == 1_047_340_000
    assert not Project.objects.filter(name_zh="新项目").exists()


def test_nothing_goes_back_where_something_was_changed_since_and_it_is_said_what(province):
    other = Project.objects.exclude(code=CODE).filter(entries__programme__year=2023, basis="illustrative").first()
    imported = written(province, [REGISTER, [CODE, None, 5000, None, None], [other.code, None, 7, None, None]])
    with create_revision():
        found = Project.objects.get(code=CODE)
        found.total_investment = 77
        found.save()
    imported = undone(imported, user=province, reason=WRONG)
    assert CODE in imported.words
    assert (imported.state, imported.undone_by) == ("done", None)
    assert Project.objects.get(pk=other.pk).total_investment == 70_000


def test_an_enterprise_that_others_are_named_by_since_stays_and_it_is_said(province):
    rows = [["项目名称", "建设单位", "所属行业"], ["先来的项目", "共有企业", "能源电子"]]
    first = written(province, rows)
    written(province, [rows[0], ["后来的项目", "共有企业", "能源电子"]])
    first = undone(first, user=province)
    assert first.state == "undone"
    assert "共有企业" in first.words
    assert not Project.objects.filter(name_zh="先来的项目").exists()
    assert Project.objects.get(name_zh="后来的项目").enterprise.name_zh == "共有企业"


def test_a_bureau_takes_back_its_drafts_as_long_as_it_has_not_handed_them_in(changsha_writer, province, own):
    rows = [JULY, [own.code, 75, "无"]]
    undone(written(changsha_writer, rows, kind="reports"), user=changsha_writer, reason=WRONG)
    assert not MonthlyReport.objects.filter(entry__project=own, month=7).exists()

    imported = written(changsha_writer, rows, kind="reports")
    report = MonthlyReport.objects.get(entry__project=own, month=7)
    with create_revision(door="page", user=changsha_writer):
        report.reason, report.measure = "设备到货推迟", "加快"
        report.save()
    for step, by, instead in (
        (reporting.submit, changsha_writer, "撤回"),
        (reporting.approve, province, "重新打开"),
        (reporting.reopen, province, "更正"),
    ):
        step([report], user=by, **({"comment": "?"} if step is reporting.reopen else {}))
        told = undone(imported, user=changsha_writer, reason=WRONG)
        assert (told.state, instead in told.words) == ("done", True), told.words
    assert MonthlyReport.objects.filter(entry__project=own, month=7).exists()


def test_a_bureau_s_proposals_are_withdrawn_as_far_as_nobody_has_decided(changsha_writer, province, own):
    rows = [[*REGISTER, "县区"], [own.code, None, 5000, None, None, "高新区"]]
    imported = undone(written(changsha_writer, rows), user=changsha_writer, reason=WRONG)
    proposal = Proposal.objects.get(project=own)
    assert (proposal.state, Project.objects.get(pk=own.pk).county_zh) == ("withdrawn", own.county_zh)
    assert imported.undone_by == Revision.objects.newest_number()

    imported = written(changsha_writer, rows)
    waiting = Proposal.objects.get(project=own, state="submitted")
    proposals.accept(waiting, user=province, comment="")
    imported = undone(imported, user=changsha_writer, reason=WRONG)
    assert (imported.state, str(waiting.pk) in imported.words) == ("undone", True)
    waiting.refresh_from_db()
    project = Project.objects.get(pk=own.pk)
    assert (waiting.state, project.total_investment, project.county_zh) == ("accepted", 50_000_000, own.county_zh)


def test_a_bureau_s_new_projects_go_with_their_proposals_which_the_log_alone_keeps(
    changsha_writer, province, client_of
):
    head = [*REGISTER, "项目单位", "国家代码"]
    rows = [head, [None, "新项目", 9, 8, "能源电子", "新企业", "2304-430100-04-01-123456"]]
    imported = written(changsha_writer, rows)
    new = Project.objects.get(name_zh="新项目")
    first = Proposal.objects.get(project=new)
    imported = undone(imported, user=changsha_writer, reason=WRONG)
    assert (imported.state, imported.words) == ("undone", "")
    assert not Project.objects.filter(pk=new.pk).exists()
    assert not Enterprise.objects.filter(name_zh="新企业").exists()

    proposal = Proposal.objects.get(pk=first.pk)
    told = proposal.history.filter(project__isnull=False).values_list("project_id", flat=True)
    assert (proposal.state, proposal.project, set(told)) == ("withdrawn", None, {new.pk})
    assert [each.action for each in proposal.events.all()] == ["withdraw", "submit"]
    assert not list(verify(Counts()))

    for user in (changsha_writer, province):
        assert not Proposal.objects.visible_to(user).filter(pk=proposal.pk).exists()
        client = client_of(user)
        assert client.get(f"/proposals/{proposal.pk}/").status_code == 404
        for address in ("/proposals/", f"/imports/{imported.pk}/", f"/changes/{imported.undone_by}/"):
            assert client.get(address).status_code == 200, address

    again = written(changsha_writer, rows)
    assert (again.state, Project.objects.get(name_zh="新项目").code) == ("done", new.code)


def test_a_bureau_s_new_project_stays_where_somebody_said_more_of_it_since(changsha_writer, province):
    names = ["拒绝的", "改过的", "有里程碑的", "照旧的"]
    imported = written(changsha_writer, [REGISTER, *([None, name, 9, 8, "能源电子"] for name in names)])
    refused, changed, followed, same = (Project.objects.get(name_zh=name) for name in names)
    proposals.refuse(Proposal.objects.get(project=refused), user=province, comment="不在范围内")
    with create_revision():
        changed.note_zh = "一期"
        changed.save()
        Milestone(project=followed, name_zh="取得土地", planned=dt.date(2023, 5, 1)).save()
    imported = undone(imported, user=changsha_writer, reason=WRONG)
    assert imported.state == "undone"
    told = [each.code in imported.words for each in (refused, changed, followed, same)]
    assert told == [True, True, True, False], imported.words
    assert set(Project.objects.filter(name_zh__in=names)) == {refused, changed, followed}
    assert Proposal.objects.get(project=refused).state == "refused"


def test_it_is_taken_back_by_a_job_that_a_killed_worker_leaves_to_the_next(province):
    imported = written(province, [REGISTER, [CODE, None, 5000, None, None]])
    begun = undo(imported, user=province, reason=WRONG)
    assert (begun.state, begun.job.state, begun.undone_by) == ("undoing", "waiting", None)
    assert Project.objects.get(code=CODE).total_investment == 50_000_000
    with pytest.raises(OvertakenError):
        undo(imported, user=province, reason=WRONG)
    Job.objects.filter(pk=begun.job.pk).update(state="running", leased_until=timezone.now(), turn=1, attempts=1)
    imported = worked(begun)
    assert (imported.state, imported.job.turn) == ("undone", 2)
    assert Project.objects.get(code=CODE).total_investment == 1_047_340_000


def test_nobody_takes_back_another_s(province, changsha_writer, own):
    imported = written(changsha_writer, [JULY, [own.code, 75, "无"]], kind="reports")
    with pytest.raises(PermissionDenied):
        undo(imported, user=province, reason=WRONG)
