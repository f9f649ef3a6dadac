"""Every form in Chinese, sent with what is wrong in every way: no sentence of the answer is in English."""

from __future__ import annotations

import html
import re
from collections import Counter
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from projects.models import Revision

from . import walking
from .forms import Form

SENTENCE = re.compile(r"[A-Z][a-z’']+,?(?: [\w%’'“”,-]+)*(?: [a-z][\w%’'“”,-]*){2,}[.!?:]")
# tags, and elements that are not read: the last two of those named hold what was typed or stored
NO_TEXT = re.compile(
    r'<(script|style|code|pre|textarea|option)\b.*?</\1>|<(\w+)[^>]*\blang="en".*?</\2>|<[^>]*>', re.DOTALL
)
# as they would be typed by mistake; the first leaves everything out
WRONG = ("", "123", "-1", "1e99", "no such thing", "2023-13-45", "http:/no", "x" * 5000, "９" * 40, "a\u202eb", "\x00")
CHOICES = ("0", "")


def english(page: str) -> list[str]:
    """Return the English sentences that stand in a page's text."""
    return SENTENCE.findall(html.unescape(NO_TEXT.sub("|", page)))


def wrong_answer(browser: Client, address: str, form: Form) -> Any:
    """Return what the form says to what is wrong, another in each field. Nothing of it stays."""
    turn = len(form.controls)
    choice = CHOICES[turn % len(CHOICES)]
    data = form.data() | {each.name: [choice] for each in form.controls if each.kind in ("select", "radio")}
    for number, each in enumerate(form.controls):
        if each.is_typed or each.kind == "password":
            data[each.name] = [WRONG[(number + 4 * turn) % len(WRONG)]]
    data.pop("action", None)
    cookies = browser.cookies.copy()
    with transaction.atomic():
        answer = browser.post(address, data)
        transaction.set_rollback(True)
    browser.cookies = cookies
    return answer


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
            answer = wrong_answer(browser, address, form)
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
