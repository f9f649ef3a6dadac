"""A client in Go, whose integers have the width that the description says, compiles and reads every amount."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from portfolio.models import ApiToken

from .go_client import build_reader

pytestmark = [pytest.mark.no_database, pytest.mark.go]

CODE = "HN-EI-2023-01"


def test_a_client_in_go_reads_a_list_a_record_and_totals_writes_an_amount_and_meets_errors(
    described, tmp_path, live_register, province, live_server
):
    compiled = build_reader(described, tmp_path)
    assert compiled.returncode == 0, compiled.stdout + compiled.stderr
    token = ApiToken.objects.create(user=province, scope="write")[1]
    paths = {
        "list": "/api/v1/projects/?page_size=100",
        "record": f"/api/v1/projects/{CODE}/",
        "totals": "/api/v1/totals/?programme=2023&by=prefecture",
    }
    headers = {"Authorization": f"Token {token}", "Accept-Language": "en"}
    expected = {
        name: requests.get(live_server.url + path, headers=headers, timeout=60).json() for name, path in paths.items()
    }
    amounts = [record["total_investment"] or 0 for record in expected["list"]["results"]]
    assert len(amounts) == 42
    assert max(amounts) > 2**31
    command = [str(tmp_path / "reader"), live_server.url, token, CODE]
    read = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert read.returncode == 0, read.stderr
    answers = json.loads(read.stdout)
    for name, answer in expected.items():
        # Go prints 44.0 as 44, so that its answer has more integers
        assert dict(integers(answer)).items() <= dict(integers(answers[name])).items(), name
    amount = expected["record"]["total_investment"] + 1
    assert answers["changed"]["total_investment"] == amount
    assert answers["conflict"]["status"] == 412
    assert answers["conflict"]["current"]["total_investment"] == amount
    assert answers["refused"]["status"] == 400
    assert [error["parameter"] for error in answers["refused"]["errors"]] == ["sector"]


def integers(part: Any, place: str = "") -> Iterator[tuple[str, int]]:
    """Return every integer of an answer with its place, such as `/results/0/total_investment`."""
    if isinstance(part, int) and not isinstance(part, bool):
        yield place, part
    inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for name, value in inner:
        yield from integers(value, f"{place}/{name}")
