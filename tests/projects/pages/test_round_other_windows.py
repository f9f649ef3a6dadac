"""Drafts of the sheet that one person types in two browsers: none is stored over what the other holds unasked."""

from __future__ import annotations

import json
import re

import pytest

from projects.models import ReportDraft
from tests.pages import opened

from .rounds import JULY, entries, fields, in_large_unit, inputs, july, posted, report, row_of, stored, version_now

pytestmark = pytest.mark.django_db


def told(answer, entry):
    """What a window carries of a draft after this answer."""
    return json.dumps(row_of(answer, entry)["drafted"])


def held(entry):
    draft = ReportDraft.objects.filter(entry=entry).first()
    return {} if draft is None else {**draft.texts, **draft.refused}


def test_a_cell_typed_into_in_two_windows_is_asked_and_what_the_first_has_stays(changsha_writer, client_of):
    entry, client = entries()[0], client_of(changsha_writer)
    stored(client, fields(entry, drafted="", disbursed="3"))
    answer = row_of(stored(client, fields(entry, drafted="", disbursed="4", stage="started")), entry)
    assert held(entry) == {"disbursed": "300000000元", "stage": "started"}  # what does not collide is stored
    assert answer["conflict"] is True
    assert answer["unstored"] == ["disbursed"]
    assert answer["drafted"] == {}
    for side, text in (("base", "—"), ("mine", "4"), ("theirs", "3")):
        assert f'name="{entry.pk}-_choice-disbursed" value="{side}"' in answer["messages"]
        assert f"<span data-text>{text}</span>" in answer["messages"]


@pytest.mark.parametrize(("side", "amount"), [("mine", "400000000元"), ("theirs", "300000000元")])
def test_the_side_that_is_chosen_is_stored_while_the_other_is_what_was_shown(changsha_writer, client_of, side, amount):
    entry, client = entries()[0], client_of(changsha_writer)
    stored(client, fields(entry, drafted="", disbursed="3"))
    asked = row_of(stored(client, fields(entry, drafted="", disbursed="4")), entry)
    mark = re.search(rf'name="{entry.pk}-_their-disbursed" value="(\w+)"', asked["messages"])[1]
    chosen = {"_choice-disbursed": side, "_their-disbursed": mark}
    stored(client, fields(entry, drafted=json.dumps({"disbursed": "300000000元"}), disbursed="5"))
    assert row_of(stored(client, fields(entry, drafted="", disbursed="4", **chosen)), entry)["conflict"] is True
    assert held(entry) == {"disbursed": "500000000元"}  # which nobody has chosen from
    stored(client, fields(entry, drafted=json.dumps({"disbursed": "500000000元"}), disbursed="3"))
    answer = row_of(stored(client, fields(entry, drafted="", disbursed="4", **chosen)), entry)
    assert answer["conflict"] is False
    assert held(entry) == {"disbursed": amount}
    assert answer["drafted"] == {"disbursed": amount}


def test_a_window_that_was_told_goes_on_and_other_cells_are_merged(changsha_writer, client_of):
    entry, client = entries()[0], client_of(changsha_writer)
    first = stored(client, fields(entry, drafted="", disbursed="3"))
    stored(client, fields(entry, drafted="", stage="started"))
    answer = row_of(stored(client, fields(entry, drafted=told(first, entry), disbursed="4")), entry)
    assert answer["conflict"] is False
    assert held(entry) == {"disbursed": "400000000元", "stage": "started"}
    same = row_of(stored(client, fields(entry, drafted="", disbursed="4.00")), entry)
    assert same["conflict"] is False  # both windows say the same
    back = row_of(stored(client, fields(entry, drafted="", disbursed="")), entry)
    assert back["theirs"] == ["disbursed"]  # typed here and taken back: nothing was changed here
    assert held(entry)["disbursed"] == "400000000元"


def test_an_old_form_saves_nothing_of_a_row_before_it_has_shown_what_was_typed_elsewhere(changsha_writer, client_of):
    entry, client = entries()[0], client_of(changsha_writer)
    stored(client, fields(entry, drafted="", disbursed="3"))
    answer = posted(client, fields(entry, drafted="", disbursed="", stage=""), action="submit")
    assert answer.status_code == 200
    assert "另一窗口" in answer.content.decode()
    assert july(entry) is None
    page = opened(client, JULY, unit="large")
    shown = inputs(page)
    assert shown[f"{entry.pk}-disbursed"]["value"] == "3"
    drafted = shown[f"{entry.pk}-drafted"]["value"]
    assert json.loads(drafted) == {"disbursed": "300000000元"}
    assert posted(client, fields(entry, drafted=drafted, disbursed="3", stage="")).status_code == 302
    assert july(entry).disbursed == 300_000_000


def test_a_form_that_collides_is_answered_409_and_shows_what_was_typed_in_it(changsha_writer, client_of):
    entry, client = entries()[0], client_of(changsha_writer)
    stored(client, fields(entry, drafted="", disbursed="3"))
    for more in ({"action": "save"}, {"unit": "small"}):
        answer = client.post(in_large_unit(JULY), fields(entry, drafted="", disbursed="4", stage="started") | more)
        assert answer.status_code == 409
        assert f'type="text" name="{entry.pk}-disbursed" value="4"' in answer.content.decode()
        assert july(entry) is None
        assert held(entry) == {"disbursed": "300000000元", "stage": "started"}


def test_what_was_taken_back_elsewhere_is_said(changsha_writer, client_of):
    entry, client = entries()[0], client_of(changsha_writer)
    report(entry, 100_000_000)
    version = version_now(entry)
    first = stored(client, fields(entry, version=version, drafted="", disbursed="3"))
    carried = told(first, entry)
    stored(client, fields(entry, version=version, drafted=carried, disbursed="1"))
    assert held(entry) == {}
    unchanged = row_of(stored(client, fields(entry, version=version, drafted=carried, disbursed="3")), entry)
    assert (unchanged["theirs"], held(entry)) == (["disbursed"], {})
    answer = row_of(stored(client, fields(entry, version=version, drafted=carried, disbursed="4")), entry)
    assert answer["unstored"] == ["disbursed"]
    assert "撤回" in answer["messages"]


@pytest.mark.parametrize("drafted", ["[]", "{", '{"disbursed": 3}', "null", "[" * 100_000])
def test_a_form_that_says_nothing_of_drafts_is_taken_as_before(changsha_writer, client_of, drafted):
    entry, client = entries()[0], client_of(changsha_writer)
    stored(client, fields(entry, disbursed="3"))
    stored(client, fields(entry, drafted=drafted, disbursed="4"))
    assert held(entry) == {"disbursed": "400000000元"}
