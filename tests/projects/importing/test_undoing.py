"""Imports that are taken back: all that they wrote in one revision, or nothing, in words."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import override

from projects.changelog.verification import Counts, verify
from projects.importing import undo
from projects.models import MonthlyReport, Project, Proposal, Revision
from projects.versioning.revisions import writing
from projects.workflows import reporting

from .sent import CODE, JULY, REGISTER, written

WRONG = "发错了文件"


@pytest.fixture
def own(register):
    return Project.objects.filter(prefecture__adcode="430100", basis="illustrative").order_by("code").first()


def test_all_of_it_goes_back_in_one_revision(province):
    imported = written(province, [REGISTER, [CODE, None, 5000, 1, None], [None, "新项目", 9, 8, "能源电子"]])
    undone = undo(imported, user=province, reason=WRONG)
    assert (undone.state, undone.undone_by) == ("undone", imported.revision_made + 1)
    revision = Revision.objects.get(number=undone.undone_by)
    assert (revision.undoes.number, WRONG in revision.reason) == (imported.revision_made, True)
    assert Project.objects.get(code=CODE).total_investment == 1_047_340_000
    assert not Project.objects.filter(name_zh="新项目").exists()


def test_nothing_goes_back_where_something_was_changed_since_and_it_is_said_what(province):
    other = Project.objects.exclude(code=CODE).filter(entries__programme__year=2023, basis="illustrative").first()
    imported = written(province, [REGISTER, [CODE, None, 5000, None, None], [other.code, None, 7, None, None]])
    with writing():
        found = Project.objects.get(code=CODE)
        found.total_investment = 77
        found.save()
    with pytest.raises(ValidationError) as refused:
        undo(imported, user=province, reason=WRONG)
    assert CODE in str(refused.value)
    imported.refresh_from_db()
    assert (imported.state, imported.undone_by) == ("done", None)
    assert Project.objects.get(pk=other.pk).total_investment == 70_000


def test_a_bureau_takes_back_its_drafts_as_long_as_it_has_not_handed_them_in(changsha_writer, province, own):
    rows = [JULY, [own.code, 75, "无"]]
    undo(written(changsha_writer, rows, kind="reports"), user=changsha_writer, reason=WRONG)
    assert not MonthlyReport.objects.filter(entry__project=own, month=7).exists()

    imported = written(changsha_writer, rows, kind="reports")
    report = MonthlyReport.objects.get(entry__project=own, month=7)
    with writing(door="page", user=changsha_writer):
        report.reason, report.measure = "设备到货推迟", "加快"
        report.save()
    for step, by, instead in (
        (reporting.submit, changsha_writer, "withdraw it"),
        (reporting.approve, province, "ask the province to open it again"),
        (reporting.reopen, province, "correct what it says"),
    ):
        step([report], user=by, **({"comment": "?"} if step is reporting.reopen else {}))
        with override("en"), pytest.raises(ValidationError) as refused:
            undo(imported, user=changsha_writer, reason=WRONG)
        assert instead in str(refused.value)
    assert MonthlyReport.objects.filter(entry__project=own, month=7).exists()


def test_a_bureau_s_proposals_are_withdrawn_as_long_as_nobody_decided(changsha_writer, province, own):
    heads = [*REGISTER, "备注"]
    rows = [heads, [own.code, None, 5000, None, None, "一期"]]
    undone = undo(written(changsha_writer, rows), user=changsha_writer, reason=WRONG)
    proposal = Proposal.objects.get(project=own)
    assert (proposal.state, Project.objects.get(pk=own.pk).note_zh) == ("withdrawn", own.note_zh)
    assert undone.undone_by == Revision.objects.newest_number()

    from projects.workflows import proposals

    imported = written(changsha_writer, rows)
    waiting = Proposal.objects.get(project=own, state="submitted")
    proposals.refuse(waiting, user=province, comment="不同意")
    with override("en"), pytest.raises(ValidationError) as refused:
        undo(imported, user=changsha_writer, reason=WRONG)
    assert "propose another change" in str(refused.value)
    assert Project.objects.get(pk=own.pk).note_zh == "一期"


def test_the_history_of_an_import_and_its_undoing_is_whole(province, changsha_writer, own):
    undo(written(province, [REGISTER, [CODE, None, 5000, 1, None]]), user=province, reason=WRONG)
    written(changsha_writer, [REGISTER, [own.code, None, 5000, 1, None]])
    assert not list(verify(Counts()))


def test_nobody_takes_back_another_s(province, changsha_writer, own):
    imported = written(changsha_writer, [JULY, [own.code, 75, "无"]], kind="reports")
    with pytest.raises(PermissionDenied):
        undo(imported, user=province, reason=WRONG)
