"""`/changes/`: the log, searchable by person, kind, record, field, day and door; each reader's own part of it."""

from __future__ import annotations

import datetime as dt
import io
from unittest.mock import patch

import openpyxl
import pytest
from django.utils import timezone
from structlog.contextvars import bound_contextvars

from projects.models import Revision
from projects.pages.changes import log as log_page
from tests.pages import opened
from tests.projects.changes.asking import CODE, project, saved

from ..tables_seen import body_of, files_on, rows_in
from .conftest import numbers, refused


def test_the_newest_come_first_and_a_revision_says_who_when_by_which_door_and_why(log, province, client_of):
    client = client_of(province)
    assert numbers(client)[:4] == [log["deleted"], log["claim"], log["name"], log["money"]]
    text = opened(client, "/changes/", lang="en").text
    for words in ("周敏", "administration", "a slip", "Total investment", "1,047.34 million CNY → 0.00 million CNY"):
        assert words in text.replace("0.000001", "0.00"), words
    assert "2023-02 → 2022-Q2" in text


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"who": "周敏"}, ["claim", "money"]),
        ({"door": "api"}, ["name"]),
        ({"kind": "claim", "event": "deleted"}, ["deleted"]),
        ({"record": "hn-ei-2023-13", "event": "changed"}, ["money"]),
        ({"record": "Renamed", "event": "changed"}, ["name"]),
        ({"project": "HN-EI-2023-08", "event": "deleted"}, ["deleted"]),
        ({"field": "project.total_investment"}, ["money"]),
        ({"field": "project.name_en", "kind": "project"}, ["name"]),
        ({"field": "claim.note_en", "who": "province"}, ["claim"]),
        ({"record": "%"}, []),
    ],
)
def test_it_is_searched_by(log, province, client_of, query, names):
    assert numbers(client_of(province), **query) == [log[name] for name in names]


def test_it_is_searched_by_the_days_of_the_province(log, province, client_of):
    client, today = client_of(province), timezone.localdate()
    tomorrow, yesterday = today + dt.timedelta(days=1), today - dt.timedelta(days=1)
    assert log["money"] in numbers(client, since=str(today), until=str(today))
    assert numbers(client, since=str(tomorrow)) == numbers(client, until=str(yesterday)) == []


def test_one_record_is_found_by_its_kind_and_number(log, province, client_of):
    key = project().pk
    assert numbers(client_of(province), kind="project", key=str(key)) == [log["money"], 1]


def test_a_field_that_became_blank_or_was_filled_is_a_change_of_it(province, client_of):
    blank = saved(project(), total_investment=None)
    filled = saved(project(), total_investment=5)
    saved(project(), name_en="Other")
    assert numbers(client_of(province), field="project.total_investment") == [filled, blank]


def test_a_revision_that_wrote_much_is_told_in_numbers(province, client_of):
    text = opened(client_of(province), "/changes/", lang="en").text
    assert "Project recorded: 42" in text
    assert "each of them" in text


def test_pages_go_by_revision_number_and_never_shift(province, client_of):
    made = [saved(project(), name_en=f"Name {number}") for number in range(45)][::-1]
    client = client_of(province)
    first = client.get("/changes/", {"project": CODE})
    assert [event.revision.number for event in first.context["events"]] == made[:20]
    older = first.context["older_url"]
    saved(project(), name_en="One more")
    second = client.get(older)
    assert [event.revision.number for event in second.context["events"]] == made[20:40]
    assert f"before={made[19]}" in older
    last = client.get(second.context["older_url"])
    assert [event.revision.number for event in last.context["events"]] == [*made[40:], 1]
    assert last.context["older_url"] == ""
    back = client.get(last.context["newer_url"])
    assert [event.revision.number for event in back.context["events"]] == made[20:40]


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        ({"kind": "grant"}, ["kind"]),  # not the province's to read
        ({"since": "2023-03-01", "until": "2023-02-01"}, ["until"]),
        ({"before": "5", "after": "5"}, ["after"]),
        ({"kind": "claim", "key": "9" * 25}, ["key"]),
        ({"kind": "claim", "field": "project.code"}, ["field"]),
    ],
)
def test_a_wrong_condition_is_named(province, client_of, query, parameters):
    assert refused(client_of(province), **query) == parameters


@pytest.mark.permission
def test_the_number_of_a_request_is_told_to_nobody(register, province, client_of):
    with bound_contextvars(request_id="0f8fad5b-d9cb-469f-a165-70867728950e"):
        number = saved(project(), county_en="Elsewhere")
    assert Revision.objects.get(number=number).request_id.startswith("0f8fad5b")
    for path in ("/changes/", f"/projects/{CODE}/", f"/changes/{number}/"):
        text = client_of(province).get(path).content.decode()
        assert "Elsewhere" in text
        assert "0f8fad5b" not in text


def lines_in(book):
    """The lines of the file from its head on."""
    rows = rows_in(book)
    return rows[[row[0] for row in rows].index("Revision") :]


def test_the_log_is_a_file_with_a_line_for_each_field(log, client_of, province, changsha_reader, public_read):
    """Newest first, as far as the reader sees, whatever page of it is looked at."""
    of_province = client_of(province)
    asked = files_on(of_province, "/changes/?kind=project&lang=en")["", "xlsx"]
    with patch.object(log_page, "_AT_ONCE", 2):
        head, *rows = lines_in(body_of(of_province, asked))
    lines = [dict(zip(head, row, strict=True)) for row in rows]
    shown = numbers(of_province, kind="project")
    assert list(dict.fromkeys(line["Revision"] for line in lines)) == shown
    money = {line["Field"]: line for line in lines if line["Revision"] == log["money"]}
    assert money["Total investment"]["After"] == "0.000001 million CNY"
    assert money["Total investment"]["Reason"] == "a slip"
    for reader, what in ((changsha_reader, "Person"), (None, "Reason")):
        client = client_of(reader)
        head, *rows = lines_in(body_of(client, files_on(client, "/changes/?kind=project&lang=en")["", "xlsx"]))
        assert {row[0] for row in rows} == set(numbers(client, kind="project"))
        if reader is None:
            assert {row[head.index(what)] for row in rows} == {None}


def test_a_very_long_log_says_that_its_file_holds_the_newest(log, client_of, province):
    client = client_of(province)
    with patch.object(log_page, "MOST_REVISIONS", 2), patch.object(log_page, "_AT_ONCE", 1):
        book = body_of(client, files_on(client, "/changes/?lang=en")["", "xlsx"])
    assert len({row[0] for row in lines_in(book)[1:]}) == 2
    about = openpyxl.load_workbook(io.BytesIO(book)).worksheets[1]
    assert any("The newest 2 revisions" in str(row[1]) for row in about.iter_rows(values_only=True))
