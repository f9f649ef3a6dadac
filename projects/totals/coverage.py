"""Coverage of a sum over months: how many records are complete, have gaps and of how many months, have nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from projects.choices import ReportState
from projects.history.as_of import override_as_of
from projects.models import Entry

from .figures import FIGURES
from .months import ASKED, MonthAmounts, MonthStatus, read_amounts
from .programmes import Programmes
from .scope import Scope
from .span import count_months_lacking


@dataclass(frozen=True)
class MonthsCoverage:
    """Numbers of records by how many of their months they have; `months` is what all that have gaps lack together."""

    figure: str
    complete: int
    gaps: int
    months: int
    none: int

    @property
    def is_whole(self) -> bool:
        return not self.gaps


def months_coverage(scope: Scope, figure: str) -> MonthsCoverage | None:
    """The coverage of a figure made of monthly reports; None for any other, and before there is a month.

    Its records are found by the filters `complete_in`, `gaps_in` and `missing`. Three queries.
    """
    if not FIGURES[figure].by_month or scope.end_month is None:
        return None
    span = scope.span
    with override_as_of(scope.as_of):
        projects = scope.projects().filter(FIGURES[figure].applicable_condition(span)).order_by()
        keys = set(projects.values_list("pk", flat=True))
        lacking = [months for key, months in count_months_lacking(span, FIGURES[figure]).items() if key in keys]
    gaps = sum(1 for months in lacking if months)
    return MonthsCoverage(figure, len(lacking) - gaps, gaps, sum(lacking), len(keys) - len(lacking))


@dataclass(frozen=True)
class MonthReports:
    """How many reports of a month are approved, are asked and wait for review."""

    approved: int
    asked: int
    waiting: int

    @property
    def missing_count(self) -> int:
        return self.asked - self.approved - self.waiting


def reports_of(scope: Scope, status: MonthStatus) -> MonthReports:
    """The reports of a month: of the whole list, or of what the reader sees, which is one query more for all its months."""
    if scope.access.reads_all:
        return MonthReports(status.approved, status.asked, status.waiting)
    own, kinds = _own_months(scope), (ReportState.APPROVED, ASKED, ReportState.SUBMITTED)
    return MonthReports(*(own[kind, status.month.number] for kind in kinds))


def _own_months(scope: Scope) -> MonthAmounts:
    """Read once for a page, which may speak of a month with gaps and of an open one, and of either more than once; in the
    present also for the tasks of its reader.
    """
    read: dict[Any, Any] = scope.read
    asked: tuple[Any, ...] = ("own months", scope.programme, scope.access, scope.as_of)
    if scope.as_of is None and isinstance(scope.programmes, Programmes) and scope.programmes.is_of_present:
        read, asked = scope.programmes.counted, (scope.span.programme_id, scope.access)
    if asked not in read:
        read[asked] = amounts_of(replace(scope, filters=(), on_list=True))
    found: MonthAmounts = read[asked]
    return found


def open_reports(scope: Scope) -> str | None:
    """How much of the last month of a question is approved, such as '6/30'; None for a month that counts."""
    if scope.open_month is None:
        return None
    reports = reports_of(scope, scope.open_month)
    return f"{reports.approved}/{reports.asked}"


def amounts_of(scope: Scope) -> MonthAmounts:
    """Return the amounts of a scope that is not narrowed by filters, of what its user reads. Two queries."""
    assert scope.programme is not None  # noqa: S101  asked for a year alone
    entries = Entry.objects.filter(scope.access.rows("project__prefecture"), programme=scope.programme.pk)
    with override_as_of(scope.as_of):
        return read_amounts(entries, closing=scope.closing)[scope.programme.pk, None]
