"""The records that a figure sums, each with its value, its source or reporter, and its last change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from projects.choices import OriginKind
from projects.provenance.origins import Origin
from projects.totals.explanation import Contribution, Explanation
from projects.versioning.as_of import looking_back


@dataclass(frozen=True)
class RecordRow:
    """One record of a sum, with its part of each month where the figure is made of them."""

    record: Contribution
    origin: Origin | None
    months: list[int | None]

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
    months = _months(opened)
    span = range(opened.scope.first_month, opened.scope.last_month + 1) if months else ()
    return [
        RecordRow(record, origins.get(record.code), [months.get((record.code, month)) for month in span])
        for record in opened.records
    ]


def _months(opened: Explanation) -> dict[tuple[str, int], int]:
    """What each record says of each month, for figures that are sums of months; one query."""
    if not opened.figure.by_month:
        return {}
    codes = [record.code for record in opened.records]
    with looking_back(opened.scope.as_of):
        reports = opened.scope.span.reports().filter(entry__project__code__in=codes)
        rows = list(reports.order_by().values_list("entry__project__code", "month", opened.figure.name))
    return {(code, month): value for code, month, value in rows if value is not None}
