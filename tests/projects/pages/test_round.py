"""`/rounds/<YYYY-MM>/`: the sheet of a month."""

import pytest

from projects.models import MonthlyReport
from projects.workflows import reporting
from tests.pages import more_projects, opened

from .rounds import JULY, REASONS, entries, inputs, report, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.no_database]


def test_a_writer_has_a_row_to_type_into_for_each_entry_that_is_asked_for_a_report(changsha_writer, client_of):
    page = opened(client_of(changsha_writer), JULY, lang="en")
    asked = entries()
    assert len(asked) == 7
    assert all(f"{entry.pk}-disbursed" in inputs(page) for entry in asked)
    assert "Changsha: monthly reports, July 2023" in page.text
    assert "7 projects. 6 published ones need none. Due on 2023-08-10, 3 days left." in page.text
    assert "Zhuzhou" not in page.text


def test_a_park_alone_is_asked_for_enterprises(province, client_of):
    """Among the other fields, on the page of the row."""
    client = client_of(province)
    asked = {entry: f"{entry.pk}-enterprises_attracted" for entry in [*entries("430700"), *entries()]}
    shown = {entry for entry, name in asked.items() if name in inputs(opened(client, f"{JULY}{entry.project.code}/"))}
    parks = {entry for entry in asked if entry.project.kind == "park"}
    assert parks
    assert shown == parks


def test_readers_see_the_sheet_without_fields(changsha_reader, changsha_writer, client_of):
    submitted(changsha_writer, entries()[:1], 123_450_000, progress="roof closed")
    page = opened(client_of(changsha_reader), JULY, lang="en")
    assert "123.45" in page.text
    assert "roof closed" in page.text
    assert not [name for name in inputs(page) if name.endswith("-disbursed")]


def test_the_public_sees_approved_reports_only_and_nobodys_words(
    public_read, changsha_writer, province, client_of, client
):
    reports = submitted(changsha_writer, entries()[:2], 123_450_000, contact="Li Xiang 0731", problems="no power")
    reporting.approve(reports[:1], user=province)
    page = opened(client, JULY, lang="en")
    assert page.text.count("123.45") == 4  # its month and year to date, and both in the total, which is of it alone
    assert "submitted" not in page.text
    assert "filled in" not in page.text, "one is, and waits"
    assert page.text.count("no approved report") > 0
    for hidden in ("Li Xiang", "no power", REASONS["reason"]):
        assert hidden not in page.text


def test_anonymous_visitors_sign_in_first(register, client):
    assert client.get(JULY).status_code == 302
    assert client.post(JULY).status_code == 302


def test_the_province_filters_by_prefecture(province, client_of):
    page = opened(client_of(province), JULY, prefecture="430200", lang="en")
    assert "Zhuzhou: monthly reports, July 2023" in page.text
    assert "1 project. " in page.text
    assert f"{entries()[0].pk}-disbursed" not in inputs(page)


def test_totals_are_of_the_rows_with_their_coverage(changsha_writer, client_of):
    for entry in entries()[:2]:
        report(entry, 100_000_000)
    text = opened(client_of(changsha_writer), JULY).text
    plans = [entry.planned_disbursement for entry in entries()]
    before = MonthlyReport.objects.filter(entry__in=entries()[:2]).added_up()
    share = f"{before * 100 / sum(plans[:2]):.1f}"
    to_date = f"{before / 10**4:,.4f}".rstrip("0").rstrip(".")
    assert f"合计7项1,166,46491,23520,000{to_date}{share}" in "".join(text.split())
    assert "有数据的项目7/77/72/72/72/7" in "".join(text.split())


def test_a_full_page_stays_below_the_limit_of_a_form(province, client_of):
    more_projects(40)
    page = opened(client_of(province), JULY)
    named = [
        attributes
        for tag, attributes in page.elements
        if tag in ("input", "select", "textarea") and "name" in attributes
    ]
    assert len(named) < 1000
