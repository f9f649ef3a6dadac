"""Headline of the overview: the answer as a heading, made from its numbers, and the sentences below it.

How much of a number is made up stands in the same clause as the number.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from projects.choices import Measure
from projects.pages import formatting
from projects.pages.frame import places_read
from projects.pages.marks import illustrative_mark
from projects.pages.month_notice import in_brackets
from projects.periods import MONTHS_OF_YEAR
from projects.totals.pace import Progress
from projects.totals.scope import Scope
from projects.totals.totals import Row

from . import findings
from .disbursement import Disbursement, withheld

HALF = MONTHS_OF_YEAR // 2


@dataclass(frozen=True)
class Marked:
    """A clause that ends in a number, and how much of that is made up."""

    text: str
    mark: SafeString | str = ""


@dataclass(frozen=True)
class Headline:
    """`clauses` follow the opening, each with the mark that parts it from the next; `more` are sentences."""

    eyebrow: str
    opening: Marked
    joint: str
    clauses: list[str]
    lede: Marked
    more: str


def headline(scope: Scope, whole: Row, disbursed: Disbursement | None, shown: Row | None) -> Headline:
    """What a question comes to. `shown` is the row that the money disbursed is of: in an open month of those approved."""
    clauses = _clauses(scope, shown or whole, disbursed)
    comma = _(", ")
    return Headline(
        eyebrow=_eyebrow(scope),
        opening=_opening(scope, whole, disbursed, shown),
        joint=pgettext("headline", ": ") if clauses else "",
        clauses=[f"{clause}{comma.rstrip()}" for clause in clauses[:-1]] + clauses[-1:],
        lede=_lede(whole),
        more=formatting.sentences([_meaning(disbursed), _apart(disbursed)]),
    )


def _eyebrow(scope: Scope) -> str:
    title = _("Key projects of %(year)s") % {"year": scope.programme.year} if scope.programme else ""
    title = " · ".join([part for part in (title, places_read(scope.access)) if part])
    if scope.end_month is None:
        return title
    return f"{title} · {formatting.months(scope.first_month, scope.last_month)}{in_brackets(scope)}"


def _opening(scope: Scope, whole: Row, disbursed: Disbursement | None, shown: Row | None) -> Marked:
    if disbursed is None or shown is None or disbursed.shown.value is None:
        if scope.end_month and not scope.is_comparable:
            values = {"month": formatting.month_name(scope.last_month)}
            return Marked(_("No report of %(month)s has been approved yet") % values)
        if whole.figures[Measure.DISBURSED].of:
            return Marked(_("No month is reported in full yet"))
        return Marked(_("No project on this list"))
    values = {"months": disbursed.span, "amount": f"{disbursed.shown.text} {disbursed.unit}"}
    if scope.is_single_month:
        text = _("In %(months)s, disbursement is %(amount)s")
    elif scope.last_month == HALF and scope.is_comparable:
        text = _("Half-way through the year, disbursement is %(amount)s")
    elif scope.last_month == MONTHS_OF_YEAR and scope.is_comparable:
        text = _("In the whole year, disbursement is %(amount)s")
    elif not scope.is_comparable:  # of those approved alone: the sums below are of all
        count = disbursed.shown.known
        values["count"] = formatting.count(count)
        text = ngettext(
            "%(months)s, disbursement of the %(count)s project compared is %(amount)s",
            "%(months)s, disbursement of the %(count)s projects compared is %(amount)s",
            count,
        )
    else:
        text = _("%(months)s, disbursement is %(amount)s")
    return Marked(text % values, illustrative_mark(shown.illustrative_share(Measure.DISBURSED)))


def _clauses(scope: Scope, shown: Row, disbursed: Disbursement | None) -> list[str]:
    """How far behind or ahead of each plan; else why that is not said. None before anything is disbursed."""
    if disbursed is None or disbursed.shown.value is None:
        return []
    if disbursed.against:
        return findings.paces(_progress(disbursed))
    if scope.is_single_month:
        return [_("one month alone is not compared with a plan for the year")]
    reason = withheld(scope, shown)
    return [reason[:1].lower() + reason[1:] if reason else _("no plan for the year is known to compare with")]


def _progress(disbursed: Disbursement) -> list[Progress]:
    return [each.progress for each in disbursed.against]


def _lede(whole: Row) -> Marked:
    """How many projects, and their total investment."""
    count, investment = (whole.figures[name] for name in (Measure.PROJECT_COUNT, Measure.TOTAL_INVESTMENT))
    projects = ngettext("%(count)s project", "%(count)s projects", count.value or 0)
    values = {"projects": projects % {"count": formatting.count(count.value or 0)}}
    if investment.value is None:
        return Marked(_("%(projects)s, total investment not known") % values)
    values["amount"] = formatting.money_with_unit(investment.value)
    share = whole.illustrative_share(Measure.TOTAL_INVESTMENT)
    return Marked(_("%(projects)s, total investment %(amount)s") % values, illustrative_mark(share))


def _meaning(disbursed: Disbursement | None) -> str:
    """What the word means where it first stands; a Chinese reader knows it by that very word."""
    return "" if disbursed is None or formatting.in_chinese() else "Disbursement is investment completed."


def _apart(disbursed: Disbursement | None) -> str:
    """How far apart the plans are that stand beside each other."""
    if disbursed is None or not disbursed.plans_disagree:
        return ""
    planned = [each.planned for each in _progress(disbursed)]
    values = {"amount": formatting.money_with_unit(max(planned) - min(planned))}
    if len(planned) == 2:
        return _("The two plans differ by %(amount)s; both are shown.") % values
    return _("The plans differ by %(amount)s; all are shown.") % values
