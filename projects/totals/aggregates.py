"""Aggregates: what each figure sums and counts over the records themselves, under the names of its sums."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q, Sum

from projects.choices.headlines import HEADLINES, Headline, Ratio, Records

from .rollup_sums import COUNTED_BESIDE_MONTHS, prefixed

TO_PROJECT = "entry__project__"  # from a report
# Each aggregate is called <figure> for the value, <figure>_known and, where it is not every record, <figure>_of.


def _over_projects(headline: Headline) -> dict[str, Any]:
    """The aggregates of a figure over projects, each joined to its entry."""
    columns, found = headline.rollup_columns, {}
    if headline.applies_to:
        found[columns["of"]] = Count("pk", filter=headline.applies_to.q())
    if headline.records == Records.REPORTS:
        return found
    if headline.column:
        # of entries the amount that `_with_entry` finds on the list
        path = headline.column if headline.records == Records.PROJECTS else f"listed_{headline.column}"
        which = headline.applies_to.q() if headline.applies_to else None
        return found | {columns["value"]: Sum(path, filter=which), columns["known"]: Count(path, filter=which)}
    found[columns["value"]] = Count("pk", filter=headline.counted.q() if headline.counted else None)
    return found | ({columns["known"]: Count("pk", filter=~headline.unknown.q())} if headline.unknown else {})


def _over_reports(headline: Headline) -> dict[str, Any]:
    """The aggregates of a figure over approved reports."""
    which = headline.applies_to.q(TO_PROJECT) if headline.applies_to else Q()
    has_one = Q(**{f"{headline.column}__isnull": False}) & which
    return {
        headline.rollup_columns["value"]: Sum(headline.column, filter=which or None),
        headline.rollup_columns["known"]: Count("entry", filter=has_one, distinct=True),
    }


def ratio_over_reports(ratio: Ratio, listed: Q) -> dict[str, Any]:
    """The aggregates of what stands above in a ratio, and of the records that have both and are `listed`."""
    has_both = listed & Q(**{f"{ratio.above_column}__isnull": False, f"entry__{ratio.below_column}__isnull": False})
    return {
        ratio.rollup_columns["value"]: Sum(ratio.above_column, filter=has_both),
        ratio.rollup_columns["known"]: Count("entry", filter=has_both, distinct=True),
    }


OF_PROJECTS = {name: sums for each in HEADLINES for name, sums in _over_projects(each).items()}
OF_REPORTS = {
    name: sums for each in HEADLINES if each.records == Records.REPORTS for name, sums in _over_reports(each).items()
}
BESIDE_MONTHS = {name: OF_PROJECTS[name] for name in COUNTED_BESIDE_MONTHS}
COUNTS = ("project_count", *(f"{each.name}_known" for each in HEADLINES if each.records == Records.REPORTS))


def prefixed_all(expressions: Mapping[str, Any]) -> dict[str, Any]:
    return {prefixed(name): expression for name, expression in expressions.items()}
