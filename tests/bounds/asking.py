"""Asks the site in this process and says what an answer took: queries, size, memory and the processor's time."""

from __future__ import annotations

import json
import time
import tracemalloc
from collections import Counter
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
    """What one answer took: the processor's time in seconds."""

    status: int
    size: int
    queries: int
    seconds: float
    twice: tuple[str, ...]  # what the database was asked more than once


class Reader:
    """Somebody's browser, which asks through all of Django's middleware and keeps no answer."""

    def __init__(self, user: Any) -> None:
        self.user = user
        self._handler = ClientHandler(enforce_csrf_checks=False)
        self._requests = RequestFactory()
        self._requests.cookies[settings.SESSION_COOKIE_NAME] = session_of(user)

    def answer(self, address: str) -> tuple[int, int]:
        """The status and the size of an answer, which is read to its end and thrown away."""
        response = self._handler(self._requests.get(address).environ)
        size = sum(len(part) for part in response.streaming_content) if response.streaming else len(response.content)
        return response.status_code, size

    def content(self, address: str) -> bytes:
        return self._handler(self._requests.get(address).environ).content

    def read(self, address: str) -> Any:
        """What an answer in JSON says."""
        return json.loads(self.content(address))

    def cost(self, address: str) -> Cost:
        with CaptureQueriesContext(connection) as queries:
            begun = time.process_time()
            status, size = self.answer(address)
            seconds = time.process_time() - begun
        asked = Counter(query["sql"] for query in queries)
        return Cost(status, size, len(queries), seconds, tuple(sql for sql, times in asked.items() if times > 1))

    def memory(self, address: str) -> int:
        """The most that Python holds at any time for an answer, in bytes. To watch it takes four times as long."""
        tracemalloc.start()
        try:
            self.answer(address)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
