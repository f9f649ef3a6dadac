"""/api/v1/, /api/v1/schema/ and /api/v1/docs/; docs/api-surface.txt is held by `make check`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import get_resolver
from django.utils.translation import override
from rest_framework.renderers import JSONRenderer

from projects.api.root import description
from projects.api.schema import EXAMPLES
from projects.api.urls import router
from tests.contract.bodies import resolved

from .conftest import assert_problem

LISTS = {
    "ProgrammeRecord": "/programmes/",
    "TargetRecord": "/targets/",
    "DirectionRecord": "/directions/",
    "SectorRecord": "/sectors/",
    "ChainLinkRecord": "/chain-links/",
    "PrefectureRecord": "/prefectures/",
    "EnterpriseRecord": "/enterprises/",
    "ProjectRecord": "/projects/",
    "EntryRecord": "/entries/",
    "ReportRecord": "/reports/",
    "LightRuleRecord": "/light-rules/",
    "MilestoneRecord": "/milestones/",
    "ProblemRecord": "/problems/",
    "ClaimRecord": "/claims/",
}


def test_the_root_leads_to_every_endpoint(public):
    answer = public.get("/").data
    lists = {prefix for prefix, _view, _name in router.registry}
    others = {"imports", "totals", "explain", "comparison", "changes", "figures", "tasks", "schema", "docs"}
    assert set(answer) == lists | others
    for address in answer.values():
        assert public.client.get(address, headers={"Accept": "*/*"}).status_code == 200
    assert_problem(public.get("/", page="1"), 400, "page")


@pytest.mark.no_database  # it is made from the code
def test_the_description_has_no_warnings_and_is_valid():
    call_command("spectacular", "--validate", "--fail-on-warn", "--format=openapi-json", "--lang=en", stdout=StringIO())


def test_the_description_is_served_in_the_readers_language(public):
    english, chinese = public.get("/schema/", lang="en").data, public.get("/schema/", lang="zh-hans").data
    assert english["openapi"] == "3.1.0"
    assert english["paths"].keys() == chinese["paths"].keys()
    assert english["paths"]["/api/v1/projects/"]["get"]["summary"] == "List projects"
    assert chinese["paths"]["/api/v1/projects/"]["get"]["summary"] != "List projects"


@pytest.mark.no_database  # it is made from the code
def test_no_operation_tells_what_is_said_to_who_reads_the_code():
    with override("zh-hans"):
        paths = description("zh-hans")["paths"]
    told = [each.get("description", "") for operations in paths.values() for each in operations.values()]
    assert len(list(filter(None, told))) > 50
    assert [text for text in told if text and not re.search("[\u4e00-\u9fff]", text)] == []


@pytest.mark.no_database  # it is made from the code
def test_every_operation_is_described_in_full(public):
    described = public.get("/schema/").data
    for path, operations in described["paths"].items():
        assert "put" not in operations, path
        for method, operation in operations.items():
            where = f"{method} {path}"
            assert operation["summary"], where
            assert {"400", "default"} <= operation["responses"].keys(), where
            if method != "get":
                assert "409" in operation["responses"], where
                assert {} not in operation.get("security", described["security"]), where
    assert all(parameter["description"] for parameter in described["components"]["parameters"].values())
    assert {"servers", "security"} <= described.keys()
    assert {"contact", "license", "version"} <= described["info"].keys()


@pytest.mark.no_database  # it is made from the code
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_description_stays_small(language):
    """What generated clients are made of: more makes them unreadable."""
    with override(language):
        described = description(language)
    parameters = [each.get("parameters", []) for path in described["paths"].values() for each in path.values()]
    assert max(map(len, parameters)) <= 30
    assert all("$ref" in parameter for each in parameters for parameter in each)
    assert len(described["components"]["parameters"]) <= 150
    assert len(JSONRenderer().render(described)) <= 335_000


@pytest.mark.no_database  # it is made from the code
def test_records_require_their_members_and_mark_what_is_computed():
    schemas = description("en")["components"]["schemas"]
    project, report = schemas["ProjectRecord"], schemas["ReportRecord"]
    assert set(project["required"]) == project["properties"].keys() - {"version"}
    assert set(report["required"]) == report["properties"].keys()
    assert project["properties"]["disbursed"]["readOnly"]
    assert "readOnly" not in project["properties"]["total_investment"]
    lists = [schema for name, schema in schemas.items() if name.startswith("Paginated")]
    assert len(lists) > 15
    assert all(schema["allOf"][0] == {"$ref": "#/components/schemas/Page"} for schema in lists)


def test_every_address_is_described():
    with override("en"):
        described = description("en")["paths"]
    patterns = {str(pattern.pattern) for pattern in get_resolver("projects.api.urls").url_patterns[0].url_patterns}
    assert len(described) == len(patterns) - 2  # schema and docs describe, and are not described


def test_units_are_said_beside_amounts(public):
    described = public.get("/schema/", lang="en").data
    for name, fields in {
        "ProjectRecord": ("total_investment", "expected_revenue", "planned_disbursement", "disbursed"),
        "EntryRecord": ("planned_disbursement", "disbursed_before"),
        "EntryChangeRequest": ("planned_disbursement", "disbursed_before"),
        "ReportRecord": ("disbursed", "year_to_date", "since_start", "forecast"),
        "NewReportChangeRequest": ("disbursed", "quoted_year_to_date", "forecast"),
        "PlanRecord": ("amount", "curve"),
        "PlanChangeRequest": ("amount", "curve"),
        "ClaimRecord": ("amount",),
        "ProjectChangeRequest": ("total_investment", "expected_revenue"),
    }.items():
        members = resolved({"$ref": f"#/components/schemas/{name}"}, described)["properties"]
        for field in fields:
            assert "CNY" in members[field]["description"], (name, field)


@pytest.mark.no_database  # it is made from the code
def test_every_integer_has_64_bits():
    """Generators take an integer without a format for one of 32 bits, which holds no amount above 2.1 billion CNY."""
    formats = [schema.get("format") for schema in integer_schemas(description("en"))]
    assert len(formats) > 200
    assert set(formats) == {"int64"}


def integer_schemas(part: Any) -> Iterator[dict[str, Any]]:
    """Return every schema below `part` whose value is an integer: of members, parameters, headers and items."""
    if isinstance(part, dict):
        if "integer" in (part.get("type") or ()):
            yield part
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from integer_schemas(inner)


@pytest.mark.parametrize("name", LISTS)
def test_the_examples_are_true(public, name):
    """But for numbers that differ from one database to the next, and for the publisher in the reader's language."""
    answers = [without_numbers(each) for each in public.all(LISTS[name], lang="zh-hans")]
    assert without_numbers(EXAMPLES["schemas"][name]) in answers, f"{name} in projects/api/examples.json is not so"


def without_numbers(record: Any) -> Any:
    if isinstance(record, dict):
        left_out = ("id", "url", "version", "entry", "links", "records", "updated_at")
        return {name: without_numbers(value) for name, value in record.items() if name not in left_out}
    return record


def test_the_docs_page_names_no_other_host(public):
    answer = public.client.get("/api/v1/docs/")
    page = answer.content.decode()
    assert answer["Content-Type"].startswith("text/html")
    assert "http://" not in page
    assert "https://" not in page
    assert "<script>" not in page
    assert " style=" not in page
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert_problem(public.get("/docs/", script=""), 400, "script")


@pytest.mark.no_database  # it is made from the code
@pytest.mark.parametrize(("language", "told"), [("en", "Where to begin"), ("zh-hans", "入口")])
def test_every_group_of_operations_has_a_name_and_is_said_in_the_readers_language(language, told):
    with override(language):
        described = description(language)
    operations = [operation for path in described["paths"].values() for operation in path.values()]
    groups = {group["name"]: group["description"] for group in described["tags"]}
    assert all(len(operation["tags"]) == 1 for operation in operations)
    assert {operation["tags"][0] for operation in operations} == groups.keys()
    assert described["paths"]["/api/v1/"]["get"]["tags"] == ["root"]
    assert groups["root"] == told
