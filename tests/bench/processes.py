"""What one, two and four processes of the product answer in a second, as far as this machine has the cores for them."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from itertools import cycle

from .load import Connection
from .servers import CORES, as_served, running

COUNTS = (1, 2, 4)
SECONDS = 4.0


def compare(environment: Mapping[str, str], asked: Mapping[str, Sequence[str]], headers: Mapping[str, str]) -> None:
    """Print answers a second of each kind of question; the processes have a core each, and those that ask the last one."""
    for processes in COUNTS:
        if len(CORES) < processes + 1:
            print(
                f"  {processes} processes need {processes + 1} cores with what asks them; this machine has {len(CORES)}"
            )
            continue
        with running("product", as_served(processes), environment, cores=processes) as server:
            for name, paths in asked.items():
                rate = _rate(server.port, paths, headers, connections=4 * processes)
                print(f"  {processes} processes  {name:28} {rate:9,.0f} a second", flush=True)


def _rate(port: int, paths: Sequence[str], headers: Mapping[str, str], connections: int) -> float:
    """Of as many connections at once; the addresses are asked in turn, each once if there are enough of them."""
    upcoming, counts = cycle(paths), [0] * connections
    begun = time.perf_counter()

    def work(number: int) -> None:
        connection = Connection(port)
        while time.perf_counter() < begun + SECONDS:
            status = connection.ask(next(upcoming), headers).status
            assert status == 200, status
            counts[number] += 1
        connection.close()

    threads = [threading.Thread(target=work, args=[number]) for number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - begun)
