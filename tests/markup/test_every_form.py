"""Every form of the site and of the administration, found by itself: what none of them takes.

A field that comes twice is refused, but for boxes that are ticked; so is a name, a code or another line with a character
that is not seen or that turns the reading.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection, models, transaction
from django.test import Client
from django.urls import resolve

from portfolio.forms.repeated_fields import SEVERAL, may_have_several
from projects.models import Project, Revision
from tests.projects.admin.forms import change_url, filled

from . import addresses, texts, walking
from .forms import Form, numberless, offers

pytestmark = [pytest.mark.django_db, pytest.mark.no_database]

FIELD, NAME = "name_zh", "名\u202e称"


def refusal(answer: Any) -> bool:
    return answer.status_code == 400 and "more than once" in answer.content.decode()


def repeated(form: Form) -> set[str]:
    """The fields of which a browser may send several values."""
    counted = Counter(each.name for each in form.controls if each.kind not in ("submit", "radio"))
    return {name for name, count in counted.items() if count > 1} | {
        each.name for each in form.controls if each.is_multiple
    }


def lines_with(text: str) -> list[str]:
    """The fields of one line in which a text stands."""
    asked = [
        f'SELECT \'{name}\' FROM "{field.model._meta.db_table}" WHERE instr("{field.column}", %s) > 0'  # noqa: S608
        for name, field in texts.text_fields()
        if isinstance(field, models.CharField) and not name.startswith("axes.")  # what was tried, not what there is
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ".join(asked), [text] * len(asked))
        return [name for (name,) in cursor.fetchall()]


def is_told(browser: Client, address: str, form: Form) -> bool:
    """Whether a form says what is wrong with such lines; it may ask for something else first. None of them is stored."""
    lines = {each.name: [NAME] for each in form.controls if each.is_in_words and each.kind != "textarea"}
    with transaction.atomic():
        answer = browser.post(address, next(offers(form, known=set())) | lines, follow=True)  # a message may say it
        assert lines_with("\u202e") == [], address
        transaction.set_rollback(True)
    return "U+202E" in answer.content.decode()


def test_no_form_takes_a_field_twice_or_a_line_that_is_not_as_it_looks(people: dict[str, Any], client_of: Any) -> None:
    known: set[Any] = set()
    tried: Counter[str] = Counter()
    told: list[bool] = []
    several: dict[str, set[str]] = defaultdict(set)
    before = Revision.objects.newest_number()
    for name in ("province", "administrator", "changsha"):
        browser = client_of(people[name])
        for address, form, _answers in walking.forms_of_pages(browser, people[name], language="en", known=known):
            page, data = resolve(urlsplit(address).path).url_name or "", form.data()
            several[page] |= repeated(form)
            fields = {numberless(each.name): each.name for each in form.controls}
            for field in list(fields.values())[::3]:
                answer = browser.post(address, data | {field: [*data.get(field, ["1"])[:1], "2"]})
                assert refusal(answer) != may_have_several(page, field), (address, field)
                tried[page] += 1
            if any(each.is_in_words and each.kind != "textarea" for each in form.controls):
                told.append(is_told(browser, address, form))
    assert Revision.objects.newest_number() == before
    assert len(tried) > 60
    assert tried.total() > 150
    assert told.count(True) > 35
    assert told.count(False) < 8
    lists = {page: names for page, names in several.items() if page.endswith("_changelist")}
    assert {each for names in lists.values() for each in names} == {"_selected_action"}
    assert {page: names for page, names in several.items() if names and page not in lists} == SEVERAL


def test_the_last_of_two_values_is_not_taken(province: Any, client_of: Any) -> None:
    record, browser = Project.objects.first(), client_of(province)
    sent = filled(browser.get(change_url(record)), note_zh="备注")
    answer = browser.post(change_url(record), sent | {FIELD: [sent[FIELD], "CHANGED"]})
    assert refusal(answer)
    assert "“name_zh”出现了不止一次" in answer.content.decode()
    record.refresh_from_db()
    assert (record.name_zh, record.note_zh) == (sent[FIELD], "")
    assert browser.post(change_url(record), sent).status_code == 302


def test_only_systems_are_asked_without_a_token_of_a_form() -> None:
    assert {each.pattern for each in addresses.routes() if getattr(each.view, "csrf_exempt", False)} == {
        each.pattern for each in addresses.routes() if each.is_of_systems
    }
