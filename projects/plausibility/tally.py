"""Tally: how often each rule spoke, also where nothing was written because it did."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import DatabaseError, transaction
from django.db.models import Count, F

from projects.models import Overruling, PlausibilityTally

from .kinds.kind import Doubt

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Counts:
    """How often a rule spoke, and how often somebody kept to what it doubted."""

    spoke: int = 0
    overruled: int = 0


def counts_of(rules: Collection[int]) -> dict[int, Counts]:
    """The counts of these rules, by the key of the rule: up to now, whatever day is looked at. Two queries."""
    spoke = dict(PlausibilityTally.objects.filter(rule__in=rules).values_list("rule_id", "spoke"))
    overruled = Overruling.objects.order_by().filter(rule__in=rules).values_list("rule_id").annotate(Count("pk"))
    numbers = dict(overruled)
    return {rule: Counts(spoke.get(rule, 0), numbers.get(rule, 0)) for rule in rules}


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
