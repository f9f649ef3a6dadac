"""With the cache in front everybody is answered as Django alone would answer: nobody gets what is another's.

Both are asked in this process, with the environment that a web server makes. FAULT_SEED runs a sequence again.
"""

from __future__ import annotations

import datetime as dt
import gzip
import os
import re
from collections.abc import Iterator
from http.cookies import CookieError, SimpleCookie
from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import models
from django.test import RequestFactory

from portfolio import cache
from portfolio.models import ApiToken
from projects.choices import Role
from projects.history.revisions import create_revision
from projects.models import Project
from tests.people import CHANGSHA, ZHUZHOU, person, session_of
from tests.projects.models.reports_made import ZHUZHOU_CODE, drafted

from .questions import Question, Questions

pytestmark = pytest.mark.django_db(transaction=True)

SEED = int(os.environ.get("FAULT_SEED") or 2023)
NUMBER = 120  # of different requests
ROUNDS = 3  # in which each is asked; before the last of them a record is changed
CANARY = "CANARY-OF-ZHUZHOU"
# headers that differ from one response to the next
_OF_ONE_RESPONSE = {"expires", "x-request-id", "set-cookie", "content-length"}
# tokens of forms: one is of each response, the other, of who opened the form, of each hour
_TOKENS = re.compile(
    rb'(name="(?:csrfmiddlewaretoken|opened_by)" value=")[^"]*|(csrf-token=")[^"]*|("x-csrftoken": ?")[^"]*',
    re.IGNORECASE,
)

Answer = tuple[str, list[tuple[str, str]], bytes]


class Site:
    """Django with a cache of so many MB in front."""

    def __init__(self, settings: Any, *, megabytes: int) -> None:
        settings.KEPT_ANSWERS_MB = megabytes
        self.application: Any = get_wsgi_application()

    def ask(self, question: Question) -> Answer:
        """Return status, headers and body; of a HEAD no body, which a server does not send."""
        said: list[Any] = []
        environ = RequestFactory().request(**dict(question.environ)).environ
        response = self.application(environ, lambda status, headers, _error=None: said.extend((status, headers)))
        body = b"".join(response)
        response.close()
        headers = [(name.lower(), value) for name, value in said[1] if name.lower() not in _OF_ONE_RESPONSE]
        if ("content-encoding", "gzip") in headers:  # whose length is blurred by chance
            body = gzip.decompress(body) if body else b""
        headers = [pair for pair in headers if pair[0] != "content-encoding"]  # of short bodies chance decides
        return said[0], sorted(headers), b"" if question.method == "HEAD" else _TOKENS.sub(rb"\1\2\3", body)


@pytest.fixture
def people(live_register: None) -> tuple[dict[str, str], dict[str, str]]:
    """Sessions and tokens by the names of who has them."""
    accounts = {
        "province": person("province", Role.PROVINCE),
        "changsha": person("changsha", Role.PREFECTURE_WRITER, CHANGSHA),
        "zhuzhou": person("zhuzhou", Role.PREFECTURE_WRITER, ZHUZHOU),
        "analyst": person("analyst", Role.ANALYST),
        "stranger": person("stranger"),
    }
    with create_revision():
        drafted(ZHUZHOU_CODE, contact=CANARY)
    closed = person("closed", Role.PROVINCE)
    sessions = {name: session_of(user) for name, user in accounts.items()}
    sessions |= {"closed": session_of(closed), "nobody": session_of(None)}
    type(closed).objects.filter(pk=closed.pk).update(is_active=False)
    tokens = {name: _token(user) for name, user in accounts.items()}
    tokens |= {
        "writes": _token(accounts["zhuzhou"], scope="write"),
        "bound": _token(accounts["province"], prefectures=[CHANGSHA]),
        "elsewhere": _token(accounts["province"], addresses=["10.9.9.0/24"]),
        "expired": _token(accounts["province"], expiry=dt.timedelta(days=-1)),
        "revoked": _token(accounts["province"], label="revoked"),
    }
    ApiToken.objects.filter(label="revoked").revoke(by=accounts["province"])
    return sessions, tokens


def _token(user: Any, **more: Any) -> str:
    return str(ApiToken.objects.create(user=user, **{"scope": "read", "label": "test"} | more)[1])


def get_differences(people: Any, settings: Any, *, only_cookies: bool = False) -> Iterator[str]:
    """Yield what is answered in another way than by Django alone, and what nobody may read."""
    settings.ALLOWED_HOSTS = ["testserver", "b.gov.cn"]
    alone, cached = Site(settings, megabytes=0), Site(settings, megabytes=64)
    builder = Questions(SEED, *people)
    questions = builder.build(NUMBER, only_cookies=only_cookies)
    expected: dict[Question, Answer] = {}
    for turn in range(ROUNDS):
        if turn == ROUNDS - 1:
            models.QuerySet(Project).filter(code=ZHUZHOU_CODE).update(name_en="Renamed by another program")
            expected.clear()
        for question in builder.shuffled(questions):
            if question not in expected:
                expected[question] = alone.ask(question)
            said = cached.ask(question)
            if said != expected[question]:
                yield f"{question}\n  {_short(said)}\n  {_short(expected[question])}"
            if question.is_of_nobody and CANARY.encode() in said[2]:
                yield f"{question} shows a draft to nobody"


def _short(answer: Answer) -> str:
    return f"{answer[0]} {answer[1]} {answer[2][:200]!r}"


@pytest.mark.parametrize("is_public", [True, False])
def test_everybody_is_answered_as_django_alone_answers(people: Any, settings: Any, is_public: bool) -> None:
    settings.PUBLIC_READ = is_public
    found = list(get_differences(people, settings))
    assert not found, f"FAULT_SEED={SEED}: {len(found)} differ\n" + "\n".join(found[:5])


def test_cookies_alone_take_nobody_for_another(people: Any, settings: Any) -> None:
    settings.PUBLIC_READ = True
    found = list(get_differences(people, settings, only_cookies=True))
    assert not found, f"FAULT_SEED={SEED}: {len(found)} differ\n" + "\n".join(found[:5])


def test_a_cache_that_reads_cookies_by_another_parser_is_found_out(
    people: Any, settings: Any, monkeypatch: Any
) -> None:
    """It takes somebody for nobody whose header the standard library gives up at."""

    def has_none(environ: Any) -> bool:
        try:
            return not SimpleCookie(environ.get("HTTP_COOKIE", ""))
        except CookieError:
            return True

    settings.PUBLIC_READ = True
    monkeypatch.setattr(cache, "is_public", has_none)
    assert next(get_differences(people, settings, only_cookies=True), None), f"FAULT_SEED={SEED}"
