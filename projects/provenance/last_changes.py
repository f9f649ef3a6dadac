"""Last changes: the revision in which any of the records that say a figure came to say something else, by whose they are.

It is told in the database from the history, for a page and for the order of all records alike.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from projects.database.prepared_records import plain_of, records_of
from projects.database.sql import Sql
from projects.models import Revision


@dataclass(frozen=True)
class LastChange:
    """What is told of a revision: its number, when it was recorded, the day its facts became known, and who it was by."""

    number: int
    at: dt.datetime
    known_on: dt.date
    by: str


def last_changes(
    kind: Hashable, rows: Callable[..., QuerySet], columns: Sequence[str], keys: Sequence[int], until: int | None
) -> dict[int, LastChange]:
    """The last change of `columns` by the key of an owner; two queries for any number of them.

    `rows` are those that `changed_in` takes, of these keys: of which records they are, and for whom, is in the `kind`. Later
    revisions than `until` are not looked at.
    """

    def build(keys: Sequence[int], *until: int) -> Any:
        return changed_in(rows(*keys), columns, *until)

    asked = [] if until is None else [until]
    numbers = dict(plain_of(("changes", kind, tuple(columns)), build, keys, *asked).rows())
    changes = changes_of({*numbers.values()})
    return {key: changes[number] for key, number in numbers.items()}


def changes_of(numbers: Collection[int]) -> dict[int, LastChange]:
    """Return what is told of these revisions, by their numbers."""
    found = records_of("authored", _authored, list(numbers))
    return {each.number: LastChange(each.number, each.created_at, each.day, each.by) for each in found}


def _authored(*numbers: int) -> QuerySet:
    return Revision.objects.select_related("user").filter(pk__in=numbers)


def changed_in(rows: QuerySet, columns: Sequence[str], *until: int) -> Sql:
    """Rows of an owner and the number of the last revision, not after `until` if there is one, in which any of its records
    came to say something else. `rows` are of an owner and the key of one of its records.
    """
    keys = Sql.of(rows, elide_empty=False)
    history = rows.model.history.model._meta  # type: ignore[attr-defined]  # every record has one
    named = [history.get_field(name).column for name in columns]
    differs = " OR ".join(f'"{name}" IS DISTINCT FROM LAG("{name}") OVER w' for name in named)
    not_later = " AND revision_id <= %s" if until else ""
    text = (
        f"SELECT k.owner, MAX(h.revision_id) FROM k JOIN (SELECT id, revision_id,"  # nosec B608 # our own names
        f" CASE WHEN ROW_NUMBER() OVER w = 1 OR {differs} THEN 1 ELSE 0 END AS changes"
        f" FROM \"{history.db_table}\" WHERE history_type <> '-' AND id IN (SELECT of_id FROM k){not_later}"
        " WINDOW w AS (PARTITION BY id ORDER BY history_id)) h ON h.id = k.of_id WHERE h.changes = 1 GROUP BY k.owner"
    )
    return Sql(
        f"SELECT * FROM (WITH k (owner, of_id) AS ({keys.text}) {text}) of_keys",  # nosec B608 # the same
        (*keys.values, *until),
    )
