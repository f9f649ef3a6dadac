"""Records from lines: which record a line is about, and what it says of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.choices import ClaimFigure, ListStatus, Precision, ReportState, Transferred, Unit
from projects.models import Claim, Enterprise, Entry, MonthlyReport, Prefecture, Programme, Project, Source, Target
from projects.models.fields import NATIONAL_CODE_REFUSED
from projects.text import listing
from sectors.models import ChainLink, Sector

from . import cells
from .opening import CsvRow, is_chinese
from .saving import RecordSaver

NO_SECTOR = gettext_lazy("There is no sector “%(value)s”.")
NO_CHAIN_LINK = gettext_lazy("There is no chain link “%(value)s”.")
NO_PREFECTURE = gettext_lazy("There is no prefecture “%(value)s”.")
NO_PROJECT = gettext_lazy("There is no project “%(value)s”.")
NOT_ON_LIST = gettext_lazy("The project “%(value)s” is not on this year's list.")

Store = Callable[[CsvRow, RecordSaver], None]


def sector(line: CsvRow, saver: RecordSaver) -> None:
    record = saver.lookup.find(Sector, line["code"]) or Sector(code=line["code"] or "")
    saver.save(line, _named(record, line, order=line["order"] or 0))


def chain_link(line: CsvRow, saver: RecordSaver) -> None:
    record = saver.lookup.find(ChainLink, line["code"]) or ChainLink(code=line["code"] or "")
    record.sector = saver.found(line, "sector", Sector, line["sector"], message=NO_SECTOR)
    saver.save(line, _named(record, line, order=line["order"] or 0))


def prefecture(line: CsvRow, saver: RecordSaver) -> None:
    record = saver.lookup.find(Prefecture, line["adcode"]) or Prefecture(adcode=line["adcode"] or "")
    saver.save(line, _named(record, line))


def programme(line: CsvRow, saver: RecordSaver) -> None:
    record = saver.lookup.find(Programme, line["year"]) or Programme(year=line["year"])
    saver.save(line, _named(record, line))


def programme_of(year: int, line: CsvRow, saver: RecordSaver) -> Programme | None:
    """The year's programme, made with a plain name if there is none; None if the year cannot have one."""
    stored = saver.lookup.find(Programme, year)
    new = Programme(year=year, name_zh=f"{year}年重点项目", name_en=f"Key projects of {year}")
    return stored or saver.save_part(line, new)


def target(line: CsvRow, saver: RecordSaver) -> None:
    of_year = programme_of(line["year"], line, saver) if line["year"] is not None else None
    measure, through = line["metric"] or (None, None)
    if measure and line["unit"] and line["unit"].casefold() != measure.unit.value.casefold():
        saver.say(line, "unit", _("The unit of this metric is %(unit)s.") % {"unit": measure.unit.value})
    source = _source(line, saver)
    key = (line["year"], measure, line["kind"], through, source and source.natural_key())
    record = saver.lookup.find(Target, *key) or Target(
        programme=of_year, measure=measure or "", kind=line["kind"] or "", through_month=through, source=source
    )
    record.relation, record.value = line["relation"] or "", line["value"]
    if "sector" in line:
        record.sector = saver.found(line, "sector", Sector, line["sector"], message=NO_SECTOR)
    _set_in_languages(record, line, "note")
    saver.save(line, record)


def project(line: CsvRow, saver: RecordSaver) -> None:
    code = line["code"] or ""
    saver.refuse(Project, (code,))  # until it is stored
    record = saver.lookup.find(Project, code) or Project(code=code)
    _named(record, line)
    record.enterprise = _enterprise(line, saver)
    record.prefecture = saver.found(line, "prefecture", Prefecture, line["prefecture"], message=NO_PREFECTURE)
    record.sector = saver.found(line, "sector", Sector, line["sector"], message=NO_SECTOR)
    record.chain_link = saver.found(line, "chain_link", ChainLink, line["chain_link"], message=NO_CHAIN_LINK)
    record.kind, record.basis = line["kind"] or "", line["basis"] or ""
    record.total_investment, record.expected_revenue = line["total_investment"], line["expected_revenue"]
    record.transferred = line["transferred"] or Transferred.UNKNOWN
    record.source_province = line["source_province"] or ""
    record.started, record.finished = line["start"], line["finish"]
    record.source = _source(line, saver)
    _set_in_languages(record, line, "county")
    _set_in_languages(record, line, "note")
    for name in saver.sheet.plain:
        if name in line:
            blank = Project._meta.get_field(name).get_default()
            setattr(record, name, blank if line[name] is None else line[name])
    if record.national_code and not saver.lookup.has_national_code(code, record.national_code):
        saver.say(line, "national_code", NATIONAL_CODE_REFUSED)
    saver.save(line, record)


def entry_of(year: int) -> Store:
    """Stores the place of a line's project on the year's list."""

    def entry(line: CsvRow, saver: RecordSaver) -> None:
        saver.refuse(Entry, (line["code"], year))  # until it is stored
        of = saver.lookup.find(Project, line["code"])
        stored = saver.lookup.find(Entry, line["code"], year)
        record = stored or Entry(project=of, programme=saver.lookup.find(Programme, year))
        record.planned_disbursement = line[f"planned_disbursement_{year}"]
        if "status" in line:
            record.status = line["status"] or ListStatus.UNKNOWN
        elif record.status == ListStatus.UNKNOWN:
            record.status = _status(of, year)
        for name in ("joined", "left"):
            if name in line:
                setattr(record, name, line[name])
        record.basis, record.source = line["basis"] or "", of and of.source
        saver.save(line, record)

    return entry


def claim(line: CsvRow, saver: RecordSaver) -> None:
    about = saver.found(line, "code", Project, line["code"], message=NO_PROJECT)
    figure, through, year, of_output_value = line["figure"] or (None, None, None, False)
    source = _source(line, saver)
    scope = line["scope"] or line["scope_zh"] or line["scope_en"] or ""
    key = (line["code"], figure, through, year, source and source.natural_key(), scope)
    record = saver.lookup.find(Claim, *key) or Claim(
        project=about, figure=figure or "", through_month=through, year=year, source=source
    )
    record.of_output_value = record.of_output_value or of_output_value  # a file that does not say leaves it alone
    _set_statement(record, line, saver, figure)
    _set_in_languages(record, line, "scope")
    _set_in_languages(record, line, "note")
    if figure is not None and not line.bad:
        _set_adopted(record, saver)
    saver.save(line, record)


def report_of(year: int) -> Store:
    """Stores one monthly report of the year; a settled one unless the file says otherwise."""

    def report(line: CsvRow, saver: RecordSaver) -> None:
        month = line["month"]
        if month is not None and month.year != year:
            saver.say(line, "month", _("%(month)s is not in the programme's year.") % {"month": month})
        saver.found(line, "code", Project, line["code"], message=NO_PROJECT)
        entry = None
        if "code" not in line.bad:
            entry = saver.found(line, "code", Entry, line["code"], year, message=NOT_ON_LIST)
        number = month.number if month else None
        stored = saver.lookup.find(MonthlyReport, line["code"], year, number)
        record = stored or MonthlyReport(entry=entry, month=number, state=ReportState.APPROVED)
        record.disbursed, record.basis = line["disbursed"], line["basis"] or ""
        record.state = line["state"] or record.state
        if "enterprises_attracted" in line:
            record.enterprises_attracted = line["enterprises_attracted"]
        if "source_url" in line:
            record.source = _source(line, saver)
        saver.save(line, record)

    return report


def _named(record: Any, line: CsvRow, **more: Any) -> Any:
    record.name_zh, record.name_en = line["name_zh"] or "", line["name_en"] or ""
    for name, value in more.items():
        setattr(record, name, value)
    return record


def _source(line: CsvRow, saver: RecordSaver) -> Source | None:
    """The source of a line, stored if it is new; None if the line names none or it is not valid."""
    url, date = line["source_url"], line["source_date"]
    if line.bad.intersection({"source_url", "source_date"}):
        return None
    if not url:
        if date:
            saver.say(line, "source_url", _("A date of publication needs the address of the source."))
        return None
    stored = saver.lookup.find(Source, url, str(date or ""))
    record = stored or Source(url=url)
    record.published_on = date
    return saver.save_part(line, record)


def _enterprise(line: CsvRow, saver: RecordSaver) -> Enterprise | None:
    """The enterprise of a line by its Chinese name; an English name is added or corrected, never taken away."""
    name_zh, name_en = line["enterprise_zh"], line["enterprise_en"]
    if not name_zh:
        if name_en:
            saver.say(line, "enterprise_zh", _("An enterprise needs its Chinese name."))
        return None
    record = saver.lookup.find(Enterprise, name_zh) or Enterprise(name_zh=name_zh)
    record.name_en = name_en or record.name_en
    return saver.save_part(line, record, {"name_zh": "enterprise_zh", "name_en": "enterprise_en"})


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


def _status(of: Project | None, year: int) -> str:
    """New or continuing by the year in which the project starts."""
    if of is None or of.started is None:
        return ListStatus.UNKNOWN
    return ListStatus.CONTINUING if of.started.first.year < year else ListStatus.NEW


def _set_statement(record: Claim, line: CsvRow, saver: RecordSaver, figure: ClaimFigure | None) -> None:
    """Amount or stated text of a claim, and whether its unit fits."""
    text, unit = line["value"], line["unit"]
    if figure is None or text is None or unit is None:
        return
    record.amount, record.stated = None, ""
    if figure.unit == Unit.CNY:
        record.amount = _read(line, saver, cells.amount)
        fitting = {Unit.CNY.value.casefold()}
    elif figure.unit == Unit.DATE:
        date = _read(line, saver, cells.partial_date)
        record.stated = str(date or "")
        fitting = {date.precision.value} if date else set(Precision.values)
    else:
        record.stated, fitting = text, {Unit.PERCENT.value}
    if unit.casefold() not in fitting:
        saver.say(line, "unit", _("The unit of this value is %(unit)s.") % {"unit": listing(sorted(fitting))})


def _read(line: CsvRow, saver: RecordSaver, reader: cells.Reader) -> Any:
    try:
        return reader(line["value"])
    except ValidationError as error:
        for message in error.messages:
            saver.say(line, "value", message)
        return None


def _set_adopted(record: Claim, saver: RecordSaver) -> None:
    """A file adopts a claim, new in it or changed, that says what the file says of the project, the first of a figure."""
    figure = ClaimFigure(record.figure)
    agrees = figure.is_of_project and record.project.figure(figure) == record.value
    if not agrees:
        record.adopted = False
    elif record._state.adding or (record.changed_fields() and not record.adopted):
        record.adopted = not saver.lookup.adopts(record.project, figure)
