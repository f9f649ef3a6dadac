"""The API keeps what its own description promises, whoever asks.

schemathesis makes requests from the description, right ones and wrong ones, and judges every answer. The run is short;
`make contract` makes it a long one, as each role, with the paths that lead from one answer to the next request.
"""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import requests
import schemathesis
from django.core.servers.basehttp import WSGIRequestHandler
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from portfolio.models import ApiToken

EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "0"))
# A sector of the right form that is not in the register is 400 by rule, which no description can say beforehand; a step
# of a report that does not start in the state it is in is 409.
CHECKS = {
    "positive_data_acceptance": {"expected-statuses": ["2xx", "400", "401", "403", "404", "409", "412", "422", "428"]},
    "negative_data_rejection": {
        "expected-statuses": ["400", "401", "403", "404", "405", "406", "412", "413", "415", "428"]
    },
    "missing_required_header": {"expected-statuses": ["401", "403", "404", "428"]},
}


ROLES = [None, "changsha_reader", "changsha_writer"]
ALL_ROLES = [*ROLES, "stranger", "analyst", "province", "administrator"]  # a long look takes each its time
STEP = re.compile("(submit|withdraw|return|approve|reopen)/$")


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Name the version that is stored, as a client does that has read the record: made-up ones are only ever refused."""
    headers = case.headers or {}
    if "If-Match" not in headers:
        return
    address = case.operation.schema.get_base_url().rstrip("/").removesuffix("/api/v1") + STEP.sub(
        "", case.formatted_path
    )
    token = {name: value for name, value in headers.items() if name == "Authorization"}
    read = requests.get(address, headers=token | dict(kwargs.get("headers") or {}), timeout=30)
    if "ETag" in read.headers:
        headers["If-Match"] = read.headers["ETag"]


def judged(schema: Any) -> tuple[int, list[str]]:
    """How many requests were made, and what was wrong with the answers."""
    asked, wrong = 0, []
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            wrong.append(f"the tool itself: {event}")
        if isinstance(event, events.ScenarioFinished):
            asked += len(event.recorder.cases)
            for checks in event.recorder.checks.values():
                wrong += [f"{check.name}: {check.failure_info.failure}" for check in checks if check.failure_info]
    return asked, wrong


def description(server: Any, token: str, phases: Mapping[str, bool]) -> Any:
    config = SchemathesisConfig.from_dict(
        {
            "headers": {"Accept-Language": "en"} | ({"Authorization": f"Token {token}"} if token else {}),
            "checks": CHECKS,
            "phases": {name: {"enabled": enabled} for name, enabled in phases.items()},
            "generation": {"max-examples": EXAMPLES or 2},
            "seed": 2023,
            "cache": {"enabled": False},  # nothing is left in the working directory
        }
    )
    return schemathesis.openapi.from_url(f"{server.url}/api/v1/schema/?lang=en", config=config)


@pytest.fixture(autouse=True)
def no_connection_left() -> Iterator[None]:
    """The tool never closes its connections, and the server's threads keep theirs to the database as long."""
    yield
    gc.collect()


@pytest.fixture(autouse=True)
def no_waiting_for_acknowledgements(monkeypatch: Any) -> None:
    """Django's test server sends head and body apart, and the second would wait 40 ms for the first's ACK."""
    monkeypatch.setattr(WSGIRequestHandler, "disable_nagle_algorithm", True)


@pytest.mark.parametrize("who", ALL_ROLES if EXAMPLES else ROLES)
def test_answers_are_as_the_description_says(
    who: str | None, request: Any, capsys: Any, live_register: None, public_read: None, live_server: Any
) -> None:
    user = request.getfixturevalue(who) if who else None
    token = ApiToken.objects.create(user=user, scope="write")[1] if user else ""
    thorough = bool(EXAMPLES)
    asked, wrong = judged(description(live_server, token, {"coverage": thorough, "stateful": thorough}))
    with capsys.disabled():
        print(f"\n{asked} requests as {who or 'nobody'}: {len(wrong)} answers are not as described")
    assert wrong == []
    assert asked > 100


EDGES = {  # every body once, by who may send it
    "changsha_writer": [
        "claims_create",
        "proposals_create",
        "reports_create",
        "reports_submit_many",
        "problems_create",
    ],
    "province": [
        "entries_create",
        "projects_partial_update",
        "rounds_create",
        "plans_create",
        "ratings_create",
        "light_rules_partial_update",
        "reports_return_many",
        "reports_reopen",
    ],
}


@pytest.mark.parametrize("who", EDGES)
def test_every_edge_of_what_may_be_written_is_as_the_description_says(
    who: str, request: Any, live_register: None, public_read: None, live_server: Any
) -> None:
    token = ApiToken.objects.create(user=request.getfixturevalue(who), scope="write")[1]
    phases = {"examples": False, "coverage": True, "fuzzing": False, "stateful": False}
    asked, wrong = judged(description(live_server, token, phases).include(operation_id=EDGES[who]))
    assert wrong == []
    assert asked > 100
