"""What a sample is of: every value of every axis, the same cases by the same seed, all of them in the long form."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise, product
from typing import Any

import pytest

from tests import length
from tests.databases import ROOT

pytestmark = pytest.mark.no_database

PAGES = [f"/{number}/" for number in range(40)]
MATRIX = [*product(PAGES, ("province", "changsha", "nobody"), ("zh-hans", "en"), (320, 1366))]
SEEDS = range(20)


def of(case: Any) -> Any:
    return case


def not_met(taken: list[Any]) -> list[Any]:
    """The values of an axis that no case of a sample has."""
    return [value for axis in range(4) for value in {each[axis] for each in MATRIX} - {each[axis] for each in taken}]


def test_every_value_of_every_axis_is_met_and_no_more_is_taken_than_the_share() -> None:
    for seed in SEEDS:
        taken = length.sample(MATRIX, of=of, share=0.25, seed=seed)
        assert not_met(taken) == []
        assert len(taken) == len(set(taken)) == len(MATRIX) / 4
        assert taken == [each for each in MATRIX if each in set(taken)]  # in their order


def test_every_value_is_met_though_it_takes_more() -> None:
    for seed in SEEDS:
        taken = length.sample(MATRIX, of=of, share=0, seed=seed)
        assert not_met(taken) == []
        assert len(taken) < 60  # 40 pages, of which some are taken for another axis


def test_a_sample_of_chance_alone_is_found_to_leave_something_out() -> None:
    """The control."""
    assert not_met(length.sample(MATRIX, of=length.nowhere, share=0.05, seed=1))


def test_the_same_seed_gives_the_same_and_another_gives_others() -> None:
    samples = [length.sample(MATRIX, of=of, share=0.25, seed=seed) for seed in SEEDS]
    assert samples == [length.sample(MATRIX, of=of, share=0.25, seed=seed) for seed in SEEDS]
    met = {case for taken in samples for case in taken}
    assert all(one != other for one, other in pairwise(samples))
    assert len(met) > 0.95 * len(MATRIX)  # of twenty runs


def test_of_few_cases_one_is_taken_and_of_none_none() -> None:
    assert len(length.sample(["only"], of=length.nowhere, share=0.25, seed=1)) == 1
    assert length.sample([], of=length.nowhere, share=0.25, seed=1) == []


@pytest.mark.parametrize(("long", "all_of_them"), [("true", True), ("", False)])
def test_the_long_form_takes_all(long: str, all_of_them: bool) -> None:
    said = "from tests.length import some; print(len(some(range(100))))"
    environment = os.environ | {"LONG": long}
    done = subprocess.run([sys.executable, "-c", said], cwd=ROOT, env=environment, capture_output=True, check=True)
    assert done.stdout.decode().split() == ["100" if all_of_them else "25"]
