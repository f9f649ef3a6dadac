"""Statement of the differences between two states of knowledge: what each record was beside what it is, as SQL.

It gives the sums of all records with one page of those that differ: `t` has what was, `n` what is, `b` both. A question that
nobody has asked is planned anew, and for each name of a table SQLite reads all that it stands for: few are named twice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from .contributions import BELOW, PART
from .difference_orders import CAME_OR_WENT, CHANGES, SIDES, effect_on, sorted_otherwise
from .figures import FIGURES

_NAME = re.compile(r"\w+")


@dataclass(frozen=True)
class Page:
    """Some of the records that differ: an order as SQL, and which of them by it. `named` are columns besides."""

    order: str
    first: int
    size: int
    named: str = ""

    @property
    def last(self) -> int:
        """How many records it ends with."""
        return int(self.first) + int(self.size)


@dataclass(frozen=True)
class DifferenceStatement:
    """About some figures and columns; a record differs by any of the conditions `which`."""

    figures: Sequence[str]
    columns: Mapping[str, str]
    which: Sequence[str]
    with_ratios: bool = False

    @cached_property
    def ratios(self) -> dict[str, str]:
        """The ratios among the figures, each with the figure that it is measured against."""
        named = {name: FIGURES[name].ratio for name in self.figures} if self.with_ratios else {}
        return {name: each.below.value for name, each in named.items() if each}

    @cached_property
    def added(self) -> dict[str, str]:
        """What is added up, and the column that says it: the figures, and what stands below of the ratios."""
        summed = dict.fromkeys((*self.figures, *self.ratios.values()))
        return {name: PART.format(name) for name in summed} | {
            f"{name}_below": BELOW.format(name) for name in self.ratios
        }

    @cached_property
    def of_figures(self) -> list[tuple[str, str, str]]:
        """Each figure with its names of then and now."""
        return [(name, f"before_{name}", f"after_{name}") for name in self.figures]

    @property
    def has_all_that_came(self) -> bool:
        """Whether all that were not there differ; else those that add something to the one figure."""
        return CAME_OR_WENT in self.which

    @property
    def _which_came(self) -> str:
        return "1 = 1" if self.has_all_that_came else self._differs

    @property
    def _differs(self) -> str:
        return " OR ".join(self.which)

    @property
    def told(self) -> tuple[str, ...]:
        """The columns of a record in one state."""
        return "code", *self.columns.values(), *self.added.values()

    def found_by(self, page: Page) -> tuple[str, ...]:
        """Those that a page is found by."""
        return "code", "id", *dict.fromkeys(column for *_names, column in self._named(page))

    def text(self, page: Page) -> str:
        """Of tables that it begins with, `{0}`, and both states, `{1}` and `{2}`."""
        moved = sorted_otherwise() if "listed" in self.columns else "1 = 0"
        beside = "".join(f", t.{column} AS {was}, n.{column} AS {is_now}" for was, is_now, column in self._pairs)
        return (
            f"WITH {{0}}t AS MATERIALIZED ({{1}}), n AS MATERIALIZED ({{2}}), b AS MATERIALIZED ("  # nosec B608 # our own names
            f"SELECT o.*, {self._differs} AS differs, CASE WHEN {moved} THEN 1 ELSE 0 END AS moved FROM"
            f" (SELECT COALESCE(n.code, t.code) AS code, CASE WHEN t.code IS NULL THEN 0 ELSE 1 END AS was,"
            f" CASE WHEN n.code IS NULL THEN 0 ELSE 1 END AS is_there{beside} FROM n FULL JOIN t ON t.code = n.code) o)"
            f" SELECT s.*, p.*{page.named} FROM (SELECT {self._sums()} FROM b) s LEFT JOIN (SELECT * FROM b WHERE differs"
            f" ORDER BY {page.order} LIMIT {int(page.size)} OFFSET {int(page.first)}) p ON 1 = 1 ORDER BY {page.order}"
        )

    def text_of_came(self, page: Page) -> str:
        """Of what is, `{0}`, the keys of those that are none of the known ones, `{1}`, and may be on the page."""
        by = "".join(
            f", NULLIF({column}, {column}) AS {was}, {column} AS {is_now}" for was, is_now, column in self._named(page)
        )
        return (
            f"SELECT id FROM (SELECT code, id, 0 AS was, 1 AS is_there{by} FROM ({{0}}) n"  # nosec B608 # our own names
            " LEFT JOIN (SELECT id AS known FROM ({1}) k) f ON known = id WHERE known IS NULL) d"
            f" WHERE {self._which_came} ORDER BY {page.order} LIMIT {page.last}"
        )

    def of_ratio(self, name: str) -> str:
        """Where what is added up is below a ratio, the ratio: it is of the records that have both."""
        ratio = name.removesuffix("_below")
        return ratio if ratio in self.ratios else name

    def _named(self, page: Page) -> list[tuple[str, str, str]]:
        """What decides of who came whether it is on a page, and where."""
        named = {*_NAME.findall(page.order), *_NAME.findall(self._which_came)}
        return [pair for pair in self._pairs if not named.isdisjoint(pair[:2])]

    @cached_property
    def _pairs(self) -> list[tuple[str, str, str]]:
        """Each column by its names of then and now."""
        pairs = [(f"was_{name}", f"is_{name}", column) for name, column in self.columns.items()]
        return pairs + [(f"before_{name}", f"after_{name}", column) for name, column in self.added.items()]

    def _sums(self) -> str:
        kinds = {kind.value: f"{when} AND differs" for kind, when in CHANGES.items()}
        counts = (
            {"all": "differs", "there": "is_there = 1"}
            | kinds
            | {f"effects_{name}": effect_on(name) for name in self.figures}
        )
        sums = [f"COUNT(*) FILTER (WHERE {when}) AS number_{name}" for name, when in counts.items()]
        for name, when in product(self.added, SIDES):
            known = f"FILTER (WHERE {when}_{self.of_ratio(name)} IS NOT NULL)"
            sums.append(f"SUM({when}_{name}) {known} AS sum_{when}_{name}")
            sums.append(f"COUNT({when}_{name}) {known} AS known_{when}_{name}")
        return ", ".join(sums)
