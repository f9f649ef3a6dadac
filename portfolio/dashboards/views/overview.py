"""One programme: its figures against what was announced, and where they come from."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.choices import Measure
from projects.models import Prefecture, Target
from projects.totals.dimensions import MONTH
from projects.totals.filters import Asker
from projects.totals.scope import Scope
from projects.totals.totals import Answer, breakdowns
from projects.views import formatting, links
from projects.views.figure_display import coverage_sentence, marked
from projects.views.frame import shell
from projects.views.months_coverage import coverage_words
from projects.views.pages import one_of, page
from projects.views.targets import said
from sectors.models import ChainLink

from ...charts.prefecture_map import PROGRESS, SHOWN
from ..presenters import findings, regions
from ..presenters.beside import beside
from ..presenters.breakdown import Table, table
from ..presenters.cards import announced_cards, not_said, target_cards
from ..presenters.chain import chain, longest_chain
from ..presenters.disbursement import Disbursement, disbursement, withheld
from ..presenters.origins import origins
from ..presenters.published_counts import published_counts
from ..presenters.round_notice import round_notice

BY = ("sector", "prefecture", "basis", "chain_link")


@page
def overview(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """The programme of a year, or the current one. A year without a programme is 404."""
    scope = Scope.of(request, year=year)
    shown = one_of(request, regions.PARAMETER, SHOWN)
    answers = breakdowns(scope, None, *BY, MONTH)
    whole = answers[None].whole
    context = shell(request, scope, basis=answers["basis"], whole=whole, year_url=programme_url)
    if not whole.figures[Measure.PROJECT_COUNT].value:
        return _without_projects(request, scope, context)
    asker = Asker(request.user)
    prefectures = list(asker.visible(Prefecture))
    chain_links = list(asker.visible(ChainLink).select_related("sector"))
    sector = longest_chain(list(dict.fromkeys(link.sector for link in chain_links)), chain_links)
    disbursed = like_for_like(scope, answers)
    context |= {
        "cards": target_cards(answers[None]),
        "sentences": beside(scope, scope.targets),
        "lede": formatting.sentences(_lede(scope, answers[None], disbursed)),
        "disbursement": disbursed,
        "published_counts": published_counts(scope, Measure.STARTED_COUNT, Measure.TRIAL_PRODUCTION_COUNT),
        "round_notice": round_notice(scope, context["bar"].notice),
        "coverage": coverage_words(scope, Measure.DISBURSED, answers),
        "single_month": scope.is_single_month,
        "sectors": sector_table(scope, answers["sector"], answers[None]),
        "prefectures": prefecture_table(scope, answers["prefecture"], answers[None], prefectures, shown),
        "map": regions.region_map(request, scope, prefectures, answers["prefecture"], shown),
        "chain": chain(scope, sector, chain_links, answers["chain_link"]) if sector else None,
        "origins": origins(scope, answers["basis"], whole),
        "origins_finding": findings.basis(answers["basis"], whole),
    }
    return render(request, "dashboards/overview.html", context)


def like_for_like(scope: Scope, answers: dict) -> Disbursement | None:
    """Money disbursed; of an open month that of the projects whose report is approved, against the plans of the same."""
    compared = scope.like_for_like()
    found = answers if compared is scope else breakdowns(compared, None, MONTH)
    return disbursement(compared, found[None], found[MONTH])


def programme_url(year: int) -> str:
    return links.page("programme", str(year))


def sector_table(scope: Scope, answer: Answer, whole: Answer) -> Table:
    """Figures by sector."""
    return table(
        scope,
        answer,
        whole.whole,
        head=_("Sector"),
        name=_("By sector"),
        page=lambda key: links.in_programme("sector", key, year=_year(scope)),
        finding=findings.together(
            [findings.largest(answer, whole.whole, Measure.TOTAL_INVESTMENT), findings.furthest(answer)]
        ),
    )


def prefecture_table(scope: Scope, answer: Answer, whole: Answer, prefectures: list, measure: str) -> Table:
    """Figures by prefecture; the title is about the measure of the map, and says how many have no project."""
    empty = len(regions.without_projects(prefectures, answer))
    return table(
        scope,
        answer,
        whole.whole,
        head=_("Prefecture"),
        name=_("By prefecture"),
        page=lambda key: links.in_programme("prefecture", key, year=_year(scope)),
        finding=findings.together(
            [
                findings.furthest(answer) if measure == PROGRESS else findings.largest(answer, whole.whole, measure),
                findings.without_projects(empty) if not scope.filters else "",
            ]
        ),
    )


def _year(scope: Scope) -> int | None:
    return scope.programme.year if scope.programme else None


def _lede(scope: Scope, answer: Answer, disbursed: Disbursement | None) -> list[str]:
    """The programme in two sentences."""
    count, investment = (answer.whole.figures[name] for name in (Measure.PROJECT_COUNT, Measure.TOTAL_INVESTMENT))
    projects = ngettext("%(count)s project", "%(count)s projects", count.value or 0)
    values = {"projects": projects % {"count": formatting.count(count.value or 0)}}
    if investment.value is None:
        sentences = [_("%(projects)s; no total investment is known.") % values]
    else:
        values["amount"] = marked(formatting.money_with_unit(investment.value), answer.whole, Measure.TOTAL_INVESTMENT)
        sentences = [_("%(projects)s with a total investment of %(amount)s.") % values]
    if disbursed is None or disbursed.shown.value is None:
        if not answer.compares and answer.through:
            values["month"] = formatting.month_name(answer.through.number)
            return [*sentences, _("No report of %(month)s has been approved yet.") % values]
        return [*sentences, _("No monthly report has been approved yet.")]
    amount = marked(f"{disbursed.shown.text} {disbursed.unit}", answer.whole, Measure.DISBURSED)
    values = {"amount": amount, "months": disbursed.span}
    if disbursed.shown.off_list:
        values["off_list"] = disbursed.shown.off_list
        sentences.append(_("%(amount)s disbursed, %(months)s (%(off_list)s)") % values)
    else:
        sentences.append(_("%(amount)s disbursed, %(months)s") % values)
    if not disbursed.against:
        sentences[-1] = _("%(sentence)s.") % {"sentence": sentences[-1]}
        reason = withheld(scope, answer.whole)
        return [*sentences, _("%(sentence)s.") % {"sentence": reason}] if reason else sentences
    shares = [
        _("%(percent)s of %(plan)s (%(value)s)")
        % {"percent": formatting.percent(each.progress.share), "plan": each.name, "value": each.planned}
        for each in disbursed.against
    ]
    gone = _("%(percent)s of the year gone") % {"percent": formatting.percent(disbursed.elapsed, 0)}
    sentences[-1] = _("%(disbursed)s: %(shares)s, with %(gone)s; %(coverage)s.") % {
        "disbursed": sentences[-1],
        "shares": formatting.listing(shares),
        "gone": gone,
        "coverage": coverage_sentence(answer.whole.figures[Measure.DISBURSED]),
    }
    return sentences


def _without_projects(request: HttpRequest, scope: Scope, context: dict) -> HttpResponse:
    """A year of which only announcements are known, or a list of which the reader sees nothing."""
    targets = list(
        Target.objects.visible_to(request.user)
        .filter(programme=scope.programme)
        .select_related("programme", "sector", "source")
    )
    context |= {
        "announced": announced_cards(targets),
        "said": [said(target, "table") for target in targets],
        "not_said": not_said(targets),
        "filtered": bool(scope.filters),
        "reads_all": scope.access.reads_all,
        "reads": scope.access.reads,
    }
    return render(request, "dashboards/programme_announced.html", context)
