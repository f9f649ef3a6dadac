"""Headline figures that the province announces, and the two that its months are made of, as conditions on projects.

What each of them sums or counts is declared in `projects/choices/headlines.py`.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from projects.choices import headlines
from projects.choices.headlines import Headline, Ratio, Records

from .figure import Condition, Figure, always, entry_has, figure, project_has, reports_have

_HAVE = {Records.PROJECTS: project_has, Records.ENTRIES: entry_has, Records.REPORTS: reports_have}


def _known(headline: Headline) -> Condition:
    if headline.column:
        return _HAVE[headline.records](headline.column)
    unknown = headline.unknown
    return (lambda span: ~unknown.q()) if unknown else always


def _figure(headline: Headline) -> Figure:
    more: dict[str, Any] = {}
    if counted := headline.counted:
        more["counted"] = lambda span: counted.q()
    if applies_to := headline.applies_to:
        more["applies"] = lambda span: applies_to.q()
    return figure(
        headline.measure,
        headline.definition,
        _known(headline),
        by_month=headline.records == Records.REPORTS,
        plan=headline.plan,
        **more,
    )


HEADLINES = tuple(map(_figure, headlines.HEADLINES))


def _ratio(ratio: Ratio) -> Figure:
    above, below = reports_have(ratio.above_column), entry_has(ratio.below_column)
    return figure(ratio.measure, ratio.definition, lambda span: Q(above(span)) & Q(below(span)), ratio=ratio)


RATIOS = tuple(map(_ratio, headlines.RATIOS))
