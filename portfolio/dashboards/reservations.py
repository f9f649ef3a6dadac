"""What the data of an overview does not bear: conclusions that may not be drawn, reports that wait or are due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.choices import Measure
from projects.pages import formatting, links
from projects.pages.figure_display import FigureDisplay
from projects.pages.month_notice import MonthNotice, find_unfilled, open_sentence
from projects.pages.months_coverage import CoverageWord
from projects.totals.coverage import reports_of
from projects.totals.programmes import is_shown_unchosen
from projects.totals.results import is_withheld
from projects.totals.scope import Scope
from projects.totals.targets import Listing
from projects.totals.totals import Pending, Row, pending

from .disbursement import Disbursement, withheld_reason
from .published import PublishedCount

_MADE_UP = (Measure.TOTAL_INVESTMENT, Measure.PLANNED_DISBURSEMENT, Measure.DISBURSED)


class RoundNotice(NamedTuple):
    """Sentences about reports that wait for review and those that the open round lacks; empty where there are none."""

    waiting: str
    waiting_url: str
    lacking: str
    lacking_url: str


def get_round_notice(scope: Scope, month: MonthNotice | None) -> RoundNotice:
    """Return the notice for a reader; `month` is the notice of the page. The public reads of nothing that waits."""
    reports = None if scope.access.public else pending(scope)
    if reports is None:
        return RoundNotice("", "", "", "")
    waiting, lacking = _waiting_sentence(scope, reports), _lacking_sentence(month)
    may_review = scope.user.has_perm("projects.approve_monthlyreport")
    return RoundNotice(
        waiting=waiting,
        waiting_url=links.page("review" if may_review else "rounds") if waiting else "",
        lacking=lacking,
        lacking_url=links.page("rounds", query=scope.of_year) if lacking and scope.programme else "",
    )


def due_sentence(scope: Scope, month: MonthNotice | None, notice: RoundNotice) -> str:
    """Return what closed months and an open one still lack, and until when, as far as the reader may know."""
    if month is None or month.status is None:
        return ""
    if notice.lacking and find_unfilled(scope, month.status) in ([], [month.status]):
        return notice.lacking
    return open_sentence(scope, month.status)


def _waiting_sentence(scope: Scope, reports: Pending) -> str:
    if scope.end_month is None or not reports.reports:
        return ""
    text = ngettext(
        "%(count)s submitted report with %(amount)s waits for review and is not counted here.",
        "%(count)s submitted reports with %(amount)s wait for review and are not counted here.",
        reports.reports,
    )
    return text % {"count": reports.reports, "amount": formatting.money_with_unit(reports.amount, "table")}


def _lacking_sentence(month: MonthNotice | None) -> str:
    """Return what a round lacks of the reports that the reader sees; nobody is called late before it is due."""
    if month is None or month.reports is None or month.status is None or month.status.due is None:
        return ""
    reports = month.reports
    values = {
        "month": formatting.month_name(month.status.month.number),
        "approved": formatting.count(reports.approved),
        "asked": formatting.count(reports.asked),
        "waiting": formatting.count(reports.waiting),
        "missing": formatting.count(reports.missing_count),
        "due": month.status.due.isoformat(),
    }
    if month.status.is_closed:
        text = _(
            "Round of %(month)s, closed: %(approved)s of %(asked)s reports are approved, %(waiting)s wait for review, "
            "%(missing)s are outstanding; they were due %(due)s."
        )
    else:
        text = _(
            "Round of %(month)s: %(approved)s of %(asked)s reports are approved, %(waiting)s wait for review, "
            "%(missing)s are outstanding; due %(due)s."
        )
    return text % values


class Reservation(NamedTuple):
    """A statement that does not follow, and why; `url` leads to the reason if it is on another page."""

    statement: str
    because: str
    url: str = ""


@dataclass(frozen=True)
class State:
    """What reservations are derived from."""

    scope: Scope
    whole: Row
    disbursement: Disbursement | None
    counts: list[PublishedCount]
    coverage: list[CoverageWord]
    month: MonthNotice | None
    notice: RoundNotice
    listing: Listing | None = None


def list_sentence(listing: Listing | None) -> str:
    """Return how many of the announced projects are not on the list; empty where all are."""
    if listing is None or not listing.missing:
        return ""
    numbers = {name: formatting.count(getattr(listing, name)) for name in ("listed", "announced", "missing")}
    return _("The list has %(listed)s projects of %(announced)s announced: %(missing)s are missing.") % numbers


def get_reservations(state: State) -> list[Reservation]:
    """Return the reservations, the most serious first."""
    makers = (
        _current_year,
        _short_list,
        _targets,
        _parts,
        _plans,
        _open_month,
        _past_year,
        _few_reports,
        _nothing_reported,
        _missing_months,
        _counts,
        _past_day,
    )
    return [reservation for make in makers for reservation in make(state)]


def _current_year(state: State) -> Iterator[Reservation]:
    """Tell the province, which chooses, that another list may change by itself what everybody sees first."""
    scope = state.scope
    if scope.access.is_of_the_province and scope.as_of is None and is_shown_unchosen(scope.programme, scope.programmes):
        yield Reservation(
            _("That %(year)s stays the year that everybody sees first") % {"year": scope.year},
            _("no current programme is selected, and other years have projects too: select one"),
            reverse("admin:projects_programme_changelist"),
        )


def _short_list(state: State) -> Iterator[Reservation]:
    if sentence := list_sentence(state.listing):
        yield Reservation(_("That the list is the programme"), sentence)


def _past_year(state: State) -> Iterator[Reservation]:
    """Name all months of a year that is over which were never reported in full."""
    scope, months = state.scope, state.scope.months.incomplete
    if not scope.year_is_over or not months:
        return
    missing = sum(reports_of(scope, status).asked - reports_of(scope, status).approved for status in months)
    values = {
        "months": formatting.listing([formatting.month_name(status.month.number) for status in months]),
        "count": formatting.count(missing),
    }
    yield Reservation(
        _("What the whole year came to"),
        _("never reported in full: %(months)s; %(count)s reports are missing") % values,
        links.page("rounds", query=scope.of_year),
    )


def _targets(state: State) -> Iterator[Reservation]:
    """Illustrative records are no test of what was announced."""
    shares = [(name, state.whole.illustrative_share(name)) for name in _MADE_UP]
    texts = {name: _share_text(state.whole, name, share) for name, share in shares if share}
    url = links.page("about", filters=False) + "#basis"
    if texts and state.scope.targets and (state.scope.is_whole or state.scope.is_single_month):
        yield _untested(_("That the announced targets are met"), texts.values(), url)
        texts = {name: text for name, text in texts.items() if name == Measure.DISBURSED}
    if texts:
        yield _untested(_("How the real projects stand"), texts.values(), url)


def _untested(statement: str, shares: Iterable[str], url: str) -> Reservation:
    because = _("illustrative: %(shares)s; cannot be tested") % {"shares": formatting.listing([*shares])}
    return Reservation(statement, because, url)


def _share_text(whole: Row, name: str, share: Fraction) -> str:
    label = FigureDisplay(whole, name).label
    label = label[:1].lower() + label[1:]
    if share == 1:
        return _("all of %(figure)s") % {"figure": label}
    return _("%(share)s of %(figure)s") % {"share": formatting.part_in_percent(share), "figure": label}


def _parts(state: State) -> Iterator[Reservation]:
    """Announced figures are of the whole list."""
    if not state.scope.is_whole and not state.scope.is_single_month and state.scope.targets:
        yield Reservation(
            _("That this part meets the announced targets"),
            _("they were announced for the whole list; plans here are those of the projects shown"),
        )


def _plans(state: State) -> Iterator[Reservation]:
    if state.disbursement is not None and state.disbursement.plans_disagree:
        amounts = formatting.listing([plan.planned for plan in state.disbursement.against])
        yield Reservation(
            _("Which plan applies"),
            _("%(amounts)s stand side by side; none replaces another") % {"amounts": amounts},
            links.page("programmes") + "#contradictions",
        )


def _open_month(state: State) -> Iterator[Reservation]:
    scope, status = state.scope, state.month.status if state.month else None
    if status is None or scope.year_is_over:
        return
    numbers = sorted({each.month.number for each in [*find_unfilled(scope, status), status]})
    values = {"month": formatting.listing([formatting.month_name(number) for number in numbers])}
    due = due_sentence(scope, state.month, state.notice)
    yield Reservation(_("That %(month)s was slow") % values, due, state.notice.lacking_url)


def _few_reports(state: State) -> Iterator[Reservation]:
    """Nothing follows from few records for the rest."""
    disbursement = state.disbursement
    if disbursement and not disbursement.against and is_withheld(state.whole):
        reason = withheld_reason(state.scope, state.whole)
        if reason:
            yield Reservation(_("How far the list is with its plan"), reason)


def _nothing_reported(state: State) -> Iterator[Reservation]:
    """Before the first report there is nothing to conclude from; what else the list lacks is named too."""
    if state.whole.figures[Measure.DISBURSED].value is not None:
        return
    figures = [state.whole.figures[name] for name in (Measure.TOTAL_INVESTMENT, Measure.PLANNED_DISBURSEMENT)]
    lacking = [
        _("%(figure)s: %(count)s of %(of)s without data")
        % {
            "figure": formatting.sentence_case(str(figure.label)),
            "count": formatting.count(figure.unknown_count),
            "of": formatting.count(figure.of),
        }
        for figure in figures
        if figure.unknown_count
    ]
    yield Reservation(_("How far the projects are"), formatting.clauses([_("no report is approved"), *lacking]))


def _missing_months(state: State) -> Iterator[Reservation]:
    """In an open month it is the month itself that is not complete, which another reservation says."""
    gaps = next((word for word in state.coverage if word.name == "gaps" and word.more), None)
    if gaps is not None and state.scope.open_month is None:
        because = _("%(projects)s, %(months)s: a month not reported is not zero")
        yield Reservation(
            _("That the sum of the months is complete"),
            because % {"projects": gaps.text, "months": gaps.more},
            gaps.url,
        )


def _counts(state: State) -> Iterator[Reservation]:
    """A published count is proved only as far as the register has data."""
    for count in state.counts:
        if count.target.measure == Measure.STARTED_COUNT and (count.is_different or count.without_data):
            values = {
                "published": count.published.value,
                "list": count.figure.text or formatting.count(0),
                "illustrative": formatting.count(count.illustrative),
            }
            text = _("%(published)s published, %(list)s confirmed by the list")
            if count.illustrative:
                text = _(
                    "%(published)s published, %(list)s confirmed by the list (of them %(illustrative)s illustrative)"
                )
            compared = text % values
            yield Reservation(
                _("That projects started as published"),
                formatting.clauses([compared, count.without_data]),
                count.figure.missing_url,
            )


def _past_day(state: State) -> Iterator[Reservation]:
    if state.scope.as_of is not None and state.scope.as_of.is_day:
        values = {"day": state.scope.as_of.day.isoformat()}
        yield Reservation(
            _("How it stands today"), _("shown is what was known on %(day)s; what came later is left out") % values
        )
