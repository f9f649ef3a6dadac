"""Loading a directory of CSV files into the register: all of it or nothing, in one transaction.

A line becomes records by the functions at the end, each stored as soon as its line is read, or refused at its cells: a new
record is validated, gets its key, and is inserted with others. That no other has what identifies it is known from what is
stored; that what it refers to exists, since it came from there. A load is of the system itself, so it looks records up in
the whole register.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.choices import ClaimFigure, Importance, ListStatus, Precision, ReportState, Unit, WorkbookKind
from projects.history.revisions import Draft
from projects.models import Claim, Enterprise, Entry, MonthlyReport, Prefecture, Programme, Project, Source, Target
from projects.models.bulk import Keys, insert_with_history
from projects.models.fields import NATIONAL_CODE_REFUSED
from projects.periods import EARLIEST, LATEST
from projects.plausibility.checks import find_doubts_about_new, take_pointed_out
from projects.text import listing
from sectors.models import ChainLink, Sector

from . import register_files, values
from .checks import CLEARED
from .chronicle import loading
from .fields import FIELDS, IN_EITHER_LANGUAGE
from .judging import put
from .opening import is_chinese, number_of_lines
from .register_files import CsvRow, FileLayout, Result, read_lines
from .report_rows import NOT_ON_LIST
from .values import ColumnReading, Reader

Progress = Callable[[int, int], None]  # lines done, lines in all
Store = Callable[[CsvRow, "RegisterLoader"], None]
Key = tuple[Any, ...]

NO_PROJECT = gettext_lazy("There is no project “%(value)s”.")
_PIECE = 1000  # lines, of which the new records are inserted together
_YEARLY = re.compile(r"(projects|monthly_reports)_(\d{4})\.csv")


class _RolledBack(Exception):  # noqa: N818  undoes the revision under way
    pass


class Refused(Exception):  # noqa: N818  an outcome, reported already
    """A line cannot be stored; why is among the problems of the result."""


def load_directory(directory: Path, *, year: int | None, dry_run: bool, progress: Progress | None = None) -> Result:
    """Load the files of a register directory; of the yearly ones those of `year`, or all if it is None.

    Nothing is stored if the result has problems, or in a dry run. `progress` is told after each line.
    """
    result = Result()
    files = _find_files(directory, year, result)
    whole, done = number_of_lines(path for _sheet, path, _stores in files) if progress else 0, 0
    try:
        with loading(f"load_register {directory.name}") as draft:
            first, loader = draft.number, RegisterLoader(result, draft)
            for sheet, path, stores in files:
                loader.open(sheet)
                for number, line in enumerate(read_lines(sheet, path, result), start=1):
                    loader.store(line, stores)
                    if number % _PIECE == 0:
                        loader.flush()
                    if progress:
                        done += 1
                        progress(done, whole)
                loader.flush()
            if result.problems or dry_run:
                raise _RolledBack
            del loader  # so that its memory is there for the seal
        if draft.touched:
            result.revisions = (first, draft.number)
    except _RolledBack:
        pass
    names = [sheet.name for sheet, _path, _stores in files]
    result.problems.sort(key=lambda each: (names.index(each.file) if each.file in names else -1, each))
    return result


def _known_files(years: list[int]) -> Iterator[tuple[FileLayout, tuple[Store, ...]]]:
    """All files that a directory may have, in the order in which they refer to each other, and what their lines become."""
    yield register_files.SECTORS, (store_sector,)
    yield register_files.CHAIN_LINKS, (store_chain_link,)
    yield register_files.PREFECTURES, (store_prefecture,)
    yield register_files.PROGRAMMES, (store_programme,)
    yield register_files.TARGETS, (store_target,)
    for year in years:
        yield register_files.projects_of(year), (store_project, store_entry)
    yield register_files.CLAIMS, (store_claim,)
    for year in years:
        yield register_files.reports_of(year), (store_report,)


def _find_files(directory: Path, year: int | None, result: Result) -> list[tuple[FileLayout, Path, tuple[Store, ...]]]:
    """The files that are there; what is missing or of no known name is a problem."""
    try:
        names = sorted(path.name for path in directory.iterdir() if path.suffix.lower() == ".csv")
    except OSError as error:
        result.add(str(directory), 0, "", _("The directory cannot be read (%(error)s).") % {"error": error.strerror})
        return []
    years = [year] if year else sorted({int(match[2]) for name in names if (match := _YEARLY.fullmatch(name))})
    known = list(_known_files([each for each in years if EARLIEST <= each <= LATEST]))
    known_names = [sheet.name for sheet, _stores in known]
    for name in names:
        if name not in known_names and not _YEARLY.fullmatch(name):
            message = _("The file is not part of a register. Known: %(known)s.")
            result.add(name, 0, "", message % {"known": listing(known_names)})
    missing = _("The file is missing.")
    if not years:
        result.add("projects_<year>.csv", 0, "", missing)
    for each in years:
        name = f"projects_{each}.csv"
        if name not in names:
            result.add(name, 0, "", missing)
        if not EARLIEST <= each <= LATEST:
            message = _("The year must be from %(first)s to %(last)s.")
            result.add(name, 0, "", message % {"first": EARLIEST, "last": LATEST})
    return [(sheet, directory / sheet.name, stores) for sheet, stores in known if sheet.name in names]


def _target_key(target: Target) -> list[Key]:
    source = target.source.natural_key()
    return [(target.programme.year, target.measure, target.kind, target.through_month, source)]


def _claim_key(claim: Claim) -> list[Key]:
    """A claim is found by its scope in either language."""
    start = (claim.project.code, claim.figure, claim.through_month, claim.year, claim.source.natural_key())
    return [(*start, scope) for scope in {claim.scope_zh, claim.scope_en} - {""} or {""}]


_KEYS: Mapping[type[Model], Callable[[Any], list[Key]]] = {Target: _target_key, Claim: _claim_key}
# what a record belongs to: the record that was found, and not one of its own, which would be a stranger to its changes
_OWNERS: Mapping[type[Model], Mapping[str, type[Model]]] = {
    Target: {"programme": Programme, "source": Source},
    Claim: {"project": Project, "source": Source},
    Entry: {"project": Project, "programme": Programme},
    MonthlyReport: {"entry": Entry},
}
_OF_YEAR: Mapping[type[Model], str] = {Entry: "programme__year", MonthlyReport: "entry__programme__year"}


class RegisterLoader:
    """Finds and stores the records of lines. Everything that is wrong with a line is found before it is refused."""

    def __init__(self, result: Result, draft: Draft) -> None:
        self.result, self._draft = result, draft
        self._records: dict[type[Model], dict[Key, Any]] = {}
        self._refused: set[tuple[type[Model], Key]] = set()
        self._counted: dict[type[Model], set[Any]] = defaultdict(set)
        self._keys = Keys()
        self._new: dict[type[Model], list[Any]] = {}  # to be inserted, in the order in which they refer to each other
        self._lines: dict[int, CsvRow] = {}  # of those, by identity
        self.adopted: set[tuple[int, str]] | None = None  # figures of which a claim is adopted
        self.national_codes: dict[str, str] | None = None

    def open(self, sheet: FileLayout) -> None:
        """From now on the lines are those of this sheet."""
        self.sheet = sheet
        for model in _OF_YEAR:
            self._records.pop(model, None)

    def store(self, line: CsvRow, stores: Iterable[Store]) -> None:
        if self.sheet.year:
            find_programme(self.sheet.year, line, self)
        for each in stores:
            try:
                each(line, self)
            except Refused:
                line.bad.add(self.sheet.key[0])  # whatever else the line is about hangs on it

    def find(self, model: type[Model], *key: Any) -> Any:
        """The stored record of this key, or None; entries and reports are those of the year of the file."""
        if model not in self._records:
            owners = {
                name: {record.pk: record for record in self._find_all(owner).values()}
                for name, owner in _OWNERS.get(model, {}).items()
            }
            stored: QuerySet = model._default_manager.order_by("pk")
            if model in _OF_YEAR:
                stored = stored.filter(**{_OF_YEAR[model]: self.sheet.year})
            known: dict[Key, Any] = {}
            for record in stored:
                for name, records in owners.items():
                    setattr(record, name, records[getattr(record, f"{name}_id")])
                for each in _keys_of(record):
                    known.setdefault(each, record)
            self._records[model] = known
        return self._records[model].get(key)

    def _find_all(self, model: type[Model]) -> dict[Key, Any]:
        self.find(model)
        return self._records[model]

    def find_named(self, line: CsvRow, column: str, model: type[Model], *key: Any, message: Any) -> Any:
        """The record that a cell refers to; None for a blank one, and for an unknown one after a problem was added."""
        if line[column] is None:
            return None
        record = self.find(model, *key)
        if record is None and (model, key) in self._refused:
            line.bad.add(column)
        elif record is None:
            self.say(line, column, message % {"value": line.cells[column]})
        return record

    def refuse(self, model: type[Model], *key: Any) -> None:
        """Remember that a record of this key is not stored, so that lines about it are not said to be wrong too."""
        self._refused.add((model, key))

    def save(self, line: CsvRow, record: Any) -> None:
        """Store a record if it is new or changed, and count it. Raises `Refused`."""
        if line.bad:
            self._is_valid(record.full_clean_alone, line)  # says what else is wrong
        if line.bad or not self._is_stored(line, record):
            raise Refused

    def save_part(self, line: CsvRow, record: Any, fields: Mapping[str, str] | None = None) -> Any:
        """Store what the line's own record refers to. None if that is not possible; why is said at its cell.

        `fields` says in which column a field stands, as `FileLayout.fields` does.
        """
        fields = fields or {}
        if record.pk not in self._counted[type(record)]:
            return record if self._is_stored(line, record, fields) else None
        changed = record.changed_fields()
        if changed and self._is_valid(record.full_clean_alone, line, fields):
            for name in changed:
                self.say(line, fields.get(name, name), _("Another line says otherwise."))
        return None if changed else record

    def _is_stored(self, line: CsvRow, record: Any, fields: Mapping[str, str] | None = None) -> bool:
        fields, model = fields or {}, type(record)
        is_new, changed = record._state.adding, record.changed_fields()
        validate = record.full_clean_alone
        if changed and not is_new:
            self.flush()
            validate = record.save  # which validates by itself
        if not self._is_valid(validate, line, fields):
            return False
        if is_new:
            self._lines[id(record)] = line
            self._insert(record)
        for doubt in take_pointed_out(self._draft):
            self.result.point_out(line, fields.get(doubt.field) or self._column(doubt.field), doubt)
        if changed:
            self._find_all(model).update(dict.fromkeys(_keys_of(record), record))
        self._refused.discard((model, record.natural_key()))
        if record.pk not in self._counted[model]:
            self._counted[model].add(record.pk)
            self.result.counts[model]["new" if is_new else "changed" if changed else "unchanged"] += 1
        return True

    def _insert(self, record: Any) -> None:
        record.pk = self._keys.take(type(record))
        record._state.adding = False
        record.note_as_stored()
        self._new.setdefault(type(record), []).append(record)

    def flush(self) -> None:
        """Insert the new records, and say what is doubted of them."""
        for records in self._new.values():
            insert_with_history(records)
        new, self._new = self._new, {}
        self._keys.release()
        for doubt in find_doubts_about_new([each for records in new.values() for each in records], self._draft):
            line, column = self._lines[id(doubt.record)], self._column(doubt.field)
            if doubt.rule.importance == Importance.REFUSE:
                self.say(line, column, doubt.message)
            else:
                self.result.point_out(line, column, doubt)
        self._lines = {}

    def say(self, line: CsvRow, column: str, message: Any) -> None:
        """A problem of one cell; nothing that follows from it is said besides."""
        line.bad.add(column)
        self.result.add(line.file, line.number, column, message)

    def _is_valid(self, validate: Callable[[], None], line: CsvRow, fields: Mapping[str, str] | None = None) -> bool:
        """Whether a record is valid; if not, why is said at the cells of its line."""
        try:
            validate()
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                column = (fields or {}).get(name) or self._column(name)
                if not line.bad.intersection({column, *self.sheet.follows.get(column, ())}):
                    for message in messages:  # else it follows from what is said already
                        self.say(line, column, message)
            return False
        return True

    def _column(self, name: str) -> str:
        return self.sheet.key[0] if name == NON_FIELD_ERRORS else self.sheet.column_of(name)


def _keys_of(record: Any) -> list[Key]:
    keys = _KEYS.get(type(record))
    return keys(record) if keys else [record.natural_key()]


# which record a line is about, and what it says of it


def store_sector(line: CsvRow, loader: RegisterLoader) -> None:
    record = loader.find(Sector, line["code"]) or Sector(code=line["code"] or "")
    record.order = line["order"] or 0
    loader.save(line, _with_names(record, line))


def store_chain_link(line: CsvRow, loader: RegisterLoader) -> None:
    record = loader.find(ChainLink, line["code"]) or ChainLink(code=line["code"] or "")
    record.sector, record.order = line["sector"], line["order"] or 0
    loader.save(line, _with_names(record, line))


def store_prefecture(line: CsvRow, loader: RegisterLoader) -> None:
    record = loader.find(Prefecture, line["adcode"]) or Prefecture(adcode=line["adcode"] or "")
    loader.save(line, _with_names(record, line))


def store_programme(line: CsvRow, loader: RegisterLoader) -> None:
    record = loader.find(Programme, line["year"]) or Programme(year=line["year"])
    loader.save(line, _with_names(record, line))


def find_programme(year: int, line: CsvRow, loader: RegisterLoader) -> Programme | None:
    """The year's programme, made with a plain name if there is none; None if the year cannot have one."""
    stored = loader.find(Programme, year)
    new = Programme(year=year, name_zh=f"{year}年重点项目", name_en=f"Key projects of {year}")
    return stored or loader.save_part(line, new)


def store_target(line: CsvRow, loader: RegisterLoader) -> None:
    of_year = find_programme(line["year"], line, loader) if line["year"] is not None else None
    measure, through = line["metric"] or (None, None)
    if measure and line["unit"] and line["unit"].casefold() != measure.unit.value.casefold():
        loader.say(line, "unit", _("The unit of this metric is %(unit)s.") % {"unit": measure.unit.value})
    source = _find_source(line, loader)
    key = (line["year"], measure, line["kind"], through, source and source.natural_key())
    record = loader.find(Target, *key) or Target(
        programme=of_year, measure=measure or "", kind=line["kind"] or "", through_month=through, source=source
    )
    record.relation, record.value = line["relation"] or "", line["value"]
    if "sector" in line:
        record.sector = line["sector"]
    _set_in_languages(record, line, "note")
    loader.save(line, record)


def store_project(line: CsvRow, loader: RegisterLoader) -> None:
    code = line["code"] or ""
    loader.refuse(Project, code)  # until it is stored
    record = loader.find(Project, code) or Project(code=code)
    _put_fields(record, line, loader, WorkbookKind.REGISTER, but={"code", "enterprise"})
    record.enterprise = _find_enterprise(line, loader)
    record.source = _find_source(line, loader)
    for name in IN_EITHER_LANGUAGE:
        _set_in_languages(record, line, name)
    if record.national_code:
        if loader.national_codes is None:
            stored = Project.objects.regardless_of_permission().exclude(national_code=None)
            loader.national_codes = dict(stored.values_list("national_code", "code"))
        if loader.national_codes.setdefault(record.national_code, code) != code:
            loader.say(line, "national_code", NATIONAL_CODE_REFUSED)
    loader.save(line, record)


def store_entry(line: CsvRow, loader: RegisterLoader) -> None:
    """The place of a line's project on the year's list: new or continuing by the year in which the project starts."""
    year: Any = loader.sheet.year
    loader.refuse(Entry, line["code"], year)  # until it is stored
    project = loader.find(Project, line["code"])
    record = loader.find(Entry, line["code"], year) or Entry(project=project, programme=loader.find(Programme, year))
    _put_fields(record, line, loader, WorkbookKind.REGISTER)
    if "status" not in line and record.status == ListStatus.UNKNOWN and project is not None and project.started:
        is_older = project.started.first.year < year
        record.status = ListStatus.CONTINUING if is_older else ListStatus.NEW
    record.basis, record.source = line["basis"] or "", project and project.source
    loader.save(line, record)


def store_report(line: CsvRow, loader: RegisterLoader) -> None:
    """A settled one unless the file says otherwise."""
    month, year = line["month"], loader.sheet.year
    if month is not None and month.year != year:
        loader.say(line, "month", _("%(month)s is not in the programme's year.") % {"month": month})
    loader.find_named(line, "code", Project, line["code"], message=NO_PROJECT)
    entry = None
    if "code" not in line.bad:
        entry = loader.find_named(line, "code", Entry, line["code"], year, message=NOT_ON_LIST)
    number: Any = month.number if month else None
    stored = loader.find(MonthlyReport, line["code"], year, number)
    record = stored or MonthlyReport(entry=entry, month=number, state=ReportState.APPROVED)
    _put_fields(record, line, loader, WorkbookKind.REPORTS)
    record.basis, record.state = line["basis"] or "", line["state"] or record.state
    if "source_url" in line:
        record.source = _find_source(line, loader)
    loader.save(line, record)


def store_claim(line: CsvRow, loader: RegisterLoader) -> None:
    about = loader.find_named(line, "code", Project, line["code"], message=NO_PROJECT)
    figure, through, year, of_output_value = line["figure"] or (None, None, None, False)
    source = _find_source(line, loader)
    scope = line["scope"] or line["scope_zh"] or line["scope_en"] or ""
    key = (line["code"], figure, through, year, source and source.natural_key(), scope)
    record = loader.find(Claim, *key) or Claim(
        project=about, figure=figure or "", through_month=through, year=year, source=source
    )
    record.of_output_value = record.of_output_value or of_output_value  # a file that does not say leaves it alone
    _set_statement(record, line, loader, figure)
    _set_in_languages(record, line, "scope")
    _set_in_languages(record, line, "note")
    if figure is not None and not line.bad:
        _set_adopted(record, loader)
    loader.save(line, record)


def _with_names(record: Any, line: CsvRow) -> Any:
    record.name_zh, record.name_en = line["name_zh"] or "", line["name_en"] or ""
    return record


def _put_fields(
    record: Any, line: CsvRow, loader: RegisterLoader, kind: WorkbookKind, *, but: Iterable[str] = ()
) -> None:
    """Set the fields of a record that the file has columns of; a blank cell says what a new record says."""
    for name, each in FIELDS[kind].items():
        column = loader.sheet.fields.get(name, name)
        is_in_languages = name.endswith(("_zh", "_en")) and name[: -len("_zh")] in line
        if each.model is type(record) and column in line and name not in but and not is_in_languages:
            put(record, name, CLEARED if line[column] is None else line[column])


def _find_source(line: CsvRow, loader: RegisterLoader) -> Source | None:
    """The source of a line, stored if it is new; None if the line names none or it is not valid."""
    url, date = line["source_url"], line["source_date"]
    if line.bad.intersection({"source_url", "source_date"}):
        return None
    if not url:
        if date:
            loader.say(line, "source_url", _("A date of publication needs the address of the source."))
        return None
    record = loader.find(Source, url, str(date or "")) or Source(url=url)
    record.published_on = date
    return loader.save_part(line, record)


def _find_enterprise(line: CsvRow, loader: RegisterLoader) -> Enterprise | None:
    """The enterprise of a line by its Chinese name; an English name is added or corrected, never taken away."""
    name_zh, name_en = line["enterprise_zh"], line["enterprise_en"]
    if not name_zh:
        if name_en:
            loader.say(line, "enterprise_zh", _("An enterprise needs its Chinese name."))
        return None
    record = loader.find(Enterprise, name_zh) or Enterprise(name_zh=name_zh)
    record.name_en = name_en or record.name_en
    return loader.save_part(line, record, {"name_zh": "enterprise_zh", "name_en": "enterprise_en"})


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


def _set_statement(record: Any, line: CsvRow, loader: RegisterLoader, figure: ClaimFigure | None) -> None:
    """Amount or stated text of a claim, and whether its unit fits."""
    text, unit = line["value"], line["unit"]
    if figure is None or text is None or unit is None:
        return
    record.amount, record.stated = None, ""
    if figure.unit == Unit.CNY:
        record.amount = _read_value(line, loader, values.amount)
        fitting = {Unit.CNY.value.casefold()}
    elif figure.unit == Unit.DATE:
        date = _read_value(line, loader, values.partial_date)
        record.stated = str(date or "")
        fitting = {date.precision.value} if date else set(Precision.values)
    else:
        record.stated, fitting = text, {Unit.PERCENT.value}
    if unit.casefold() not in fitting:
        loader.say(line, "unit", _("The unit of this value is %(unit)s.") % {"unit": listing(sorted(fitting))})


def _read_value(line: CsvRow, loader: RegisterLoader, read: Reader) -> Any:
    try:
        return read(line["value"], ColumnReading())
    except ValidationError as error:
        for message in error.messages:
            loader.say(line, "value", message)
        return None


def _set_adopted(record: Claim, loader: RegisterLoader) -> None:
    """A file adopts a claim, new in it or changed, that says what the file says of the project, the first of a figure."""
    figure = ClaimFigure(record.figure)
    if not (figure.is_of_project and record.project.figure(figure) == record.value):
        record.adopted = False
    elif record._state.adding or (record.changed_fields() and not record.adopted):
        if loader.adopted is None:
            adopted = Claim.objects.regardless_of_permission().filter(adopted=True)
            loader.adopted = set(adopted.values_list("project_id", "figure"))
        pair = (record.project.pk, figure)
        record.adopted = pair not in loader.adopted
        loader.adopted.add(pair)
