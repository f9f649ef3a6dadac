"""Who asks: tokens, sessions, nobody."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portfolio.models import ApiToken
from projects.models import Grant, Revision

from .conftest import ROOT, System, assert_problem

pytestmark = pytest.mark.no_database

OWN = "/projects/HN-EI-2023-01/"
PATHS = ["/", "/projects/", "/totals/", "/programmes/", "/schema/", "/docs/", "/figures/", OWN]


@pytest.mark.parametrize("path", PATHS)
def test_nobody_unknown_reads_where_the_public_may_not(register: None, path: str) -> None:
    answer = System().get(path)
    assert_problem(answer, 401)
    assert answer["WWW-Authenticate"] == 'Token realm="api"'


@pytest.mark.parametrize("path", PATHS)
def test_a_token_that_reads_reads(system_of: Any, analyst: Any, path: str) -> None:
    assert system_of(analyst, scope="read").get(path).status_code == 200 or path == "/docs/"


@pytest.mark.parametrize(
    "header", ["Token", "Token abc", "Token a b", "Token " + "é" * 20, "Bearer abc", "Token " + "0" * 64, "token \x7f"]
)
def test_a_wrong_token_is_refused_even_where_the_public_may_read(public: System, header: str) -> None:
    answer = public.client.get(f"{ROOT}/projects/", headers={"Authorization": header})
    answer.data = answer.json()
    assert_problem(answer, 401)


@pytest.mark.parametrize("header", ["", " ", "Foo abc", "Foo", "0" * 64, "é", "Basics YTpi", "Token,Basic YTpi"])
def test_a_header_that_cannot_be_read_is_never_taken_for_nobody(public: System, header: str) -> None:
    answer = public.client.get(f"{ROOT}/projects/", headers={"Authorization": header})
    answer.data = answer.json()
    assert "Authorization: Token" in assert_problem(answer, 401)["detail"]
    assert answer["WWW-Authenticate"] == 'Token realm="api"'


@pytest.mark.parametrize("header", ["Basic YTpi", "Digest a=b, c=d", "Negotiate YTpi", "negotiate", "NTLM YTpi"])
def test_a_proxys_own_credentials_are_left_alone(public: System, header: str) -> None:
    assert public.client.get(f"{ROOT}/projects/", headers={"Authorization": header}).status_code == 200


def test_a_token_ends_with_its_time_its_account_or_itself(analyst: Any) -> None:
    token, secret = ApiToken.objects.create(user=analyst)
    system = System(secret)
    assert system.get("/projects/").status_code == 200
    ApiToken.objects.filter(pk=token.pk).update(expiry=timezone.now() - dt.timedelta(seconds=1))
    assert_problem(system.get("/projects/"), 401)
    ApiToken.objects.filter(pk=token.pk).update(expiry=None)
    analyst.is_active = False
    analyst.save()
    assert_problem(system.get("/projects/"), 401)
    analyst.is_active = True
    analyst.save()
    assert_problem(system.get("/projects/"), 401)  # for good
    token, secret = ApiToken.objects.create(user=analyst)
    assert System(secret).get("/projects/").status_code == 200
    token.delete()
    assert_problem(System(secret).get("/projects/"), 401)


def test_an_expired_token_is_kept_for_whoever_asks_when_it_was_used(analyst: Any) -> None:
    token, secret = ApiToken.objects.create(user=analyst, expiry=dt.timedelta(seconds=-1))
    assert_problem(System(secret).get("/projects/"), 401)
    assert ApiToken.objects.filter(pk=token.pk).exists()


def test_the_last_use_of_a_token_is_noted_to_the_minute(analyst: Any) -> None:
    token, secret = ApiToken.objects.create(user=analyst)
    System(secret).get("/projects/")
    token.refresh_from_db()
    first = token.last_used
    assert timezone.now() - first < dt.timedelta(minutes=1)
    System(secret).get("/projects/")
    token.refresh_from_db()
    assert token.last_used == first
    ApiToken.objects.filter(pk=token.pk).update(last_used=first - dt.timedelta(minutes=2))
    System(secret).get("/projects/")
    token.refresh_from_db()
    assert token.last_used > first


def test_a_grant_that_is_taken_away_ends_at_the_next_request(system_of: Any, province: Any) -> None:
    system = system_of(province)
    assert system.patch(OWN, {"name_en": "x"}).status_code == 200
    Grant.objects.filter(user=province).delete()
    assert_problem(system.patch(OWN, {"name_en": "y"}), 404)


def test_a_session_reads_and_writes_with_the_csrf_token(province: Any, client_of: Any) -> None:
    browser: Client = client_of(province, enforce_csrf_checks=True, headers={"Accept-Language": "en"})
    assert browser.get(f"{ROOT}/projects/").json()["count"] == 42
    refused = browser.patch(ROOT + OWN, {"name_en": "x"}, content_type="application/json")
    refused.data = refused.json()
    assert "X-CSRFToken" in assert_problem(refused, 403)["detail"]
    page = browser.get(f"{ROOT}/docs/").content.decode()
    token = page.partition('data-csrf-token="')[2].partition('"')[0]
    headers = {"X-CSRFToken": token, "If-Match": browser.get(ROOT + OWN)["ETag"]}
    accepted = browser.patch(ROOT + OWN, {"name_en": "x"}, content_type="application/json", headers=headers)
    assert accepted.status_code == 200
    assert Revision.objects.first().user == province


def test_a_token_is_never_taken_from_the_address(system_of: Any, province: Any) -> None:
    secret = ApiToken.objects.create(user=province)[1]
    assert_problem(System().get("/projects/", token=secret), 401)


def test_a_token_beside_a_session_decides(system_of: Any, province: Any, changsha_reader: Any, client_of: Any) -> None:
    secret = ApiToken.objects.create(user=changsha_reader, scope="write")[1]
    browser = client_of(province, headers={"Authorization": f"Token {secret}"})
    assert browser.get(f"{ROOT}/projects/").json()["count"] < 42
    answer = browser.patch(ROOT + OWN, json.dumps({"name_en": "x"}), content_type="application/json")
    answer.data = answer.json()
    assert_problem(answer, 403)
