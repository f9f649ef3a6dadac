"""A refusal reveals nothing that its reader may not see: neither a figure, a code nor a name of a hidden project."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils.translation import override

from projects.history.revisions import create_revision
from projects.models import Entry, Prefecture, Programme, Project
from projects.models.base import RecordQuerySet
from sectors.models import Sector
from tests.people import CHANGSHA, ZHUZHOU
from tests.projects.admin.forms import change_url, filled
from tests.projects.admin.test_projects import new_project
from tests.projects.api.conftest import System
from tests.projects.models.reports_made import CHANGSHA_CODE
from tests.projects.test_hidden_keys import system_of
from tests.projects.test_what_strangers_learn import OF_EACH, apart
from tests.projects.workbook_imports.sent import REGISTER, sent
from tests.projects.workflows.proposals_made import OTHER_OWN, OWN
from tests.source_files import sources

# keys and versions, which are others each time; no amount is so short
KEY = re.compile(rb"\b[0-9a-f]{32,64}\b|(?<![0-9])(?<![0-9][.,])[0-9]{1,6}(?![0-9]|[.,][0-9])")
LARGEST = 39_162_000_001  # CNY, of the hidden project: more than twice what Changsha's largest has
MOST = 499 * 10**9  # CNY, ten times what any other has
NEW = {"code": "HN-EI-2023-901", "name_zh": "探测项目", "sector": "advanced-computing", "prefecture": CHANGSHA}
TEN_TIMES = {"total_investment": MOST, "total_investment_reported_by": "x"}


@pytest.fixture(autouse=True)
def quiet():
    """What is refused is logged, hundreds of times."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def hide() -> Project:
    """A project of Zhuzhou on the list of 2023, larger than any of Changsha, which does not see it."""
    project = Project(
        code="HN-EI-2023-900",
        name_zh="株洲隐名功率器件项目",
        sector=Sector.objects.get(code="advanced-computing"),
        prefecture=Prefecture.objects.get(adcode=ZHUZHOU),
        total_investment=LARGEST,
        expected_revenue=LARGEST,
    )
    with create_revision():
        project.save()
        Entry(project=project, programme=Programme.objects.get(year=2023), planned_disbursement=10**9).save()
    return project


@pytest.fixture
def hidden(plausible):
    return hide()


def rules_in(answer: Any) -> set[str]:
    return {each["rule"] for each in answer.data.get("errors", ()) if "rule" in each}


def test_whoever_may_see_them_is_told_both(hidden, province):
    system = system_of(province)
    assert f"{LARGEST:,}" in system.post("/projects/", NEW | TEN_TIMES).content.decode()
    answer = system.patch(f"/projects/{CHANGSHA_CODE}/", {"name_zh": hidden.name_zh})
    assert rules_in(answer) == {"name"}
    assert hidden.code in answer.content.decode()


def doubted_at(browser: Client, system: System, user: Any, name: str) -> Iterator[tuple[str, Any]]:
    """What each interface answers to the name of another project, and to a figure ten times as large as any."""
    body = NEW | TEN_TIMES | {"name_zh": name}
    yield "API, new", system.post("/projects/", body)
    yield "API, many", system.post("/projects/many/", {"records": [body]})
    change = {"field": "project.name_zh", "value": name}
    said = {"project": OTHER_OWN, "changes": [change], "reason": "缺料", "reported_by": "x"}
    yield "API, proposed", system.post("/proposals/", said)
    more = Project.objects.get(code=OTHER_OWN).total_investment * 2
    moving = said | {"changes": [{"field": "project.total_investment", "value": more}]}
    yield "its effects on totals", browser.get(f"/proposals/{system.post('/proposals/', moving).data['id']}/?lang=en")
    yield "API, changed", system.patch(f"/projects/{CHANGSHA_CODE}/", {"name_zh": name})
    page = browser.get(f"/projects/{OWN}/propose/?lang=en")
    with override("en"):
        fields = {each.name: str(each.value()) for each in page.context["form"] if each.value() is not None}
    typed = fields | {"version": page.context["version"], "project.name_zh": name, "reason": "缺料", "reported_by": "x"}
    yield "page, proposed", browser.post(f"/projects/{OWN}/propose/?lang=en", typed)
    amount = {"total_investment": "499", "total_investment_reported_by": "x"}
    new = new_project(name_zh=name, prefecture=Prefecture.objects.get(adcode=CHANGSHA).pk, **amount)
    yield "administration, new", browser.post("/admin/projects/project/add/?lang=en", new)
    own = Project.objects.get(code=CHANGSHA_CODE)
    yield (
        "administration, changed",
        browser.post(f"{change_url(own)}?lang=en", filled(browser.get(f"{change_url(own)}?lang=en"), name_zh=name)),
    )
    rows = [REGISTER, [None, name, MOST // 10_000, MOST // 10_000, "能源电子"], [CHANGSHA_CODE, name, None, None, None]]
    address = f"/api/v1/imports/{sent(user, rows).pk}/"
    yield "workbook", browser.get(f"{address}cells/?lang=en")
    yield "what it moves", browser.get(f"{address}?lang=en")


@pytest.fixture
def told_apart(plausible, changsha_writer, client_of):
    """`told_apart()` says which interfaces answer in another way once there is the hidden project, and where."""
    system = system_of(changsha_writer)

    def answers(name: str) -> dict[str, tuple[int, bytes]]:
        found = {}
        with transaction.atomic():
            for what, response in doubted_at(client_of(changsha_writer), system, changsha_writer, name):
                found[what] = response.status_code, KEY.sub(b"#", OF_EACH.sub(rb"\1", response.content))
            transaction.set_rollback(True)
        return found

    def differing() -> dict[str, str]:
        with transaction.atomic():
            name = hide().name_zh
            transaction.set_rollback(True)
        without = answers(name)
        assert any(b"times or more of the largest" in body for _status, body in without.values())
        assert hide().name_zh == name
        return {what: apart(without[what], said) for what, said in answers(name).items() if said != without[what]}

    return differing


def test_each_interface_doubts_the_same_whatever_others_have(told_apart):
    assert told_apart() == {}


def test_what_asks_the_whole_register_is_seen_at_each_interface(told_apart, monkeypatch):
    """The control: as it was before a check began with what the writer may see."""
    monkeypatch.setattr(RecordQuerySet, "visible_to_actor", RecordQuerySet.regardless_of_permission)
    # all but the two that show effects on totals and the form of an illustrative project, whose name is proposed
    assert len(told_apart()) == 7


def test_checks_and_look_ups_begin_with_what_the_writer_may_see():
    """Or say by their name that they do not: a query of all records would be seen only by whoever guesses what it tells."""
    read_by_all = {
        "ChainLink",
        "Overruling",
        "PlausibilityRule",
        "PlausibilityTally",
        "Prefecture",
        "Sector",
        "Source",
    }
    queries = re.compile(r"\b([A-Z]\w+)\.objects\.(?!visible_to\(|visible_to_actor\(|regardless_of_permission\()")
    found = {
        f"{path.name}: {model}"
        for path in sources("projects/plausibility", "projects/imports")
        for model in queries.findall(path.read_text("utf-8"))
        if model not in read_by_all and path.name != "chronicle.py"  # which writes the revisions of a load
    }
    assert found == set()
