"""Sectors and chain links, and the habits that every model shares: validation at every save, nothing written in vain."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from projects.history.revisions import WriteOutsideRevisionError, create_revision
from projects.models import Project, Revision
from sectors.models import ChainLink, Direction, Sector, in_language
from tests.people import FIXTURES


def test_a_sector_is_named_in_the_readers_language_and_in_the_other_where_that_is_missing():
    sector = Sector(code="new", name_zh="新", name_en="New")
    with override("en"):
        assert sector.name == str(sector) == "New"
    with override("zh-hans"):
        assert sector.name == "新"
    with override("en"):
        assert in_language("新", "") == "新"


@pytest.mark.no_database
@pytest.mark.parametrize("code", ["", "New", "new display", "-new", "new-", "new--display", "新", "new\n", "new\x00"])
def test_a_code_that_could_not_stand_in_an_address_is_refused(db, code):
    with pytest.raises(ValidationError) as refused:
        Sector(code=code, name_zh="新").full_clean()
    assert list(refused.value.message_dict) == ["code"]


def test_a_write_outside_a_revision_is_refused_and_leaves_nothing(register):
    sector = Sector.objects.first()
    sector.name_en = "Changed"
    with pytest.raises(WriteOutsideRevisionError):
        sector.save()
    assert Revision.objects.newest_number() == 1


def test_a_write_inside_a_revision_has_its_history(register):
    sector = Sector.objects.get(code="new-display")
    sector.name_en = "Displays"
    with create_revision(reason="a better name"):
        sector.save()
    (changed, loaded) = sector.history.values_list("name_en", "revision_id", "revision__reason")
    assert changed == ("Displays", 2, "a better name")
    assert loaded[:2] == ("New display", 1)
    assert loaded[2].startswith(f"loaddata {' '.join(FIXTURES)}")  # and the rules, in a file of the tests


def test_nul_is_refused_at_its_field_like_any_other_fault(register):
    project = Project.objects.first()
    project.note_en, project.total_investment = "a\x00b", -1
    with pytest.raises(ValidationError) as refused:
        project.save()
    assert sorted(refused.value.message_dict) == ["note_en", "total_investment"]


def test_a_sector_belongs_to_a_direction_that_is_a_group_of_sectors(register):
    sector = Sector.objects.get(code="smart-terminals")
    sector.direction = Direction.objects.get(code="attract")
    with pytest.raises(ValidationError) as refused, create_revision():
        sector.save()
    assert list(refused.value.message_dict) == ["direction"]
    sector.direction = Direction.objects.get(code="lay-out")
    with create_revision():
        sector.save()


@pytest.mark.parametrize("model", [Sector, ChainLink])
def test_what_projects_depend_on_cannot_be_deleted_and_the_error_lists_them(register, model):
    record = model.objects.get(code={Sector: "advanced-computing", ChainLink: "computing-parks"}[model])
    with pytest.raises(ProtectedError) as refused, create_revision():
        record.delete()
    assert refused.value.protected_objects


def test_check_constraints_that_surely_hold_need_no_query_and_those_that_fail_are_named(register):
    project = Project.objects.get(code="HN-EI-2023-13")
    with CaptureQueriesContext(connection) as asked:
        project.full_clean()
    assert len([query for query in asked if "_check" in query["sql"]]) == 0
    project.total_investment, project.expected_revenue = -1, -2
    with pytest.raises(ValidationError) as refused:
        project.full_clean()
    assert len(refused.value.messages) == 2
