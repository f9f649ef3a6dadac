"""OpenAPI links: what can be asked next, from an answer to the operations on the same record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

_GOOD = ("200", "201")
_VERSION = {"If-Match": "$response.header.ETag"}


def linked(result: dict[str, Any]) -> None:
    """Add to each answer that is one record what can be done with it next, and to lists how their first is read."""
    shared: dict[str, Any] = {}
    named: set[str] = set()
    for collection, operations in _by_collection(result["paths"]).items():
        on_one = [operation for path, _method, operation in operations if path.startswith(f"{collection}{{")]
        if not on_one:
            continue
        key = next(each["name"] for each in on_one[0]["parameters"] if each["in"] == "path")
        for operation in on_one:
            shared[operation["operationId"]] = _link(operation, f"$response.body#/{key}")
        for path, method, operation in operations:
            for response in _good_responses(operation):
                if "ETag" in response.get("headers", {}):
                    response["links"] = _references(on_one, without=operation)
                    named |= set(response["links"])
                elif path in (collection, f"{collection}many/"):
                    inside = "results" if method == "get" else "records"
                    first = _link(on_one[0], f"$response.body#/{inside}/0/{key}")
                    response["links"] = {f"{on_one[0]['operationId']}_first": first}
    result["components"]["links"] = {name: shared[name] for name in sorted(named)}


def _by_collection(paths: Mapping[str, Any]) -> Mapping[str, list[tuple[str, str, dict[str, Any]]]]:
    """Path, method and operation of all that belongs to a list of records, by the path of the list."""
    found: dict[str, list[tuple[str, str, dict[str, Any]]]] = defaultdict(list)
    for path, methods in paths.items():
        collection = "/".join(path.split("/")[:4]) + "/"  # /api/v1/reports/
        found[collection] += [(path, method, operation) for method, operation in methods.items()]
    return found


def _good_responses(operation: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from (response for status, response in operation["responses"].items() if status in _GOOD)


def _link(operation: Mapping[str, Any], key: str) -> dict[str, Any]:
    parameters = {each["name"]: key for each in operation["parameters"] if each["in"] == "path"}
    link = {"operationId": operation["operationId"], "parameters": parameters}
    if any(each["name"] == "If-Match" for each in operation["parameters"]):
        link["parameters"] = parameters | _VERSION
        link["description"] = _("Of the version that was answered.")
    return link


def _references(operations: list[dict[str, Any]], *, without: dict[str, Any]) -> dict[str, Any]:
    names = [operation["operationId"] for operation in operations if operation is not without]
    return {name: {"$ref": f"#/components/links/{name}"} for name in sorted(names)}
