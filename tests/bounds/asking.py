"""Asks the site in this process and counts the queries of each response."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import RequestFactory
from django.test.client import ClientHandler
from django.test.utils import CaptureQueriesContext

from tests.people import session_of


@dataclass(frozen=True)
class Cost:
    """What one response took."""

    status: int
    queries: int


class Reader:
    """Somebody's browser, which asks through all of Django's middleware and keeps no answer."""

    def __init__(self, user: Any) -> None:
        self.user = user
        self._handler = ClientHandler(enforce_csrf_checks=False)
        self._requests = RequestFactory()
        self._requests.cookies[settings.SESSION_COOKIE_NAME] = session_of(user)

    def status(self, address: str) -> int:
        """Read the response of an address to its end; return its status."""
        response = self._handler(self._requests.get(address).environ)
        if response.streaming:
            for _part in response.streaming_content:
                pass
        return response.status_code

    def content(self, address: str) -> bytes:
        return self._handler(self._requests.get(address).environ).content

    def read(self, address: str) -> Any:
        """Return what a response in JSON says."""
        return json.loads(self.content(address))

    def cost(self, address: str) -> Cost:
        with CaptureQueriesContext(connection) as queries:
            status = self.status(address)
        return Cost(status, len(queries))
