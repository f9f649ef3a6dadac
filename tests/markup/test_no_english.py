"""Every form in Chinese, sent with what is wrong in every way: no sentence of the answer is in English."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.auth.password_validation import get_default_password_validators
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from django.utils.translation import override

from projects.models import Revision

from . import walking
from .forms import Form

SENTENCE = re.compile(r"[A-Z][a-z’']+,?(?: [\w%’'“”,-]+)*(?: [a-z][\w%’'“”,-]*){2,}[.!?:]")
NOT_READ = {"script", "style", "code", "pre", "textarea", "option"}  # the last two hold what was typed or stored
# as they would be typed by mistake; the first leaves everything out
WRONG = ("", "123", "-1", "1e99", "no such thing", "2023-13-45", "http:/no", "x" * 5000, "９" * 40, "a\u202eb", "\x00")
CHOICES = ("0", "")


class _Sentences(HTMLParser):
    """The English sentences that stand in a page's text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.skipping: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.skipping or tag in NOT_READ or dict(attrs).get("lang") == "en":
            self.skipping.append(tag) if not self.skipping or tag == self.skipping[0] else None

    def handle_endtag(self, tag: str) -> None:
        if self.skipping and tag == self.skipping[-1]:
            self.skipping.pop()

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self.found += SENTENCE.findall(data)


def english(page: str) -> list[str]:
    if not SENTENCE.search(html.unescape(page)):  # nor is there one in its text, which takes ten times as long to find
        return []
    reader = _Sentences()
    reader.feed(page)
    reader.close()
    return reader.found


def wrong_answers(browser: Client, address: str, form: Form) -> Iterator[Any]:
    """What the form says to what is wrong, another in each field and in each turn. Nothing of it stays."""
    for turn in (len(form.controls) % len(WRONG),):
        choice = CHOICES[turn % len(CHOICES)]
        data = form.data() | {each.name: [choice] for each in form.controls if each.kind in ("select", "radio")}
        for number, each in enumerate(form.controls):
            if each.is_typed or each.kind == "password":
                data[each.name] = [WRONG[(number + 4 * turn) % len(WRONG)]]
        data.pop("action", None)
        with transaction.atomic():
            cookies = browser.cookies.copy()
            yield browser.post(address, data)
            browser.cookies = cookies
            transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.no_database
def test_no_form_says_in_english_what_is_wrong_to_who_reads_chinese(people: dict[str, Any], client_of: Any) -> None:
    known: set[Any] = set()
    tried: Counter[int] = Counter()
    faults: set[tuple[str, str]] = set()
    before = Revision.objects.newest_number()
    for name in ("province", "administrator", "changsha", "visitor"):
        user = people[name]
        browser = client_of(user) if user else Client()
        for address, form, _answers in walking.forms_of_pages(browser, user, language="zh-hans", known=known):
            for answer in wrong_answers(browser, address, form):
                tried[answer.status_code] += 1
                if walking.is_page(answer):
                    faults |= {(address, sentence) for sentence in english(answer.content.decode())}
    assert not faults
    assert tried[200] > 30
    assert Revision.objects.newest_number() == before


def test_the_look_for_english_sees_it() -> None:
    assert english("<p>错误：This password is too short.</p>") == ["This password is too short."]
    assert (
        english('<p lang="en">This password is <b>too short</b>.</p><code>It must be so.</code>不是 HTTP 格式。') == []
    )


@pytest.mark.parametrize("password", ["123", "password", "12345678901234", "lixiang"])
def test_what_is_wrong_with_a_password_is_said_in_chinese(password: str) -> None:
    said: list[str] = []
    with override("zh-hans"):
        for validator in get_default_password_validators():
            try:
                validator.validate(password)
            except ValidationError as error:
                said += error.messages
    assert said
    assert not [text for text in said if english(f"<p>{text}</p>") or not re.search("[\u4e00-\u9fff]", text)]
