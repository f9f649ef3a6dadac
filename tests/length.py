"""How far a test goes: a little in `make test`, which everybody runs; the whole way in `make long`.

Rounds and made-up registers have a short number and a long one. Of a large matrix, every page by every role, language and
width, `make test` asks a part: the same in each run, with each page, each role, each language and each width at least once.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

Case = TypeVar("Case")

LONG = os.environ.get("LONG") == "true"
SEED = 2023  # the same part of a matrix in each run


def so_many(short: int, long: int) -> int:
    """Of rounds, or of made-up examples."""
    return long if LONG else short


def nowhere(_case: object) -> Sequence[Hashable]:
    """Of cases that stand on no axis."""
    return ()


def some(
    cases: Iterable[Case], *, of: Callable[[Case], Sequence[Hashable]] = nowhere, share: float = 0.25
) -> list[Case]:
    """All cases in the long form; else a share of them.

    `of` says where a case stands on each axis of the matrix; every value of every axis is met, though it takes more.
    """
    return list(cases) if LONG else sample(list(cases), of=of, share=share, seed=SEED)


def sample(cases: Sequence[Case], *, of: Callable[[Case], Sequence[Hashable]], share: float, seed: int) -> list[Case]:
    """In the order of the cases. The same for the same seed."""
    order = list(range(len(cases)))
    random.Random(f"{seed} of {len(cases)}").shuffle(order)  # noqa: S311  nothing is secret
    met: set[tuple[int, Hashable]] = set()
    taken: set[int] = set()
    for at in order:
        if new := {*enumerate(of(cases[at]))} - met:
            taken.add(at)
            met |= new
    for at in order:
        if len(taken) >= share * len(cases):
            break
        taken.add(at)
    return [cases[at] for at in sorted(taken)]
