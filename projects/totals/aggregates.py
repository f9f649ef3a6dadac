"""Aggregates: what each figure sums and counts over the records of a question, under the names of its sums.

They are SQL over rows `p` (`record_rows`), one for each project: its own columns, `entry__<column>` of its place on the
list, and `reported_<column>`, what its approved reports of the months come to. Each is called <figure> for the value,
<figure>_known and, where it is not every record, <figure>_of.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from projects.choices.headlines import HEADLINES, RATIOS, Headline, Ratio, Records

_BEFORE = {Records.PROJECTS: "", Records.ENTRIES: "entry__", Records.REPORTS: "reported_"}
REPORTED = tuple(each for each in HEADLINES if each.records == Records.REPORTS)
# what a month's row counts beside its reports
BESIDE_MONTHS = ("project_count", *(each.rollup_columns["of"] for each in REPORTED if each.applies_to))


@dataclass(frozen=True)
class Aggregates:
    """The sums of some figures by name, the columns that they are read from, and the amounts of reports among these."""

    sums: dict[str, str]
    columns: tuple[str, ...]
    reported: tuple[Headline, ...]


def aggregates_of(figures: Collection[str], *, beside_months: bool = False) -> Aggregates:
    """Of figures, and of the number of projects, which each is of; `beside_months` what months show beside their own too."""
    ratios = [each for each in RATIOS if each.name in figures]
    # a ratio also needs what stands below of all records; what stands above it has of its own
    names = {"project_count", *figures, *(each.below for each in ratios)}
    some = [each for each in HEADLINES if each.name in names]
    own = [*some, *(REPORTED if beside_months else ())]
    reported = tuple(each for each in REPORTED if each.name in figures or each.measure in {one.above for one in ratios})
    sums: dict[str, str] = {}
    for each in own:
        sums |= _of_projects(each)
    for each in (*some, *reported):
        sums |= _of_amounts(each) if each.column else {}
    for ratio in ratios:
        sums |= _of_both(ratio)
    below = [f"entry__{each.below_column}" for each in ratios]
    return Aggregates(sums, tuple(dict.fromkeys([*_columns_of([*own, *reported]), *below])), reported)


def by_month(figures: Collection[str]) -> Aggregates:
    """Of what is reported in single months, which is all that is known of them."""
    reported = tuple(each for each in REPORTED if each.name in figures)
    sums = {name: expression for each in reported for name, expression in _of_amounts(each).items()}
    return Aggregates(sums, tuple(_columns_of(reported)), reported)


def column_of(headline: Headline) -> str:
    """Where a row has the amount of a project."""
    return _BEFORE[headline.records] + headline.column


def _columns_of(headlines: Collection[Headline]) -> list[str]:
    """All but the amounts of reports, which are found in another way."""
    amounts = [column_of(each) for each in headlines if each.column and each.records != Records.REPORTS]
    conditions: list[Any] = [told for each in headlines for told in (each.counted, each.unknown, each.applies_to)]
    return [*amounts, *(condition.column for condition in conditions if condition)]


def _of_projects(headline: Headline) -> dict[str, str]:
    """What is counted: the projects that a figure applies to, and what has no amount."""
    columns, found = headline.rollup_columns, {}
    if headline.applies_to:
        found[columns["of"]] = _number_of(headline.applies_to.sql)
    if not headline.column:
        found[columns["value"]] = _number_of(headline.counted.sql) if headline.counted else "COUNT(*)"
    if headline.unknown:
        found[columns["known"]] = _number_of(f"NOT {headline.unknown.sql}")
    return found


def _of_amounts(headline: Headline) -> dict[str, str]:
    amount = column_of(headline)
    if headline.applies_to:
        amount = f"CASE WHEN {headline.applies_to.sql} THEN {amount} END"
    return {headline.rollup_columns["value"]: f"SUM({amount})", headline.rollup_columns["known"]: f"COUNT({amount})"}


def _of_both(ratio: Ratio) -> dict[str, str]:
    """Over the records that have what stands above and what stands below."""
    columns, above, below = ratio.rollup_columns, f"reported_{ratio.above_column}", f"entry__{ratio.below_column}"
    of_both = f"CASE WHEN {below} IS NOT NULL THEN {above} END"
    return {
        columns["value"]: f"SUM({of_both})",
        columns["known"]: f"COUNT({of_both})",
        columns["below"]: f"SUM(CASE WHEN {above} IS NOT NULL THEN {below} END)",
    }


def _number_of(condition: str) -> str:
    return f"COUNT(CASE WHEN {condition} THEN 1 END)"
