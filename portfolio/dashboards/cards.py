"""Cards of figures: the sum of a list, what was announced for it or what share of a whole it is, and a note below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from projects.choices import Measure
from projects.models import Target
from projects.pages import formatting
from projects.pages.figure_display import (
    BesideFigure,
    FigureDisplay,
    output_value,
    share_of,
)
from projects.pages.targets import Compared, build_comparison_display, relation_text, verdict_in_words
from projects.totals.figures import FIGURES, HEADLINES
from projects.totals.scope import Scope
from projects.totals.totals import FigureValue, Row, breakdowns, compare_with_targets

CARDS = [name for name in HEADLINES if not FIGURES[name].plan]  # what fills a plan has a part of the page to itself
NOTED = (Measure.OUTPUT_VALUE.value, Measure.AT_FLOOR_COUNT.value)  # figures that the notes are made of


@dataclass(frozen=True)
class Card:
    """`compared` are the targets beside the sum; of a part `share` is in per cent of `whole`, if that can be said.

    No bar stands under the figure: one that is full of made-up amounts would be a claim.
    """

    figure: FigureDisplay
    compared: list[Compared]
    note: BesideFigure | None = None
    whole: str = ""
    share: str = ""
    is_part: bool = False  # no target is announced for one

    @property
    def verdicts(self) -> list[str]:
        """Return each verdict once; of a part how much of the target it is."""
        if self.figure.value is None:
            return [_("no data")]
        return list(dict.fromkeys(text for text in map(_target_verdict, self.compared) if text))


def _target_verdict(target: Compared) -> str:
    if not target.verdict:
        return _("%(share)s of it") % {"share": target.share} if target.share else ""
    return target.verdict if not target.is_tested else difference_and_verdict(target)


def difference_and_verdict(target: Compared) -> str:
    values = {"amount": target.difference, "verdict": target.verdict}
    return _("difference %(amount)s, %(verdict)s") % values if target.difference else target.verdict


def build_target_cards(row: Row, notes: dict[str, BesideFigure]) -> list[Card]:
    """Return the headline figures of a programme with what was announced for each."""
    return [
        Card(
            figure=FigureDisplay(row, name, form="headline"),
            compared=[
                build_comparison_display(target)
                for target in row.figures[name].targets
                if target.target.measure == name
            ],
            note=notes.get(name),
        )
        for name in CARDS
    ]


def build_part_card(row: Row, whole: Row | None, name: str, notes: dict[str, BesideFigure]) -> Card:
    """Return a figure of a part, such as a sector, as a share of `whole`; None: it is compared with nothing."""
    return Card(
        figure=FigureDisplay(row, name, form="headline"),
        compared=[],
        note=notes.get(name),
        whole=FigureDisplay(whole, name, form="headline").text if whole else "",
        share=share_of(row, whole, name) if whole else "",
        is_part=True,
    )


def get_notes(scope: Scope, targets: Sequence[Target] = (), *, counted: Row | None = None) -> dict[str, BesideFigure]:
    """Return sentences by figure: revenue that is output value, projects at or below the announced least investment.

    Without targets no such floor is known. One query, unless `counted` has the figures `NOTED`.
    """
    row = counted or breakdowns(scope, None, compared=False, illustrative=True, figures=NOTED)[None].total_row
    whole = compare_with_targets(scope, row, targets)
    notes = {Measure.EXPECTED_REVENUE: output_value(whole), Measure.TOTAL_INVESTMENT: _floor_note(whole)}
    return {name.value: note for name, note in notes.items() if note}


def _floor_note(whole: Row) -> BesideFigure | None:
    """Return the floor announced for each project, how many miss it, and the verdict."""
    figure: FigureValue = whole.figures[Measure.AT_FLOOR_COUNT]
    if figure.value is None or not figure.targets:
        return None
    values = {
        "floor": relation_text(figure.targets[0].target, unit=formatting.money_unit("headline")),
        "count": formatting.count(figure.value),
        "known": formatting.count(figure.known),
        "of": formatting.count(figure.of),
    }
    text = _("%(floor)s each: %(count)s of %(known)s known (of %(of)s) at or below it") % values
    sentence = formatting.clauses([text, verdict_in_words(figure.targets[0])])
    return BesideFigure(sentence, FigureDisplay(whole, Measure.AT_FLOOR_COUNT))
