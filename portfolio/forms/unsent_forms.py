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

from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware import csrf
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
# how Django begins to say that the page of another site has sent a form
_OTHER_SITE = tuple(
    reason.partition("%")[0]
    for reason in (
        csrf.REASON_BAD_ORIGIN,
        csrf.REASON_NO_REFERER,
        csrf.REASON_BAD_REFERER,
        csrf.REASON_MALFORMED_REFERER,
        csrf.REASON_INSECURE_REFERER,
    )
)


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
        _drop_form(request)
        return HttpResponseRedirect(request.get_full_path()) if DISCARD in request.POST else None


def handle_csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return the response to a form with a wrong CSRF token: it is shown again if its user opened it, else refused.

    A page of somebody else's making cannot have the mark of who opened the form, which is signed for that person.
    """
    if request.method != "POST" or not is_navigation(request) or reason.startswith(_OTHER_SITE):
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
    """Store what was typed, unless another user is signed in than the one who opened the form. Return if it was stored.

    Nothing of another site's page is stored: its form comes without the session's cookie, and would get a new one, so that
    the user were signed out.
    """
    owner, match = get_opener(request.POST), request.resolver_match
    if not owner or match is None or match.url_name in _NO_FORMS or DISCARD in request.POST:
        return False
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
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
    _drop_form(request, owner=owner)
    form = {"owner": owner, "at": int(time.time()), "typed": typed}
    forms = _get_forms(request, owner=owner)
    request.session[KEY] = dict([*forms.items(), (request.get_full_path(), form)][-MOST:])
    return True


def _get_forms(request: HttpRequest, *, owner: str = "") -> dict[str, dict[str, Any]]:
    """Return the forms of a user, by default the one signed in, by address. All others leave the session."""
    session = getattr(request, "session", None)
    if session is None or not session.session_key or KEY not in session:
        return {}
    owner = owner or str(request.user.pk or "")
    if not owner:
        return {}
    forms = {
        path: form
        for path, form in session[KEY].items()
        if form["owner"] == owner and time.time() - form["at"] <= LIFETIME
    }
    if forms != session[KEY]:
        session[KEY] = forms
    return forms


def _drop_form(request: HttpRequest, *, owner: str = "") -> None:
    """Remove the form of this address from the session."""
    forms = _get_forms(request, owner=owner)
    if forms.pop(request.get_full_path(), None):
        request.session[KEY] = forms


def _show_form(request: HttpRequest) -> HttpResponse | None:
    """Return the page of a form that was not sent, in place of the page of its address; None where there is none."""
    form = _get_forms(request).get(request.get_full_path())
    if form is None:
        return None
    pairs = [(name, text) for name, texts in form["typed"].items() for text in texts]
    context = {"path": request.get_full_path(), "pairs": pairs, "discard": DISCARD}
    page = render(request, "frame/unsent_form.html", context)
    page["Cache-Control"] = "no-store"
    return page


def _drop_forms_of_another(sender: Any, request: HttpRequest, user: Any, **_more: Any) -> None:
    """Signal receiver: of what somebody else typed at this browser nothing stays once another person signs in."""
    if request is not None:
        _get_forms(request, owner=str(user.pk))


user_logged_in.connect(_drop_forms_of_another, dispatch_uid="unsent_forms")
