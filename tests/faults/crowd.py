"""Honest ones, many at once, and how long they wait: by turns as fast as they are answered, or at a rate of their own."""

from __future__ import annotations

import itertools
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from .callers import Answer, Caller, asked, request

_numbers = itertools.count(1)  # of questions that nobody has asked before


@dataclass(frozen=True)
class Question:
    """What somebody asks; `path` may hold a number, by which nobody has asked it before."""

    name: str
    path: str
    headers: Mapping[str, str]

    def once(self) -> bytes:
        return request(self.path.format(next(_numbers)), self.headers)


class Waits:
    """Seconds that each answer took, by the name of its question."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, list[float]] = defaultdict(list)

    def p95(self, name: str) -> float:
        return percentile(self.seconds[name], 95)

    def add(self, others: Waits) -> None:
        for name, seconds in others.seconds.items():
            self.seconds[name] += seconds


def percentile(values: Sequence[float], which: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * which // 100)]


def by_turns(port: int, questions: Sequence[Question], *, seconds: float, callers: int = 2) -> Waits:
    """Ask each question in turn over a few connections for so long. Every answer must be a good one."""
    waits, failures = Waits(), []

    def work(begin: int) -> None:
        try:
            with Caller(port) as caller:
                for question in itertools.islice(itertools.cycle(questions), begin, None):
                    if time.monotonic() > end:
                        return
                    answer = caller.ask(question.once())
                    assert (answer.status, answer.is_whole) == (200, True), (question.name, answer.status, answer.ended)
                    waits.seconds[question.name].append(answer.seconds)
        except BaseException as error:
            failures.append(error)

    end = time.monotonic() + seconds
    threads = [threading.Thread(target=work, args=[number]) for number in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds + 60)
    if failures:
        raise failures[0]
    return waits


@contextmanager
def asking_whether_it_lives(
    port: int, paths: Sequence[str], *, every: float = 0.1, most: float = 10
) -> Iterator[list[Answer]]:
    """Over a connection of its own each time, as supervisors do, to the end of the block."""
    answers: list[Answer] = []
    end = threading.Event()

    def work() -> None:
        for path in itertools.cycle(paths):
            if end.is_set():
                return
            begun = time.perf_counter()
            try:
                answer = asked(port, request(path), seconds=most)
            except OSError:
                answer = Answer(0, {}, b"", "refused", time.perf_counter() - begun)
            answers.append(answer)
            end.wait(every)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield answers
    finally:
        end.set()
        thread.join(30)


def alternating(
    port: int,
    questions: Sequence[Question],
    meanwhile: Callable[[], AbstractContextManager[object]],
    *,
    turns: int,
    seconds: float,
) -> tuple[Waits, Waits]:
    """The same load without something and in the middle of it, by turns, since the machine is not always as quick."""
    without, within = Waits(), Waits()
    for _turn in range(turns):
        without.add(by_turns(port, questions, seconds=seconds))
        with meanwhile():
            within.add(by_turns(port, questions, seconds=seconds))
    return without, within
