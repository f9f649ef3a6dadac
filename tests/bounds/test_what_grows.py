"""No page, address of the API or file asks the database more often when the register holds more projects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction

from . import asked, growing, limits
from .asking import Cost, Reader

MORE_PROJECTS = 300

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]


@dataclass(frozen=True)
class Growth:
    """What the response of an address took of 42 projects and of some hundreds."""

    address: str
    small: Cost
    large: Cost


@pytest.fixture(scope="module")
def growth(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[Growth]]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield measure_growth()
        transaction.set_rollback(True)


def measure_growth() -> list[Growth]:
    reader = Reader(growing.small())
    of_people = [*asked.pages(reader.user), *asked.orders(reader.content)]
    addresses = list(dict.fromkeys([*of_people, *asked.api(reader.read), *asked.files()]))
    small = {address: reader.cost(address) for address in addresses}
    growing.grow(MORE_PROJECTS)
    return [Growth(address, small[address], reader.cost(address)) for address in addresses]


def test_every_address_answers_with_few_and_with_many_projects(growth: list[Growth]) -> None:
    assert len(growth) > 100
    assert not {each.address: each.small.status for each in growth if each.small.status not in (200, 302, 403)}
    assert not {each.address: each.large.status for each in growth if each.large.status != each.small.status}


def test_more_projects_take_no_more_queries(growth: list[Growth]) -> None:
    assert not {
        each.address: (each.small.queries, each.large.queries)
        for each in growth
        if each.large.queries > each.small.queries + limits.MORE_QUERIES
    }


def test_an_address_asks_no_more_queries_than_its_limit(growth: list[Growth]) -> None:
    assert not {
        each.address: (each.small.queries, limits.most_queries(each.address))
        for each in growth
        if each.small.queries > limits.most_queries(each.address)
    }
