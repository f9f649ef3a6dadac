"""The models of a migration, made anew for every step of it: with copies of their fields, which Django takes apart and puts
together again each time.

Between two steps Django makes every model again that leads to the one that was changed, ten thousand in all migrations of
the register. `install` is for processes that migrate a database of the tests.
"""

from __future__ import annotations

import copy
from typing import Any

from django.apps.registry import Apps
from django.db.migrations.state import ModelState
from django.db.models import Field


def copied(field: Field) -> Field:
    """As `Field.clone`, of a field that is no model's yet: the last to be made, as fields stand in the order of that."""
    if hasattr(field, "model") or field.auto_created:
        return field.clone()
    found = copy.deepcopy(field)
    found.creation_counter = Field.creation_counter
    Field.creation_counter += 1
    return found


class _Copied:
    """Stands for a field where Django asks for its clone."""

    def __init__(self, field: Field) -> None:
        self._field = field

    def clone(self) -> Field:
        return copied(self._field)


def install() -> None:
    render = ModelState.render
    if render.__name__ == "rendered":
        return

    def rendered(state: ModelState, apps: Apps) -> Any:
        given = state.fields
        state.fields = {name: _Copied(field) for name, field in given.items()}
        try:
            return render(state, apps)
        finally:
            state.fields = given

    ModelState.render = rendered
