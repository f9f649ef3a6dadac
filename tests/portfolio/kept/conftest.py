"""A product with an empty shelf, asked at whatever name."""

from __future__ import annotations

from typing import Any

import pytest

from .asking import Site, token_of


@pytest.fixture(autouse=True)
def any_host(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]


@pytest.fixture
def site(live_register: None) -> Site:
    return Site()


@pytest.fixture
def token(province: Any) -> str:
    return token_of(province)
