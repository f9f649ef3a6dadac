"""Year shown by default: whether an import has put another list before everybody, though nobody chose it."""

from __future__ import annotations

from collections.abc import Callable

from projects.access import Access
from projects.choices import ImportState
from projects.models import Import
from projects.totals import programmes as years


def is_shown_unchosen(imported: Import, access: Access, programmes: Callable[[], years.Programmes]) -> bool:
    """Whether everybody sees first the list that was written, though nobody chose it: told to the province, which can.

    `programmes` are asked for then only.
    """
    if imported.state != ImportState.DONE or not access.is_of_the_province:
        return False
    return years.is_shown_unchosen(imported.programme, programmes())
