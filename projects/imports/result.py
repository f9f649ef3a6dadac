"""Result of a load: how many records of each kind, or which cells are wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from projects.plausibility.rules import Doubt

MOST_REMARKS = 100


@dataclass(frozen=True, order=True)
class LoadFault:
    """Something that stops a load, at its place. `line` is 0 for a whole file, `column` empty for a whole line."""

    file: str
    line: int
    column: str
    message: str

    def __str__(self) -> str:
        place = {"file": self.file, "line": self.line, "column": self.column, "message": self.message}
        if self.column:
            return _("%(file)s, line %(line)s, column %(column)s: %(message)s") % place
        if self.line:
            return _("%(file)s, line %(line)s: %(message)s") % place
        return _("%(file)s: %(message)s") % place


@dataclass
class Count:
    """How many records a load made, changed, and found as they should be."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0

    def __str__(self) -> str:
        return _("%(new)s new, %(changed)s changed, %(unchanged)s unchanged") % vars(self)


@dataclass
class Result:
    """Counts by model in the order in which they were met, and problems: a single one means that nothing is stored."""

    counts: dict[type[Model], Count] = field(default_factory=dict)
    problems: list[LoadFault] = field(default_factory=list)
    encodings: dict[str, str] = field(default_factory=dict)  # file -> what it was read as
    remarks: list[LoadFault] = field(default_factory=list)  # what is doubted of what was stored
    doubted: Counter[str] = field(default_factory=Counter)  # rule -> how often
    revisions: tuple[int, int] | None = None  # first and last; None: nothing had to be written, or it was a dry run

    def count(self, model: type[Model]) -> Count:
        return self.counts.setdefault(model, Count())

    def add(self, file: str, line: int, column: str, message: Any) -> None:
        self.problems.append(LoadFault(file, line, column, str(message)))

    def point_out(self, file: str, line: int, column: str, doubt: Doubt) -> None:
        """Something that stops nothing. Of many only the first are kept; all are counted."""
        self.doubted[str(doubt.rule)] += 1
        if len(self.remarks) < MOST_REMARKS:
            self.remarks.append(LoadFault(file, line, column, doubt.message))

    @property
    def whole(self) -> Count:
        """All counts together."""
        whole = Count()
        for count in self.counts.values():
            whole.new += count.new
            whole.changed += count.changed
            whole.unchanged += count.unchanged
        return whole

    def summary(self) -> Iterator[str]:
        """One line for each kind of record, and one for all."""
        for model, count in self.counts.items():
            yield _("%(records)s: %(count)s") % {"records": model._meta.verbose_name_plural, "count": count}
        yield _("in all: %(count)s") % {"count": self.whole}

    def doubts(self) -> Iterator[str]:
        """What was pointed out: the places, then how often each rule spoke."""
        yield from map(str, sorted(self.remarks))
        for rule, times in sorted(self.doubted.items()):
            yield _("pointed out, %(rule)s: %(count)s") % {"rule": rule, "count": times}
