"""Contradictions in words: published numbers that differ, repeat themselves, or are not what the register comes to."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects.choices import ClaimFigure, Unit
from projects.models import Claim, Target
from projects.pages import formatting, links
from projects.pages.statements import statement_of
from projects.pages.targets import build_target_display, measure_name
from projects.periods import MONTHS_OF_YEAR
from projects.provenance.contradictions import (
    WHOLE,
    Disagreement,
    ImpliedPlan,
    TargetGroup,
    claim_disagreements,
    disagreements,
    repetitions,
)
from projects.totals.scope import Scope

from .published import PublishedCount, get_published_counts

# A contradiction has a title, `numbers` that differ, and `remarks` that say by how much, and of claims about a project what
# its figure is and why; a number says `about` who states it in which role, or what it covers.
Context = dict[str, Any]


def build_target_contradictions(targets: list[Target]) -> list[Context]:
    """Return targets of one measure that disagree, then amounts announced alike for several years."""
    return [*map(_build_disagreement, disagreements(targets)), *map(_build_repetition, repetitions(targets))]


def build_register_contradictions(scope: Scope) -> list[Context]:
    """Return published counts of the programme from which its register differs."""
    return [_build_against_register(count) for count in get_published_counts(scope) if count.is_different]


def build_claim_contradictions(claims: Iterable[Claim]) -> list[Context]:
    """Return claims that differ by project and figure, in the order of `claims`."""
    return [*map(_build_claim_contradiction, claim_disagreements(claims))]


def _stated_target(target: Target) -> Context:
    words = build_target_display(target)
    return {
        "value": words.quantity,
        "about": _role(target, words.kind),
        "source": words.source,
        "note": words.note,
    }


def _role(target: Target, kind: str) -> str:
    return f"{target.programme.year} · {kind}"


def _implied_plan(plan: ImpliedPlan) -> Context:
    """Return the plan that follows from money disbursed and the share of the plan that it is said to be."""
    target = plan.target
    values = {
        "amount": formatting.money_with_unit(target.value),
        "months": formatting.months(1, target.through_month or MONTHS_OF_YEAR),
        "share": formatting.percent(Fraction(target.plan_share or 0, WHOLE)),
    }
    if plan.is_bound:
        pattern, note = _("below %(value)s"), _("%(amount)s, %(months)s, reported as above the plan")
    else:
        pattern, note = _("about %(value)s"), _("%(amount)s, %(months)s, stated as %(share)s of the plan")
    return {
        "value": pattern % {"value": formatting.number(plan.value, Unit.CNY, "headline")},
        "unit": formatting.unit_name(Unit.CNY, "headline"),
        "about": _role(target, formatting.sentence_case(pgettext("plan", "implied"))),
        "source": target.source,
        "note": note % values,
    }


def _title(target: Target) -> str:
    return _("%(year)s: %(measure)s") % {"year": target.programme.year, "measure": measure_name(target.measure)}


def _build_disagreement(group: TargetGroup) -> Context:
    first, remarks = group.targets[0], []
    if group.spread is not None:
        money = first.unit == Unit.CNY
        spread = formatting.money_with_unit(group.spread) if money else formatting.count(group.spread)
        is_bound = any(plan.is_bound for plan in group.implied)
        remarks = [
            _("difference at least %(spread)s") % {"spread": spread}
            if is_bound
            else _difference_text(spread, group.apart)
        ]
    numbers = [*map(_stated_target, group.targets), *map(_implied_plan, group.implied)]
    return {"title": _title(first), "numbers": numbers, "remarks": remarks}


def _difference_text(spread: str, apart: Fraction | None) -> str:
    """Return a difference, and what part of the lower figure it is where that can be said."""
    if apart is None:
        return _("difference %(spread)s") % {"spread": spread}
    values = {"spread": spread, "percent": formatting.percent(apart, 0)}
    return _("difference %(spread)s (%(percent)s of the lower figure)") % values


def _build_repetition(group: TargetGroup) -> Context:
    years = formatting.listing([str(year) for year in sorted({target.programme.year for target in group.targets})])
    return {
        "title": _("%(years)s: %(measure)s") % {"years": years, "measure": measure_name(group.measure)},
        "numbers": [_stated_target(target) for target in group.targets],
        "remarks": [_("the same number for each of these years")],
    }


def _build_against_register(count: PublishedCount) -> Context:
    figure = count.figure
    register = {
        "value": figure.text or _("none"),
        "unit": figure.unit if figure.text else "",
        "about": _role(count.target, formatting.sentence_case(_("sum of this register"))),
        "source": None,
        "note": formatting.clauses([count.months, figure.coverage_in_words]),
        "url": figure.url,
    }
    numbers = [_stated_target(count.target), register]
    return {"title": _title(count.target), "numbers": numbers, "remarks": [count.verdict]}


def _build_claim_contradiction(disagreement: Disagreement) -> Context:
    first, apart = disagreement.claims[0], []
    if disagreement.spread is not None:
        apart.append(_difference_text(formatting.money_with_unit(disagreement.spread, "table"), disagreement.apart))
    if not disagreement.of_the_same:
        apart.append(_("they cover different things"))
    figure = formatting.sentence_case(str(ClaimFigure(first.figure).label))
    unit = formatting.money_unit("table") if first.unit == Unit.CNY else ""
    statements = [statement_of(claim) for claim in disagreement.claims]
    return {
        "title": first.project.name,
        "numbers": [
            {
                "value": statement.text,
                "unit": unit,
                "about": statement.claim.scope,
                "source": statement.claim.source,
                "note": statement.claim.note,
                "is_adopted": statement.claim.adopted,
            }
            for statement in statements
        ],
        "remarks": [f"{first.project.code} · {figure}", formatting.clauses(apart), _claim_verdict(disagreement)],
        "url": links.project(first.project.code) + "#claims",
    }


def _claim_verdict(disagreement: Disagreement) -> str:
    first = disagreement.claims[0]
    for claim in disagreement.claims:
        if claim.adopted:
            return claim.adopted_because or _("adopted with the register, no reason recorded")
    if not ClaimFigure(first.figure).is_of_project:
        return _("no figure of the project itself")
    if first.project.figure(first.figure) is None:
        return _("none adopted, so the figure is blank")
    return _("none adopted, the figure is based on something else")
