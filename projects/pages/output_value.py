"""Output value (产值) in a figure of revenue: how much of it is that, which some sources give instead."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from projects.choices import Measure
from projects.totals.scope import Scope
from projects.totals.totals import Row, breakdowns

from .figure_display import FigureDisplay, shown


@dataclass(frozen=True)
class BesideFigure:
    """A sentence that opens to the figure it is made of."""

    text: str
    shown: FigureDisplay


def output_value(whole: Row) -> BesideFigure | None:
    """Of an answer that has the figure; None where no source speaks of output value."""
    display = shown(whole, Measure.OUTPUT_VALUE, form="headline")
    if not display.value:
        return None
    text = _("of it %(amount)s %(unit)s is output value") % {"amount": display.text, "unit": display.unit}
    return BesideFigure(text, display)


def beside_figure(scope: Scope, name: str) -> BesideFigure | None:
    """What stands beside one figure of a question; one query for revenue, none for any other."""
    if name != Measure.EXPECTED_REVENUE:
        return None
    figures = (Measure.OUTPUT_VALUE.value,)
    return output_value(breakdowns(scope, None, compared=False, illustrative=True, figures=figures)[None].total_row)
