"""Tally: how often each rule spoke, also where nothing was written because it did."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from contextvars import ContextVar

from django.db import DatabaseError, transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse

from projects.models import PlausibilityTally

from .kinds.kind import Doubt

_log = logging.getLogger(__name__)
_noted: ContextVar[set[tuple[int, str, str]] | None] = ContextVar("noted_doubts", default=None)


def note(doubts: Iterable[Doubt]) -> None:
    """Remember doubts of a write that is refused or held up, to be counted once its transaction is undone.

    A form that is read twice in one request is asked once.
    """
    noted = _noted.get()
    if noted is not None:
        noted |= {(doubt.rule.pk, str(doubt.record), doubt.field) for doubt in doubts}


def count(doubts: Iterable[Doubt]) -> None:
    """Count doubts of a write that is carried out, in its transaction."""
    _add(Counter(doubt.rule.pk for doubt in doubts))


def _add(times: Counter[int]) -> None:
    for rule, number in sorted(times.items()):
        if not PlausibilityTally.objects.filter(rule_id=rule).update(spoke=F("spoke") + number):
            PlausibilityTally.objects.create(rule_id=rule, spoke=number)


class TallyMiddleware:
    """Counts what was held up in a request when all that it wrote is undone. What cannot be counted stops nobody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _noted.set(set())
        try:
            response = self.get_response(request)
            self._count(_noted.get() or set())
            return response
        finally:
            _noted.reset(token)

    @staticmethod
    def _count(noted: set[tuple[int, str, str]]) -> None:
        if not noted:
            return
        try:
            with transaction.atomic():
                _add(Counter(rule for rule, _record, _field in noted))
        except DatabaseError:
            _log.warning("doubts could not be counted", exc_info=True)
