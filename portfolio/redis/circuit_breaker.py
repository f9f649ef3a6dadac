"""Circuit breaker: stops asking what does not answer, so that only one request in some seconds waits for it in vain."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

logger = structlog.get_logger(__name__)

PAUSE = 3.0  # seconds


class AwayError(Exception):
    """Redis does not answer, or cannot say what was asked: go on without it."""


class Circuit:
    """Closed while calls succeed. Open after one has failed; then one call in each pause finds out whether it is back."""

    def __init__(self, pause: float = PAUSE) -> None:
        self.pause = pause
        self._away, self._next_try = False, 0.0
        self._lock = threading.Lock()

    @contextmanager
    def asking(self, *failures: type[Exception]) -> Iterator[None]:
        """Around a call. Raises AwayError in the place of these failures, and at once while the circuit is open."""
        if self._away and not self._may_try():
            raise AwayError
        try:
            yield
        except failures as error:
            self._failed(error)
            raise AwayError from error
        if self._away:
            self._succeeded()

    def _may_try(self) -> bool:
        with self._lock:
            now = time.monotonic()
            if now < self._next_try:
                return False
            self._next_try = now + self.pause
            return True

    def _failed(self, error: Exception) -> None:
        with self._lock:
            known, self._away = self._away, True
            self._next_try = time.monotonic() + self.pause
        if not known:
            logger.warning("redis_away", reason=f"{type(error).__name__}: {error}")

    def _succeeded(self) -> None:
        with self._lock:
            known, self._away = self._away, False
        if known:
            logger.warning("redis_back")
