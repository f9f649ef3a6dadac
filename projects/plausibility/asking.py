"""Asking: the one place where a write asks whether what it writes is plausible.

Only what is new or changes is doubted: what has been stored long ago holds nothing up, and neither does what is put back as
it was. A draft is no statement yet, so that it is held up by nothing but what is refused; who submits it is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError

from projects.choices import Channel, Importance, ReportState
from projects.history import as_of
from projects.history.revisions import BY_HAND, Draft, present_actor, puts_back, stated_reason, under_way
from projects.models import MonthlyReport, Overruling, PlausibilityRule

from . import middleware, tally
from .confirmation import DoubtedError, by_field, present_confirmation
from .kinds import kinds_about
from .kinds.kind import Doubt, Kind
from .surroundings import KnownMonths, Surroundings

_RULES, POINTED_OUT, AROUND = "plausibility_rules", "plausibility_pointed_out", "plausibility_around"
_UNSAID = (ReportState.DRAFT, ReportState.RETURNED)
_NAME = re.compile(r"^.*\.|:.*$")  # what stands around the name of a field in the key of a proposed one
_LONGEST_NAME, _LONGEST_VALUE = 300, 200


def ask(record: Any) -> Callable[[], None] | None:
    """Ask the rules of a valid record that is about to be written.

    Raises `ValidationError` for what a rule refuses and `DoubtedError` for what nobody has confirmed yet; both by field.
    Returns what is to be done when the record is written, if anything is.
    """
    draft = under_way()
    if draft is None or puts_back() or not kinds_about(record._meta.model_name):
        return None
    by_hand = draft.actor.door in BY_HAND
    if not by_hand and draft.actor.door != Channel.COMMAND:
        return None  # what the product itself writes
    doubts = list(doubts_about(record, rules_of(draft), draft.memory.get(AROUND)))
    if not doubts:
        return None
    refused = [doubt for doubt in doubts if doubt.is_refused]
    if refused:
        middleware.hold_up(refused)
        raise ValidationError(by_field(refused))
    if not by_hand:
        draft.memory.setdefault(POINTED_OUT, []).extend(doubts)
        return lambda: tally.count(doubts)
    return _heard(record, doubts, draft)


def ask_in_advance(records: Iterable[Any], keeper: Any, named: Callable[[Doubt], str]) -> Callable[[], None] | None:
    """Ask of valid records what will be asked when they are written, which another record, the `keeper`, waits to do.

    As `ask`, at fields as `named` calls them; what is confirmed is kept with the keeper.
    """
    draft = under_way()
    if draft is None or draft.actor.door not in BY_HAND:
        return None
    found = [doubt for record in records for doubt in doubts_about(record, rules_of(draft))]
    doubts = [replace(doubt, finding=replace(doubt.finding, field=named(doubt))) for doubt in found]
    if refused := [doubt for doubt in doubts if doubt.is_refused]:
        middleware.hold_up(refused)
        raise ValidationError(by_field(refused))
    return _heard(keeper, doubts, draft) if doubts else None


def _heard(record: Any, doubts: Sequence[Doubt], draft: Draft) -> Callable[[], None]:
    said = present_confirmation()
    to_confirm = [doubt for doubt in doubts if doubt.rule.importance == Importance.CONFIRM]
    if open_ones := [doubt for doubt in to_confirm if not {doubt.rule.kind, doubt.name} & {*said.rules}]:
        middleware.hold_up(open_ones)
        raise DoubtedError(open_ones)
    draft.reason = draft.reason or said.reason

    def store() -> None:
        tally.count(doubts)
        middleware.point_out([doubt for doubt in doubts if doubt not in to_confirm])
        for doubt in to_confirm:
            _overrule(record, doubt, draft, said.reason or stated_reason())

    return store


def _overrule(record: Any, doubt: Doubt, draft: Draft, reason: str) -> None:
    Overruling.objects.create(
        rule=doubt.rule,
        model=record._meta.model_name,
        key=record.pk,
        name=str(record)[:_LONGEST_NAME],
        prefecture_id=getattr(record, "owning_prefecture_id", None),  # what is said of a whole list is of none
        field=doubt.field,
        value=str(getattr(doubt.record, _NAME.sub("", doubt.field), ""))[:_LONGEST_VALUE],
        reason=reason,
        user=present_actor().user,
        at=draft.created_at,
        revision_id=draft.number,
    )
    draft.touched.add(Overruling)


def refuse(record: Any) -> None:
    """Raise `ValidationError` by field for what would be refused of a record, without writing it. Inside `writing()`."""
    draft = under_way()
    if draft is None or draft.actor.door not in BY_HAND:
        return
    refused = [doubt for doubt in doubts_about(record, rules_of(draft)) if doubt.is_refused]
    if refused:
        middleware.hold_up(refused)
        raise ValidationError(by_field(refused))


def refusals_of(record: Any, rules: Mapping[str, PlausibilityRule]) -> dict[str, list[str]]:
    """What would be refused of a record, by field, where nothing is written and nobody is asked: it counts in no tally."""
    return by_field([doubt for doubt in doubts_about(record, rules) if doubt.is_refused])


def doubts_about(
    record: Any, rules: Mapping[str, PlausibilityRule], around: Surroundings | None = None
) -> Iterator[Doubt]:
    """What the rules find in a record as it is about to be stored."""
    around = around or Surroundings()
    changed = around.changes(record)
    submitted = _is_handed_in(record, changed)
    unsaid = isinstance(record, MonthlyReport) and record.state in _UNSAID
    for kind in kinds_about(record._meta.model_name):
        rule = rules.get(kind.name.value)
        if rule is None or (unsaid and rule.importance != Importance.REFUSE):
            continue
        if submitted or not changed.isdisjoint(kind.looks_at[record._meta.model_name]):
            yield from found_by(kind, rule, record, around)


def doubts_in_review(
    reports: Sequence[MonthlyReport], earlier: Mapping[int, Sequence[MonthlyReport]]
) -> dict[int, list[Doubt]]:
    """What the rules in force find in reports that wait, by the key of the report: one query, whatever their number."""
    rules, around = rules_in_force(), KnownMonths(earlier)
    return {report.pk: doubts_if_handed_in(report, rules, around) for report in reports}


def doubts_if_handed_in(
    report: MonthlyReport, rules: Mapping[str, PlausibilityRule], around: Surroundings
) -> list[Doubt]:
    """What the rules will find in a report once it is handed in, by which all of it is said."""
    kinds = [kind for kind in kinds_about("monthlyreport") if kind.name.value in rules]
    return [each for kind in kinds for each in found_by(kind, rules[kind.name.value], report, around)]


def found_by(kind: Kind, rule: PlausibilityRule, record: Any, around: Surroundings) -> Iterator[Doubt]:
    for finding in kind.finds(record, rule, around):
        yield Doubt(rule, record, finding)


def _is_handed_in(record: Any, changed: set[str]) -> bool:
    """Whether a report is handed in, by which all of it is said."""
    if not isinstance(record, MonthlyReport) or "state" not in changed or record._stored is None:
        return False
    return record.state not in _UNSAID and record._stored["state"] in _UNSAID


def rules_of(draft: Draft) -> Mapping[str, PlausibilityRule]:
    """The rules in force by their kind, read once in a transaction."""
    if _RULES not in draft.memory:
        draft.memory[_RULES] = rules_in_force()
    return draft.memory[_RULES]


def rules_in_force() -> Mapping[str, PlausibilityRule]:
    """The rules that are on today, by their kind."""
    return {rule.kind: rule for rule in PlausibilityRule.objects.in_force(as_of.today())}


def pointed_out(draft: Draft) -> list[Doubt]:
    """What was found in the writes of a transaction and held none of them up, since this was asked last."""
    return draft.memory.pop(POINTED_OUT, [])
