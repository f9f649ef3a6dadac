"""Bulk undo: many records are taken back in a few statements, as a `Batch` writes them, where nothing of it has to wait."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections, router
from django.db.models import Model, prefetch_related_objects

from projects.history.revisions import Draft, all_or_nothing
from projects.models import Entry, MonthlyReport, Project
from projects.models.attribution import with_adopted_claims
from projects.models.base import Record, refuse_unproposed_removal
from projects.models.bulk import Batch, delete

from .reversals import Action, Reversal, as_before

_FEWEST = 20  # below this each is taken back by itself, which says of each what stands in its way


def taken_back_together(
    reversals: Sequence[Reversal], draft: Draft, *, say_why: Callable[[Any], None]
) -> Sequence[Reversal]:
    """Those that are left: what is no plain change or deletion, and all of them where one cannot go back so.

    They were looked at in the transaction under way: their present states are those that are stored.
    """
    plain = [each for each in reversals if _is_plain(each)]
    if len(plain) < _FEWEST:
        return reversals
    try:
        with all_or_nothing(draft):
            _set_back([each for each in plain if each.action == Action.SET], draft, say_why)
            _delete([each for each in plain if each.action == Action.DELETE], draft)
    except (ValidationError, IntegrityError):
        return reversals
    return [each for each in reversals if not _is_plain(each)]


def _is_plain(reversal: Reversal) -> bool:
    model = reversal.kind.model
    has_own_way = not issubclass(model, Record) or model.delete is not Record.delete or model.save is not Record.save
    return not has_own_way and reversal.action in (Action.SET, Action.DELETE)


def _set_back(reversals: Sequence[Reversal], draft: Draft, say_why: Callable[[Any], None]) -> None:
    records = [as_before(each, each.present) for each in reversals]
    models: list[type[Model]] = list(dict.fromkeys(map(type, records)))
    _look_around(records)
    batch = Batch(draft, models)
    for record in records:
        say_why(record)
        batch.add(record)
    batch.write()
    for record in records:
        record.when_written()
    for using in {router.db_for_write(model) for model in models}:  # what they refer to may have gone
        connections[using].check_constraints([model._meta.db_table for model in models])


def _look_around(records: Sequence[Any]) -> None:
    """Read once what each is asked about when it is written."""
    with_adopted_claims([each for each in records if isinstance(each, Project)])
    entries = [each for each in records if isinstance(each, Entry)]
    prefetch_related_objects(entries, "project", "programme", "plans")
    reports = [each for each in records if isinstance(each, MonthlyReport)]
    prefetch_related_objects(reports, "entry__project", "entry__programme")


def _delete(reversals: Sequence[Reversal], draft: Draft) -> None:
    """Nothing refers to them but what goes with them, and that goes first."""
    keys: dict[type[Model], list[Any]] = {}
    for each in reversals:
        keys.setdefault(each.kind.model, []).append(each.key)
    for model in _those_that_refer_first(keys):
        refuse_unproposed_removal(str(model._meta.model_name), draft.actor)
        delete(model, keys[model], draft)


def _those_that_refer_first(models: Iterable[type[Model]]) -> Iterable[type[Model]]:
    left = list(models)
    while left:
        free = [model for model in left if not any(_refers(other, model) for other in left if other is not model)]
        yield from free
        left = [model for model in left if model not in free] if free else []


def _refers(model: type[Model], other: type[Model]) -> bool:
    return any(field.related_model is other for field in model._meta.concrete_fields)
