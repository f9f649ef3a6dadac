"""Who asks is looked up once, and anew after whatever changes it: by SQL, by the clock, by somebody else."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from portfolio.models import ApiToken, User
from portfolio.response_cache import readers
from projects.database import rollups
from projects.models import DataState, ReaderState
from tests.people import CHANGSHA

from .asking import LIST, signed_in, token_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def looked_up(monkeypatch: Any) -> list[str]:
    """The tokens and sessions that were looked up, by their keys."""
    keys: list[str] = []
    for name in ("_token", "_session"):
        look_up = getattr(readers, name)

        def counting(key: str, *more: Any, look_up: Any = look_up) -> Any:
            keys.append(key)
            return look_up(key, *more)

        monkeypatch.setattr(readers, name, counting)
    return keys


def test_a_token_is_looked_up_once(site, token, looked_up):
    for _turn in range(3):
        assert site.ask(LIST, token).status_code == 200
    assert len(looked_up) == 1
    assert site.django.asked == 1


def test_who_signs_in_has_others_looked_up_again_and_no_answer_made_again(site, token, looked_up, analyst):
    site.ask(LIST, token)
    state = DataState.objects.get().number
    signed_in(site, "analyst")
    asked = site.django.asked
    assert site.ask(LIST, token).status_code == 200
    assert site.django.asked == asked
    assert len([key for key in looked_up if len(key) > 40]) == 2
    assert DataState.objects.get().number == state


def test_that_a_token_was_used_is_no_change_of_it(site, token, looked_up):
    site.ask(LIST, token)
    ApiToken.objects.update(last_used=timezone.now(), refused_at=timezone.now(), refused_from="192.0.2.1")
    site.ask(LIST, token)
    assert len(looked_up) == 1


CHANGES_OF_A_TOKEN = {
    "revoked": lambda token: token.update(revoked_at=timezone.now(), revoked_by=token.get().user),
    "expired": lambda token: token.update(expiry=timezone.now() - dt.timedelta(seconds=1)),
    "bound to an address": lambda token: token.update(addresses=["192.0.2.0/24"]),
    "deleted": lambda token: token.delete(),
    "of a closed account": lambda token: User.objects.filter(pk=token.get().user_id).update(is_active=False),
}


@pytest.mark.parametrize("change", CHANGES_OF_A_TOKEN)
def test_a_token_that_was_changed_by_sql_is_refused_at_once(change, site, token):
    assert [site.ask(LIST, token).status_code for _turn in range(2)] == [200, 200]
    CHANGES_OF_A_TOKEN[change](ApiToken.objects.all())
    assert site.ask(LIST, token).status_code == 401


def test_a_token_that_is_bound_to_a_prefecture_by_sql_gives_its_rows_alone(site, token):
    whole, part = site.ask(LIST, token).json, site.ask(f"{LIST}&prefecture={CHANGSHA}", token).json
    ApiToken.objects.update(prefectures=[CHANGSHA])
    bound = site.ask(LIST, token).json
    assert 0 < bound["count"] < whole["count"]
    assert bound["results"] == part["results"]


def test_a_token_ends_by_the_clock_though_nothing_changes(site, province, monkeypatch):
    token = token_of(province, expiry=dt.timedelta(hours=1))
    assert [site.ask(LIST, token).status_code for _turn in range(2)] == [200, 200]
    later = timezone.now() + dt.timedelta(hours=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert site.ask(LIST, token).status_code == 401


CHANGES_OF_A_SESSION = {
    "ended": lambda: Session.objects.all().delete(),
    "expired": lambda: Session.objects.update(expire_date=timezone.now() - dt.timedelta(seconds=1)),
    "of a closed account": lambda: User.objects.update(is_active=False),
    "of another password": lambda: User.objects.update(password="md5$another$one"),
}


@pytest.mark.parametrize("change", CHANGES_OF_A_SESSION)
def test_a_session_that_was_changed_by_sql_sees_nothing_more(change, site, province):
    browser = signed_in(site, "province")
    assert [browser.get("/projects/").status_code for _turn in range(3)] == [200] * 3
    CHANGES_OF_A_SESSION[change]()
    assert browser.get("/projects/").status_code == 302


def test_a_session_ends_by_the_clock_though_nothing_changes(site, province, monkeypatch):
    browser = signed_in(site, "province")
    assert [browser.get("/projects/").status_code for _turn in range(3)] == [200] * 3
    later = timezone.now() + dt.timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert browser.get("/projects/").status_code == 302


def test_an_idle_session_ends_by_the_clock_and_one_that_is_used_is_asked_about_once_a_minute(
    site, monkeypatch, province
):
    browser, began = signed_in(site, "province"), timezone.now()
    for _turn in range(3):
        assert browser.get("/projects/").status_code == 200
    asked = site.django.asked
    monkeypatch.setattr(timezone, "now", lambda: began + dt.timedelta(minutes=2))
    assert browser.get("/projects/").status_code == 200
    assert site.django.asked == asked + 1  # which notes that the session was used
    monkeypatch.setattr(timezone, "now", lambda: began + dt.timedelta(minutes=31))
    assert browser.get("/projects/").status_code == 302


def test_before_anybody_counts_everybody_is_looked_up_each_time(site, token, looked_up):
    ReaderState.objects.all().delete()
    for _turn in range(2):
        assert site.ask(LIST, token).status_code == 200
    assert len(looked_up) == 2


def test_while_migrations_take_the_triggers_away_nobody_is_remembered(site, token):
    """On SQLite these make tables anew; should the migration be killed, the triggers stay away until the next."""
    assert [site.ask(LIST, token).status_code for _turn in range(2)] == [200, 200]
    rollups.lift("default")
    try:
        ApiToken.objects.get().revoke(by=User.objects.get())
        assert site.ask(LIST, token).status_code == 401
    finally:
        rollups.install("default")
    assert site.ask(LIST, token).status_code == 401
