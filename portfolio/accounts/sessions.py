"""Session store: Django's, in the database; it never holds up a reader and says what is wrong when it cannot store one.

A session ends twelve hours after signing in, and before that when nothing was done with it for SESSION_IDLE_MINUTES. Its row
says when it ends; a use puts that off, at most once a minute. A session that has ended is never prolonged.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions import middleware
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from portfolio.accounts import last_use
from portfolio.database_errors import get_trouble
from portfolio.forms.opened_by import is_navigation


class SessionStore(db.SessionStore):
    """Keeps its base's name, from which Django makes the key that signs what is stored."""

    only_reads = False
    ends: dt.datetime | None = None  # as its row says

    def get_expiry_date(self, **kwargs: Any) -> dt.datetime:
        """Return when it ends if nothing more is done with it."""
        idle = dt.timedelta(minutes=settings.SESSION_IDLE_MINUTES)
        return min(super().get_expiry_date(**kwargs), timezone.now() + idle)

    def note_use(self) -> None:
        """Let it go on."""
        until = self.get_expiry_date()
        if self.ends and until - self.ends >= last_use.NOTED_EVERY:
            going_on = self.model.objects.filter(session_key=self.session_key, expire_date__gt=timezone.now())
            last_use.note(going_on.filter(expire_date__lt=until), expire_date=until)

    def load(self) -> dict[str, Any]:
        """Return what is stored in the session, as Django does, and note when it ends."""
        session = self.model.objects.filter(session_key=self.session_key, expire_date__gt=timezone.now()).first()
        if session is None:
            return super().load()
        self.ends = session.expire_date
        return self.decode(session.session_data)

    def save(self, must_create: bool = False) -> None:
        """Django takes a database that cannot be written for a session that is gone, and the request for a wrong one."""
        self.ends = None  # the row that is stored says when it ends from now on
        try:
            super().save(must_create)
            return
        except UpdateError as error:
            reason = error.__context__
            if reason is None or get_trouble(reason) is None:
                raise
        raise reason

    def cycle_key(self) -> None:
        """Django does so where a former SECRET_KEY has signed the session. Whoever only reads goes on under the key that
        other requests of the same page have sent too; the session is stored under it, signed by the present one.
        """
        if not self.only_reads:
            super().cycle_key()

    def delete(self, session_key: str | None = None) -> None:
        """Remove the row, unless the request only reads: a session that is not valid any more goes when it expires."""
        if not self.only_reads:
            super().delete(session_key)


class SessionMiddleware(middleware.SessionMiddleware):
    """Tells the session of a request that only reads so, and notes that a session was used."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.session.only_reads = request.method in ("GET", "HEAD", "OPTIONS")  # type: ignore[attr-defined]

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response = super().process_response(request, response)
        session: Any = request.session
        if session.ends is not None and SESSION_KEY in session and _is_use(request, response):
            session.note_use()
        return response


def _is_use(request: HttpRequest, response: HttpResponse) -> bool:
    """Return whether a person did something: sent a form or opened a page, other than one that loads itself again and again.

    What a script reads by itself prolongs nothing.
    """
    is_form = request.method not in ("GET", "HEAD", "OPTIONS")
    return is_form or (is_navigation(request) and not response.has_header("Refresh"))


def _end_in_time(sender: Any, request: HttpRequest, user: Any, **_more: Any) -> None:
    """Signal receiver: whatever is done with a session, it ends so long after signing in."""
    if request is not None:
        request.session.set_expiry(timezone.now() + dt.timedelta(seconds=settings.SESSION_COOKIE_AGE))


user_logged_in.connect(_end_in_time, dispatch_uid="sessions")
