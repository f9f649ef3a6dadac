"""The entries of a question as a table in the database: place on the list, plan, and what was reported to a month.

What is told of each entry of a long list (lights, a start, reports missing) is told there, so that it is counted, ordered and
cut into pages where it lies. Months are bits of a number: 2 for January, 4 for February.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.models import F, FilteredRelation, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from projects.choices import ARRIVED, Basis, ListStatus, PlanKind, Precision, ReportState, Stage
from projects.database.read_replica import read_alias
from projects.models import Plan
from projects.periods import MONTHS_OF_YEAR, Month
from projects.totals.scope import Scope

from .terms import Term

_LISTED = ("project", "place", "start", "exact", "entry", "amount", "basis", "status", "joined", "gone")
_MOST = 10**12  # above any amount: a month and what was said in it are one number
_APPROVED = f"r.state = '{ReportState.APPROVED.value}'"
_ARRIVED = "r.state IN ('{}')".format("', '".join(ARRIVED))
_IS_EVEN = "pl.curve->>0 IS NULL"


@dataclass(frozen=True)
class Part:
    """A named part of a statement: `head` is its name, with the names of its columns where the query has others."""

    head: str
    text: str
    values: tuple[Any, ...] = ()


def rows_of(parts: Sequence[Part], tail: str) -> list[tuple[Any, ...]]:
    """The rows of a statement that is made of parts."""
    named = ", ".join(f"{each.head} ({each.text})" for each in parts)
    with connections[read_alias()].cursor() as cursor:
        cursor.execute(f"WITH {named} {tail}", [value for each in parts for value in each.values])
        return cursor.fetchall()


def part(head: str, rows: QuerySet) -> Part:
    """Raises `EmptyResultSet` where it is plain that nothing is found."""
    text, values = rows.query.get_compiler(read_alias()).as_sql()
    return Part(head, text, tuple(values))


def listed(scope: Scope, **more: Any) -> Part:
    """`listed`: a row for each entry of the scope; `place` is where it stands in the order that is asked for."""
    rows = scope.projects()
    place = Window(RowNumber(), order_by=list(rows.query.order_by)) if scope.ordering else F("code")
    entry = FilteredRelation("entries", condition=Q(entries__programme=scope.programme))
    rows = rows.order_by().annotate(entry=entry, place=place, **more).filter(entry__isnull=False)
    of_entry = (f"entry__{name}" for name in ("pk", "planned_disbursement", "basis", "status", "joined", "left"))
    columns = ("pk", "place", "start", "start_precision", *of_entry, *more)
    return part(f"listed ({', '.join((*_LISTED, *more))}) AS MATERIALIZED", rows.values_list(*columns))


def reported(months: Iterable[int]) -> Part:
    """`reported`: of each entry what its approved reports come to from January to each of these months (`done_6`), what the
    last of them says of the year (`said_6`), and in which months there is one: `arrived` of any that was handed in, the
    others of approved ones.
    """
    columns = {
        "approved": _bits(_APPROVED),
        "arrived": _bits(_ARRIVED),
        "begun": _bits(f"{_APPROVED} AND (r.started_on IS NOT NULL OR r.disbursed > 0)"),
        "beyond": _bits(f"{_APPROVED} AND r.stage NOT IN ('', '{Stage.PREPARATION.value}')"),
        "preparing": _bits(f"{_APPROVED} AND r.stage = '{Stage.PREPARATION.value}'"),
    }
    for month in months:
        by_then = f"CASE WHEN {_APPROVED} AND r.month <= {int(month)}"
        said = f"MAX({by_then} THEN r.month * {_MOST} + r.forecast END)"
        columns[f"done_{month}"] = f"CAST(SUM({by_then} THEN r.disbursed END) AS bigint)"
        columns[f"said_{month}"] = f"{said} - {said} / {_MOST} * {_MOST}"
    texts = ", ".join(f"{text} AS {name}" for name, text in columns.items())
    text = (
        f'SELECT r.entry_id AS entry, {texts} FROM "projects_monthlyreport" r'  # nosec B608 # our own names
        " WHERE r.entry_id IN (SELECT entry FROM listed) GROUP BY r.entry_id"
    )
    return Part("reported AS", text)


def _bits(condition: str) -> str:
    return f"SUM(CASE WHEN {condition} THEN 1 << r.month ELSE 0 END)"


def planned(scope: Scope, kind: PlanKind) -> Part:
    """`planned`: the plans of a kind that are in force, of entries that have one on record."""
    found = Plan.objects.in_force().filter(kind=kind, entry__programme=scope.programme).order_by()
    return part("planned (entry, amount, curve) AS", found.values_list("entry", "amount", "curve"))


JOINED = "listed l LEFT JOIN reported r ON r.entry = l.entry LEFT JOIN planned pl ON pl.entry = l.entry"
IS_ASKED = f"l.basis <> '{Basis.PUBLISHED.value}'"  # see `entry_status.is_asked`


@dataclass(frozen=True)
class AtMonth:
    """What is known of an entry at the end of a month (0: of none yet), in terms of `JOINED`."""

    year: int
    month: int
    kind: PlanKind  # of its plan

    @property
    def done(self) -> Term:
        return Term(f"r.done_{self.month}")

    @property
    def amount(self) -> Term:
        """Its plan of the year: the announced one stands on the list, unless it is on record."""
        return Term("COALESCE(pl.amount, l.amount)" if self.kind == PlanKind.ANNOUNCED else "pl.amount")

    @property
    def parts(self) -> Term:
        """In how many parts of 1 CNY `due` is counted."""
        return Term(f"CASE WHEN {_IS_EVEN} THEN {MONTHS_OF_YEAR} - {self._before} ELSE 1 END")

    @property
    def due(self) -> Term:
        """What the plan asks for to date; see `YearPlan.to_date`."""
        gone = f"({self.month} - {self._before})"
        even = f"CASE WHEN {gone} > 0 THEN {self.amount.text} * {gone} ELSE 0 END"
        curve = " + ".join(["0", *(f"CAST(pl.curve->>{number} AS bigint)" for number in range(self.month))])
        return Term(f"CASE WHEN {_IS_EVEN} THEN {even} ELSE {curve} END")

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
        first = f"WHEN l.joined < '{self.year}-02-01' THEN 1 WHEN l.joined > '{self.year}-12-31' THEN {MONTHS_OF_YEAR + 1}"
        return f"(CASE WHEN l.joined IS NULL THEN 1 {first} ELSE {_number('l.joined', 6, 2)} END)"

    @property
    def until(self) -> str:
        """The last month in which it is on the list; see `projects.models.entry.was_on_list`."""
        last = f"WHEN l.gone > '{self.year}-12-31' THEN {MONTHS_OF_YEAR} WHEN l.gone < '{self.year}-02-01' THEN 0"
        return f"(CASE WHEN l.gone IS NULL THEN {MONTHS_OF_YEAR} {last} ELSE {_number('l.gone', 6, 2)} - 1 END)"

    @property
    def is_listed(self) -> str:
        """Whether it is on the list of the month; where none is shown yet, that of the whole year."""
        month = self.month or MONTHS_OF_YEAR
        return f"{self.since} <= {month} AND {self.until} >= {month}"

    @property
    def is_complete(self) -> str:
        """Whether it has an approved report for every month in which it was on the list, and for one at least; see
        `projects.totals.figures.coverage`.
        """
        lacking = f"((1 << ({self.until} + 1)) - (1 << {self.since})) & {self.bits} & ~COALESCE(r.approved, 0)"
        return f"(r.approved & {self.bits}) > 0 AND ({lacking}) = 0"

    @property
    def bits(self) -> int:
        return up_to(self.month)

    @property
    def _before(self) -> str:
        """Months of the year that were over before it joined."""
        in_year = f"l.joined BETWEEN '{self.year}-01-01' AND '{self.year}-12-31'"
        return f"(CASE WHEN {in_year} THEN {_number('l.joined', 6, 2)} - 1 ELSE 0 END)"


def up_to(month: int) -> int:
    """The bits of January to a month."""
    return 2 ** (month + 1) - 2


def _number(day: str, first: int, length: int) -> str:
    """A part of a day: both databases write it as 2023-06-30."""
    return f"CAST(substr(CAST({day} AS text), {first}, {length}) AS integer)"
