"""How far a test goes: a little in `make test`, which everybody runs; the whole way in `make long`.

Rounds and made-up registers have a short number and a long one. Of a large matrix, every page by every role, language and
width, `make test` asks a sample: another each time, the same again by its seed, and each page, each role, each language and
each width at least once.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

Case = TypeVar("Case")

LONG = os.environ.get("LONG") == "true"
# of the sample of this run, which each of its processes inherits
SEED = int(os.environ.setdefault("SAMPLE", str(random.SystemRandom().randrange(10**6))))


def so_many(short: int, long: int) -> int:
    """Of rounds, or of made-up examples."""
    return long if LONG else short


def at_turn(name: str, *, share: float, after: float = 0) -> bool:
    """Whether this run, one of so many, has what goes by this name: always in the long form, the same for the same seed.

    Of two by one name, of which the second comes `after` the share of the first, no run has both.
    """
    return LONG or after <= random.Random(f"{SEED} of {name}").random() < after + share  # noqa: S311  nothing is secret


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
