"""Rows of the rounds of a year: what each would make of the round of its month."""

from __future__ import annotations

from projects.models import Round

from .fields import MONTH, WorkbookKind
from .programme_rows import ProgrammeRows


class RoundRows(ProgrammeRows):
    """A round is known by its month. What it still lacks its own checks say."""

    kind, model, keys = WorkbookKind.ROUNDS, Round, (MONTH,)
