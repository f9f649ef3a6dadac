"""The entries of a question as a table in the database: place on the list, plan, and what was reported to a month.

What is told of each entry of a long list (lights, a start, reports missing) is told there, so that it is counted, ordered
and cut into pages where it lies. Months are bits of a number: 2 for January, 4 for February.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from types import MappingProxyType
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import F, FilteredRelation, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from projects.choices import ARRIVED, Basis, ListStatus, PlanKind, Precision, ReportState, Stage
from projects.database import get_read_alias
from projects.database.prepared_statements import Prepared, prepared
from projects.database.sql import Sql, joined
from projects.history.as_of import looking_back
from projects.models import Plan, Programme
from projects.periods import MONTHS_OF_YEAR, Month
from projects.totals.scope import Scope
from projects.totals.scope_statements import statement_of

from .beside import BesideReports
from .terms import Term

_LISTED = ("project", "place", "start", "exact", "entry", "amount", "basis", "status", "joined", "gone")
_OWN = ("pk", "planned_disbursement", "basis", "status", "joined", "left")
_MOST = 10**12  # above any amount: a month and what was said in it are one number
_APPROVED = f"r.state = '{ReportState.APPROVED.value}'"
_ARRIVED = "r.state IN ('{}')".format("', '".join(ARRIVED))
_IS_EVEN = "pl.curve->>0 IS NULL"
ALL_ROWS = 2**63 - 1  # with a limit SQLite tells each row once, whatever is asked of it


@dataclass(frozen=True)
class CommonTable:
    """A table that a statement begins with: `head` is its name, with the names of its columns where the query has others."""

    head: str
    query: Sql | str

    @classmethod
    def of(cls, head: str, rows: QuerySet) -> CommonTable:
        """Raises `EmptyResultSet` where it is plain that nothing is found."""
        return cls(head, Sql.of(rows))

    @classmethod
    def once(cls, head: str, kind: Hashable, build: Callable[[], QuerySet]) -> CommonTable:
        """The same of rows that follow from their kind alone: their SQL is made once."""
        return cls._of_statement(head, prepared((head, kind), build))

    @classmethod
    def asked(cls, head: str, scope: Scope, kind: Hashable, build: Callable[[Scope], QuerySet]) -> CommonTable:
        """The same of rows that follow from their kind and a question."""
        return cls._of_statement(head, statement_of(scope, (head, kind), build))

    @classmethod
    def _of_statement(cls, head: str, statement: Prepared) -> CommonTable:
        if not statement.sql:
            raise EmptyResultSet
        return cls(head, Sql(statement.sql, statement.parameters))


def with_tables(tables: Iterable[CommonTable], tail: str) -> Sql:
    """A statement that begins with these tables."""
    named = joined((joined([f"{each.head} (", each.query, ")"]) for each in tables), ", ")
    return Sql(f"WITH {named.text} {tail}", named.values)


def rows_of(tables: Iterable[CommonTable], tail: str) -> list[tuple[Any, ...]]:
    statement = with_tables(tables, tail)
    with connections[get_read_alias()].cursor() as cursor:
        cursor.execute(statement.text, statement.values)
        return cursor.fetchall()


def rows_of_list(scope: Scope, tables: Callable[[Scope], Iterable[CommonTable]], tail: str) -> list[tuple[Any, ...]]:
    """The same about the list of a question, in the state that it asks of; none where it is plain that nothing is found."""
    if scope.programme is None:
        return []
    with looking_back(scope.as_of):
        try:
            return rows_of(tables(scope), tail)
        except EmptyResultSet:
            return []


def listed(
    scope: Scope, of_project: Mapping[str, str] = MappingProxyType({}), *, found: QuerySet | None = None, **more: Any
) -> CommonTable:
    """`listed`: a row for each entry of the scope; `place` is where it stands in the order that is asked for.

    With more columns of its project by other names, and `more` that are made for it. Of projects of the scope that were
    `found` already it is of these alone.
    """
    names = (*_LISTED, *of_project, *more)
    head = f"listed ({', '.join(names)}) AS {'NOT ' if not more and scope.as_of is None else ''}MATERIALIZED"
    if found is None and not more:
        return CommonTable.asked(head, scope, tuple(of_project.items()), lambda asked: _listed(asked, of_project))
    return CommonTable.of(head, _listed(scope, of_project, found, **more))


def _listed(scope: Scope, of_project: Mapping[str, str], found: QuerySet | None = None, **more: Any) -> QuerySet:
    first, last = ("start", "start_precision"), tuple(of_project.values())
    if found is None and scope.is_whole and not scope.ordering:  # nothing else to find them by
        entries = scope.span.listed().order_by().annotate(place=F("project__code"), **more)
        of_projects, others = ([f"project__{name}" for name in some] for some in (first, last))
        return entries.values_list("project", "place", *of_projects, *_OWN, *others, *more)
    rows = scope.projects() if found is None else found
    order: Any = list(rows.query.order_by) if scope.ordering else None
    entry = FilteredRelation("entries", condition=Q(entries__programme=scope.programme))
    rows = rows.annotate(entry=entry).filter(entry__isnull=False)
    rows = rows.order_by().annotate(place=Window(RowNumber(), order_by=order) if order else F("code"), **more)
    return rows.values_list("pk", "place", *first, *(f"entry__{name}" for name in _OWN), *last, *more)


def up_to(month: int) -> int:
    """The bits of January to a month."""
    return 2 ** (month + 1) - 2


def columns(months: Iterable[int]) -> dict[str, str]:
    """What is said of the reports `r` of an entry, with what they come to by these months. Those without a number are months
    as bits: with an approved report, with one that was handed in, and of the approved ones those that show a beginning (a
    day of start, or money), say a stage beyond preparation, or say preparation, trial production or production.
    """
    found = {
        "approved": _bits(_APPROVED),
        "arrived": _bits(_ARRIVED),
        "begun": _bits(f"{_APPROVED} AND (r.started_on IS NOT NULL OR r.disbursed > 0)"),
        "beyond": _bits(f"{_APPROVED} AND r.stage NOT IN ('', '{Stage.PREPARATION.value}')"),
        "preparing": _at_stage(Stage.PREPARATION),
        "trial": _at_stage(Stage.TRIAL),
        "producing": _at_stage(Stage.PRODUCTION),
    }
    for month in months:
        by_then = f"CASE WHEN {_APPROVED} AND r.month <= {int(month)}"
        said = f"MAX({by_then} THEN r.month * {_MOST} + r.forecast END)"
        found[f"done_{month}"] = f"CAST(SUM({by_then} THEN r.disbursed END) AS bigint)"
        found[f"said_{month}"] = f"{said} - {said} / {_MOST} * {_MOST}"
    return found


def _at_stage(stage: Stage) -> str:
    return _bits(f"{_APPROVED} AND r.stage = '{stage.value}'")


def _bits(condition: str) -> str:
    return f"SUM(CASE WHEN {condition} THEN 1 << r.month ELSE 0 END)"


def reported(*months: int, of: str = "SELECT entry FROM listed") -> CommonTable:
    """`reported`: what the reports of each entry come to by these months."""
    texts = ", ".join(f"{text} AS {name}" for name, text in columns(month for month in months if month).items())
    text = (
        f'SELECT r.entry_id AS entry, {texts} FROM "projects_monthlyreport" r'  # nosec B608 # our own names
        f" WHERE r.entry_id IN ({of}) GROUP BY r.entry_id"
    )
    return CommonTable("reported AS", text)


def planned(programme: Programme, kind: PlanKind) -> CommonTable:
    """`planned`: the plans of a kind that are in force, of entries that have one on record."""

    def found() -> QuerySet:
        plans = Plan.objects.in_force().filter(kind=kind, entry__programme=programme)
        return plans.order_by().values_list("entry", "amount", "curve")

    return CommonTable.once("planned (entry, amount, curve) AS", (programme.pk, kind), found)


IS_ASKED = f"l.basis <> '{Basis.PUBLISHED.value}'"  # see `Entry.is_asked`


def entry_tables(beside: BesideReports) -> str:
    """The tables, by `l`, `r` and, where there are any, `pl`."""
    return f"listed l LEFT JOIN reported r ON r.entry = l.entry {plans_beside(beside)}"


def plans_beside(beside: BesideReports) -> str:
    return "LEFT JOIN planned pl ON pl.entry = l.entry" if beside.plans else ""


@dataclass(frozen=True)
class AtMonth:
    """What is known of an entry at the end of a month (0: of none yet), in terms of `entry_tables`."""

    year: int
    month: int
    kind: PlanKind  # of its plan
    beside: BesideReports

    @property
    def done(self) -> Term:
        return Term(f"r.done_{self.month}" if self.month else "CAST(NULL AS bigint)")

    @property
    def said(self) -> Term:
        return Term(f"r.said_{self.month}" if self.month else "CAST(NULL AS bigint)")

    @property
    def amount(self) -> Term:
        """Its annual plan: the announced one stands on the list, unless it is on record."""
        recorded = "pl.amount" if self.beside.plans else "CAST(NULL AS bigint)"
        if self.kind != PlanKind.ANNOUNCED:
            return Term(recorded)
        return Term(f"COALESCE({recorded}, l.amount)" if self.beside.plans else "l.amount")

    @property
    def parts(self) -> Term:
        """In how many parts of 1 CNY `due` is counted."""
        return self._by_curve(f"{MONTHS_OF_YEAR} - {self._before}", "1")

    @property
    def due(self) -> Term:
        """What the plan asks for to date; see `YearPlan.to_date`."""
        gone = f"({self.month} - {self._before})"
        even = f"{self.amount.text} * {gone}"
        if self.beside.changes:
            even = f"CASE WHEN {gone} > 0 THEN {even} ELSE 0 END"
        curve = " + ".join(["0", *(f"CAST(pl.curve->>{number} AS bigint)" for number in range(self.month))])
        return self._by_curve(even, curve)

    def _by_curve(self, even: str, curve: str) -> Term:
        return Term(f"(CASE WHEN {_IS_EVEN} THEN {even} ELSE {curve} END)" if self.beside.plans else f"({even})")

    @property
    def has_started(self) -> str:
        """See `entry_status.has_started`; the newest stage is the highest bit."""
        return (
            f"(l.status = '{ListStatus.CONTINUING.value}' OR (r.begun & {self.bits}) > 0"
            f" OR (r.beyond & {self.bits}) > (r.preparing & {self.bits}))"
        )

    @property
    def late(self) -> Term:
        """Months without a start that was due, below 1 where it is not late; see `lights.months_late`."""
        due = f"{_number('l.start', 1, 4)} * {MONTHS_OF_YEAR} + {_number('l.start', 6, 2)}"
        year, quarter = Precision.YEAR.value, Precision.QUARTER.value
        last = f"CASE l.exact WHEN '{year}' THEN 11 WHEN '{quarter}' THEN 2 ELSE 0 END"
        return Term(f"({Month(self.year, self.month).serial + 1} - ({due} + {last}))")

    @property
    def since(self) -> str:
        """The month of the year from which on it is on the list, 1 for the start."""
        if not self.beside.changes:
            return "1"
        first = (
            f"WHEN l.joined < '{self.year}-02-01' THEN 1 WHEN l.joined > '{self.year}-12-31' THEN {MONTHS_OF_YEAR + 1}"
        )
        return f"(CASE WHEN l.joined IS NULL THEN 1 {first} ELSE {_number('l.joined', 6, 2)} END)"

    @property
    def until(self) -> str:
        """The last month in which it is on the list; see `projects.models.entry.was_on_list`."""
        if not self.beside.changes:
            return str(MONTHS_OF_YEAR)
        last = f"WHEN l.gone > '{self.year}-12-31' THEN {MONTHS_OF_YEAR} WHEN l.gone < '{self.year}-02-01' THEN 0"
        return f"(CASE WHEN l.gone IS NULL THEN {MONTHS_OF_YEAR} {last} ELSE {_number('l.gone', 6, 2)} - 1 END)"

    @property
    def is_listed(self) -> str:
        """Whether it is on the list of the month; where none is shown yet, that of the whole year."""
        month = self.month or MONTHS_OF_YEAR
        return f"{self.since} <= {month} AND {self.until} >= {month}"

    @property
    def start_is_known(self) -> str:
        """As the figure of those that have started knows it; see `projects.totals.figures.monthly`."""
        return f"({self._goes_on} OR (r.approved & {self.bits}) > 0)"

    @property
    def ever_started(self) -> str:
        """As that figure counts it: by any report up to the month."""
        return f"({self._goes_on} OR ((r.begun | r.beyond) & {self.bits}) > 0)"

    @property
    def _goes_on(self) -> str:
        return f"(l.status = '{ListStatus.CONTINUING.value}' AND {self.is_listed})"

    def missing(self, months: Iterable[int]) -> str:
        """Reports lacking in a row up to the last of these months, of those in which it was on the list."""
        back = sorted(months, reverse=True)
        asked = reduce(or_, (1 << number for number in back), 0)
        arrived = f"(COALESCE(r.arrived, 0) & {asked})"
        if not back or not self.beside.changes:
            lacking = " ".join(f"WHEN {arrived} >= {1 << number} THEN {before}" for before, number in enumerate(back))
            return f"CASE {lacking} ELSE {len(back)} END" if back else "0"
        there = f"({arrived} & {self._listed_bits})"
        return " + ".join(
            f"CASE WHEN {self.since} <= {number} AND {self.until} >= {number} AND {there} < {1 << number} THEN 1 ELSE 0 END"
            for number in back
        )

    @property
    def _listed_bits(self) -> str:
        """The months in which it was on the list."""
        return f"((1 << ({self.until} + 1)) - (1 << {self.since}))"

    @property
    def is_complete(self) -> str:
        """Whether each month on the list, and one at least, has an approved report; see `totals.figures.coverage`."""
        lacking = f"{self._listed_bits} & {self.bits} & ~COALESCE(r.approved, 0)"
        return f"(r.approved & {self.bits}) > 0 AND ({lacking}) = 0"

    @property
    def bits(self) -> int:
        return up_to(self.month)

    @property
    def _before(self) -> str:
        """Months of the year that were over before it joined."""
        if not self.beside.changes:
            return "0"
        in_year = f"l.joined BETWEEN '{self.year}-01-01' AND '{self.year}-12-31'"
        return f"(CASE WHEN {in_year} THEN {_number('l.joined', 6, 2)} - 1 ELSE 0 END)"


def _number(day: str, first: int, length: int) -> str:
    """A part of a day: both databases write it as 2023-06-30."""
    return f"CAST(substr(CAST({day} AS text), {first}, {length}) AS integer)"
