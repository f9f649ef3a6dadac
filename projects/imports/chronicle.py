"""Chronicle: what is loaded into an empty register becomes a revision for each day on which something became known.

The records are stored first, then their history in the order of the days: all in one transaction. Anywhere else a load is
one revision, known on the day on which it is made.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db.models import Model

from projects.choices import Channel
from projects.history.revisions import NEVER, Draft, create_revision
from projects.models import Revision
from projects.models.bulk import insert_history

from .known_days import BEFORE_ALL, NOT_SAID, KnownDays, KnownSteps

FIRST = 1  # the number of a register's first revision


@contextmanager
def loading(reason: str) -> Iterator[Draft]:
    """As `create_revision()`, for a command that loads. At the end the draft is the last of its revisions."""
    with create_revision(door=Channel.COMMAND, reason=reason) as draft:
        if draft.number != FIRST or draft.touched:
            yield draft
            return
        draft.history_comes_later = True
        try:
            yield draft
        finally:
            draft.history_comes_later = False
        _write(draft)


def _write(draft: Draft) -> None:
    found = {model: steps for model, steps in KnownDays().steps(_recorded()) if steps}
    days = _days(found)
    number_on = {day: draft.number + place for place, day in enumerate(days)}
    number_on |= {BEFORE_ALL: draft.number, NOT_SAID: number_on.get(NOT_SAID, draft.number + len(days))}
    for day in days:
        if number_on[day] != draft.number:
            Revision.objects.seal(draft)
            draft.next()
        draft.known_on = None if day == NOT_SAID else day
        for model, steps in found.items():
            for step, keys in steps.items():
                if number_on[step.day] == draft.number:
                    insert_history(
                        model,
                        keys,
                        draft,
                        event="+" if step.is_first else "~",
                        until=NEVER if step.is_last else number_on[step.until],
                        instead=dict(step.blanks),
                    )


def _days(found: dict[type[Model], KnownSteps]) -> list[dt.date]:
    """The days of the revisions, in their order. What was known before all is in the first of them."""
    days = sorted({step.day for steps in found.values() for step in steps})
    return days[1:] if days[0:1] == [BEFORE_ALL] and len(days) > 1 else days


def _recorded() -> Iterator[type[Model]]:
    """Every model with a history."""
    for model in apps.get_models():
        if hasattr(getattr(model, "history", None), "model"):
            yield model
