"""Unsent forms: what was typed into a form whose session ended meanwhile can be sent after signing in again.

A form that arrives from nobody, or with a CSRF token of an earlier session, is not accepted. What was typed into it is
stored in the session for half an hour. The person who opened it is shown it at the form's address after signing in, and
sends it with a new token. If somebody else signs in, it is dropped unseen. Passwords, secrets and tokens are never stored.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure

from .opened_by import NAME, get_opener, is_navigation

KEY = "unsent_form"
LIFETIME = 30 * 60  # seconds
LARGEST = 500_000  # characters: of more nothing is stored
_NEVER_STORED = ("password", "secret", "token")
_NO_FORMS = frozenset({"login", "logout"})


class UnsentFormMiddleware:
    """Store the form of a user whose session has ended, and show it after signing in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        typed = _pop_form(request) if request.method == "GET" else None
        if typed is None:
            return response
        pairs = [(name, text) for name, texts in typed.items() for text in texts]
        page = render(request, "frame/unsent_form.html", {"path": request.get_full_path(), "pairs": pairs})
        page["Cache-Control"] = "no-store"
        return page

    def process_view(self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        """Return a redirect to the sign-in for a form of somebody who is not signed in any more."""
        if request.method != "POST" or getattr(view, "csrf_exempt", False) or not is_navigation(request):
            return None
        if request.user.is_authenticated:
            return None
        return _redirect_to_login(request) if _store_form(request) else None


def handle_csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return the response to a form with a wrong CSRF token: it is shown again if its user opened it, else refused.

    A page of somebody else's making cannot have the mark of who opened the form, which is signed for that person.
    """
    if request.method != "POST" or not is_navigation(request):
        return csrf_failure(request, reason=reason)
    if request.resolver_match is None:
        request.resolver_match = _resolve(request)
    if not _store_form(request):
        return csrf_failure(request, reason=reason)
    if request.user.is_authenticated:
        return HttpResponseRedirect(request.get_full_path())
    return _redirect_to_login(request)


def _resolve(request: HttpRequest) -> Any:
    try:
        return resolve(request.path_info)
    except Resolver404:
        return None


def _redirect_to_login(request: HttpRequest) -> HttpResponse:
    text = _("You were signed out meanwhile and nothing was sent. Sign in again: what you typed is still there.")
    messages.warning(request, text)
    return redirect_to_login(request.get_full_path())


def _store_form(request: HttpRequest) -> bool:
    """Store what was typed, unless another user is signed in than the one who opened the form. Return if it was stored."""
    owner, match = get_opener(request.POST), request.resolver_match
    if not owner or match is None or match.url_name in _NO_FORMS:
        return False
    if request.user.is_authenticated and str(request.user.pk) != owner:
        return False
    typed = {
        name: values
        for name, values in request.POST.lists()
        if name not in (NAME, "csrfmiddlewaretoken") and not any(word in name.lower() for word in _NEVER_STORED)
    }
    if not typed or len(str(typed)) > LARGEST:
        return False
    request.session[KEY] = {"owner": owner, "at": int(time.time()), "path": request.get_full_path(), "typed": typed}
    return True


def _pop_form(request: HttpRequest) -> dict[str, list[str]] | None:
    """Return what was typed into a form of this address, texts by name of the field, and take it from the session."""
    session = getattr(request, "session", None)
    # a session that the page did not need is not loaded for this
    if session is None or not session.session_key or not session.accessed or KEY not in session:
        return None
    form = session[KEY]
    is_expired = time.time() - form["at"] > LIFETIME
    is_for_this_page = str(request.user.pk) == form["owner"] and request.get_full_path() == form["path"]
    if is_expired or is_for_this_page:
        del session[KEY]
    return form["typed"] if is_for_this_page and not is_expired else None


def _drop_form_of_another(sender: Any, request: HttpRequest, user: Any, **_more: Any) -> None:
    """Signal receiver: of what somebody else typed at this browser nothing stays once another person signs in."""
    if request is not None and request.session.get(KEY, {}).get("owner", str(user.pk)) != str(user.pk):
        del request.session[KEY]


user_logged_in.connect(_drop_form_of_another, dispatch_uid="unsent_forms")
