"""The API keeps what its own description promises, whoever asks.

schemathesis makes requests from the description, right ones and wrong ones, and judges every answer. The run is short;
`make contract` makes it a long one, as each role, with the paths that lead from one answer to the next request.
"""

from __future__ import annotations

import gc
import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
import schemathesis
from django.conf import settings
from django.core.servers.basehttp import WSGIRequestHandler
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from portfolio.models import ApiToken
from tests.people import CHANGSHA

DATABASE = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
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


CALLERS: dict[str, tuple[str | None, dict[str, Any]]] = {  # who has the token, and what it is bound to
    "nobody": (None, {}),
    "reader": ("changsha_reader", {}),
    "writer": ("changsha_writer", {}),
    "stranger": ("stranger", {}),
    "analyst": ("analyst", {}),
    "province": ("province", {}),
    "administrator": ("administrator", {}),
    "province that only reads": ("province", {"scope": "read"}),
    "province in Changsha": ("province", {"prefectures": [CHANGSHA], "addresses": ["127.0.0.0/8"]}),
}
SHORT = {"sqlite3": "nobody", "postgresql": "writer"}  # by database; a long look takes each caller its time
VERSION = re.compile('"[0-9a-f]{32}"')
KEY = re.compile("[!-~]{1,255}")
STEP = re.compile("(?<=/)(submit|withdraw|return|approve|reopen|retract|adopt|accept|comment|note|refuse|resubmit)/$")


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Send what no client makes up: the version that is stored, and a key that no other call has."""
    headers = case.headers or {}
    if "If-Match" in headers and not VERSION.fullmatch(headers["If-Match"]):  # a link hands on the real one
        headers["If-Match"] = (
            _stored_version(case, STEP.sub("", case.formatted_path), kwargs.get("headers") or {}) or headers["If-Match"]
        )
    if KEY.fullmatch(headers.get("Idempotency-Key", "")):
        headers["Idempotency-Key"] = _own_key(case, headers)


_versions: dict[Any, str | None] = {}  # what this client has read since it last changed anything; it is the only one


def _stored_version(case: Any, path: str, sent: Mapping[str, str]) -> str | None:
    """The ETag of the record, as a client knows it that has read it: made-up ones are only ever refused."""
    root = case.operation.schema.get_base_url().rstrip("/").removesuffix("/api/v1")
    token = {name: value for name, value in sent.items() if name.lower() == "authorization"}
    asked = root + path, *token.values()
    if asked not in _versions:
        _versions[asked] = requests.get(root + path, headers=token, timeout=30).headers.get("ETag")
    return _versions[asked]


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:
    """A change that was made is another version of whatever it was made of."""
    if case.method.upper() not in ("GET", "HEAD") and response.status_code < 400:
        _versions.clear()


def _own_key(case: Any, headers: Mapping[str, str]) -> str:
    """A key that comes again with the same call only: with another one it is refused before anything is looked at."""
    said = repr((case.method, case.formatted_path, case.query, case.body, "If-Match" in headers))
    return (hashlib.sha256(said.encode()).hexdigest() + headers["Idempotency-Key"])[:255]


@dataclass
class Look:
    """What came of the requests that the tool made up."""

    asked: int = 0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.asked} requests, {len(self.wrong)} answers not as described"


def judged(schema: Any) -> Look:
    look = Look()
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            look.wrong.append(f"the tool itself: {event}")
        if isinstance(event, events.ScenarioFinished):
            recorded = event.recorder
            look.asked += len(recorded.cases)
            for case_id, checks in recorded.checks.items():
                look.wrong += [_told(recorded, case_id, check) for check in checks if check.failure_info]
    return look


def _told(recorded: Any, case_id: str, check: Any) -> str:
    """What is wrong with an answer, and how it is asked for again."""
    failed, answer = check.failure_info, recorded.find_response(case_id=case_id)
    body = answer.text[:2000] if answer else ""
    return f"{check.name}: {failed.failure.operation}: {failed.failure}\n{failed.code_sample}\n{body}"


def description(server: Any, token: str, phases: Mapping[str, bool]) -> Any:
    """The server's own, asked for by the server's address."""
    return schemathesis.openapi.from_url(f"{server.url}/api/v1/schema/?lang=en", config=config(token, phases))


def config(token: str, phases: Mapping[str, bool]) -> SchemathesisConfig:
    return SchemathesisConfig.from_dict(
        {
            "headers": {"Accept-Language": "en"} | ({"Authorization": f"Token {token}"} if token else {}),
            "checks": CHECKS,
            "phases": {name: {"enabled": on} for name, on in phases.items()},
            "generation": {"max-examples": EXAMPLES or 2},
            "seed": 2023,
            "cache": {"enabled": False},  # nothing is left in the working directory
        }
    )


@pytest.fixture(autouse=True)
def no_connection_left():
    """The tool never closes its connections, and the server's threads keep theirs to the database as long."""
    _versions.clear()
    yield
    gc.collect()


@pytest.fixture(autouse=True)
def no_waiting_for_acknowledgements(monkeypatch):
    """Django's test server sends head and body apart, and the second would wait 40 ms for the first's ACK."""
    monkeypatch.setattr(WSGIRequestHandler, "disable_nagle_algorithm", True)


def token_of(request: Any, caller: str) -> str:
    who, bounds = CALLERS[caller]
    return ApiToken.objects.create(user=request.getfixturevalue(who), **{"scope": "write"} | bounds)[1] if who else ""


@pytest.mark.parametrize("caller", CALLERS if EXAMPLES else [SHORT[DATABASE]])
def test_answers_are_as_the_description_says(caller, request, capsys, live_register, public_read, live_server):
    token, thorough = token_of(request, caller), bool(EXAMPLES)
    look = judged(description(live_server, token, {"coverage": thorough, "stateful": thorough}))
    with capsys.disabled():
        print(f"\n{caller}: {look}")
    assert not look.wrong, "\n\n".join(look.wrong)
    assert look.asked > 100


EDGES = {  # one body of each form, by whoever may send it
    "writer": ["proposals_create", "reports_submit_many", "problems_create"],
    "province": ["projects_partial_update", "rounds_create", "reports_return_many", "reports_reopen"],
}
EDGES_IN_SHORT = {"sqlite3": "writer", "postgresql": "province"}  # by database


@pytest.mark.parametrize("caller", EDGES if EXAMPLES else [EDGES_IN_SHORT[DATABASE]])
def test_every_edge_of_what_may_be_written_is_as_the_description_says(
    caller, request, live_register, public_read, live_server
):
    phases = {"examples": False, "coverage": True, "fuzzing": False, "stateful": False}
    look = judged(description(live_server, token_of(request, caller), phases).include(operation_id=EDGES[caller]))
    assert not look.wrong, "\n\n".join(look.wrong)
    assert look.asked > 100
