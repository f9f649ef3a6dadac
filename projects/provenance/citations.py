"""Citations: which values of a record its source says, and which somebody has entered since without naming one.

A record stands in its source from when that source, or its basis, is set, and whenever a load writes it, whose lines name
theirs. What a person changes later by hand the source does not say. Figures that are `attributed` are no matter of this:
who changes one by hand names its source, or who reported it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from projects.history.revisions import BY_HAND
from projects.models import Entry, Project
from projects.models.attribution import reporter_of
from projects.models.base import own_fields

from .last_changes import LastChange, changes_of

_NOT_ENTERED = {"basis", "source", "note_zh", "note_en"}


def entered_columns(model: type[Project | Entry]) -> tuple[str, ...]:
    """Return the columns of a record that may be entered without a source."""
    attributed = {*model.attributed, *map(reporter_of, model.attributed)}
    return tuple(field.attname for field in own_fields(model) if field.name not in {*attributed, *_NOT_ENTERED})


def entered_values(
    model: type[Project | Entry], columns: Sequence[str], keys: Collection[int] | None, *, until: int | None = None
) -> dict[int, dict[str, LastChange]]:
    """Return the change that entered each value which the source of its record does not say, by key and column.

    `keys` None: of all records. Later revisions than `until` are not looked at. Two queries, whatever the number of records.
    """
    history = model.history.exclude(history_type="-").order_by("id", "history_id")  # type: ignore[attr-defined]
    if keys is not None:
        history = history.filter(id__in=keys)
    if until is not None:
        history = history.filter(revision__lte=until)
    rows = history.values_list("id", "revision_id", "revision__door", "basis", "source_id", *columns)
    found = {key: _entered(list(versions), columns) for key, versions in groupby(rows, key=itemgetter(0))}
    changes = changes_of({number for entered in found.values() for number in entered.values()})
    return {
        key: {column: changes[number] for column, number in entered.items()}
        for key, entered in found.items()
        if entered
    }


def _entered(versions: Sequence[tuple[Any, ...]], columns: Sequence[str]) -> Mapping[str, int]:
    """Return the revision in which each value was entered that none of the versions cites; they are in their order."""
    stated: Sequence[Any] | None = None
    changed: dict[str, int] = {}
    before: Sequence[Any] = ()
    citation: tuple[Any, ...] = ()
    for _key, number, door, basis, source, *values in versions:
        changed |= {
            column: number for place, column in enumerate(columns) if not before or values[place] != before[place]
        }
        if door not in BY_HAND or (source is not None and (basis, source) != citation):
            stated = values
        before, citation = values, (basis, source)
    return {
        column: changed[column]
        for place, column in enumerate(columns)
        if before[place] not in (None, "") and (stated is None or stated[place] != before[place])
    }
