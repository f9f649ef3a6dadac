"""The records that a figure sums, each with its value, its source or reporter, and its last change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from projects.choices import OriginKind
from projects.models import Source
from projects.provenance.origins import Origin
from projects.totals.explanation import Contribution, Explanation
from projects.versioning.as_of import looking_back
from projects.views import formatting, links
from sectors.models import in_language


@dataclass(frozen=True)
class RecordLine:
    """One record of a sum, as text."""

    code: str
    name: str
    url: str
    value: int
    text: str
    share: str
    months: list[str]
    kind: str  # an `OriginKind`: what the value rests on
    basis: str
    source: Source | None
    said_by: str
    changed: str
    changed_by: str
    revision: int | None


def record_lines(
    opened: Explanation, records: Sequence[Contribution], origins: Mapping[str, Origin]
) -> list[RecordLine]:
    """Lines in the order of the records."""
    months = _months(opened, records)
    year = opened.scope.programme.year if opened.scope.programme else None
    return [_line(opened, record, origins.get(record.code), months, year) for record in records]


def _line(
    opened: Explanation,
    record: Contribution,
    origin: Origin | None,
    months: Mapping[tuple[str, int], int],
    year: int | None,
) -> RecordLine:
    row = record.row
    return RecordLine(
        code=record.code,
        name=in_language(row.name_zh, row.name_en),
        url=links.project(record.code, year=year),
        value=record.value,
        text=formatting.number(record.value, opened.figure.unit, "precise"),
        share=formatting.share(record.share),
        months=_of_months(opened, record.code, months),
        kind=origin.kind or "" if origin else "",
        basis=origin.basis if origin else "",
        source=origin.source if origin else None,
        said_by=_said_by(origin),
        changed=_moment(origin.changed_at if origin else None),
        changed_by=origin.changed_by if origin else "",
        revision=origin.revision if origin else None,
    )


def _said_by(origin: Origin | None) -> str:
    """Who reported the value, in words; empty where a source says it, or nobody may be named."""
    if origin is None or origin.source is not None:
        return ""
    if origin.reported_by:
        return _("reported by %(who)s") % {"who": origin.reported_by}
    return str(OriginKind(origin.kind).label) if origin.kind else ""


def _moment(moment: dt.datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


def _months(opened: Explanation, records: Iterable[Contribution]) -> dict[tuple[str, int], int]:
    """What each record says of each month, for figures that are sums of months; one query."""
    if not opened.figure.by_month:
        return {}
    codes = [record.code for record in records]
    with looking_back(opened.scope.as_of):
        reports = opened.scope.span.reports().filter(entry__project__code__in=codes)
        rows = list(reports.order_by().values_list("entry__project__code", "month", opened.figure.name))
    return {(code, month): value for code, month, value in rows if value is not None}


def _of_months(opened: Explanation, code: str, months: Mapping[tuple[str, int], int]) -> list[str]:
    if not months:
        return []
    span = range(opened.scope.first_month, opened.scope.last_month + 1)
    values = [months.get((code, month)) for month in span]
    return ["" if value is None else formatting.number(value, opened.figure.unit, "precise") for value in values]
