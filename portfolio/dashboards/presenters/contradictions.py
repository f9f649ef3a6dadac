"""Contradictions in words: published numbers that differ, repeat themselves, or are not what the register comes to."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects.choices import Unit
from projects.models import Source, Target
from projects.pages import formatting
from projects.pages.targets import measure_name, said
from projects.periods import MONTHS_OF_YEAR
from projects.provenance.contradictions import WHOLE, ImpliedPlan, TargetGroup, disagreements, repetitions
from projects.totals.scope import Scope

from .published_counts import PublishedCount, published_counts


@dataclass(frozen=True)
class StatedNumber:
    """One of the numbers, with who says it; `url` where the register says it itself, `exact` the same in its unit."""

    value: str
    unit: str
    year: int
    kind: str
    source: Source | None
    note: str
    exact: Fraction | None
    url: str = ""


@dataclass(frozen=True)
class Contradiction:
    """Numbers that differ, or that are the same where they should not be, in words."""

    title: str
    said: list[StatedNumber]
    apart: str


def contradictions_of(targets: list[Target]) -> list[Contradiction]:
    """Targets of one measure that disagree, then amounts announced alike for several years."""
    return [*map(_disagreement, disagreements(targets)), *map(_repetition, repetitions(targets))]


def contradictions_with_register(scope: Scope) -> list[Contradiction]:
    """Published counts of the programme to which its register does not come."""
    return [_against_register(count) for count in published_counts(scope) if count.differs]


def _stated(target: Target) -> StatedNumber:
    words, exact = said(target), formatting.in_its_unit(target.value, target.unit, "headline")
    return StatedNumber(words.value, words.unit, target.programme.year, words.kind, words.source, words.note, exact)


def _implied(plan: ImpliedPlan) -> StatedNumber:
    """A plan that follows from money disbursed and the share of the plan that it is said to be."""
    target = plan.target
    told = {
        "amount": formatting.money_with_unit(target.value),
        "months": formatting.months(1, target.through_month or MONTHS_OF_YEAR),
        "share": formatting.percent(Fraction(target.plan_share or 0, WHOLE)),
    }
    if plan.is_bound:
        pattern, note = _("below %(value)s"), _("%(amount)s, %(months)s, reported as above the plan")
    else:
        pattern, note = _("about %(value)s"), _("%(amount)s, %(months)s, stated as %(share)s of the plan")
    return StatedNumber(
        value=pattern % {"value": formatting.number(plan.value, Unit.CNY, "headline")},
        unit=formatting.unit_name(Unit.CNY, "headline"),
        year=target.programme.year,
        kind=formatting.sentence_case(pgettext("plan", "implied")),
        source=target.source,
        note=note % told,
        exact=formatting.in_its_unit(plan.value, Unit.CNY, "headline"),
    )


def _disagreement(group: TargetGroup) -> Contradiction:
    first = group.targets[0]
    values = {"year": first.programme.year, "measure": measure_name(group.measure)}
    return Contradiction(
        title=_("%(year)s: %(measure)s") % values,
        said=[*map(_stated, group.targets), *map(_implied, group.implied)],
        apart=_apart(group, first.unit),
    )


def _apart(group: TargetGroup, unit: Unit) -> str:
    if group.spread is None:
        return ""
    money = unit == Unit.CNY
    return difference_text(
        formatting.money_with_unit(group.spread) if money else formatting.count(group.spread), group.apart
    )


def difference_text(spread: str, apart: Fraction | None) -> str:
    """A difference, and what part of the lower figure it is where that can be said."""
    if apart is None:
        return _("difference %(spread)s") % {"spread": spread}
    values = {"spread": spread, "percent": formatting.percent(apart, 0)}
    return _("difference %(spread)s (%(percent)s of the lower figure)") % values


def _repetition(group: TargetGroup) -> Contradiction:
    years = formatting.listing([str(year) for year in sorted({each.programme.year for each in group.targets})])
    return Contradiction(
        title=_("%(years)s: %(measure)s") % {"years": years, "measure": measure_name(group.measure)},
        said=[_stated(each) for each in group.targets],
        apart=_("the same number for each of these years"),
    )


def _against_register(count: PublishedCount) -> Contradiction:
    target, register = count.target, count.shown
    values = {"year": target.programme.year, "measure": measure_name(target.measure)}
    return Contradiction(
        title=_("%(year)s: %(measure)s") % values,
        said=[
            _stated(target),
            StatedNumber(
                value=register.text or _("none"),
                unit=register.unit if register.text else "",
                year=target.programme.year,
                kind=formatting.sentence_case(_("sum of this register")),
                source=None,
                note=formatting.clauses([count.months, count.coverage]),
                exact=register.exact,
                url=register.url,
            ),
        ],
        apart=difference_text(formatting.count(count.difference), None),
    )
