"""Last use of API tokens: when each was used, and refused; remembered at once and written later, in nobody's way.

To note it is no reason to wait for a writer or to fail where nothing can be written, so a request only leaves it here.
`portfolio.background` writes it within seconds; `flush` is for whoever wants to read it before.
"""

from __future__ import annotations

import datetime as dt
from threading import Lock

from django.apps import apps
from django.db.models import Q

NOTED_EVERY = dt.timedelta(minutes=1)
_MOST_REMEMBERED = 10_000
_AT_ONCE = 200  # tokens in one transaction

_used: dict[str, dt.datetime] = {}  # by the digest of a token
_refused: dict[str, tuple[dt.datetime, str | None]] = {}  # the same; with the address that it came from
_lock = Lock()


def note(digest: str, now: dt.datetime) -> None:
    """Remember that a token was used."""
    with _lock:
        if digest in _used or len(_used) < _MOST_REMEMBERED:
            _used[digest] = now


def note_refusal(digest: str, now: dt.datetime, address: str | None) -> None:
    """Remember that a token was refused to a caller of this address. Of several, the first stands."""
    with _lock:
        if len(_refused) < _MOST_REMEMBERED:
            _refused.setdefault(digest, (now, address))


def waits() -> bool:
    """Whether there is anything to write."""
    return bool(_used or _refused)


def flush() -> None:
    """Write some of what is remembered: in the transaction under way, where there is one. All of it, if asked while `waits`.

    Raises what the database raises; what could not be written is remembered still.
    """
    with _lock:
        used, refused = dict(list(_used.items())[:_AT_ONCE]), dict(list(_refused.items())[:_AT_ONCE])
    tokens = apps.get_model("portfolio.ApiToken").objects
    for digest, moment in used.items():
        due = Q(last_used__isnull=True) | Q(last_used__lte=moment - NOTED_EVERY)
        tokens.filter(due, digest=digest).update(last_used=moment)
    for digest, (moment, address) in refused.items():
        due = Q(refused_at__isnull=True) | Q(refused_at__lte=moment - NOTED_EVERY)
        tokens.filter(due, digest=digest).update(refused_at=moment, refused_from=address)
    with _lock:
        for remembered, written in ((_used, used), (_refused, refused)):
            for digest, told in written.items():
                if remembered.get(digest) == told:
                    del remembered[digest]
