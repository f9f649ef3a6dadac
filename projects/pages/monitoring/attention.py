"""`/attention/`: the attention list, who is behind and why: each entry's computed light beside the reviewer's own rating."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from projects.models import Project, Rating
from projects.monitoring.standings import ORDERS, EntriesShown, get_standings, load_records, sort_standings
from projects.periods import Month
from projects.totals.scope import Scope
from projects.totals.standings import BAD, Standing

from .. import formatting, links
from ..decorators import form_page, one_of
from ..list_pages import PAGE, PAGE_SIZE, first_asked, pages_of
from ..parameters import reads
from ..sort_heads import sort_heads
from ..table_files import EVERY_FIELD, FILES, PageTable, every_field_links, file_asked, file_links, wants_every_field
from .attention_columns import attention_columns, attention_others, because, iter_with_records, with_references
from .rating_form import RatingForm
from .rule_description import light_word
from .tabs import address, framed, switch

SORT = "sort"
_CODE = "\ue000"  # where the code of a project comes to stand; nobody types it


@dataclass(frozen=True)
class AttentionEntry:
    """One entry of the list. `problems_url` leads to the problems of its project; `form` is what was just posted."""

    standing: Standing
    problems_url: str
    may_rate: bool
    form: RatingForm | None
    because: str = ""  # why it stands among those that need attention, where its light does not say so

    @property
    def is_silent(self) -> bool:
        """Whether nobody says anything of why it stands as it does: no reviewer, no report, no problem that was raised."""
        standing, report = self.standing, self.standing.last_report
        said = report is not None and bool(report.reason or report.measure)
        return not (said or standing.rating or standing.problems or self.because)


@form_page
@reads("show", SORT, PAGE, *FILES, fields=EVERY_FIELD)
def attention(request: HttpRequest) -> HttpResponse:
    """The attention list of a programme, 50 a page; a POST adds the province's rating of one entry."""
    scope = Scope.from_request(request)
    shown = EntriesShown(one_of(request, "show", tuple(EntriesShown)))
    answered: tuple[Standing, RatingForm] | None = None
    if request.method == "POST":
        standing = _posted(request, scope)
        form = _rated(request, scope, standing)
        if form is None:
            return HttpResponseRedirect(_place_of(request, scope, standing))
        answered = (standing, form)
    first, order = first_asked(request), one_of(request, SORT, ORDERS)
    columns = attention_columns(scope)
    standings = scope.facts.standings
    chosen = sort_standings(shown.filter(standings), order)

    def table() -> PageTable:
        title, lines = _("Attention list"), partial(iter_with_records, chosen)
        if not wants_every_field(request):
            return PageTable("attention", title, columns, lines, len(chosen))
        every = attention_others(scope)
        return PageTable("attention", title, columns, lambda: with_references(lines()), len(chosen), others=every)

    if file := file_asked(request, scope, {"attention": table}):
        return file
    pages = pages_of(request, len(chosen))
    rows = load_records(chosen[first : first + PAGE_SIZE])
    if answered and answered[0].project not in [standing.project for standing in rows]:
        rows.insert(0, answered[0])  # the entry of the form is shown, whatever else is
    rule = scope.programme.light_rule if scope.programme else None
    entries = _entries(request, scope, rows, answered)
    context = framed(request, scope, "attention") | {
        "lede": formatting.sentences([_finding(scope, standings), _missing(scope, standings)]),
        "switches": [_switch(request, name, shown, len(name.filter(standings))) for name in EntriesShown],
        "entries": entries,
        "heads": sort_heads(request, SORT, order, columns),
        "files": file_links(request),
        "every_field": every_field_links(request),
        "order": order,
        "unexplained": _unexplained(entries),
        "pages": pages,
        "rule": rule,
        "rule_sentences": rule.describe() if rule else [],
        "has_entries": bool(standings),
        "alone": _alone(scope) if rule else "",
        "failed": answered is not None,
        **_blank(),
    }
    return render(request, "rounds/attention.html", context, status=422 if answered else 200)


def _posted(request: HttpRequest, scope: Scope) -> Standing:
    """The entry that is rated. Raises `Http404` for one that the reader does not see."""
    if not request.user.has_perm("projects.add_rating"):
        raise PermissionDenied
    code = request.POST.get("entry", "")
    found = get_standings(scope.restricted_to(Project.objects.filter(code=code))) if code.isprintable() else []
    if not found or not scope.last_month:
        raise Http404
    return found[0]


def _place_of(request: HttpRequest, scope: Scope, standing: Standing) -> str:
    """Where an entry stands among all."""
    keys = [each.entry.pk for each in sort_standings(scope.facts.standings)]
    number = keys.index(standing.entry.pk) // PAGE_SIZE + 1
    page = {"page": str(number)} if number > 1 else {}
    return f"{links.same_page(request, without=(SORT,), show=EntriesShown.ALL.value, **page)}#{standing.project.code}"


def _switch(request: HttpRequest, name: EntriesShown, shown: str, number: int) -> links.PageLink:
    labels = {
        EntriesShown.ATTENTION: _("need attention"),
        EntriesShown.ALL: pgettext("entries", "all"),
        EntriesShown.NONE: light_word(None),
        EntriesShown.DISAGREED: _("rating and rule disagree"),
    }
    label = labels.get(name) or light_word(name.value)
    return switch(request, "show", name.value, label, shown=shown, count=number)


def _finding(scope: Scope, every: Sequence[Standing]) -> str:
    """How many entries have which light: '2 red, 19 yellow, 9 green, 12 not rated at the end of June 2023.'

    Empty without a rule; and for one month alone, of which no progress is rated, but for the light that others keep.
    """
    if not every or scope.end_month is None or not _has_rule(scope):
        return ""
    if scope.open_month is None:
        return "" if scope.is_single_month else _counted(every, scope.end_month)
    judged = [each for each in every if each.number == scope.last_month]
    others = [each for each in every if each.number != scope.last_month]
    parts = [] if scope.is_single_month else [_judged(judged, scope)]
    earlier = scope.last_shown.end_month
    if earlier and others:
        values = {"month": formatting.month_name(scope.last_month)}
        parts += [
            _("The others keep their light until their report of %(month)s is approved.") % values,
            _counted(others, earlier),
        ]
    return formatting.sentences(parts)


def _has_rule(scope: Scope) -> bool:
    return scope.programme is not None and scope.programme.light_rule is not None


def _missing(scope: Scope, every: Sequence[Standing]) -> str:
    """How many are marked for missing reports, by a light beside the one that is counted, and as of when."""
    count = len([standing for standing in every if standing.reports in BAD])
    if not count:
        return ""
    values = {"count": formatting.count(count), "day": scope.today.isoformat()}
    if scope.last_month < scope.months.default:  # as it was then
        text = ngettext(
            "Lights are of progress; beside them %(count)s project is marked for missing reports.",
            "Lights are of progress; beside them %(count)s projects are marked for missing reports.",
            count,
        )
        return text % values
    text = ngettext(
        "Lights are of progress; beside them %(count)s project is marked for reports missing by %(day)s.",
        "Lights are of progress; beside them %(count)s projects are marked for reports missing by %(day)s.",
        count,
    )
    return text % values


def _alone(scope: Scope) -> str:
    """Why one month alone is not rated; in an open month those keep their light whose report of it is not approved."""
    if not scope.is_single_month:
        return ""
    if scope.open_month is None or not scope.last_shown.last_month:
        return _(
            "Only one month is shown, and progress is rated from January to a month, so nothing is rated here."
            " Choose January to a month."
        )
    text = _(
        "Only one month is shown, and progress is rated from January to a month, so projects whose report of %(month)s is"
        " approved are not rated here. Choose January to a month."
    )
    return text % {"month": formatting.month_name(scope.last_month)}


def _counted(every: Sequence[Standing], month: Month) -> str:
    values = _lights(every) | {"month": formatting.month_of_year(month)}
    return _("%(red)s red, %(yellow)s yellow, %(green)s green, %(none)s not rated at the end of %(month)s.") % values


def _judged(every: Sequence[Standing], scope: Scope) -> str:
    values = _lights(every) | {"month": formatting.month_name(scope.last_month)}
    values["count"] = formatting.count(len(every))
    return (
        _("%(count)s judged by %(month)s: %(red)s red, %(yellow)s yellow, %(green)s green, %(none)s not rated.")
        % values
    )


def _lights(every: Sequence[Standing]) -> dict[str, str]:
    named = (EntriesShown.RED, EntriesShown.YELLOW, EntriesShown.GREEN, EntriesShown.NONE)
    return {shown.value: formatting.count(len(shown.filter(every))) for shown in named}


def _entries(
    request: HttpRequest, scope: Scope, rows: list[Standing], answered: tuple[Standing, RatingForm] | None
) -> list[AttentionEntry]:
    may_rate = scope.last_month and request.user.has_perm("projects.add_rating")
    code, form = (answered[0].project.code, answered[1]) if answered else ("", None)
    return [
        AttentionEntry(
            each,
            address(request, "problems", code=each.project.code) if each.problems else "",
            # a rating is whose its entry is
            may_rate=bool(may_rate and request.user.has_perm("projects.add_rating", each.entry)),
            form=form if each.project.code == code else None,
            because=because(each),
        )
        for each in rows
    ]


def _unexplained(entries: Sequence[AttentionEntry]) -> str:
    """How many of the rows have nothing but a dash where others have a reason, a measure or a problem."""
    silent = [each for each in entries if each.is_silent]
    if not silent:
        return ""
    text = ngettext(
        "%(count)s of these %(of)s projects gives no reason or measure, and no problem of it is on record.",
        "%(count)s of these %(of)s projects give no reason or measure, and no problem of theirs is on record.",
        len(silent),
    )
    return text % {"count": formatting.count(len(silent)), "of": formatting.count(len(entries))}


def _blank() -> dict[str, Any]:
    """What the forms have in common that nobody has typed into."""
    form = RatingForm()
    choices = form.fields["light"].choices  # type: ignore[attr-defined]
    words = form["words"]
    blank = {"light": form["light"].label, "words": words.label, "longest": str(words.field.max_length)}  # type: ignore[attr-defined]
    fields = render_to_string("rounds/_rating_fields.html", {"blank": blank, "choices": choices, "code": _CODE})
    return {"blank_rating": [SafeString(part) for part in fields.split(_CODE)]}  # nosec B703 # markup: of a template


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
