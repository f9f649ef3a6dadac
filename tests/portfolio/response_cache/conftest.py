"""A product with an empty cache, asked at whatever name."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest

from .asking import Site, token_of


@pytest.fixture(autouse=True)
def any_host(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]


@pytest.fixture
def a_while_later(monkeypatch: Any) -> None:
    """Answers are given long after the last write."""
    monkeypatch.setattr("portfolio.response_cache.response.time", SimpleNamespace(time=lambda: time.time() + 90))


@pytest.fixture
def site(live_register: None) -> Site:
    return Site()


@pytest.fixture
def token(province: Any) -> str:
    return token_of(province)
