"""Query parameters of a page: those that it says it reads, and those of the question that travels with every link.

Any other is refused: a mistyped condition, or one of another page, would show everything.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django_filters import MultipleChoiceFilter

from projects.text import is_key, listing
from projects.totals.filters import ProjectFilterSet
from projects.totals.scope import SCOPE_PARAMETERS, Scope

from . import links
from .list_pages import PAGE, get_page_number

View = Callable[..., HttpResponse]
NOTE = "note"  # a note that a page shows however old it is
MINE = "mine"  # the records alone that the user's tasks count
_SHOWN = 80  # characters of a name that are said back
_LANGUAGE = "lang"
# what travels with every link, so that every page takes it; an order is of one list
_QUESTION = frozenset({*SCOPE_PARAMETERS, *ProjectFilterSet.base_filters, links.REACH}) - {"ordering"}
# filters of which any of several values may hold; of all else one is meant
_SEVERAL = frozenset(
    name for name, each in ProjectFilterSet.base_filters.items() if isinstance(each, MultipleChoiceFilter)
)
# what others hang on to a link that is sent around, such as mails, search engines and WeChat: no reader has typed it
_FOREIGN = {
    *("_ga", "chksm", "fbclid", "from", "gclid", "isappinstalled", "mpshare", "msclkid", "nsukey", "scene", "spm"),
    "srcid",
}
_FOREIGN_BEGIN = "utm_"


@dataclass(frozen=True)
class _Reads:
    names: frozenset[str] = frozenset()
    values: Mapping[str, Iterable[str]] = field(default_factory=dict)
    asks: bool = True
    travels: bool = True


def accepts_parameters(
    *names: str, asks: bool = True, travels: bool = True, **values: Iterable[str]
) -> Callable[[View], View]:
    """Decorator of a page, below `page` and its kin: the parameters that it reads beside those of the question.

    `values`: those of which it does not come to read the value every time, with all that are right. `asks=False`: it makes
    no `Scope` of the question, which only travels through it, as through a page that says nothing. Both are checked before.
    `travels=False`: no question is led through it, as through a page for people of whom nothing is known yet.
    """

    def decorated(view: Any) -> View:
        view.reads = _Reads(frozenset({*names, *values}), values, asks, travels)
        found: View = view
        return found

    return decorated


def get_page_parameters(request: HttpRequest) -> frozenset[str]:
    """The parameters that the page under way reads."""
    match = request.resolver_match
    return parameters_of(match.func, match.url_name or "") if match else frozenset()


def parameters_of(view: Any, name: str) -> frozenset[str]:
    """Those of a view at the address of a name: its own, and of the question all that it does not mean otherwise."""
    question = _QUESTION if _declared(view).travels else frozenset()
    return _declared(view).names | (question - set(links.get_own_parameters(name))) | {_LANGUAGE}


def takes_several(name: str, view: Any, url_name: str) -> bool:
    """Whether the page of an address reads all values of a parameter, as of a filter: of what it means otherwise it reads
    one.
    """
    return name in _SEVERAL and name not in (*_declared(view).names, *links.get_own_parameters(url_name))


def unknown_in(names: Iterable[str], known: Container[str]) -> list[str]:
    return [name for name in names if not (name in known or name in _FOREIGN or name.startswith(_FOREIGN_BEGIN))]


def refuse_wrong(request: HttpRequest, view: Any) -> None:
    """Raise `ValidationError` by parameter for what the page does not read, and for what is wrong with what it only passes
    on.
    """
    if not request.GET:
        return
    known = get_page_parameters(request)
    unknown = unknown_in(request.GET, known)
    if unknown:
        raise ValidationError({name[:_SHOWN]: _refusal(name[:_SHOWN], known) for name in unknown})
    if twice := _get_repeated_parameters(request, known):
        raise ValidationError({name: _("“%(name)s” is given twice.") % {"name": name} for name in twice})
    refuse_other_values(request, _LANGUAGE, dict(settings.LANGUAGES))
    refuse_other_values(request, links.REACH, (links.OWN,))
    declared = _declared(view)
    for name, values in declared.values.items():
        refuse_other_values(request, name, values)
    if PAGE in declared.names:
        get_page_number(request)
    if NOTE in declared.names:
        get_note_key(request)
    if not declared.asks and any(name in _QUESTION for name in request.GET.keys() - declared.names):
        Scope.from_request(_without(request, declared.names))


def _get_repeated_parameters(request: HttpRequest, known: Container[str]) -> list[str]:
    """Of one value is meant, and nobody knows which; what others hang on to a link may come as often as it likes."""
    match: Any = request.resolver_match
    return [
        name
        for name, values in request.GET.lists()
        if len(values) > 1 and name in known and not takes_several(name, match.func, match.url_name or "")
    ]


def _declared(view: Any) -> _Reads:
    found: _Reads = getattr(view, "reads", _Reads(asks=False))
    return found


def _without(request: HttpRequest, names: Iterable[str]) -> HttpRequest:
    """The request without the parameters by which its page means something else."""
    asked = copy(request)
    asked.GET = request.GET.copy()
    for name in names:
        asked.GET.pop(name, None)
    return asked


def refuse_other_values(request: HttpRequest, name: str, known: Iterable[str]) -> None:
    """Raise `ValidationError` for a value of a parameter that is none of these; none is right too."""
    value = request.GET.get(name)
    if value and value not in known:
        told = _("“%(value)s” is not known. Known: %(known)s.")
        raise ValidationError({name: told % {"value": value, "known": listing(filter(None, known))}})


def get_note_key(request: HttpRequest) -> str:
    """Return the key of the note that is asked for; '' without one. Raises `ValidationError` for what is no key."""
    key = request.GET.get(NOTE, "")
    if key and not is_key(key):
        raise ValidationError({NOTE: _("“%(value)s” is not the number of a note.") % {"value": key}})
    return key


def _refusal(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, known, n=1)
    told = _("“%(name)s” is not a parameter of this page. Did you mean “%(near)s”?")
    if not near:
        told = _("“%(name)s” is not a parameter of this page.")
    return told % {"name": name, "near": near and near[0]}
