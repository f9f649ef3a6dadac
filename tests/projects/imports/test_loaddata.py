"""`manage.py loaddata` goes through the models: a fixture can change a record, and cannot bring in a wrong one."""

import json

import pytest
from django.core.management import CommandError, call_command

from projects.models import Project, Revision
from sectors.models import Sector

PROJECT = {
    "code": "HN-EI-2024-01",
    "name_zh": "新项目",
    "sector": ["new-display"],
    "chain_link": ["display-modules"],
    "basis": "reported",
}


@pytest.fixture
def load(tmp_path):
    def load(model, *rows, **options):
        path = tmp_path / "some.json"
        path.write_text(json.dumps([{"model": model, "fields": fields} for fields in rows]))
        call_command("loaddata", str(path), verbosity=0, **options)

    return load


def test_a_new_object_is_stored_with_its_history(register, load):
    load("projects.project", PROJECT)
    project = Project.objects.get(code="HN-EI-2024-01")
    assert [row.history_type for row in project.history.all()] == ["+"]
    assert Revision.objects.first().door == "command"


def test_a_changed_object_changes_the_record_and_leaves_the_past_in_its_history(register, load):
    load("projects.project", PROJECT)
    load("projects.project", PROJECT | {"total_investment": 5})
    project = Project.objects.get(code="HN-EI-2024-01")
    assert [(row.history_type, row.total_investment) for row in project.history.all()] == [("~", 5), ("+", None)]


def test_an_object_is_recognised_whatever_way_its_code_is_written(register, load):
    load("projects.project", PROJECT)
    load("projects.project", PROJECT | {"code": " ｈｎ-ei-2024-01 "})
    assert Project.history.filter(code="HN-EI-2024-01").count() == 1


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"total_investment": -1}, "total_investment: "),
        ({"chain_link": ["battery-cells"]}, "chain_link: "),
        ({"basis": "published"}, "source: "),
    ],
)
def test_a_wrong_object_is_refused_by_its_place_and_nothing_is_stored(register, load, change, complaint):
    with pytest.raises(CommandError, match=r"object 2 \(projects.project\): ") as refused:
        load("projects.project", PROJECT, PROJECT | {"code": "HN-EI-2024-02"} | change)
    assert complaint in str(refused.value)
    assert not Project.objects.filter(code="HN-EI-2024-01").exists()
    assert Revision.objects.newest_number() == 1


def test_an_object_that_refers_to_what_is_not_there_is_refused(register, load):
    with pytest.raises(CommandError, match=r"object 1 .*chain_link \['nothing'\]"):
        load("projects.project", PROJECT | {"chain_link": ["nothing"]})


def test_a_model_can_be_left_out(register, load):
    load("sectors.sector", {"code": "new", "name_zh": "新", "order": 7}, exclude=["sectors.sector"])
    assert not Sector.objects.filter(code="new").exists()
