"""Loading a directory of the register's CSV files: all of it or nothing, in one transaction.

A list of projects and the reports of a year have the fields of workbooks (`fields.FIELDS`) as columns, with amounts in CNY,
and their cells are read as those of workbooks. A column that is not in the file leaves what is stored alone, a blank cell
means 'not known'. Each line is saved as soon as it is read, or refused at its cells. A load is of the system itself: it
looks records up in the whole register.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.choices import ClaimFigure, ListStatus, ReportState, Unit, WorkbookKind
from projects.history.revisions import create_revision
from projects.models import Claim, Enterprise, Entry, MonthlyReport, Prefecture, Programme, Project, Source, Target
from projects.periods import EARLIEST, LATEST
from projects.plausibility.checks import take_pointed_out
from projects.text import listing
from sectors.models import ChainLink, Sector

from . import values
from .books import UTF_8, decode, is_chinese, iter_csv_rows
from .chronicle import record_load
from .fields import CSV_NAMES, FIELDS, IN_EITHER_LANGUAGE
from .rows import CLEARED, NOT_ON_LIST, set_value
from .values import CellContext, Reader

Progress = Callable[[int, int], None]  # lines done, lines in all

MOST_REMARKS = 100
NO_PROJECT = gettext_lazy("There is no project “%(value)s”.")
_YEARLY = re.compile(r"(projects|monthly_reports)_(\d{4})\.csv")
_LANGUAGES = ("zh", "en")


def describe_fault(file: str, line: int, column: str, message: Any) -> str:
    """Return what is wrong or doubted, with its place. `line` is 0 for a whole file, `column` empty for a whole line."""
    told = {"file": file, "line": line, "column": column, "message": message}
    if column:
        return _("%(file)s, line %(line)s, column %(column)s: %(message)s") % told
    return (_("%(file)s, line %(line)s: %(message)s") if line else _("%(file)s: %(message)s")) % told


@dataclass(frozen=True)
class Layout:
    """A file: how its columns are read, and what stores a line. No two lines have the same values in the columns of `key`.

    Cells of `filled` are never blank, columns of `optional` may be left out. `columns` names the column of a field of a
    record where it has another name. Lists and reports of a `year` are of its programme.
    """

    name: str
    store: Callable[[Line, Load], None]
    readers: Mapping[str, Reader]
    key: tuple[str, ...]
    filled: Collection[str]
    optional: Collection[str] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    year: int | None = None


@dataclass
class Line:
    """A line of a file: its number there, and the text and the value of each cell; None: it is blank."""

    layout: Layout
    number: int
    texts: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)

    def __contains__(self, column: str) -> bool:
        return column in self.texts

    def __getitem__(self, column: str) -> Any:
        """Return the value of a cell; None where it is blank or its column is not in the file."""
        return self.values.get(column)

    def describe_fault(self, name: str, message: Any) -> str:
        """Return what is wrong with a field of a record, at its column; at that of the key where it has none."""
        column = self.layout.columns.get(name, name)
        column = column if column in self.layout.readers else self.layout.key[0]
        return describe_fault(self.layout.name, self.number, column, message)


@dataclass
class Load:
    """What a load did, and its problems: a single one means that nothing is stored."""

    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # which files were not read as UTF-8
    remarks: list[str] = field(default_factory=list)  # the first of what is doubted of what was stored
    doubted: Counter[str] = field(default_factory=Counter)  # rule -> how often
    seen: dict[tuple[type[Model], Any], str] = field(default_factory=dict)  # records -> 'new', 'changed' or 'unchanged'
    revisions: tuple[int, int] | None = None  # first and last; None: nothing had to be written, or it was a dry run

    def add(self, file: str, line: int, column: str, message: Any) -> None:
        self.problems.append(describe_fault(file, line, column, message))

    def save(self, line: Line, record: Any) -> Any:
        """Store a record if it is new or changed, and count it. Raises `ValidationError` by field."""
        what = "new" if record._state.adding else "changed" if record.changed_fields() else "unchanged"
        if what != "unchanged":
            record.save()
        with create_revision() as draft:  # the one of the load
            for doubt in take_pointed_out(draft):
                self.doubted[str(doubt.rule)] += 1
                self.remarks.append(line.describe_fault(doubt.field, doubt.message))
        self.seen.setdefault((type(record), record.pk), what)
        return record

    def describe(self) -> Iterator[str]:
        """Yield what was pointed out, then how many records of each kind were new, changed and unchanged, and of all."""
        yield from self.notes
        yield from self.remarks[:MOST_REMARKS]
        for rule, times in sorted(self.doubted.items()):
            yield _("pointed out, %(rule)s: %(count)s") % {"rule": rule, "count": times}
        counts: dict[Any, Counter[str]] = defaultdict(Counter)
        for (model, _key), what in self.seen.items():
            counts[model._meta.verbose_name_plural][what] += 1
        for records, count in [*counts.items(), (_("in all"), Counter(self.seen.values()))]:
            told = {name: count[name] for name in ("new", "changed", "unchanged")}
            numbers = _("%(new)s new, %(changed)s changed, %(unchanged)s unchanged") % told
            yield _("%(records)s: %(count)s") % {"records": records, "count": numbers}


class _RolledBack(Exception):  # noqa: N818  undoes the revision under way
    pass


def load_directory(directory: Path, *, year: int | None, dry_run: bool, progress: Progress | None = None) -> Load:
    """Load the files of a register directory; of the yearly ones those of `year`, or all if it is None.

    Nothing is stored if there are problems, or in a dry run. After a file with problems only the cells of others are read,
    since their records refer to it, and after one of reference data nothing. `progress` is told after each line.
    """
    load = Load()
    files = [(layout, _read_rows(layout.name, path, load)) for layout, path in _find_files(directory, year, load)]
    whole, done = sum(max(len(rows) - 1, 0) for _layout, rows in files), 0
    try:
        with record_load(f"load_register {directory.name}") as draft:
            first = draft.number
            for layout, rows in files:
                is_stored = not load.problems
                for line in _read_lines(layout, rows, load):
                    if line and is_stored:
                        _store_line(line, load)
                    done += 1
                    if progress:
                        progress(done, whole)
                if load.problems and layout in REFERENCE:
                    break  # cells of all others name what stands in it
            if load.problems or dry_run:
                raise _RolledBack
        if draft.touched:
            load.revisions = (first, draft.number)
    except _RolledBack:
        pass
    return load


def _find_files(directory: Path, year: int | None, load: Load) -> list[tuple[Layout, Path]]:
    """Return the files that are there, in the order in which they refer to each other; what is missing or of no known name
    is a problem.
    """
    try:
        names = sorted(path.name for path in directory.iterdir() if path.suffix.lower() == ".csv")
    except OSError as error:
        load.add(str(directory), 0, "", _("The directory cannot be read (%(error)s).") % {"error": error.strerror})
        return []
    years = [year] if year else sorted({int(match[2]) for name in names if (match := _YEARLY.fullmatch(name))})
    usable = [number for number in years if EARLIEST <= number <= LATEST]
    lists, reports = map(get_project_layout, usable), map(get_report_layout, usable)
    known = {layout.name: layout for layout in (*REFERENCE, TARGETS, *lists, CLAIMS, *reports)}
    for name in names:
        is_of_another_year = year and _YEARLY.fullmatch(name) and not name.endswith(f"_{year}.csv")
        if name not in known and not is_of_another_year:
            message = _("The file is not part of a register. Known: %(known)s.")
            load.add(name, 0, "", message % {"known": listing(known)})
    for name in [f"projects_{number}.csv" for number in years] or ["projects_<year>.csv"]:
        if name not in names:
            load.add(name, 0, "", _("The file is missing."))
    return [(layout, directory / name) for name, layout in known.items() if name in names]


# the lines of a file


def _read_rows(name: str, path: Path, load: Load) -> list[tuple[int, list[str]]]:
    """Return the header and the rows of a file, each with the number of its line; none where it cannot be read."""
    try:
        text, encoding = decode(path.read_bytes())
        rows = [(number, row) for number, row in iter_csv_rows(text) if any(row)]
    except ValidationError as error:
        load.add(name, (error.params or {}).get("line", 0), "", error.messages[0])
        return []
    except OSError as error:
        load.add(name, 0, "", _("The file cannot be read (%(error)s).") % {"error": error.strerror})
        return []
    if encoding != UTF_8:
        load.notes.append(_("%(file)s read as %(encoding)s") % {"file": name, "encoding": encoding})
    if len(rows) < 2:
        empty = _("The file has a header and not a line below it.") if rows else _("The file is empty.")
        load.add(name, 0, "", empty)
    return rows


def _read_lines(layout: Layout, rows: list[tuple[int, list[str]]], load: Load) -> Iterator[Line | None]:
    """Yield the lines of a file, read cell by cell; None for one in which something is wrong."""
    header = [name.lower() for name in rows[0][1]] if rows else []
    while header and not header[-1]:
        header.pop()
    if not header or not _check_header(layout, header, rows[0][0], load):
        return
    context, first = CellContext(year=layout.year or 0), dict[tuple, int]()
    for number, row in rows[1:]:
        line = Line(layout, number, dict(zip(header, row, strict=False)))
        if problems := list(_read_cells(line, len(header), row, context)):
            load.problems += problems
            yield None
            continue
        same = first.setdefault(tuple(line.values[name] for name in layout.key), number)
        if same != number:
            load.add(layout.name, number, layout.key[0], _("The same as in line %(line)s.") % {"line": same})
        yield line if same == number else None


def _check_header(layout: Layout, header: list[str], number: int, load: Load) -> bool:
    """Return whether the file has the columns that it must have, each once, and no others."""
    missing = [name for name in layout.readers if name not in header and name not in layout.optional]
    faults = dict.fromkeys(missing, _("The column is missing."))
    for name in header:
        if name not in layout.readers:
            faults[name] = _("Unknown column. Known: %(known)s.") % {"known": listing(layout.readers)}
        elif header.count(name) > 1:
            faults[name] = _("There is more than one column of this name.")
    for name, message in faults.items():
        load.add(layout.name, number, name, message)
    return not faults


def _read_cells(line: Line, width: int, row: list[str], context: CellContext) -> Iterator[str]:
    """Read the values of a line of as many cells as its header is wide; yield what is wrong."""
    if len(row) < width or any(row[width:]):
        message = _("The line has %(cells)s cells, the header has %(columns)s.") % {"cells": len(row), "columns": width}
        yield describe_fault(line.layout.name, line.number, "", message)
        return
    for column, read in line.layout.readers.items():
        text = line.texts.get(column)
        try:
            if text == "" and column in line.layout.filled:
                raise ValidationError(_("The cell is blank."))
            line.values[column] = values.read_cell(text, read, context) if text else None
        except ValidationError as error:
            for message in error.messages:
                yield line.describe_fault(column, message)


# which records a line is about, and what it says of them


def _store_line(line: Line, load: Load) -> None:
    """Store the records of a line, or say at its cells why they cannot be."""
    try:
        if line.layout.year:
            _find_programme(line.layout.year, line, load)
        line.layout.store(line, load)
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            load.problems += [line.describe_fault(name, message) for message in messages]


def find_stored(model: type[Any], *conditions: Q, **key: Any) -> Any:
    """Return the record of this key in the whole register, or None."""
    return model._default_manager.filter(*conditions, **key).order_by("pk").first()


def _find_or_build(model: type[Any], **key: Any) -> Any:
    return find_stored(model, **key) or model(**key)


def _find_project(line: Line) -> Project:
    """Return the project that a line names by its code. Raises `ValidationError`."""
    project: Project | None = find_stored(Project, code=line["code"])
    if project is None:
        raise ValidationError({"code": NO_PROJECT % {"value": line.texts["code"]}})
    return project


def _find_programme(year: int, line: Line, load: Load) -> Programme:
    """Return the year's programme, made with a plain name if there is none."""
    stored = find_stored(Programme, year=year)
    new = Programme(year=year, name_zh=f"{year}年重点项目", name_en=f"Key projects of {year}")
    return stored or load.save(line, new)


def _find_source(line: Line, load: Load) -> Source | None:
    """Return the source of a line, stored if it is new; None if the line names none."""
    url, date = line["source_url"], line["source_date"]
    if not url:
        if date:
            raise ValidationError({"source_url": _("A date of publication needs the address of the source.")})
        return None
    record = Source(url=url)
    record.published_on = date
    key = {"url": url, "published": record.published, "published_precision": record.published_precision}
    stored: Source = load.save(line, find_stored(Source, **key) or record)
    return stored


def _find_enterprise(line: Line, load: Load) -> Enterprise | None:
    """Return the enterprise of a line by its Chinese name; an English name is added or corrected, never taken away."""
    name_zh, name_en = line["enterprise_zh"], line["enterprise_en"]
    if not name_zh:
        if name_en:
            raise ValidationError({"enterprise_zh": _("An enterprise needs its Chinese name.")})
        return None
    record: Enterprise = _find_or_build(Enterprise, name_zh=name_zh)
    if name_en and name_en != record.name_en:
        if (Enterprise, record.pk) in load.seen:
            raise ValidationError({"enterprise_en": _("Another line says otherwise.")})
        record.name_en = name_en
    try:
        load.save(line, record)
    except ValidationError as error:
        raise ValidationError({f"enterprise_{name[-2:]}": told for name, told in error.message_dict.items()}) from error
    return record


def _set_fields(record: Any, line: Line, names: Iterable[str]) -> None:
    """Set the fields that the file has columns of; a blank cell says what a new record says."""
    for name in names:
        column = line.layout.columns.get(name, name)
        if column in line:
            set_value(record, name, CLEARED if line[column] is None else line[column])


def _set_in_languages(record: Any, line: Line, name: str) -> None:
    """Set `<name>_zh` and `<name>_en` from a text in either language and from the columns of one language each.

    A translation that the file does not have is kept as long as the text it translates stays the same.
    """
    given = {language: line[f"{name}_{language}"] for language in _LANGUAGES}
    text = line[name]
    spoken, silent = _LANGUAGES if is_chinese(text or "") else reversed(_LANGUAGES)
    given[spoken] = given[spoken] or text
    if getattr(record, f"{name}_{spoken}") != (given[spoken] or "") or f"{name}_{silent}" in line or not text:
        setattr(record, f"{name}_{silent}", given[silent] or "")
    setattr(record, f"{name}_{spoken}", given[spoken] or "")


def _store_target(line: Line, load: Load) -> None:
    programme, (measure, through) = _find_programme(line["year"], line, load), line["metric"]
    _require_unit(line, measure.unit.value, _("The unit of this metric is %(unit)s."))
    key = {
        "programme": programme,
        "measure": measure,
        "kind": line["kind"],
        "through_month": through,
        "source": _find_source(line, load),
    }
    record = _find_or_build(Target, **key)
    _set_fields(record, line, ("relation", "value", "sector"))
    _set_in_languages(record, line, "note")
    load.save(line, record)


def _store_project(line: Line, load: Load) -> None:
    """Store a project, and its place on the year's list: new or continuing by the year in which the project starts."""
    project = _find_or_build(Project, code=line["code"])
    _set_fields(project, line, _get_own_names(WorkbookKind.REGISTER, Project))
    project.enterprise, project.source = _find_enterprise(line, load), _find_source(line, load)
    for name in IN_EITHER_LANGUAGE:
        _set_in_languages(project, line, name)
    load.save(line, project)
    year: Any = line.layout.year
    entry = _find_or_build(Entry, project=project, programme=_find_programme(year, line, load))
    _set_fields(entry, line, _get_own_names(WorkbookKind.REGISTER, Entry))
    if "status" not in line and entry.status == ListStatus.UNKNOWN and project.started:
        entry.status = ListStatus.CONTINUING if project.started.first.year < year else ListStatus.NEW
    entry.basis, entry.source = line["basis"], project.source
    load.save(line, entry)


def _store_report(line: Line, load: Load) -> None:
    """Store a report, an approved one unless the file says otherwise."""
    month, year = line["month"], line.layout.year
    if month.year != year:
        raise ValidationError({"month": _("%(month)s is not in the programme's year.") % {"month": month}})
    entry = find_stored(Entry, project=_find_project(line), programme__year=year)
    if entry is None:
        raise ValidationError({"code": NOT_ON_LIST % {"value": line["code"]}})
    record = _find_or_build(MonthlyReport, entry=entry, month=month.number)
    _set_fields(record, line, [*_get_own_names(WorkbookKind.REPORTS, MonthlyReport), "basis"])
    record.state = line["state"] or (ReportState.APPROVED if record._state.adding else record.state)
    if "source_url" in line:
        record.source = _find_source(line, load)
    load.save(line, record)


def _store_claim(line: Line, load: Load) -> None:
    figure, through, year, of_output_value = line["figure"]
    key = {
        "project": _find_project(line),
        "figure": figure,
        "through_month": through,
        "year": year,
        "source": _find_source(line, load),
    }
    scope = line["scope"] or line["scope_zh"] or line["scope_en"] or ""
    has_scope = Q(scope_zh=scope) | Q(scope_en=scope) if scope else Q(scope_zh="", scope_en="")
    record = find_stored(Claim, has_scope, **key) or Claim(**key)
    record.of_output_value = record.of_output_value or of_output_value  # a file that does not say leaves it alone
    _set_statement(record, line, figure)
    for name in ("scope", "note"):
        _set_in_languages(record, line, name)
    if not (figure.is_of_project and record.project.figure(figure) == record.value):
        record.adopted = False
    elif record._state.adding or (
        record.changed_fields() and not record.adopted
    ):  # the first that says what the file does
        record.adopted = find_stored(Claim, project=record.project, figure=figure, adopted=True) is None
    load.save(line, record)


def _set_statement(record: Any, line: Line, figure: ClaimFigure) -> None:
    """Set amount or stated text of a claim. Raises `ValidationError` where its unit does not fit."""
    record.amount, record.stated, unit = None, line["value"], Unit.PERCENT.value
    try:
        if figure.unit == Unit.CNY:
            record.amount, record.stated, unit = values.amount(line["value"], CellContext()), "", Unit.CNY.value
        elif figure.unit == Unit.DATE:
            date = values.partial_date(line["value"], CellContext())
            record.stated, unit = str(date), date.precision.value
    except ValidationError as error:
        raise ValidationError({"value": error.messages}) from error
    _require_unit(line, unit, _("The unit of this value is %(unit)s."))


def _require_unit(line: Line, unit: str, message: str) -> None:
    if line["unit"].casefold() != unit.casefold():
        raise ValidationError({"unit": message % {"unit": unit}})


# the files


def _build_reference_layout(name: str, model: type[Any], readers: Mapping[str, Reader]) -> Layout:
    """Return the file of reference data, whose columns are fields of the model; the first one says which record it is."""

    def store(line: Line, load: Load) -> None:
        record = find_stored(model, **{key: line[key]}) or model()
        _set_fields(record, line, layout.readers)
        load.save(line, record)

    key = next(iter(readers))
    read = {**readers, "name_zh": values.text, "name_en": values.text}
    layout = Layout(name, store, read, (key,), filled={"name_zh", *readers} - {"order"})
    return layout


def _in_languages(name: str) -> dict[str, Reader]:
    """Return the columns of a text in either language."""
    return dict.fromkeys((name, f"{name}_zh", f"{name}_en"), values.text)


def _get_own_names(kind: str, model: type[Model]) -> list[str]:
    """Return the fields of a model that a cell says by itself."""
    apart = {"code", "enterprise", *(f"{name}_{language}" for name in IN_EITHER_LANGUAGE for language in _LANGUAGES)}
    return [name for name, each in FIELDS[kind].items() if each.model is model and name not in apart]


_SOURCE = {"source_url": values.text, "source_date": values.partial_date}
_SOURCE_FIELDS = {"source": "source_url", "url": "source_url", "published": "source_date"}
_WANTED = (
    *(
        "code",
        "name_zh",
        "name_en",
        "enterprise",
        "prefecture",
        "sector",
        "chain_link",
        "kind",
        "total_investment",
        "basis",
    ),
    *("planned_disbursement", "expected_revenue", "transferred", "source_province", "start", "finish"),
)  # of the fields of a list
_CODE: Mapping[str, Reader] = {"code": values.reference_code}
_ORDER: Mapping[str, Reader] = {"order": values.whole_number}
REFERENCE = (
    _build_reference_layout("sectors.csv", Sector, {**_CODE, **_ORDER}),
    _build_reference_layout("chain_links.csv", ChainLink, {**_CODE, "sector": values.sector, **_ORDER}),
    _build_reference_layout("prefectures.csv", Prefecture, {"adcode": values.text}),
    _build_reference_layout("programmes.csv", Programme, {"year": values.whole_number}),
)
TARGETS = Layout(
    "targets.csv",
    _store_target,
    {
        "year": values.whole_number,
        "metric": values.metric,
        "kind": values.target_kind,
        "relation": values.relation,
        "value": values.amount,
        "unit": values.text,
        **_SOURCE,
        **_in_languages("note"),
        "sector": values.sector,
    },
    ("year", "metric", "kind", "source_url", "source_date"),
    filled={"year", "metric", "kind", "relation", "value", "unit", "source_url"},
    optional={"note_zh", "note_en", "sector"},
    columns=_SOURCE_FIELDS | {"programme": "year", "measure": "metric", "through_month": "metric"},
)
CLAIMS = Layout(
    "claims.csv",
    _store_claim,
    {
        "code": values.code,
        "figure": values.claim_figure,
        "value": values.text,
        "unit": values.text,
        **_in_languages("scope"),
        **_SOURCE,
        **_in_languages("note"),
    },
    ("code", "figure", "scope", "scope_zh", "scope_en", "source_url", "source_date"),
    filled={"code", "figure", "value", "unit", "source_url"},
    optional={"scope_zh", "scope_en", "note_zh", "note_en"},
    columns=_SOURCE_FIELDS | {"project": "code", "amount": "value", "stated": "value", "year": "figure"},
)


@cache
def get_project_layout(year: int) -> Layout:
    """Return the list of one year's programme."""
    columns = {name: column.format(year=year) for name, column in CSV_NAMES.items()}
    fields = {columns.get(each.name, each.name): each for each in FIELDS[WorkbookKind.REGISTER].values() if each.model}
    return Layout(
        f"projects_{year}.csv",
        _store_project,
        {name: each.read for name, each in fields.items()}
        | dict.fromkeys(("enterprise_en", *IN_EITHER_LANGUAGE), values.text)
        | _SOURCE,
        ("code",),
        filled={"code", "name_zh", "sector", "kind", "basis"},
        optional={name for name, each in fields.items() if each.name not in _WANTED},
        columns=_SOURCE_FIELDS | columns,
        year=year,
    )


@cache
def get_report_layout(year: int) -> Layout:
    """Return the monthly reports of one year."""
    fields = {each.name: each.read for each in FIELDS[WorkbookKind.REPORTS].values() if each.model}
    keys = {"code": values.code, "month": values.month}
    return Layout(
        f"monthly_reports_{year}.csv",
        _store_report,
        {**keys, **fields, "basis": values.basis, "state": values.report_state, **_SOURCE},
        ("code", "month"),
        filled={"code", "month", "basis"},
        optional=fields.keys() - {"disbursed"} | {"state", *_SOURCE},
        columns=_SOURCE_FIELDS | {"entry": "code"},
        year=year,
    )
