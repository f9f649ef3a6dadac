"""Published numbers beside what the list comes to: counts of progress, plans that differ, targets that are missed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.choices import Measure
from projects.pages import formatting
from projects.pages.figure_display import FigureDisplay, shown
from projects.pages.targets import PublishedTarget, compared, said
from projects.totals.scope import Scope
from projects.totals.targets import Comparison
from projects.totals.totals import Row

from .cards import CARDS
from .published_counts import PublishedCount


@dataclass(frozen=True)
class PublishedLine:
    """`published` are the numbers that were said, each with its source; `note` is how they stand to the list's."""

    label: str
    months: str
    published: list[PublishedTarget]
    shown: FigureDisplay
    note: str


def published_against_list(scope: Scope, whole: Row, counts: list[PublishedCount]) -> list[PublishedLine]:
    """None for a part of the list, of which nothing was published."""
    if not scope.is_whole:
        return []
    return [*_figures(whole), *map(_count, counts)]


def _figures(whole: Row) -> Iterator[PublishedLine]:
    """The figures of which more than one number was published, or of which the list's is another."""
    for name in CARDS:
        own = [each for each in whole.figures[name].targets if each.target.measure == name]
        note = _apart(own) or _difference(own)
        if note:
            display = shown(whole, name, form="headline")
            yield PublishedLine(display.label, "", [said(each.target) for each in own], display, note)


def _apart(own: list[Comparison]) -> str:
    values = [each.target.value for each in own if each.target.sector is None]
    if len(set(values)) < 2:
        return ""
    unit = own[0].target.unit
    apart = formatting.number(max(values) - min(values), unit, "headline")
    number = formatting.count(len(values))
    return _("%(count)s published figures, a difference of %(amount)s") % {"count": number, "amount": apart}


def _difference(own: list[Comparison]) -> str:
    missed = [compared(each) for each in own if each.met is False]
    return formatting.clauses([_verdict(each.difference, each.verdict) for each in missed])


def _verdict(difference: str, verdict: str) -> str:
    values = {"amount": difference, "verdict": verdict}
    return _("difference %(amount)s, %(verdict)s") % values if difference else verdict


def _count(count: PublishedCount) -> PublishedLine:
    missing = count.shown.of - count.shown.known
    told = []
    if count.differs:
        told.append(_("differs by %(amount)s") % {"amount": formatting.count(count.difference)})
    else:
        told.append(_("equal"))
    if missing:
        without = ngettext("%(count)s without data", "%(count)s without data", missing)
        told.append(without % {"count": formatting.count(missing)})
    if count.target.measure == Measure.STARTED_COUNT and count.share:
        values = {"share": count.share, "count": count.shown.text, "of": count.shown.of, "months": count.months}
        told.append(_("start rate %(share)s: %(count)s of %(of)s projects, %(months)s") % values)
    return PublishedLine(count.shown.label, count.months, [count.said], count.shown, formatting.clauses(told))
