"""Who asks, and which state the data has: one query, made from the models once and then only given its values.

A reader is what every permission follows from: the token or the session with the account's own columns. Grants are part of
the register, so the state of the data covers them.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db.models import Subquery, TextField
from django.db.models.functions import Cast, Coalesce, JSONArray, Now
from django.utils import timezone
from knox.crypto import hash_token

from portfolio.accounts.networks import is_within
from portfolio.middleware import address_of
from portfolio.models import ApiToken
from projects.models import DataState
from projects.prepared import fetched

_TOKEN = re.compile(r"^[Tt]oken ([0-9A-Za-z]{16,128})$")
_SESSION_KEY = re.compile(r"^[0-9a-z]{8,40}$")
_ACCOUNT = ("pk", "password", "is_active", "is_staff", "is_superuser", "username", "first_name", "last_name")
_TOKEN_COLUMNS = ("prefectures", "addresses", "scope", "label", *(f"user__{name}" for name in _ACCOUNT))
_STATE = ("number", "frame")
_USE_IS_NOTED_EVERY = 60  # seconds; the same on the way through Django, see projects.api.authentication
_TEXT, _NUMBER = "\x00", -(2**62)  # stand for values in a compiled query
_MOST_REMEMBERED = 10_000


@dataclass(frozen=True)
class Reader:
    """Who asks (`identity`, part of the key of an answer) and the numbers of the state that the data and its frame have."""

    identity: tuple[Any, ...]
    state: int
    frame: int


class Statement:
    """A query compiled once for a database; `row` gives its first row for other values."""

    def __init__(self, queryset: Any, alias: str) -> None:
        self.sql, self.parameters = queryset.query.get_compiler(alias).as_sql()
        self.alias = alias

    def row(self, *values: Any) -> tuple[Any, ...] | None:
        rest = iter(values)
        parameters = [next(rest) if each in (_TEXT, _NUMBER) else each for each in self.parameters]
        _names, rows = fetched(self.sql, parameters, using=self.alias)
        return rows[0] if rows else None


def _state() -> dict[str, Any]:
    """The columns that each of the queries begins with."""
    return {name: Coalesce(Subquery(DataState.objects.order_by().values(name)[:1]), 0) for name in _STATE}


def _identity(columns: Sequence[str]) -> Any:
    """These columns as one text, which is part of a key; the driver takes its time for each column that it gives."""
    return Cast(JSONArray(*columns), TextField())


def _valid_session() -> Any:
    return Session.objects.filter(session_key=_TEXT, expire_date__gt=Now())


@cache
def _of_nobody(alias: str) -> Statement:
    return Statement(DataState.objects.order_by().values_list(*_STATE)[:1], alias)


@cache
def _of_token(alias: str) -> Statement:
    tokens = ApiToken.objects.usable(Now()).order_by().filter(digest=_TEXT)
    own = {"networks": Cast("addresses", TextField()), "identity": _identity(_TOKEN_COLUMNS)}
    return Statement(tokens.annotate(**_state(), **own).values_list(*_STATE, *own), alias)


@cache
def _of_session(alias: str) -> Statement:
    return Statement(_valid_session().annotate(**_state()).values_list(*_STATE, "session_data"), alias)


@cache
def _of_account(alias: str) -> Statement:
    own = {"data": Subquery(_valid_session().values("session_data")), "identity": _identity(_ACCOUNT)}
    users = get_user_model().objects.order_by().filter(pk=_NUMBER).annotate(**_state(), **own)
    return Statement(users.values_list(*_STATE, *own), alias)


class Readers:
    """Finds the reader of a request. Remembers whose session is whose, and when the use of a token was noted."""

    def __init__(self) -> None:
        self._owners: dict[str, tuple[str, int | None]] = {}  # session key -> its data, and the account in it
        self._noted: dict[str, float] = {}  # digest of a token -> seconds of this process' clock

    def find(self, environ: dict[str, Any], cookies: dict[str, str], alias: str) -> Reader | None:
        """Who asks; None for a request that only Django can judge. Raises what the database raises."""
        text = environ.get("HTTP_AUTHORIZATION")
        if text is not None and environ["PATH_INFO"].startswith("/api/"):
            found = _TOKEN.match(text)
            return self._with_token(found[1], address_of(environ), alias) if found else None
        session = cookies.get(settings.SESSION_COOKIE_NAME)
        if session is not None:
            return self._with_session(session, alias) if _SESSION_KEY.match(session) else None
        return Reader((), *_now(alias))

    def state_now(self, alias: str) -> int:
        """The number of the state that the data has."""
        return _now(alias)[0]

    def _with_token(self, token: str, address: str, alias: str) -> Reader | None:
        digest = hash_token(token)
        row = _of_token(alias).row(digest)
        if row is None:
            return None
        state, frame, networks, identity = row
        if not is_within(address, _networks(networks)):
            return None
        self._note_use(digest)
        return Reader((digest, identity), state, frame)

    def _note_use(self, digest: str) -> None:
        now = time.monotonic()
        if now - self._noted.get(digest, -_USE_IS_NOTED_EVERY) >= _USE_IS_NOTED_EVERY:
            _forget_if_many(self._noted)
            self._noted[digest] = now
            ApiToken.objects.filter(digest=digest).update(last_used=timezone.now())

    def _with_session(self, session: str, alias: str) -> Reader | None:
        data, owner = self._owners.get(session, ("", None))
        if not data:
            row = _of_session(alias).row(session)
            if row is None:
                return None
            state, frame, data = row
            owner = self._remember(session, data)
            if owner is None:
                return Reader((session, data), state, frame)
        row = _of_account(alias).row(session, owner)
        if row is None or row[2] != data:
            self._owners.pop(session, None)
            return None
        state, frame, *own = row
        return Reader((session, *own), state, frame)

    def _remember(self, session: str, data: str) -> int | None:
        owner = SessionStore().decode(data).get(SESSION_KEY)
        if owner is not None:
            _forget_if_many(self._owners)
            self._owners[session] = (data, int(owner))
        return int(owner) if owner is not None else None


def _now(alias: str) -> tuple[int, int]:
    """The numbers of the present state and of its frame; zeros before anything was written."""
    row = _of_nobody(alias).row()
    return (row[0], row[1]) if row else (0, 0)


@lru_cache(maxsize=1000)
def _networks(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def _forget_if_many(remembered: dict[str, Any]) -> None:
    """It is only a way to be quick, so beginning anew is no loss."""
    if len(remembered) > _MOST_REMEMBERED:
        remembered.clear()
