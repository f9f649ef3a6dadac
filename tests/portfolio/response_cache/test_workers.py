"""Several processes, several writers: whoever reads after a write was acknowledged reads it, whichever process answers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.length import so_many
from tests.serving import environment_of, prepare_once, serving

from .register import FILL, ask, own_database, patch

WORKERS, ROUNDS = 2, so_many(15, 1000)
CODES = ("HN-EI-2023-13", "HN-EI-2023-14")


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[tuple[str, str]]:
    """The address of the API and a token that writes."""
    with own_database(tmp_path_factory.mktemp("workers"), django_db_blocker) as database:
        environment = environment_of(database, PUBLIC_READ="false")
        token = prepare_once("with_a_writer", FILL, environment)
        with serving(environment, workers=WORKERS) as (address, _process):
            yield f"{address}/api/v1", token


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
