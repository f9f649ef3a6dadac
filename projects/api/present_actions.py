"""Actions on a record shown as of the past: a step is taken with the record as it stands now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet

from projects.history import as_of
from projects.history.digests import digest_of


def put_beside(records: Sequence[Any], rows: Callable[[], QuerySet]) -> None:
    """Give each record its `present`: the same version as it stands now, or None. One query, in the past."""
    if as_of.current() is None:
        return
    with as_of.in_the_present():
        now = {record.pk: record for record in rows().filter(pk__in=[record.pk for record in records])}
    for record in records:
        present = now.get(record.pk)
        record.present = present if present is not None and digest_of(present) == digest_of(record) else None


def steps_with(record: Any, steps: Callable[[Any], list[str]]) -> list[str]:
    """The `steps` that may be taken with what is shown; none where it is another version by now."""
    present = getattr(record, "present", record)
    if present is None:
        return []
    with as_of.in_the_present():
        return steps(present)
