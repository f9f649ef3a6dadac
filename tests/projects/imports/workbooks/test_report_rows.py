"""Rows of monthly reports: which entry each is about, and what it would make of the report of the month."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from projects.choices import Stage
from projects.history.revisions import create_revision
from projects.models import Entry, MonthlyReport, Project

from .made import faults, looked_at, verdicts, xlsx

HEADS = ["项目编号", "项目名称", "7月完成投资（万元）", "形象进度", "存在问题"]


def of(user, *rows, heads=HEADS, month=7):
    return looked_at(xlsx([heads, *rows]), user, kind="reports", month=month)


@pytest.fixture
def own(changsha_writer):
    return Project.objects.filter(prefecture__adcode="430100", basis="illustrative").order_by("code").first()


def test_a_month_is_named(province):
    with pytest.raises(ValidationError) as refused:
        looked_at(xlsx([HEADS]), province, kind="reports")
    assert refused.value.code == "needs_month"


def test_a_report_that_is_not_there_is_new_and_a_draft(changsha_writer, own):
    found = of(changsha_writer, [own.code, None, "75.0", "封顶", "无"], ["HN-NONE", None, 1, "设备安装", None])
    row = found.rows[0]
    assert (row.verdict, row.project) == ("new", own.code)
    found.rows = [row]
    assert verdicts(found) == {
        "C2": ("new", None, 750_000),
        "D2": ("refused", None, None),
        "E2": ("new", None, "无"),
    }
    report = row.records[0]
    assert (report.state, report.month, report.disbursed, report.problems, report.pk) == (
        "draft",
        7,
        750_000,
        "无",
        None,
    )
    assert not MonthlyReport.objects.filter(month=7, entry__project=own).exists()


def test_a_column_that_is_called_as_the_stage_is_the_stage_whatever_its_cells_say(changsha_writer, own):
    row = of(changsha_writer, [own.code, None, 1, "主体", None]).rows[0]
    assert (row.cell("progress"), row.cell("stage").verdict) == (None, "refused")
    assert all(str(label) in row.cell("stage").words for label in Stage.labels)
    heads = ["工程形象进度" if head == "形象进度" else head for head in HEADS]
    assert of(changsha_writer, [own.code, None, 1, "主厂房封顶", None], heads=heads).rows[0].cell("progress").after


def test_a_report_that_is_there_is_compared_with_it(changsha_writer, own):
    with create_revision():
        entry = Entry.objects.get(project=own, programme__year=2023)
        MonthlyReport(entry=entry, month=7, disbursed=10_000, stage="started").save()
    found = of(changsha_writer, [None, own.name_zh, 1, "设备安装", None])
    assert verdicts(found)["C2"] == ("unchanged", 10_000, 10_000)
    assert found.counts["rows"]["refused"] + found.counts["rows"]["changed"] == 1


def test_what_is_not_on_the_list_or_not_seen_is_refused_in_the_same_words(changsha_writer):
    other = Project.objects.filter(prefecture__adcode="430200").first()
    found = of(changsha_writer, [other.code, None, 1, None, None], ["HN-NONE", None, 1, None, None])
    refused = faults(found)
    assert refused["A2"][0] == refused["A3"][0] == "not_on_list"
    assert refused["A2"][1].replace(other.code, "X") == refused["A3"][1].replace("HN-NONE", "X")


def test_a_submitted_report_is_not_changed_nor_an_approved_one_by_a_prefecture(changsha_writer, province, own):
    heads = ["项目编号", "6月完成投资（元）", "问题"]
    found = of(changsha_writer, [own.code, None, "新的问题"], heads=heads, month=6)
    assert [row.verdict for row in found.rows] == ["refused"]
    assert {cell.code for cell in found.cells} == {"forbidden", "row"}
    assert of(province, [own.code, None, "新的问题"], heads=heads, month=6).rows[0].verdict in ("new", "refused")


def test_a_row_of_another_month_is_refused(changsha_writer, own):
    heads = ["月份", "项目编号", "完成投资（元）"]
    found = of(changsha_writer, ["2023-06", own.code, 5], ["7月", own.code, 5], heads=heads)
    assert faults(found)["A2"][0] == "other_month"
    assert [row.verdict for row in found.rows] == ["refused", "new"]


def test_a_sum_of_the_year_that_does_not_fit_is_refused(changsha_writer, own):
    heads = ["项目编号", "7月完成投资（元）", "1-7月累计完成投资（元）"]
    entry = Entry.objects.get(project=own, programme__year=2023)
    before = MonthlyReport.objects.filter(entry=entry, month__lt=7).added_up()
    assert of(changsha_writer, [own.code, 5, before + 5], heads=heads).rows[0].verdict == "new"
    assert faults(of(changsha_writer, [own.code, 5, before + 6], heads=heads))["B2"][0] == "invalid"


def test_a_code_with_the_name_of_another_project_is_guessed_to_be_neither(changsha_writer, own):
    other = Project.objects.filter(prefecture__adcode="430100", basis="illustrative").exclude(pk=own.pk).first()
    hidden = Project.objects.filter(prefecture__adcode="430200").first()
    found = of(
        changsha_writer,
        [own.code, other.name_zh, 1, None, "无"],
        [own.code, hidden.name_zh, 1, None, "无"],
        [own.code, "没有这个项目", 1, None, "无"],
    )
    assert [row.verdict for row in found.rows] == ["refused"] * 3
    told = faults(found)
    assert [told[each][0] for each in ("A2", "B2", "C2")] == ["row", "misnamed", "row"]
    assert all(each in told["B2"][1] for each in (own.code, own.name, other.code))
    assert own.name in told["B3"][1]
    assert told["B3"] == told["B4"]  # of a project that is not seen nothing is said
