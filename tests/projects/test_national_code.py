"""The code that the national platform gave a project: in one spelling, of one project, through every door."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, models, transaction

from projects.history.revisions import create_revision
from projects.models import Prefecture, Project
from projects.models.fields import NATIONAL_CODE_REFUSED
from tests.people import ZHUZHOU
from tests.projects.admin.forms import change_url, errors_of, filled
from tests.projects.api.conftest import assert_problem
from tests.projects.test_hidden_keys import system_of

OWN, OTHER = "HN-EI-2023-01", "HN-EI-2023-02"
NATIONAL, OLD = "2304-430100-04-01-123456", "2017-430100-39-03-000007"
SPELLINGS = [NATIONAL, f" {NATIONAL}\n", "２３０４－４３０１００－０４－０１－１２３４５６", "2304–430100‐04−01—123456"]
NO_CODES = ["2304", "2304-430100-04-01-12345", f"{NATIONAL}7", "230443010004 01123456", "ABCD-430100-04-01-123456"]
ADDRESS = f"/projects/{OWN}/"


@pytest.fixture
def coded(register):
    return set_national(OWN, NATIONAL)


def set_national(code: str, national: str, **more: Any) -> Project:
    project = Project.objects.get(code=code)
    for name, value in {"national_code": national, **more}.items():
        setattr(project, name, value)
    with create_revision():
        project.save()
    return project


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_it_is_stored_and_found_in_one_spelling(register, spelling):
    project = set_national(OWN, spelling)
    assert Project.objects.get(national_code=spelling) == project
    assert Project.history.filter(id=project.pk).latest("revision_id").national_code == NATIONAL


def test_that_many_have_none_is_no_contradiction(register):
    for code in (OWN, OTHER):
        assert set_national(code, " ").national_code is None


@pytest.mark.parametrize("text", NO_CODES)
def test_what_has_another_form_is_refused_here_and_in_the_database(register, text):
    with pytest.raises(ValidationError) as refused:
        set_national(OWN, text)
    assert refused.value.message_dict["national_code"][0] == str(NATIONAL_CODE_REFUSED)
    with (
        pytest.raises(DatabaseError, match=r"project_national_code_is_in_normal_form|too long"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE projects_project SET national_code = %s WHERE code = %s", [text, OWN])


def test_it_is_that_of_one_project(coded):
    with pytest.raises(ValidationError) as refused:
        set_national(OTHER, NATIONAL)
    assert list(refused.value.message_dict) == ["national_code"]
    with pytest.raises(IntegrityError), transaction.atomic():
        models.QuerySet(Project).filter(code=OTHER).update(national_code=NATIONAL)


def test_it_is_written_read_and_taken_away_by_the_api(register, province):
    system = system_of(province)
    assert system.get(ADDRESS).data["national_code"] is None
    assert system.patch(ADDRESS, {"national_code": SPELLINGS[2]}).data["national_code"] == NATIONAL
    assert [each["code"] for each in system.get("/projects/?search=430100-04-01").data["results"]] == [OWN]
    assert system.patch(ADDRESS, {"national_code": ""}).data["national_code"] is None
    assert_problem(system.patch(ADDRESS, {"national_code": "2304-43"}), 400, "national_code")


@pytest.mark.permission
def test_of_a_hidden_project_it_is_refused_in_the_words_of_any_that_cannot_be_used(
    register, client_of, changsha_writer, zhuzhou_writer
):
    set_national(OTHER, OLD, prefecture=Prefecture.objects.get(adcode=ZHUZHOU))
    system = system_of(changsha_writer)
    browser, record = client_of(changsha_writer), Project.objects.get(code=OWN)

    def refusals(national: str) -> list[Any]:
        form = filled(browser.get(change_url(record), {"lang": "en"}), national_code=national)
        return [
            assert_problem(system.patch(ADDRESS, {"national_code": national}), 400, "national_code"),
            errors_of(browser.post(change_url(record), form)),
        ]

    assert refusals(OLD) == refusals("2304-43")


@pytest.mark.parametrize(
    ("code", "part"),
    [
        (NATIONAL, ""),
        ("2017-430100-39-03-000007", ""),  # of the first years, by the year alone
        ("2304-000000-00-00-000000", ""),
        ("2313-430100-04-01-123456", "2313"),  # no month
        ("2304-990100-04-01-123456", "990100"),  # nowhere
    ],
)
def test_a_date_to_come_and_a_region_that_is_none_are_doubted_and_never_refused(plausible, province, code, part):
    system = system_of(province)
    answer = system.patch(ADDRESS, {"national_code": code})
    if part:
        assert_problem(answer, 400)
        [error] = answer.data["errors"]
        assert (error["rule"], f"“{part}”" in error["message"]) == ("national-code", True)
        answer = system.patch(ADDRESS, {"national_code": code, "confirm": ["national-code"], "reason": "赋码如此"})
    assert (answer.status_code, answer.data["national_code"]) == (200, code)
