"""How complete the reports of the months shown are, as a bar of three parts, and how the list changed since January."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.choices import Listed, Measure
from projects.pages import formatting, links
from projects.pages.months_coverage import CoverageWord
from projects.totals.scope import Scope
from projects.totals.totals import Row

from ...charts.bars import Piece, pieces

_DRAWN = {"complete": "m-ink", "gaps": "m-hatch", "none": "m-none"}
_BEFORE = {Listed.START: "", Listed.JOINED: "+", Listed.LEFT: "−", Listed.NOW: "="}


@dataclass(frozen=True)
class Completeness:
    """`words` with how each is drawn; `bar` is their numbers side by side."""

    label: str
    words: list[tuple[CoverageWord, str]]
    bar: list[Piece]
    unasked: str  # how many of the list nobody asks to report, and that a gap is no nought


def asked_of_whole(scope: Scope) -> int | None:
    """How many are asked for a report of the last month, where that is known without a question: of the whole list."""
    status = scope.months.by_number.get(scope.last_month) if scope.is_whole and scope.last_month else None
    return None if status is None else status.asked


def counted_for(scope: Scope) -> tuple[str, ...]:
    """The figures that `completeness` is to be told: none of the whole list, whose months say how many are asked."""
    return () if asked_of_whole(scope) is not None else (Measure.REPORTS_APPROVED.value,)


def completeness(scope: Scope, words: list[CoverageWord], whole: Row, *, known: Row) -> Completeness | None:
    """None before the first month. The words are of all projects of the list together; `known` has what is counted."""
    if not words or not scope.end_month:
        return None
    asked = asked_of_whole(scope)
    if asked is None:
        asked = known.figures[Measure.REPORTS_APPROVED].of
    number = scope.last_month - scope.first_month + 1
    months = ngettext("%(months)s, %(count)s month", "%(months)s, %(count)s months each", number)
    parts = [(word.number, _DRAWN[word.name], word.text, word.url) for word in words]
    return Completeness(
        label=months % {"months": formatting.months(scope.first_month, scope.last_month), "count": number},
        words=[(word, _DRAWN[word.name]) for word in words],
        bar=pieces(parts, whole.figures[Measure.PROJECT_COUNT].value),
        unasked=_unasked((whole.figures[Measure.PROJECT_COUNT].value or 0) - asked),
    )


def _unasked(count: int) -> str:
    """Who is asked is said by each place on the list: what is published of a project does not keep it from being asked."""
    if count <= 0:
        return _("A gap is never counted as zero.")
    text = ngettext(
        "A gap is never counted as zero; %(count)s published project is not asked to report.",
        "A gap is never counted as zero; %(count)s published projects are not asked to report.",
        count,
    )
    return text % {"count": formatting.count(count)}


def list_terms(scope: Scope, whole: Row, parts: list[links.CountLink]) -> list[links.CountLink]:
    """At the start and joined, less left, is now. Of a list that nothing changed in all are there all the same; none where a
    part of the list is asked about. Each has the sign before it.
    """
    if not scope.is_of_the_list or scope.programme is None:
        return []
    found = {each.name: each for each in parts}
    now = whole.figures[Measure.PROJECT_COUNT].value or 0
    labels = {
        Listed.START: _("start of the year"),
        Listed.JOINED: _("joined"),
        Listed.LEFT: _("left"),
        Listed.NOW: _("now"),
    }
    terms = []
    for part, label in labels.items():
        known = found.get(part)
        value = known.value if known else now if not parts and part in (Listed.START, Listed.NOW) else 0
        everything = links.records([*whole.parameters, ("counted_in", Measure.PROJECT_COUNT)])
        url = known.url if known else everything if value else ""
        terms.append(links.CountLink(label, url, value, _BEFORE[part]))
    return terms
