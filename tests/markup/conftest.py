"""Everybody by role among records of every kind."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from . import world


@pytest.fixture
def people(
    register: None,
    public_read: None,
    province: Any,
    administrator: Any,
    changsha_writer: Any,
    changsha_reader: Any,
    analyst: Any,
    stranger: Any,
) -> dict[str, Any]:
    """Everybody by role, among records of every kind."""
    world.fill(province, changsha_writer, administrator)
    everybody = (province, administrator, changsha_writer, changsha_reader, analyst, stranger)
    return {"visitor": None} | {user.username: user for user in everybody}


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """What is refused is logged, thousands of times."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
