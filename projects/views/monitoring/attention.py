"""Who is behind and why: the computed light of each entry beside the reviewer's own rating."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from projects.choices import Light
from projects.models import Project, Rating
from projects.monitoring.entry_status import Standing, standings, standings_at
from projects.monitoring.standing_table import ORDERS, Alike, EntriesShown, number_before, number_of, standing_page
from projects.periods import Month
from projects.totals.scope import Scope
from projects.totals.totals import breakdowns

from .. import formatting, links
from ..list_pages import PAGE_SIZE, first_asked, pages_of
from ..pages import form_page, one_of
from ..project_list import disbursed_label
from ..sort_heads import SortColumn, SortHead, sort_heads
from .rating_form import RatingForm
from .rule_description import light_word, rule_sentences
from .tabs import Switch, address, framed

SORT = "sort"


@dataclass(frozen=True)
class AttentionEntry:
    """One entry of the list. `problems_url` leads to the problems of its project; `form` is what was just posted."""

    standing: Standing
    problems_url: str
    may_rate: bool
    form: RatingForm | None
    because: str = ""  # why it stands among those that need attention, where its light does not say so


@form_page
def attention(request: HttpRequest) -> HttpResponse:
    """The attention list of a programme, 50 a page; a POST adds the province's rating of one entry."""
    scope = Scope.of(request)
    shown = EntriesShown(one_of(request, "show", tuple(EntriesShown)))
    answered: tuple[Standing, RatingForm] | None = None
    if request.method == "POST":
        standing = _posted(request, scope)
        form = _rated(request, scope, standing)
        if form is None:
            return HttpResponseRedirect(_place_of(request, scope, standing))
        answered = (standing, form)
    first = first_asked(request)
    order = one_of(request, SORT, ORDERS)
    found = standing_page(scope, shown, first=first, last=first + PAGE_SIZE, order=order)
    pages = pages_of(request, found.number(shown))
    rows = standings_at(scope, found.entries)
    if answered and answered[0].project.pk not in dict(found.months):
        rows.insert(0, answered[0])  # the entry of the form is shown, whatever else is
    rule = scope.programme.light_rule if scope.programme else None
    context = framed(request, scope, "attention", basis=breakdowns(scope, "basis", compared=False)["basis"]) | {
        "lede": _finding(scope, found.every),
        "switches": [_switch(request, name, name == shown, found.number(name)) for name in EntriesShown],
        "entries": _entries(request, scope, rows, answered),
        "heads": _heads(request, scope, order),
        "order": order,
        "unexplained": _unexplained(rows),
        "pages": pages,
        "rule": rule,
        "rule_sentences": rule_sentences(rule) if rule else [],
        "has_entries": bool(found.every),
        "single_month": scope.is_single_month,
        "failed": answered is not None,
        **_blank(),
    }
    return render(request, "rounds/attention.html", context, status=422 if answered else 200)


def _posted(request: HttpRequest, scope: Scope) -> Standing:
    """The entry that is rated. Raises `Http404` for one that the reader does not see."""
    if not request.user.has_perm("projects.add_rating"):
        raise PermissionDenied
    code = request.POST.get("entry", "")
    found = standings(scope.only(Project.objects.filter(code=code))) if code.isprintable() else []
    if not found or not scope.last_month:
        raise Http404
    return found[0]


def _place_of(request: HttpRequest, scope: Scope, standing: Standing) -> str:
    """Where an entry stands among all."""
    number = number_before(scope, standing.project.pk) // PAGE_SIZE + 1
    page = {"page": str(number)} if number > 1 else {}
    return f"{links.same_page(request, without=(SORT,), show=EntriesShown.ALL.value, **page)}#{standing.project.code}"


def _switch(request: HttpRequest, name: EntriesShown, current: bool, number: int) -> Switch:
    labels = {
        EntriesShown.ATTENTION: _("need attention"),
        EntriesShown.ALL: pgettext("entries", "all"),
        EntriesShown.NONE: light_word(None),
        EntriesShown.DISAGREED: _("rating and rule disagree"),
    }
    label = formatting.sentence_case(labels.get(name) or light_word(name.value))
    return Switch(label, links.same_page(request, show=name.value), current, formatting.count(number))


def _finding(scope: Scope, every: Sequence[Alike]) -> str:
    """How many entries have which light: '2 red, 19 yellow, 9 green, 12 not rated at the end of June 2023.'

    Empty for one month alone, of which no progress is rated.
    """
    if not every or scope.through is None or scope.is_single_month:
        return ""
    if scope.open_month is None:
        return _counted(every, scope.through)
    judged = [each for each in every if each.month == scope.last_month]
    others = [each for each in every if each.month != scope.last_month]
    parts = [_judged(judged, scope)]
    earlier = scope.last_shown.through
    if earlier and others:
        values = {"month": formatting.month_name(scope.last_month)}
        parts += [
            _("The others keep their light until their report of %(month)s is approved.") % values,
            _counted(others, earlier),
        ]
    return formatting.sentences(parts)


def _counted(every: Sequence[Alike], month: Month) -> str:
    values = _lights(every) | {"month": formatting.month_of_year(month)}
    return _("%(red)s red, %(yellow)s yellow, %(green)s green, %(none)s not rated at the end of %(month)s.") % values


def _judged(every: Sequence[Alike], scope: Scope) -> str:
    values = _lights(every) | {"month": formatting.month_name(scope.last_month)}
    values["count"] = formatting.count(number_of(every, EntriesShown.ALL))
    return _("%(count)s judged by %(month)s: %(red)s red, %(yellow)s yellow, %(green)s green.") % values


def _lights(every: Sequence[Alike]) -> dict[str, str]:
    named = (EntriesShown.RED, EntriesShown.YELLOW, EntriesShown.GREEN, EntriesShown.NONE)
    return {shown.value: formatting.count(number_of(every, shown)) for shown in named}


def _entries(
    request: HttpRequest, scope: Scope, rows: list[Standing], answered: tuple[Standing, RatingForm] | None
) -> list[AttentionEntry]:
    may_rate = scope.last_month and request.user.has_perm("projects.add_rating")
    code, form = (answered[0].project.code, answered[1]) if answered else ("", None)
    return [
        AttentionEntry(
            each,
            address(request, "problems", code=each.project.code) if each.problems else "",
            may_rate=bool(may_rate and request.user.has_perm("projects.add_rating", Rating(entry=each.entry))),
            form=form if each.project.code == code else None,
            because=_because(each),
        )
        for each in rows
    ]


def _heads(request: HttpRequest, scope: Scope, order: str) -> list[SortHead]:
    columns = [
        SortColumn("code", _("Project"), kind="name"),
        SortColumn("light", _("Light")),
        SortColumn("plan", _("Annual plan"), numeric=True),
        SortColumn("disbursed", disbursed_label(scope), numeric=True),
        SortColumn("share", _("% of plan"), numeric=True),
        SortColumn("due", _("Pro-rata plan"), numeric=True),
        SortColumn("ahead", _("Gap"), numeric=True),
        SortColumn("gap", _("Gap, percentage points"), numeric=True),
        SortColumn("", _("Reason and measure")),
    ]
    return sort_heads(request, SORT, order, columns)


def _because(standing: Standing) -> str:
    """Why an entry that is not behind is looked at all the same; empty where its light says it, or nothing does."""
    if standing.light in (Light.RED, Light.YELLOW) or not standing.needs_attention:
        return ""
    reasons = []
    if standing.start in (Light.RED, Light.YELLOW):
        reasons.append(_("its start is late"))
    if standing.reports in (Light.RED, Light.YELLOW):
        reasons.append(_("reports are missing"))
    if standing.problems_overdue:
        reasons.append(_("a problem is overdue"))
    if standing.disagrees:
        reasons.append(_("the reviewer rates it otherwise"))
    elif standing.rating:
        reasons.append(_("of the reviewer's rating"))
    return _("Listed because %(reasons)s") % {"reasons": formatting.clauses(reasons)} if reasons else ""


def _unexplained(rows: Sequence[Standing]) -> str:
    """How many of the rows say no reason, once for all of them."""
    silent = [each for each in rows if not is_explained(each)]
    if not silent:
        return ""
    text = ngettext(
        "%(count)s of these %(of)s projects gives no reason or measure.",
        "%(count)s of these %(of)s projects give no reason or measure.",
        len(silent),
    )
    return text % {"count": formatting.count(len(silent)), "of": formatting.count(len(rows))}


def is_explained(standing: Standing) -> bool:
    """Whether its last report or its reviewer says anything of why it stands as it does."""
    report = standing.last_report
    return standing.rating is not None or (report is not None and bool(report.reason or report.measure))


def _blank() -> dict[str, Any]:
    """What the forms have in common that nobody has typed into."""
    form = RatingForm()
    choices = form.fields["light"].choices  # type: ignore[attr-defined]
    return {
        "blank": form,
        "blank_choices": render_to_string("rounds/_rating_choices.html", {"choices": choices}),
    }


def _rated(request: HttpRequest, scope: Scope, standing: Standing) -> RatingForm | None:
    """Store the rating of an entry. Returns the form when something in it is wrong, None when it is stored.

    Raises `PermissionDenied` for readers who may not rate it.
    """
    if not request.user.has_perm("projects.add_rating", Rating(entry=standing.entry)):
        raise PermissionDenied
    form = RatingForm(request.POST, auto_id=f"{standing.project.code}-%s")
    if not form.is_valid():
        return form
    rating = form.record(entry=standing.entry, month=scope.last_month, author=request.user)
    return None if form.store(rating) else form
