"""Unsent forms: what was typed into a form whose session ended meanwhile comes back after signing in again.

A form that arrives from nobody, or with a CSRF token of an earlier session, is not taken. What was typed into it waits in
the session for half an hour, and is put back into the same form (`form_filling.py`) for the person who opened it, to be
looked at and sent again with a new token. Somebody else who signs in is shown nothing of it, and it is dropped. Passwords,
secrets and tokens are never stored.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure

from .form_filling import TypedForm, filled
from .opened_by import NAME, is_navigation, opened_by

KEY = "unsent_form"
WAITS = 30 * 60  # seconds
LARGEST = 500_000  # characters: of more nothing is stored
_NEVER_STORED = ("password", "secret", "token")
_NO_FORMS = frozenset({"login", "logout"})


class UnsentFormMiddleware:
    """Behind the middleware that says who asks and whether a form's token is right."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        return _given_back(request, response) if request.method == "GET" else response

    def process_view(self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        """Whoever sends a form without being signed in any more signs in first."""
        if request.method != "POST" or getattr(view, "csrf_exempt", False) or not is_navigation(request):
            return None
        if request.user.is_authenticated:
            return None
        return _sign_in_first(request) if _stored(request) else None


def refused_token(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What a form with a wrong CSRF token is answered with: it is never taken, and given back where that is safe.

    A page of somebody else's making cannot have the mark of who opened the form, which is signed for that person.
    """
    if request.method == "POST" and is_navigation(request) and request.resolver_match is None:
        request.resolver_match = _match(request)
    if request.method != "POST" or not is_navigation(request) or not _stored(request):
        return csrf_failure(request, reason=reason)
    if request.user.is_authenticated:
        return HttpResponseRedirect(request.get_full_path())
    return _sign_in_first(request)


def _match(request: HttpRequest) -> Any:
    try:
        return resolve(request.path_info)
    except Resolver404:
        return None


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    told = _("You were signed out meanwhile and nothing was sent. Sign in again: what you typed is still there.")
    messages.warning(request, told)
    return redirect_to_login(request.get_full_path())


def _stored(request: HttpRequest) -> bool:
    """Put away what was typed, if whoever opened the form is nobody else than who asks now, as far as that is known."""
    owner, match = opened_by(request.POST), request.resolver_match
    if not owner or match is None or match.url_name in _NO_FORMS:
        return False
    if request.user.is_authenticated and str(request.user.pk) != owner:
        return False
    typed = {
        name: values
        for name, values in request.POST.lists()
        if name not in (NAME, "csrfmiddlewaretoken") and not any(each in name.lower() for each in _NEVER_STORED)
    }
    if not typed or len(str(typed)) > LARGEST:
        return False
    request.session[KEY] = {"owner": owner, "at": int(time.time()), "path": request.get_full_path(), "typed": typed}
    return True


def _given_back(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The page with the form as it was left, if this is the page and the person that it waits for."""
    form = _waiting(request)
    is_page = response.status_code == 200 and response.get("Content-Type", "").startswith("text/html")
    if form is None or not is_page or response.streaming:
        return response
    again = filled(response.content.decode(), form)
    if again is not None:
        del request.session[KEY]
        response.content = again.encode()
        response.headers.pop("ETag", None)
        response["Cache-Control"] = "no-store"
    return response


def _waiting(request: HttpRequest) -> TypedForm | None:
    session = getattr(request, "session", None)
    # a reader without a session has nothing that waits: it is not looked for
    if session is None or not session.session_key or not session.accessed or KEY not in session:
        return None
    waiting = session[KEY]
    if time.time() - waiting["at"] > WAITS:
        del session[KEY]
        return None
    if str(request.user.pk) != waiting["owner"] or request.get_full_path() != waiting["path"]:
        return None
    return TypedForm(waiting["path"], waiting["typed"])


def _drop_another_s(sender: Any, request: HttpRequest, user: Any, **_more: Any) -> None:
    """Signal receiver: of what somebody else typed at this browser nothing stays once another person signs in."""
    if request is not None and request.session.get(KEY, {}).get("owner", str(user.pk)) != str(user.pk):
        del request.session[KEY]


user_logged_in.connect(_drop_another_s, dispatch_uid="unsent_forms")
