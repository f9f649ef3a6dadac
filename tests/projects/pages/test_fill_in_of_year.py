"""Workbooks of a year's targets and rounds: unchanged they change nothing, and last year's are where this one's begin."""

from __future__ import annotations

import io

import pytest
from django.utils.translation import override
from openpyxl.utils import get_column_letter

from projects.choices import WorkbookKind
from projects.models import Programme, Round, Target
from projects.workbook_imports import begin, confirm
from tests.office import saved_by_office
from tests.projects.workbook_imports.sent import WHY, worked

from .test_fill_in import book_at, columns_of

URL = "https://gxt.hunan.gov.cn/2024/plan.html 2024-02-01"


def address(kind, *, year=2023, **more):
    asked = "".join(f"&{name}={value}" for name, value in more.items())
    return f"/imports/template.xlsx?kind={kind}&programme={year}{asked}"


def saved(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def checked(user, content, kind, *, year=2023):
    said = {"kind": kind, "programme": Programme.objects.get(year=year), "month": None, "name": "表.xlsx"}
    return worked(begin(user, content=content, **said))


def counted(imported):
    assert (imported.state, imported.words) == ("ready", "")
    return {verdict: count for verdict, count in imported.counts["rows"].items() if count}


@pytest.mark.parametrize("unit", ["small", "large"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_targets_sent_back_unchanged_change_nothing(province, client_of, unit, language):
    book = book_at(client_of(province), address("targets", unit=unit, lang=language))
    stored = Target.objects.filter(programme__year=2023).count()
    assert counted(checked(province, saved(book), "targets")) == {"unchanged": stored}


def test_rounds_sent_back_unchanged_change_nothing(province, client_of):
    book = book_at(client_of(province), address("rounds"))
    stored = Round.objects.filter(programme__year=2023).count()
    assert counted(checked(province, saved(book), "rounds")) == {"unchanged": stored}


def saved_by_an_office(books, directory):
    """The same workbooks, by their kinds, as LibreOffice writes them."""
    for kind, content in books.items():
        (directory / f"{kind}.xlsx").write_bytes(content)
    files = saved_by_office(*(directory / f"{kind}.xlsx" for kind in books))
    return {file.stem: file.read_bytes() for file in files}


def test_an_office_keeps_every_value(province, client_of, tmp_path):
    client = client_of(province)
    books = {kind: saved(book_at(client, address(kind))) for kind in ("targets", "rounds")}
    written = saved_by_an_office(books, tmp_path)
    verdicts = {kind: [*counted(checked(province, content, kind))] for kind, content in written.items()}
    assert verdicts == {"targets": ["unchanged"], "rounds": ["unchanged"]}


def test_last_years_targets_begin_this_years(province, client_of):
    book = book_at(client_of(province), address("targets", year=2024, **{"from": 2023}))
    sheet, at = book.worksheets[1], columns_of(book)
    rows = [row for row in sheet.iter_rows(min_row=2) if row[at["measure"]].value]
    offered = [row for row in rows if row[at["source"]].value is None]
    assert offered
    assert all(row[at["value"]].value is None and row[at["number"]].value is None for row in offered)
    stored = {"unchanged": len(rows) - len(offered)} if len(rows) > len(offered) else {}
    unfilled = checked(province, saved(book), "targets", year=2024)
    assert counted(unfilled) == stored  # what is only offered is none of its rows
    assert unfilled.cells.values("row").distinct().count() == len(rows) - len(offered)
    filled = next(row for row in offered if row[at["measure"]].value == "入园企业")
    assert filled[at["source"] + 1].value == "超过 1,000 家"
    assert not filled[at["source"]].protection.locked
    filled[at["source"]].value, filled[at["number"]].value = URL, 1200
    imported = checked(province, saved(book), "targets", year=2024)
    assert counted(imported) == {"new": 1} | stored
    imported = worked(confirm(imported, user=province, reason=WHY))
    assert (imported.state, imported.words) == ("done", "")
    made = Target.objects.get(programme__year=2024, measure="enterprises_attracted")
    assert (made.value, made.relation, made.sector.code) == (1200, "more than", "5g-electronic-circuits")
    assert str(made.source.published_on) == "2024-02-01"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("kind", ["targets", "rounds", "register"])
def test_the_sheets_that_are_ours_are_not_said_to_be_unused(province, client_of, kind, language):
    client = client_of(province)
    imported = checked(province, saved(book_at(client, address(kind, lang=language))), kind)
    shown = client.get(f"/imports/{imported.pk}/", {"lang": "en"}).content.decode()
    assert imported.state == "ready"
    assert "”: not read" not in shown


def test_last_years_rounds_begin_this_years(province, client_of):
    book = book_at(client_of(province), address("rounds", year=2024, **{"from": 2023}))
    last = {each.month: each for each in Round.objects.filter(programme__year=2023)}
    imported = checked(province, saved(book), "rounds", year=2024)
    assert counted(imported) == {"new": len(last)}
    imported = worked(confirm(imported, user=province, reason=WHY))
    assert (imported.state, imported.words) == ("done", "")
    for made in Round.objects.filter(programme__year=2024):
        of_last = last[made.month]
        assert made.due == of_last.due.replace(year=of_last.due.year + 1)
        assert made.grace_days == of_last.grace_days


def test_who_may_not_write_them_is_given_no_workbook(changsha_writer, client_of):
    client = client_of(changsha_writer)
    shown = client.get("/imports/").content.decode()
    for kind in ("targets", "rounds"):
        assert client.get(address(kind)).status_code == 403
        assert f"kind={kind}" not in shown
        assert f'value="{kind}"' not in shown


def test_a_workbook_says_what_may_stand_in_a_cell(province, client_of):
    book = book_at(client_of(province), address("targets"))
    sheet, at = book.worksheets[1], columns_of(book)
    letters = {get_column_letter(place + 1): name for name, place in at.items()}
    found = sheet.data_validations.dataValidation
    rules = {letters[str(each.sqref).split(":")[0].rstrip("0123456789")]: each for each in found}
    assert {name for name, rule in rules.items() if rule.type == "list"} >= {"measure", "kind", "relation", "sector"}
    assert rules["value"].type == "decimal"
    assert rules["number"].type == rules["through_month"].type == "whole"
    keys = [at[name] + 1 for name in ("measure", "kind", "through_month", "source")]
    assert all(sheet.cell(2, place).protection.locked for place in keys)
    assert not any(sheet.cell(sheet.max_row, place).protection.locked for place in keys)
    assert sheet.cell(sheet.max_row, keys[0]).value is None


def test_the_page_offers_the_next_years_workbooks_begun_from_this_years(province, client_of):
    shown = client_of(province).get("/imports/").content.decode()
    for kind in ("register", "targets", "rounds"):
        assert f"/imports/template.xlsx?kind={kind}&amp;programme=2024&amp;from=2023" in shown


def test_a_workbook_of_another_year_is_refused_and_says_of_which_it_is(province, client_of, tmp_path):
    client = client_of(province)
    books = {kind: saved(book_at(client, address(kind, year=2023))) for kind in ("register", "targets", "rounds")}
    for sent in (books, saved_by_an_office(books, tmp_path)):
        imported = {kind: checked(province, content, kind, year=2024) for kind, content in sent.items()}
        assert {kind: each.state for kind, each in imported.items()} == dict.fromkeys(books, "refused")
        assert all("2023" in each.words and "2024" in each.words for each in imported.values())


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_workbook_sent_as_another_kind_is_refused_and_says_of_which_it_is(province, client_of, language):
    """Sent as it was made it changes nothing."""
    browser = client_of(province)
    content = saved(book_at(browser, address("register")))
    said = {"kind": "reports", "programme": Programme.objects.get(year=2023), "month": 6, "name": "表.xlsx"}
    with override(language):
        imported = worked(begin(province, content=content, **said))
        kinds = [str(WorkbookKind.REGISTER.label), str(WorkbookKind.REPORTS.label)]
    assert imported.state == "refused"
    for door in (f"/imports/{imported.pk}/", f"/api/v1/imports/{imported.pk}/"):
        told = browser.get(door, {"lang": language}).content.decode()
        assert all(f"“{kind}”" in told for kind in kinds), door
    assert counted(checked(province, content, "register")).keys() == {"unchanged"}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_workbook_of_another_month_is_refused_and_says_of_which_it_is(province, client_of, language):
    """Its amounts would be taken for those of the month that was chosen."""
    content = saved(book_at(client_of(province), "/imports/template.xlsx?kind=reports&programme=2023&month=2023-07"))
    said = {"kind": "reports", "programme": Programme.objects.get(year=2023), "name": "表.xlsx", "content": content}
    with override(language):
        other, same = (worked(begin(province, month=month, **said)) for month in (6, 7))
    assert (other.state, same.state) == ("refused", "ready")
    assert all(month in other.words for month in ("2023-06", "2023-07"))
