"""Four people with one version of a record, at the same moment, each with a connection of their own: one of them wins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.test import Client

from portfolio.models import ApiToken
from projects.models import Entry, Revision
from tests.people import person
from tests.projects.admin.forms import change_url, filled, project
from tests.threads import call_at_once

WRITERS = 4
API_ROUNDS = 50
ADMIN_ROUNDS = 15  # a form takes several times as long as an answer of the API
MILLION = 1_000_000


def race(
    send: Callable[[int, Any, int], int],
    version: Callable[[], Any],
    check: Callable[[int], None],
    *,
    rounds: int,
    won: int,
) -> Counter[int]:
    """Have all writers send with one version at once, so many times; return how often each status was answered.

    `send(writer, version, amount)` answers with a status, `won` is the winner's; `check` is given what the winner wrote.
    """
    seen: Counter[int] = Counter()
    for number in range(rounds):
        present = version()
        amounts = [(number * WRITERS + writer + 1) * MILLION for writer in range(WRITERS)]
        statuses = call_at_once(*(partial(send, writer, present, amounts[writer]) for writer in range(WRITERS)))
        assert statuses.count(won) == 1, statuses
        check(amounts[statuses.index(won)])
        seen.update(statuses)
    return seen


@pytest.fixture
def writers(live_register):
    return [person(f"writer-{number}", "province") for number in range(WRITERS)]


@pytest.fixture
def checked(writers):
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


def test_of_four_changes_by_the_api_with_one_version_exactly_one_wins(writers, checked):
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

    seen = race(send, lambda: clients[0].get(path)["ETag"], checked, rounds=API_ROUNDS, won=200)
    assert seen == {200: API_ROUNDS, 412: API_ROUNDS * (WRITERS - 1)}


def test_of_four_forms_of_the_administration_with_one_version_exactly_one_is_saved(writers, checked, client_of):
    """Who lost is shown the form again, with what is stored now."""
    address = change_url(project("18").entries.get())
    clients = [client_of(user) for user in writers]

    def send(writer: int, form: dict[str, Any], amount: int) -> int:
        typed = form | {"planned_disbursement": f"{amount // MILLION / 100:.2f}"}
        typed["planned_disbursement_reported_by"] = f"Bureau {writer}"
        return clients[writer].post(address, typed).status_code

    seen = race(send, lambda: filled(clients[0].get(address)), checked, rounds=ADMIN_ROUNDS, won=302)
    assert seen == {302: ADMIN_ROUNDS, 409: ADMIN_ROUNDS * (WRITERS - 1)}


def test_four_who_add_the_same_record_at_once_make_one_and_none_fails(writers):
    """What is the only one of its kind is looked up under the lock, so the others are told, each by its field."""
    tokens = [ApiToken.objects.create(user=user, scope="write")[1] for user in writers]
    clients = [Client(headers={"Authorization": f"Token {token}"}) for token in tokens]
    body = {"code": "HN-EI-2024-77", "name_zh": "新项目", "sector": "energy-electronics"}
    answers = call_at_once(
        *(partial(each.post, "/api/v1/projects/", body, content_type="application/json") for each in clients)
    )
    assert sorted(answer.status_code for answer in answers) == [201, 400, 400, 400]
