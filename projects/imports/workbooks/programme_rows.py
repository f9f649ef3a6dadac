"""Rows of what the province says of a programme: each is known by what it says of itself, as targets and rounds are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from projects.models import Programme
from projects.text import listing

from .checks import SAID_TWICE, RowCheck, Verdict
from .fields import FIELDS, KEYS_OF, WorkbookKind
from .judging import Judge, recall
from .project_lookup import value_of
from .unusual import doubt_written


class ProgrammeRows:
    """Judges the rows of a kind for a user who may write it. `keys` are the fields that together are a record's key."""

    kind: ClassVar[WorkbookKind]
    model: ClassVar[type[Model]]
    keys: ClassVar[tuple[str, ...]]

    def __init__(self, programme: Programme, _user: Any, judge: Judge) -> None:
        self.programme, self._judge = programme, judge
        self._names = [name for name, each in FIELDS[self.kind].items() if each.model]

    def judge(self, rows: Sequence[RowCheck]) -> None:
        self.stored: dict[Hashable, Any] = {self.key_of(each): each for each in self.records()}
        self.prepare(rows)
        found: dict[Hashable, list[RowCheck]] = defaultdict(list)
        for row in rows:
            if self._names_key(row):
                found[self.said_key(row)].append(row)
        for key, same in found.items():
            for row in same:
                if len(same) > 1:
                    if (stored := self.stored.get(key)) is not None:
                        recall(row, self._fields(stored, is_new=False))
                    others = listing(other.number for other in same if other is not row)
                    row.refuse(SAID_TWICE, _("The file says the same in row %(rows)s too.") % {"rows": others})
                elif row.verdict != Verdict.REFUSED:
                    self._judge_row(row, self.stored.get(key))
        doubt_written(rows, self._judge.doubting)

    def records(self) -> QuerySet:
        """Those that are stored."""
        return self.model._default_manager.filter(programme=self.programme)

    def key_of(self, record: Any) -> Hashable:
        return tuple(getattr(record, name) for name in self.keys)

    def said_key(self, row: RowCheck) -> Hashable:
        """The key that a row says."""
        return tuple(value_of(row, name) for name in self.keys)

    def prepare(self, rows: Sequence[RowCheck]) -> None:
        """Put into the cells what is looked up for all rows at once."""

    def refuse_unfit(self, row: RowCheck, *, is_new: bool) -> None:
        """Refuse what the record itself cannot: it is not asked of a row that is refused."""

    def says_nothing(self, row: RowCheck) -> bool:
        """Whether the row of a new record only names it, as a workbook to be filled in does."""
        return not {each.field for each in row.cells} - set(self.keys)

    def _names_key(self, row: RowCheck) -> bool:
        needed = KEYS_OF[self.kind]
        if any(cell.field in self.keys and cell.verdict == Verdict.REFUSED for cell in row.cells):
            row.refuse("key", "")
        elif any(value_of(row, name) is None for name in needed):
            fields = listing(FIELDS[self.kind][name].label for name in needed)
            row.refuse("no_key", _("The row does not say what it is about: “%(fields)s”.") % {"fields": fields})
        return row.verdict != Verdict.REFUSED

    def _judge_row(self, row: RowCheck, stored: Any | None) -> None:
        if stored is None and self.says_nothing(row):
            row.is_offered = True
            return
        self.refuse_unfit(row, is_new=stored is None)
        if row.verdict == Verdict.REFUSED:
            return
        record = self.model(programme=self.programme) if stored is None else stored
        self._judge.judge(row, self._fields(record, is_new=stored is None))

    def _fields(self, record: Any, *, is_new: bool) -> Mapping[str, Any]:
        return {name: record for name in self._names if is_new or name not in self.keys}
