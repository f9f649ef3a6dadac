"""Reservations: conclusions that the data does not bear, each told from its state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.choices import Measure
from projects.pages import formatting, links
from projects.pages.figure_display import shown
from projects.pages.month_notice import MonthNotice
from projects.pages.months_coverage import CoverageWord
from projects.totals.programmes import is_shown_unchosen
from projects.totals.results import is_withheld
from projects.totals.scope import Scope
from projects.totals.totals import Row

from .disbursement import Disbursement
from .disbursement import withheld as withheld_against_plans
from .published_counts import PublishedCount
from .round_notice import RoundNotice, due

_MADE_UP = (Measure.TOTAL_INVESTMENT, Measure.PLANNED_DISBURSEMENT, Measure.DISBURSED)


@dataclass(frozen=True)
class Reservation:
    """A statement that does not follow, why, and where the reason is looked at (empty: on this page)."""

    statement: str
    because: str
    url: str = ""


@dataclass(frozen=True)
class State:
    """What the statements are told from."""

    scope: Scope
    whole: Row
    disbursed: Disbursement | None
    counts: list[PublishedCount]
    coverage: list[CoverageWord]
    notice: MonthNotice | None
    round: RoundNotice | None


def reservations(state: State) -> list[Reservation]:
    """The most serious first."""
    makers = (_unchosen, _targets, _parts, _plans, _open_month, _too_few, _gaps, _counts, _past)
    return [found for make in makers for found in make(state)]


def _unchosen(state: State) -> Iterator[Reservation]:
    """Said to the province, which chooses: another list that comes in may change by itself what everybody sees first."""
    scope = state.scope
    if scope.access.is_of_the_province and scope.as_of is None and is_shown_unchosen(scope.programme, scope.programmes):
        yield Reservation(
            _("That %(year)s stays the year that everybody sees first") % {"year": scope.year},
            _("no current programme is selected, and other years have projects too: select one"),
            reverse("admin:projects_programme_changelist"),
        )


def _targets(state: State) -> Iterator[Reservation]:
    """What rests on made-up records is no test of what was announced."""
    shares = [(name, state.whole.illustrative_share(name)) for name in _MADE_UP]
    made_up = [(name, share) for name, share in shares if share]
    if not made_up:
        return
    said = formatting.listing([_share_of(state.whole, name, share) for name, share in made_up])
    is_of_the_list = state.scope.is_whole or state.scope.is_single_month
    yield Reservation(
        _("That the announced targets are met") if is_of_the_list else _("How the real projects stand"),
        _("illustrative: %(shares)s; cannot be tested") % {"shares": said},
        links.page("about", filters=False) + "#basis",
    )


def _share_of(whole: Row, name: str, share: Fraction) -> str:
    figure = shown(whole, name).label
    if share == 1:
        return _("all of %(figure)s") % {"figure": figure[:1].lower() + figure[1:]}
    values = {"share": formatting.part_in_percent(share), "figure": figure[:1].lower() + figure[1:]}
    return _("%(share)s of %(figure)s") % values


def _parts(state: State) -> Iterator[Reservation]:
    """Announced figures are of the whole list."""
    if state.scope.is_whole or state.scope.is_single_month or not state.scope.targets:
        return
    yield Reservation(
        _("That this part meets the announced targets"),
        _("they were announced for the whole list; plans here are those of the projects shown"),
    )


def _plans(state: State) -> Iterator[Reservation]:
    if state.disbursed is None or not state.disbursed.plans_disagree:
        return
    planned = formatting.listing([each.planned for each in state.disbursed.against])
    yield Reservation(
        _("Which plan is right"),
        _("%(amounts)s stand side by side; none replaces another") % {"amounts": planned},
        links.page("programmes") + "#contradictions",
    )


def _open_month(state: State) -> Iterator[Reservation]:
    told = due(state.notice, state.round)
    if not told or state.notice is None or state.notice.status is None:
        return
    values = {"month": formatting.month_name(state.notice.status.month.number)}
    yield Reservation(
        _("That %(month)s is slow") % values, told, state.round.url if state.round and state.round.lacking else ""
    )


def _too_few(state: State) -> Iterator[Reservation]:
    """Of few records nothing follows for the rest."""
    if (
        state.disbursed is None
        or state.disbursed.against
        or not state.scope.is_comparable
        or not is_withheld(state.whole)
    ):
        return
    reason = withheld_against_plans(state.scope, state.whole)
    if reason:
        yield Reservation(_("How far the list is with its plan"), reason)


def _gaps(state: State) -> Iterator[Reservation]:
    """In an open month it is the month itself that is not complete, which is said already."""
    if state.scope.open_month is not None:
        return
    found = next((word for word in state.coverage if word.name == "gaps" and word.more), None)
    if found is not None:
        because = _("%(projects)s, %(months)s: a month not reported is not zero")
        yield Reservation(
            _("That the sum of the months is complete"),
            because % {"projects": found.text, "months": found.more},
            found.url,
        )


def _counts(state: State) -> Iterator[Reservation]:
    """A published count is no more proved than the register knows."""
    for each in state.counts:
        if each.target.measure != Measure.STARTED_COUNT or not (each.differs or each.shown.of > each.shown.known):
            continue
        missing = each.shown.of - each.shown.known
        without = ngettext("%(count)s without data", "%(count)s without data", missing)
        values = {"published": each.said.value, "list": each.shown.text or formatting.count(0)}
        told = [_("%(published)s published, %(list)s found on the list") % values]
        if missing:
            told.append(without % {"count": formatting.count(missing)})
        yield Reservation(_("That projects started as published"), formatting.clauses(told), each.shown.missing_url)


def _past(state: State) -> Iterator[Reservation]:
    if state.scope.as_of is not None and state.scope.as_of.is_day:
        values = {"day": state.scope.as_of.day.isoformat()}
        yield Reservation(
            _("How it stands today"), _("shown is what was known on %(day)s; what came later is left out") % values
        )
