"""A code is used once in the province: of a record that one may not see, its refusal says no more than any other does."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portfolio.models import ApiToken
from projects.history.revisions import create_revision
from projects.models import Enterprise, Prefecture, Project
from projects.models.base import Record, RecordQuerySet
from tests.people import CHANGSHA, ZHUZHOU
from tests.projects.admin.forms import errors_of, url
from tests.projects.api.conftest import System, assert_problem

OWN, FOREIGN, MALFORMED, FREE = "HN-EI-2023-01", "HN-EI-2023-02", "HN/EI", "HN-EI-2024-77"
SECRET = "株洲秘密企业"
TAKEN = "is taken: another record has it."
NEW = {"name_zh": "长沙先进计算产业园", "sector": "advanced-computing", "prefecture": CHANGSHA}


def system_of(user: Any, **bounds: Any) -> System:
    """A system that asks for a user, with a token that is bound to this."""
    return System(ApiToken.objects.create(user=user, scope="write", **bounds)[1])


@pytest.fixture
def hidden(zhuzhou_writer, changsha_writer):
    """A project and an enterprise of Zhuzhou, which Changsha does not see."""
    with create_revision():
        enterprise = Enterprise(name_zh=SECRET)
        enterprise.save()
        project = Project.objects.get(code=FOREIGN)
        project.prefecture, project.enterprise = Prefecture.objects.get(adcode=ZHUZHOU), enterprise
        project.save()
    assert not Project.objects.visible_to(changsha_writer).filter(code=FOREIGN).exists()
    assert not Enterprise.objects.visible_to(changsha_writer).filter(name_zh=SECRET).exists()


def test_these_are_all_unique_fields_of_records_that_some_do_not_see():
    """Another one needs words of its own for a value that cannot be used, and its place in the tests below."""
    hiding = [model for model in apps.get_models() if issubclass(model, Record) and _hides(model)]
    keys = {(model, field.name) for model in hiding for field in model._meta.fields if field.unique}
    assert keys == {(model, "id") for model in hiding} | {
        (Project, "code"),
        (Project, "national_code"),  # tests/projects/test_national_code.py
        (Enterprise, "name_zh"),
    }


def _hides(model: type[Record]) -> bool:
    own_rule = type(model.objects.all()).visible_to is not RecordQuerySet.visible_to
    return own_rule or model.prefecture_path is not None


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
@pytest.mark.parametrize("code", [FOREIGN, FOREIGN.lower(), " ｈｎ-ei-2023-02 "])
def test_the_api_says_of_a_hidden_code_what_it_says_of_any_that_cannot_be_used(code, lang, hidden, changsha_writer):
    system = system_of(changsha_writer)

    def refusal(code: str) -> Any:
        answer = system.post(f"/projects/?lang={lang}", NEW | {"code": code})
        return assert_problem(answer, 400, "code"), {name: answer[name] for name in ("Content-Type", "Vary")}

    assert refusal(code) == refusal(MALFORMED)
    assert TAKEN not in refusal(code)[0]["detail"]
    taken = {"en": f"“{OWN}” {TAKEN}", "zh-hans": f"“{OWN}”已被另一条记录使用。"}
    assert refusal(OWN)[0]["errors"]["code"] == [taken[lang]]


def test_a_token_that_is_bound_does_not_say_what_its_owner_may_see(hidden, province):
    bound, free = system_of(province, prefectures=[CHANGSHA]), system_of(province)
    assert TAKEN not in assert_problem(bound.post("/projects/", NEW | {"code": FOREIGN}), 400, "code")["detail"]
    assert TAKEN in assert_problem(free.post("/projects/", NEW | {"code": FOREIGN}), 400, "code")["detail"]


def test_the_name_of_a_hidden_enterprise_is_not_told_as_taken(hidden, client_of, changsha_writer):
    browser = client_of(changsha_writer)
    with create_revision():
        Enterprise(name_zh="无项目的企业").save()

    def refusal(name: str) -> list[str]:
        answer = browser.post(f"{url(Enterprise, 'add')}?lang=en&_popup=1", {"name_zh": name, "name_en": ""})
        assert answer.status_code == 200
        return errors_of(answer)["name_zh"]

    assert refusal(SECRET) == ["This value cannot be used here. Choose another one, or ask the province."]
    assert refusal("无项目的企业") == [f"“无项目的企业” {TAKEN}"]


def test_the_two_refusals_take_the_same_work(hidden, changsha_writer):
    system = system_of(changsha_writer)

    def asked(code: str) -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            assert system.post("/projects/", NEW | {"code": code}).status_code == 400
        return [re.sub(r"s\d+_x\d+", "…", query["sql"]).replace(code, "…") for query in captured]

    asked(OWN)  # what is asked once in a while has been asked
    assert asked(FOREIGN) == asked(OWN)
