"""Checks of plausibility: a write asks here whether what it writes is plausible, and a person confirms what is doubted.

Only what is new or changes is doubted: what has been stored long ago holds nothing up, and neither does what is put back as
it was. A draft is no statement yet, so that it is held up by nothing but what is refused; submitting it checks all of it.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Count, F
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from projects.choices import Channel, Importance, PlausibilityKind, ReportState
from projects.history import as_of
from projects.history.revisions import BY_HAND, Draft, present_actor, puts_back, stated_reason, under_way
from projects.models import MonthlyReport, Overruling, PlausibilityRule, PlausibilityTally

from .rules import Doubt, Kind, Surroundings, get_kinds

CHOSEN, REASON = "_confirm-", "_confirm_reason"  # fields of forms: one for each rule or doubt, and why
HEADER = "Pointed-Out"
REASON_MISSING = _("Say why what is doubted is right.")
_API = "/api/"
_RULES, _POINTED_OUT, _SURROUNDINGS = "plausibility_rules", "plausibility_pointed_out", "plausibility_surroundings"
_NOT_SUBMITTED = (ReportState.DRAFT, ReportState.RETURNED)
_AROUND_NAME = re.compile(r"^.*\.|:.*$")  # what stands around the name of a field in the key of a proposed one
_LONGEST_NAME, _LONGEST_VALUE = 300, 200
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Confirmation:
    """The kinds of the rules that are overruled, or the names of single doubts, and why."""

    rules: Collection[str] = ()
    reason: str = ""


class DoubtedError(ValidationError):
    """Nothing was written, because rules doubt it. By field, like any validation error.

    `doubts` can all be overruled by who confirms them with a reason.
    """

    def __init__(self, doubts: Sequence[Doubt]) -> None:
        self.doubts = list(doubts)
        super().__init__(get_messages(doubts))


@dataclass
class RequestDoubts:
    """What rules found in one request. A form that is read twice is doubted once."""

    held_up: dict[tuple[str, str, str], Doubt] = field(default_factory=dict)
    pointed_out: list[Doubt] = field(default_factory=list)


_NO_CONFIRMATION = Confirmation()
_confirmation: ContextVar[Confirmation] = ContextVar("confirmation", default=_NO_CONFIRMATION)
_request_doubts: ContextVar[RequestDoubts | None] = ContextVar("request_doubts", default=None)


@contextmanager
def confirm_doubts(rules: Collection[str], reason: str) -> Iterator[None]:
    """Overrule these rules in this block, for this reason; within another `confirm_doubts`, besides those.

    Raises `ValidationError` where a rule is named without a reason.
    """
    if rules and not any(map(str.isalpha, reason)):
        raise ValidationError({"reason": REASON_MISSING})
    outer = _confirmation.get()
    token = _confirmation.set(Confirmation({*outer.rules, *rules}, reason.strip() or outer.reason))
    try:
        yield
    finally:
        _confirmation.reset(token)


def get_doubts(error: Any) -> Sequence[Doubt]:
    """Return the doubts of an error that can be overruled; none of any other."""
    return getattr(error, "doubts", ())


def get_messages(doubts: Iterable[Doubt]) -> dict[str, list[str]]:
    """Return the sentences of doubts by field."""
    by_field: dict[str, list[str]] = {}
    for doubt in doubts:
        by_field.setdefault(doubt.field, []).append(doubt.message)
    return by_field


def check_record(record: Any) -> Callable[[], None] | None:
    """Check a valid record that is about to be written. Return what is to be done once it is, if anything is.

    Raises `ValidationError` for what a rule refuses and `DoubtedError` for what nobody has confirmed yet; both by field.
    """
    draft = under_way()
    if draft is None or puts_back() or not get_kinds(record._meta.model_name):
        return None
    by_hand = draft.actor.door in BY_HAND
    if not by_hand and draft.actor.door != Channel.COMMAND:
        return None  # what the product itself writes
    doubts = list(find_doubts(record, get_rules(draft), draft.memory.get(_SURROUNDINGS)))
    if not doubts:
        return None
    _refuse(doubts)
    if not by_hand:
        draft.memory.setdefault(_POINTED_OUT, []).extend(doubts)
        return lambda: count(doubts)
    return _hold_up(record, doubts, draft)


def check_in_advance(
    records: Iterable[Any], keeper: Any, get_field: Callable[[Doubt], str]
) -> Callable[[], None] | None:
    """Check valid records that another record, the `keeper`, waits to write, as `check_record` will do then.

    The doubts are at fields as `get_field` names them; what is confirmed is stored with the keeper.
    """
    draft = under_way()
    if draft is None or draft.actor.door not in BY_HAND:
        return None
    doubts = [
        replace(doubt, finding=replace(doubt.finding, field=get_field(doubt)))
        for record in records
        for doubt in find_doubts(record, get_rules(draft))
    ]
    _refuse(doubts)
    return _hold_up(keeper, doubts, draft) if doubts else None


def refuse_implausible(record: Any) -> None:
    """Raise `ValidationError` by field for what would be refused of a record. Inside `create_revision()`."""
    draft = under_way()
    if draft is not None and draft.actor.door in BY_HAND:
        _refuse(find_doubts(record, get_rules(draft)))


def _refuse(doubts: Iterable[Doubt]) -> None:
    if refused := [doubt for doubt in doubts if doubt.is_refused]:
        _remember_held_up(refused)
        raise ValidationError(get_messages(refused))


def _hold_up(record: Any, doubts: Sequence[Doubt], draft: Draft) -> Callable[[], None]:
    """Raise `DoubtedError` if a doubt is still to be confirmed. Return what stores the doubts with the record."""
    confirmation = _confirmation.get()
    to_confirm = [doubt for doubt in doubts if doubt.rule.importance == Importance.CONFIRM]
    if unconfirmed := [doubt for doubt in to_confirm if not {doubt.rule.kind, doubt.name} & {*confirmation.rules}]:
        _remember_held_up(unconfirmed)
        raise DoubtedError(unconfirmed)
    draft.reason = draft.reason or confirmation.reason

    def store() -> None:
        count(doubts)
        if (request_doubts := _request_doubts.get()) is not None:
            request_doubts.pointed_out += [doubt for doubt in doubts if doubt not in to_confirm]
        for doubt in to_confirm:
            _overrule(record, doubt, draft, confirmation.reason or stated_reason())

    return store


def _overrule(record: Any, doubt: Doubt, draft: Draft, reason: str) -> None:
    Overruling.objects.create(
        rule=doubt.rule,
        model=record._meta.model_name,
        key=record.pk,
        name=str(record)[:_LONGEST_NAME],
        prefecture_id=getattr(record, "owning_prefecture_id", None),  # of a whole list it is nobody's
        field=doubt.field,
        value=str(getattr(doubt.record, _AROUND_NAME.sub("", doubt.field), ""))[:_LONGEST_VALUE],
        reason=reason,
        user=present_actor().user,
        at=draft.created_at,
        revision_id=draft.number,
    )
    draft.touched.add(Overruling)


def find_doubts(
    record: Any, rules: Mapping[str, PlausibilityRule], around: Surroundings | None = None
) -> Iterator[Doubt]:
    """Yield what the rules find in a record as it is about to be stored."""
    around = around or Surroundings()
    changed = around.changes(record)
    is_submitted = _is_submitted(record, changed)
    is_draft = isinstance(record, MonthlyReport) and record.state in _NOT_SUBMITTED
    for kind in get_kinds(record._meta.model_name):
        rule = rules.get(kind.name.value)
        if rule is None or (is_draft and rule.importance != Importance.REFUSE):
            continue
        if is_submitted or not changed.isdisjoint(kind.looks_at[record._meta.model_name]):
            yield from apply_kind(kind, rule, record, around)


def apply_kind(kind: Kind, rule: PlausibilityRule, record: Any, around: Surroundings) -> Iterator[Doubt]:
    """Yield what one rule finds in a record, whether or not it changes."""
    return (Doubt(rule, record, finding) for finding in kind.finds(record, rule, around))


def find_doubts_on_submission(
    report: MonthlyReport, rules: Mapping[str, PlausibilityRule], around: Surroundings
) -> list[Doubt]:
    """Return what the rules will find in a report once it is submitted, which checks all of it."""
    kinds = [kind for kind in get_kinds("monthlyreport") if kind.name.value in rules]
    return [doubt for kind in kinds for doubt in apply_kind(kind, rules[kind.name.value], report, around)]


def find_doubts_in_review(
    reports: Sequence[MonthlyReport], earlier: Mapping[int, Sequence[MonthlyReport]]
) -> dict[int, list[Doubt]]:
    """Return what the rules find in submitted reports, by the key of the report: one query, whatever their number."""
    rules = get_rules_in_force()
    around = Surroundings({report.entry_id: earlier.get(report.entry_id, ()) for report in reports})
    return {report.pk: find_doubts_on_submission(report, rules, around) for report in reports}


def get_refusals(record: Any, rules: Mapping[str, PlausibilityRule]) -> dict[str, list[str]]:
    """Return what would be refused of a record, by field, where nothing is written: it counts in no tally."""
    return get_messages(doubt for doubt in find_doubts(record, rules) if doubt.is_refused)


def _is_submitted(record: Any, changed: set[str]) -> bool:
    """Return whether a stored report is being submitted, which checks all of it."""
    if not isinstance(record, MonthlyReport) or "state" not in changed or record._stored is None:
        return False
    return record.state not in _NOT_SUBMITTED and record._stored["state"] in _NOT_SUBMITTED


@contextmanager
def check_together(records: Sequence[Any], draft: Draft) -> Iterator[None]:
    """Check these records, as they are written in this block, against each other; what is around them is read once."""
    if get_rules(draft):
        draft.memory[_SURROUNDINGS] = Surroundings(records=records)
    try:
        yield
    finally:
        draft.memory.pop(_SURROUNDINGS, None)


def get_rules(draft: Draft) -> Mapping[str, PlausibilityRule]:
    """Return the rules in force by their kind, read once in a transaction."""
    if _RULES not in draft.memory:
        draft.memory[_RULES] = get_rules_in_force()
    return draft.memory[_RULES]


def get_rules_in_force() -> Mapping[str, PlausibilityRule]:
    """Return the rules that are on today, by their kind."""
    return {rule.kind: rule for rule in PlausibilityRule.objects.in_force(as_of.today())}


def take_pointed_out(draft: Draft) -> list[Doubt]:
    """Return what was found in the writes of a load and held none of them up, since this was called last."""
    return draft.memory.pop(_POINTED_OUT, [])


@dataclass(frozen=True)
class Counts:
    """How often a rule spoke, and how often somebody kept to what it doubted."""

    spoke: int = 0
    overruled: int = 0


def get_counts(rules: Collection[int]) -> dict[int, Counts]:
    """Return the counts of these rules, by the key of the rule, up to now whatever day is looked at. Two queries."""
    spoke = dict(PlausibilityTally.objects.filter(rule__in=rules).values_list("rule_id", "spoke"))
    overruled = Overruling.objects.order_by().filter(rule__in=rules).values_list("rule_id").annotate(Count("pk"))
    numbers = dict(overruled)
    return {rule: Counts(spoke.get(rule, 0), numbers.get(rule, 0)) for rule in rules}


def count(doubts: Iterable[Doubt]) -> None:
    """Count doubts of a write that is carried out, in its transaction."""
    for rule, number in sorted(Counter(doubt.rule.pk for doubt in doubts).items()):
        if not PlausibilityTally.objects.filter(rule_id=rule).update(spoke=F("spoke") + number):
            PlausibilityTally.objects.create(rule_id=rule, spoke=number)


def _remember_held_up(doubts: Sequence[Doubt]) -> None:
    """Remember doubts of a write that is refused or held up, to be counted once its transaction is rolled back."""
    if (request_doubts := _request_doubts.get()) is not None:
        request_doubts.held_up |= {(doubt.rule.kind, str(doubt.record), doubt.field): doubt for doubt in doubts}


def take_request_doubts() -> list[Doubt]:
    """Return what was to be said with the response, for a page that says it in words of its own."""
    request_doubts = _request_doubts.get()
    if request_doubts is None:
        return []
    taken, request_doubts.pointed_out = request_doubts.pointed_out, []
    return taken


def get_open_doubts() -> list[Doubt]:
    """Return what the request under way has still to confirm."""
    request_doubts = _request_doubts.get()
    return [doubt for doubt in request_doubts.held_up.values() if not doubt.is_refused] if request_doubts else []


class PlausibilityMiddleware:
    """Middleware: reads what a form confirms, and says after the request what was pointed out.

    A page asks with a form of its own; the API has its own words for it, in the body.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_doubts = RequestDoubts()
        token = _request_doubts.set(request_doubts)
        try:
            with _confirm_from_request(request):
                response = self.get_response(request)
        finally:
            _request_doubts.reset(token)
        if request_doubts.held_up:
            try:
                with transaction.atomic():
                    count(request_doubts.held_up.values())
            except DatabaseError:  # what cannot be counted stops nobody
                _log.warning("doubts could not be counted", exc_info=True)
        if request_doubts.pointed_out:
            _point_out(request, response, request_doubts.pointed_out)
        return response


def parse_confirmation(data: Any) -> tuple[list[str], str]:
    """Return the kinds or single doubts that a form confirms, and the reason."""
    chosen = [name.removeprefix(CHOSEN) for name in data if name.startswith(CHOSEN)]
    return [name for name in chosen if name.partition(":")[0] in PlausibilityKind.values], data.get(REASON, "").strip()


def _confirm_from_request(request: HttpRequest) -> AbstractContextManager[None]:
    """Without a reason nothing is confirmed, and the form asks again. The body of a stranger's request is not read."""
    if request.method != "POST" or request.path.startswith(_API) or not request.user.is_authenticated:
        return nullcontext()
    rules, reason = parse_confirmation(request.POST)
    return confirm_doubts(rules, reason) if rules and reason else nullcontext()


def _point_out(request: HttpRequest, response: HttpResponse, doubts: Sequence[Doubt]) -> None:
    if request.path.startswith(_API):
        response[HEADER] = ", ".join(sorted({doubt.rule.kind for doubt in doubts}))
    elif hasattr(request, "_messages"):  # on this page or the next
        for text in dict.fromkeys(f"{doubt.record}: {doubt.message}" for doubt in doubts):
            messages.warning(request, text)
