"""No text that anybody stores, types or asks for is markup, wherever it is shown, whoever reads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.management import call_command
from django.db import models, transaction
from django.urls import resolve
from django.utils.html import escape

from projects.choices import Role
from projects.models import ReminderSent, Source
from tests.people import CHANGSHA, SNAPSHOTS, person

from . import addresses, markup, texts, walking, world

pytestmark = [pytest.mark.django_db, pytest.mark.no_database]

TYPED = texts.MARKUP.replace("{n}", "999")
# between them they are shown every text; the first of them every page
READ_MOST = [
    ("province", "zh-hans", 99),
    ("province", "en", 1),
    ("administrator", "en", 1),
    ("changsha", "zh-hans", 3),
]
PEOPLE = {
    "province": (Role.PROVINCE,),
    "administrator": (Role.ADMINISTRATOR,),
    "changsha": (Role.PREFECTURE_WRITER, CHANGSHA),
    "changsha-reader": (Role.PREFECTURE_READER, CHANGSHA),
    "analyst": (Role.ANALYST,),
    "stranger": (),
}
# which no page shows to anybody
UNSHOWN = {
    "portfolio.User.password": "a hash, of which the administration shows the kind",
    "admin.LogEntry.object_repr": "the history of an account has its name above",
    "auth.Group.name": "rights come from grants",
    "projects.AnsweredCall.body": "answers of the API",
    "projects.AnsweredCall.fingerprint": "answers of the API",
    "projects.AnsweredCall.headers": "answers of the API",
    "projects.AnsweredCall.key": "answers of the API",
    "projects.AnsweredCall.token": "answers of the API",
    "projects.Import.bound_to": "codes, within which its job works",
    "projects.Import.confirmed_rules": "codes, of which pages have the boxes ticked",
    "projects.Import.counts": "numbers",
    "projects.Import.choices": "codes, of which pages have the names",
    "projects.Import.fingerprint": "a digest",
    "projects.Import.heads": "numbers of rows",
    "projects.Import.language": "a code, in which its job speaks",
    "projects.Import.mapping": "codes, of which pages have the names",
    "projects.Import.reach": "codes, by which it is hidden",
    "projects.Import.signature": "a digest",
    "projects.ImportedCell.code": "a code, beside which stand the words",
    "projects.ImportedCell.options": "what is known of a question, by codes, of which pages have the names",
    "projects.RememberedMapping.heads": "numbers of rows",
    "projects.RememberedMapping.mapping": "codes, which are taken for the next file",
    "projects.RememberedMapping.signature": "a digest",
    "projects.Import.digest": "compared only",
    "projects.Revision.request_id": "for who reads the log of requests",
    "projects.Revision.previous_digest": "checked by a command",
    "projects.Revision.digest": "checked by a command",
    "projects.Job.arguments": "codes and keys, for who operates it",
    "projects.Plan.curve": "amounts",
    "projects.Proposal.fields": "codes, of which pages have the names",
    "projects.Seal.rows": "digests",
    "projects.Webhook.secret": "shown once, when it is made",
    "projects.Webhook.previous_secret": "never shown",
}
# logs of whoever signed in, which commands read; and past rows, of which pages show what differs from the next
NOT_LOOKED_FOR = re.compile(r"axes\.|projects\.Historical")
# which nobody may open, or which lead elsewhere
CLOSED = {
    "admin/portfolio/user/<path:object_id>/delete/",
    "admin/projects/job/<path:object_id>/delete/",
    "admin/projects/job/add/",
    "admin/projects/overruling/<path:object_id>/delete/",
    "admin/projects/overruling/add/",
    "rounds/now/",
    "login/",
    "admin/login/",
}


@dataclass(frozen=True)
class Marked:
    """The keys of everybody by role, and which number stands in which field."""

    people: dict[str, int]
    numbers: dict[str, int]


@pytest.fixture(scope="module")
def once(django_db_setup: None, django_db_blocker: Any) -> Iterator[Marked]:
    """Everybody among records of every kind, a text in every field of them: committed, and put back after these tests.

    It takes seconds. And triggers are dropped for it: SQLite reads its whole schema anew whenever something is rolled back
    in a transaction that has changed it, as each form of a walk is.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        users = {name: person(name, *grant) for name, grant in PEOPLE.items()}
        world.fill(users["province"], users["changsha"], users["administrator"])
        numbers = texts.put()
    yield Marked({name: user.pk for name, user in users.items()}, numbers)
    SNAPSHOTS.mark_changed()


@pytest.fixture
def people(once: Marked, register: None, public_read: None) -> dict[str, Any]:
    """Everybody by role; their names are texts too."""
    return {"visitor": None} | {name: get_user_model().objects.get(pk=key) for name, key in once.people.items()}


@pytest.fixture
def marked(once: Marked, register: None) -> dict[str, int]:
    """A text of that kind in every field: which number stands in which."""
    return once.numbers


def put(people: dict[str, Any], *, harmless: bool = False) -> dict[str, int]:
    numbers = texts.put(harmless=harmless)
    for user in filter(None, people.values()):
        user.refresh_from_db()  # a session is of the password that is stored
    return numbers


def troubles(
    answers: Iterable[walking.Answered], seen: Callable[[str, Any, markup.Read], None] = lambda *_all: None
) -> Any:
    """What was made by a text, by what was asked."""
    found, count = {}, 0
    for asked, answer in answers:
        assert answer.status_code < 500, asked
        if walking.is_page(answer):
            count += 1
            read = markup.of(answer)
            seen(asked, answer, read)
            if read.made:
                found[asked] = read.made[:3]
    assert count > 5
    return found


def test_pages_have_no_element_that_harmless_records_have_not(people: dict[str, Any], client_of: Any) -> None:
    """And between them those who read most are shown every text, on every page."""
    harmless: dict[str, Any] = {}
    put(people, harmless=True)
    province = people["province"]
    pages = walking.pages(client_of(province), province, language="zh-hans", routes=walking.routes_of_people()[::4])
    assert troubles(pages, lambda asked, _answer, read: harmless.update({asked: read.elements})) == {}
    assert len(harmless) > 25

    numbers, shown, opened = put(people), set(), set()

    def compared(asked: str, answer: Any, read: markup.Read) -> None:
        if answer.wsgi_request.user == province and asked in harmless:
            assert read.elements == harmless.pop(asked), asked
        shown.update(read.shown)
        opened.update({resolve(answer.wsgi_request.path).route} if answer.status_code == 200 else ())

    for name, language, most in READ_MOST:
        pages = walking.pages(client_of(people[name]), people[name], language=language, most=most)
        assert troubles(pages, compared) == {}
    assert harmless == {}
    unshown = {name for name, number in numbers.items() if number not in shown and not NOT_LOOKED_FOR.match(name)}
    assert unshown == set(UNSHOWN)
    forwarded = ("<path:object_id>/", "/history/")
    routes = {each.pattern for each in walking.routes_of_people() if not each.pattern.endswith(forwarded)}
    assert routes - opened == CLOSED


def test_nor_have_those_of_other_readers(people: Any, marked: Any, client_of: Any) -> None:
    readers = (("visitor", "zh-hans"), ("changsha-reader", "en"), ("analyst", "en"), ("stranger", "en"))
    for (name, language), routes in zip(readers, walking.routes_by_reader(len(readers)), strict=True):
        user = people[name]
        pages = walking.pages(client_of(user), user, language=language, most=1, routes=routes)
        assert troubles(pages) == {}, name


def test_nor_has_what_a_form_answers(people: Any, marked: Any, client_of: Any) -> None:
    known: set[Any] = set()
    names = ("province", "administrator", "changsha")
    for name, routes in zip(names, walking.routes_by_reader(len(names)), strict=True):
        browser = client_of(people[name])
        answers = walking.form_answers(
            browser, people[name], typed=TYPED, language="zh-hans", known=known, routes=routes
        )
        assert troubles(answers) == {}


def test_nor_has_what_a_question_is_answered(people: Any, marked: Any, client_of: Any) -> None:
    province = people["province"]
    answers = walking.question_answers(client_of(province), province, typed=TYPED, language="zh-hans")
    assert troubles(answers) == {}


def test_no_letter_is_markup(people: Any, marked: Any) -> None:
    models.QuerySet(ReminderSent)._raw_delete("default")
    get_user_model().objects.update(email="somebody@example.org")  # else there is nobody to write to
    mail.outbox.clear()
    call_command("send_reminders", verbosity=0)
    assert any("zqx" in letter.body for letter in mail.outbox)
    for letter in mail.outbox:
        assert letter.content_subtype == "plain"
        assert not [*getattr(letter, "alternatives", []), *letter.attachments]
        assert "\n" not in letter.subject


def test_what_systems_are_answered_is_no_page(people: Any, marked: Any, client_of: Any) -> None:
    browser, kinds = client_of(people["province"]), {}
    for route in addresses.routes():
        if route.is_of_systems and not route.parameters:
            answer = browser.get(f"/{route.pattern.removesuffix('$')}")
            assert answer["X-Content-Type-Options"] == "nosniff"
            kinds.setdefault(answer["Content-Type"].partition(";")[0], []).append(route.pattern)
    assert kinds.pop("text/html") == ["api/v1/docs/"]
    assert all(route.startswith("api/v1/files/") for route in kinds.pop("text/csv"))
    assert set(kinds) == {"application/json", "application/problem+json"}
    assert markup.of(browser.get("/api/v1/docs/")).made == []


# the controls


def test_every_text_there_is_was_put(marked: dict[str, int]) -> None:
    names = {name for name, field in texts.text_fields() if not texts.is_none_of_ours(name, field)}
    refused_by_the_database = {"projects.Project.code", "projects.Project.national_code"}
    assert names - set(marked) == refused_by_the_database
    assert set(texts.NO_TEXTS) <= {name for name, _field in texts.text_fields()}


def test_a_script_as_an_address_is_found(people: Any, marked: Any, client_of: Any, monkeypatch: Any) -> None:
    browser = client_of(None)
    assert markup.of(browser.get("/programmes/2023/")).made == []
    monkeypatch.setattr(Source, "link", property(lambda source: source.url))
    assert "javascript:" in markup.of(browser.get("/programmes/2023/")).made[0]


@pytest.mark.parametrize(
    "page",
    [
        "<p>{}</p>",
        '<p title="{}">',
        "<p title='{}'>",
        "<title>{}</title>",
        "<textarea>{}</textarea>",
        "<svg><text>{}</text></svg>",
        "<script>{}</script>",
        "<a href={}>",
        "<p {}>",
    ],
)
def test_markup_is_found_wherever_it_stands(page: str) -> None:
    assert markup.read(page.format(TYPED)).made
    assert markup.read(page.format("zqx")).made == []


def test_entities_that_are_read_twice_or_never_are_found() -> None:
    entity = "zqx999z=&lt;b&gt;&amp;"
    assert markup.read(f"<p>{entity}").made
    assert markup.read(f"<p>{escape(entity)}").made == []
    assert markup.read(f"<p>{escape(escape(entity))}").made
