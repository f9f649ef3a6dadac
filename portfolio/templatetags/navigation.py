"""Template tags of the navigation: addresses, the past state that is shown, what waits for the reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote_plus

from django import template
from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from projects.access import get_access
from projects.history import as_of
from projects.history.clocks import neighbours
from projects.monitoring.tasks import kinds_of
from projects.pages import formatting, links
from projects.pages.frame import places_read
from projects.pages.sort_heads import SortHead
from projects.pages.tasks.lines import (
    describe_task,
    get_reader_tasks,
    get_records_url,
    get_task_number,
    shows_tasks_first,
)
from projects.text import format_html, format_html_join

from ..charts.days import day_marks

register = template.Library()
_SAID = "_working_date_is_said"
_OF_THEN = ("month", "through", as_of.PARAMETER)


@register.simple_tag
def page(name: str, *args: Any, **query: Any) -> str:
    """The address of a page for reading, in the past state that is looked at; parameters without a value are left out."""
    pairs = [(key, str(value)) for key, value in query.items() if value not in (None, "")]
    return links.page(name, *map(str, args), query=pairs)


@register.simple_tag
def taken_along(scope: Any = None) -> list[tuple[str, str]]:
    """What the search takes along of the question of the page."""
    programme = getattr(scope, "programme", None)
    named = [("programme", str(programme.year))] if programme else []
    looked_at = as_of.get_as_of()
    past = [(as_of.PARAMETER, looked_at.text)] if looked_at else []
    without = ["search", *(name for name, _year in named)]
    return [*named, *links.taken_along(without, year=named[0][1] if named else ""), *past]


@register.simple_tag(takes_context=True)
def sees_less_than_strangers(context: Any) -> str:
    """The prefectures that are all the reader sees, where who is not signed in is shown what is public of all; else ''."""
    return places_read(get_access(context["request"].user)) if settings.PUBLIC_READ else ""


def each_query(request: Any, name: str, *without: str) -> Callable[[str], str]:
    """As `querystring` writes the question of this page with a code in a parameter, for the rows of a table."""
    asked = request.GET.copy()
    for other in without:
        asked.pop(other, None)
    asked[name] = ""  # no sign in its place: whoever asks may have named a character set that lacks it
    pairs, own = asked.urlencode().split("&"), f"{quote_plus(name)}="
    at = pairs.index(own)
    before, after = "&".join([*pairs[:at], own]), "".join(f"&{pair}" for pair in pairs[at + 1 :])
    return lambda code: f"?{before}{quote_plus(code)}{after}"


@register.simple_tag
def looks_back() -> bool:
    """Whether a past state is shown: its page has a frame, so that nobody takes it for today's."""
    return as_of.get_as_of() is not None


@register.inclusion_tag("frame/_past.html", takes_context=True)
def past_notice(context: Any) -> dict[str, Any]:
    """Which past state the page shows and by which clock, with the ways to others and to today; nothing in the present."""
    state = as_of.get_as_of()
    if state is None:
        return {"state": None}
    request = context["request"]
    programme = context["scope"].programme if context.get("bar") else None  # which the bar names in its menu of days
    shown = {"state": state, "present_url": links.same_page(request, without=(as_of.PARAMETER,))}
    if state.is_before_all and (first := as_of.first_day()):
        shown |= {"first_day": first, "first_url": links.on_day(request, first, programme)}
    if state.revision:
        shown["revision_url"] = links.same_page(request, as_of=f"r{state.revision}")
    if state.is_day:
        shown |= _neighbours(request, state, programme) | {
            "later_url": _later(context, state),
            "days": day_marks(request, state.day, programme),
        }
    elif state.known_before:
        shown["known_url"] = links.same_page(request, as_of=state.known_on.isoformat())
    return shown


@register.inclusion_tag("frame/_working_date.html", takes_context=True)
def working_date(context: Any) -> dict[str, Any]:
    """The day that the programme of the page works by, where that is not today: once on a page, wherever it comes first.

    Where the page is of several years, as tasks are, that of each which works by another day.
    """
    scope, request = context.get("scope"), context.get("request")
    programme = getattr(scope, "programme", None) or context.get("programme")
    if programme is None or hasattr(request, _SAID):
        return {"day": None}
    days = {each.year: each.today for each in (programme, *context.get("at_work", ()))}
    if {*days.values()} == {as_of.today()}:
        return {"day": None}
    setattr(request, _SAID, True)
    if len({*days.values()}) == 1:
        return {"day": programme.today}
    said = (_("%(year)s: %(day)s") % {"year": year, "day": days[year].isoformat()} for year in sorted(days))
    return {"days": formatting.listing(list(said))}


def _neighbours(request: Any, state: as_of.AsOf, programme: Any) -> dict[str, Any]:
    """The days on which something became known before and after the one that is looked at."""
    with as_of.override_as_of(None):
        before, after = neighbours(state.revision, day=state.day)
    days = {"before": before, "after": after}
    addresses = {f"{name}_url": links.on_day(request, day, programme) for name, day in days.items() if day}
    return days | addresses


def _later(context: Any, state: as_of.AsOf) -> str:
    """The page that says what became known since, of the months that are known now, and by which records."""
    scope = context.get("scope")
    asked = [pair for pair in scope.parameters() if pair[0] not in _OF_THEN] if scope else []
    with as_of.override_as_of(None):
        return links.page("compare", query=[*asked, (as_of.SINCE, state.text)])


# under which entry of the navigation a page is, by the name of its address; one's work is under one's tasks
_PLACES = {
    "tasks": (
        "tasks",
        "round",
        "round-now",
        "round-row",
        "review",
        "rounds",
        "proposals",
        "proposal",
        "imports",
        "import",
    ),
    "overview": ("overview", "programme", "chart", "figure"),
    "projects": (
        "projects",
        "project",
        "propose",
        "report",
        "report-reopen",
        "claim-adopt",
        "claim-withdraw",
        "note-add",
        "note",
    ),
    "sectors": ("sectors", "sector"),
    "prefectures": ("prefectures", "prefecture"),
    "attention": ("attention", "problems", "problem", "milestones", "milestone-add", "milestone", "league", "forecast"),
    "about": ("about", "programmes", "changes", "revision", "undo", "compare"),
}
_HERE = ' aria-current="{}"'
_PLACE_OF = {name: place for place, names in _PLACES.items() for name in names}


_ENTRY = '<li><a href="{}"{}>{}{}</a></li>'
_WAITING = ' <span class="n">{}<span class="vh"> {}</span></span>'
_ABOVE = '<li><a href="{}">{}</a></li>'


@register.simple_tag(takes_context=True)
def places_of_site(context: Any) -> SafeString:
    """The entries of the navigation as one text, since each page has them; for who is signed in with what waits for them."""
    request, user = context.get("request"), context.get("user")
    number = get_task_number(request) if kinds_of(user) else ""
    waiting = format_html(_WAITING, number, _("waiting")) if number else ""
    here, place = _place(request)
    marks = {place: format_html(_HERE, "page" if here in (place, "programme") else "true")}
    rows = (
        (links.page(entry), marks.get(entry, ""), name, waiting if entry == "tasks" else "")
        for entry, name in _names().items()
        if entry != "tasks" or getattr(user, "is_authenticated", False)
    )
    return format_html_join("\n", _ENTRY, rows)


@register.simple_tag(takes_context=True)
def crumbs_above(context: Any) -> SafeString:
    """What the crumbs of a page begin with: the entry of the navigation that it belongs to, and the overview above each
    that is not one's own work.
    """
    here, place = _place(context.get("request"))
    above = [entry for entry in ("overview", place) if entry and entry != here]
    above = ["tasks"] if place == "tasks" else list(dict.fromkeys(above))
    programme, names = getattr(context.get("scope"), "programme", None), _names()
    year = [("programme", str(programme.year))] if programme and place != "tasks" else []
    return format_html_join("", _ABOVE, ((links.page(entry, query=year), names[entry]) for entry in above))


def _names() -> dict[str, str]:
    return {
        "tasks": _("My tasks"),
        "overview": _("Overview"),
        "projects": _("Projects"),
        "sectors": _("Sectors"),
        "prefectures": _("Prefectures"),
        "attention": _("Needs attention"),
        "about": _("About the data"),
    }


def _place(request: Any) -> tuple[str, str]:
    """The name of the page's address, and the entry of the navigation that leads to it or to one above it; '' if none."""
    here = getattr(getattr(request, "resolver_match", None), "url_name", None) or ""
    place = _PLACE_OF.get(here, "")
    if place == "tasks" and not request.user.is_authenticated:
        return here, "attention"  # of which the rounds are a tab for who has no tasks
    return here, place


@register.simple_tag
def role_missing(user: Any) -> dict[str, str]:
    """Whom an account asks that has no role; nothing of one that has, or of whoever has not signed in."""
    if not user or not user.is_authenticated or get_access(user).roles:
        return {}
    return {"contact": settings.HELP_CONTACT}


@register.filter
def may_have_tokens(user: Any) -> bool:
    """Return whether a user may make tokens and webhooks: one with a role."""
    access = get_access(user)
    return access.can_read and not access.public


@register.simple_tag
def home(user: Any) -> str:
    """Where the name of the site leads: who has tasks to their own, everybody else to the overview."""
    return links.page("tasks" if kinds_of(user) else "overview")


@register.inclusion_tag("tasks/_strip.html", takes_context=True)
def first_tasks(context: Any) -> dict[str, Any]:
    """What waits for who opens the site, each a link: the first page of everybody begins with theirs."""
    request = context.get("request")
    found = get_reader_tasks(request).items if shows_tasks_first(request) else ()
    items = [each for each in found if each.kind.is_for_reader]
    return {"links": [links.CountLink(describe_task(each), get_records_url(each), each.number) for each in items]}


_HEAD = '<th scope="col"{}{}>{}{}</th>'
_CLASS = ' class="{}"'
_SORTED = ' aria-sort="{}"'
_SORTS = '<a class="sort" href="{}">{}</a>'
_UNDER = '<span class="unit">{}</span>'
_WHOLE = '<span class="nw">{}</span>'


@register.simple_tag
def sort_cells(heads: Iterable[SortHead]) -> SafeString:
    """The heads of a table as one text: a page has up to six tables of a dozen."""
    return format_html_join("", _HEAD, (_cells_of(head) for head in heads or ()))


def _cells_of(head: SortHead) -> tuple[object, ...]:
    kind = " ".join([*([head.kind] if head.kind else []), *(["r"] if head.numeric else [])])
    label = _unbroken(head.label) if {"-", "–"} & {*head.label} else head.label
    return (
        format_html(_CLASS, kind) if kind else "",
        format_html(_SORTED, head.sorted) if head.sorted else "",
        format_html(_SORTS, head.url, label) if head.url else label,
        format_html(_UNDER, head.under) if head.under else "",
    )


def _unbroken(label: str) -> SafeString:
    """With its words whole that have a hyphen: 'Year-end', '1–3月完成', which a narrow column would break."""
    words = ((format_html(_WHOLE, word) if {"-", "–"} & {*word} else word,) for word in label.split(" "))
    return format_html_join(" ", "{}", words)
