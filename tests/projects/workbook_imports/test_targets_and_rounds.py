"""Targets and rounds by workbook: under the permission and checks of the administration, in one revision, and back again."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from projects.history.digests import digest_of
from projects.models import Grant, Import, Round, Source, Target
from projects.workbook_imports import confirm, remap

from .sent import WHY, sent, undone, worked, written
from .test_by_api import client_with_token, post

TARGETS = ["指标", "类型", "截至月份", "来源", "关系", "金额（亿元）", "数量"]
ROUNDS = ["月份", "报送开始日", "报送期限", "宽限期（天）", "报送截止日"]
URL = "https://gxt.hunan.gov.cn/2023/plan.html"


def target(**asked):
    return Target.objects.get(programme__year=2023, **asked)


def faults(imported):
    return {
        each.address: (each.code, each.words) for each in imported.cells.filter(verdict="refused").exclude(words="")
    }


def stated(imported):
    return imported.state, imported.words


def test_a_target_is_changed_by_its_measure_and_source(province):
    plan = target(measure="planned_disbursement", kind="announced")
    imported = written(
        province, [TARGETS, ["年度计划投资", "公布", None, plan.source.url, None, 480, None]], kind="targets"
    )
    assert stated(imported) == ("done", "")
    plan.refresh_from_db()
    assert plan.value == 48_000_000_000
    assert plan.history.first().revision_id == imported.revision_made
    undone(imported, user=province)
    plan.refresh_from_db()
    assert plan.value == 47_300_000_000


def test_new_targets_bring_their_source(province):
    rows = [
        ["项目数", None, None, f"{URL} 2023-12-05", "不小于", None, "45个"],
        ["完成投资", "报道", "11月", f"{URL} 2023-12-05", "约", "401.5", None],
    ]
    imported = written(province, [TARGETS, *rows], kind="targets")
    assert stated(imported) == ("done", "")
    source = Source.objects.get(url=URL)
    assert str(source.published_on) == "2023-12-05"
    assert target(measure="project_count", source=source).value == 45
    made = target(measure="disbursed", source=source)
    assert (made.value, made.through_month, made.kind, made.relation) == (40_150_000_000, 11, "reported", "about")
    assert imported.counts["rows"]["new"] == 2
    undone(imported, user=province)
    assert not Source.objects.filter(url=URL).exists()


def test_odd_cells_are_refused_in_their_place(province):
    plan = target(measure="planned_disbursement", kind="announced").source.url
    rows = [
        ["投资热情", None, None, URL, None, 1, None],  # a figure unknown
        ["项目数", None, None, URL, None, 42, None],  # counted, and given as money
        ["总投资", None, None, URL, None, "1385", 7],  # money, and counted too
        ["年度计划投资", None, None, None, None, "480亿元", None],
        ["年度计划投资", "公布", None, plan, None, "47万元", None],  # twice one figure
        ["完成投资", "报道", "2022年3月", URL, None, 1, None],
        ["完成投资", "报道", 13, URL, None, 1, None],
        ["入园企业", None, None, "看文件", None, None, 3],
        ["入园企业", None, None, URL, None, None, "3万元"],
        ["入园企业", "报道", None, URL, None, None, None],
        [None, None, None, URL, None, 3, None],
        ["达产年收入", "公布", None, URL, "大概", -3, None],
        ["承接省外产业转移项目", "报道", None, None, None, None, 5],
    ]
    imported = sent(province, [TARGETS, *rows], kind="targets")
    found = faults(imported)
    assert {place: code for place, (code, _words) in found.items()} == {
        "A2": "invalid_choice",
        "F3": "other_unit",
        "G4": "other_unit",
        "A5": "twice",
        "A6": "twice",
        "C7": "other_month",
        "C8": "invalid",
        "D9": "invalid",
        "G10": "invalid",
        "A11": "missing",
        "D12": "no_key",
        "E13": "invalid_choice",
        "F13": "min_value",
        "A14": "missing",
    }
    assert not imported.counts["rows"]["new"]


def test_a_value_that_a_blank_cell_would_clear_is_asked_for(province):
    plan = target(measure="planned_disbursement", kind="announced").source.url
    rows = [["年度计划投资", "公布", None, plan, None, None, None], ["总投资", "报道", None, URL, None, None, None]]
    imported = sent(province, [TARGETS, *rows], kind="targets")
    columns = zip("ABCDEFG", ("measure", "kind", "through_month", "source", "relation", "value", "number"), strict=True)
    mapping = {letters: {"field": field} for letters, field in columns}
    mapping["F"] |= {"unit": "亿元", "blank_clears": True}
    imported = worked(remap(imported, user=province, mapping=mapping))
    assert faults(imported) == {"F2": ("missing", "请填写数值。"), "F3": ("missing", "请填写数值。")}


def test_of_a_new_target_nothing_was_said_before(province):
    rows = [["项目数", "公布", None, f"{URL} 2023-12-05", "等于", None, 45]]
    imported = sent(province, [TARGETS, *rows], kind="targets")
    cells = {each.field: (each.verdict, each.before, each.after) for each in imported.cells.all()}
    assert {verdict for verdict, _before, _after in cells.values()} == {"new"}
    assert {before for _verdict, before, _after in cells.values()} == {None}
    assert cells["kind"][2] == "announced"


def test_of_a_new_round_nothing_was_said_before(province):
    rows = [[12, "2024-01-01", "2024-01-10", 0, "2024-01-20"]]
    imported = sent(province, [ROUNDS, *rows], kind="rounds")
    assert {(each.verdict, each.before) for each in imported.cells.all()} == {("new", None)}


def test_a_refused_cell_shows_what_is_stored(province):
    plan = target(measure="planned_disbursement", kind="announced")
    rows = [["年度计划投资", "公布", None, plan.source.url, "大概", "很多", None]]
    imported = sent(province, [TARGETS, *rows], kind="targets")
    stored = {each.field: each.before for each in imported.cells.filter(verdict="refused")}
    assert (stored["relation"], stored["value"]) == (plan.relation, plan.value)


def test_words_of_announcements_are_read(province):
    rows = [
        ["达产年收入", "公布", "全年", URL, "以上", 1500, None],
        ["完成投资", "报道", "1-6月", URL, "左右", 158.9, None],
        ["完成投资", "报道", "1月至11月", URL, "大于", 400, None],
        ["项目数", "公布", "1－13月", URL, "不少于", None, 42],
    ]
    imported = sent(province, [TARGETS, *rows], kind="targets")
    said = {(each.row, each.field): each.after for each in imported.cells.all()}
    assert [said[row, "relation"] for row in (2, 3, 4)] == ["at least", "about", "more than"]
    assert [said[row, "through_month"] for row in (2, 3, 4)] == [None, 6, 11]
    assert "C5" in faults(imported)


def test_rows_that_say_the_same_show_what_is_stored(province):
    plan = target(measure="planned_disbursement", kind="announced")
    row = ["年度计划投资", "公布", None, plan.source.url, None, 480, None]
    imported = sent(province, [TARGETS, row, row], kind="targets")
    assert {each.before for each in imported.cells.filter(field="value")} == {plan.value}


@pytest.mark.parametrize(
    ("measure", "kind", "head", "value", "doubts"),
    [
        ("年度计划投资", "调度", "金额（亿元）", 473, []),
        ("年度计划投资", "调度", "金额（万元）", 473, ["target"]),  # ten thousand times too little
        ("年度计划投资", "调度", "金额（亿元）", 4_730_000, ["target"]),  # 万元, read as 亿元
        ("年度计划投资", "调度", "金额（亿元）", 4730, ["target"]),  # a digit too many
        ("年度计划投资", "调度", "金额（亿元）", 0, ["zero-target"]),
        ("年度计划投资", "公布", "金额（亿元）", 0, ["zero-target"]),  # where 473亿元 stand
        ("完成投资", "报道", "金额（亿元）", 40, []),
        ("完成投资", "报道", "金额（亿元）", 4, []),  # a month may be a hundredth of the year
        ("完成投资", "报道", "金额（万元）", 40, ["target", "token-amount"]),
        ("单个项目最低投资额", "调度", "金额（万元）", 5, ["target", "token-amount"]),  # 5亿元 was announced
        ("单个项目最低投资额", "调度", "金额（亿元）", 3, []),
        ("年度计划投资", "公布", "金额（亿元）", 480, []),
        ("年度计划投资", "公布", "金额（万元）", 473, ["other-unit"]),  # where 473亿元 stand
    ],
)
def test_a_target_out_of_scale_is_doubted(plausible, province, measure, kind, head, value, doubts):
    source = target(measure="planned_disbursement", kind="announced").source.url if kind == "公布" else URL
    rows = [["指标", "类型", "来源", head], [measure, kind, source, value]]
    imported = sent(province, rows, kind="targets")
    assert (imported.state, sorted(each["code"] for each in imported.doubts)) == ("ready", doubts)
    said = imported.cells.get(field="value").words
    assert bool(said) == bool(doubts)
    if doubts:
        refused = worked(confirm(imported, user=province, reason=WHY))
        assert (refused.state, said in refused.words) == ("ready", True)
        done = worked(confirm(refused, user=province, reason=WHY, confirmed_rules=doubts))
        assert stated(done) == ("done", "")


def test_what_is_counted_has_no_unit_of_money(plausible, province):
    rows = [["指标", "类型", "来源", "数量"], ["项目数", "调度", URL, 3], ["入园企业", "调度", URL, 2_000_000]]
    assert sent(province, rows, kind="targets").doubts == []
    rows[1:] = [["项目数", "调度", URL, 0]]
    assert [each["code"] for each in sent(province, rows, kind="targets").doubts] == ["zero-target"]


def test_rounds_are_made_and_moved(province):
    rows = [["6月", None, "2023年7月12日", None, None], [12, "2024-01-01", "2024.1.10", 3, "2024/1/20"]]
    imported = written(province, [ROUNDS, *rows], kind="rounds")
    assert stated(imported) == ("done", "")
    assert Round.objects.get(programme__year=2023, month=6).due == dt.date(2023, 7, 12)
    made = Round.objects.get(programme__year=2023, month=12)
    assert (made.opens, made.due, made.grace_days, made.closes) == (
        dt.date(2024, 1, 1),
        dt.date(2024, 1, 10),
        3,
        dt.date(2024, 1, 20),
    )
    assert made.punctual_until == dt.date(2024, 1, 13)


def test_a_round_that_cannot_be_is_refused(province):
    rows = [["6月", None, "2023-06-12", None, None], [7, "八月", None, 400, None], [8, None, None, "2天", None]]
    found = faults(sent(province, [ROUNDS, *rows], kind="rounds"))
    assert found.keys() >= {"C2", "B3", "D3", "D4"}
    assert found["C2"][1] == "报送期限不能早于开始日。"


def test_what_a_new_round_lacks_is_named(province):
    rows = [["十二月", "2024-01-01", "2024-01-10", 3, None], ["十三月", None, None, None, None]]
    found = faults(sent(province, [ROUNDS, *rows], kind="rounds"))
    assert found["A2"][1] == "报送截止日：新记录必须填写。"
    assert found["A3"][1] == "“十三月”不是月份。请按 2023-06 的样式填写。"


def test_a_month_in_words_is_read(province):
    rows = [
        ["八月", "2023-09-01", "2023-09-10", 3, "2023-09-20"],
        ["十一月份", "2023-12-01", "2023-12-10", 3, "2023-12-20"],
    ]
    imported = sent(province, [ROUNDS, *rows], kind="rounds")
    assert [cell.after for cell in imported.cells.filter(field="month").order_by("row")] == [8, 11]


def test_a_round_stays_in_its_time_at_this_door_too(province):
    rows = [[9, "2023-08-31", "2023-10-10", 3, "2023-10-20"], [10, "2023-10-20", "2023-10-25", 0, "2023-10-30"]]
    found = faults(sent(province, [ROUNDS, *rows], kind="rounds"))
    assert found["B2"][1] == "报送开始日不能早于该月第一天（2023-09-01）。"
    assert found["E3"][1] == "报送截止日不能早于该月最后一天（2023-10-31）。"


def test_only_who_may_write_them_may_send_them(changsha_writer):
    for kind in ("targets", "rounds"):
        with pytest.raises(PermissionDenied):
            sent(changsha_writer, [ROUNDS, [6, None, None, None, None]], kind=kind)


def test_the_effect_is_what_figures_are_held_against(province):
    plan = target(measure="planned_disbursement", kind="announced")
    imported = sent(
        province, [TARGETS, ["年度计划投资", "公布", None, plan.source.url, None, 500, None]], kind="targets"
    )
    moved = {each["figure"]: each["targets"] for each in imported.effects if each["targets"]}
    assert moved.keys() == {"planned_disbursement", "disbursed"}
    assert [(each["before"], each["after"]) for each in moved["disbursed"]] == [(47_300_000_000, 50_000_000_000)]
    assert all(each["before"] == each["after"] or each["targets"] for each in imported.effects)
    worked(confirm(imported, user=province, reason=WHY))


def test_by_the_api_it_is_the_same(province, changsha_writer):
    plan = target(measure="planned_disbursement", kind="announced")
    table = [TARGETS, ["年度计划投资", "公布", None, plan.source.url, None, 500, None]]
    assert post(client_with_token(changsha_writer), table, kind="targets").status_code == 403
    bound = client_with_token(province, prefectures=["430100"])
    assert post(bound, table, kind="targets").status_code == 403
    client = client_with_token(province)
    url = post(client, table, kind="targets").json()["url"]
    worked(Import.objects.get())
    moved = {each["figure"]: each["targets"] for each in client.get(url).json()["effects"]}
    assert [(each["before"], each["after"], each["ratio_after"]) for each in moved["planned_disbursement"]] == [
        (47_300_000_000, 50_000_000_000, 0.946)
    ]


def test_a_right_that_was_lost_meanwhile_writes_nothing(province):
    plan = target(measure="planned_disbursement", kind="announced")
    table = [TARGETS, ["年度计划投资", "公布", None, plan.source.url, None, 500, None]]
    imported = confirm(sent(province, table, kind="targets"), user=province, reason=WHY)
    Grant.objects.filter(user=province).delete()
    imported = worked(imported)
    assert (imported.state, bool(imported.words)) == ("ready", True)
    plan.refresh_from_db()
    assert plan.value == 47_300_000_000


def test_what_others_changed_since_is_a_conflict(province):
    plan = target(measure="planned_disbursement", kind="announced")
    row = ["年度计划投资", "公布", None, plan.source.url, None, 500, None, digest_of(plan)]
    plan.value = 48_000_000_000
    plan.save()
    imported = sent(province, [[*TARGETS, "版本"], row], kind="targets")
    assert imported.cells.get(field="value").verdict == "conflicts"
