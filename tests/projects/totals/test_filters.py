"""Filters of projects one by one, and the orders of a list; any combination is in test_totals_of_any_register."""

from itertools import pairwise

import pytest

from projects.models import Enterprise, Project
from projects.totals.filters import ORDERINGS

from ..asking import scope_of


def codes(user, **asked):
    return [project.code.removeprefix("HN-EI-2023-") for project in scope_of(user, asked).projects()]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"prefecture": ["none", "430200"]}, ["02", "07", "08", "39"]),
        ({"counted_in": ["total_investment", "expected_revenue"], "basis": "published"}, ["09", "11"]),
        ({"start_max": "2021-Q2"}, ["26", "31"]),
        ({"start_min": "2021-09-16", "start_max": "2021-09"}, ["01", "09"]),
        ({"code": " hn-ei-2023-01 "}, ["01"]),
        ({"search": "CRRC zhuzhou"}, ["02"]),
        ({"search": "长沙 蓝思"}, ["12"]),
        ({"search": "%"}, []),
        ({"search": "_"}, []),
    ],
    ids=str,
)
def test_a_filter_finds_its_projects(analyst, asked, expected):
    assert codes(analyst, **asked) == expected


def test_an_enterprise_is_asked_for_by_its_key(analyst):
    owner = Enterprise.objects.get(name_zh="湖南德赛电池有限公司")
    assert codes(analyst, enterprise=owner.pk) == ["11"]
    assert len(codes(analyst, enterprise="none")) == 35


@pytest.mark.parametrize("name", sorted(ORDERINGS))
@pytest.mark.parametrize("sign", ["", "-"])
def test_every_order_is_whole_sorted_and_the_same_each_time(analyst, name, sign):
    column = ORDERINGS[name]
    if name == "finish":
        finishing()
    listed = list(scope_of(analyst, {"ordering": sign + name}).projects())
    assert len({project.code for project in listed}) == 42
    values = [_value(project, column) for project in listed]
    known = [value for value in values if value is not None]
    assert values == known + [None] * (len(values) - len(known))  # what is not known comes last
    assert len(known) > 10
    if name not in ("name", "basis", "kind"):  # texts: each database has its own collation
        assert known == sorted(known, reverse=bool(sign))
    for one, following in pairwise(listed):
        assert _value(one, column) != _value(following, column) or name == "code" or one.code < following.code


def finishing():
    """The register of 2023 knows no finish: give some projects one."""
    for number, project in enumerate(Project.objects.filter(start__isnull=False)[:12]):
        project.finished = f"20{26 + number % 5}"
        project.save()


def _value(project, column):
    for part in column.split("__"):
        project = getattr(project, part, None)
    return project


def test_several_orders_follow_each_other(analyst):
    listed = codes(analyst, ordering="-kind,total_investment")
    assert listed[:2] == ["31", "25"]  # plants from the smallest; parks come after them
    assert listed[-5:] == ["19", "18", "01", "06", "07"]


def test_nothing_of_others_is_found_by_any_filter(changsha_reader):
    of_zhuzhou = Project.objects.get(code="HN-EI-2023-02")
    assert of_zhuzhou.code not in [f"HN-EI-2023-{code}" for code in codes(changsha_reader)]
    for asked in (
        {"code": of_zhuzhou.code},
        {"search": "株洲"},
        {"search": "CRRC"},
        {"prefecture": "none"},
        {"total_investment_min": "5292860000", "total_investment_max": "5292860000"},
    ):
        assert codes(changsha_reader, **asked) == []


SAMPLES = {
    "search": "hn-ei 2023",
    "direction": "strengthen",
    "enterprise": "none",
    "source_province": "44",
    "listed": "start",
    "having": "disbursed",
    "light": "red",
    "gaps_in": "disbursed",
    "ordering": "-disbursed,name",
    "disbursed_max": "900000000",
    "finish_min": "2023-06",
}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_members_are_the_projects_of_the_question(analyst, name):
    scope = scope_of(analyst, {name: SAMPLES[name]})
    assert {each.pk for each in scope.members()} == {each.pk for each in scope.projects()}
