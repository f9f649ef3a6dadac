"""Imports as lists of them show them: what was sent, where it stands, how much of it, what comes next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.choices import CellVerdict, ImportState
from projects.models import Import
from projects.periods import Month

from .. import formatting, links


@dataclass(frozen=True)
class ImportLine:
    name: str
    url: str
    about: str
    sender: str
    sent_at: dt.datetime
    state: str
    state_label: str
    counts: str
    next_step: str


def import_lines(found: Iterable[Import]) -> list[ImportLine]:
    return [
        ImportLine(
            name=each.name,
            url=links.page("import", str(each.pk), filters=False),
            about=about(each),
            sender=each.user.display_name,
            sent_at=each.created_at,
            state=each.state,
            state_label=state_label(each),
            counts=counted(each),
            next_step=_next_step(each),
        )
        for each in found
    ]


def about(imported: Import) -> str:
    """'Monthly reports, June 2023'; 'projects and their places on the list, 2023'."""
    year = imported.programme.year
    when = formatting.month_of_year(Month(year, imported.month)) if imported.month else str(year)
    return formatting.clauses([formatting.sentence_case(str(imported.get_kind_display())), when])


def state_label(imported: Import) -> str:
    return _("expired") if imported.is_expired else str(imported.get_state_display())


def counted(imported: Import) -> str:
    """How many cells are written, or would be; empty before anything was counted."""
    is_counted = imported.state not in (ImportState.CHECKING, ImportState.NEEDS_MAPPING, ImportState.REFUSED)
    cells = imported.counts.get("cells", {}) if is_counted else {}
    told = {
        CellVerdict.NEW: ngettext("%(count)s cell new", "%(count)s cells new", cells.get("new", 0)),
        CellVerdict.CHANGED: ngettext("%(count)s changed", "%(count)s changed", cells.get("changed", 0)),
        CellVerdict.REFUSED: ngettext("%(count)s refused", "%(count)s refused", cells.get("refused", 0)),
        CellVerdict.CONFLICT: ngettext("%(count)s in conflict", "%(count)s in conflict", cells.get("conflicts", 0)),
    }
    parts = [words % {"count": formatting.count(cells[each])} for each, words in told.items() if cells.get(each)]
    return formatting.clauses(parts) or (_("nothing to write") if cells else "")


def writes(imported: Import) -> bool:
    """Whether something would be written if it were confirmed."""
    return any(imported.counts.get("rows", {}).get(each) for each in (CellVerdict.NEW, CellVerdict.CHANGED))


def _next_step(imported: Import) -> str:
    if imported.is_expired:
        return _("Send it again")
    return {
        ImportState.CHECKING: _("See how far it is"),
        ImportState.NEEDS_MAPPING: _("Say what its columns are"),
        ImportState.READY: _("Look at it and confirm") if writes(imported) else _("See what was found"),
        ImportState.CONFIRMING: _("See how far it is"),
        ImportState.DONE: _("See what it wrote"),
        ImportState.UNDOING: _("See how far it is"),
        ImportState.REFUSED: _("See why"),
        ImportState.UNDONE: _("See what it had written"),
    }[ImportState(imported.state)]
