"""Other systems as the tests see them: clients with a token, and what they ask."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from portfolio.models import ApiToken
from projects.api.codes import ErrorCode

ROOT = "/api/v1"
STEP = re.compile(r"(/[a-z]+/[0-9]+/)[a-z]+/")  # of one record


def version_in(tag: str) -> str:
    """The version that an ETag begins with."""
    return tag.strip('"').partition("-")[0]


class System:
    """Another system: asks in English, by token if it has one. Answers carry `.data`, the JSON.

    Like every client it reads the version of a record before it changes it, unless it is given one, or `None`.
    """

    def __init__(self, token: str = "") -> None:
        headers = {"Accept-Language": "en"} | ({"Authorization": f"Token {token}"} if token else {})
        self.client = Client(headers=headers, raise_request_exception=True)

    def get(self, path: str, **query: Any) -> Any:
        """Ask an address, of a path or in full; `query` is added to its own query string."""
        address = path if path.startswith("http") else ROOT + path
        joint = "&" if "?" in address else "?"
        return self._with_data(self.client.get(address + joint + urlencode(query) if query else address))

    def version_of(self, path: str) -> str:
        """The ETag of a record by its own path; one of no record where there is nothing to see."""
        return self.client.get(f"{ROOT}{path.partition('?')[0]}").headers.get("ETag", '"nothing was read"')

    def post(self, path: str, body: Any, **headers: str | None) -> Any:
        """Add a record, or take a step with one."""
        step = STEP.fullmatch(path.partition("?")[0])
        return self._write("post", path, body, {"If-Match": self.version_of(step[1])} | headers if step else headers)

    def put(self, path: str, body: Any, **headers: str | None) -> Any:
        return self._write("put", path, body, {"If-Match": self.version_of(path)} | headers)

    def patch(self, path: str, body: Any, **headers: str | None) -> Any:
        return self._write("patch", path, body, {"If-Match": self.version_of(path)} | headers)

    def all(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """Every record of a list, which must fit on the largest page."""
        answer = self.get(path, page_size=500, **query)
        assert answer.status_code == 200, answer.data
        assert answer.data["next"] is None
        return answer.data["results"]

    def _write(self, method: str, path: str, body: Any, headers: Mapping[str, str | None]) -> Any:
        send = getattr(self.client, method)
        said = {name: value for name, value in headers.items() if value is not None}
        return self._with_data(send(ROOT + path, body, content_type="application/json", headers=said))

    @staticmethod
    def _with_data(answer: Any) -> Any:
        answer.data = answer.json() if re.search(r"[/+]json", answer.get("Content-Type", "")) else None
        return answer


@pytest.fixture
def system_of() -> Callable[..., System]:
    """`system_of(user)` asks with a token of the user that may write, `system_of(None)` without one."""

    def system(user: Any, scope: str = "write") -> System:
        if user is None:
            return System()
        return System(ApiToken.objects.create(user=user, scope=scope, last_used=timezone.now())[1])

    return system


@pytest.fixture
def public(register: None, public_read: None) -> System:
    """Somebody unknown, where the public may read."""
    return System()


def assert_problem(answer: Any, status: int, *fields: str) -> dict[str, Any]:
    """The answer is a problem with this status, about exactly these fields; returns it, with its messages by place."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert {"type", "title", "status", "code", "detail", "instance"} <= set(answer.data)
    assert {error["code"] for error in answer.data.get("errors", ())} | {answer.data["code"]} <= {*ErrorCode.values}
    assert answer.data["status"] == status
    told = answer.data | {"errors": messages_by_place(answer.data)}
    if fields:
        assert set(told["errors"]) == set(fields)
    return told


def messages_by_place(problem: Mapping[str, Any]) -> dict[str, list[str]]:
    """The messages of a problem by parameter or by place in the body, as in `records.3.sector`; `record` for all of it."""
    messages: dict[str, list[str]] = {}
    for error in problem.get("errors", ()):
        place = error.get("parameter") or error.get("pointer", "").strip("/").replace("/", ".") or "record"
        messages.setdefault(place, []).append(error["message"])
    return messages
