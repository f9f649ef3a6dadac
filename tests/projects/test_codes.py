"""One spelling for each code, however it is typed: stored, looked up and compared in its normal form."""

import pytest
from django.core.exceptions import ValidationError
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


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_of_a_code_that_is_taken_is_refused(register, spelling):
    again = Project(code=spelling, name_zh="又一个", sector=Sector.objects.first(), basis="reported")
    with pytest.raises(ValidationError) as refused:
        again.save()
    assert list(refused.value.message_dict) == ["code"]


def test_a_code_is_stored_in_its_normal_form(register):
    project = Project(code=" ｈｎ－2031－1 ", name_zh="新", sector=Sector.objects.first(), basis="reported")
    project.save()
    assert project.code == Project.objects.get(pk=project.pk).code == project.history.get().code == "HN-2031-1"


@pytest.mark.parametrize("code", ["", "-A", "A/B", "A\x00", "A\u200bB", "Ä", "a'b", "A" * 41])
def test_what_is_no_code_is_refused(register, code):
    project = Project(code=code, name_zh="新", sector=Sector.objects.first(), basis="reported")
    with pytest.raises(ValidationError) as refused:
        project.full_clean()
    assert list(refused.value.message_dict) == ["code"]


@given(st.text(max_size=20))
def test_the_normal_form_of_a_normal_form_is_itself(text):
    assert normalised_code(normalised_code(text)) == normalised_code(text)
