"""Overview of one programme: its figures against what was announced, and where they come from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.choices import Light, Listed, Measure
from projects.models import Prefecture
from projects.monitoring.standings import EntriesShown, EntryGap, Gaps, get_gaps
from projects.pages import formatting, links
from projects.pages.decorators import get_choice_parameter, page
from projects.pages.downloads import table_download
from projects.pages.figure_display import begin_with_mark, illustrative_share_of
from projects.pages.frame import places_read, shell
from projects.pages.marks import light_word
from projects.pages.monitoring.attention import get_problem_words
from projects.pages.month_notice import approved_of_asked, no_month_sentence
from projects.pages.months_coverage import CoverageWord, coverage_words
from projects.pages.parameters import accepts_parameters
from projects.pages.tables import FILES
from projects.pages.targets import PublishedTarget, build_target_display, measure_name
from projects.periods import MONTHS_OF_YEAR
from projects.totals.dimensions import MONTH
from projects.totals.figures import HEADLINES
from projects.totals.scope import Scope
from projects.totals.totals import Answer, Row, breakdowns, with_current_figures

from ..charts.bars import pieces
from ..charts.prefecture_map import SHOWN
from . import findings, regions
from .breakdown import ORDERS, prefecture_breakdown, sector_breakdown
from .cards import NOTED, build_target_cards, get_notes
from .disbursement import Disbursement, build_disbursement, withheld_reason
from .published import build_published_lines, counts_of_month, get_published_counts
from .reservations import State, due_sentence, get_reservations, get_round_notice, list_sentence

COUNTS = (Measure.STARTED_COUNT, Measure.TRIAL_PRODUCTION_COUNT, Measure.CONTINUING_COUNT)
HALF = MONTHS_OF_YEAR // 2


@page
@accepts_parameters(*FILES, map=SHOWN, sort_sectors=ORDERS, sort_prefectures=ORDERS)
def overview(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """The programme of a year, or the current one. A year without a programme is 404."""
    scope = Scope.from_request(request, year=year)
    measure = get_choice_parameter(request, regions.PARAMETER, SHOWN)
    answers = with_current_figures(scope, breakdowns(scope, None, "sector", "prefecture", "basis", MONTH))
    whole = answers[None].total_row
    context = shell(request, scope, basis=answers["basis"], whole=whole, year_url=programme_url)
    if not whole.figures[Measure.PROJECT_COUNT].value:
        return table_download(request, scope, []) or _render_without_projects(request, scope, context)
    prefectures = scope.visible_records(Prefecture)
    sectors = sector_breakdown(request, scope, answers["sector"], whole, place="sectors")
    by_prefecture = prefecture_breakdown(
        request, scope, answers["prefecture"], whole, prefectures, measure, place="prefectures", narrow=True
    )
    if file := table_download(request, scope, [sectors.table, by_prefecture.table]):
        return file
    disbursement = build_disbursement(scope, answers[None], answers[MONTH])
    # one query for all figures that are counted by conditions
    due = (Measure.REPORTS_APPROVED.value,) if scope.end_month else ()
    figures = (*NOTED, *due, *counts_of_month(scope, *COUNTS))
    counted = breakdowns(scope, None, compared=False, illustrative=True, figures=figures)[None].total_row
    counts = get_published_counts(scope, *COUNTS, counted=counted)
    month, coverage = context["bar"]["notice"], coverage_words(scope, Measure.DISBURSED)
    notice = get_round_notice(scope, month)
    context |= {
        "headline": build_headline(scope, answers[None], disbursement),
        "disbursement": disbursement,
        "behind": get_behind(scope),
        "reservations": get_reservations(
            State(scope, whole, disbursement, counts, coverage, month, notice, answers[None].listing)
        ),
        "round_notice": notice,
        "due": due_sentence(scope, month, notice),
        "cards": build_target_cards(whole, get_notes(scope, scope.targets, counted=counted)),
        "completeness": build_completeness(scope, coverage, whole, counted, context["bar"]["parts"]),
        "list_terms": get_list_terms(scope, whole, context["bar"]["parts"]),
        "published": build_published_lines(scope, whole, counts),
        "sectors": sectors,
        "prefectures": by_prefecture,
        "prefectures_are_ordered": bool(request.GET.get("sort_prefectures")),
        "map": regions.region_map(request, scope, prefectures, answers["prefecture"], measure),
        "map_measure": measure,
    }
    return render(request, "dashboards/overview.html", context)


def programme_url(year: int) -> str:
    return links.page("programme", str(year))


def _render_without_projects(request: HttpRequest, scope: Scope, context: dict[str, Any]) -> HttpResponse:
    """Return the page of a year of which only announcements are known, or of a list of which the reader sees nothing."""
    announced: dict[str, list[PublishedTarget]] = {}
    for target in scope.targets:
        announced.setdefault(target.measure, []).append(build_target_display(target))
    context |= {
        "announced": [
            (measure_name(measure), announced[measure]) for measure in Measure.values if measure in announced
        ],
        "missing": formatting.listing([measure_name(name) for name in HEADLINES if name not in announced]),
        "filtered": bool(scope.filters),
        "reads_all": scope.access.reads_all,
        "reads": scope.access.can_read,
    }
    return render(request, "dashboards/programme_announced.html", context)


# Headline: the answer as a heading. How much of a number is made up stands in the same clause as the number.


def build_headline(scope: Scope, answer: Answer, disbursement: Disbursement | None) -> dict[str, Any]:
    """Return the parts of the headline: what is `missing` of the list, `clauses`, and `more` sentences after the lede."""
    whole = answer.total_row
    clauses, comma = _plan_clauses(scope, whole, disbursement), _(", ")
    opening, lede = _opening_clause(scope, whole, disbursement), _lede(whole)
    if opening is None:  # what is known of the list comes first, until there is more
        opening, lede = lede, no_month_sentence(scope)
    clauses = [opening, *clauses]
    # what the word means where it first stands; a Chinese reader knows it by that very word
    meaning = "" if disbursement is None or formatting.in_chinese() else "Disbursement is investment completed."
    return {
        "eyebrow": _eyebrow(scope),
        "missing": list_sentence(answer.listing),  # what the sums are of comes before them
        "clauses": [f"{clause}{comma.rstrip()}" for clause in clauses[:-1]] + clauses[-1:],
        "lede": lede,
        "more": formatting.sentences([meaning, _plans_apart(disbursement)]),
    }


def _eyebrow(scope: Scope) -> str:
    parts = [_("Key projects of %(year)s") % {"year": scope.year} if scope.programme else "", places_read(scope.access)]
    if scope.end_month is not None:
        parts.append(formatting.months(scope.first_month, scope.last_month) + approved_of_asked(scope))
    return " · ".join(filter(None, parts))


def _opening_clause(scope: Scope, whole: Row, disbursement: Disbursement | None) -> str | None:
    """Return what was disbursed, or why that is not known; None before the first month that counts."""
    if disbursement is None or disbursement.figure.value is None:
        if scope.open_month is not None:
            values = {"month": formatting.month_name(scope.last_month)}
            return _("No report of %(month)s has been approved yet") % values
        if whole.figures[Measure.DISBURSED].of:
            return None
        return _("No project on this list")
    figure = disbursement.figure
    values = {"months": disbursement.months, "amount": f"{figure.text} {formatting.money_unit('headline')}"}
    if scope.is_single_month:
        text = _("in %(months)s, disbursement is %(amount)s")
    elif scope.last_month == HALF and scope.open_month is None:
        text = _("half-way through the year, disbursement is %(amount)s")
    elif scope.last_month == MONTHS_OF_YEAR and scope.open_month is None:
        text = _("in the whole year, disbursement is %(amount)s")
    else:
        text = _("%(months)s, disbursement is %(amount)s")
    return formatting.sentence_case(begin_with_mark(text % values, whole.illustrative_share(Measure.DISBURSED)))


def _plan_clauses(scope: Scope, whole: Row, disbursement: Disbursement | None) -> list[str]:
    """Return how far behind or ahead of each plan, or why not; none before anything is disbursed."""
    if disbursement is None or disbursement.figure.value is None:
        return []
    if disbursement.against:
        return findings.pace_clauses([plan.progress for plan in disbursement.against])
    if scope.is_single_month:
        return [_("one month alone is not compared with a plan for the year")]
    reason = withheld_reason(scope, whole)
    return [reason[:1].lower() + reason[1:] if reason else _("no plan for the year is known to compare with")]


def _lede(whole: Row) -> str:
    """Return how many projects, and their total investment."""
    count, investment = (whole.figures[name] for name in (Measure.PROJECT_COUNT, Measure.TOTAL_INVESTMENT))
    projects = ngettext("%(count)s project", "%(count)s projects", count.value or 0)
    values = {"projects": projects % {"count": formatting.count(count.value or 0)}}
    if investment.value is None:
        return _("%(projects)s, total investment not known") % values
    values["amount"] = formatting.money_with_unit(investment.value)
    share = whole.illustrative_share(Measure.TOTAL_INVESTMENT)
    return begin_with_mark(_("%(projects)s, total investment %(amount)s") % values, share)


def _plans_apart(disbursement: Disbursement | None) -> str:
    if disbursement is None or not disbursement.plans_disagree:
        return ""
    planned = [plan.progress.planned for plan in disbursement.against]
    values = {"amount": formatting.money_with_unit(max(planned) - min(planned))}
    if len(planned) == 2:
        return _("The two plans differ by %(amount)s.") % values
    return _("The plans differ by %(amount)s; all are shown.") % values


# What is behind: the largest gaps to the plan with their reasons, the sum of the rest, the lights


def get_behind(scope: Scope) -> dict[str, Any] | None:
    """Return the gaps of a scope, with what they are to as `plan`; None before the first month that counts."""
    gaps = get_gaps(scope) if scope.end_month else None
    if gaps is None:
        return None
    since = _("of those still on the list, each from the month in which it joined") if gaps.since_joined else ""
    rated = [standing.entry for standing in scope.standings if standing.light]
    return {
        "gaps": gaps,
        # not the plan of the list, which the heading goes by: where few have one of their own, they come to less
        "plan": formatting.clauses([_("by the %(plan)s of these projects") % {"plan": gaps.kind.label}, since]),
        "months": formatting.months(scope.first_month, scope.last_month) + approved_of_asked(scope),
        "rows": [_behind_row(scope, entry) for entry in gaps.furthest],
        "lights_label": begin_with_mark(_("lights"), illustrative_share_of(rated)),
        "lights": [] if scope.is_single_month else list(_lights(gaps)),  # no progress is rated of one month
        "gaps_url": links.page("attention", query=[("show", EntriesShown.ALL.value), ("sort", "ahead")]),
    }


def _behind_row(scope: Scope, entry: EntryGap) -> dict[str, Any]:
    """Return an entry with its reason, empty where nobody gave one, and the address of its problems if it is one of them."""
    reason, reason_url = entry.reason.strip(), ""
    if entry.problem_kind is not None:
        reason = get_problem_words(entry.problem_kind, entry.problem)
        reason_url = links.page("problems", query=[("code", entry.code)])
    url = links.project(entry.code, year=scope.year)
    return {"entry": entry, "url": url, "reason": reason, "reason_url": reason_url}


def _lights(gaps: Gaps) -> Iterator[links.CountLink]:
    for light, name in ((Light.RED, "red"), (Light.YELLOW, "yellow"), (Light.GREEN, "green"), (None, "none")):
        number = (gaps.lights or {}).get(light, 0)
        url = links.page("attention", query=[("show", EntriesShown(name).value)]) if number else ""
        text = f"{light_word(light)} {formatting.count(number)}"
        yield links.CountLink(text, url, number, light.value if light else "")


# Completeness of the reports, and changes of the list since January

_DRAWN = {"complete": "m-ink", "gaps": "m-hatch", "none": "m-none"}
_SIGNS = {Listed.START: "", Listed.JOINED: "+", Listed.LEFT: "−", Listed.NOW: "="}


def build_completeness(
    scope: Scope, words: list[CoverageWord], whole: Row, counted: Row, parts: list[links.CountLink]
) -> dict[str, Any] | None:
    """Return the bar of `words`, each with how it is drawn, and the number of projects that are not asked to report; None
    before the first month. `counted` knows how many are to report, `parts` how the list changed since January.
    """
    if not words or not scope.end_month:
        return None
    asked = counted.figures[Measure.REPORTS_APPROVED].of
    number = scope.last_month - scope.first_month + 1
    months = ngettext("%(months)s, %(count)s month", "%(months)s, %(count)s months each", number)
    if parts:
        months = _("%(months)s, each project while it is on the list")
    count = whole.figures[Measure.PROJECT_COUNT].value or 0
    return {
        "label": months % {"months": formatting.months(scope.first_month, scope.last_month), "count": number},
        "words": [(word, _DRAWN[word.name]) for word in words],
        "bar": pieces([(word.number, _DRAWN[word.name], word.text, word.url) for word in words], count),
        "unasked": max(count - asked, 0),
    }


def get_list_terms(scope: Scope, whole: Row, parts: list[links.CountLink]) -> list[links.CountLink]:
    """Return start, joined, left and now, each with its sign as name; none for a part of the list."""
    if not scope.is_of_the_list or scope.programme is None:
        return []
    known = {part.name: part for part in parts}
    now = whole.figures[Measure.PROJECT_COUNT].value or 0
    labels = {
        Listed.START: _("start of the year"),
        Listed.JOINED: _("joined"),
        Listed.LEFT: _("left"),
        Listed.NOW: _("now"),
    }
    everything = links.records([*whole.parameters, ("counted_in", Measure.PROJECT_COUNT)])
    terms = []
    for name, label in labels.items():
        # a list that nothing changed in has no parts, and is at its start what it is now
        value = known[name].value if name in known else now if not parts and name in (Listed.START, Listed.NOW) else 0
        url = known[name].url if name in known else everything if value else ""
        terms.append(links.CountLink(label, url, value, _SIGNS[name]))
    return terms
