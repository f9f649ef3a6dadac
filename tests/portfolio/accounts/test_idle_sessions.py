"""Sessions end when nothing was done with them for half an hour, and twelve hours after signing in whatever was done."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portfolio.accounts import sessions
from tests.people import PASSWORD

pytestmark = [pytest.mark.permission, pytest.mark.usefixtures("register")]

BROWSER = {"HTTP_ACCEPT": "text/html,application/xhtml+xml,*/*;q=0.8"}
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def clock(monkeypatch):
    """`clock(minutes)` moves the time of this process on."""
    real, moved = timezone.now, [dt.timedelta()]
    monkeypatch.setattr(timezone, "now", lambda: real() + moved[0])

    def move(minutes):
        moved[0] += dt.timedelta(minutes=minutes)

    return move


@pytest.fixture
def browser(province):
    made = Client(**BROWSER)
    assert made.post("/login/", {"username": "province", "password": PASSWORD}).status_code == 302
    return made


def goes_on(browser):
    return browser.get("/tasks/").status_code == 200


def ends():
    return Session.objects.get().expire_date


def test_it_goes_on_as_long_as_pages_are_opened(browser, clock):
    for _turn in range(5):
        clock(20)
        assert goes_on(browser)
    clock(31)
    assert not goes_on(browser)


def test_so_long_is_a_setting(settings, province, clock):
    settings.SESSION_IDLE_MINUTES = 5
    browser = Client(**BROWSER)
    browser.post("/login/", {"username": "province", "password": PASSWORD})
    clock(4)
    assert goes_on(browser)
    clock(6)
    assert not goes_on(browser)


def test_twelve_hours_after_signing_in_it_ends_whatever_was_done(browser, clock):
    for _turn in range(35):
        clock(20)
        assert goes_on(browser)
    clock(21)
    assert not goes_on(browser)


def test_a_form_that_is_sent_is_a_use(browser, clock):
    clock(20)
    browser.post("/notes/add/", {})
    clock(20)
    assert goes_on(browser)


def test_what_a_script_reads_by_itself_is_none(browser, clock):
    script = Client(HTTP_ACCEPT="*/*")
    script.cookies = browser.cookies
    clock(20)
    assert script.get("/tasks/").status_code == 200
    assert script.get("/api/v1/projects/?page_size=1").status_code == 200
    clock(11)
    assert not goes_on(browser)


@pytest.mark.parametrize(("headers", "is_use"), [({}, True), ({"Refresh": "5"}, False)])
def test_a_page_that_loads_itself_again_is_none(headers, is_use, browser, clock, rf):
    def page(request):
        assert request.session["_auth_user_id"]
        return HttpResponse("checking", headers=headers)

    request = rf.get("/", headers={"Accept": "text/html"})
    request.COOKIES["sessionid"] = browser.cookies["sessionid"].value
    clock(20)
    before = ends()
    sessions.SessionMiddleware(page)(request)
    assert (ends() > before) == is_use


def writes(browser):
    with CaptureQueriesContext(connection) as asked:
        assert goes_on(browser)
    return [each["sql"] for each in asked if each["sql"].split()[0] in ("DELETE", "UPDATE", "INSERT")]


def test_reading_writes_nothing_but_a_use_and_that_at_most_once_a_minute(browser, clock):
    assert writes(browser) == []
    clock(2)
    before = ends()
    [update] = writes(browser)
    assert update.startswith('UPDATE "django_session" SET "expire_date"')
    assert abs(ends() - before - 2 * MINUTE) < dt.timedelta(seconds=20)
    assert writes(browser) == []


def test_what_has_ended_is_not_prolonged(browser, clock):
    store = sessions.SessionStore(browser.cookies["sessionid"].value)
    assert store.load()
    clock(31)
    before = ends()
    store.note_use()
    assert ends() == before
    assert not goes_on(browser)
