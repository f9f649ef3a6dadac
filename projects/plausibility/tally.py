"""Tally: how often each rule spoke, also where nothing was written because it did."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable

from django.db import DatabaseError, transaction
from django.db.models import F

from projects.models import PlausibilityTally

from .kinds.kind import Doubt

_log = logging.getLogger(__name__)


def count(doubts: Iterable[Doubt]) -> None:
    """Count doubts of a write that is carried out, in its transaction."""
    for rule, number in sorted(Counter(doubt.rule.pk for doubt in doubts).items()):
        if not PlausibilityTally.objects.filter(rule_id=rule).update(spoke=F("spoke") + number):
            PlausibilityTally.objects.create(rule_id=rule, spoke=number)


def count_undone(doubts: Iterable[Doubt]) -> None:
    """Count doubts of a write that was held up, after all of it is undone. What cannot be counted stops nobody."""
    try:
        with transaction.atomic():
            count(doubts)
    except DatabaseError:
        _log.warning("doubts could not be counted", exc_info=True)
