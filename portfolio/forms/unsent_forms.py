"""Unsent forms: what was typed into a form whose session ended meanwhile can be sent after signing in again.

A form that arrives from nobody, or with a CSRF token of an earlier session, is not accepted. What was typed into it is
stored in the session for half an hour. The person who opened it is shown it at the form's address after signing in, and
sends it with a new token. If somebody else signs in, it is dropped unseen. Passwords, secrets and tokens are never stored,
nor is what the page of another site sends.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure

from .opened_by import NAME, get_opener, is_navigation

KEY = "unsent_forms"  # of the session: forms by their address
LIFETIME = 30 * 60  # seconds
MOST = 3  # forms of one browser: of more the oldest go
LARGEST = 500_000  # characters: of more nothing is stored
DISCARD = "discard_unsent"
_NEVER_STORED = ("password", "secret", "token")
_NO_FORMS = frozenset({"login", "logout"})


class UnsentFormMiddleware:
    """Store the form of a user whose session has ended, and show it after signing in until it is sent or discarded."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        """Return a redirect to the sign-in for a form of somebody who is not signed in any more, or the form itself."""
        if request.method == "GET":
            return _show_form(request)
        if request.method != "POST" or getattr(view, "csrf_exempt", False) or not is_navigation(request):
            return None
        if not request.user.is_authenticated:
            return _redirect_to_login(request) if _store_form(request) else None
        if _get_form(request):
            forms = request.session[KEY]
            del forms[request.get_full_path()]
            request.session[KEY] = forms
        return HttpResponseRedirect(request.get_full_path()) if DISCARD in request.POST else None


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


def _is_of_this_site(request: HttpRequest) -> bool:
    """Return whether no page of another site sent the form, as far as the browser says.

    Another site's form comes without the session's cookie, and would get a new one: the user would be signed out.
    """
    origin = request.headers.get("Origin")
    return request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none") and (
        origin is None or urlsplit(origin).netloc == request.get_host() or origin in settings.CSRF_TRUSTED_ORIGINS
    )


def _store_form(request: HttpRequest) -> bool:
    """Store what was typed, unless another user is signed in than the one who opened the form. Return if it was stored."""
    owner, match = get_opener(request.POST), request.resolver_match
    if not owner or match is None or match.url_name in _NO_FORMS or not _is_of_this_site(request):
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
    form = {"owner": owner, "at": int(time.time()), "typed": typed}
    forms = {path: other for path, other in request.session.get(KEY, {}).items() if other["owner"] == owner}
    forms.pop(request.get_full_path(), None)
    request.session[KEY] = dict([*forms.items(), (request.get_full_path(), form)][-MOST:])
    return True


def _get_form(request: HttpRequest) -> dict[str, Any] | None:
    """Return the form of this address that its user has not sent yet; None where there is none."""
    session = getattr(request, "session", None)
    if session is None or not session.session_key or KEY not in session:
        return None
    form = session[KEY].get(request.get_full_path())
    if form is None or str(request.user.pk) != form["owner"] or time.time() - form["at"] > LIFETIME:
        return None
    return dict(form)


def _show_form(request: HttpRequest) -> HttpResponse | None:
    """Return the page of a form that was not sent, in place of the page of its address; None where there is none."""
    form = _get_form(request)
    if form is None:
        return None
    pairs = [(name, text) for name, texts in form["typed"].items() for text in texts]
    context = {"path": request.get_full_path(), "pairs": pairs, "discard": DISCARD}
    page = render(request, "frame/unsent_form.html", context)
    page["Cache-Control"] = "no-store"
    return page


def _drop_forms_of_another(sender: Any, request: HttpRequest, user: Any, **_more: Any) -> None:
    """Signal receiver: of what somebody else typed at this browser nothing stays once another person signs in."""
    if request is not None and KEY in request.session:
        forms = request.session[KEY].items()
        request.session[KEY] = {path: form for path, form in forms if form["owner"] == str(user.pk)}


user_logged_in.connect(_drop_forms_of_another, dispatch_uid="unsent_forms")
