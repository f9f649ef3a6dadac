"""The description of the API as a file, and the client that is made from it, once in a run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.description import read_description

from .clients import make_client


@pytest.fixture(scope="session")
def described(tmp_path_factory: Any) -> Path:
    path = tmp_path_factory.mktemp("described") / "openapi.json"
    path.write_text(json.dumps(read_description()), "utf-8")
    return path


@pytest.fixture(scope="session")
def generated(described: Path) -> Iterator[str]:
    """The name of its package, which can be imported."""
    make_client(described, described.parent / "register_client")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(described.parent))
        yield "register_client"
