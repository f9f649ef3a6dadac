"""Asking the register as a door does: by a query string, for a user."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.test import RequestFactory

from projects.monitoring.standings import load_records
from projects.totals.scope import Scope
from projects.totals.standings import Standing

Pairs = list[tuple[str, str]]


def scope_of(user: Any, parameters: Pairs | dict[str, Any] | None = None, **more: Any) -> Scope:
    """The scope of a request of this user. Raises what `Scope.from_request` raises."""
    request = RequestFactory().get(f"/?{urlencode(parameters or {}, doseq=True)}")
    request.user = user
    return Scope.from_request(request, **more)


def get_standings(scope: Scope) -> list[Standing]:
    """Return a standing with its records for each entry of a scope, in its order."""
    return load_records(scope.standings)
