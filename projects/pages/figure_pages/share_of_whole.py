"""The share that one record has in a figure of all records of a question: the part, the whole, and where each stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from projects.pages.figure_display import FigureDisplay, shown
from projects.totals.explanation import Explanation
from projects.totals.totals import breakdowns


@dataclass(frozen=True)
class ShareOfWhole:
    share: Fraction
    part: FigureDisplay
    whole: FigureDisplay


def share_of_whole(opened: Explanation) -> ShareOfWhole | None:
    """None where the question is not one record's, and where a share says nothing. One query."""
    scope, name, part = opened.scope, opened.figure.name, opened.answer.total_row
    around = replace(scope, filters=tuple(pair for pair in scope.filters if pair[0] != "code"))
    if opened.figure.ratio or around.filters == scope.filters:
        return None
    whole = breakdowns(around, None, compared=False, figures=(name,))[None].total_row
    share = opened.value.share_of(whole.figures[name])
    if share is None:
        return None
    return ShareOfWhole(share, shown(part, name, form="precise"), shown(whole, name, form="precise"))
