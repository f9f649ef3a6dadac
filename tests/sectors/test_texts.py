"""Which texts the register takes: what can be shown and seen, at whatever door it is typed."""

import sys
import unicodedata

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import CharField

from projects.history.revisions import create_revision
from projects.models import Project
from sectors.models import Checked, Legible, Sector
from sectors.texts import check_direction, check_line, check_text

pytestmark = pytest.mark.no_database

UNSEEN = ["\u200b", "\u2060\u200d", " \u200b ", "\u3164", "\ufe0f"]
UNSHOWN = ["a\x07", "名\uffff称", "\ufdd0", "\x85", "\x7f", "\ud800"]
TAKEN = ["", "\u3000", "新", "a\u200db", "行一\n行二\r\n\t三", "e\u0301", "\ue000", "\u202b1", "👍"]


@pytest.mark.parametrize("text", UNSEEN + UNSHOWN)
def test_a_text_that_cannot_be_read_is_refused(text):
    with pytest.raises(ValidationError):
        check_text(text)


@pytest.mark.parametrize("text", TAKEN)
def test_every_other_text_is_taken(text):
    check_text(text)


@pytest.mark.parametrize("text", ["\u200b", "\x07"])
def test_no_record_is_given_such_a_name(register, text):
    for record, name in ((Sector(code="new"), "name_zh"), (Project.objects.first(), "name_zh")):
        setattr(record, name, text)
        with pytest.raises(ValidationError) as refused, create_revision():
            record.save()
        assert name in refused.value.message_dict


def test_a_text_that_was_stored_long_ago_holds_nothing_up(register):
    project = Project.objects.first()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE projects_project SET name_en = %s WHERE id = %s", ["\u200b", project.pk])
    project.refresh_from_db()
    with create_revision():
        project.county_en = "Changed"
        project.save()
    project.name_en = "\ufeff"
    with pytest.raises(ValidationError), create_revision():
        project.save()


TURNING = ["\u202e", "\u202a", "\u2066", "\u2069", "\u200e", "\u200f", "\u061c"]
UNSEEN_WITHIN = ["\u200b", "\u00ad", "\u3164", "\U000e0041"]
SEEN = ["湖南", "Lí Xiāng", "e\u0301", "㐂\U000e0100", "👍\ufe0f", "\u3000甲　乙", "“—…·№", "\u2002"]


@pytest.mark.parametrize("character", TURNING + UNSEEN_WITHIN)
def test_no_line_has_a_character_that_is_not_seen(character):
    with pytest.raises(ValidationError) as refused:
        check_line(f"abc{character}gnp.exe")
    assert f"U+{ord(character):04X}" in refused.value.messages[0]


@pytest.mark.parametrize("character", ["\n", "\t", "\u2028"])
def test_no_line_goes_on_in_another(character):
    with pytest.raises(ValidationError) as refused:
        check_line(f"名称{character}Bcc: somebody")
    assert f"U+{ord(character[0]):04X}" in refused.value.messages[0]
    check_direction(f"one{character}two")


@pytest.mark.parametrize("character", TURNING)
def test_no_words_turn_the_direction_of_reading(character):
    with pytest.raises(ValidationError) as refused:
        check_direction(f"one\n{character}two")
    assert f"U+{ord(character):04X}" in refused.value.messages[0]


@pytest.mark.parametrize("text", SEEN)
def test_what_is_seen_is_taken_in_a_line(text):
    check_line(text)


def test_every_format_character_is_one_that_is_not_seen():
    formats = [each for each in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(each) == "Cf"]
    assert len(formats) > 150
    for each in formats:
        with pytest.raises(ValidationError):
            check_line(each)


def lines():
    """Every field of every record in which a line of text stands, but for closed lists."""
    models = [model for app in ("sectors", "projects") for model in apps.get_app_config(app).get_models()]
    return [
        pytest.param(model, field.name, id=f"{model.__name__}.{field.name}")
        for model in models
        if issubclass(model, Checked | Legible)
        for field in model._meta.concrete_fields
        if isinstance(field, CharField) and not field.choices and field.editable
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "name"), lines())
def test_no_record_has_such_a_line(model, name):
    record = model(**{name: "A\u202eB"})
    with pytest.raises(ValidationError) as refused:
        record.clean_fields()
    assert name in refused.value.message_dict
