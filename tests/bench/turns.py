"""Asks several servers the same by turns, so that a minute in which a shared machine is slow weighs on all of them alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import psutil

from .load import Answer, Connection, Measure, cpu_of, measured
from .servers import Server

TURNS, SECONDS, CONNECTIONS = 5, 0.5, 8
WRITES, SECONDS_OF_WRITES = 60, 4.0  # of a turn, whichever is over first
WARM = 20  # writes until a server has planned what it asks

Write = Callable[[int], Callable[[Answer], bool]]


@dataclass(frozen=True)
class Question:
    """How a server is asked for a piece of work; `write` changes the data before it and says how the answer shows that."""

    server: Server
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    write: Write | None = None
    reads: int = 1  # after the write, of which the last is measured


class Bench:
    """Measures of a turn each, by work and server. `besides` are processes that work for any of the servers."""

    def __init__(self, besides: list[psutil.Process]) -> None:
        self.besides = besides
        self.found: dict[str, dict[str, list[Measure]]] = {}
        self._written = 0

    def ask(self, work: str, *questions: Question) -> None:
        """Ask each in its turn: the rate over several connections and the times over one; or the first after each write."""
        for question in questions:
            if question.write is None:
                Connection(question.server.port).ask(question.path, question.headers)
            else:
                self._after_writes(question, WARM)
        turns = self.found[work] = {question.server.name: [] for question in questions}
        for _turn in range(TURNS):
            for question in questions:
                asked = self._asked(question) if question.write is None else self._after_writes(question, WRITES)
                turns[question.server.name].append(asked)
        for server, measures in turns.items():
            whole, rates = _together(measures), [measure.rate for measure in measures]
            print(
                f"  {server:10} {work:28} {whole.rate:9,.0f} a CPU-second ({min(rates):,.0f} to {max(rates):,.0f})"
                f"   p50 {whole.p50:8.3f} ms   p99 {whole.p99:8.3f} ms",
                flush=True,
            )

    def _asked(self, question: Question) -> Measure:
        crowd, alone = (
            measured(
                question.server.port,
                question.path,
                question.headers,
                seconds=SECONDS,
                connections=connections,
                status=question.status,
                processes=[question.server.process, *self.besides],
            )
            for connections in (CONNECTIONS, 1)
        )
        return Measure(crowd.requests, crowd.cpu, alone.times)

    def _after_writes(self, question: Question, writes: int) -> Measure:
        connection, times, cpu = Connection(question.server.port), [], 0.0
        processes = [question.server.process, *self.besides]
        end = time.monotonic() + SECONDS_OF_WRITES
        while len(times) < writes and (not times or time.monotonic() < end):
            self._written += 1
            assert question.write is not None
            shows = question.write(self._written)
            for _earlier in range(1, question.reads):
                connection.ask(question.path, question.headers)
            before = cpu_of(processes)
            answer = connection.ask(question.path, question.headers)
            cpu += cpu_of(processes) - before
            times.append(answer.whole)
            if not shows(answer):
                raise AssertionError(f"{question.server.name}: {question.path} lacks what was written before it")
        connection.close()
        return Measure(len(times), cpu, times)

    def ratios(self, own: str) -> None:
        """How many times more one server answers than the others: of all turns together, and the range of them."""
        for work, turns in self.found.items():
            for other, theirs in turns.items():
                if other == own or own not in turns:
                    continue
                pairs = [(_together(turns[own]), _together(theirs)), *zip(turns[own], theirs, strict=True)]
                by_cpu = _told([ours.rate / each.rate for ours, each in pairs])
                by_time = _told([each.p50 / ours.p50 for ours, each in pairs])
                print(f"  {work:28} {by_cpu} times {other} by CPU, {by_time} by p50")


def _together(measures: Sequence[Measure]) -> Measure:
    """Of several turns: CPU is told in hundredths of a second, which is coarse for one."""
    times = [each for measure in measures for each in measure.times]
    return Measure(sum(each.requests for each in measures), sum(each.cpu for each in measures), times)


def _told(ratios: Sequence[float]) -> str:
    whole, *turns = ratios
    return f"{whole:7.1f} ({min(turns):.1f} to {max(turns):.1f})"
