"""/api/v1/notes/"""

from __future__ import annotations

import pytest

from projects.models import MonthlyReport, Note, Programme, Revision

from .conftest import assert_problem
from .lists import assert_is_a_list

OWN, FOREIGN = "HN-EI-2023-01", "HN-EI-2023-02"
BODY = {"text": "二期设备 7 月到货", "project": OWN, "programme": 2023, "month": "2023-06"}


@pytest.fixture
def notes(province):
    programme = Programme.objects.get(year=2023)
    made = [Note(text=f"note {n}", author=province, programme=programme, figure="disbursed") for n in range(9)]
    for note in made:
        note.save()
    return made


def test_notes_are_listed(system_of, analyst, notes):
    records = assert_is_a_list(system_of(analyst), "/notes/", count=9, key="id")
    assert {(each["figure"], each["programme"], each["month"], each["author"]) for each in records} == {
        ("disbursed", 2023, None, "周敏")
    }


def test_a_note_is_added_read_and_changed_by_its_author(system_of, changsha_writer, province):
    system = system_of(changsha_writer)
    answer = system.post("/notes/", BODY)
    assert answer.status_code == 201
    assert (answer.data["month"], answer.data["project"]["code"], answer.data["day"]) == ("2023-06", OWN, "2023-08-07")
    assert answer.data["author"] == changsha_writer.display_name
    address = f"/notes/{answer.data['id']}/"
    assert system.get(address).data == answer.data
    assert system.patch(address, {"text": "8 月到货"}).data["text"] == "8 月到货"
    assert Revision.objects.first().user == changsha_writer
    assert_problem(system_of(province).patch(address, {"text": "x"}), 403)
    assert_problem(system.patch(address, {"project": FOREIGN}), 400, "project")


def test_notes_are_filtered(system_of, province, notes):
    system = system_of(province)
    system.post("/notes/", BODY)
    system.post("/notes/", {"text": "y", "figure": "disbursed", "programme": 2022, "prefecture": "430100"})
    assert len(system.all("/notes/", project=OWN)) == len(system.all("/notes/", month="2023-06")) == 1
    assert len(system.all("/notes/", figure="disbursed")) == 10
    assert len(system.all("/notes/", programme="2022")) == len(system.all("/notes/", prefecture="430100")) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"month": "2022-06"}, "month"),
        ({"programme": None}, "programme"),
        ({"project": FOREIGN}, "project"),
        ({"figure": "disbursed"}, "record"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(system_of, changsha_writer, changes, field):
    system = system_of(changsha_writer)
    assert_problem(system.post("/notes/", BODY | changes), 400, field)
    assert_problem(system.post("/notes/", BODY | {"project": None}), 403)
    assert not Note.objects.exists()


def test_a_bureau_remarks_on_its_own_reports_and_on_no_other(system_of, changsha_writer):
    system = system_of(changsha_writer)
    own = MonthlyReport.objects.filter(entry__project__prefecture__adcode="430100").first()
    foreign = MonthlyReport.objects.exclude(entry__project__prefecture__adcode="430100").first()
    answer = system.post("/notes/", {"text": "x", "report": own.pk})
    assert (answer.status_code, answer.data["report"]) == (201, own.pk)
    assert answer.data["project"]["code"] == own.entry.project.code
    for subject in ({}, {"project": own.entry.project.code}):
        assert_problem(system.post("/notes/", {"text": "x", "report": foreign.pk} | subject), 400, "report")
