"""Display of a figure: its text, where it is explained, what it covers and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from projects.choices import Measure, Unit, Withheld
from projects.totals.figures import FIGURES, MONTHLY
from projects.totals.totals import FigureValue, Row, ratio

from . import formatting, links

ALL, PART = "all", "part"
_WITHHELD = {
    Withheld.TOO_FEW: gettext_lazy("too few"),
    Withheld.NOTHING: gettext_lazy("nothing to compare"),
    Withheld.OPEN_MONTH: gettext_lazy("the month is open"),
}


@dataclass(frozen=True)
class FigureDisplay:
    """`value` is whole CNY or a count, None when no record has it: then `text` is empty and `reason` says why."""

    name: str
    label: str
    value: int | None
    text: str
    unit: str
    url: str
    reason: str
    known: int
    of: int
    coverage: str
    coverage_url: str  # the records that lack it; empty when none does
    rests: str  # ALL or PART of it rests on illustrative records; empty for none
    off_list: str = ""  # what of it is of projects that are off the list


def shown(row: Row, name: str, *, form: str = "table") -> FigureDisplay:
    """One figure of a row."""
    figure = row.figures[name]
    known = figure.value is not None
    return FigureDisplay(
        name=name,
        label=formatting.sentence_case(str(figure.label)),
        value=figure.value,
        text=_text(figure, form),
        unit=unit_after(figure, form),
        url=links.explaining(row, name) if known else "",
        reason="" if known else reason(figure),
        known=figure.known,
        of=figure.of,
        coverage=coverage_of(figure),
        coverage_url=links.lacking(row, name) if figure.missing else "",
        rests=rests_on_illustrative(row, name),
        off_list=off_list_sentence(figure),
    )


def _text(figure: FigureValue, form: str) -> str:
    """The figure in its unit; of a ratio the share in per cent, or a word in its place where it is withheld."""
    if figure.value is None:
        return ""
    if FIGURES[figure.name].ratio:
        return formatting.share(figure.ratio) or str(_WITHHELD[figure.withheld])
    return formatting.number(figure.value, figure.unit, form)


def unit_after(figure: FigureValue, form: str) -> str:
    """What stands after the figure."""
    if FIGURES[figure.name].ratio:
        return "" if figure.withheld else "%"
    return formatting.unit_name(figure.unit, form)


def withheld_sentence(figure: FigureValue) -> str:
    """Why a ratio is not given; empty where it is."""
    if figure.withheld == Withheld.NOTHING:
        return _("No project has both a plan of the year and an approved report, so there is nothing to compare.")
    if figure.withheld == Withheld.TOO_FEW:
        values = {"known": formatting.count(figure.known), "of": formatting.count(figure.of)}
        return (
            _("Only %(known)s of %(of)s projects have both a plan and a report: too few to speak for the rest.")
            % values
        )
    if figure.withheld == Withheld.OPEN_MONTH:
        return _("The month is open: too few have reported it to be held against the plan of the whole list.")
    return ""


def marked(text: str, row: Row, name: str) -> str:
    """The text of a figure in a sentence, with how much of it is illustrative: '138.5 billion CNY (54.7% illustrative)'."""
    return _with_notes(text, [_made_up(row, name)])


def share_of_plan(row: Row) -> str:
    """The share of the plan of the year that is disbursed, and of how many: '33.6% (30/42)'."""
    figure = row.figures[Measure.DISBURSED_OF_PLAN]
    return _with_notes(formatting.percent(figure.ratio), [coverage_of(figure), _made_up(row, figure.name)])


def _made_up(row: Row, name: str) -> str:
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


def all_shown(row: Row, names: Iterable[str], *, form: str = "table") -> dict[str, FigureDisplay]:
    return {name: shown(row, name, form=form) for name in names}


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
    if row.illustrative is None or not row.illustrative[name].known or row.figures[name].value is None:
        return ""
    return ALL if row.illustrative[name].known == row.figures[name].known else PART


def coverage_sentence(figure: FigureValue) -> str:
    """How many records have the figure: '35 of 42 have a figure'."""
    values: dict[str, Any] = {"known": formatting.count(figure.known), "of": formatting.count(figure.of)}
    if not figure.of:
        return _("no project that could have it")
    if figure.unit == Unit.PROJECTS and figure.known == figure.of:
        return _("all %(of)s projects") % values
    if not figure.known:
        return _("none of %(of)s has a figure") % values
    if figure.name == Measure.TRANSFERRED_COUNT:
        return _("%(known)s of %(of)s say yes or no") % values
    if FIGURES[figure.name].ratio:
        return _("%(known)s of %(of)s have both a plan and a report") % values
    if FIGURES[figure.name].by_month:
        reported = _("%(known)s of %(of)s have reports") % values
        values = {"coverage": reported, "off_list": off_list_sentence(figure)}
        return _("%(coverage)s; %(off_list)s") % values if values["off_list"] else reported
    return _("%(known)s of %(of)s have a figure") % values


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
