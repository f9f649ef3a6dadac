"""The projects of a question as rows `p` of one statement, each with its `entry` on the list and what it reported: found
once, whatever is summed over them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any

from django.db import connections
from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    F,
    FilteredRelation,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

from projects.choices import Measure
from projects.choices.headlines import HEADLINES, Headline
from projects.database import get_read_alias
from projects.database.sql import Sql
from projects.models import MonthlyReport, Project
from projects.models.entry import changes_the_list, listed_in, not_always_asked
from projects.periods import Month

from .aggregates import column_of
from .rollup_sums import prefixed
from .scope import Scope

_DISBURSED = next(each for each in HEADLINES if each.measure == Measure.DISBURSED)
DAYS = ("entry__joined", "entry__left")
_NOTHING = Sql("")
# written out: of a value beside a statement that is planned before it is known PostgreSQL would think that it is a text
ONE, ZERO = (RawSQL(number, (), output_field=IntegerField()) for number in ("1", "0"))  # noqa: S611  # nosec B611 # ours


def _off_list(first: Month, last: Month) -> Q:
    """Of entries that are off the list in some month from the first to the last."""
    return not_always_asked("entry__") & (Q(entry__joined__gt=first.last_day) | Q(entry__left__lte=last.last_day))


@dataclass(frozen=True)
class Rows:
    """Some projects of a question, and the columns that are read of each, by the names that they have in `p`."""

    scope: Scope
    projects: Any
    columns: tuple[str, ...] = ()

    @classmethod
    def ever_listed(cls, scope: Scope, which: Callable[[Month], Q] | None = None) -> Rows:
        """All that it is about and, where that is a list, those too that have left it or join later: `which` of these."""
        entry = FilteredRelation("entries", condition=Q(entries__programme=scope.programme))
        if not scope.is_of_the_list or scope.programme is None:
            return cls(scope, scope.members().annotate(entry=entry))
        # begun with the entry, so that nothing is looked up twice; it is one at the most, so that nothing is multiplied
        there, month = Q(entry__programme=scope.programme), scope.span.list_month
        if which is not None and month is not None:
            there &= which(month)
        projects: Any = Project.objects.annotate(entry=entry).filter(there)
        return cls(scope, scope.members_of(projects))

    @classmethod
    def listed(cls, scope: Scope) -> Rows:
        """All that it is about."""
        return cls.ever_listed(scope, lambda month: listed_in(month, "entry__"))

    @classmethod
    def listed_or_reported(cls, scope: Scope) -> Rows:
        """Those too that are off the list but have approved reports in its months."""
        reported = Exists(scope.span.reports().filter(entry=OuterRef("entry__pk")).order_by())
        return cls.ever_listed(scope, lambda month: listed_in(month, "entry__") | Q(reported))

    @classmethod
    def changing(cls, scope: Scope) -> Rows:
        """Those of it that joined the list, or leave it: few."""
        few = not_always_asked("entry__") & changes_the_list("entry__")
        return cls.ever_listed(scope, lambda month: few & listed_in(month, "entry__"))

    @classmethod
    def off_list(cls, scope: Scope) -> Rows:
        """Those that are off the list in the last month: few."""
        return cls.ever_listed(scope, lambda month: _off_list(month, month))

    @classmethod
    def ever_off_list(cls, scope: Scope) -> Rows:
        """Those that are off the list in some month of the span."""
        first = scope.span.months.start
        return cls.ever_listed(scope, lambda month: _off_list(Month(month.year, first), month))

    def of(self, projects: QuerySet) -> Rows:
        return replace(self, projects=projects)

    def reading(self, *columns: str, **made: Any) -> Rows:
        """With more columns: names of the project's own, and expressions."""
        return replace(self, projects=self.projects.annotate(**made), columns=(*self.columns, *columns, *made))

    def with_figures(self) -> Rows:
        """With the columns that figures are told by (`figures.with_figures`), from the entry that each row has already."""
        month, plan = self.scope.span.list_month, F("entry__planned_disbursement")
        listed = Case(When(listed_in(month, "entry__"), then=plan)) if month else plan
        return self.of(self.projects.annotate(planned_disbursement=listed, disbursed=self._looked_up(_DISBURSED)))

    def summed(self, keys: Sequence[str], sums: Mapping[str, str], reported: Sequence[Headline] = ()) -> Sql:
        """The sums of each combination of keys. Of `reported` amounts a row has what its reports of the span come to."""
        grouped = [each for each in reported if not self._looks_up(each)]
        rows = self.reading(**{column_of(each): self._looked_up(each) for each in reported if each not in grouped})
        if not grouped:
            return rows._grouped(keys, sums)
        says_any = reduce(or_, (Q(**{f"{each.column}__isnull": False}) for each in grouped))
        of_rows = self._reports().filter(says_any, entry_id__in=RawSQL("SELECT entry__id FROM p", ()))
        totals = {column_of(each): Cast(Sum(each.column), BigIntegerField()) for each in grouped}
        return rows._joined(keys, sums, "LEFT JOIN", of_rows.values("entry_id").annotate(**totals))

    def _looks_up(self, headline: Headline) -> bool:
        """Whether an amount is looked up for each row. SQLite finds all by an index, and is slow to join what it has
        grouped; PostgreSQL is quicker to group, but for what is kept of an entry.
        """
        return _is_sqlite() or (headline == _DISBURSED and self._are_told_at_once and self.scope.as_of is None)

    def summed_by_month(self, keys: Sequence[str], sums: Mapping[str, str], reported: Sequence[Headline]) -> Sql:
        """The same of the reports of each `month`."""
        amounts = {column_of(each): F(each.column) for each in reported}
        join = "CROSS JOIN" if _is_sqlite() else "JOIN"  # SQLite then begins with the rows, which may be few
        return self._joined(["month", *keys], sums, join, self._reports().values("entry_id", "month", **amounts))

    def _reports(self) -> Any:
        """Approved ones of the span, of entries of any programme: rows have those of the one that is meant."""
        first, last = self.scope.first_month, self.scope.last_month
        return MonthlyReport.objects.approved().filter(month__gte=first, month__lte=last).order_by()

    @property
    def by_reported_months(self) -> bool:
        """Whether it is told by the reported months of each entry (`models.ReportedMonths`). Of a past these are made
        for all entries at once, which is dear where few are meant.
        """
        return bool(self.scope.span.last) and (self.scope.as_of is None or self.scope.is_whole)

    @property
    def _are_told_at_once(self) -> bool:
        return self.by_reported_months and self.scope.first_month == 1

    def reported(self, column: str) -> Any:
        """What the reports of an entry come to; NULL where none says it."""
        if column == _DISBURSED.column and self._are_told_at_once:
            return F(f"entry__reported__done_{self.scope.last_month}")
        # no aggregate of Django's, which would group the one row
        found = self._reports().filter(entry=OuterRef("entry__pk")).values_list(Func(column, function="SUM"))
        return Subquery(found, output_field=BigIntegerField())

    def _looked_up(self, headline: Headline) -> Any:
        """The same of those whom it applies to."""
        total = self.reported(headline.column)
        return Case(When(headline.applies_to.q(), then=total)) if headline.applies_to else total

    def _joined(self, keys: Sequence[str], sums: Mapping[str, str], join: str, reports: QuerySet) -> Sql:
        found = Sql.of(reports)
        beside = Sql(f" {join} ({found.text}) r ON r.entry_id = p.entry__id", found.values)
        return self.reading("entry__id")._grouped(keys, sums, beside)

    def _grouped(self, keys: Sequence[str], sums: Mapping[str, str], beside: Sql = _NOTHING) -> Sql:
        rows = Sql.of(self.projects.order_by().values(*dict.fromkeys(self.columns)))
        named = ", ".join([*keys, *(f"{expression} AS {prefixed(name)}" for name, expression in sums.items())])
        by = f" GROUP BY {', '.join(keys)}" if keys else ""
        # else it looks up anew what is looked up in them wherever it is named
        apart = " LIMIT -1" if _is_sqlite() and not self._are_told_at_once else ""
        text = f"WITH p AS ({rows.text}{apart}) SELECT {named} FROM p{beside.text}{by}"  # nosec B608 # querysets, whose values go beside them
        return Sql(text, rows.values + beside.values)


def one_if(condition: Q) -> Case:
    """1 for each row of which the condition holds, else 0: to be added up."""
    return Case(When(condition, then=ONE), default=ZERO, output_field=IntegerField())


def told_apart(rows: QuerySet, usual: int) -> Sql:
    """How many rows there are, and of these with each value of the first column but the usual one, by the days that are the
    others: to put ten thousand in order takes as long as to read them. Of all together the three are NULL.
    """
    found = Sql.of(rows.order_by())
    text = (
        f"WITH p (has, first, last) AS NOT MATERIALIZED ({found.text})"  # nosec B608 # querysets, whose values go beside them
        f" SELECT has, first, last, COUNT(*) FROM p WHERE has <> {int(usual)} GROUP BY has, first, last"
        " UNION ALL SELECT NULL, NULL, NULL, COUNT(*) FROM p"
    )
    return Sql(text, found.values)


def _is_sqlite() -> bool:
    return connections[get_read_alias()].vendor == "sqlite"
