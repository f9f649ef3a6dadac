"""However many different things are asked, a process holds little more than the answers that it may keep."""

from __future__ import annotations

import json
import random
import string
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from portfolio import server
from tests.length import so_many
from tests.pages import PATHS

from .callers import Caller, request
from .conftest import IN_FRONT, Served, Site

pytestmark = IN_FRONT

KEPT_MB = so_many(2, 64)
MOST_MB = KEPT_MB + 40
REQUESTS = so_many(600, 100_000)
MIXED = so_many(0, 600)  # seconds afterwards, in which others read pages and files and write
OF_THE_CONTROL = so_many(60, 600)
SAID_EVERY = 5_000  # requests: who has to interrupt it knows how far it held
FIELDS = ["code", "name_zh", "sector", "prefecture", "kind", "basis", "total_investment", "start"]
CALLERS = so_many(2, 4)  # so that the site always has one to answer, however late the others are read


def _request(chance: random.Random, site: Site) -> bytes:
    """Anything within the limits that was not asked before: another address, other cookies, another head."""
    number = chance.randrange(10**9)
    text = "".join(chance.choices(string.ascii_lowercase, k=chance.choice([10, 200, 3000])))
    path = chance.choice(
        [
            f"/api/v1/projects/?page_size=5&total_investment_min={number}",
            f"/api/v1/projects/?page_size=20&total_investment_max={number}",
            f"/api/v1/projects/?fields={','.join(chance.sample(FIELDS, 6))}&page_size=5",  # another statement each time
            f"/api/v1/totals/?programme=2023&by=sector&total_investment_min={number}",
            f"/api/v1/projects/?{text}={number}",
            f"/api/v1/projects/{text[:40]}{number}/",
            "/api/v1/sectors/?fields=code",
            f"/projects/?total_investment_min={number}" if number % 10 == 0 else "/sectors/",
            f"/api/v1/projects/?format=csv&fields=code&total_investment_min={number}",
        ]
    )
    headers = chance.choice([{}, site.by_token, site.by_session, {"Authorization": f"Token {text[:64]:x<64}"}])
    headers |= chance.choice(
        [
            {},
            {"Accept-Language": f"en;q=0.{number % 10},{text}"},
            {"Accept": f"application/json, text/{text}"},
            {"X-Forwarded-For": text},
        ]
    )
    if "Cookie" not in headers and number % 3 == 0:
        headers |= {"Cookie": f"{text[:20]}={text}; csrftoken={text[:10]:y<32}"}
    return request(path, headers)


def _mixed(chance: random.Random, site: Site) -> bytes:
    """What people and systems ask all day: any page, lists and files, the past, why a number is so; and some write."""
    number = chance.randrange(10**9)
    if number % 10 == 0:
        note = {"project": "HN-EI-2023-13", "programme": 2023, "month": "2023-06", "text": f"number {number}"}
        headers = site.by_token | {"Content-Type": "application/json"}
        return request("/api/v1/notes/", headers, method="POST", body=json.dumps(note).encode())
    path = chance.choice(
        [
            *PATHS,
            *(f"/projects/?format={form}&sector=new-display" for form in ("csv", "xlsx")),
            *(f"/api/v1/{name}/" for name in ("projects", "totals", "changes", "reports", "explain")),
            f"/api/v1/totals/?as_of={number % 20 + 1}",
            f"/projects/?total_investment_min={number}",
            "/admin/projects/project/",
        ]
    )
    return request(path, chance.choice([{}, site.by_session, site.by_token]))


def _asked(served: Served, site: Site, seed: int, requests: int, *, mixed: float = 0) -> float:
    """MiB that the worker holds for itself more than when it was fresh, at the most, while it is asked so many things
    and then mixed ones for so many seconds.
    """
    [worker] = served.workers
    chances = [random.Random(f"{seed} {number}") for number in range(CALLERS)]  # noqa: S311  to be had again
    statuses: Counter[int] = Counter()
    failures: list[BaseException] = []

    def work(chance: random.Random, number: int, seconds: float = 0) -> None:
        try:
            with Caller(served.port, seconds=30) as caller:
                for _turn in range(number):
                    ask(caller, _request(chance, site))
                end = time.monotonic() + seconds
                while time.monotonic() < end:
                    ask(caller, _mixed(chance, site))
        except BaseException as error:
            failures.append(error)

    def ask(caller: Caller, question: bytes) -> None:
        """Again where it was too much at once: so many are to be taken."""
        while (answer := caller.ask(question)).status == 503:
            time.sleep(0.2)
        assert answer.is_whole, answer
        statuses[answer.status] += 1

    work(random.Random(seed), 30)  # noqa: S311  what every process imports at its first answers
    before, most, said = _held(worker), 0.0, 0
    threads = [threading.Thread(target=work, args=[chance, requests // CALLERS, mixed]) for chance in chances]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        most = max(most, _held(worker) - before)
        if statuses.total() >= said + SAID_EVERY:
            said = statuses.total()
            print(f"{said} requests: at most {most:.1f} MiB more", flush=True)
        time.sleep(0.5)
    if failures:
        raise failures[0]
    most = max(most, _held(worker) - before)
    print(f"{dict(statuses)}: {before:.0f} MiB, then at most {most:.1f} more")
    assert max(statuses) < 500
    return most


def _held(worker: object) -> float:
    return float(worker.memory_full_info().uss) / 2**20  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def held(site: Site, seed: int) -> Iterator[list[Future[float]]]:
    """MiB that the site held, and one that forgets nothing: both are asked at the same time."""
    command = server.command("tests.faults.leaking:application", host="127.0.0.1", port=0, workers=1)
    kept, leaked = str(KEPT_MB), str(so_many(1_500_000, 150_000))
    with (
        site.served(KEPT_ANSWERS_MB=kept) as served,
        site.served(KEPT_ANSWERS_MB=kept, LEAKED=leaked, command=command) as leaking,
        ThreadPoolExecutor(2) as pool,
    ):
        yield [
            pool.submit(_asked, served, site, seed, REQUESTS, mixed=MIXED),
            pool.submit(_asked, leaking, site, seed, OF_THE_CONTROL),
        ]


def test_a_worker_holds_what_it_may_keep_and_little_more(held: list[Future[float]]) -> None:
    assert held[0].result() < MOST_MB


def test_a_worker_that_forgets_nothing_is_found_out(held: list[Future[float]]) -> None:
    """The control."""
    assert held[1].result() >= 42
