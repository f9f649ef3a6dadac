"""Declaration of a kind of rule, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass
from functools import partial
from typing import Any

from projects.choices import Importance, LimitUnit, PlausibilityKind
from projects.models import PlausibilityRule
from projects.money import AmountInSentence, in_unit
from projects.plausibility.surroundings import Surroundings

HUNDRED = 100


@dataclass(frozen=True)
class Finding:
    """What a kind finds at a field of the record. `value` and `other` become text in the reader's language."""

    field: str
    value: Any = ""
    other: Any = ""


Finds = Callable[[Any, PlausibilityRule, Surroundings], Iterator[Finding]]


@dataclass(frozen=True)
class Kind:
    """A kind of rule: `looks_at` names, by model, the fields whose change makes it look; `finds` is given the record, its
    rule and what stands around the record. The rest is what a rule of the kind begins with.
    """

    finds: Finds
    _: KW_ONLY
    name: PlausibilityKind
    looks_at: Mapping[str, tuple[str, ...]]
    message: Any
    importance: Importance = Importance.CONFIRM
    limit: int | None = None
    months: int | None = None


def kind(**declared: Any) -> Callable[[Finds], Kind]:
    """Makes the function below it a kind of rule: how the kind finds what it doubts."""
    return partial(Kind, **declared)


@dataclass(frozen=True)
class Doubt:
    """One finding of one rule about one record."""

    rule: PlausibilityRule
    record: Any
    finding: Finding

    @property
    def field(self) -> str:
        return self.finding.field

    @property
    def name(self) -> str:
        """What confirms it alone, where the same rule doubts other records as well."""
        return f"{self.rule.kind}:{self.record._meta.model_name}-{self.record.pk}"

    @property
    def is_refused(self) -> bool:
        return self.rule.importance == Importance.REFUSE

    @property
    def message(self) -> str:
        """In the reader's language."""
        return self.message_in(str)

    def message_in(self, written: Callable[[AmountInSentence], str]) -> str:
        """The same with amounts as a page writes them."""
        said = {"value": self.finding.value, "other": self.finding.other, "limit": limit_of(self.rule)}
        told = self.rule.message
        for place, value in said.items():
            text = written(value) if isinstance(value, AmountInSentence) else str(value)
            told = told.replace(f"{{{place}}}", text)
        return told


def limit_of(rule: PlausibilityRule) -> Any:
    """The limit of a rule, to be written into a sentence."""
    if rule.limit is None:
        return ""
    if rule.unit == LimitUnit.CNY:
        return AmountInSentence(rule.limit)
    return in_unit(rule.limit, HUNDRED) if rule.unit == LimitUnit.HUNDREDTHS else rule.limit
