"""A refusal reveals nothing that its reader may not see: neither a figure, a code nor a name of a hidden project."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.db.models import Max

from projects.models import Entry, Prefecture, Programme, Project
from projects.models.fields import AmountField
from projects.versioning.revisions import writing
from sectors.models import Sector
from tests.markup import world
from tests.people import CHANGSHA, ZHUZHOU
from tests.projects.api.conftest import System
from tests.projects.attempts import (
    Answer,
    ApiAttempts,
    command_attempts,
    form_attempts,
    hidden_address_attempts,
)
from tests.projects.hidden_project import UNMARKED, HiddenProject, hide, is_text
from tests.projects.models.reports_made import CHANGSHA_CODE
from tests.projects.test_hidden_keys import system_of
from tests.projects.workflows.proposals_made import OWN

LARGE, NAME, CODE = 33_445_566_777, "金丝雀QXZCANARY", "ZZ-QXZCANARY"
NEW = {"code": "HN-EI-2023-901", "name_zh": "探", "sector": "advanced-computing", "prefecture": CHANGSHA}
TEN_TIMES = {"total_investment": 499 * 10**9, "total_investment_reported_by": "x"}


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """What is refused is logged, hundreds of times."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


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


@pytest.fixture
def hidden(plausible: None, zhuzhou_writer: Any, province: Any) -> HiddenProject:
    return hide(zhuzhou_writer, province)


def test_each_text_and_amount_of_the_hidden_project_is_recognised(hidden: HiddenProject) -> None:
    for model, records in hidden.records.items():
        for record in records:
            record.refresh_from_db()
            for field in model._meta.concrete_fields:
                value = getattr(record, field.attname)
                place = (str(model._meta.model_name), field.name)
                if is_text(field) and hasattr(model, "history") and place not in UNMARKED:
                    assert hidden.revealed(f" {value} "), place
                if isinstance(field, AmountField):
                    assert hidden.revealed(f" {value:,} "), (place, value)


def refuse_what_is_revealed(hidden: HiddenProject, answers: Iterable[Answer]) -> list[Answer]:
    """Raise `AssertionError` where an answer says something of the hidden project that was not typed."""
    found = list(answers)
    revealed = {each.what: said for each in found if (said := hidden.revealed(each.text, typed=each.typed))}
    assert revealed == {}
    assert [each.what for each in found if each.status >= 500] == []
    return found


@pytest.fixture
def among_all(
    plausible: None,
    province: Any,
    changsha_writer: Any,
    changsha_reader: Any,
    administrator: Any,
    zhuzhou_writer: Any,
) -> HiddenProject:
    """The hidden project beside records of every kind of Changsha."""
    world.fill(province, changsha_writer, administrator)
    return hide(zhuzhou_writer, province)


def test_no_form_reveals_it(among_all: HiddenProject, changsha_writer: Any, client_of: Any) -> None:
    answers = refuse_what_is_revealed(among_all, form_attempts(client_of(changsha_writer), changsha_writer, among_all))
    assert len({each.what for each in answers}) > 100


def test_no_address_of_a_hidden_record_reveals_it(
    among_all: HiddenProject, changsha_writer: Any, client_of: Any
) -> None:
    answers = refuse_what_is_revealed(among_all, hidden_address_attempts(client_of(changsha_writer), among_all))
    assert len({each.what for each in answers}) > 50


def test_no_operation_of_the_api_reveals_it(among_all: HiddenProject, changsha_writer: Any) -> None:
    entry = Entry.objects.get(project__code=OWN, programme__year=2023)
    own = {"project": OWN, "prefecture": CHANGSHA, "entry": entry.pk}
    answers = refuse_what_is_revealed(among_all, ApiAttempts(system_of(changsha_writer), among_all, own).answers())
    assert {200, 201, 400, 403, 404} <= {each.status for each in answers}


def test_no_command_that_is_run_for_a_user_reveals_it(among_all: HiddenProject, changsha_writer: Any) -> None:
    answers = refuse_what_is_revealed(among_all, command_attempts(changsha_writer, among_all))
    assert {each.what for each in answers} == {"manage.py create_token", "manage.py create_webhook"}
