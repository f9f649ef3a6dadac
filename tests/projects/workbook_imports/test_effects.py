"""Effects of an import: the headline figures that the preview says are those that plain SQL counts when it is written."""

from __future__ import annotations

from django.db import connection

from projects.models import MonthlyReport, Project
from projects.totals.scope import Scope
from projects.totals.totals import breakdowns
from projects.workbook_imports import confirm
from projects.workflows import reporting

from .sent import CODE, JULY, REGISTER, WHY, sent, worked, written

_SUMS = """
SELECT count(*), sum(p.total_investment), count(p.total_investment), sum(e.planned_disbursement),
    count(e.planned_disbursement),    sum(p.expected_revenue), count(p.expected_revenue),
    count(CASE WHEN p.transferred = 'yes' THEN 1 END), count(CASE WHEN p.transferred <> 'unknown' THEN 1 END)
FROM projects_entry e JOIN projects_project p ON p.id = e.project_id JOIN projects_programme y ON y.id = e.programme_id
WHERE y.year = 2023
"""
_DISBURSED = """
SELECT sum(r.disbursed) FROM projects_monthlyreport r JOIN projects_entry e ON e.id = r.entry_id
JOIN projects_programme y ON y.id = e.programme_id WHERE y.year = 2023 AND r.state = 'approved'
"""


def counted():
    with connection.cursor() as cursor:
        cursor.execute(_SUMS)
        [number, investment, of_them, plan, plans, revenue, revenues, transferred, known] = cursor.fetchone()
        cursor.execute(_DISBURSED)
        [disbursed] = cursor.fetchone()
    return {
        "project_count": (number, number),
        "total_investment": (investment, of_them),
        "planned_disbursement": (plan, plans),
        "expected_revenue": (revenue, revenues),
        "transferred_count": (transferred, known),
        "disbursed": disbursed,
    }


def get_texts(imported, when):
    found = {each["figure"]: (each[when], each[f"known_{when}"]) for each in imported.effects}
    return {name: found[name] if name != "disbursed" else found[name][0] for name in counted()}


def test_what_the_province_writes(province):
    heads = [*REGISTER, "达产年收入（亿元）", "是否外省转移"]
    unknown = Project.objects.filter(total_investment=None, entries__programme__year=2023).first()
    rows = [
        [CODE, None, 5000, 1, None, None, "是"],
        [unknown.code, None, 7, None, None, 3, "否"],
        [None, "新项目", 9, 8, "能源电子", None, None],
        [None, "又一个", None, None, "能源电子", 2, "√"],
    ]
    imported = sent(province, [heads, *rows])
    assert get_texts(imported, "before") == counted()
    imported = worked(confirm(imported, user=province, reason=WHY))
    assert (imported.state, imported.words) == ("done", "")
    assert get_texts(imported, "after") == counted() != get_texts(imported, "before")
    assert all(each["later"] == each["after"] for each in imported.effects)


def test_who_leaves_the_list_or_joins_after_its_year_is_counted_as_the_totals_do(province):
    heads = [*REGISTER, "调入时间", "调出时间"]
    rows = [[CODE, None, 5000, 1, None, None, "2023-05-31"], [None, "新项目", 9, 8, "能源电子", "2024-02-01", None]]
    imported = sent(province, [heads, *rows])
    number = {each["figure"]: each for each in imported.effects}["project_count"]
    assert (number["before"], number["after"], number["of_after"]) == (42, 41, 41)
    imported = worked(confirm(imported, user=province, reason=WHY))
    assert (imported.state, imported.words) == ("done", "")
    scope = Scope(user=province, programme=imported.programme, first_month=1, last_month=12)
    whole = breakdowns(scope, None, compared=False)[None].total_row.figures
    told = {each["figure"]: (each["after"], each["known_after"], each["of_after"]) for each in imported.effects}
    for name in ("project_count", "total_investment", "planned_disbursement", "transferred_count", "disbursed"):
        assert told[name] == (whole[name].value, whole[name].known, whole[name].of)


def test_what_a_bureau_proposes_moves_nothing_before_it_is_accepted(changsha_writer):
    own = Project.objects.filter(prefecture__adcode="430100", basis="illustrative").order_by("code").first()
    imported = sent(changsha_writer, [REGISTER, [own.code, None, 5000, None, None]])
    moved = {each["figure"]: each for each in imported.effects}["total_investment"]
    assert moved["before"] == moved["after"]
    assert moved["later"] - moved["before"] == 50_000_000 - own.total_investment


def test_a_draft_moves_nothing_before_it_is_approved(changsha_writer, province):
    own = Project.objects.filter(prefecture__adcode="430100", basis="illustrative").order_by("code").first()
    before = counted()
    imported = written(changsha_writer, [JULY, [own.code, 75, "无"]], kind="reports")
    moved = {each["figure"]: each for each in imported.effects}["disbursed"]
    assert (moved["before"] == moved["after"], counted() == before) == (True, True)
    assert (moved["later"] or 0) - (moved["before"] or 0) == 750_000
    assert reporting.may(changsha_writer, "submit", MonthlyReport.objects.get(entry__project=own, month=7))
