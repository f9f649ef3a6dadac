"""Notes to a headline figure: revenue that is output value, projects at or below the least investment."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from projects.choices import Measure
from projects.models import Target
from projects.pages import formatting
from projects.pages.figure_display import shown
from projects.pages.output_value import BesideFigure, output_value
from projects.pages.targets import relation_text, verdict_in_words
from projects.totals.scope import Scope
from projects.totals.totals import FigureValue, Row, breakdowns, held_against

FIGURES = (Measure.OUTPUT_VALUE.value, Measure.AT_FLOOR_COUNT.value)


def beside(scope: Scope, targets: Sequence[Target] = (), *, known: Row | None = None) -> dict[str, BesideFigure]:
    """The sentences by the name of the figure that they stand beside. Without targets no floor is known. One query, unless
    `known` has the figures.
    """
    alone = known or breakdowns(scope, None, compared=False, illustrative=True, figures=FIGURES)[None].total_row
    whole = held_against(scope, alone, targets)
    found = {Measure.EXPECTED_REVENUE: output_value(whole), Measure.TOTAL_INVESTMENT: _floor(whole)}
    return {name.value: sentence for name, sentence in found.items() if sentence}


def _floor(whole: Row) -> BesideFigure | None:
    """The floor that was announced for each project, how many miss it, and what follows."""
    figure: FigureValue = whole.figures[Measure.AT_FLOOR_COUNT]
    if figure.value is None or not figure.targets:
        return None
    values = {
        "floor": relation_text(figure.targets[0].target),
        "unit": formatting.money_unit("headline"),
        "count": formatting.count(figure.value),
        "known": formatting.count(figure.known),
        "of": formatting.count(figure.of),
    }
    text = _("%(floor)s %(unit)s each: %(count)s of %(known)s known (of %(of)s) at or below it") % values
    sentence = formatting.clauses([text, verdict_in_words(figure.targets[0])])
    return BesideFigure(sentence, shown(whole, Measure.AT_FLOOR_COUNT))
