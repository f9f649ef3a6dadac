"""A record that breaks one constraint, for the tests that write it by SQL, as a new row, and as a person would."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models


@dataclass(frozen=True)
class Case:
    """A stored row of `model` with `changes`; `field` is where a form shows what is wrong.

    `start` are values that the stored row has before: a report in another state, say.
    """

    constraint: str
    model: type[models.Model]
    changes: dict[str, Any]
    field: str
    adds: bool = False  # a further row like the stored one, instead of a changed one
    start: str = ""
