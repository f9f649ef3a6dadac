"""A register of its own for servers of their own, read and written over HTTP."""

from __future__ import annotations

import json
from typing import Any
from urllib.request import Request, urlopen

from tests.serving import own_database  # noqa: F401  for the tests of this package

FILL = """
from tests.people import person
from portfolio.models import ApiToken
user = person("province", "province")
print(ApiToken.objects.create(user=user, scope="write", label="test")[1])
"""


def ask(address: str, token: str, **headers: str) -> tuple[Any, Any]:
    sent = {"Authorization": f"Token {token}"} | {name.replace("_", "-"): value for name, value in headers.items()}
    with urlopen(Request(address, headers=sent)) as answer:  # noqa: S310  our own server
        return answer.headers, json.load(answer)


def patch(address: str, token: str, version: str, changes: dict[str, Any]) -> None:
    headers = {"Authorization": f"Token {token}", "If-Match": version, "Content-Type": "application/json"}
    body = json.dumps(changes).encode()
    with urlopen(Request(address, data=body, headers=headers, method="PATCH")) as answer:  # noqa: S310  our own server
        assert answer.status == 200
