"""Workbooks of a year's list, begun from that of last year. One that was made for something else is refused."""

from __future__ import annotations

import io

import pytest
from django.utils.translation import override

from projects.choices import WorkbookKind
from projects.models import Programme
from projects.workbook_imports import begin
from tests.projects.workbook_imports.sent import worked

from .test_fill_in import book_at


def address(kind):
    return f"/imports/template.xlsx?kind={kind}&programme=2023"


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


def test_the_sheets_that_are_ours_are_not_said_to_be_unused(province, client_of):
    client = client_of(province)
    imported = checked(province, saved(book_at(client, address("register"))), "register")
    shown = client.get(f"/imports/{imported.pk}/", {"lang": "en"}).content.decode()
    assert imported.state == "ready"
    assert "”: not read" not in shown


def test_the_page_offers_the_next_years_workbooks_begun_from_this_years(province, client_of):
    shown = client_of(province).get("/imports/").content.decode()
    assert "/imports/template.xlsx?kind=register&amp;programme=2024&amp;from=2023" in shown


def test_a_workbook_of_another_year_is_refused_and_says_of_which_it_is(province, client_of):
    content = saved(book_at(client_of(province), address("register")))
    imported = checked(province, content, "register", year=2024)
    assert imported.state == "refused"
    assert "2023" in imported.words
    assert "2024" in imported.words


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


def test_a_workbook_of_another_month_is_refused_and_says_of_which_it_is(province, client_of):
    """Its amounts would be taken for those of the month that was chosen."""
    content = saved(book_at(client_of(province), "/imports/template.xlsx?kind=reports&programme=2023&month=2023-07"))
    said = {"kind": "reports", "programme": Programme.objects.get(year=2023), "name": "表.xlsx", "content": content}
    other, same = (worked(begin(province, month=month, **said)) for month in (6, 7))
    assert (other.state, same.state) == ("refused", "ready")
    assert all(month in other.words for month in ("2023-06", "2023-07"))
