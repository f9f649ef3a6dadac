"""Session store: Django's, in the database; it never holds up a reader and says what is wrong when it cannot store one."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions import middleware
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.http import HttpRequest
from django.utils import timezone

from portfolio.errors.database_errors import trouble_of
from projects.database.prepared_records import records


class SessionStore(db.SessionStore):
    """Keeps its base's name, from which Django makes the key that signs what is stored."""

    only_reads = False

    def load(self) -> dict[str, Any]:
        """As Django does, by SQL that is made once: every page begins with it."""
        found = records("session", lambda key: self.model.objects.filter(session_key=key), self.session_key)
        if found and found[0].expire_date > timezone.now():
            return self.decode(found[0].session_data)
        self._session_key = None
        return {}

    def save(self, must_create: bool = False) -> None:
        """Django takes a database that cannot be written for a session that is gone, and the request for a wrong one."""
        try:
            super().save(must_create)
            return
        except UpdateError as error:
            reason = error.__context__
            if reason is None or trouble_of(reason) is None:
                raise
        raise reason

    def cycle_key(self) -> None:
        """Django does so where a former SECRET_KEY has signed the session. Whoever only reads goes on under the key that
        other requests of the same page have sent too; the session is stored under it, signed by the present one.
        """
        if not self.only_reads:
            super().cycle_key()

    def flush(self) -> None:
        """Whoever only reads with a session that is not valid any more is nobody; it is removed when it expires."""
        if self.only_reads:
            self.clear()
            self._session_key = None
        else:
            super().flush()


class SessionMiddleware(middleware.SessionMiddleware):
    """Tells the session of a request that only reads so."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.session.only_reads = request.method in ("GET", "HEAD", "OPTIONS")  # type: ignore[attr-defined]
