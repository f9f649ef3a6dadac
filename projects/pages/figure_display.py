"""Display of a figure: its text, where it is explained, what it covers and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from projects.choices import Basis, Measure, Unit, Withheld
from projects.totals.figures import FIGURES, MONTHLY
from projects.totals.scope import Scope
from projects.totals.totals import FigureValue, Row, breakdowns, ratio

from . import formatting, links

ALL, PART = "all", "part"
_WITHHELD = {
    Withheld.TOO_FEW: gettext_lazy("too few"),
    Withheld.NOTHING: gettext_lazy("nothing to compare"),
}


class FigureDisplay:
    """`value` is whole CNY or a count, None when no record has it: then `text` is empty and `reason` says why.

    Each part is worked out where it is asked for: a table has a hundred figures and says little of each.
    """

    def __init__(self, row: Row, name: str, *, form: str = "table") -> None:
        self.name, self._row, self._form = str(name), row, form  # of a choice its value, as others name it
        self._figure = row.figures[name]
        self.value, self.known, self.of = self._figure.value, self._figure.known, self._figure.of

    @property
    def label(self) -> str:
        return formatting.sentence_case(str(self._figure.label))

    @property
    def definition(self) -> str:
        return str(FIGURES[self.name].definition)

    @property
    def exact(self) -> Fraction | None:
        """The number in the unit that is named with it, nothing rounded."""
        if FIGURES[self.name].ratio:
            return None if self._figure.ratio is None else self._figure.ratio * 100
        return None if self.value is None else formatting.in_its_unit(self.value, self._figure.unit, self._form)

    @property
    def text(self) -> str:
        return _text(self._figure, self._form)

    @property
    def unit(self) -> str:
        return unit_after(self._figure, self._form)

    @property
    def url(self) -> str:
        return "" if self.value is None else links.figure_address(self._row, self.name)

    @property
    def reason(self) -> str:
        return reason(self._figure) if self.value is None else ""

    @property
    def coverage(self) -> str:
        return coverage_of(self._figure)

    @property
    def coverage_in_words(self) -> str:
        return coverage_sentence(self._figure)

    @property
    def with_data(self) -> str:
        return _("%(coverage)s with data") % {"coverage": self.coverage}

    @property
    def having_url(self) -> str:
        """The records that have it; empty when none does."""
        return links.known_address(self._row, self.name) if self.known else ""

    @property
    def missing(self) -> int:
        return self._figure.unknown_count

    @property
    def missing_url(self) -> str:
        """The records that lack it; empty when none does."""
        return links.missing_address(self._row, self.name) if self._figure.unknown_count else ""

    @property
    def illustrative_extent(self) -> str:
        """ALL or PART of it rests on illustrative records; empty for none."""
        return rests_on_illustrative(self._row, self.name)

    @property
    def today(self) -> str:
        """What a figure of a past state is today; empty where it says the same, or was not asked."""
        now = self._row.now and self._row.now[self.name]
        if not now or (text := _text(now, self._form)) == self.text:
            return ""
        return text or _("no data")

    @property
    def off_list(self) -> str:
        """What of it is of projects that are off the list."""
        return off_list_sentence(self._figure)


def _text(figure: FigureValue, form: str) -> str:
    """The figure in its unit; of a ratio the share in per cent, or a word in its place where it is withheld."""
    if figure.value is None:
        return ""
    if FIGURES[figure.name].ratio:
        return formatting.share(figure.ratio) or (
            _("plan of zero") if figure.is_plan_zero else _WITHHELD[figure.withheld]
        )
    return formatting.number(figure.value, figure.unit, form)


def unit_after(figure: FigureValue, form: str) -> str:
    """What stands after the figure."""
    if FIGURES[figure.name].ratio:
        return "" if figure.withheld else "%"
    return formatting.unit_name(figure.unit, form)


def withheld_sentence(figure: FigureValue) -> str:
    """Why a ratio is not given; empty where it is."""
    if figure.is_plan_zero:
        return _("The annual plan is zero, so that there is no share of it.")
    if figure.withheld == Withheld.NOTHING:
        return _("No project has both an annual plan and an approved report, so there is nothing to compare.")
    if figure.withheld == Withheld.TOO_FEW:
        values = {"known": formatting.count(figure.known), "of": formatting.count(figure.of)}
        return (
            _("Only %(known)s of %(of)s projects have both a plan and a report: too few to speak for the rest.")
            % values
        )
    return ""


def not_compared_sentence(figure: FigureValue) -> str:
    """Return what of a ratio is on one side alone: plans of months not reported yet, reports without a plan; else empty."""
    if figure.pairs is None:
        return ""
    sentences = []
    if figure.pairs.unreported:
        values = {"amount": formatting.money_with_unit(figure.pairs.unreported)}
        sentences.append(_("A further %(amount)s is planned for months not reported yet.") % values)
    if number := figure.pairs.unplanned:
        text = ngettext(
            "%(count)s project that has reported has no annual plan and is not compared.",
            "%(count)s projects that have reported have no annual plan and are not compared.",
            number,
        )
        sentences.append(text % {"count": formatting.count(number)})
    return formatting.sentences(sentences)


def mark_illustrative(text: str, row: Row, name: str) -> str:
    """The text of a figure in a sentence, with how much of it is illustrative: '138.5 billion CNY (54.7% illustrative)'."""
    return _with_notes(text, [get_illustrative_words(row, name)])


def begin_with_mark(sentence: str, share: Fraction | None) -> str:
    """Return a sentence that begins with the share of its data that is illustrative; as it is where none is."""
    if not sentence or not share:
        return sentence
    if share == 1:
        return _("By illustrative data: %(sentence)s") % {"sentence": sentence}
    values = {"sentence": sentence, "share": formatting.part_in_percent(share)}
    return _("By data of which %(share)s is illustrative: %(sentence)s") % values


def illustrative_share_of(records: Iterable[Any]) -> Fraction | None:
    """Return the share of illustrative ones among records that have a basis; None without any."""
    bases = [record.basis for record in records]
    return ratio(bases.count(Basis.ILLUSTRATIVE), len(bases))


def share_of_plan(row: Row) -> str:
    """The share of the annual plan that is disbursed, and of how many: '33.6% (30/42)'."""
    figure = row.figures[Measure.DISBURSED_OF_PLAN]
    return _with_notes(formatting.percent(figure.ratio), [coverage_of(figure)])


def get_illustrative_words(row: Row, name: str) -> str:
    """How much of a figure rests on illustrative records; empty for nothing."""
    share = row.illustrative_share(name)
    if not share:
        return ""
    if share == 1:
        return _("illustrative")
    return _("%(share)s illustrative") % {"share": formatting.part_in_percent(share)}


def _with_notes(text: str, notes: list[str]) -> str:
    found = [note for note in notes if note]
    return _("%(text)s (%(notes)s)") % {"text": text, "notes": formatting.clauses(found)} if found else text


def coverage_of(figure: FigureValue) -> str:
    """How many of the records have it: '30/42'."""
    return f"{formatting.count(figure.known)}/{formatting.count(figure.of)}"


def reason(figure: FigureValue) -> str:
    """Why there is no value."""
    if not figure.of:
        return _("no project that could have it")
    if FIGURES[figure.name].ratio:
        return _("none has both a plan and a report")
    if FIGURES[figure.name].by_month or figure.name in MONTHLY:
        return _("nothing reported yet")
    return _("not published")


def rests_on_illustrative(row: Row, name: str) -> str:
    """Whether all, a part or nothing (empty) of a figure rests on illustrative records."""
    figure = row.figures[name]
    if row.illustrative is None or figure.value is None or not (known := row.illustrative[name].known):
        return ""
    return ALL if known == figure.known else PART


def coverage_sentence(figure: FigureValue) -> str:
    """How many records have the figure: '35 of 42 have a figure'."""
    values: dict[str, Any] = {"known": formatting.count(figure.known), "of": formatting.count(figure.of)}
    if not figure.of:
        return _("no project that could have it")
    if figure.unit == Unit.PROJECTS and figure.known == figure.of:
        return _("all %(of)s projects") % values if figure.of > 1 else _("the only project")
    if not figure.known:
        return _("none of %(of)s with data") % values if figure.of > 1 else _("the only project, without data")
    if figure.name == Measure.TRANSFERRED_COUNT:
        said = ngettext("%(known)s of %(of)s says yes or no", "%(known)s of %(of)s say yes or no", figure.known)
        return said % values
    if FIGURES[figure.name].ratio:
        said = ngettext(
            "%(known)s of %(of)s has both a plan and a report",
            "%(known)s of %(of)s have both a plan and a report",
            figure.known,
        )
        return said % values
    if FIGURES[figure.name].by_month:
        said = ngettext("%(known)s of %(of)s has reports", "%(known)s of %(of)s have reports", figure.known)
        reported = said % values
        values = {"coverage": reported, "off_list": off_list_sentence(figure)}
        return _("%(coverage)s; %(off_list)s") % values if values["off_list"] else reported
    return _("%(known)s of %(of)s with data") % values


def off_list_sentence(figure: FigureValue) -> str:
    """What of the value is of projects that are off the list; empty when nothing is."""
    if not figure.off_list_known:
        return ""
    told = ngettext(
        "of it %(amount)s of %(count)s project that is off the list",
        "of it %(amount)s of %(count)s projects that are off the list",
        figure.off_list_known,
    )
    amount = formatting.number(figure.off_list, figure.unit, "headline")
    unit = formatting.unit_name(figure.unit, "headline")
    return told % {"amount": f"{amount} {unit}", "count": formatting.count(figure.off_list_known)}


def share_of(row: Row, whole: Row, name: str) -> str:
    """A row's figure in per cent of the whole's."""
    return formatting.share(row.figures[name].share_of(whole.figures[name]))


def transferred_share(row: Row) -> Any:
    """The transferred among the projects that say yes or no."""
    figure = row.figures[Measure.TRANSFERRED_COUNT]
    return ratio(figure.value, figure.known)


@dataclass(frozen=True)
class BesideFigure:
    """A sentence that opens to the figure it is made of."""

    text: str
    shown: FigureDisplay


def output_value(whole: Row) -> BesideFigure | None:
    """Of an answer that has the figure; None where no source speaks of output value."""
    display = FigureDisplay(whole, Measure.OUTPUT_VALUE, form="headline")
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
