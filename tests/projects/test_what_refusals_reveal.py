"""A refusal reveals nothing that its reader may not see: neither a figure, a code nor a name of a hidden project."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Max

from projects.models import Entry, Prefecture, Programme, Project
from projects.versioning.revisions import writing
from sectors.models import Sector
from tests.people import CHANGSHA, ZHUZHOU
from tests.projects.api.conftest import System
from tests.projects.models.reports_made import CHANGSHA_CODE
from tests.projects.test_hidden_keys import system_of

LARGE, NAME, CODE = 33_445_566_777, "金丝雀QXZCANARY", "ZZ-QXZCANARY"
NEW = {"code": "HN-EI-2023-901", "name_zh": "探", "sector": "advanced-computing", "prefecture": CHANGSHA}
TEN_TIMES = {"total_investment": 499 * 10**9, "total_investment_reported_by": "x"}


@pytest.fixture
def canary(plausible: None, zhuzhou_writer: Any) -> Project:
    """A project of Zhuzhou on the list of 2023, larger than any of Changsha."""
    with writing():
        project = Project(
            code=CODE,
            name_zh=NAME,
            sector=Sector.objects.get(code="advanced-computing"),
            prefecture=Prefecture.objects.get(adcode=ZHUZHOU),
            total_investment=LARGE,
        )
        project.save()
        programme = Programme.objects.get(year=2023)
        Entry(project=project, programme=programme, planned_disbursement=LARGE // 4, joined="2023-02-01").save()
    return project


@pytest.fixture
def changsha(changsha_writer: Any) -> System:
    return system_of(changsha_writer)


def rules_in(answer: Any) -> set[str]:
    return {each["code"] for each in answer.data.get("rules", ())}


def test_the_largest_figure_of_others_is_not_said(canary: Project, changsha: System) -> None:
    answer = changsha.post("/projects/", NEW | TEN_TIMES)
    assert f"{LARGE:,}" not in answer.content.decode()
    own = Project.objects.filter(prefecture__adcode=CHANGSHA).aggregate(most=Max("total_investment"))["most"]
    assert (answer.status_code, rules_in(answer)) == (400, {"scale"})
    assert f"{own:,}" in answer.content.decode()


def test_the_name_of_another_s_project_is_not_confirmed(canary: Project, changsha: System) -> None:
    change = {"field": "project.name_zh", "value": NAME}
    proposal = {"project": CHANGSHA_CODE, "changes": [change], "reason": "x", "reported_by": "x"}
    answer = changsha.post("/proposals/", proposal)
    assert CODE not in answer.content.decode()
    assert (answer.status_code, rules_in(answer)) == (201, set())


def test_whoever_may_see_them_is_told_both(canary: Project, province: Any) -> None:
    system = system_of(province)
    assert f"{LARGE:,}" in system.post("/projects/", NEW | TEN_TIMES).content.decode()
    answer = system.patch(f"/projects/{CHANGSHA_CODE}/", {"name_zh": NAME})
    assert rules_in(answer) == {"name"}
    assert CODE in answer.content.decode()
