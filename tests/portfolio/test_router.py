"""A replica answers the public alone: whoever may have written reads from the primary."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import router
from django.test import Client

from portfolio.models import ApiToken
from portfolio.router import PublicReplicaRouter
from projects.models import Project

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/api/v1/projects/"


@pytest.fixture
def reads(live_register: None, settings: Any, monkeypatch: Any) -> set[str]:
    """The aliases that were read from; there is one database, which stands for both."""
    aliases, choose = set[str](), PublicReplicaRouter.db_for_read

    def db_for_read(own: Any, model: Any, **hints: Any) -> str:
        aliases.add(choose(own, model, **hints))
        return "default"

    monkeypatch.setattr(PublicReplicaRouter, "db_for_read", db_for_read)
    settings.DATABASE_ROUTERS = ["portfolio.router.PublicReplicaRouter"]
    settings.PUBLIC_READ = True
    return aliases


@pytest.mark.parametrize("path", ["/", "/projects/", LIST, "/api/v1/totals/", f"{LIST}?format=csv"])
@pytest.mark.parametrize("method", ["get", "head"])
def test_the_public_reads_from_the_replica_to_the_end_of_a_file(path: str, method: str, reads: set[str]) -> None:
    answer = getattr(Client(), method)(path)
    assert answer.status_code == 200
    if answer.streaming:
        b"".join(answer.streaming_content)
    answer.close()
    assert reads == {"replica"}


def test_who_signed_in_or_brings_a_token_or_any_cookie_reads_from_the_primary(
    reads: set[str], province: Any, client_of: Any
) -> None:
    token = ApiToken.objects.create(user=province, scope="write", label="test")[1]
    reads.clear()
    for client in (
        client_of(province),
        Client(headers={"Authorization": f"Token {token}"}),
        Client(headers={"Authorization": ""}),
        Client(headers={"Cookie": 'u={"id":1}'}),
        Client(headers={"Cookie": "written=1"}),
    ):
        client.get(LIST)
        assert reads == {"default"}


def test_what_may_write_reads_from_the_primary(reads: set[str]) -> None:
    Client().post("/login/", {"username": "nobody", "password": "nothing"})
    Client().post(LIST, {}, content_type="application/json")
    assert reads == {"default"}


def test_after_a_request_and_outside_of_any_the_primary_is_read(reads: set[str]) -> None:
    Client().get(LIST)
    reads.clear()
    assert Project.objects.exists()
    assert reads == {"default"}


def test_writes_and_migrations_go_to_the_primary(reads: set[str]) -> None:
    assert router.db_for_write(Project) == "default"
    assert [router.allow_migrate(alias, "projects") for alias in ("default", "replica")] == [True, False]
