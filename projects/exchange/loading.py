"""A directory of CSV files into the register: all of it or nothing, as one revision."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from projects.choices import Door
from projects.days import EARLIEST, LATEST
from projects.listing import listing
from projects.revisions import writing

from . import layout, records
from .keeping import Keeper, Refused
from .layout import Sheet
from .reading import Line
from .result import Result
from .shelf import Shelf
from .table import lines_of

Progress = Callable[[int, int], None]  # lines done, lines in all

_YEARLY = re.compile(r"(projects|monthly_reports)_(\d{4})\.csv")


@dataclass(frozen=True)
class _Step:
    """A file, and what its lines become: each of `stores` in turn."""

    sheet: Sheet
    stores: tuple[records.Store, ...]
    year: int | None = None  # the programme that must be there first


class _NotKept(Exception):  # noqa: N818  undoes the revision under way
    pass


def load_directory(directory: Path, *, year: int | None, dry_run: bool, progress: Progress) -> Result:
    """Load the files of a register directory; of the yearly ones those of `year`, or all if it is None.

    Nothing is stored if the result has problems, or in a dry run.
    """
    result = Result()
    sheets = _files(directory, year, result)
    lines = [(step, line) for step, content in sheets for line in lines_of(step.sheet, content, result)]
    try:
        with writing(door=Door.COMMAND, reason=f"load_register {directory.name}") as draft:
            _store(lines, result, progress)
            if result.problems or dry_run:
                raise _NotKept
        if draft.touched:
            result.revision = draft.number
    except _NotKept:
        pass
    result.problems = sorted(result.problems, key=_in_reading_order([step.sheet.name for step, _content in sheets]))
    return result


def _store(lines: list[tuple[_Step, Line]], result: Result, progress: Progress) -> None:
    keeper = Keeper(Shelf(), result)
    for done, (step, line) in enumerate(lines, start=1):
        keeper.open(step.sheet)
        if step.year:
            records.programme_of(step.year, line, keeper)
        for store in step.stores:
            try:
                store(line, keeper)
            except Refused:
                line.bad.add(step.sheet.key[0])  # whatever else the line is about hangs on it
        progress(done, len(lines))


def _steps(years: list[int]) -> Iterator[_Step]:
    """All files that a directory may have, in the order in which they refer to each other."""
    yield _Step(layout.SECTORS, (records.sector,))
    yield _Step(layout.CHAIN_LINKS, (records.chain_link,))
    yield _Step(layout.PREFECTURES, (records.prefecture,))
    yield _Step(layout.PROGRAMMES, (records.programme,))
    yield _Step(layout.TARGETS, (records.target,))
    for year in years:
        yield _Step(layout.projects_of(year), (records.project, records.entry_of(year)), year)
    yield _Step(layout.CLAIMS, (records.claim,))
    for year in years:
        yield _Step(layout.reports_of(year), (records.report_of(year),))


def _files(directory: Path, year: int | None, result: Result) -> list[tuple[_Step, bytes]]:
    """The files that are there, with their bytes; what is missing, unreadable or of no known name is a problem."""
    try:
        names = sorted(path.name for path in directory.iterdir() if path.suffix.lower() == ".csv")
    except OSError as error:
        result.add(str(directory), 0, "", _("The directory cannot be read (%(error)s).") % {"error": error.strerror})
        return []
    years = [year] if year else sorted({int(match[2]) for name in names if (match := _YEARLY.fullmatch(name))})
    steps = list(_steps([each for each in years if _is_year(each)]))
    _check_names(names, years, steps, result)
    found = []
    for step in steps:
        if step.sheet.name in names:
            try:
                found.append((step, (directory / step.sheet.name).read_bytes()))
            except OSError as error:
                message = _("The file cannot be read (%(error)s).") % {"error": error.strerror}
                result.add(step.sheet.name, 0, "", message)
    return found


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
