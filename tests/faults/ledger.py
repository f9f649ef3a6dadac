"""Who writes while everything is killed, and a ledger of what they were told: it is held against what is stored."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from .callers import Answer, Caller, request

FIRST = 100_000_000_000  # CNY, more than any amount of the fixtures


@dataclass
class Page:
    """The writes of one record: amounts that rise, each sent once."""

    sent: list[int] = field(default_factory=list)
    acknowledged: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)  # of which it was said that they were not written

    def problems(self, present: int, past: Sequence[int]) -> list[str]:
        """Return what is wrong with the stored amounts, the present one and all there ever were."""
        stored = [amount for amount in past if amount >= FIRST]
        found = [f"{amount} was acknowledged and is lost" for amount in set(self.acknowledged) - set(stored)]
        found += [f"{amount} was never sent" for amount in set(stored) - set(self.sent)]
        found += [f"{amount} was refused and is stored" for amount in set(self.refused) & set(stored)]
        found += [] if stored == sorted(set(stored)) else ["amounts are stored twice or out of order"]
        return found + ([] if present == past[-1] else [f"{present} is shown, {past[-1]} was stored last"])


@contextmanager
def writing(pages: Mapping[str, Page], port: Callable[[], int], token: str) -> Iterator[None]:
    """One writer for each project, until the end of the block or an hour. `port` is where the site is now."""
    over, failures = threading.Event(), []

    def work(code: str, page: Page) -> None:
        amount, last = FIRST, time.monotonic() + 3600
        while not over.is_set() and time.monotonic() < last:
            try:
                with Caller(port(), seconds=30) as caller:
                    while not over.is_set():
                        amount += 1
                        _write(caller, f"/api/v1/projects/{code}/", page, amount, token)
            except ConnectionError:
                over.wait(0.1)
            except BaseException as error:
                failures.append(error)
                return

    threads = [threading.Thread(target=work, args=pair) for pair in pages.items()]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join(60)
    assert failures == []


def _write(caller: Caller, path: str, page: Page, amount: int, token: str) -> None:
    """Read the version, then write with it. Raises ConnectionError where nobody can say what came of it."""
    headers = {"Authorization": f"Token {token}", "Content-Type": "application/json"}
    read = _whole(caller.ask(request(path, headers)))
    assert read.status == 200, read
    changes = {"expected_revenue": amount, "expected_revenue_reported_by": "ledger"}
    page.sent.append(amount)
    sent = headers | {"If-Match": read.headers["etag"]}
    written = _whole(caller.ask(request(path, sent, method="PATCH", body=json.dumps(changes).encode())))
    assert written.status in (200, 412, 503), written
    (page.acknowledged if written.status == 200 else page.refused).append(amount)


def _whole(answer: Answer) -> Answer:
    if not answer.is_whole:
        raise ConnectionError(answer.ended)
    return answer
