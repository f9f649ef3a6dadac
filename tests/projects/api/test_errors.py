"""Every error is a problem in the reader's language, wherever it comes from."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.core.exceptions import SuspiciousOperation
from django.db import IntegrityError
from django.db.models import ProtectedError

from projects.api.codes import ErrorCode
from tests.description import get_parameters, read_description

from .conftest import ROOT, System, assert_problem, messages_by_place

OWN = "/projects/HN-EI-2023-01/"


@pytest.mark.parametrize("path", ["/nothing/", "/projects/x/y/", "/entries/abc/", "/entries/-1/", "/programmes/20x/"])
def test_an_address_that_is_none_is_a_problem(public, path):
    problem = assert_problem(public.get(path), 404)
    assert problem["instance"] == ROOT + path
    assert_problem(public.post(path, {}), 404)


def test_whatever_list_takes_a_year_refuses_what_is_none(public):
    """Each of the lists that the description names."""
    described = read_description()
    paths = [
        path
        for path, asked in described["paths"].items()
        if "get" in asked and "{" not in path and _takes_a_year(described, asked["get"])
    ]
    assert {"/api/v1/milestones/", "/api/v1/problems/", "/api/v1/totals/"} <= {*paths}
    for path in paths:
        for value in ("abc", "1.0", "9" * 30, "2021\x00"):
            figure = {"figure": "disbursed"} if path == "/api/v1/explain/" else {}
            assert_problem(public.get(path.removeprefix("/api/v1"), programme=value, **figure), 400, "programme")


def _takes_a_year(described: dict[str, Any], operation: dict[str, Any]) -> bool:
    return "programme" in {each["name"] for each in get_parameters(described, operation)}


@pytest.mark.parametrize("path", ["/projects/", "/totals/"])
def test_one_month_and_january_to_a_month_are_not_asked_together(public, path):
    assert_problem(public.get(path, programme=2023, month="2023-03", through="2023-06"), 400, "through")
    both = {"project_month": "2023-03", "project_through": "2023-06"}
    assert_problem(public.get("/reports/", project_programme=2023, **both), 400, "projects")


@pytest.mark.parametrize("text", ["%ff", "%ED%A0%80"])
def test_a_query_that_is_not_utf_8_is_refused_at_its_parameter(public, province, text):
    public.client.force_login(province)
    for path, name in (("/projects/", "search"), ("/totals/", "search"), ("/projects/HN-EI-2023-13/", "fields")):
        answer = System._with_data(public.client.get(ROOT + path, QUERY_STRING=f"{name}={text}"))
        assert assert_problem(answer, 400, name)["errors"][name] == ["This is no text in UTF-8."]
    page = public.client.get("/projects/", QUERY_STRING=f"lang=en&search={text}")
    assert page.status_code == 400
    assert "This is no text in UTF-8." in page.content.decode()


def test_a_missing_slash_is_mended_for_reading_and_named_for_writing(public):
    answer = public.client.get("/api/v1/projects?page=2")
    assert (answer.status_code, answer["Location"]) == (301, "/api/v1/projects/?page=2")
    problem = assert_problem(public.post("/projects", {}), 404)
    assert "/api/v1/projects/" in problem["detail"]
    assert_problem(public.get("/nothing"), 404)


@pytest.mark.parametrize("method", ["delete", "put", "trace"])
def test_other_methods_are_refused_whoever_asks(public, method):
    for path in ("/", "/projects/", OWN, "/totals/"):
        answer = System._with_data(public.client.generic(method.upper(), ROOT + path))
        assert_problem(answer, 405)
        assert "GET" in answer["Allow"]


def test_only_json_is_answered_and_read(public, system_of, province):
    answer = public.client.get(f"{ROOT}/projects/", headers={"Accept": "text/csv"})
    assert_problem(System._with_data(answer), 406)
    for accept in ("*/*", "text/html,*/*;q=0.8", "text/html, application/problem+json;q=0.5", ""):
        assert public.client.get(f"{ROOT}/projects/", headers={"Accept": accept}).status_code == 200
    sent = system_of(province).client.patch(ROOT + OWN, "name_en=x", content_type="application/x-www-form-urlencoded")
    assert_problem(System._with_data(sent), 415)


@pytest.mark.parametrize(("coding", "status"), [("gzip", 415), ("identity", 428)])
def test_a_body_in_a_coding_is_not_taken_as_if_it_were_in_none(province, system_of, coding, status):
    """Whatever it holds: what is no version is asked for once the body is read."""
    sent = system_of(province).client.patch(
        ROOT + OWN, '{"name_en": "x"}', content_type="application/json", headers={"Content-Encoding": coding}
    )
    assert_problem(System._with_data(sent), status)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"name_en": "\xff"}',
        b'{"name_en": NaN}',
        b'{"name_en": "a", "name_en": "b"}',
        b"[" * 100_000,
        b'{"total_investment": ' + b"9" * 5000 + b"}",
        b'{"name_en": "\\ud800"}',
        b'{"sector": "\\u0000"}',
    ],
)
def test_a_body_that_is_no_record_is_refused(system_of, province, body):
    version = {"If-Match": system_of(province).version_of(OWN)}
    answer = system_of(province).client.patch(ROOT + OWN, body, content_type="application/json", headers=version)
    assert_problem(System._with_data(answer), 400)


def test_a_body_of_more_than_a_mebibyte_is_refused(system_of, province):
    assert_problem(system_of(province).patch(OWN, {"note_en": "x" * 2**20}), 413)
    assert_problem(system_of(province).patch(OWN, {"note_en": "x" * (2**20 - 100)}), 400, "note_en")
    assert system_of(province).patch(OWN, {"note_en": "x" * 2_000}).status_code == 200


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (IntegrityError("UNIQUE constraint failed"), 409),
        (ProtectedError("in use", set()), 409),
        (SuspiciousOperation("strange"), 400),
    ],
)
def test_what_goes_wrong_below_is_said_in_general_words(system_of, province, monkeypatch, error, status):
    def fails(*_args: Any, **_kwargs: Any) -> None:
        raise error

    monkeypatch.setattr("projects.models.Project.save", fails)
    problem = assert_problem(system_of(province).patch(OWN, {"name_en": "x"}), status)
    assert str(error) not in json.dumps(problem)


def test_what_django_itself_refuses_is_a_problem_too(public):
    for answer in (
        public.get(f"/projects/?{'search=a&' * 1200}"),
        System._with_data(public.client.get(f"{ROOT}/projects/", headers={"Host": "elsewhere.example"})),
    ):
        answer.data.setdefault("instance", "")  # of such a request nothing is said back
        assert_problem(answer, 400)


def test_no_shared_cache_keeps_an_answer(public):
    for answer in (public.get("/projects/"), public.get("/projects/", x="1")):
        assert "private" in answer["Cache-Control"]
        varies = {name.strip() for name in answer["Vary"].split(",")}
        assert {"Accept", "Accept-Language", "Authorization", "Cookie"} <= varies


def test_a_member_of_another_type_is_refused_in_our_words(system_of, province, changsha_writer):
    for path, part in (
        ("/projects/many/", {"records": {}}),
        ("/plans/", {"entry": 24, "amount": 1, "decided_on": "2023-07-01", "curve": "x"}),
        ("/proposals/", {"project": "HN-EI-2023-24", "reason": "x", "changes": [7]}),
    ):
        system = system_of(changsha_writer if path == "/proposals/" else province)
        english, chinese = (system.post(f"{path}?lang={lang}", part) for lang in ("en", "zh-hans"))
        english, chinese = messages_by_place(english.data), messages_by_place(chinese.data)
        assert english.keys() == chinese.keys()
        assert re.search("Give a (list|JSON object)", str(english)), english
        assert not re.search("[a-z]{4}", str([*chinese.values()])), chinese


NEW = {"code": "HN-EI-2024-01", "name_zh": "新项目", "sector": "new-display", "prefecture": "430100"}
WRONG = [  # body and what is wrong with it, by place
    ({"code": "HN-EI-2023-01"}, {"/code": "taken"}),
    ({"name_zh": "x" * 300, "nmae_en": "x"}, {"/name_zh": "too_long", "/nmae_en": "unknown_field"}),
    ({"total_investment": -1, "kind": 5}, {"/total_investment": "too_small", "/kind": "wrong_type"}),
    ({"sector": "ships", "code": "HN/1"}, {"/sector": "unknown_value", "/code": "unusable"}),
    ({"name_zh": None, "name_en": 7}, {"/name_zh": "required", "/name_en": "wrong_type"}),
    ({"source": {"url": "https://a.cn", "published": "2023-13"}}, {"/source/published": "invalid"}),
    ({"basis": "published"}, {"/source": "needs_source"}),
    ({"planned_disbursement": 5}, {"/planned_disbursement": "unknown_field"}),
]


@pytest.mark.parametrize(("part", "codes"), WRONG)
def test_all_that_is_wrong_with_a_body_is_said_at_its_place_with_a_code(system_of, province, part, codes):
    answer = system_of(province).post("/projects/", NEW | part)
    assert_problem(answer, 400)
    assert {error["pointer"]: error["code"] for error in answer.data["errors"]} == codes
    assert answer.data["type"].endswith(f"/docs/#{answer.data['code']}")


def test_what_was_probably_meant_is_said(system_of, province):
    body = NEW | {"nmae_zh": "x", "planned_disbursement": 5}
    told = assert_problem(system_of(province).post("/projects/", body), 400, "nmae_zh", "planned_disbursement")[
        "errors"
    ]
    assert told["nmae_zh"][0].endswith("Did you mean “name_zh”?")
    assert told["planned_disbursement"][0].endswith("It is written at entries/.")
    assert "Did you mean “sector”?" in system_of(province).get("/projects/", sectr="x").data["detail"]


def test_a_report_says_by_its_code_why_it_is_not_taken(system_of, changsha_writer, register):
    system = system_of(changsha_writer)
    june = {"project": "HN-EI-2023-25", "month": "2023-06", "disbursed": 1}
    assert system.post("/reports/", june).data["code"] == "taken"
    assert system.post("/reports/", june | {"month": "2023-09"}).data["code"] == "not_open"
    assert system.post("/reports/", june | {"month": "2024-09"}).data["code"] == "not_on_list"
    assert system.patch("/projects/HN-EI-2023-01/", {"total_investment": 5}).data["code"] == "needs_proposal"


@pytest.mark.parametrize(("asked", "language"), [("", "en"), ("*", "en"), ("fr", "en"), ("fr, zh;q=0.5", "zh-hans")])
def test_answers_are_in_english_unless_chinese_is_asked_for(public, asked, language):
    answer = public.client.get(f"{ROOT}/projects/?kind=x", headers={"Accept-Language": asked})
    assert answer["Content-Language"] == language


def test_codes_are_few_and_the_documentation_has_each(public):
    page = public.client.get(f"{ROOT}/docs/").content.decode()
    assert len(ErrorCode) <= 40
    assert [code for code in ErrorCode.values if f'id="{code}"' not in page] == []


def test_a_body_behind_a_byte_order_mark_is_read(system_of, province):
    system = system_of(province)
    body, headers = b'\xef\xbb\xbf{"note_en": "x"}', {"If-Match": system.version_of(OWN)}
    assert system.client.patch(ROOT + OWN, body, content_type="application/json", headers=headers).status_code == 200
