"""A figure as a card: the sum of the list, what was announced for it, and whether they agree."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from projects.choices import Measure
from projects.models import Target
from projects.pages import formatting
from projects.pages.figure_display import FigureDisplay, coverage_sentence, share_of, shown
from projects.pages.targets import Compared, PublishedTarget, compared, measure_name, said
from projects.totals.figures import FIGURES, HEADLINES
from projects.totals.totals import Answer, Row

CARDS = [name for name in HEADLINES if not FIGURES[name].plan]  # what fills a plan has a part of the page to itself


@dataclass(frozen=True)
class Card:
    """`compared` are the targets beside the sum; `whole` is the text of the share of a larger whole, if it is a part.

    No bar stands under the figure: one that is full of made-up amounts would be a claim.
    """

    shown: FigureDisplay
    coverage: str
    compared: list[Compared]
    whole: str = ""
    share: str = ""
    is_part: bool = False  # no target is announced for one

    @property
    def verdicts(self) -> list[str]:
        """What the sum says of its targets, each said once; of a part how much of the target it is."""
        if self.shown.value is None:
            return [_("no data")]
        return list(dict.fromkeys(text for text in map(_verdict, self.compared) if text))


def _verdict(each: Compared) -> str:
    if not each.verdict:
        return _("%(share)s of it") % {"share": each.share} if each.share else ""
    if not each.is_tested or not each.difference:
        return each.verdict
    return _("difference %(amount)s, %(verdict)s") % {"amount": each.difference, "verdict": each.verdict}


def target_cards(answer: Answer) -> list[Card]:
    """The headline figures of a programme with what was announced for each."""
    return [_target_card(answer.total_row, name) for name in CARDS]


def _target_card(row: Row, name: str) -> Card:
    figure = row.figures[name]
    own = [comparison for comparison in figure.targets if comparison.target.measure == name]
    display = shown(row, name, form="headline")
    return Card(
        shown=display,
        coverage=coverage_sentence(figure),
        compared=[compared(comparison) for comparison in own],
    )


def part_card(row: Row, whole: Row | None, name: str) -> Card:
    """A figure of a part, such as a sector, as a share of a whole; None: there is none to hold it against."""
    display = shown(row, name, form="headline")
    return Card(
        shown=display,
        coverage=coverage_sentence(row.figures[name]),
        compared=[],
        whole=shown(whole, name, form="headline").text if whole else "",
        share=share_of(row, whole, name) if whole else "",
        is_part=True,
    )


def announced_cards(targets: list[Target]) -> list[tuple[str, list[PublishedTarget]]]:
    """What was said of a year whose projects are not in the register, by measure."""
    by_measure: dict[str, list[PublishedTarget]] = {}
    for target in targets:
        by_measure.setdefault(target.measure, []).append(said(target))
    return [(measure_name(each), by_measure[each]) for each in Measure.values if each in by_measure]


def not_said(targets: list[Target]) -> str:
    """The figures of which nothing was announced, as a list of words."""
    found = {target.measure for target in targets}
    return formatting.listing([measure_name(name) for name in HEADLINES if name not in found])
