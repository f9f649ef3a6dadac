"""Imports that are confirmed: written as if typed, in one revision, or nothing of them."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from projects.history.revisions import create_revision
from projects.models import Entry, MonthlyReport, Overruling, Project, Proposal, Revision, Source
from projects.models.attribution import in_words
from projects.workbook_imports import confirm, jobs
from projects.workflows.transitions import OvertakenError

from .sent import CODE, JULY, NAME, REGISTER, WHY, sent, worked, written


@pytest.fixture
def own(register):
    """A project of Changsha."""
    return Project.objects.filter(prefecture__adcode="430100", basis="illustrative").order_by("code").first()


def plan_of(code):
    return Entry.objects.get(project__code=code, programme__year=2023).planned_disbursement


def test_nothing_is_written_before_it_is_confirmed_and_then_all_in_one_revision(province):
    before = Revision.objects.newest_number()
    rows = [REGISTER, [CODE, NAME, 5000, 1, None], [None, "新项目", 9, 8, "能源电子"]]
    imported = sent(province, rows)
    assert (imported.state, imported.words, Revision.objects.newest_number()) == ("ready", "", before)
    new_code = imported.cells.filter(row=3).first().project

    imported = worked(confirm(imported, user=province, reason=WHY))
    assert (imported.state, imported.words) == ("done", "")
    revision = Revision.objects.get(number=imported.revision_made)
    assert (revision.number, revision.reason, revision.user, revision.door) == (before + 1, WHY, province, "page")
    assert Revision.objects.newest_number() == before + 1
    assert Project.objects.get(code=CODE).total_investment == 50_000_000
    assert (Project.objects.get(code=new_code).name_zh, plan_of(new_code), plan_of(CODE)) == ("新项目", 80_000, 10_000)
    assert imported.job.revision_made == imported.revision_made


def test_the_file_is_what_the_figures_rest_on_unless_somebody_is_named(province):
    imported = written(province, [REGISTER, [CODE, None, 5000, None, None]])
    said = Project.objects.get(code=CODE).total_investment_reported_by
    assert ("名单.xlsx" in said, str(imported.pk) in said) == (True, True)
    with override("en"):
        told = f"file “名单.xlsx”, import {imported.pk}"
        assert (in_words(said), imported.reporter_in_words) == (told, told)
        assert in_words(f"{said}，另见来函") == f"{said}，另见来函", (
            "only what the register said by itself is translated"
        )
    written(province, [REGISTER, [CODE, None, 6000, None, None]], reported_by="长沙市工信局")
    assert Project.objects.get(code=CODE).total_investment_reported_by == "长沙市工信局"


def test_a_published_source_becomes_what_the_figures_rest_on(province):
    written(province, [REGISTER, [CODE, None, 5000, 70, None]], source=Source.objects.first())
    claim = Project.objects.get(code=CODE).claims.get(adopted=True, figure="total_investment")
    assert (claim.amount, claim.source) == (50_000_000, Source.objects.first())


def test_the_same_file_once_more_changes_nothing_and_cannot_be_confirmed(province):
    rows = [REGISTER, [CODE, NAME, 5000, 1, None]]
    written(province, rows)
    before = Revision.objects.newest_number()
    again = sent(province, rows)
    assert (again.state, again.counts["rows"]["unchanged"], again.counts["rows"]["changed"]) == ("ready", 1, 0)
    with pytest.raises(ValidationError):
        confirm(again, user=province, reason=WHY)
    assert Revision.objects.newest_number() == before


def test_what_somebody_wrote_meanwhile_is_seen_and_nothing_is_written(province):
    imported = sent(province, [REGISTER, [CODE, None, 5000, 1, None]])
    confirmed = confirm(imported, user=province, reason=WHY)
    with create_revision():
        found = Project.objects.get(code=CODE)
        found.total_investment = 77
        found.save()
    imported = worked(confirmed)
    assert (imported.state, imported.revision_made, plan_of(CODE)) == ("ready", None, 896_160_000)
    assert imported.words
    assert imported.cells.get(field="total_investment").before == 77
    imported = worked(confirm(imported, user=province, reason=WHY))
    assert (imported.state, Project.objects.get(code=CODE).total_investment) == ("done", 50_000_000)


def test_what_is_written_while_the_file_is_looked_at_is_seen(province, monkeypatch):
    """It is looked at again where nobody else can write."""
    looked, imported = [], sent(province, [REGISTER, [CODE, None, 5000, 1, None]])

    def examined(*told, **more):
        looked.append(len(looked))
        with create_revision():
            other = Project.objects.exclude(code=CODE).first()
            other.note_zh = f"第{len(looked)}次"
            other.save()
        return real(*told, **more)

    real = jobs.examine
    monkeypatch.setattr(jobs, "examine", examined)
    monkeypatch.setattr(jobs, "get_state_numbers", lambda: (Revision.objects.newest_number(), 0))
    before = Revision.objects.newest_number()
    imported = worked(confirm(imported, user=province, reason=WHY))
    assert (imported.state, len(looked), imported.revision_made) == ("done", 2, before + 2)


def test_a_bureau_s_figures_become_drafts_of_reports(changsha_writer, own):
    imported = written(changsha_writer, [JULY, [own.code, 75, "无"]], kind="reports")
    assert (imported.state, imported.words) == ("done", "")
    report = MonthlyReport.objects.get(entry__project__code=own.code, month=7)
    assert (report.state, report.disbursed, report.problems) == ("draft", 750_000, "无")
    assert report.history.get().revision_id == imported.revision_made


def test_what_a_bureau_may_only_propose_becomes_a_proposal_and_the_rest_is_written(changsha_writer, own):
    heads, before, plan = [*REGISTER, "县区"], own.total_investment, plan_of(own.code)
    imported = written(changsha_writer, [heads, [own.code, None, 5000, 1, None, "高新区"]])
    assert (imported.state, imported.words) == ("done", "")
    own.refresh_from_db()
    assert (own.total_investment, own.county_zh, plan_of(own.code)) == (before, "高新区", plan)
    proposal = Proposal.objects.get(project=own)
    asked = {change.key: change.proposed for change in proposal.changes}
    assert asked == {"project.total_investment": 50_000_000, "entry.planned_disbursement:2023": 10_000}
    assert (proposal.reason, proposal.proposed_by) == (WHY, changsha_writer)
    assert Revision.objects.newest_number() == imported.revision_made


def test_a_bureau_s_new_project_is_proposed_for_the_list(changsha_writer):
    imported = written(changsha_writer, [REGISTER, [None, "新项目", 9, 8, "能源电子"]])
    assert (imported.state, imported.words) == ("done", "")
    new = Project.objects.get(name_zh="新项目")
    assert (new.code, new.prefecture.adcode) == (imported.cells.first().project, "430100")
    assert not new.entries.exists()
    assert {change.key for change in Proposal.objects.get(project=new).changes} == {
        "entry.programme:2023",
        "entry.planned_disbursement:2023",
    }


def test_a_second_proposal_about_the_same_is_refused_and_nothing_of_the_file_is_written(changsha_writer, own):
    written(changsha_writer, [REGISTER, [own.code, None, 5000, None, None]])
    before = Revision.objects.newest_number()
    other = Project.objects.filter(prefecture__adcode="430100", basis="illustrative").exclude(pk=own.pk).first()
    rows = [[*REGISTER, "备注"], [other.code, None, None, None, None, "二期"], [own.code, None, 6000, None, None, None]]
    imported = written(changsha_writer, rows)
    assert (imported.state, imported.revision_made, Revision.objects.newest_number()) == ("ready", None, before)
    assert own.code in imported.words
    other.refresh_from_db()
    assert other.note_zh != "二期"


def test_it_is_confirmed_once_and_with_a_reason(province):
    imported = sent(province, [REGISTER, [CODE, None, 5000, None, None]])
    with pytest.raises(ValidationError) as refused:
        confirm(imported, user=province, reason=" ")
    assert set(refused.value.message_dict) == {"reason"}
    confirm(imported, user=province, reason=WHY)
    with pytest.raises(OvertakenError):
        confirm(imported, user=province, reason=WHY)


def test_what_a_rule_doubts_is_written_once_it_is_confirmed(province, plausible):
    imported = written(province, [REGISTER, [CODE, None, 3, None, None]])
    assert (imported.state, Project.objects.get(code=CODE).total_investment) == ("ready", 1_047_340_000)
    assert [each["row"] for each in imported.doubts] == [2] * len(imported.doubts)
    said = {"reason": WHY, "confirmed_rules": {each["code"] for each in imported.doubts}}
    imported = worked(confirm(imported, user=province, **said))
    assert (imported.state, imported.words, imported.doubts) == ("done", "", [])
    assert Project.objects.get(code=CODE).total_investment == 30_000
    assert {each.revision_id for each in Overruling.objects.filter(model="project")} == {imported.revision_made}


def test_a_correction_of_an_approved_report_needs_its_reason_as_on_the_sheet(province):
    report = MonthlyReport.objects.filter(state="approved", month=6).order_by("entry__project__code").first()
    code = report.entry.project.code
    heads = ["项目编号", "6月完成投资（万元）"]
    refused = sent(province, [heads, [code, 1]], kind="reports", month=6)
    assert refused.counts["rows"]["refused"] == 1
    assert set(refused.cells.filter(verdict="refused").values_list("after", flat=True)) == {None}
    rows = [[*heads, "correction_reason"], [code, 1, "数据录错"]]
    imported = sent(province, rows, kind="reports", month=6)
    assert imported.state == "ready", imported.words
    imported = worked(confirm(imported, user=province, reason=WHY))
    assert (imported.state, imported.words) == ("done", "")
    moved = {each["figure"]: each for each in imported.effects}["disbursed"]
    assert moved["after"] - moved["before"] == 10_000 - report.disbursed
    report.refresh_from_db()
    assert (report.state, report.disbursed) == ("approved", 10_000)
