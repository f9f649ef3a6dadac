"""Authentication for the response cache: who asks, and which state the data has.

A reader is what every permission follows from: the token or the session with the account's own columns. Each is looked up
once and remembered until a token, a session or an account changes, whoever's it is: one query says in which state these
are, and in which the data. Grants are part of the register, so the state of the data covers them.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone
from knox.crypto import hash_token

from portfolio.accounts import token_use
from portfolio.accounts.networks import is_within
from portfolio.accounts.sessions import NOTED_EVERY
from portfolio.middleware import address_of
from portfolio.models import ApiToken
from portfolio.request_parsing.language import FOR_SYSTEMS
from projects.database.prepared_statements import fetched
from projects.database.rollups.state import READERS_ACCOUNT
from projects.models import DataState, ReaderState

_TOKEN = re.compile(r"^[Tt]oken ([0-9A-Za-z]{16,128})$")
_SESSION_KEY = re.compile(r"^[0-9a-z]{8,40}$")
_ACCOUNT = ("pk", *READERS_ACCOUNT)
_USE_IS_NOTED_EVERY = 60  # seconds; the same on the way through Django, see projects.api.authentication
_MOST_REMEMBERED = 10_000


Numbers = tuple[int, int, int | None]  # of the state of the data, of its frame, of the state of the readers


@dataclass(frozen=True)
class Credentials:
    """What a request says of whoever asks, before anybody has looked it up."""

    key: str  # digest of a token, or key of a session, which is shorter; nothing for nobody
    address: str = ""
    is_token: bool = False


NOBODY = Credentials("")


@dataclass(frozen=True)
class Reader:
    """Who asks, and the numbers of the state that the data and its frame have.

    `identity` is part of the cache key; `found` is what Django must have found for the response to be cached under it:
    the account, the digest of the token, the key of the session.
    """

    identity: tuple[Any, ...]
    found: tuple[Any, str | None, str | None]
    state: int
    frame: int


@dataclass(frozen=True)
class _Known:
    """What is known of a token or a session as long as the readers' number is this."""

    number: int | None
    identity: tuple[Any, ...]
    found: tuple[Any, str | None, str | None]
    until: dt.datetime | None
    networks: tuple[str, ...] = ()


_NOBODY = _Known(None, (), (None, None, None), None)


def asker_of(environ: dict[str, Any], cookies: dict[str, str]) -> Credentials | None:
    """Who says to ask; None for a request that only Django can judge."""
    text = environ.get("HTTP_AUTHORIZATION")
    if text is not None and environ["PATH_INFO"].startswith(FOR_SYSTEMS):
        token = _TOKEN.match(text)
        return Credentials(hash_token(token[1]), address_of(environ), is_token=True) if token else None
    session = cookies.get(settings.SESSION_COOKIE_NAME)
    if session is None:
        return NOBODY
    return Credentials(session) if _SESSION_KEY.match(session) else None


class Readers:
    """Finds the reader of a request. Remembers who is who, and when the use of a token was noted."""

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}  # by the key of the asker
        self._noted: dict[str, float] = {}  # digest of a token -> seconds of this process' clock

    def find(self, asker: Credentials, alias: str) -> Reader | None:
        """The reader; None where only Django can judge. Raises what the database raises."""
        numbers = numbers_now(alias)
        known = self._remembered(asker, numbers) or self._looked_up(asker, numbers, alias)
        return self._reader(known, asker, numbers)

    def remembered(self, asker: Credentials, numbers: Numbers) -> Reader | None:
        """The reader as far as memory knows, for who must not wait for the database; None where it has to be asked."""
        return self._reader(self._remembered(asker, numbers), asker, numbers)

    def state_now(self, alias: str) -> int:
        """The number of the state that the data has."""
        return numbers_now(alias)[0]

    def _reader(self, known: _Known | None, asker: Credentials, numbers: Numbers) -> Reader | None:
        if known is None or (known.until is not None and known.until <= timezone.now()):
            return None
        if known.found[2] is not None and not _is_fresh(known.until):
            return None  # Django notes that the session was used
        if not is_within(asker.address, known.networks):
            return None
        if asker.is_token:
            self._note_use(asker.key)
        return Reader(known.identity, known.found, numbers[0], numbers[1])

    def _remembered(self, asker: Credentials, numbers: Numbers) -> _Known | None:
        if asker is NOBODY:
            return _NOBODY
        known = self._known.get(asker.key)
        return known if known is not None and known.number is not None and known.number == numbers[2] else None

    def _looked_up(self, asker: Credentials, numbers: Numbers, alias: str) -> _Known | None:
        number = numbers[2]
        known = (_token if asker.is_token else _session)(asker.key, number, alias)
        if known is None:
            self._known.pop(asker.key, None)
        elif number is not None:
            _forget_if_many(self._known)
            self._known[asker.key] = known
        return known

    def _note_use(self, digest: str) -> None:
        now = time.monotonic()
        if now - self._noted.get(digest, -_USE_IS_NOTED_EVERY) >= _USE_IS_NOTED_EVERY:
            _forget_if_many(self._noted)
            self._noted[digest] = now
            token_use.note(digest, timezone.now())


def _is_fresh(until: dt.datetime | None) -> bool:
    """Whether a session was used within the last minute, as its row says."""
    idle = dt.timedelta(minutes=settings.SESSION_IDLE_MINUTES)
    return until is not None and until > timezone.now() + idle - NOTED_EVERY


def _token(digest: str, number: int | None, alias: str) -> _Known | None:
    tokens = ApiToken.objects.using(alias).usable(timezone.now()).filter(digest=digest)
    own = ("user_id", "expiry", "addresses", "prefectures", "scope", "label")
    row = tokens.values_list(*own, *(f"user__{name}" for name in _ACCOUNT)).first()
    if row is None:
        return None
    account, until, addresses, prefectures, *rest = row
    networks = tuple(addresses)
    identity = (digest, networks, tuple(prefectures), *rest)
    return _Known(number, identity, (account, digest, None), until, networks)


def _session(key: str, number: int | None, alias: str) -> _Known | None:
    sessions = Session.objects.using(alias).filter(session_key=key, expire_date__gt=timezone.now())
    row = sessions.values_list("session_data", "expire_date").first()
    if row is None:
        return None
    data, until = row
    owner = SessionStore().decode(data).get(SESSION_KEY)
    if owner is None:
        return _Known(number, (key, data), (None, None, key), until)
    account = get_user_model().objects.using(alias).filter(pk=owner).values_list(*_ACCOUNT).first()
    return None if account is None else _Known(number, (key, data, *account), (account[0], None, key), until)


NUMBERS = (
    f"SELECT s.number, s.frame, r.number FROM {DataState._meta.db_table} s"  # nosec B608 # our own names
    f" LEFT JOIN {ReaderState._meta.db_table} r ON 1 = 1"
)


def numbers_now(alias: str) -> Numbers:
    """The numbers of the present state, of its frame and of the readers; zeros and none before anything was written."""
    _names, rows = fetched(NUMBERS, (), using=alias)
    return numbers_in(rows)


def numbers_in(rows: list[tuple[Any, ...]]) -> Numbers:
    """The numbers as NUMBERS gives them."""
    return (rows[0][0], rows[0][1], rows[0][2]) if rows else (0, 0, None)


def _forget_if_many(remembered: dict[str, Any]) -> None:
    """It is only a way to be quick, so beginning anew is no loss."""
    if len(remembered) > _MOST_REMEMBERED:
        remembered.clear()
