"""No name, code or other line with a character that is not seen or that turns the reading comes in, by whatever door."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, models, transaction

from projects.models import Enterprise

from . import texts, walking
from .forms import offers

pytestmark = [pytest.mark.django_db, pytest.mark.no_database]

NAME = "名\u202e称"


def lines_with(text: str) -> list[str]:
    """The fields of one line in which a text stands."""
    asked = [
        f'SELECT \'{name}\' FROM "{field.model._meta.db_table}" WHERE instr("{field.column}", %s) > 0'  # noqa: S608
        for name, field in texts.text_fields()
        if isinstance(field, models.CharField) and not name.startswith("axes.")
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ".join(asked), [text] * len(asked))
        return [name for (name,) in cursor.fetchall()]


def test_no_form_takes_it(people: dict[str, Any], client_of: Any) -> None:
    known: set[Any] = set()
    sent = said = 0
    for role in ("province", "administrator", "changsha"):
        browser = client_of(people[role])
        for address, form, _answers in walking.forms_of_pages(browser, people[role], language="en", known=known):
            lines = {each.name: [NAME] for each in form.controls if each.is_in_words and each.kind != "textarea"}
            if not lines:
                continue
            with transaction.atomic():
                answer = browser.post(address, next(offers(form, known=set())) | lines)
                assert lines_with("\u202e") == [], address
                transaction.set_rollback(True)
            said += "U+202E" in answer.content.decode()
            sent += 1
    assert sent > 35
    assert said > sent - 8  # the others ask for something else first


def test_the_look_for_it_sees_it(people: dict[str, Any]) -> None:
    models.QuerySet(Enterprise).filter(pk=Enterprise.objects.first().pk).update(name_en=NAME)
    assert lines_with("\u202e") == ["projects.Enterprise.name_en"]
