"""Optimistic locking in the administration: what was opened, what is stored now and what was typed, to choose from."""

from .conflict_pages import ConflictPages
from .page_version import Seen, refuse_touched, refuse_touched_keys
