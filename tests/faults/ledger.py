"""Who writes while everything is killed, and a ledger of what they were told: it is held against what is stored."""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from .callers import Answer, Caller, request


@dataclass
class Page:
    """The writes of one record: amounts that rise, each sent once, in the order of their sending."""

    sent: list[int] = field(default_factory=list)
    acknowledged: list[int] = field(default_factory=list)
    refused: set[int] = field(default_factory=set)  # of which it was said that they were not written


class Ledger:
    """What was sent and what was acknowledged, by code of the project."""

    def __init__(self) -> None:
        self.pages: defaultdict[str, Page] = defaultdict(Page)

    @property
    def acknowledged(self) -> int:
        return sum(len(page.acknowledged) for page in self.pages.values())

    @property
    def unknown(self) -> int:
        """Of these nobody was told whether they were written."""
        return sum(len(page.sent) - len(page.acknowledged) - len(page.refused) for page in self.pages.values())

    def problems(self, present: Mapping[str, int | None], past: Mapping[str, Sequence[int | None]]) -> list[str]:
        """What is wrong with the stored amounts, the present ones and all there ever were; nothing if they are as told."""
        found = []
        for code, page in self.pages.items():
            stored = [amount for amount in past[code] if amount is not None]
            ours = [amount for amount in stored if amount >= FIRST]
            found += [f"{code}: {amount} was acknowledged and is lost" for amount in set(page.acknowledged) - set(ours)]
            found += [f"{code}: {amount} was never sent" for amount in set(ours) - set(page.sent)]
            found += [f"{code}: {amount} was refused and is stored" for amount in page.refused & set(ours)]
            if ours != sorted(set(ours)):
                found.append(f"{code}: amounts are stored twice or out of order")
            if present[code] != (stored[-1] if stored else None):
                found.append(f"{code}: {present[code]} is shown, {stored[-1:]} was stored last")
        return found


FIRST = 100_000_000_000  # CNY, more than any amount of the fixtures


@contextmanager
def writing(
    ledger: Ledger, codes: Sequence[str], port: Callable[[], int], headers: Mapping[str, str]
) -> Iterator[threading.Event]:
    """One writer for each project, until the end of the block or a quarter of an hour. `port` is where the site is now."""
    end, failures = threading.Event(), []

    def work(code: str, page: Page) -> None:
        amount = FIRST
        last = time.monotonic() + 900
        while not end.is_set() and time.monotonic() < last:
            try:
                with Caller(port(), seconds=30) as caller:
                    while not end.is_set():
                        amount += 1
                        _write(caller, code, page, amount, headers)
            except ConnectionError:
                end.wait(0.05)
            except BaseException as error:
                failures.append(error)
                return

    threads = [threading.Thread(target=work, args=[code, ledger.pages[code]]) for code in codes]
    for thread in threads:
        thread.start()
    try:
        yield end
    finally:
        end.set()
        for thread in threads:
            thread.join(60)
    assert failures == []


def _write(caller: Caller, code: str, page: Page, amount: int, headers: Mapping[str, str]) -> None:
    """Read the version, then write with it. Raises ConnectionError where nobody can say what came of it."""
    path = f"/api/v1/projects/{code}/"
    read = _whole(caller.ask(request(path, headers)))
    if read.status == 503:
        time.sleep(0.1)
        return
    assert read.status == 200, read
    changes = {"expected_revenue": amount, "expected_revenue_reported_by": "ledger"}
    sent = {"If-Match": read.headers["etag"], "Content-Type": "application/json"} | dict(headers)
    page.sent.append(amount)
    written = _whole(caller.ask(request(path, sent, method="PATCH", body=json.dumps(changes).encode())))
    if written.status == 200:
        page.acknowledged.append(amount)
    elif written.status in (412, 503):  # one before was written without our knowing; there is too much to do
        page.refused.add(amount)
    else:
        raise AssertionError(written)


def _whole(answer: Answer) -> Answer:
    if not answer.is_whole:
        raise ConnectionError(answer.ended)
    return answer
