"""Records that are valid as they stand, inserted without being checked, with their history."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Model, QuerySet

from projects.history.revisions import NEVER, Draft
from projects.imports.chronicle import insert_history


def insert(records: Sequence[Model], draft: Draft) -> None:
    """Insert new records of one model, which have their keys from then on; the database still looks."""
    model = type(records[0])
    QuerySet(model).bulk_create(records)
    insert_history(model, [record.pk for record in records], draft, event="+", until=NEVER, instead={})
