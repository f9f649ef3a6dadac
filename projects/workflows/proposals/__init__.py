"""Proposals of prefectures: making one, deciding it, and what it would do to the totals.

`transitions` is the one writer of their state. `subject` holds the project that one is about, `making` reads what is asked,
`effects` says how the totals would move.
"""

from projects.workflows.transitions import RefusedError

from .effects import ProposalEffect, effects_of
from .making import ProposedValue
from .subject import Subject, find_moved_changes, version_of
from .transitions import (
    CURRENT,
    DECISIONS,
    PROPOSED,
    TRANSITIONS,
    accept,
    comment,
    may,
    note,
    propose,
    refuse,
    resubmit,
    send_back,
    take,
    withdraw,
)
from .values import Values, change_label, changes_text
