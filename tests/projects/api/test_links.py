"""The links in the description: what an answer says is enough to ask what it leads to."""

from __future__ import annotations

from functools import reduce
from typing import Any

import pytest
from django.utils.translation import override

from projects.api.root import description
from projects.models import Project

pytestmark = pytest.mark.no_database

PROJECT = {"code": "HN-EI-2024-01", "name_zh": "长沙二期", "sector": "advanced-computing", "prefecture": "430100"}


@pytest.fixture
def described() -> dict[str, Any]:
    with override("en"):
        return description("en")


def operations(described: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Each operation by its name, with its path."""
    return {
        operation["operationId"]: operation | {"path": path}
        for path, methods in described["paths"].items()
        for operation in methods.values()
    }


def links(described: dict[str, Any], name: str, status: str = "200") -> dict[str, dict[str, Any]]:
    """The links of the answer of an operation, by name."""
    said = operations(described)[name]["responses"].get(status, {}).get("links", {})
    shared = described["components"]["links"]
    return {
        link: shared[value["$ref"].rpartition("/")[2]] if "$ref" in value else value for link, value in said.items()
    }


def value(expression: str, answer: Any) -> Any:
    """What a runtime expression says of an answer."""
    place, _, pointer = expression.removeprefix("$response.").partition("#/")
    if place != "body":
        return answer[place.removeprefix("header.")]
    return reduce(lambda part, key: part[int(key) if isinstance(part, list) else key], pointer.split("/"), answer.data)


def test_every_link_names_an_operation_and_its_parameters(described: dict[str, Any]) -> None:
    known = operations(described)
    followed = [link for name in known for status in ("200", "201") for link in links(described, name, status).values()]
    assert len(followed) > 200
    for link in followed:
        parameters = {each["name"] for each in known[link["operationId"]]["parameters"] if each.get("required")}
        assert set(link["parameters"]) == parameters


def test_a_new_project_leads_to_reading_and_changing_it(
    described: dict[str, Any], system_of: Any, province: Any
) -> None:
    system = system_of(province)
    added = system.post("/projects/", PROJECT)
    after = links(described, "projects_create", "201")
    assert set(after) == {"projects_retrieve", "projects_partial_update"}
    said = {name: value(each, added) for name, each in after["projects_partial_update"]["parameters"].items()}
    path = operations(described)["projects_partial_update"]["path"].removeprefix("/api/v1").format_map(said)
    changed = system.patch(path, {"name_en": "Second phase"}, **{"If-Match": said["If-Match"]})
    assert changed.status_code == 200
    assert Project.objects.get(code=PROJECT["code"]).name_en == "Second phase"


def test_a_list_leads_to_its_first_record(described: dict[str, Any], system_of: Any, province: Any) -> None:
    system = system_of(province)
    listed = system.get("/projects/")
    [link] = links(described, "projects_list").values()
    code = value(link["parameters"]["code"], listed)
    assert system.get(f"/projects/{code}/").data["code"] == code == listed.data["results"][0]["code"]


def test_a_report_leads_to_its_steps_and_not_to_itself(described: dict[str, Any]) -> None:
    after = links(described, "reports_submit")
    assert {"reports_retrieve", "reports_approve", "reports_return", "reports_withdraw", "reports_events"} <= set(after)
    assert "reports_submit" not in after


def test_what_is_no_record_leads_nowhere(described: dict[str, Any]) -> None:
    assert links(described, "totals_retrieve") == links(described, "reports_events") == {}
