"""Coverage of a sum over months in three words: complete, with gaps, none; each opens to its records."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.totals.coverage import months_coverage
from projects.totals.scope import Scope

from . import formatting, links


@dataclass(frozen=True)
class CoverageWord:
    """One of the three: its name for a program, a text with its number, the records, what those lack, the number itself."""

    name: str
    text: str
    url: str
    more: str = ""
    number: int = 0


def coverage_words(scope: Scope, figure: str) -> list[CoverageWord]:
    """The three words of a figure that is made of monthly reports; none for any other, and before the first month."""
    found = months_coverage(scope, figure)
    if found is None:
        return []
    months = ngettext("%(count)s month missing", "%(count)s months missing", found.months)
    more = months % {"count": formatting.count(found.months)} if found.gaps else ""
    parts = (
        ("complete", _("complete %(count)s"), found.complete, "complete_in", ""),
        ("gaps", _("with gaps %(count)s"), found.gaps, "gaps_in", more),
        ("none", _("none %(count)s"), found.none, "missing", ""),
    )
    return [
        CoverageWord(
            name,
            text % {"count": formatting.count(number)},
            links.records(scope.with_added_filters(**{parameter: (figure,)}).parameters()) if number else "",
            said,
            number,
        )
        for name, text, number, parameter, said in parts
    ]
