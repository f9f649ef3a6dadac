"""One spelling for each code, however it is typed: stored, looked up and compared in its normal form."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from projects.models import Project
from projects.models.fields import normalised_code
from sectors.models import Sector

SPELLINGS = ["HN-EI-2023-13", "hn-ei-2023-13", " HN-EI-2023-13 ", "ＨＮ－ＥＩ－２０２３－１３", "HN-EI-\u30002023-13"]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_finds_the_project(register, spelling):
    assert Project.objects.get(code=spelling).code == "HN-EI-2023-13"
    assert Project.objects.filter(code__in=[spelling]).count() == 1
    again = Project(code=spelling, name_zh="又一个", sector=Sector.objects.first(), basis="reported")
    with pytest.raises(ValidationError) as refused:
        again.save()
    assert list(refused.value.message_dict) == ["code"]


def test_a_code_is_stored_in_its_normal_form(register):
    project = Project(code=" ｈｎ－2031－1 ", name_zh="新", sector=Sector.objects.first(), basis="reported")
    project.save()
    assert project.code == Project.objects.get(pk=project.pk).code == project.history.get().code == "HN-2031-1"


@pytest.mark.parametrize("code", ["hn-ei-2023-99", "HN EI", "ＨＮ", "HN\n", "HN\u3000", "Ä"])
def test_the_database_keeps_any_other_form_out_whoever_writes(register, code):
    project = Project.objects.get(code="HN-EI-2023-13")
    statements = (
        "UPDATE projects_project SET code = %s WHERE id = %s",
        "INSERT INTO projects_project (code, name_zh, name_en, kind, county_zh, county_en, transferred, source_province,"
        " start_precision, finish_precision, basis, note_zh, note_en, sector_id)"
        " SELECT %s, name_zh, name_en, kind, county_zh, county_en, transferred, source_province, start_precision,"
        " finish_precision, basis, note_zh, note_en, sector_id FROM projects_project WHERE id = %s",
    )
    for statement in statements:
        with pytest.raises(DatabaseError, match=r"project_code_(is_in_normal_form|stays)"), transaction.atomic():
            connection.cursor().execute(statement, [code, project.pk])


def test_chinese_codes_are_as_good_as_latin_ones(register):
    project = Project(code="湘电-2024_01.a", name_zh="新", sector=Sector.objects.first(), basis="reported")
    project.save()
    assert Project.objects.get(code="湘电-2024_01.A") == project


@pytest.mark.parametrize("code", ["", "-A", "A/B", "A\u200bB", "Ä", "A" * 41])
def test_what_is_no_code_is_refused(register, code):
    project = Project(code=code, name_zh="新", sector=Sector.objects.first(), basis="reported")
    with pytest.raises(ValidationError) as refused:
        project.full_clean()
    assert list(refused.value.message_dict) == ["code"]


@given(st.text(max_size=20))
def test_the_normal_form_of_a_normal_form_is_itself(text):
    assert normalised_code(normalised_code(text)) == normalised_code(text)
