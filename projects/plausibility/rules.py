"""Rules of plausibility: each kind is declared once, with what makes it look, and the surroundings that it compares with."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from statistics import median
from types import MappingProxyType, SimpleNamespace
from typing import Any

from django.db.models import Sum
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from projects.choices import (
    ARRIVED,
    Basis,
    Importance,
    LightMethod,
    LimitUnit,
    ListStatus,
    Measure,
    PlausibilityKind,
    ProjectKind,
    Stage,
    TargetKind,
    Unit,
)
from projects.history import as_of
from projects.models import (
    Claim,
    Entry,
    LightRule,
    MonthlyReport,
    Plan,
    PlausibilityRule,
    Prefecture,
    Problem,
    Programme,
    Project,
    Target,
)
from projects.models.attribution import figure_of, reporter_of
from projects.models.base import actor_reads_all
from projects.models.entry import was_on_list
from projects.money import AmountInSentence, in_unit
from projects.periods import MONTHS_OF_YEAR
from sectors.provinces import Province

HUNDRED = 100
_LIST_COLUMNS: dict[str, str] = {  # of an entry, by measure of a target
    Measure.TOTAL_INVESTMENT.value: "project__total_investment",
    Measure.EXPECTED_REVENUE.value: "project__expected_revenue",
    Measure.PLANNED_DISBURSEMENT.value: "planned_disbursement",
    # what is disbursed by and by is compared with what is planned for the year, of which it is some share
    Measure.DISBURSED.value: "planned_disbursement",
}


class Surroundings:
    """What rules compare records with, each looked up once, when a rule first asks.

    A doubt is shown to whoever writes, so a rule compares with what they may read and nothing else: every query here begins
    with `visible_to_actor`. A command or a load has no user and compares with the whole register.

    `records` are checked together: what is around them is read for all at once, and each is compared with what the others
    will say. `reports` are those of entries by the entry's key, by month, as far as they are loaded.
    """

    def __init__(
        self,
        reports: Mapping[int, Sequence[MonthlyReport]] = MappingProxyType({}),
        *,
        records: Sequence[Any] = (),
    ) -> None:
        self._own = [record for record in records if isinstance(record, Entry)]
        self._projects = {record.pk: record for record in records if isinstance(record, Project) and record.pk}
        self._reported = {record.entry_id for record in records if isinstance(record, MonthlyReport)}
        self._reports = dict(reports)
        self._carried: dict[tuple[int, int], tuple[int, bool] | None] = {}
        self._codes: dict[tuple[int, str], list[str]] = {}  # of projects, by list and name
        self._entries: dict[int, list[Entry]] = {}  # of projects, by key
        self._found: dict[Any, Any] = {}
        for entry in self._own:
            if entry.project_id in self._projects:
                entry.project = self._projects[entry.project_id]

    def _read_once(self, key: Any, read: Callable[[], Any]) -> Any:
        if key not in self._found:
            self._found[key] = read()
        return self._found[key]

    def changes(self, record: Any) -> set[str]:
        """Return the names of the fields of a record that are new or change."""
        return set(record.changed_fields())

    def entries(self, record: Any) -> list[Entry]:
        """Return an entry itself, or a project's visible entries with their programmes; none of a project that is new."""
        if isinstance(record, Entry):
            return [record]
        if record.pk is None or record._state.adding:
            return []
        if record.pk not in self._entries:
            self._load_entries(self._projects | {record.pk: record})
        return self._entries[record.pk]

    def _load_entries(self, projects: Mapping[int, Project]) -> None:
        own = {entry.pk: entry for entry in self._own if entry.pk}
        stored = Entry.objects.visible_to_actor().filter(project__in=projects).select_related("programme")
        entries = [own.pop(entry.pk, entry) for entry in stored]
        entries += [entry for entry in self._own if entry.pk is None or entry.pk in own]
        self._entries |= {key: [] for key in projects}
        for entry in entries:
            if entry.project_id in projects:
                entry.project = projects[entry.project_id]
                self._entries[entry.project_id].append(entry)

    def reports(self, entry: Entry) -> Sequence[MonthlyReport]:
        """Return all reports of a stored entry by month, in whatever state, each with the entry as it will be stored."""
        reports = self._get_reports(entry.pk)
        for report in reports:
            report.entry = entry
        return reports

    def earlier_reports(self, report: MonthlyReport) -> list[MonthlyReport]:
        """Return the reports of the same entry for the months before, in order, in whatever state."""
        return [earlier for earlier in self._get_reports(report.entry_id) if earlier.month < report.month]

    def disbursed(self, entry: Entry) -> int:
        """Return what the reports of a stored entry come to, in CNY, those that wait or were returned included."""
        return sum(report.disbursed or 0 for report in self._get_reports(entry.pk))

    def _get_reports(self, entry: int) -> Sequence[MonthlyReport]:
        if entry not in self._reports:
            keys = {entry, *self._reported, *(own.pk for own in self._own if has_new_days(own))}
            keys |= {own.pk for entries in self._entries.values() for own in entries if own.pk}
            self._reports |= {key: [] for key in keys}
            reports = MonthlyReport.objects.visible_to_actor().filter(entry__in=keys)
            for report in reports.order_by("entry_id", "month"):
                self._reports[report.entry_id].append(report)  # type: ignore[attr-defined]  # a list that was made here
        return self._reports[entry]

    def carried_forward(self, entry: Entry) -> tuple[int, bool] | None:
        """Return what the list of the year before knows to be disbursed by its end, in CNY, and whether that is all: what
        was disbursed before it is known, and each of its months approved. None of a project that was not on it.
        """
        key = entry.project_id, entry.programme.year
        if key not in self._carried:
            self._load_carried([entry, *(own for own in self._own if own.disbursed_before is not None)])
        return self._carried[key]

    def _load_carried(self, entries: Sequence[Entry]) -> None:
        """Look up what is carried forward to some entries, in two queries."""
        keys = {(entry.project_id, entry.programme.year) for entry in entries}
        self._carried |= dict.fromkeys(keys)
        before = Entry.objects.visible_to_actor().filter(
            project__in={project for project, _year in keys}, programme__year__in={year - 1 for _project, year in keys}
        )
        earlier = {entry.pk: entry for entry in before.select_related("programme")}
        reports = MonthlyReport.objects.visible_to_actor().filter(entry__in=earlier)
        months = reports.approved().exclude(basis=Basis.ILLUSTRATIVE).added_up_by_entry()
        for key, entry in earlier.items():
            number, disbursed = months.get(key, (0, 0))
            is_whole = entry.disbursed_before is not None and number == MONTHS_OF_YEAR
            known = (entry.disbursed_before or 0) + disbursed
            self._carried[entry.project_id, entry.programme.year + 1] = known, is_whole

    def namesake(self, project: Project, programme: Programme) -> str:
        """Return the code of another visible project of this Chinese name on the same list; '' if there is none."""
        key = programme.pk, project.name_zh
        if key not in self._codes:
            entries = chain(self._own, *(self.entries(project) for project in self._projects.values()))
            self._load_codes({key, *((entry.programme_id, entry.project.name_zh) for entry in entries)})
        return next((code for code in self._codes[key] if code != project.code), "")

    def _load_codes(self, keys: Collection[tuple[int, str]]) -> None:
        """Look up the codes of projects by list and name, with what the records that are checked together will say."""
        found: dict[tuple[int, str], list[str]] = {key: [] for key in keys}
        entries = Entry.objects.visible_to_actor().filter(
            programme__in={programme for programme, _name in keys}, project__name_zh__in={name for _list, name in keys}
        )
        names = {project.code: project.name_zh for project in self._projects.values()}
        columns = entries.order_by("project__code").values_list("programme_id", "project__name_zh", "project__code")
        for programme, name, code in columns:
            if names.get(code, name) == name:
                found.setdefault((programme, name), []).append(code)
        for entry in self._own:
            codes = found.get((entry.programme_id, entry.project.name_zh), [])
            if entry.project.code not in codes:
                codes.append(entry.project.code)
        self._codes |= found

    def adcode(self, project: Project) -> str:
        """Return the adcode of a project's prefecture; '' where it is not known."""
        if not project.prefecture_id:
            return ""
        visible = Prefecture.objects.visible_to_actor().values_list("pk", "adcode")
        adcodes: dict[int, str] = self._read_once("adcodes", lambda: dict(visible))
        return adcodes.get(project.prefecture_id, "")

    def announced_floor(self, programme: Programme) -> int | None:
        """Return the least investment of a project, in CNY, that was announced of the list; None where nothing was."""
        targets = Target.objects.visible_to_actor().filter(
            programme=programme.pk, measure=Measure.MINIMUM_PROJECT_INVESTMENT, kind=TargetKind.ANNOUNCED
        )
        values = targets.order_by("pk").values_list("value", flat=True)
        floor: int | None = self._read_once(("floor", programme.pk), values.first)
        return floor

    def announced_projects(self, programme: Programme) -> int | None:
        """Return the largest number of projects that was said of the list; None where nothing was."""
        targets = Target.objects.visible_to_actor().filter(
            programme=programme.pk, measure=Measure.PROJECT_COUNT, sector=None
        )
        values = targets.order_by("-value").values_list("value", flat=True)
        number: int | None = self._read_once(("projects", programme.pk), values.first)
        return number

    def get_largest(self, record: Any, name: str) -> int | None:
        """Return the largest amount of this field in CNY that another visible record has; None where none is known."""
        known = type(record).objects.visible_to_actor().filter(**{f"{name}__isnull": False}).order_by(f"-{name}")
        largest = self._read_once((type(record), name), lambda: list(known.values_list("pk", name)[:2]))
        return next((amount for pk, amount in largest if pk != record.pk), None)

    def usual_target(self, target: Target) -> int | None:
        """Return what the list comes to of a target's measure, for whoever reads all of it; else what another target says
        of it, of this list or, with the latest, of an earlier one; None where neither is known.
        """
        targets = Target.objects.visible_to_actor().filter(
            measure=target.measure, sector=None, programme__year__lte=target.programme.year
        )
        values = targets.exclude(pk=target.pk).order_by("-programme__year", "pk").values_list("value", flat=True)

        def find_total() -> int | None:
            total = list_total_regardless_of_permission(target.programme, target.measure) if actor_reads_all() else None
            return total or values.first()

        usual: int | None = self._read_once(("usual", target.programme_id, target.measure), find_total)
        return usual

    def today(self, record: Any) -> dt.date:
        """Return the day that counts as today for a plan by its programme; for a project and what belongs to it the latest
        of its programmes' days; else the calendar's.
        """
        entries = [record.entry] if isinstance(record, Plan) else self.entries(getattr(record, "project", record))
        return max((entry.programme.today for entry in entries), default=as_of.today())


def has_new_days(entry: Entry) -> bool:
    """Return whether a stored entry gets other days on its list: only then its reports are looked up."""
    return entry._stored is not None and not {"joined", "left"}.isdisjoint(entry.changed_fields())


def list_total_regardless_of_permission(programme: Programme, measure: str) -> int | None:
    """Return whole CNY of all that were ever put on the list and did not leave it; None where nothing is known."""
    column = _LIST_COLUMNS.get(measure)
    if column is None:
        return None
    entries = Entry.objects.regardless_of_permission().filter(programme=programme.pk, left__isnull=True).order_by()
    total: int | None = entries.aggregate(total=Sum(column))["total"]
    return int(total) if total else None


@dataclass(frozen=True)
class Finding:
    """What a kind finds at a field of the record. `value` and `other` become text in the reader's language."""

    field: str
    value: Any = ""
    other: Any = ""


Findings = Iterator[Finding]
Finds = Callable[[Any, PlausibilityRule, Surroundings], Findings]


@dataclass(frozen=True)
class Kind:
    """A kind of rule: `looks_at` names, by model, the fields whose change makes it look; `finds` is given the record, its
    rule and what stands around the record. Importance, limit and message are data: `fixtures/plausibility_rules.json`.
    """

    finds: Finds
    name: PlausibilityKind
    looks_at: Mapping[str, tuple[str, ...]]


KINDS: dict[str, Kind] = {}


def kind(name: PlausibilityKind, **looks_at: tuple[str, ...]) -> Callable[[Finds], Finds]:
    """Decorate the function that finds what a kind of rule doubts: register the kind."""

    def register(finds: Finds) -> Finds:
        KINDS[name.value] = Kind(finds, name, looks_at)
        return finds

    return register


def _fields(rule: PlausibilityRule, record: Any) -> tuple[str, ...]:
    """Return the fields of a record that a rule looks at; what it finds of records beside it, it says at the first."""
    return KINDS[rule.kind].looks_at[record._meta.model_name]


def get_kinds(model: str) -> list[Kind]:
    """Return the kinds that look at records of a model, by its lower-case name."""
    return [kind for kind in KINDS.values() if model in kind.looks_at]


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
        """Return the key that confirms this doubt alone, where the same rule doubts other records as well."""
        return f"{self.rule.kind}:{self.record._meta.model_name}-{self.record.pk}"

    @property
    def is_refused(self) -> bool:
        return self.rule.importance == Importance.REFUSE

    @property
    def message(self) -> str:
        """Return the sentence in the reader's language."""
        return self.message_in(str)

    def message_in(self, format_amount: Callable[[AmountInSentence], str]) -> str:
        """Return the message with amounts as `format_amount` writes them."""
        values = {"value": self.finding.value, "other": self.finding.other, "limit": format_limit(self.rule)}
        message = self.rule.message
        for name, value in values.items():
            text = format_amount(value) if isinstance(value, AmountInSentence) else str(value)
            message = message.replace(f"{{{name}}}", text)
        return message


def format_limit(rule: PlausibilityRule) -> Any:
    """Return the limit of a rule for a sentence; "" where it has none."""
    if rule.limit is None:
        return ""
    if rule.unit == LimitUnit.CNY:
        return AmountInSentence(rule.limit)
    return in_unit(rule.limit, HUNDRED) if rule.unit == LimitUnit.HUNDREDTHS else rule.limit


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
_WHOLE = 1000  # tenths of a per cent


@kind(PlausibilityKind.FLOOR, project=("total_investment",), entry=("project", "programme"))
def _below_floor(record: Any, rule: PlausibilityRule, around: Surroundings) -> Findings:
    """On any of its lists. The floor is the one that was announced of the list, else the rule's limit."""
    for entry in around.entries(record):
        total, floor = entry.project.total_investment, around.announced_floor(entry.programme) or rule.limit
        if total is not None and floor and total < floor:
            yield Finding(_fields(rule, record)[0], AmountInSentence(total), AmountInSentence(floor))
            return


@kind(PlausibilityKind.TOKEN_AMOUNT, **_TOKENS)
def _token(record: Any, rule: PlausibilityRule, around: Surroundings) -> Findings:
    is_report = isinstance(record, MonthlyReport)  # which is looked at whole when it is handed in and reviewed
    for name in _fields(rule, record) if _is_money(record) else ():
        amount = getattr(record, name)
        if amount and (is_report or name in around.changes(record)) and 0 < amount < (rule.limit or 0):
            yield Finding(name, AmountInSentence(amount))


@kind(PlausibilityKind.OTHER_UNIT, **_OTHER_UNITS)
def _other_unit(record: Any, rule: PlausibilityRule, around: Surroundings) -> Findings:
    """Where another amount stood so many times larger or smaller; of a new claim, at its project."""
    stored = record._stored or _figure_claimed(record)
    if not stored or not _is_money(record):
        return
    for name in _fields(rule, record):
        before, now, times = stored.get(name), getattr(record, name), rule.limit or 0
        if before and now and times and max(before, now) >= times * min(before, now):
            yield Finding(name, AmountInSentence(now), AmountInSentence(before))


@kind(PlausibilityKind.SCALE, **_SCALED)
def _scale(record: Any, rule: PlausibilityRule, around: Surroundings) -> Findings:
    """Where nothing stood that it could be held against (above): against what others have that the writer sees."""
    stored = record._stored or {}
    for name in _fields(rule, record):
        now, times = getattr(record, name), rule.limit or 0
        if now and times and not stored.get(name) and name in around.changes(record):
            largest = around.get_largest(record, name)
            if largest and now >= times * largest:
                yield Finding(name, AmountInSentence(now), AmountInSentence(largest))


@kind(PlausibilityKind.TARGET, target=("value",))
def _target(record: Target, rule: PlausibilityRule, around: Surroundings) -> Findings:
    """One that is new, against what the list comes to or was said before; one that changes, against itself (above)."""
    is_money = _is_money(record)
    if (record._stored is not None and is_money) or record.sector_id is not None:
        return
    value, usual, times = record.value, around.usual_target(record), rule.limit or 0
    if not (value and usual and times):
        return
    if not is_money:  # what is counted begins small in a year
        if value >= times * usual:
            yield Finding("value", value, usual)
        return
    # what is disbursed by a month is held against the plan of the year, of which the first months are a small part
    least = times * HUNDRED if record.measure == Measure.DISBURSED else times
    if value >= times * usual or usual >= least * value:
        yield Finding("value", AmountInSentence(value), AmountInSentence(usual))


@kind(PlausibilityKind.ZERO_TARGET, target=("value",))
@kind(PlausibilityKind.ZERO_PLAN, entry=("planned_disbursement",), plan=("amount",))
def _zero(record: Any, rule: PlausibilityRule, around: Surroundings) -> Findings:
    """Of targets: of money and of what is counted, of all of the list and of a part of it."""
    for name in _fields(rule, record):
        if getattr(record, name) == 0:
            yield Finding(name)


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


@kind(PlausibilityKind.PART_OF_TARGET, target=("value", "plan_share"))
def _part_of_target(record: Target, rule: PlausibilityRule, around: Surroundings) -> Findings:
    """Projects of one kind against all that are announced; a share of the plan against the plan."""
    projects = around.announced_projects(record.programme) if record.unit == Unit.PROJECTS else None
    if projects and record.measure != Measure.PROJECT_COUNT and record.value > projects:
        yield Finding("value", record.value, projects)
    if record.plan_share and record.plan_share > _WHOLE:
        yield Finding("plan_share", f"{in_unit(record.plan_share, _WHOLE // HUNDRED)} %", "100 %")


@kind(PlausibilityKind.LIGHT_LIMITS, lightrule=("method", "yellow", "red"))
def _light_limits(record: LightRule, rule: PlausibilityRule, around: Surroundings) -> Findings:
    if record.method == LightMethod.POINTS and record.red < (rule.limit or 0):
        yield Finding("red", record.red)


@kind(PlausibilityKind.REVENUE, project=("expected_revenue", "total_investment"))
def _revenue(record: Project, rule: PlausibilityRule, around: Surroundings) -> Findings:
    total, revenue = record.total_investment, record.expected_revenue
    if total and revenue and rule.limit is not None and revenue > total * rule.limit:
        yield Finding("expected_revenue", AmountInSentence(revenue), AmountInSentence(total))


@kind(
    PlausibilityKind.PLAN,
    project=("total_investment",),
    entry=("planned_disbursement", "project"),
    plan=("amount", "entry"),
)
def _plan(record: Any, rule: PlausibilityRule, around: Surroundings) -> Findings:
    for amount, entry in _plans(record, around):
        total = entry.project.total_investment
        if _is_above_limit(amount, total, rule):
            yield Finding(_fields(rule, record)[0], AmountInSentence(amount or 0), AmountInSentence(total or 0))
            return


def _plans(record: Any, around: Surroundings) -> list[tuple[int | None, Entry]]:
    """Return what is planned of a year by a plan, an entry or the entries of a project, each with its entry."""
    if isinstance(record, Plan):
        return [(record.amount, record.entry)]
    return [(entry.planned_disbursement, entry) for entry in around.entries(record)]


@kind(PlausibilityKind.SPENT_BEFORE, project=("total_investment",), entry=("disbursed_before", "project"))
def _spent_before(record: Any, rule: PlausibilityRule, around: Surroundings) -> Findings:
    for entry in around.entries(record):
        total = entry.project.total_investment
        if _is_above_limit(entry.disbursed_before, total, rule):
            before = AmountInSentence(entry.disbursed_before or 0)
            yield Finding(_fields(rule, record)[0], before, AmountInSentence(total or 0))
            return


@kind(PlausibilityKind.CARRIED_FORWARD, entry=("disbursed_before", "project", "programme"))
def _carried_forward(record: Entry, rule: PlausibilityRule, around: Surroundings) -> Findings:
    """Below what is approved by the end of the year before; above it only where each of its months is approved."""
    amount, found = record.disbursed_before, around.carried_forward(record)
    if amount is None or found is None or rule.limit is None:
        return
    known, is_whole = found
    apart, least = (amount - known) * HUNDRED, known * rule.limit
    if -apart > least or (is_whole and apart > least):
        yield Finding("disbursed_before", AmountInSentence(amount), AmountInSentence(known))


@kind(
    PlausibilityKind.IN_ALL,
    project=("total_investment",),
    entry=("planned_disbursement", "disbursed_before", "project"),
    plan=("amount", "entry"),
    monthlyreport=("disbursed",),
)
def _in_all(record: Any, rule: PlausibilityRule, around: Surroundings) -> Findings:
    """The plan or the reported months of the year: a plan alone above the investment is found above.

    The months are looked up again where an investment, or what was disbursed before, changes.
    """
    amounts: list[tuple[int | None, Entry]]
    if isinstance(record, MonthlyReport):
        months = [report.disbursed or 0 for report in around.reports(record.entry) if report.month != record.month]
        amounts = [(sum(months, record.disbursed), record.entry)] if (record.disbursed or 0) > 0 else []
    else:
        amounts = [
            (amount, entry)
            for amount, entry in _plans(record, around)
            if not _is_above_limit(amount, entry.project.total_investment, rule)
        ]
        if {"total_investment", "disbursed_before"} & around.changes(record):
            amounts += [(around.disbursed(entry), entry) for entry in around.entries(record) if entry.pk]
    for amount, entry in amounts:
        before, total = entry.disbursed_before or 0, entry.project.total_investment
        if not amount or _is_above_limit(before, total, rule):
            continue
        if _is_above_limit(before + amount, total, rule):
            yield Finding(_fields(rule, record)[0], AmountInSentence(before + amount), AmountInSentence(total))
            return


@kind(PlausibilityKind.NEW_WITH_SPENDING, entry=("status", "disbursed_before"))
def _new_with_spending(record: Entry, rule: PlausibilityRule, around: Surroundings) -> Findings:
    if record.status == ListStatus.NEW and record.disbursed_before:
        yield Finding("disbursed_before", AmountInSentence(record.disbursed_before))


def _is_above_limit(amount: int | None, total: int | None, rule: PlausibilityRule) -> bool:
    """Return whether an amount is more than so many per cent of the investment. Not where one of them is not known."""
    if amount is None or total is None or rule.limit is None:
        return False
    return amount * HUNDRED > total * rule.limit


_USUAL_CODE = re.compile(r"HN(-[A-Z0-9]+)*-([0-9]{4})-[0-9]+", re.ASCII)
_OWN_PROVINCE = Province.HUNAN
_REGIONS = {*Province.values, "00", "66"}  # none; the Construction Corps of Xinjiang
_CENTURY, _FIRST_YEAR = 2000, 2013  # before which no platform gave codes


@kind(PlausibilityKind.CODE, project=("code",))
def _code(record: Project, rule: PlausibilityRule, around: Surroundings) -> Findings:
    """A blank within a code is taken out before it is stored, so that what stands here is a name and a number.

    The year is that of a list: of this century, and at most the next one.
    """
    match = _USUAL_CODE.fullmatch(record.code)
    if match is None or not _CENTURY <= int(match[2]) <= as_of.today().year + 1:
        yield Finding("code", record.code)


@kind(PlausibilityKind.NATIONAL_CODE, project=("national_code", "prefecture"))
def _national_code(record: Project, rule: PlausibilityRule, around: Surroundings) -> Findings:
    """2304-430100-…: when the platform gave it, as year and month or, in its first years, as the year alone; and where the
    project is, by the code of its province, 00 for none, and, where it names one, of its prefecture. Nothing else of it is
    known to mean anything (GB/T 40058).
    """
    if not record.national_code:
        return
    date, region = record.national_code.split("-")[:2]
    if not _has_been(date):
        yield Finding("national_code", record.national_code, date)
    elif region[:2] not in _REGIONS or _is_elsewhere(region, around.adcode(record)):
        yield Finding("national_code", record.national_code, region)


def _is_elsewhere(region: str, adcode: str) -> bool:
    """Whether a region is of another prefecture. A whole province, or none, may be that of any."""
    return region[:2] in Province.values and region[2:4] != "00" and bool(adcode) and region[:4] != adcode[:4]


def _has_been(date: str) -> bool:
    today, month = as_of.today(), int(date[2:])
    of_month = 1 <= month <= MONTHS_OF_YEAR and (_CENTURY + int(date[:2]), month) <= (today.year, today.month)
    return of_month or _FIRST_YEAR <= int(date) <= today.year


@kind(PlausibilityKind.NAME, project=("name_zh",), entry=("project", "programme"))
def _name(record: Any, rule: PlausibilityRule, around: Surroundings) -> Findings:
    """Among the projects that the writer sees."""
    for entry in around.entries(record):
        if other := around.namesake(entry.project, entry.programme):
            yield Finding(_fields(rule, record)[0], entry.project.name_zh, other)
            return


@kind(PlausibilityKind.SOURCE_PROVINCE, project=("source_province",))
def _source_province(record: Project, rule: PlausibilityRule, around: Surroundings) -> Findings:
    if record.source_province == _OWN_PROVINCE:
        yield Finding("source_province", record.get_source_province_display())


@kind(PlausibilityKind.START, project=("start", "start_precision"), entry=("status", "project", "programme"))
def _start(record: Any, rule: PlausibilityRule, around: Surroundings) -> Findings:
    """A continuing project was begun before the year of its list; any is begun within a few years of it."""
    for entry in around.entries(record):
        started, year = entry.project.started, entry.programme.year
        latest = year - 1 if entry.status == ListStatus.CONTINUING else year + (rule.limit or 0)
        if started is not None and started.first.year > latest:
            yield Finding(_fields(rule, record)[0], str(started), year)
            return


@kind(PlausibilityKind.FINISH, project=("finish", "finish_precision"), entry=("project", "programme"))
def _finish(record: Any, rule: PlausibilityRule, around: Surroundings) -> Findings:
    for entry in around.entries(record):
        finished, year = entry.project.finished, entry.programme.year
        if finished is not None and finished.last.year < year:
            yield Finding(_fields(rule, record)[0], str(finished), year)
            return


@kind(PlausibilityKind.MEMBERSHIP, entry=("joined", "left", "programme"))
def _membership(record: Entry, rule: PlausibilityRule, around: Surroundings) -> Findings:
    year = record.programme.year
    for name in ("joined", "left"):
        day = getattr(record, name)
        if day is not None and day.year != year:
            yield Finding(name, day.isoformat(), year)


@kind(PlausibilityKind.NO_MONTH, entry=("joined", "left"))
def _no_month(record: Entry, rule: PlausibilityRule, around: Surroundings) -> Findings:
    joined, left = record.joined, record.left
    if joined is not None and left is not None and (joined.year, joined.month) == (left.year, left.month):
        yield Finding("left", left.isoformat(), joined.isoformat())


@kind(PlausibilityKind.OFF_LIST, entry=("joined", "left"))
def _off_list(record: Entry, rule: PlausibilityRule, around: Surroundings) -> Findings:
    """What is handed in or approved of a month that the days leave out, where the days before did not."""
    if record._stored is None or not has_new_days(record):
        return
    joined, left = record._stored["joined"], record._stored["left"]
    for report in around.reports(record):
        month = report.period
        if (
            report.state in ARRIVED
            and was_on_list(joined, left, month)
            and not was_on_list(record.joined, record.left, month)
        ):
            starts_later = record.joined is not None and record.joined > month.last_day
            yield Finding("joined" if starts_later else "left", month)
            return


@kind(PlausibilityKind.DECISION, plan=("decided_on",))
@kind(PlausibilityKind.REACHED, milestone=("actual",))
@kind(PlausibilityKind.RAISED, problem=("raised_on",))
@kind(PlausibilityKind.SOLVED, problem=("solved_on",))
def _after_today(record: Any, rule: PlausibilityRule, around: Surroundings) -> Findings:
    today = around.today(record)
    for name in _fields(rule, record):
        if (day := getattr(record, name)) is not None and day > today:
            yield Finding(name, day.isoformat(), today.isoformat())


@kind(
    PlausibilityKind.FAR_DATE,
    project=("start", "finish"),
    plan=("decided_on",),
    milestone=("planned", "expected", "actual"),
    problem=("raised_on", "due", "solved_on"),
)
def _far_date(record: Any, rule: PlausibilityRule, around: Surroundings) -> Findings:
    today = around.today(record)
    for name in _fields(rule, record):
        day = getattr(record, name) if name in around.changes(record) else None
        if day is not None and abs(day.year - today.year) > (rule.limit or 0):
            yield Finding(name, day.isoformat(), today.isoformat())


@kind(PlausibilityKind.DUE, problem=("due", "raised_on"))
def _due(record: Problem, rule: PlausibilityRule, around: Surroundings) -> Findings:
    if record.due is not None and record.due < record.raised_on:
        yield Finding("due", record.due.isoformat(), record.raised_on.isoformat())


_ORDER = list(Stage)
_PRODUCING = (Stage.TRIAL, Stage.PRODUCTION)


@kind(PlausibilityKind.YEAR_TO_DATE, monthlyreport=("disbursed",))
def _year_to_date(record: MonthlyReport, rule: PlausibilityRule, around: Surroundings) -> Findings:
    """Only a month that takes something back can make it negative."""
    if record.disbursed is None or record.disbursed >= 0:
        return
    whole = record.disbursed + sum(earlier.disbursed or 0 for earlier in around.earlier_reports(record))
    if whole < 0:
        yield Finding("disbursed", AmountInSentence(record.disbursed), AmountInSentence(whole))


@kind(PlausibilityKind.PRODUCTION, monthlyreport=("stage", "disbursed"))
def _production(record: MonthlyReport, rule: PlausibilityRule, around: Surroundings) -> Findings:
    """Not of a continuing project of which nobody knows what was disbursed before."""
    if record.stage not in _PRODUCING or record.disbursed or record.entry.disbursed_before:
        return
    if record.entry.disbursed_before is None and record.entry.status == ListStatus.CONTINUING:
        return
    if not any(earlier.disbursed for earlier in around.earlier_reports(record)):
        yield Finding("stage", record.get_stage_display())


@kind(PlausibilityKind.STAGE, monthlyreport=("stage",))
def _stage(record: MonthlyReport, rule: PlausibilityRule, around: Surroundings) -> Findings:
    if not record.stage:
        return
    for earlier in reversed(around.earlier_reports(record)):
        if earlier.stage:
            if _ORDER.index(Stage(earlier.stage)) > _ORDER.index(Stage(record.stage)):
                yield Finding("stage", record.get_stage_display(), earlier.get_stage_display())
            return


@kind(PlausibilityKind.ENTERPRISES, monthlyreport=("enterprises_attracted",))
def _enterprises(record: MonthlyReport, rule: PlausibilityRule, around: Surroundings) -> Findings:
    if record.enterprises_attracted and record.entry.project.kind != ProjectKind.PARK:
        yield Finding("enterprises_attracted", record.enterprises_attracted)


@kind(PlausibilityKind.MANY_ENTERPRISES, monthlyreport=("enterprises_attracted",))
def _many_enterprises(record: MonthlyReport, rule: PlausibilityRule, around: Surroundings) -> Findings:
    if (record.enterprises_attracted or 0) > (rule.limit or 0):
        yield Finding("enterprises_attracted", record.enterprises_attracted)


@kind(PlausibilityKind.MONTH_OF_PLAN, monthlyreport=("disbursed",))
@kind(PlausibilityKind.FORECAST, monthlyreport=("forecast",))
def _above_plan(record: MonthlyReport, rule: PlausibilityRule, around: Surroundings) -> Findings:
    [name], plan = _fields(rule, record), record.entry.planned_disbursement
    amount = getattr(record, name)
    if plan and _is_above_limit(amount, plan, rule):
        yield Finding(name, AmountInSentence(amount), AmountInSentence(plan))


@kind(PlausibilityKind.FORECAST_BELOW, monthlyreport=("forecast", "disbursed"))
def _forecast_below(record: MonthlyReport, rule: PlausibilityRule, around: Surroundings) -> Findings:
    if record.forecast is None:
        return
    done = sum((earlier.disbursed or 0 for earlier in around.earlier_reports(record)), record.disbursed or 0)
    if record.forecast < done:
        yield Finding("forecast", AmountInSentence(record.forecast), AmountInSentence(done))


@kind(PlausibilityKind.CONSTRUCTION_START, monthlyreport=("started_on",))
def _construction_start(record: MonthlyReport, rule: PlausibilityRule, around: Surroundings) -> Findings:
    if record.started_on is None:
        return
    apart = (record.period.year - record.started_on.year) * MONTHS_OF_YEAR + record.month - record.started_on.month
    if apart > (rule.limit or 0):
        yield Finding("started_on", record.started_on.isoformat(), record.period)


@kind(PlausibilityKind.AFTER_LEAVING, monthlyreport=("month", "entry"))
def _after_leaving(record: MonthlyReport, rule: PlausibilityRule, around: Surroundings) -> Findings:
    if not was_on_list(record.entry.joined, record.entry.left, record.period):
        yield Finding("month", record.period)


@kind(PlausibilityKind.OUTLIER, monthlyreport=("disbursed",))
def _outlier(record: MonthlyReport, rule: PlausibilityRule, around: Surroundings) -> Findings:
    before = [earlier.disbursed for earlier in around.earlier_reports(record) if earlier.disbursed is not None]
    score = get_outlier_score(record.disbursed, before, record.entry.planned_disbursement, months=rule.months or 0)
    if score is None or rule.limit is None or abs(score) * HUNDRED <= rule.limit or not (middle := median(before)):
        return
    amount = record.disbursed or 0
    apart = _("{percent} above") if amount > middle else _("{percent} below")
    percent = f"{abs(amount - middle) / abs(middle):.0%}"
    yield Finding("disbursed", AmountInSentence(amount), format_lazy(apart, percent=percent))


def get_outlier_score(amount: int | None, before: list[int], plan: int | None, *, months: int) -> Fraction | None:
    """Return how far the month's share of the plan lies from the shares of the months before, in deviations.

    None where there is no plan, no amount, or not enough months. Amounts in CNY.
    """
    if amount is None or not plan or len(before) < months:
        return None
    return modified_z_score(Fraction(amount, plan), [Fraction(other, plan) for other in before])


_PUBLISHED_FIGURES = {
    "project": Project.attributed,
    "entry": ("planned_disbursement", "disbursed_before"),
    "monthlyreport": ("disbursed",),
}
_WITH_BASIS = ("project", "entry", "plan", "milestone", "problem", "monthlyreport")
_WORTH = {Basis.ILLUSTRATIVE: 0, Basis.REPORTED: 1, Basis.PUBLISHED: 2}


@kind(PlausibilityKind.PUBLISHED_FIGURE, **_PUBLISHED_FIGURES)
def _published_figure(record: Any, rule: PlausibilityRule, around: Surroundings) -> Findings:
    """Where a figure that was published becomes blank."""
    if record._stored is None:
        return
    stored = SimpleNamespace(**record._stored)
    for name in _fields(rule, record):
        value = figure_of(stored, name)
        if value is not None and figure_of(record, name) is None and _was_published(record, stored, name):
            yield Finding(name, AmountInSentence(value) if isinstance(value, int) else value)


def _was_published(record: Any, stored: Any, name: str) -> bool:
    """Whether a figure, as it is stored, stands in a publication: the record's own, or that of an adopted claim."""
    if getattr(stored, reporter_of(name), ""):
        return False
    names_a_source = isinstance(record, Entry) and stored.source_id is not None and name in Entry.attributed
    is_claimed = isinstance(record, Project) and record.source_of(name) is not None
    return stored.basis == Basis.PUBLISHED or names_a_source or is_claimed


@kind(PlausibilityKind.LOWER_BASIS, **dict.fromkeys(_WITH_BASIS, ("basis",)))
def _lower_basis(record: Any, rule: PlausibilityRule, around: Surroundings) -> Findings:
    """Published is worth more than reported, and reported more than illustrative."""
    if record._stored is None:
        return
    before, now = Basis(record._stored["basis"]), Basis(record.basis)
    if _WORTH[now] < _WORTH[before]:
        yield Finding("basis", now.label, before.label)


_EXAMPLE = re.compile("示例|illustrative", re.IGNORECASE)


@kind(PlausibilityKind.EXAMPLE_NAME, project=("name_zh", "name_en", "basis"))
def _example_name(record: Project, rule: PlausibilityRule, around: Surroundings) -> Findings:
    for name in ("name_zh", "name_en"):
        if record.basis != Basis.ILLUSTRATIVE and _EXAMPLE.search(getattr(record, name)):
            yield Finding(name, getattr(record, name), record.get_basis_display())


@kind(
    PlausibilityKind.WORDS,
    project=("name_zh", "name_en"),
    enterprise=("name_zh", "name_en"),
    monthlyreport=("reason", "measure", "correction_reason"),
    plan=("reason",),
    milestone=("name_zh", "name_en", "reason"),
    problem=("description", "note"),
    rating=("words",),
    proposal=("reason",),
)
def _words(record: Any, rule: PlausibilityRule, around: Surroundings) -> Findings:
    """Digits and punctuation are no words."""
    is_report = isinstance(record, MonthlyReport)  # which is looked at whole when it is handed in
    for name in _fields(rule, record):
        text = getattr(record, name) if is_report or name in around.changes(record) else ""
        if text and sum(map(str.isalpha, text)) < (rule.limit or 0):
            yield Finding(name, text)


# counties of each prefecture of Hunan, by the first four digits of their codes (GB/T 2260)
_COUNTIES = {
    "4301": "芙蓉区 天心区 岳麓区 开福区 雨花区 望城区 长沙县 浏阳市 宁乡市",
    "4302": "荷塘区 芦淞区 石峰区 天元区 渌口区 攸县 茶陵县 炎陵县 醴陵市",
    "4303": "雨湖区 岳塘区 湘潭县 湘乡市 韶山市",
    "4304": "珠晖区 雁峰区 石鼓区 蒸湘区 南岳区 衡阳县 衡南县 衡山县 衡东县 祁东县 耒阳市 常宁市",
    "4305": "双清区 大祥区 北塔区 新邵县 邵阳县 隆回县 洞口县 绥宁县 新宁县 城步 武冈市 邵东市",
    "4306": "岳阳楼区 云溪区 君山区 岳阳县 华容县 湘阴县 平江县 汨罗市 临湘市",
    "4307": "武陵区 鼎城区 安乡县 汉寿县 澧县 临澧县 桃源县 石门县 津市市",
    "4308": "永定区 武陵源区 慈利县 桑植县",
    "4309": "资阳区 赫山区 南县 桃江县 安化县 沅江市",
    "4310": "北湖区 苏仙区 桂阳县 宜章县 永兴县 嘉禾县 临武县 汝城县 桂东县 安仁县 资兴市",
    "4311": "零陵区 冷水滩区 祁阳市 东安县 双牌县 道县 江永县 宁远县 蓝山县 新田县 江华",
    "4312": "鹤城区 中方县 沅陵县 辰溪县 溆浦县 会同县 麻阳 新晃 芷江 靖州 通道侗 洪江市",
    "4313": "娄星区 双峰县 新化县 冷水江市 涟源市",
    "4331": "吉首市 泸溪县 凤凰县 花垣县 保靖县 古丈县 永顺县 龙山县",
}
_PREFECTURE_OF_COUNTY = {county: code for code, counties in _COUNTIES.items() for county in counties.split()}


@kind(PlausibilityKind.COUNTY, project=("county_zh", "prefecture"))
def _county(record: Project, rule: PlausibilityRule, around: Surroundings) -> Findings:
    """Only where the text names a county of the province: zones are called as they like."""
    named = {code for county, code in _PREFECTURE_OF_COUNTY.items() if county in record.county_zh}
    prefecture = around.adcode(record)[:4]
    if named and prefecture and prefecture not in named:
        yield Finding("county_zh", record.county_zh)


# of the modified z-score, after B. Iglewicz and D. Hoaglin, How to Detect and Handle Outliers (ASQC Quality Press, 1993): it
# makes the median absolute deviation that of a normal distribution; they call scores beyond 3.5 potential outliers
CONSTANT = Fraction("0.6745")


def modified_z_score(value: Fraction, others: Sequence[Fraction]) -> Fraction | None:
    """Return the score of a value against others, in deviations that a few extremes do not move.

    None where there are none, and where more than half of them are equal, as in the months before a project begins.
    """
    if not others:
        return None
    middle = median(others)
    spread = median([abs(other - middle) for other in others])
    return CONSTANT * (value - middle) / spread if spread else None
