"""Gated changes: what of a record its sender may write, and what becomes part of a proposal."""

from __future__ import annotations

from copy import copy
from typing import Any

from projects.imports.judging import blank_of
from projects.models import Entry, Project
from projects.models.attribution import reporter_of
from projects.models.base import get_fields_to_propose
from projects.models.proposal import MEMBERSHIP, get_plain_value

from .making import Asked

# what a new place on a list may say besides
_OF_NEW_ENTRY = ("planned_disbursement", "joined", "left", "status", "disbursed_before")


def as_stored(record: Any) -> Any:
    """The record as it is stored; None for a new one."""
    return None if record._state.adding else _with(record, record._stored)


def as_written(record: Any, user: Any) -> Any:
    """The record without what this user may only propose; None where all of it is."""
    gated = get_fields_to_propose(record, user)
    if record._state.adding and gated:
        return None
    # a figure takes who reported it with it, and here it stays
    names = [*gated, *(reporter_of(name) for name in gated if name in record.attributed)]
    columns = [record._meta.get_field(name).attname for name in names]
    written = _with(record, {column: record._stored[column] for column in columns})
    written.only_proposed = frozenset(gated)
    return written


def asked_of(record: Project | Entry, user: Any) -> list[Asked]:
    """What this user may only propose of it."""
    gated = get_fields_to_propose(record, user)
    if not isinstance(record, Entry):
        return [Asked(f"project.{name}", None, get_plain_value(f"project.{name}", record)) for name in gated]
    year = record.programme.year
    if record._state.adding and gated:
        said = [name for name in _OF_NEW_ENTRY if getattr(record, name) != blank_of(record, name)]
        return [Asked(MEMBERSHIP, year, True), *_of_entry(record, said, year)]
    return _of_entry(record, gated, year)


def _of_entry(record: Entry, names: list[str], year: int) -> list[Asked]:
    return [Asked(f"entry.{name}", year, get_plain_value(f"entry.{name}", record)) for name in names]


def _with(record: Any, values: dict[str, Any]) -> Any:
    found = copy(record)
    for name, value in values.items():
        setattr(found, name, value)
    return found
