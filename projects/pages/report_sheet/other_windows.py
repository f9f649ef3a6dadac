"""Two windows of one person on one sheet, in whatever browsers: neither stores over what was typed in the other unasked.

A form carries what the server held of each draft when the form was last told (`row_fields.DRAFTED`). What is typed is
compared with that and with what is held now: a cell that was changed in both is not stored until the person has chosen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from projects.history.merging import ConflictRow, Merge, Side, Three
from projects.models import ReportDraft
from projects.pages.edit_conflicts import Conflict, Texts

from .row_fields import IN_THE_GRID, Typed


class CellOfTwo(ConflictRow):
    """A cell that was typed into in both windows."""

    @property
    def by(self) -> str:
        return _("changed in both windows")

    @property
    def is_in_the_grid(self) -> bool:
        return self.key in IN_THE_GRID


@dataclass
class OtherWindow(Conflict):
    """What was typed here would be stored over what the same person has typed elsewhere meanwhile."""

    known: Texts = field(default_factory=dict)  # what this window had been told, until it is settled

    is_of_draft = True

    @property
    def names(self) -> list[str]:
        """The fields that are not stored."""
        return [line.key for line in self.lines]

    @property
    def mine(self) -> dict[str, str]:
        return {line.key: line.three.mine for line in self.lines}


@dataclass(frozen=True)
class Compared:
    """What of a row is to be stored, what has to be asked first, and which cells only the other window changed."""

    texts: Texts
    conflict: OtherWindow | None = None
    theirs: tuple[str, ...] = ()


def compared(
    typed: Typed,
    draft: ReportDraft | None,
    held: Texts,
    stored: Texts,
    *,
    label: Any,
    shown: Any,
    same: Any,
    prefix: str,
) -> Compared:
    """What was typed beside `held`, what the draft says now; `stored` is what the fields without a draft show."""
    if typed.known is None:
        return Compared(typed.texts)
    merge, theirs, texts = Merge([]), [], dict(typed.texts)
    for name, mine in typed.texts.items():
        three = Three.compare(*_sides(name, mine, typed.known, held, stored), same=partial(same, name))
        if not three.by_them or three.agree:
            continue
        if not three.by_me:
            theirs.append(name)
            del texts[name]
            continue
        options = {side: shown(name, three.value_of(side)) for side in Side}
        merge.lines.append(CellOfTwo(name, str(label(name)), three, options, prefix=prefix))
    merge.choose(typed.carried.choices, newest=False)
    for line in merge.lines:
        texts[line.key] = line.three.value_of(line.chosen or Side.THEIRS)
    if not merge.open:
        return Compared(texts, theirs=tuple(theirs))
    conflict = OtherWindow(
        merge.open, "", draft.saved_at if draft else None, may_keep=True, base="", prefix=prefix, known=typed.known
    )
    return Compared(texts, conflict, tuple(theirs))


def _sides(name: str, mine: str, known: Texts, held: Texts, stored: Texts) -> tuple[str, str, str]:
    blank = stored.get(name, "")
    return known.get(name, blank), mine, held.get(name, blank)
