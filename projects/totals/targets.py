"""Targets: how a figure stands against the numbers that were announced for its programme."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from projects.choices import Measure, Relation, Verdict
from projects.models import Target
from projects.periods import MONTHS_OF_YEAR

from .figures import FIGURES
from .span import Span

ABOUT = Fraction(1, 100)  # 'about' means within one per cent: the published ones are rounded to two or three digits


class Listing(NamedTuple):
    """How many projects are on a programme's whole list, and how many were announced last."""

    listed: int
    announced: int

    @property
    def missing(self) -> int:
        return max(0, self.announced - self.listed)

    @property
    def is_short(self) -> bool:
        """True if the list is so far from complete that no sum of it is held against what was announced."""
        return self.listed * 10 < self.announced * 9


def get_listing(listed: int, targets: Iterable[Target]) -> Listing | None:
    """Return the number of projects of a whole list beside the newest that was announced; None if none was."""
    announced = [target for target in targets if target.measure == Measure.PROJECT_COUNT and target.sector_id is None]
    if not announced:
        return None
    newest = max(announced, key=lambda target: (target.source.published_on or dt.date.min, target.pk))
    return Listing(listed, newest.value)


@dataclass(frozen=True)
class Comparison:
    """A target beside a figure. `ratio` is value ÷ target; `met` is None when it cannot be said.

    `verdict` says so of a whole list, None of a part of it. `illustrative_share` is the share of the value that rests on
    illustrative records, None where that is not told.
    """

    target: Target
    ratio: Fraction | None
    difference: int | None
    met: bool | None
    verdict: Verdict | None = None
    illustrative_share: Fraction | None = None
    value: int | None = (
        None  # what is held against the target: the figure, or that of the part of which the target speaks
    )


@dataclass(frozen=True)
class Footing:
    """What a figure rests on: the share of it that is illustrative, and whether too few records have it.

    `few_of_plan` is the same of those that have an annual plan too, for what is held against one.
    """

    illustrative: Fraction | None = None
    few: bool = False
    few_of_plan: bool = False


REAL = Footing()


def is_within_target(difference: int | Fraction, target: Target) -> bool:
    """Whether a number is no further from a target than that is known, so that how far says nothing."""
    if target.relation == Relation.ABOUT:
        return abs(Fraction(difference)) <= Fraction(target.value) * ABOUT
    return target.relation == Relation.MORE_THAN


def is_met(value: int, target: Target, *, figure: str) -> bool:
    """Whether `value` meets the target as its relation means it; money spent meets a plan by reaching it, and a number of
    those that miss a floor by being none.
    """
    if FIGURES[figure].none_below:
        return value == 0
    if target.measure != figure:
        return value >= target.value or (
            target.relation == Relation.ABOUT and is_within_target(value - target.value, target)
        )
    return {
        Relation.EXACTLY: value == target.value,
        Relation.AT_LEAST: value >= target.value,
        Relation.MORE_THAN: value > target.value,
        Relation.ABOUT: is_within_target(value - target.value, target),
    }[Relation(target.relation)]


def is_about_figure(target: Target, figure: str, span: Span) -> bool:
    """Whether the target is about this figure, as it stands at the end of the span (month 0: nothing reported yet).

    What fills a plan for the year by and by, as money spent does, is held against every such plan, and against the numbers
    reported for the same months, which all begin in January.
    """
    plan = FIGURES[figure].plan
    if target.measure != figure:
        return target.measure in (plan, FIGURES[figure].none_below)
    if plan is None or not span.last_month:
        return True
    return span.first_month == 1 and (target.through_month or MONTHS_OF_YEAR) == span.last_month


def verdict_on(value: int | None, target: Target, *, figure: str, footing: Footing = REAL) -> Verdict:
    """What the value of a whole list says of a target.

    What was made up proves nothing, and few records nothing of the rest, unless they alone reach what the whole should.
    """
    if value is None:
        return Verdict.TOO_FEW
    if footing.illustrative:
        return Verdict.CANNOT_BE_TESTED
    met = is_met(value, target, figure=figure)
    if FIGURES[figure].none_below:  # one is enough to miss it, and all must be known to meet it
        return Verdict.NOT_MET if not met else Verdict.TOO_FEW if footing.few else Verdict.MET
    is_plan = target.measure != figure
    reaches = is_plan or target.relation in (Relation.AT_LEAST, Relation.MORE_THAN)
    if (footing.few_of_plan if is_plan else footing.few) and not (reaches and met):
        return Verdict.TOO_FEW
    if reaches:
        return Verdict.MET if met else Verdict.NOT_MET
    return Verdict.EQUAL if met else Verdict.DIFFERS


_MET = {Verdict.MET: True, Verdict.EQUAL: True, Verdict.NOT_MET: False, Verdict.DIFFERS: False}


Parts = Mapping[str | None, tuple[int | None, Footing]]


def comparisons(
    figure: str,
    value: int | None,
    targets: Iterable[Target],
    *,
    span: Span,
    whole: bool,
    footing: Footing = REAL,
    of_the_list: int | None = None,
    parts: Parts | None = None,
    is_short: bool = False,
) -> list[Comparison]:
    """The targets of one figure; `whole` says that the value is of the programme's whole list.

    What was said of the figure itself is held against all of the value, plans that it fills against what of it is
    `of_the_list`. `parts` are the values of sectors, by their codes, with what they rest on, for targets that speak of one.
    Of a list that `is_short` (`Listing`) nothing but the number of projects is held against anything.
    """
    found = []
    for target in targets:
        if not is_about_figure(target, figure, span):
            continue
        held, rests = (value if target.measure == figure else of_the_list), footing
        if target.sector is not None:
            held, rests = (parts or {}).get(target.sector.code, (None, REAL))
        withheld = is_short and figure != Measure.PROJECT_COUNT
        comparable = held is not None and not withheld and not FIGURES[figure].none_below
        ratio = Fraction(held, target.value) if comparable and target.value else None  # type: ignore[arg-type]
        difference = held - target.value if comparable else None  # type: ignore[operator]
        verdict = verdict_on(held, target, figure=figure, footing=rests) if whole else None
        verdict = Verdict.SHORT_LIST if verdict and withheld else verdict
        met = _MET.get(verdict) if verdict else None
        found.append(Comparison(target, ratio, difference, met, verdict, rests.illustrative, held))
    return found
