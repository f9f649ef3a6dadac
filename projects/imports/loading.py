"""Loading a directory of CSV files into the register: all of it or nothing, in one transaction.

Files are read, looked at and stored in pieces, so that memory does not grow with them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.db.models import Model
from django.utils.translation import gettext as _

from projects.models import Claim, Enterprise, Entry, MonthlyReport, Project, Source
from projects.periods import EARLIEST, LATEST
from projects.text import listing

from . import layout, records
from .chronicle import loading
from .layout import FileLayout
from .lookup import RecordLookup
from .opening import CsvRow, number_of_lines
from .result import Result
from .saving import RecordSaver, Refused
from .table import lines_of

Progress = Callable[[int, int], None]  # lines done, lines in all

_PIECE = 1000  # lines
_YEARLY = re.compile(r"(projects|monthly_reports)_(\d{4})\.csv")


@dataclass(frozen=True)
class _Step:
    """A file, and what its lines become: each of `stores` in turn, which look for records of `kinds` as well as for those
    that are read once.
    """

    sheet: FileLayout
    stores: tuple[records.Store, ...]
    kinds: tuple[type[Model], ...] = ()
    year: int | None = None  # the programme that must be there first


class _RolledBack(Exception):  # noqa: N818  undoes the revision under way
    pass


def load_directory(directory: Path, *, year: int | None, dry_run: bool, progress: Progress | None = None) -> Result:
    """Load the files of a register directory; of the yearly ones those of `year`, or all if it is None.

    Nothing is stored if the result has problems, or in a dry run. `progress` is told after each line.
    """
    result = Result()
    files = _files(directory, year, result)
    bar = _Bar(progress, files) if progress else None
    try:
        with loading(f"load_register {directory.name}") as draft:
            first = draft.number
            saver = RecordSaver(RecordLookup(), result, draft)
            for step, path in files:
                _store(step, path, saver, bar)
            if result.problems or dry_run:
                raise _RolledBack
            del saver  # so that its memory is there for the seal
        if draft.touched:
            result.revisions = (first, draft.number)
    except _RolledBack:
        pass
    result.problems = sorted(result.problems, key=_in_reading_order([step.sheet.name for step, _path in files]))
    return result


def _store(step: _Step, path: Path, saver: RecordSaver, bar: _Bar | None) -> None:
    saver.open(step.sheet)
    lines = lines_of(step.sheet, path, saver.result)
    while piece := list(islice(lines, _PIECE)):
        saver.lookup.look_up(step.kinds, piece, step.year)
        for line in piece:
            _store_line(step, line, saver)
            if bar:
                bar.advance()
        saver.flush()


def _store_line(step: _Step, line: CsvRow, saver: RecordSaver) -> None:
    if step.year:
        records.programme_of(step.year, line, saver)
    for store in step.stores:
        try:
            store(line, saver)
        except Refused:
            line.bad.add(step.sheet.key[0])  # whatever else the line is about hangs on it


class _Bar:
    """Tells how many lines are done, of so many that the files have."""

    def __init__(self, progress: Progress, files: list[tuple[_Step, Path]]) -> None:
        self._progress, self._done = progress, 0
        self._whole = number_of_lines(path for _step, path in files)

    def advance(self) -> None:
        self._done += 1
        self._progress(self._done, self._whole)


def _steps(years: list[int]) -> Iterator[_Step]:
    """All files that a directory may have, in the order in which they refer to each other."""
    yield _Step(layout.SECTORS, (records.sector,))
    yield _Step(layout.CHAIN_LINKS, (records.chain_link,))
    yield _Step(layout.PREFECTURES, (records.prefecture,))
    yield _Step(layout.PROGRAMMES, (records.programme,))
    yield _Step(layout.TARGETS, (records.target,), (Source,))
    for year in years:
        stores = (records.project, records.entry_of(year))
        yield _Step(layout.projects_of(year), stores, (Source, Enterprise, Project, Entry), year)
    yield _Step(layout.CLAIMS, (records.claim,), (Source, Project, Claim))
    for year in years:
        kinds = (Source, Project, Entry, MonthlyReport)
        yield _Step(layout.reports_of(year), (records.report_of(year),), kinds, year)


def _files(directory: Path, year: int | None, result: Result) -> list[tuple[_Step, Path]]:
    """The files that are there; what is missing or of no known name is a problem."""
    try:
        names = sorted(path.name for path in directory.iterdir() if path.suffix.lower() == ".csv")
    except OSError as error:
        result.add(str(directory), 0, "", _("The directory cannot be read (%(error)s).") % {"error": error.strerror})
        return []
    years = [year] if year else sorted({int(match[2]) for name in names if (match := _YEARLY.fullmatch(name))})
    steps = list(_steps([each for each in years if _is_year(each)]))
    _check_names(names, years, steps, result)
    return [(step, directory / step.sheet.name) for step in steps if step.sheet.name in names]


def _check_names(names: list[str], years: list[int], steps: list[_Step], result: Result) -> None:
    known = [step.sheet.name for step in steps]
    for name in names:
        if name not in known and not _YEARLY.fullmatch(name):
            message = _("The file is not part of a register. Known: %(known)s.")
            result.add(name, 0, "", message % {"known": listing(known)})
    if not years:
        result.add("projects_<year>.csv", 0, "", _("The file is missing."))
    for year in years:
        name = layout.projects_of(year).name
        if name not in names:
            result.add(name, 0, "", _("The file is missing."))
        if not _is_year(year):
            message = _("The year must be from %(first)s to %(last)s.")
            result.add(name, 0, "", message % {"first": EARLIEST, "last": LATEST})


def _is_year(year: int) -> bool:
    return EARLIEST <= year <= LATEST


def _in_reading_order(names: list[str]) -> Callable[..., tuple]:
    """Problems by file in the order of loading, then by line."""
    return lambda problem: (names.index(problem.file) if problem.file in names else -1, problem)
