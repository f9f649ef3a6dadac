"""Which texts the register takes: what can be shown and seen, at whatever door it is typed."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from projects.models import Project
from projects.revisions import writing
from sectors.models import Sector
from sectors.texts import check_text

UNSEEN = ["\u200b", "\ufeff", "\u2060\u200d", " \u200b ", "\u3164", "\u2800", "\ufe0f", "\u00ad"]
UNSHOWN = ["\x07", "a\x07", "名\uffff称", "\ufdd0", "\U0001fffe", "\x85", "\x1b[1m", "\x7f", "\ud800"]
TAKEN = [
    "",
    " ",
    "\u3000",
    "新",
    "a\u200db",
    "行一\n行二\r\n\t三",
    "e\u0301",
    "\U00031350",
    "\ue000",
    "…",
    "\u202b1",
    "👍",
]


@pytest.mark.parametrize("text", UNSEEN + UNSHOWN)
def test_a_text_that_cannot_be_read_is_refused(text):
    with pytest.raises(ValidationError):
        check_text(text)


@pytest.mark.parametrize("text", TAKEN)
def test_every_other_text_is_taken(text):
    check_text(text)


@pytest.mark.parametrize("text", ["\u200b", "\ufeff", "\x07", "\uffff"])
def test_no_record_is_given_such_a_name(register, text):
    for record, name in ((Sector(code="new"), "name_zh"), (Project.objects.first(), "name_zh")):
        setattr(record, name, text)
        with pytest.raises(ValidationError) as refused, writing():
            record.save()
        assert name in refused.value.message_dict


def test_a_text_that_was_stored_long_ago_holds_nothing_up(register):
    project = Project.objects.first()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE projects_project SET name_en = %s WHERE id = %s", ["\u200b", project.pk])
    project.refresh_from_db()
    with writing():
        project.county_en = "Changed"
        project.save()
    project.name_en = "\ufeff"
    with pytest.raises(ValidationError), writing():
        project.save()
