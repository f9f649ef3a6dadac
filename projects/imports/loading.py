"""Loading a directory of CSV files into the register: all of it or nothing, in one transaction.

A line becomes records by the functions at the end, each saved as soon as its line is read, or refused at its cells. A load
is of the system itself, so it looks records up in the whole register.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.choices import ClaimFigure, ListStatus, ReportState, Unit, WorkbookKind
from projects.history.revisions import create_revision
from projects.models import Claim, Enterprise, Entry, MonthlyReport, Prefecture, Programme, Project, Source, Target
from projects.periods import EARLIEST, LATEST
from projects.plausibility.checks import take_pointed_out
from projects.text import listing
from sectors.models import ChainLink, Sector

from . import register_files, values
from .checks import CLEARED
from .chronicle import record_load
from .fields import FIELDS, IN_EITHER_LANGUAGE
from .judging import set_value
from .opening import is_chinese
from .register_files import CsvRow, FileLayout, Result, read_lines, read_rows
from .report_rows import NOT_ON_LIST
from .values import CellContext

Progress = Callable[[int, int], None]  # lines done, lines in all
Store = Callable[[CsvRow, Result], None]  # raises `ValidationError` by column

NO_PROJECT = gettext_lazy("There is no project “%(value)s”.")
_REFERENCE = (register_files.SECTORS, register_files.CHAIN_LINKS, register_files.PREFECTURES)
_YEARLY = re.compile(r"(projects|monthly_reports)_(\d{4})\.csv")


class _RolledBack(Exception):  # noqa: N818  undoes the revision under way
    pass


def load_directory(directory: Path, *, year: int | None, dry_run: bool, progress: Progress | None = None) -> Result:
    """Load the files of a register directory; of the yearly ones those of `year`, or all if it is None.

    Nothing is stored if the result has problems, or in a dry run. After a file with problems only the cells of others are
    read, since their records refer to it, and after one of reference data nothing. `progress` is told after each line.
    """
    result = Result()
    files = [
        (layout, read_rows(layout.name, path, result), stores)
        for layout, path, stores in _find_files(directory, year, result)
    ]
    whole, done = sum(max(len(rows) - 1, 0) for _layout, rows, _stores in files), 0
    try:
        with record_load(f"load_register {directory.name}") as draft:
            first = draft.number
            for layout, rows, stores in files:
                is_stored = not result.problems
                for line in read_lines(layout, rows, result):
                    if line and is_stored:
                        store_line(line, stores, result)
                    done += 1
                    if progress:
                        progress(done, whole)
                if result.problems and layout in _REFERENCE:
                    break  # cells of all others name what stands in it
            if result.problems or dry_run:
                raise _RolledBack
        if draft.touched:
            result.revisions = (first, draft.number)
    except _RolledBack:
        pass
    names = [layout.name for layout, _rows, _stores in files]
    result.problems.sort(key=lambda fault: (names.index(fault.file) if fault.file in names else -1, fault))
    return result


def _known_files(years: list[int]) -> Iterator[tuple[FileLayout, tuple[Store, ...]]]:
    """Yield all files that a directory may have, in the order in which they refer to each other, with what stores their
    lines.
    """
    yield register_files.SECTORS, (store_reference(Sector),)
    yield register_files.CHAIN_LINKS, (store_reference(ChainLink),)
    yield register_files.PREFECTURES, (store_reference(Prefecture),)
    yield register_files.PROGRAMMES, (store_reference(Programme),)
    yield register_files.TARGETS, (store_target,)
    for year in years:
        yield register_files.get_project_layout(year), (store_project, store_entry)
    yield register_files.CLAIMS, (store_claim,)
    for year in years:
        yield register_files.get_report_layout(year), (store_report,)


def _find_files(directory: Path, year: int | None, result: Result) -> list[tuple[FileLayout, Path, tuple[Store, ...]]]:
    """Return the files that are there; what is missing or of no known name is a problem."""
    try:
        names = sorted(path.name for path in directory.iterdir() if path.suffix.lower() == ".csv")
    except OSError as error:
        result.add(str(directory), 0, "", _("The directory cannot be read (%(error)s).") % {"error": error.strerror})
        return []
    years = [year] if year else sorted({int(match[2]) for name in names if (match := _YEARLY.fullmatch(name))})
    known = list(_known_files([number for number in years if EARLIEST <= number <= LATEST]))
    known_names = [layout.name for layout, _stores in known]
    for name in names:
        if name not in known_names and not _YEARLY.fullmatch(name):
            message = _("The file is not part of a register. Known: %(known)s.")
            result.add(name, 0, "", message % {"known": listing(known_names)})
    missing = _("The file is missing.")
    if not years:
        result.add("projects_<year>.csv", 0, "", missing)
    for number in years:
        name = f"projects_{number}.csv"
        if name not in names:
            result.add(name, 0, "", missing)
        if not EARLIEST <= number <= LATEST:
            message = _("The year must be from %(first)s to %(last)s.")
            result.add(name, 0, "", message % {"first": EARLIEST, "last": LATEST})
    return [(layout, directory / layout.name, stores) for layout, stores in known if layout.name in names]


_ENTERPRISE_COLUMNS = {"name_zh": "enterprise_zh", "name_en": "enterprise_en"}


def store_line(line: CsvRow, stores: Iterable[Store], result: Result) -> None:
    """Store the records of a line, or say at its cells why they cannot be."""
    try:
        if line.layout.year:
            find_programme(line.layout.year, line, result)
        for store in stores:
            store(line, result)
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            for message in messages:
                result.add(line.layout.name, line.number, line.layout.get_column(name), message)


def save(line: CsvRow, record: Any, result: Result) -> Any:
    """Store a record if it is new or changed, and count it. Raises `ValidationError` by column."""
    model, is_new, changed = type(record), record._state.adding, record.changed_fields()
    try:
        if changed:
            record.save()
    except ValidationError as error:
        columns = _ENTERPRISE_COLUMNS if model is Enterprise else line.layout.fields
        found = {columns.get(name, name): messages for name, messages in error.message_dict.items()}
        raise ValidationError(found) from error
    with create_revision() as draft:  # the one of the load
        for doubt in take_pointed_out(draft):
            result.point_out(line, doubt)
    if record.pk not in result.stored[model]:
        result.stored[model].add(record.pk)
        result.counts[model]["new" if is_new else "changed" if changed else "unchanged"] += 1
    return record


def find_stored(model: type[Any], *conditions: Q, **key: Any) -> Any:
    """Return the record of this key in the whole register, or None."""
    return model._default_manager.filter(*conditions, **key).order_by("pk").first()


def find_project(line: CsvRow) -> Project:
    """Return the project that a line names by its code. Raises `ValidationError`."""
    project: Project | None = find_stored(Project, code=line["code"])
    if project is None:
        raise ValidationError({"code": NO_PROJECT % {"value": line.cells["code"]}})
    return project


# which record a line is about, and what it says of it


def store_reference(model: type[Any]) -> Store:
    """Return what stores the reference data of a model, whose fields are the columns of its file."""

    def store(line: CsvRow, result: Result) -> None:
        record = find_stored(model, **{name: line[name] for name in line.layout.key}) or model()
        for column in line.layout.columns:
            set_value(record, column.name, CLEARED if line[column.name] is None else line[column.name])
        save(line, record, result)

    return store


def find_programme(year: int, line: CsvRow, result: Result) -> Programme:
    """Return the year's programme, made with a plain name if there is none."""
    stored = find_stored(Programme, year=year)
    new = Programme(year=year, name_zh=f"{year}年重点项目", name_en=f"Key projects of {year}")
    return stored or save(line, new, result)


def store_target(line: CsvRow, result: Result) -> None:
    programme, (measure, through) = find_programme(line["year"], line, result), line["metric"]
    if line["unit"].casefold() != measure.unit.value.casefold():
        raise ValidationError({"unit": _("The unit of this metric is %(unit)s.") % {"unit": measure.unit.value}})
    key = {
        "programme": programme,
        "measure": measure,
        "kind": line["kind"],
        "through_month": through,
        "source": _find_source(line, result),
    }
    record = find_stored(Target, **key) or Target(**key)
    record.relation, record.value = line["relation"], line["value"]
    if "sector" in line:
        record.sector = line["sector"]
    _set_in_languages(record, line, "note")
    save(line, record, result)


def store_project(line: CsvRow, result: Result) -> None:
    record = find_stored(Project, code=line["code"]) or Project(code=line["code"])
    _put_fields(record, line, WorkbookKind.REGISTER, but={"code", "enterprise"})
    record.enterprise, record.source = _find_enterprise(line, result), _find_source(line, result)
    for name in IN_EITHER_LANGUAGE:
        _set_in_languages(record, line, name)
    save(line, record, result)


def store_entry(line: CsvRow, result: Result) -> None:
    """Store the place of a line's project on the year's list: new or continuing by the year in which the project starts."""
    year: Any = line.layout.year
    project, programme = find_project(line), find_programme(year, line, result)
    record = find_stored(Entry, project=project, programme=programme) or Entry(project=project, programme=programme)
    _put_fields(record, line, WorkbookKind.REGISTER)
    if "status" not in line and record.status == ListStatus.UNKNOWN and project.started:
        is_older = project.started.first.year < year
        record.status = ListStatus.CONTINUING if is_older else ListStatus.NEW
    record.basis, record.source = line["basis"], project.source
    save(line, record, result)


def store_report(line: CsvRow, result: Result) -> None:
    """Store a report, a settled one unless the file says otherwise."""
    month, year = line["month"], line.layout.year
    if month.year != year:
        raise ValidationError({"month": _("%(month)s is not in the programme's year.") % {"month": month}})
    project = find_project(line)
    entry = find_stored(Entry, project=project, programme__year=year)
    if entry is None:
        raise ValidationError({"code": NOT_ON_LIST % {"value": project.code}})
    stored = find_stored(MonthlyReport, entry=entry, month=month.number)
    record = stored or MonthlyReport(entry=entry, month=month.number, state=ReportState.APPROVED)
    _put_fields(record, line, WorkbookKind.REPORTS)
    record.basis, record.state = line["basis"], line["state"] or record.state
    if "source_url" in line:
        record.source = _find_source(line, result)
    save(line, record, result)


def store_claim(line: CsvRow, result: Result) -> None:
    figure, through, year, of_output_value = line["figure"]
    key = {
        "project": find_project(line),
        "figure": figure,
        "through_month": through,
        "year": year,
        "source": _find_source(line, result),
    }
    scope = line["scope"] or line["scope_zh"] or line["scope_en"] or ""
    has_scope = Q(scope_zh=scope) | Q(scope_en=scope) if scope else Q(scope_zh="", scope_en="")
    record = find_stored(Claim, has_scope, **key) or Claim(**key)
    record.of_output_value = record.of_output_value or of_output_value  # a file that does not say leaves it alone
    _set_statement(record, line, figure)
    _set_in_languages(record, line, "scope")
    _set_in_languages(record, line, "note")
    _set_adopted(record)
    save(line, record, result)


def _put_fields(record: Any, line: CsvRow, kind: WorkbookKind, *, but: Iterable[str] = ()) -> None:
    """Set the fields of a record that the file has columns of; a blank cell says what a new record says."""
    for name, field in FIELDS[kind].items():
        column = line.layout.fields.get(name, name)
        is_in_languages = name.endswith(("_zh", "_en")) and name[: -len("_zh")] in line
        if field.model is type(record) and column in line and name not in but and not is_in_languages:
            set_value(record, name, CLEARED if line[column] is None else line[column])


def _find_source(line: CsvRow, result: Result) -> Source | None:
    """Return the source of a line, stored if it is new; None if the line names none."""
    url, date = line["source_url"], line["source_date"]
    if not url:
        if date:
            raise ValidationError({"source_url": _("A date of publication needs the address of the source.")})
        return None
    record = Source(url=url)
    record.published_on = date
    key = {"url": url, "published": record.published, "published_precision": record.published_precision}
    stored: Source = save(line, find_stored(Source, **key) or record, result)
    return stored


def _find_enterprise(line: CsvRow, result: Result) -> Enterprise | None:
    """Return the enterprise of a line by its Chinese name; an English name is added or corrected, never taken away."""
    name_zh, name_en = line["enterprise_zh"], line["enterprise_en"]
    if not name_zh:
        if name_en:
            raise ValidationError({"enterprise_zh": _("An enterprise needs its Chinese name.")})
        return None
    record: Enterprise = find_stored(Enterprise, name_zh=name_zh) or Enterprise(name_zh=name_zh)
    if name_en and name_en != record.name_en:
        if record.pk in result.stored[Enterprise]:
            raise ValidationError({"enterprise_en": _("Another line says otherwise.")})
        record.name_en = name_en
    save(line, record, result)
    return record


def _set_in_languages(record: Any, line: CsvRow, name: str) -> None:
    """Set `<name>_zh` and `<name>_en` from a text in either language and from the columns of one language each.

    A translation that the file does not have is kept as long as the text it translates stays the same.
    """
    given = {"zh": line[f"{name}_zh"], "en": line[f"{name}_en"]}
    text = line[name]
    spoken = "zh" if is_chinese(text or "") else "en"
    given[spoken] = given[spoken] or text
    silent = "en" if spoken == "zh" else "zh"
    if getattr(record, f"{name}_{spoken}") != (given[spoken] or "") or f"{name}_{silent}" in line or not text:
        setattr(record, f"{name}_{silent}", given[silent] or "")
    setattr(record, f"{name}_{spoken}", given[spoken] or "")


def _set_statement(record: Any, line: CsvRow, figure: ClaimFigure) -> None:
    """Set amount or stated text of a claim. Raises `ValidationError` where its unit does not fit."""
    text = line["value"]
    record.amount, record.stated = None, text
    try:
        if figure.unit == Unit.CNY:
            record.amount, record.stated = values.amount(text, CellContext()), ""
            fitting = {Unit.CNY.value.casefold()}
        elif figure.unit == Unit.DATE:
            date = values.partial_date(text, CellContext())
            record.stated, fitting = str(date), {date.precision.value}
        else:
            fitting = {Unit.PERCENT.value}
    except ValidationError as error:
        raise ValidationError({"value": error.messages}) from error
    if line["unit"].casefold() not in fitting:
        message = _("The unit of this value is %(unit)s.") % {"unit": listing(sorted(fitting))}
        raise ValidationError({"unit": message})


def _set_adopted(record: Claim) -> None:
    """Adopt a claim, new in the file or changed, that says what the file says of the project, the first of a figure."""
    figure = ClaimFigure(record.figure)
    if not (figure.is_of_project and record.project.figure(figure) == record.value):
        record.adopted = False
    elif record._state.adding or (record.changed_fields() and not record.adopted):
        record.adopted = find_stored(Claim, project=record.project, figure=figure, adopted=True) is None
