"""Notes in the administration: author and day are the system's, the words their author's."""

from __future__ import annotations

import pytest

from projects.models import Note, Programme
from tests.projects.admin.forms import change_url, filled, project, seen, url

pytestmark = pytest.mark.no_database


@pytest.fixture
def browser(province, client_of):
    return client_of(province)


def about(**changes):
    return {"text": "设备到货", "programme": Programme.objects.get(year=2023).pk, "month": "6"} | changes


def note(author, code="01"):
    made = Note(author=author, text="设备到货", programme=Programme.objects.get(year=2023), project=project(code))
    made.save()
    return made


def test_a_note_is_written_under_ones_own_name(browser, province):
    assert browser.post(url(Note, "add"), about(project=project("01").pk)).status_code == 302
    made = Note.objects.get()
    assert (made.author, made.period, made.project) == (province, "2023-06", project("01"))
    data = filled(browser.get(change_url(made)), text="改期", project=project("02").pk)
    assert browser.post(change_url(made), data).status_code == 302
    made.refresh_from_db()
    assert (made.text, made.project) == ("改期", project("01"))


@pytest.mark.permission
def test_nobody_changes_the_words_of_another_and_the_province_deletes_them(
    browser, province, changsha_writer, client_of
):
    theirs, provinces = note(changsha_writer), note(province)
    assert browser.post(change_url(theirs), {"text": "x"}).status_code == 403
    confirmed = {"post": "yes", "_seen": seen()}
    assert client_of(changsha_writer).post(url(Note, "delete", provinces.pk), confirmed).status_code == 403
    assert browser.post(url(Note, "delete", theirs.pk), confirmed).status_code == 302
    assert list(Note.objects.all()) == [provinces]


def test_a_prefecture_sees_and_writes_notes_of_its_own(province, changsha_writer, client_of):
    hidden, own = note(province, "02"), client_of(changsha_writer)
    assert own.get(change_url(hidden)).status_code == 404
    assert own.post(url(Note, "add"), about(project=project("02").pk)).status_code == 200
    assert own.post(url(Note, "add"), about(figure="disbursed")).status_code == 200
    assert own.post(url(Note, "add"), about(project=project("01").pk)).status_code == 302
    assert Note.objects.filter(author=changsha_writer).count() == 1
