"""Tables of what was published, of how it contradicts itself, and of the rules and origins of figures."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from operator import attrgetter
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects.choices import Unit
from projects.exports.columns import LineColumn
from projects.models import Source
from projects.pages import formatting
from projects.pages.line_order import named
from projects.pages.plain_columns import OneOf, count, money, number_and_unit, source, words
from projects.pages.sort_heads import SortColumn
from projects.pages.table_columns import text
from projects.pages.table_files import PageTable, table_of_lines
from projects.totals.dimensions import Band

from .claims import ClaimContradiction
from .contradictions import Contradiction
from .origins import Origins
from .published_against_list import PublishedLine


class BandLine(NamedTuple):
    """A band of size, and where its projects are."""

    band: Band
    url: str


def _each(groups: Sequence[Any]) -> list[OneOf]:
    return [OneOf(about, one) for about in groups for one in about.said]


def contradiction_table(found: Sequence[Contradiction]) -> PageTable:
    columns = [
        words(_("Year and measure"), attrgetter("about.title"), text(_("Difference"), attrgetter("about.apart"))),
        number_and_unit(
            _("Published figure"),
            attrgetter("said.exact"),
            attrgetter("said.unit"),
            as_said=attrgetter("said.value"),
        ),
        words(_("Published by"), lambda line: f"{line.said.year} · {line.said.kind}"),
        source(attrgetter("said.source"), text(_("Note"), attrgetter("said.note"))),
    ]
    return table_of_lines("contradictions", _("Contradictions"), columns, _each(found))


def claim_table(found: Sequence[ClaimContradiction]) -> PageTable:
    def value(line: OneOf) -> Any:
        amount = line.said.amount
        return line.said.text if amount is None else formatting.in_its_unit(amount, Unit.CNY)

    beside = (
        text(_("Figure"), attrgetter("about.figure")),
        text(_("Project code"), attrgetter("about.code")),
        text(_("Difference"), attrgetter("about.apart")),
        text(_("Decision"), attrgetter("about.verdict")),
    )
    adopted = _("Adopted")
    columns = [
        words(_("Project and figure"), attrgetter("about.name"), *beside),
        number_and_unit(_("Published figure"), value, attrgetter("about.unit")),
        words(_("Scope"), attrgetter("said.claim.scope")),
        source(attrgetter("said.claim.source"), text(_("Note"), attrgetter("said.note"))),
        words(adopted, lambda line: _("yes") if line.said.claim.adopted else _("no")),
    ]
    return table_of_lines("claims", _("Claims about projects"), columns, _each(found))


def source_table(found: Sequence[Source]) -> PageTable:
    return table_of_lines("sources", _("Sources"), [source(lambda each: each)], found)


def origin_table(origins: Origins) -> PageTable:
    def unit_of(line: Any) -> str:
        return next((each.unit for each in line.values if each.value is not None), "")

    def of_basis(place: int, label: str) -> SortColumn:
        return count(label, lambda line: line.values[place].exact)._replace(unit=unit_of)

    unit = text(_("Unit"), unit_of)
    columns = [
        words(_("Figure"), attrgetter("label"), unit),
        *(of_basis(place, label) for place, (label, _drawn) in enumerate(origins.heads)),
        count(_("Projects without it"), attrgetter("missing_value")),
    ]
    names = ("figure", *(f"basis_{place}" for place in range(len(origins.heads))), "missing")
    return table_of_lines("origins", _("Figures by basis"), named(columns, *names), origins.lines)


def rule_table(rules: Sequence[Any]) -> PageTable:
    columns = [
        words(
            _("Figure"), attrgetter("label"), text(_("%(label)s, code") % {"label": _("Figure")}, attrgetter("name"))
        ),
        words(_("Rule"), attrgetter("definition")),
        count(_("Now"), attrgetter("exact"))._replace(unit=attrgetter("unit")),
        words(_("Unit"), attrgetter("unit")),
        SortColumn(
            "",
            _("with data"),
            kind="cov",
            in_files=(
                LineColumn(_("with data"), attrgetter("known")),
                LineColumn(_("of projects"), attrgetter("of")),
            ),
        ),
    ]
    in_order = named(columns, "figure", "rule", "now", "unit", "known")
    return table_of_lines("rules", _("The rule of every figure"), in_order, rules)


def band_table(bands: Sequence[BandLine]) -> PageTable:
    columns = [
        words(_("Band"), lambda line: formatting.sentence_case(str(line.band.label))),
        money(_("from"), attrgetter("band.least"), form="headline"),
        money(_("to below"), attrgetter("band.below"), form="headline"),
    ]
    return table_of_lines("bands", _("Size bands"), named(columns, "band", "least", "below"), bands)


def published_table(lines: Sequence[PublishedLine]) -> PageTable:
    """A line for each number that was published."""
    columns = [
        words(_("Figure"), attrgetter("about.label"), text(_("Months"), attrgetter("about.months"))),
        _published(_("Published"), attrgetter("said")),
        count(pgettext("of projects", "List"), attrgetter("about.shown.exact")),
        words(_("How they stand"), attrgetter("about.note")),
    ]
    found = [OneOf(line, one) for line in lines for one in line.published]
    return table_of_lines("published", _("Published and list side by side"), columns, found)


def _published(label: str, said_of: Any) -> SortColumn:
    """A published number: as it is, as it was said, its unit, its page."""

    def of(name: str) -> Any:
        return lambda line: (one := said_of(line)) and getattr(one, name)

    def exact(line: Any) -> Any:
        one = said_of(line)
        return one and formatting.in_its_unit(one.target.value, one.target.unit, "headline")

    column = number_and_unit(label, exact, of("unit"), as_said=of("value"))
    address = text(_("%(label)s, address") % {"label": label}, lambda line: (one := said_of(line)) and one.source.link)
    return column._replace(in_files=(*column.in_files, address))


def programme_table(years: Sequence[int], lines: Sequence[Any]) -> PageTable:
    """Published figures of each year: as many lines of a measure as its year of which most was published."""

    def of_year(place: int, year: int) -> SortColumn:
        column = _published(str(year), lambda line: line.said[place])
        kind, months = (
            text(label % {"year": year}, lambda line, name=name: getattr(line.said[place], name, ""))
            for label, name in ((_("%(year)s, kind"), "kind"), (_("%(year)s, months"), "months"))
        )
        in_files = [each for each in column.in_files if each.label != _("Unit")]
        return column._replace(in_files=(*in_files[:2], kind, months, *in_files[2:]))

    found = [OneOf(line, said) for line in lines for said in zip_longest(*line.cells)]
    measure = words(_("Measure"), attrgetter("about.label"), text(_("Unit"), attrgetter("about.unit")))
    columns = [measure, *(of_year(place, year) for place, year in enumerate(years))]
    return table_of_lines("programmes", _("Published figures of each year"), columns, found)
