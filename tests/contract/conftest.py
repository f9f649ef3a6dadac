"""The client that is made from docs/openapi.json, once in a run, and the description that such clients must not get."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from projects.api import schema

from .clients import STORED, make_client


@pytest.fixture(scope="session")
def generated(tmp_path_factory: Any) -> Iterator[str]:
    """The name of its package, which can be imported."""
    folder = tmp_path_factory.mktemp("generated")
    make_client(STORED, folder / "register_client")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        yield "register_client"


@pytest.fixture(scope="session")
def with_defaults(tmp_path_factory: Any) -> Path:
    """A description in which bodies have the defaults of new records, as they would without the hook."""
    out = StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema, "replace_default", lambda _meta, **_more: None)
        call_command("spectacular", "--format=openapi-json", "--lang=en", stdout=out)
    path = tmp_path_factory.mktemp("careless") / "openapi.json"
    path.write_text(out.getvalue(), "utf-8")
    return path
