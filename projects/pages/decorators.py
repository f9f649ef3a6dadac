"""Page decorator: who may read, and what a wrong question is answered with, before a page's own work."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control

from projects.access import get_access
from projects.etags import add_etag, set_etag
from projects.history import as_of
from projects.history.as_of import AsOf
from projects.text import refuse_garbled
from projects.totals.filters import ProjectFilterSet
from projects.totals.programmes import get_reader
from projects.totals.scope import Scope

from . import formatting, links
from .parameters import MINE, View, get_page_parameters, refuse_other_values, refuse_wrong, unknown_in
from .reach import follow_grants, set_reader

READING, FORMS = ("GET", "HEAD"), ("GET", "HEAD", "POST")

MOST_NAMED = 40  # known values beyond this many are not spelled out


@dataclass(frozen=True)
class WrongParameter:
    """One parameter that was wrong, what is wrong with it, and what would have been right."""

    parameter: str
    messages: list[str]
    known: list[str]
    label: str = ""


_QUESTION_LABELS = {
    "programme": gettext_lazy("Year"),
    "month": gettext_lazy("Month"),
    "through": gettext_lazy("Months"),
    as_of.PARAMETER: gettext_lazy("Data as at"),
    as_of.SINCE: gettext_lazy("First day"),
}


def require_methods(*methods: str) -> Callable[[View], View]:
    """Decorator: of these methods alone. Whoever comes with another one is led to the same address by a link."""

    def decorated(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return view(request, *args, **kwargs) if request.method in methods else _refuse_method(request, methods)

        return wrapper

    return decorated


def _refuse_method(request: HttpRequest, methods: tuple[str, ...]) -> HttpResponse:
    with links.keep_question(request):
        response = render(request, "405.html", status=405)
    response["Allow"] = ", ".join(methods)
    return response


def page(view: View) -> View:
    """A page for reading: sign in where the public may not read, a 400 page that names a wrong parameter.

    The parameter `as_of` shows it as it was known then.
    """
    return require_methods(*READING)(_with_etag(_with_question(view, as_of.as_of_from_request)))


def _with_etag(view: View) -> View:
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.etag = ""  # type: ignore[attr-defined]
        has_messages = len(get_messages(request)) > 0  # then it is another page when it is loaded again
        response = (None if has_messages else set_etag(request)) or view(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_cache=True)
        add_etag(request, response)
        return response

    return wrapper


def form_page(view: View) -> View:
    """The same for a page with a form that is posted to its own address."""
    return require_methods(*FORMS)(_with_question(view, as_of.as_of_from_request))


def work_page(view: View, *, methods: Iterable[str] = FORMS) -> View:
    """The same for a page that is nothing but work to do, which has no past."""
    wrapper: Any = require_methods(*methods)(_with_question(view, _only_present))
    wrapper.is_work = True
    return wrapper


def work_file(view: View) -> View:
    """The same for a file that is made to be worked in."""
    return work_page(view, methods=READING)


def readers_only(view: View) -> View:
    """Decorator below `page` and its kin: visitors are led to the sign-in; `PermissionDenied` for a user without a role."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        access = get_access(request.user)
        if access.public or not access.can_read:
            raise PermissionDenied
        follow_grants(request)
        return view(request, *args, **kwargs)

    return wrapper


# a browser keeps no copy: who goes back to it after a step sees what is so now, not what was before it
no_store: Callable[[View], View] = cache_control(private=True, no_store=True)


def own_page(view: View) -> View:
    """A page of work for whoever was given anything to read; browsers keep no copy of it."""
    return work_page(readers_only(cache_control(no_store=True)(view)))


def _only_present(request: HttpRequest) -> None:
    if request.GET.get(as_of.PARAMETER):
        raise ValidationError({as_of.PARAMETER: _("This page is for work, which is always of today.")})


def _with_question(view: View, past: Callable[[HttpRequest], AsOf | None]) -> View:
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.PUBLIC_READ and not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        try:
            refuse_garbled(request)
            state = past(request)
            with as_of.override_as_of(state), links.keep_question(request):
                if past is _only_present:
                    follow_grants(request)
                else:
                    set_reader(request, is_own=request.GET.get(links.REACH) == links.OWN or MINE in request.GET)
                refuse_wrong(request, view)
                return view(request, *args, **kwargs)
        except ValidationError as error:
            return _refused(request, error)

    return wrapper


def check_parameters(view: View) -> View:
    """A page for everybody, which has no past: a 400 page that names a wrong parameter, as of all others."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            refuse_garbled(request)
            refuse_wrong(request, view)
        except ValidationError as error:
            return _refused(request, error)
        return view(request, *args, **kwargs)

    return wrapper


def get_choice_parameter(request: HttpRequest, name: str, choices: tuple[str, ...]) -> str:
    """The value of a page's own parameter, the first choice if it is not given. Raises `ValidationError`."""
    asked = request.GET.get(name) or choices[0]
    refuse_other_values(request, name, choices)
    return asked


def get_order_parameter(request: HttpRequest, name: str, orders: tuple[str, ...], *, otherwise: Iterable[str]) -> str:
    """The same of a table's order, the usual one first. By a column that it has `otherwise`, of another month or year, it
    is in its usual order, which the page says. Raises `ValidationError`.
    """
    asked = get_choice_parameter(request, name, tuple(dict.fromkeys((*orders, *otherwise))))
    if asked in orders:
        return asked
    request.lacks_order = True  # type: ignore[attr-defined]  # for the frame of the page
    return orders[0]


def _refused(request: HttpRequest, error: ValidationError) -> HttpResponse:
    by_parameter = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    form = Scope(user=get_reader(request), programme=None).form
    match = request.resolver_match
    own = links.get_own_parameters(match.url_name or "" if match else "")
    refusals = [
        WrongParameter(
            name, messages, [] if name in own else _get_known_values(form, name), _get_label(form, name, own)
        )
        for name, messages in by_parameter.items()
    ]
    # of a day on which nothing was known yet the way leads back with the rest of the question
    present = links.same_page(request, without=(as_of.PARAMETER,)) if request.GET.get(as_of.PARAMETER) else ""
    unknown = unknown_in(request.GET, get_page_parameters(request))
    known_url = links.same_page(request, without=unknown) if unknown else ""
    ways = {"refusals": refusals, "present_url": present, "known_url": known_url}
    return render(request, "400.html", ways, status=400)


def _get_label(form: Any, name: str, own: Collection[str]) -> str:
    """Return what a condition that travels with the question is called on pages; '' for all else."""
    label = "" if name in own or name not in form.fields else form.fields[name].label
    return formatting.sentence_case(str(_QUESTION_LABELS.get(name, label or "")))


def _get_known_values(form: Any, name: str) -> list[str]:
    """The values that a filter with a closed list of them accepts, as far as the reader may see them."""
    if name not in ProjectFilterSet.base_filters or not hasattr(form.fields[name], "choices"):
        return []
    values = [str(value) for value, _label in form.fields[name].choices if str(value)]
    return values if len(values) <= MOST_NAMED else []
