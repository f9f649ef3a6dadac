"""Kinds of rules about amounts: of a project, of its place on a list, of a plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from projects.choices import Importance, Measure, PlausibilityKind, Unit
from projects.models import Claim, Entry, MonthlyReport, PlausibilityRule, Project, Target
from projects.money import BILLION, AmountInSentence
from projects.plausibility.surroundings import Surroundings

from .kind import HUNDRED, Finding, kind

_AMOUNTS = {
    "project": ("total_investment", "expected_revenue"),
    "entry": ("planned_disbursement", "disbursed_before"),
    "plan": ("amount",),
    "claim": ("amount",),
}
_TARGETS = {"target": ("value",)}  # of those that are money
# a month's amount too: whoever types 亿元 where 万元 are asked says ten thousand times too little
_TOKENS = _AMOUNTS | _TARGETS | {"monthlyreport": ("disbursed", "forecast")}
_OTHER_UNITS = _AMOUNTS | _TARGETS
_SCALED = {"project": _AMOUNTS["project"], "entry": ("planned_disbursement",)}  # of which there are many to compare
_MILLION = 10**6


@kind(
    name=PlausibilityKind.FLOOR,
    looks_at={"project": ("total_investment",), "entry": ("project", "programme")},
    limit=BILLION // 2,
    message=_("The project's investment, {value}, is below the floor of the list, {other}."),
)
def _below_floor(record: Any, rule: PlausibilityRule, around: Surroundings) -> Iterator[Finding]:
    """On any of its lists. The floor is the one that was announced of the list, else the rule's limit."""
    project = record if isinstance(record, Project) else record.project
    total = project.total_investment
    for entry in around.entries(record) if isinstance(record, Project) else [record]:
        floor = around.announced_floor(entry.programme) or rule.limit
        if total is not None and floor and total < floor:
            field = "total_investment" if isinstance(record, Project) else "project"
            yield Finding(field, AmountInSentence(total), AmountInSentence(floor))
            return


@kind(
    name=PlausibilityKind.TOKEN_AMOUNT,
    looks_at=_TOKENS,
    limit=_MILLION,
    message=_("{value} is less than {limit}: is it in another unit?"),
)
def _token(record: Any, rule: PlausibilityRule, around: Surroundings) -> Iterator[Finding]:
    is_report = isinstance(record, MonthlyReport)  # which is looked at whole when it is handed in and reviewed
    for name in _TOKENS[record._meta.model_name] if _is_money(record) else ():
        amount = getattr(record, name)
        if amount and (is_report or name in around.changes(record)) and 0 < amount < (rule.limit or 0):
            yield Finding(name, AmountInSentence(amount))


@kind(
    name=PlausibilityKind.OTHER_UNIT,
    looks_at=_OTHER_UNITS,
    limit=10,  # a digit too many, or 亿 that were taken for billions, is as wrong as 万 for 亿
    message=_("{value} stands where {other} stood, a difference of {limit} times or more: is it in another unit?"),
)
def _other_unit(record: Any, rule: PlausibilityRule, around: Surroundings) -> Iterator[Finding]:
    """Where another amount stood so many times larger or smaller; of a new claim, at its project."""
    stored = record._stored or _figure_claimed(record)
    if not stored or not _is_money(record):
        return
    for name in _OTHER_UNITS[record._meta.model_name]:
        before, now, times = stored.get(name), getattr(record, name), rule.limit or 0
        if before and now and times and max(before, now) >= times * min(before, now):
            yield Finding(name, AmountInSentence(now), AmountInSentence(before))


@kind(
    name=PlausibilityKind.SCALE,
    looks_at=_SCALED,
    limit=10,
    message=_(
        "{value} is {limit} times or more of the largest among the other projects that you see, {other}: is it in another "
        "unit?"
    ),
)
def _scale(record: Any, rule: PlausibilityRule, around: Surroundings) -> Iterator[Finding]:
    """Where nothing stood that it could be held against (above): against what others have that the writer sees."""
    stored = record._stored or {}
    for name in _SCALED[record._meta.model_name]:
        now, times = getattr(record, name), rule.limit or 0
        if now and times and not stored.get(name) and name in around.changes(record):
            largest = around.largest(record, name)
            if largest and now >= times * largest:
                yield Finding(name, AmountInSentence(now), AmountInSentence(largest))


@kind(
    name=PlausibilityKind.TARGET,
    looks_at={"target": ("value",)},
    limit=10,
    message=_(
        "A target of {value} is {limit} times or more away from {other}, which the list comes to or an earlier target "
        "says: is it in another unit?"
    ),
)
def _target(record: Target, rule: PlausibilityRule, around: Surroundings) -> Iterator[Finding]:
    """One that is new, against what the list comes to or was said before; one that changes, against itself (above)."""
    if record._stored is not None or not _is_money(record) or record.sector_id is not None:
        return
    value, usual, times = record.value, around.usual_target(record), rule.limit or 0
    if not (value and usual and times):
        return
    # what is disbursed by a month is held against the plan of the year, of which the first months are a small part
    least = times * HUNDRED if record.measure == Measure.DISBURSED else times
    if value >= times * usual or usual >= least * value:
        yield Finding("value", AmountInSentence(value), AmountInSentence(usual))


@kind(
    name=PlausibilityKind.ZERO_TARGET,
    looks_at={"target": ("value",)},
    message=_("A target of zero: nothing can be held against it. Is a figure missing?"),
)
def _zero_target(record: Target, rule: PlausibilityRule, around: Surroundings) -> Iterator[Finding]:
    """Of money and of what is counted, of all of the list and of a part of it."""
    if record.value == 0:
        yield Finding("value")


def _is_money(record: Any) -> bool:
    """Whether it says an amount of its own: the figure that an adopted claim is, the project says."""
    if isinstance(record, Claim):
        return record.unit == Unit.CNY and not record.adopted
    return not isinstance(record, Target) or record.unit == Unit.CNY


def _figure_claimed(record: Any) -> dict[str, Any]:
    """The amount that the project has of what a claim speaks of as a whole; of a part nothing is known to compare."""
    if not isinstance(record, Claim) or record.unit != Unit.CNY or record.scope_zh or record.scope_en:
        return {}
    return {"amount": record.project.figure(record.figure)}


@kind(
    name=PlausibilityKind.REVENUE,
    looks_at={"project": ("expected_revenue", "total_investment")},
    limit=10,
    message=_("A revenue of {value} a year is more than {limit} times the investment of {other}."),
)
def _revenue(record: Project, rule: PlausibilityRule, around: Surroundings) -> Iterator[Finding]:
    total, revenue = record.total_investment, record.expected_revenue
    if total and revenue and rule.limit is not None and revenue > total * rule.limit:
        yield Finding("expected_revenue", AmountInSentence(revenue), AmountInSentence(total))


@kind(
    name=PlausibilityKind.PLAN,
    looks_at={
        "project": ("total_investment",),
        "entry": ("planned_disbursement", "project"),
        "plan": ("amount", "entry"),
    },
    limit=HUNDRED,
    message=_("The plan of {value} for one year is more than {limit} % of the project's investment, {other}."),
)
def _plan(record: Any, rule: PlausibilityRule, around: Surroundings) -> Iterator[Finding]:
    name = record._meta.model_name
    if name == "project":
        planned = [(entry.planned_disbursement, "total_investment") for entry in around.entries(record)]
        total = record.total_investment
    elif name == "entry":
        planned, total = [(record.planned_disbursement, "planned_disbursement")], record.project.total_investment
    else:
        planned, total = [(record.amount, "amount")], record.entry.project.total_investment
    for plan, field in planned:
        if _exceeds(plan, total, rule):
            yield Finding(field, AmountInSentence(plan or 0), AmountInSentence(total or 0))
            return


@kind(
    name=PlausibilityKind.ZERO_PLAN,
    looks_at={"entry": ("planned_disbursement",), "plan": ("amount",)},
    message=_("A plan of zero: nothing is to be disbursed in the whole year."),
)
def _zero_plan(record: Any, rule: PlausibilityRule, around: Surroundings) -> Iterator[Finding]:
    name = "planned_disbursement" if isinstance(record, Entry) else "amount"
    if getattr(record, name) == 0:
        yield Finding(name)


@kind(
    name=PlausibilityKind.SPENT_BEFORE,
    looks_at={"project": ("total_investment",), "entry": ("disbursed_before", "project")},
    importance=Importance.CONFIRM,
    limit=HUNDRED,
    message=_("{value} disbursed before the year is more than {limit} % of the project's investment, {other}."),
)
def _spent_before(record: Any, rule: PlausibilityRule, around: Surroundings) -> Iterator[Finding]:
    entries: list[Entry] = around.entries(record) if isinstance(record, Project) else [record]
    total = record.total_investment if isinstance(record, Project) else record.project.total_investment
    for entry in entries:
        if _exceeds(entry.disbursed_before, total, rule):
            field = "total_investment" if isinstance(record, Project) else "disbursed_before"
            yield Finding(field, AmountInSentence(entry.disbursed_before or 0), AmountInSentence(total or 0))
            return


@kind(
    name=PlausibilityKind.CARRIED_FORWARD,
    looks_at={"entry": ("disbursed_before", "project", "programme")},
    limit=1,
    message=_(
        "{value} disbursed before the year is more than {limit} % away from {other}, which the list of the year before "
        "comes to at its end."
    ),
)
def _carried_forward(record: Entry, rule: PlausibilityRule, around: Surroundings) -> Iterator[Finding]:
    """Below what is approved by the end of the year before; above it only where each of its months is approved."""
    amount, found = record.disbursed_before, around.carried_forward(record)
    if amount is None or found is None or rule.limit is None:
        return
    known, is_whole = found
    apart, least = (amount - known) * HUNDRED, known * rule.limit
    if -apart > least or (is_whole and apart > least):
        yield Finding("disbursed_before", AmountInSentence(amount), AmountInSentence(known))


def _exceeds(amount: int | None, total: int | None, rule: PlausibilityRule) -> bool:
    """Whether an amount is more than so many per cent of the investment. Not where one of them is not known."""
    if amount is None or total is None or rule.limit is None:
        return False
    return amount * HUNDRED > total * rule.limit


KINDS = (
    _below_floor,
    _token,
    _other_unit,
    _scale,
    _target,
    _zero_target,
    _revenue,
    _plan,
    _zero_plan,
    _spent_before,
    _carried_forward,
)
