"""Clients in Python that openapi-python-client makes from a description of the API, and users who ask by them."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from portfolio.models import ApiToken

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def make_client(description: Path, package: Path) -> None:
    """Write the client as a package that can be imported; any warning of the generator fails."""
    config = package.with_suffix(".json")
    overridden = {SPREADSHEET: "application/octet-stream"}  # this generator knows no other name for a file
    config.write_text(json.dumps({"post_hooks": [], "content_type_overrides": overridden}), "utf-8")
    options = ["--path", description, "--output-path", package, "--config", config, "--meta", "none"]
    made = subprocess.run(
        [sys.executable, "-m", "openapi_python_client", "generate", *map(str, options), "--fail-on-warning"],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    assert "warning" not in (made.stdout + made.stderr).lower()


class Asking:
    """A generated client with one user's token; operations are called by their names in the description."""

    def __init__(self, package: str, address: str, user: Any) -> None:
        self.package, self.address = package, address
        self.token = ApiToken.objects.create(user=user, scope="write")[1]
        # a connection that is kept holds a thread of the server, and that one its connection to the database, past the test
        headers = {"Accept-Language": "en", "Connection": "close"}
        self.client = import_module(f"{package}.client").AuthenticatedClient(
            base_url=address, token=self.token, prefix="Token", headers=headers, timeout=60
        )

    def call(self, operation: str, tag: str, status: int = 0, **arguments: Any) -> Any:
        """The answer, which must have this status; any success if none is named."""
        answer = self.answered(operation, tag, **arguments)
        assert answer.status_code == status or (not status and 200 <= answer.status_code < 300), answer.content
        return answer

    def answered(self, operation: str, tag: str, **arguments: Any) -> Any:
        module = import_module(f"{self.package}.api.{tag.replace('-', '_')}.{operation}")
        if "figure" in arguments:
            arguments["figure"] = self.model("Figure")(arguments["figure"])
        return module.sync_detailed(client=self.client, **arguments)

    def model(self, name: str) -> Any:
        return getattr(import_module(f"{self.package}.models"), name)
