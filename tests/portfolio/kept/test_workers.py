"""Several processes, several writers: whoever reads after a write was acknowledged reads it, whichever process answers."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from django.db import connection

from tests.serving import environment_of, prepare, serving

WORKERS, ROUNDS = 2, 40
CODES = ("HN-EI-2023-13", "HN-EI-2023-14")
FILL = """
from tests.people import FIXTURES, person
call_command("loaddata", *FIXTURES, verbosity=0)
from portfolio.models import ApiToken
user = person("province", "province")
print(ApiToken.objects.create(user=user, scope="write", label="test")[1])
"""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """An empty database of its own on the server of the tests."""
    address = os.environ.get("TEST_DATABASE_URL", "")
    if not address.startswith("postgres"):
        yield f"sqlite:///{tmp_path_factory.mktemp('workers') / 'register.sqlite3'}"
        return
    name = f"workers_{os.getpid()}"
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
            cursor.execute(f'CREATE DATABASE "{name}"')
        yield urlsplit(address)._replace(path=f"/{name}").geturl()
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def site(database: str) -> Iterator[tuple[str, str]]:
    """The address of the API and a token that writes."""
    environment = environment_of(database, PUBLIC_READ="false")
    token = prepare(FILL, environment)
    with serving(environment, workers=WORKERS) as (address, _process):
        yield f"{address}/api/v1", token


def ask(address: str, token: str, **headers: str) -> tuple[Any, Any]:
    sent = {"Authorization": f"Token {token}"} | {name.replace("_", "-"): value for name, value in headers.items()}
    with urlopen(Request(address, headers=sent)) as answer:  # noqa: S310  our own server
        return answer.headers, json.load(answer)


def patch(address: str, token: str, version: str, changes: dict[str, Any]) -> None:
    headers = {"Authorization": f"Token {token}", "If-Match": version, "Content-Type": "application/json"}
    body = json.dumps(changes).encode()
    with urlopen(Request(address, data=body, headers=headers, method="PATCH")) as answer:  # noqa: S310  our own server
        assert answer.status == 200


def test_what_was_written_is_read_at_once_through_every_process(site: tuple[str, str]) -> None:
    address, token = site
    failures: list[BaseException] = []

    def work(code: str) -> None:
        try:
            for number in range(ROUNDS):
                headers, _record = ask(f"{address}/projects/{code}/", token)
                amount = 10**9 + number
                patch(
                    f"{address}/projects/{code}/",
                    token,
                    headers["ETag"],
                    {"expected_revenue": amount, "expected_revenue_reported_by": "test"},
                )
                for _again in range(4):  # a connection of its own each, so that either process may answer
                    assert ask(f"{address}/projects/{code}/", token)[1]["expected_revenue"] == amount
                listed = ask(f"{address}/projects/?programme=2023&code={code}", token)[1]["results"]
                assert [each["expected_revenue"] for each in listed] == [amount]
                total = ask(f"{address}/totals/?programme=2023&code={code}&fields=expected_revenue", token)[1]
                assert total["rows"][0]["figures"]["expected_revenue"]["value"] == amount
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=[code]) for code in CODES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    assert failures == []
