"""Template tags of the frame around each page: addresses, navigation, languages, the past that is shown, its print head."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

from portfolio.help import get_part
from projects.access import get_access
from projects.history import as_of
from projects.history.clocks import neighbours
from projects.monitoring.tasks import kinds_of
from projects.pages import formatting, links
from projects.pages.frame import get_dates_text
from projects.pages.reach import has_reach
from projects.pages.return_address import BACK
from projects.pages.tasks.lines import (
    describe_task,
    get_reader_tasks,
    get_records_url,
    get_task_number,
    shows_tasks_first,
)

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
def search_parameters(scope: Any = None) -> list[tuple[str, str]]:
    """What the search takes along of the question of the page."""
    programme = getattr(scope, "programme", None)
    named = [("programme", str(programme.year))] if programme else []
    looked_at = as_of.get_as_of()
    past = [(as_of.PARAMETER, looked_at.text)] if looked_at else []
    without = ["search", *(name for name, _year in named)]
    return [*named, *links.get_travelling_parameters(without, year=named[0][1] if named else ""), *past]


@register.simple_tag(takes_context=True)
def whole_province_url(context: Any) -> str:
    """The same page of the whole province, where only the own part was asked for; else ''."""
    request = context["request"]
    is_own = request.GET.get(links.REACH) == links.OWN and has_reach(request.user)
    return links.same_page(request, without=(links.REACH,)) if is_own else ""


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
        shown |= {"first_day": first, "first_url": links.other_day_address(request, first, programme)}
    if state.revision:
        shown["revision_url"] = links.same_page(request, as_of=f"r{state.revision}")
    if state.is_day:
        shown |= _get_neighbours(request, state, programme) | {
            "later_url": _get_later_url(context, state),
            "days": day_marks(request, state.day, programme),
        }
    elif state.known_before:
        shown["known_url"] = links.same_page(request, as_of=state.known_on.isoformat())
    return shown


@register.inclusion_tag("frame/_working_date.html", takes_context=True)
def working_date(context: Any) -> dict[str, Any]:
    """The day that the programme of a page without a bar works by, where that is not today: once, where it comes first.

    Where the page is of several years, as tasks are, that of each which works by another day.
    """
    scope, request = context.get("scope"), context.get("request")
    programme = getattr(scope, "programme", None) or context.get("programme")
    if programme is None or context.get("bar") or hasattr(request, _SAID):
        return {"day": None}
    days = {each.year: each.today for each in (programme, *context.get("at_work", ()))}
    if {*days.values()} == {as_of.today()}:
        return {"day": None}
    setattr(request, _SAID, True)
    if len({*days.values()}) == 1:
        return {"day": programme.today}
    said = (_("%(year)s: %(day)s") % {"year": year, "day": days[year].isoformat()} for year in sorted(days))
    return {"days": formatting.listing(list(said))}


def _get_neighbours(request: Any, state: as_of.AsOf, programme: Any) -> dict[str, Any]:
    """The days on which something became known before and after the one that is looked at."""
    with as_of.override_as_of(None):
        before, after = neighbours(state.revision, day=state.day)
    days = {"before": before, "after": after}
    addresses = {f"{name}_url": links.other_day_address(request, day, programme) for name, day in days.items() if day}
    return days | addresses


def _get_later_url(context: Any, state: as_of.AsOf) -> str:
    """The page that says what became known since, of the months that are known now, and by which records."""
    scope = context.get("scope")
    asked = [pair for pair in scope.parameters() if pair[0] not in _OF_THEN] if scope else []
    with as_of.override_as_of(None):
        return links.page("compare", query=[*asked, (as_of.SINCE, state.text)])


# under which entry of the navigation a page is, by the name of its address; one's work is under one's tasks
_PLACES = {
    "tasks": "tasks round round-now round-row review rounds proposals proposal imports import",
    "overview": "overview programme chart figure",
    "projects": (
        "projects project propose report report-reopen report-submit report-withdraw claim-adopt claim-withdraw "
        "note-add note"
    ),
    "sectors": "sectors sector",
    "prefectures": "prefectures prefecture",
    "attention": "attention problems problem-add problem milestones milestone-add milestone league forecast",
    "about": "about programmes changes revision undo compare",
}
_PLACE_OF = {name: place for place, names in _PLACES.items() for name in names.split()}


@register.inclusion_tag("frame/_nav.html", takes_context=True)
def main_navigation(context: Any) -> dict[str, Any]:
    """The entries of the navigation; for who is signed in with the number of what waits for them."""
    request, user = context.get("request"), context.get("user")
    here, place = _get_place(request)
    # the links of a page of work lead to the own part, its navigation to what was chosen
    reach = [(links.REACH, links.OWN if request and request.GET.get(links.REACH) == links.OWN else links.ALL)]
    entries = [
        {"url": links.page(entry, query=reach), "label": label, "name": entry, "is_current": entry == place}
        for entry, label in _get_names().items()
        if entry != "tasks" or getattr(user, "is_authenticated", False)
    ]
    return {
        "entries": entries,
        "current": "page" if here in (place, "programme") else "true",
        "waiting": get_task_number(request) if kinds_of(user) else "",
    }


@register.inclusion_tag("frame/_crumbs_above.html", takes_context=True)
def crumbs_above(context: Any) -> dict[str, Any]:
    """What the crumbs of a page begin with: its entry of the navigation, below the overview unless it is one's own work."""
    here, place = _get_place(context.get("request"))
    above = [entry for entry in ("overview", place) if entry and entry != here]
    above = ["tasks"] if place == "tasks" else list(dict.fromkeys(above))
    programme, names = getattr(context.get("scope"), "programme", None), _get_names()
    year = [("programme", str(programme.year))] if programme and place != "tasks" else []
    return {"crumbs": [(links.page(entry, query=year), names[entry]) for entry in above]}


@register.inclusion_tag("frame/_languages.html", takes_context=True)
def languages(context: Any, *, without_current: bool = False) -> dict[str, Any]:
    """This page in each language, by its tag in documents (zh-Hans)."""
    current = get_language()
    codes = [(code, to_locale(code).replace("_", "-"), name, code == current) for code, name in settings.LANGUAGES]
    return {"request": context.get("request"), "codes": [each for each in codes if not (without_current and each[3])]}


@register.inclusion_tag("frame/_paper.html", takes_context=True)
def paper(context: Any) -> dict[str, Any]:
    """Return what a sheet of paper says of itself: the page's question, the day of print, the address as people read it."""
    scope, request = context.get("scope"), context.get("request")
    said: dict[str, Any] = {"scope": scope, "day": timezone.localdate()}
    if scope is not None:
        chips = context.get("chips") or getattr(context.get("filters"), "chips", None) or ()
        said |= {"dates": get_dates_text(scope), "conditions": [chip.label for chip in chips]}
        if scope.programme is not None and scope.last_month:
            said["months"] = formatting.months_of_year(scope.first_month, scope.last_month, scope.programme.year)
    if request:
        query = request.GET.copy()
        for name in ("lang", BACK):  # the language, and the page that one came from
            query.pop(name, None)
        pairs = [f"{name}={value}" for name, values in query.lists() for value in values]
        said["address"] = unquote(request.build_absolute_uri(request.path)) + (f"?{'&'.join(pairs)}" if pairs else "")
    return said


def _get_names() -> dict[str, str]:
    return {
        "tasks": _("My tasks"),
        "overview": _("Overview"),
        "projects": _("Projects"),
        "sectors": _("Sectors"),
        "prefectures": _("Prefectures"),
        "attention": _("Needs attention"),
        "about": _("About the data"),
    }


def _get_place(request: Any) -> tuple[str, str]:
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


@register.inclusion_tag("frame/_help.html", takes_context=True)
def help_of_page(context: Any) -> dict[str, Any]:
    """Return the part of help that the '?' of this page leads to: the whole of it from a page that is not there."""
    match = getattr(context.get("request"), "resolver_match", None)
    name = (match and match.url_name) or ""
    return {"part": get_part(name), "is_here": name == "help"}


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
