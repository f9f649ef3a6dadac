"""Four people with one version of a record, at the same moment, each with a connection of their own: one of them wins."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from portfolio.models import ApiToken
from projects.models import Entry, Revision
from tests.people import person
from tests.projects.admin.forms import change_url, filled, project

WRITERS = 4
API_ROUNDS = 50
ADMIN_ROUNDS = 15  # a form takes several times as long as an answer of the API
MILLION = 1_000_000


class Round:
    """Rounds of writers that start each one together. `send(writer, version, amount)` answers with a status: the
    winner's is `won`."""

    def __init__(
        self, send: Callable[[int, Any, int], int], version: Callable[[], Any], rounds: int, *, won: int
    ) -> None:
        self.send, self.version, self.rounds, self.won = send, version, rounds, won
        self.start, self.end = threading.Barrier(WRITERS + 1), threading.Barrier(WRITERS + 1)
        self.statuses = [0] * WRITERS
        self.present: Any = None
        self.number = 0
        self.failures: list[BaseException] = []

    def amount(self, writer: int) -> int:
        return (self.number * WRITERS + writer + 1) * MILLION

    def write(self, writer: int) -> None:
        try:
            for _round in range(self.rounds):
                self.start.wait(60)
                self.statuses[writer] = self.send(writer, self.present, self.amount(writer))
                self.end.wait(60)
        except BaseException as error:
            self.failures.append(error)
            self.start.abort()
            self.end.abort()
        finally:
            connection.close()

    def run(self, check: Callable[[int], None]) -> Counter[int]:
        """`check(amount)` is given what the winner of each round wrote; returns how often each status was answered."""
        threads = [threading.Thread(target=self.write, args=[writer]) for writer in range(WRITERS)]
        seen: Counter[int] = Counter()
        for thread in threads:
            thread.start()
        try:
            for number in range(self.rounds):
                self.number = number
                self.present = self.version()
                self.start.wait(60)
                self.end.wait(60)
                seen.update(self.statuses)
                winners = [writer for writer, status in enumerate(self.statuses) if status == self.won]
                assert len(winners) == 1, self.statuses
                check(self.amount(winners[0]))
        finally:
            self.start.abort()
            self.end.abort()
            for thread in threads:
                thread.join(60)
        assert not [error for error in self.failures if not isinstance(error, threading.BrokenBarrierError)]
        return seen


@pytest.fixture
def writers(live_register: None) -> list[Any]:
    return [person(f"writer-{number}", "province") for number in range(WRITERS)]


@pytest.fixture
def checked(writers: list[Any]) -> Callable[[int], None]:
    """What a winner wrote is stored, is in the total, and is one revision."""
    entry = project("18").entries.get()
    others = total_of(writers[0]) - entry.planned_disbursement
    known = {"revision": Revision.objects.newest_number()}

    def check(amount: int) -> None:
        assert Entry.objects.get(pk=entry.pk).planned_disbursement == amount
        known["revision"] += 1
        assert Revision.objects.newest_number() == known["revision"]
        if amount // MILLION % 40 < WRITERS:  # a total costs more than all four requests
            assert total_of(writers[0]) == others + amount

    return check


def total_of(user: Any) -> int:
    address = "/api/v1/totals/?programme=2023"
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    [row] = client.get(address).json()["rows"]
    return row["figures"]["planned_disbursement"]["value"]


def test_of_four_changes_by_the_api_with_one_version_exactly_one_wins(
    writers: list[Any], checked: Callable[[int], None]
) -> None:
    path = f"/api/v1/entries/{project('18').entries.get().pk}/"
    tokens = [ApiToken.objects.create(user=user, scope="write")[1] for user in writers]
    clients = [Client(headers={"Authorization": f"Token {token}"}) for token in tokens]

    def send(writer: int, version: str, amount: int) -> int:
        body = {"planned_disbursement": amount, "planned_disbursement_reported_by": f"Bureau {writer}"}
        headers = {"If-Match": version}
        answer = clients[writer].patch(path, body, content_type="application/json", headers=headers)
        if answer.status_code == 412:
            assert answer.json()["current"]["planned_disbursement"] != amount
            assert answer["ETag"] != version
        return answer.status_code

    rounds = Round(send, lambda: clients[0].get(path)["ETag"], API_ROUNDS, won=200)
    assert rounds.run(checked) == {200: API_ROUNDS, 412: API_ROUNDS * (WRITERS - 1)}


def test_of_four_forms_of_the_administration_with_one_version_exactly_one_is_saved(
    writers: list[Any], checked: Callable[[int], None], client_of: Callable[..., Client]
) -> None:
    """Who lost is shown the form again, with what is stored now."""
    address = change_url(project("18").entries.get())
    clients = [client_of(user) for user in writers]

    def send(writer: int, form: dict[str, Any], amount: int) -> int:
        typed = form | {"planned_disbursement": f"{amount // MILLION / 100:.2f}"}
        typed["planned_disbursement_reported_by"] = f"Bureau {writer}"
        return clients[writer].post(address, typed).status_code

    rounds = Round(send, lambda: filled(clients[0].get(address)), ADMIN_ROUNDS, won=302)
    assert rounds.run(checked) == {302: ADMIN_ROUNDS, 409: ADMIN_ROUNDS * (WRITERS - 1)}


def test_four_who_add_the_same_record_at_once_make_one_and_none_fails(writers: list[Any]) -> None:
    """What is the only one of its kind is looked up under the lock, so the others are told, each by its field."""
    tokens = [ApiToken.objects.create(user=user, scope="write")[1] for user in writers]
    clients = [Client(headers={"Authorization": f"Token {token}"}) for token in tokens]
    statuses: list[int] = []
    start = threading.Barrier(WRITERS)
    body = {"code": "HN-EI-2024-77", "name_zh": "新项目", "sector": "energy-electronics"}

    def add(writer: int) -> None:
        try:
            start.wait(60)
            answer = clients[writer].post("/api/v1/projects/", body, content_type="application/json")
            statuses.append(answer.status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=add, args=[writer]) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(statuses) == [201, 400, 400, 400]
