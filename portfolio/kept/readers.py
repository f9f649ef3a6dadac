"""Who asks, and which state the data has.

A reader is what every permission follows from: the token or the session with the account's own columns. Each is looked up
once and remembered until a token, a session or an account changes, whoever's it is: one query says in which state these
are, and in which the data. Grants are part of the register, so the state of the data covers them.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone
from knox.crypto import hash_token

from portfolio.accounts.networks import is_within
from portfolio.middleware import address_of
from portfolio.models import ApiToken
from projects.derived.state import READERS_ACCOUNT
from projects.models import DataState, ReaderState
from projects.prepared import fetched

_TOKEN = re.compile(r"^[Tt]oken ([0-9A-Za-z]{16,128})$")
_SESSION_KEY = re.compile(r"^[0-9a-z]{8,40}$")
_ACCOUNT = ("pk", *READERS_ACCOUNT)
_USE_IS_NOTED_EVERY = 60  # seconds; the same on the way through Django, see projects.api.authentication
_MOST_REMEMBERED = 10_000


@dataclass(frozen=True)
class Reader:
    """Who asks (`identity`, part of the key of an answer) and the numbers of the state that the data and its frame have."""

    identity: tuple[Any, ...]
    state: int
    frame: int


@dataclass(frozen=True)
class _Known:
    """What is known of a token or a session as long as the readers' number is this."""

    number: int | None
    identity: tuple[Any, ...]
    until: dt.datetime | None
    networks: tuple[str, ...] = ()


class Readers:
    """Finds the reader of a request. Remembers who is who, and when the use of a token was noted."""

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}  # digest of a token, or key of a session, which is shorter
        self._noted: dict[str, float] = {}  # digest of a token -> seconds of this process' clock

    def find(self, environ: dict[str, Any], cookies: dict[str, str], alias: str) -> Reader | None:
        """Who asks; None for a request that only Django can judge. Raises what the database raises."""
        text = environ.get("HTTP_AUTHORIZATION")
        if text is not None and environ["PATH_INFO"].startswith("/api/"):
            found = _TOKEN.match(text)
            if found is None:
                return None
            digest = hash_token(found[1])
            reader = self._reader(digest, _token, address_of(environ), alias)
            if reader is not None:
                self._note_use(digest)
            return reader
        session = cookies.get(settings.SESSION_COOKIE_NAME)
        if session is not None:
            return self._reader(session, _session, "", alias) if _SESSION_KEY.match(session) else None
        state, frame, _readers = _now(alias)
        return Reader((), state, frame)

    def state_now(self, alias: str) -> int:
        """The number of the state that the data has."""
        return _now(alias)[0]

    def _reader(self, key: str, look_up: Callable[..., _Known | None], address: str, alias: str) -> Reader | None:
        state, frame, number = _now(alias)
        known = self._known.get(key)
        if known is None or number is None or known.number != number:
            known = look_up(key, number, alias)
            if known is None:
                self._known.pop(key, None)
                return None
            if number is not None:
                _forget_if_many(self._known)
                self._known[key] = known
        if known.until is not None and known.until <= timezone.now():
            return None
        return Reader(known.identity, state, frame) if is_within(address, known.networks) else None

    def _note_use(self, digest: str) -> None:
        now = time.monotonic()
        if now - self._noted.get(digest, -_USE_IS_NOTED_EVERY) >= _USE_IS_NOTED_EVERY:
            _forget_if_many(self._noted)
            self._noted[digest] = now
            ApiToken.objects.filter(digest=digest).update(last_used=timezone.now())


def _token(digest: str, number: int | None, alias: str) -> _Known | None:
    tokens = ApiToken.objects.using(alias).usable(timezone.now()).filter(digest=digest)
    own = ("expiry", "addresses", "prefectures", "scope", "label")
    row = tokens.values_list(*own, *(f"user__{name}" for name in _ACCOUNT)).first()
    if row is None:
        return None
    until, addresses, prefectures, *rest = row
    networks = tuple(addresses)
    return _Known(number, (digest, networks, tuple(prefectures), *rest), until, networks)


def _session(key: str, number: int | None, alias: str) -> _Known | None:
    sessions = Session.objects.using(alias).filter(session_key=key, expire_date__gt=timezone.now())
    row = sessions.values_list("session_data", "expire_date").first()
    if row is None:
        return None
    data, until = row
    owner = SessionStore().decode(data).get(SESSION_KEY)
    if owner is None:
        return _Known(number, (key, data), until)
    account = get_user_model().objects.using(alias).filter(pk=owner).values_list(*_ACCOUNT).first()
    return None if account is None else _Known(number, (key, data, *account), until)


_NUMBERS = (
    f"SELECT s.number, s.frame, r.number FROM {DataState._meta.db_table} s"  # noqa: S608  our own names
    f" LEFT JOIN {ReaderState._meta.db_table} r ON 1 = 1"
)


def _now(alias: str) -> tuple[int, int, int | None]:
    """The numbers of the present state, of its frame and of the readers; zeros and none before anything was written."""
    _names, rows = fetched(_NUMBERS, (), using=alias)
    return rows[0] if rows else (0, 0, None)


def _forget_if_many(remembered: dict[str, Any]) -> None:
    """It is only a way to be quick, so beginning anew is no loss."""
    if len(remembered) > _MOST_REMEMBERED:
        remembered.clear()
