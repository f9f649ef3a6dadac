"""Page `/search/`: what the words find, in groups, each bounded; an exact name or code is opened at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from operator import and_
from typing import Any, NamedTuple, Self

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext, pgettext_lazy

from projects.access import get_access
from projects.choices import Measure, ProblemKind
from projects.models import Enterprise, Note, Prefecture, Problem, Project
from projects.totals.dimensions import NONE
from projects.totals.figures import FIGURES, Figure
from projects.totals.filter_types import stands_in, visible_records
from projects.totals.scope import Scope
from projects.totals.totals import totals
from sectors.models import ChainLink, Sector

from . import formatting, links
from .decorators import page
from .frame import places_read, shell
from .notes import describe_subject
from .parameters import NOTE, accepts_parameters
from .project_list import get_other_years
from .reach import has_reach, set_reader


@dataclass(frozen=True)
class SearchTerms:
    text: str
    parts: tuple[str, ...]

    @classmethod
    def from_text(cls, text: str) -> Self:
        text = text.strip()
        return cls(text, tuple(text.split()))

    def __bool__(self) -> bool:
        return bool(self.parts)

    def condition(self, *columns: str) -> Q:
        """Return the condition that each word stands in at least one of these columns, as `SearchFilter` finds projects."""
        return reduce(and_, (stands_in(part, columns) for part in self.parts), Q())

    def are_in(self, texts: Iterable[str]) -> bool:
        """Return whether each word stands in one of the texts."""
        together: Sequence[str] = [text.casefold() for text in texts]
        return all(any(part.casefold() in text for text in together) for part in self.parts)


MOST = 10  # lines of a group


@dataclass(frozen=True)
class FoundLine:
    """One thing that was found, where it is, and what tells it from others of its name."""

    text: str
    url: str
    detail: str = ""


@dataclass(frozen=True)
class FoundGroup:
    """Things of one kind: at most `MOST` are shown. `count` is how many there are, None where there are more and nobody
    counted; `all_url` leads to all of them where a page lists them.
    """

    name: str
    label: str
    lines: list[FoundLine]
    count: int | None = None
    all_url: str = ""

    @property
    def has_more(self) -> bool:
        return self.count is None or self.count > len(self.lines)


def build_group(name: str, label: str, lines: list[FoundLine]) -> FoundGroup:
    """Return a group of which one line more than is shown was looked for."""
    count = len(lines) if len(lines) <= MOST else None
    return FoundGroup(name, label, lines[:MOST], count)


def get_exact_match(scope: Scope, words: SearchTerms) -> str:
    """Return where the one record is that is called so; '' where there is none that the reader sees, or more."""
    name = Q(name_zh__iexact=words.text) | Q(name_en__iexact=words.text)
    code = Q(code=words.text) | Q(national_code=words.text)  # each in its normal form
    records = {
        ("project", "code"): Project.objects.visible_to(scope.user).filter(name | code),
        ("sector", "code"): visible_records(Sector, scope.user).filter(name),
        ("prefecture", "adcode"): visible_records(Prefecture, scope.user).filter(name),
    }
    found = [
        (page, key)
        for (page, column), called_so in records.items()
        for key in called_so.values_list(column, flat=True)[:2]
    ]
    if len(found) != 1:
        return ""
    [(page, key)] = found
    # a project has the year of its own list where it is not on this one
    year = scope.of_year if page != "project" else []
    return links.page(page, key, query=year, filters=False)


class SearchPart(NamedTuple):
    """A part of the register that is searched by itself, with its name where there are several.

    `reach` is that of its links; `without` are the keys of prefectures that it leaves out.
    """

    scope: Scope
    place: str = ""
    reach: str = links.ALL
    without: frozenset[int] = frozenset()

    def build_label(self, what: str) -> str:
        return _("%(filter)s: %(value)s") % {"filter": what, "value": self.place} if self.place else what

    def build_name(self, name: str) -> str:
        return f"{name}-elsewhere" if self.without else name


def get_search_parts(request: HttpRequest, scope: Scope) -> list[SearchPart]:
    """Return the whole; for whoever reads single prefectures these first, then what is public of the others."""
    if not has_reach(request.user):
        return [SearchPart(scope)]
    access = get_access(request.user)
    codes = [value for name, value in scope.filters if name == "prefecture"]
    codes = codes or [*(place.adcode for place in scope.visible_records(Prefecture)), NONE]
    own = [adcode for adcode, *_names in access.places if adcode in codes]
    others = [code for code in codes if code not in own]
    own_scope = replace(scope.with_filters(prefecture=own), user=request.user)
    rest = scope.with_filters(prefecture=others)
    parts = [SearchPart(own_scope, places_read(access), links.OWN)] if own else []
    return [*parts, SearchPart(rest, _("elsewhere in the province"), without=access.reads_in)] if others else parts


def find_projects(part: SearchPart) -> FoundGroup:
    """Find the first projects by code, with how many there are: the same number as the list and its totals say."""
    scope = part.scope
    count = totals(scope, figures=(Measure.PROJECT_COUNT,)).total_row.figures[Measure.PROJECT_COUNT].value or 0
    rows = scope.projects().select_related("prefecture", "sector")[:MOST] if count else ()
    lines = [
        FoundLine(
            each.name,
            links.page("project", each.code, query=scope.of_year, filters=False),
            formatting.clauses([each.code, each.prefecture.name if each.prefecture else "", each.sector.name]),
        )
        for each in rows
    ]
    all_url = links.records([*scope.parameters(), (links.REACH, part.reach)])
    return FoundGroup(part.build_name("projects"), part.build_label(_("Projects")), lines, count, all_url)


# what everybody reads who reads anything, by the name of its address
_PAGES = {
    "overview": gettext_lazy("Overview"),
    "sectors": gettext_lazy("Sectors"),
    "prefectures": gettext_lazy("Prefectures"),
    "projects": gettext_lazy("Projects"),
    "attention": gettext_lazy("Needs attention"),
    "league": gettext_lazy("Ranking"),
    "forecast": gettext_lazy("Year-end forecast"),
    "problems": pgettext_lazy("page", "Problems"),
    "milestones": gettext_lazy("Milestones"),
    "rounds": gettext_lazy("Rounds"),
    "programmes": gettext_lazy("Years"),
    "changes": gettext_lazy("Changes"),
    "compare": gettext_lazy("Two days compared"),
    "about": gettext_lazy("About the data"),
    "help": gettext_lazy("Help"),
}
_PROGRAMME = gettext_lazy("programme")
_WORK = {"round-now": gettext_lazy("Monthly reports"), "proposals": gettext_lazy("Proposals")}
_REVIEW = {"review": gettext_lazy("Review")}
_OWN = {"tokens": gettext_lazy("Tokens"), "webhooks": gettext_lazy("Webhooks")}


# parts of pages that those who show them add: their names, and where they are
PARTS: list[Callable[[], Iterable[tuple[Any, str]]]] = []


def find_programmes(scope: Scope, words: SearchTerms) -> FoundGroup:
    """Find programmes by year, '2022' or '2022年', and by what they are called."""
    lines = [
        FoundLine(_("Programme of %(year)s") % {"year": each.year}, links.page("programme", str(each.year)))
        for each in scope.programmes
        if words.are_in([f"{each.year}年", *_in_each_language(_PROGRAMME)])
    ]
    return build_group("programmes", _("Years"), lines)


def find_figures(scope: Scope, words: SearchTerms) -> FoundGroup:
    """Find figures by name, first those that are called exactly so, then by how they are defined."""
    lines = []
    for figure in sorted(FIGURES.values(), key=partial(_match_rank, words)):
        if words.are_in(_in_each_language(figure.label, figure.definition)):
            address = links.page("figure", figure.name, query=_month(scope), filters=False)
            lines.append(FoundLine(formatting.sentence_case(str(figure.label)), address, str(figure.definition)))
    return build_group("figures", _("Figures"), lines[: MOST + 1])


def _match_rank(words: SearchTerms, figure: Figure) -> tuple[bool, bool]:
    names = [each.casefold() for each in _in_each_language(figure.label)]
    return words.text.casefold() not in names, not words.are_in(names)


def find_pages(request: HttpRequest, words: SearchTerms) -> FoundGroup:
    lines = [
        FoundLine(formatting.sentence_case(str(label)), links.page(name, filters=False))
        for name, label in _iter_pages(request.user)
        if words.are_in(_in_each_language(label))
    ]
    lines += [
        FoundLine(str(name), address)
        for more in PARTS
        for name, address in more()
        if words.are_in(_in_each_language(name))
    ]
    return build_group("pages", pgettext("of the site", "Pages"), lines[: MOST + 1])


def _iter_pages(user: Any) -> Iterator[tuple[str, Any]]:
    yield from _PAGES.items()
    if not user.is_authenticated:
        return
    access = get_access(user)
    if access.can_read:
        yield from _WORK.items()
        yield from _OWN.items()
    if access.writes_all:
        yield from _REVIEW.items()


def _in_each_language(*texts: Any) -> list[str]:
    found = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            found += [str(text) for text in texts]
    return found


def _month(scope: Scope) -> list[tuple[str, str]]:
    return [pair for pair in scope.parameters() if pair[0] in ("programme", "month", "through")]


_NAMES = ("name_zh", "name_en")
_LONGEST = 80  # characters of a text that a line shows


def find_enterprises(scope: Scope, words: SearchTerms) -> FoundGroup:
    """Find enterprises; each leads to its projects of the year."""
    rows = Enterprise.objects.visible_to(scope.user).filter(words.condition(*_NAMES)).order_by("name_zh", "pk")
    lines = [
        FoundLine(each.name, links.records([*scope.of_year, ("enterprise", str(each.pk))])) for each in rows[: MOST + 1]
    ]
    return build_group("enterprises", _("Enterprises"), lines)


def find_sectors(scope: Scope, words: SearchTerms) -> FoundGroup:
    """Find sectors, and links of their chains, which lead to their projects."""
    found = visible_records(Sector, scope.user).filter(words.condition(*_NAMES)).order_by("order", "code")[: MOST + 1]
    lines = [FoundLine(each.name, _page("sector", each.code, scope), _("sector")) for each in found]
    rows = (
        visible_records(ChainLink, scope.user)
        .filter(words.condition(*_NAMES))
        .select_related("sector")
        .order_by("order", "code")
    )
    for each in rows[: MOST + 1]:
        url = links.records([*scope.of_year, ("chain_link", each.code)])
        lines.append(FoundLine(each.name, url, _("chain link of %(sector)s") % {"sector": each.sector.name}))
    return build_group("sectors", _("Sectors and chain links"), lines)


def find_prefectures(scope: Scope, words: SearchTerms) -> FoundGroup:
    found = visible_records(Prefecture, scope.user).filter(words.condition("adcode", *_NAMES)).order_by("adcode")
    lines = [FoundLine(each.name, _page("prefecture", each.adcode, scope)) for each in found[: MOST + 1]]
    return build_group("prefectures", _("Prefectures"), lines)


def find_problems(part: SearchPart, words: SearchTerms) -> FoundGroup:
    """Find problems by what is written of them and by their kind; the public does not find them by who solves them."""
    scope = part.scope
    columns = ("description", "note", *(() if scope.access.public else ("solver",)))
    kinds = [kind.value for kind in ProblemKind if words.are_in([str(kind.label)])]
    visible = Problem.objects.visible_to(scope.user).exclude(project__prefecture__in=part.without)
    rows = visible.filter(words.condition(*columns) | Q(kind__in=kinds))
    found, year = rows.select_related("project").order_by("-raised_on", "pk")[: MOST + 1], scope.of_year
    lines = [
        FoundLine(
            _truncate(each.description),
            f"{_problem_list_url(year, each, part.reach)}#problem-{each.pk}",
            formatting.clauses([each.project.name, str(each.get_state_display())]),
        )
        for each in found
    ]
    return build_group(part.build_name("problems"), part.build_label(pgettext("page", "Problems")), lines)


def _problem_list_url(year: list[tuple[str, str]], problem: Problem, reach: str) -> str:
    query = [*year, ("code", problem.project.code), (links.REACH, reach)]
    return links.page("problems", query=query, filters=False)


def find_notes(part: SearchPart, words: SearchTerms) -> FoundGroup:
    rows: Iterable[Any] = (
        Note.objects.visible_to(part.scope.user).filter(words.condition("text")).order_by("-day", "-pk")
    )
    related = ("programme", "project", "sector", "prefecture", "author")
    lines = [_note(each, part.reach) for each in rows.select_related(*related)[: MOST + 1]]  # type: ignore[attr-defined]
    return build_group("notes", _("Notes"), lines)


def _note(note: Note, reach: str) -> FoundLine:
    asked = [("programme", str(note.programme.year)), (NOTE, str(note.pk)), (links.REACH, reach)]
    if note.project:
        address, subject = links.page("project", note.project.code, query=asked, filters=False), note.project.name
    else:
        address, subject = links.page("figure", note.figure, query=asked, filters=False), describe_subject(note)
    return FoundLine(
        _truncate(note.text), f"{address}#note-{note.pk}", formatting.clauses([subject, note.day.isoformat()])
    )


def _truncate(text: str) -> str:
    return Truncator(text).chars(_LONGEST)


def _page(name: str, key: str, scope: Scope) -> str:
    return links.page(name, key, query=scope.of_year, filters=False)


@page
@accepts_parameters("search")
def search(request: HttpRequest) -> HttpResponse:
    """Find everything that has the words, in the whole province; filters that are set narrow the projects."""
    request.has_fixed_reach = True  # type: ignore[attr-defined]
    set_reader(request, is_own=False)
    scope = Scope.from_request(request)
    words = SearchTerms.from_text(dict(scope.filters).get("search", ""))
    if words and (address := get_exact_match(scope, words)):
        return HttpResponseRedirect(address)
    found = [each for each in _groups(request, scope, words) if each.lines] if words else []
    context = shell(request, scope) | {
        "words": words.text,
        "groups": found,
        "other_years": get_other_years(scope),
        "narrowed": [each for each in scope.filters if each[0] not in ("search", "ordering")],
        "widened_url": links.page("search", query=[("search", words.text)], filters=False),
        "title": _("Search: %(words)s") % {"words": words.text} if words else _("Search"),
    }
    return render(request, "search/search.html", context)


def _groups(request: HttpRequest, scope: Scope, words: SearchTerms) -> Iterator[FoundGroup]:
    parts = get_search_parts(request, scope)
    # what is called so comes before its projects, which may be many
    yield find_sectors(scope, words)
    yield find_prefectures(scope, words)
    yield from map(find_projects, parts)
    yield find_programmes(scope, words)
    yield find_enterprises(scope, words)
    yield find_figures(scope, words)
    yield find_pages(request, words)
    yield from (find_problems(part, words) for part in parts)
    yield find_notes(parts[0], words)
