"""Since when a place is on its list: asked once the year has begun, and not taken away again, at every door."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from projects.choices import Channel
from projects.history.revisions import create_revision
from projects.imports.books import open_book
from projects.imports.checking import check
from projects.models import Entry, Import, Programme
from projects.workbook_imports import remap
from projects.workflows.proposals import ProposedValue
from projects.workflows.reporting import may_edit
from tests.projects.api.conftest import messages_by_place
from tests.projects.changes.asking import undone
from tests.projects.imports.workbooks.made import xlsx
from tests.projects.workbook_imports.sent import CODE, REGISTER, sent, worked
from tests.projects.workflows.proposals_made import OWN, proposed

pytestmark = pytest.mark.no_database

ASKED = "say on which day it joined"
HEADS = [*REGISTER, "调入时间"]
NEW = [None, "新项目", 9, 8, "能源电子"]


def entry_of(code: str = CODE) -> Entry:
    return Entry.objects.get(project__code=code, programme__year=2023)


@pytest.fixture
def joined(province):
    """Of whom it is said that it joined on 1 June."""
    entry = entry_of()
    entry.joined = dt.date(2023, 6, 1)
    with create_revision(reason="joined in June"):
        entry.save()
    return entry


def test_the_api_takes_no_day_away(joined, province, client_of):
    client, path = client_of(province), f"/api/v1/entries/{joined.pk}/?lang=en"
    change, headers = {"joined": None, "reason": "x"}, {"If-Match": client.get(path)["ETag"]}
    answer = client.patch(path, change, content_type="application/json", headers=headers)
    assert answer.status_code == 400
    assert ASKED in messages_by_place(answer.json())["joined"][0]
    assert entry_of().joined == dt.date(2023, 6, 1)


def test_a_bureau_proposes_no_such_thing(changsha_writer):
    entry = entry_of(OWN)
    entry.joined = dt.date(2023, 6, 1)
    entry.save()
    with (
        override("en"),
        pytest.raises(ValidationError) as refused,
        create_revision(door=Channel.PAGE, user=changsha_writer),
    ):
        proposed(changsha_writer, ProposedValue("entry.joined", 2023, None))
    assert ASKED in refused.value.message_dict["entry.joined:2023"][0]


def test_undoing_takes_it_away(province):
    entry = entry_of()
    entry.joined = dt.date(2023, 6, 1)
    with create_revision(door=Channel.API, user=province) as draft:
        entry.save()
    undone(draft.number, province)
    assert entry_of().joined is None


def test_a_blank_cell_takes_none_away(joined, province):
    imported = sent(province, [HEADS, [CODE, None, None, None, None, None]])
    mapping = imported.mapping
    mapping["F"] |= {"blank_clears": True}
    imported = worked(remap(imported, user=province, mapping=mapping))
    [cell] = imported.cells.filter(field="joined")
    assert (cell.verdict, cell.code) == ("refused", "missing")


def test_a_list_that_is_loaded_whole_is_from_the_start(province):
    for heads, year in ((REGISTER, 2023), ([each.replace("2023", "2022") for each in HEADS], 2022)):
        book = open_book(xlsx([heads, [*NEW, None][: len(heads)]]), name="a.xlsx")
        imported = Import(kind="register", programme=Programme.objects.get(year=year))
        found = check(imported, book, user=province, may_edit=may_edit)
        assert [row.verdict.value for row in found.rows] == ["new"], year
