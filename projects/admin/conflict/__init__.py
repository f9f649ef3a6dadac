"""The administration's second saver: what was opened, what is stored now and what was typed, to choose from."""

from .pages import ConflictPages
from .seen import Seen, refuse_touched, refuse_touched_keys

__all__ = ["ConflictPages", "Seen", "refuse_touched", "refuse_touched_keys"]
