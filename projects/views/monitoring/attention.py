"""Who is behind and why: the computed light of each entry beside the reviewer's own rating."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects.choices import Light
from projects.models import Rating
from projects.monitoring.entry_status import Standing, standings
from projects.periods import Month
from projects.totals.scope import Scope
from projects.totals.totals import breakdowns

from .. import formatting, links
from ..pages import form_page, one_of
from .rating_form import RatingForm
from .rule_description import light_word, rule_sentences
from .tabs import Switch, address, framed

NONE, DISAGREED, ALL, ATTENTION = "none", "disagreed", "all", "attention"
SHOWN = (ATTENTION, ALL, Light.RED.value, Light.YELLOW.value, Light.GREEN.value, NONE, DISAGREED)
_ORDER: dict[Light | None, int] = {Light.RED: 0, Light.YELLOW: 1, Light.GREEN: 2, None: 3}


@dataclass(frozen=True)
class AttentionEntry:
    """One entry of the list. `problems_url` leads to the problems of its project; no `form` for who may not rate it."""

    standing: Standing
    problems_url: str
    form: RatingForm | None


@form_page
def attention(request: HttpRequest) -> HttpResponse:
    """The attention list of a programme; a POST adds the province's rating of one entry."""
    scope = Scope.of(request)
    shown = one_of(request, "show", SHOWN)
    found = standings(scope)
    answered: tuple[str, RatingForm] | None = None
    if request.method == "POST":
        standing = next((each for each in found if each.project.code == request.POST.get("entry")), None)
        form = _rated(request, scope, standing)
        if form is None and standing is not None:
            return HttpResponseRedirect(f"{links.same_page(request, show=ALL)}#{standing.project.code}")
        answered = (request.POST["entry"], form) if form else None
    if answered:  # the entry of the form is shown, whatever else is
        rows = [each for each in found if _is_shown(each, shown) or each.project.code == answered[0]]
    else:
        rows = [each for each in found if _is_shown(each, shown)]
    rule = scope.programme.light_rule if scope.programme else None
    context = framed(request, scope, "attention", basis=breakdowns(scope, "basis", compared=False)["basis"]) | {
        "lede": _finding(scope, found),
        "switches": [_switch(request, name, name == shown, found) for name in SHOWN],
        "entries": _entries(request, scope, rows, answered),
        "rule": rule,
        "rule_sentences": rule_sentences(rule) if rule else [],
        "has_entries": bool(found),
        "single_month": scope.is_single_month,
        "failed": answered is not None,
    }
    return render(request, "rounds/attention.html", context, status=422 if answered else 200)


def worst_first(found: Iterable[Standing]) -> list[Standing]:
    """By the most serious light, then by the gap in points, the furthest behind first; what is not rated comes last."""

    def order(standing: Standing) -> tuple[int, bool, Fraction]:
        gap = standing.gap_share
        return _ORDER[standing.worst], gap is None, gap or Fraction(0)

    return sorted(found, key=order)


def _is_shown(standing: Standing, shown: str) -> bool:
    if shown == ALL:
        return True
    if shown == ATTENTION:
        return standing.needs_attention
    if shown == DISAGREED:
        return standing.disagrees
    return (standing.light or NONE) == shown


def _switch(request: HttpRequest, name: str, current: bool, found: list[Standing]) -> Switch:
    labels = {
        ATTENTION: _("need attention"),
        ALL: pgettext("entries", "all"),
        NONE: light_word(None),
        DISAGREED: _("rating and rule disagree"),
    }
    count = len([each for each in found if _is_shown(each, name)])
    label = formatting.sentence_case(labels.get(name) or light_word(name))
    return Switch(label, links.same_page(request, show=name), current, formatting.count(count))


def _finding(scope: Scope, found: list[Standing]) -> str:
    """How many entries have which light: '2 red, 19 yellow, 9 green, 12 not rated at the end of June 2023.'

    Empty for one month alone, of which no progress is rated.
    """
    if not found or scope.through is None or scope.is_single_month:
        return ""
    if scope.open_month is None:
        return _counted(found, scope.through)
    judged = [each for each in found if each.month == scope.through]
    parts = [_judged(judged, scope)]
    earlier = scope.last_shown.through
    if earlier and len(judged) < len(found):
        values = {"month": formatting.month_name(scope.last_month)}
        parts += [
            _("The others keep their light until their report of %(month)s is approved.") % values,
            _counted([each for each in found if each.month != scope.through], earlier),
        ]
    return formatting.sentences(parts)


def _counted(found: list[Standing], month: Month) -> str:
    values = _lights(found) | {"month": formatting.month_of_year(month)}
    return _("%(red)s red, %(yellow)s yellow, %(green)s green, %(none)s not rated at the end of %(month)s.") % values


def _judged(found: list[Standing], scope: Scope) -> str:
    values = _lights(found) | {"month": formatting.month_name(scope.last_month)}
    values["count"] = formatting.count(len(found))
    return _("%(count)s judged by %(month)s: %(red)s red, %(yellow)s yellow, %(green)s green.") % values


def _lights(found: list[Standing]) -> dict[str, str]:
    counts = Counter(each.light or NONE for each in found)
    return {name: formatting.count(counts[name]) for name in (*Light.values, NONE)}


def _entries(
    request: HttpRequest, scope: Scope, rows: list[Standing], answered: tuple[str, RatingForm] | None
) -> list[AttentionEntry]:
    may_rate = scope.last_month and request.user.has_perm("projects.add_rating")

    def form(standing: Standing) -> RatingForm | None:
        code = standing.project.code
        if answered and answered[0] == code:
            return answered[1]
        if may_rate and request.user.has_perm("projects.add_rating", Rating(entry=standing.entry)):
            return RatingForm(auto_id=f"{code}-%s")
        return None

    return [
        AttentionEntry(each, address(request, "problems", code=each.project.code), form(each))
        for each in worst_first(rows)
    ]


def _rated(request: HttpRequest, scope: Scope, standing: Standing | None) -> RatingForm | None:
    """Store the rating of an entry. Returns the form when something in it is wrong, None when it is stored.

    Raises `Http404` for an entry that the reader does not see, `PermissionDenied` for readers who may not rate.
    """
    if not request.user.has_perm("projects.add_rating"):
        raise PermissionDenied
    if standing is None or not scope.last_month:
        raise Http404
    if not request.user.has_perm("projects.add_rating", Rating(entry=standing.entry)):
        raise PermissionDenied
    form = RatingForm(request.POST, auto_id=f"{standing.project.code}-%s")
    if not form.is_valid():
        return form
    rating = form.record(entry=standing.entry, month=scope.last_month, author=request.user)
    return None if form.store(rating) else form
