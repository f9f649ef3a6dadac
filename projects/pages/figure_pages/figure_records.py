"""The records that a figure sums, each with its value, its source or reporter, and its last change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from projects.choices import OriginKind, Unit
from projects.history.as_of import override_as_of
from projects.pages import links
from projects.pages.imports.preview import cell_links
from projects.provenance.origins import Origin
from projects.totals.explanation import Contribution, Explanation


@dataclass(frozen=True)
class RecordRow:
    """One record of a sum, with its part of each month where the figure is made of them."""

    record: Contribution
    origin: Origin | None
    months: list[tuple[int | None, str]]  # each with the address of its report
    url: str  # where its part is explained, or stands
    share_url: str  # where the share that it is of the whole is explained; empty: it is all that there is
    cell: links.PageLink | None  # of the workbook that the value came from, for whoever may see it

    @property
    def reported(self) -> str:
        """Who reported the value, in words; empty where a source says it, or nobody may be named."""
        origin = self.origin
        if origin is None or origin.source is not None:
            return ""
        if origin.reported_by:
            return _("reported by %(who)s") % {"who": origin.reported_by}
        return str(OriginKind(origin.kind).label) if origin.kind else ""


def record_rows(opened: Explanation, origins: Mapping[str, Origin]) -> list[RecordRow]:
    """Rows of the page of records, in their order."""
    months, year = _months(opened), opened.scope.span.year
    span = range(opened.scope.first_month, opened.scope.last_month + 1) if months else ()
    reports = {month: links.each_page("report", f"{year}-{month:02}") for month in span}
    own, cells, apart = _own(opened), _cells(opened, months), _is_of_many(opened)
    return [
        RecordRow(
            record,
            origins.get(record.code),
            [(months.get((record.code, month)), reports[month](record.code)) for month in span],
            own(record.code),
            f"{own(record.code)}#share" if apart else "",
            cells.get(record.code),
        )
        for record in opened.records
    ]


def exact_list(opened: Explanation) -> str:
    """The list of all its records, whose amounts are as exact there as here; empty where there are none."""
    if not opened.count:
        return ""
    address = links.opening(opened.answer.total_row, opened.figure.name)
    return f"{address}&precision=exact" if opened.figure.unit == Unit.CNY else address


def _cells(opened: Explanation, months: Mapping[tuple[str, int], int]) -> dict[str, links.PageLink]:
    """The newest cell that says what stands there today; of a ratio there is none."""
    figure, scope = opened.figure, opened.scope
    if figure.ratio or scope.as_of is not None:
        return {}
    values: Mapping[tuple[str, Any], int | None] = months
    if not figure.by_month:
        values = {(record.code, None): record.value for record in opened.records}
    return cell_links(scope.user, scope.programme, figure.name, values)


def _own(opened: Explanation) -> Callable[[str], str]:
    """Where a record's part is explained: this page about it alone, or where that is shown already, where it stands."""
    scope, name = opened.scope, opened.figure.name
    if _is_of_many(opened):
        return links.each_record(name, scope.parameters())
    if opened.figure.unit == Unit.CNY:  # as its project says it, it is rounded
        return lambda _code: exact_list(opened)
    project = links.each_page("project", query=scope.of_year)
    return lambda code: f"{project(code)}#{name}"


def _is_of_many(opened: Explanation) -> bool:
    return all(pair[0] != "code" for pair in opened.scope.filters)


def _months(opened: Explanation) -> dict[tuple[str, int], int]:
    """What each record says of each month, for figures that are sums of months; one query."""
    if not opened.figure.by_month:
        return {}
    scope, name = opened.scope, opened.figure.name

    with override_as_of(scope.as_of):
        reports = scope.span.reports().filter(entry__project__code__in=[record.code for record in opened.records])
        amounts = reports.order_by().values_list("entry__project__code", "month", name)
        return {(code, month): amount for code, month, amount in amounts if amount is not None}
