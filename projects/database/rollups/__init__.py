"""Numbers of states that triggers write, so that they are right whatever program writes (`state.py`).

They are made after every `migrate` (`database/installation.py`), since SQLite drops the triggers of a table that a migration
makes anew.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connections, transaction

from ..triggers import Trigger, drop, make, outdated
from . import state


def triggers(vendor: str) -> Iterator[Trigger]:
    """All of them."""
    yield from state.triggers(vendor)


def install(using: str) -> None:
    """Make the triggers; count anew where none, or others, saw what changed."""
    if not state.can_count(using):
        lift(using)  # migrated to a time before there was what they write
        return
    vendor = connections[using].vendor
    others = outdated(using, triggers(vendor))
    with transaction.atomic(using=using):  # once the triggers are as they should be, nobody would count again
        make(using, others)
        if others or state.unknown(using):
            state.count_all(using)


def lift(using: str) -> None:
    """Take the triggers away. Nobody counts then, so nobody may be remembered either."""
    drop(using, triggers(connections[using].vendor))
    state.forget_readers(using)
