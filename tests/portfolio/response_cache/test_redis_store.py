"""Two applications with a Redis between them: what one has answered the other need not, and neither is ever behind."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
import redis
from django.db import models

from portfolio.redis import store
from portfolio.response_cache import redis_store
from portfolio.response_cache.packing import packed, unpacked
from portfolio.response_cache.release import release
from portfolio.response_cache.response import CachedResponse
from projects.models import Grant, Project
from projects.versioning.revisions import writing
from tests.differential.shapes import SHAPES
from tests.people import CHANGSHA
from tests.projects.models.reports_made import ZHUZHOU_CODE, drafted
from tests.redis_server import RedisServer

from .asking import LIST, TOTALS, Site, signed_in, token_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.redis]

CODE = "HN-EI-2023-13"
RECORD = f"/api/v1/projects/{CODE}/"
PATHS = (LIST, RECORD, TOTALS, "/api/v1/sectors/", "/?programme=2023", "/projects/")


@pytest.fixture
def sites(live_register: None, shared_redis: RedisServer, settings: Any) -> tuple[Site, Site]:
    settings.ALLOWED_HOSTS = ["*"]
    return Site(), Site()


def write(amount: int) -> None:
    models.QuerySet(Project).filter(code=CODE).update(expected_revenue=amount)


def keys(server: RedisServer) -> list[bytes]:
    with redis.Redis(port=server.port) as other:
        return list(other.keys("*:answer:*"))


def test_what_one_has_answered_the_other_gives_without_django(sites, token, settings):
    settings.PUBLIC_READ = True
    one, other = sites
    for path in PATHS:
        for reader in (token, "") if path.startswith("/api/") else ("",):
            first, second = one.ask(path, reader), other.ask(path, reader)
            assert first.status_code == 200
            assert (second.data, second.headers["ETag"]) == (first.data, first.headers["ETag"])
            assert {name for name, _value in first.headers} == {name for name, _value in second.headers}
            assert other.ask(path, reader, If_None_Match=first.headers["ETag"]).status_code == 304
    assert other.django.asked == 0


def test_a_write_through_one_is_in_the_very_next_answer_of_the_other(sites, token):
    for amount in range(10**9, 10**9 + 6):
        for path in (RECORD, LIST, TOTALS):
            for site in sites:
                site.ask(path, token)
        record = sites[amount % 2].ask(RECORD, token)
        changes = {"expected_revenue": amount, "expected_revenue_reported_by": "test"}
        headers = {"Authorization": f"Token {token}", "If-Match": record.headers["ETag"]}
        assert sites[amount % 2].browser().patch(RECORD, json=changes, headers=headers).status_code == 200
        for site in reversed(sites):
            assert site.ask(RECORD, token).json["expected_revenue"] == amount
            for path in (LIST, TOTALS):
                assert site.ask(path, token).data == site.whole_way(path, token).data


def test_a_write_by_sql_makes_what_is_cached_for_all_of_no_use(sites, token):
    for amount in (5 * 10**9, 6 * 10**9):
        assert {site.ask(RECORD, token).status_code for site in sites} == {200}
        write(amount)
        assert [site.ask(RECORD, token).json["expected_revenue"] for site in sites] == [amount, amount]


@pytest.mark.permission
def test_nobody_gets_the_answer_of_another(sites, province, changsha_writer, zhuzhou_writer):
    tokens = [token_of(user) for user in (province, changsha_writer, zhuzhou_writer)]
    answers = [sites[0].ask(LIST, token).data for token in tokens]
    assert [sites[1].ask(LIST, token).data for token in tokens] == answers
    assert len(set(answers)) == 3
    assert sites[1].ask(LIST, "0" * 64).status_code == 401


@pytest.mark.permission
def test_what_a_session_is_told_beside_strange_cookies_is_told_to_nobody_on_any_machine(
    sites, province, zhuzhou_writer
):
    drafted(ZHUZHOU_CODE, contact="known to the bureau alone")
    path = "/api/v1/reports/?state=draft&fields=contact"
    session = signed_in(sites[0], "province").get_cookie("sessionid").value
    for shape in SHAPES.values():
        cookie = (shape if isinstance(shape, bytes) else shape.encode()) + f"; sessionid={session}".encode()
        for site in sites:
            asked = {"HTTP_COOKIE": cookie.decode("latin-1")}
            site.browser().get(path, environ_overrides=asked)
            assert site.ask(path).status_code == 401
    assert b"bureau alone" not in sites[1].ask(path, token_of(province, prefectures=[CHANGSHA])).data


def test_a_grant_that_is_taken_away_is_taken_away_everywhere(sites, changsha_writer):
    token = token_of(changsha_writer)
    for site in sites:
        assert site.ask(LIST, token).json["count"]
    with writing(reason="test"):
        Grant.objects.get(user=changsha_writer).delete()
    for site in sites:
        assert site.ask(LIST, token).data == site.whole_way(LIST, token).data


def test_totals_from_the_other_can_still_be_made_again(sites, token):
    one, other = sites
    for site in sites:
        site.ask(TOTALS, token)
        write(3 * 10**9)
        site.ask(TOTALS, token)
    other.ask(TOTALS, token)
    asked = one.django.asked
    for amount in (4 * 10**9, 5 * 10**9):
        write(amount)
        assert one.ask(TOTALS, token).data == one.whole_way(TOTALS, token).data
    assert one.django.asked == asked


def test_redis_may_die_and_come_back_at_any_moment(sites, token, shared_redis):
    one, other = sites
    found = store()
    assert found is not None
    found.circuit.pause = 0.1
    assert one.ask(RECORD, token).data == other.ask(RECORD, token).data
    shared_redis.kill()
    for amount in range(7 * 10**9, 7 * 10**9 + 4):
        write(amount)
        assert [site.ask(RECORD, token).json["expected_revenue"] for site in sites] == [amount, amount]
        assert one.ask(LIST, token).data == one.whole_way(LIST, token).data
    shared_redis.start()
    time.sleep(0.1)
    write(8 * 10**9)
    assert [site.ask(RECORD, token).json["expected_revenue"] for site in sites] == [8 * 10**9] * 2
    asked = other.django.asked
    one.ask(LIST, token)
    assert other.ask(LIST, token).status_code == 200
    assert other.django.asked == asked


def test_what_is_no_answer_of_ours_is_not_given(sites, token, shared_redis):
    good = sites[0].ask(RECORD, token).data
    [name] = keys(shared_redis)
    with redis.Redis(port=shared_redis.port) as stranger:
        data = stranger.get(name)
        assert isinstance(data, bytes)
        for wrong in (b"", b"\x80\x04.", data[:-1], data.replace(b'"code"', b'"edoc"'), b"0" * 32 + data[32:]):
            stranger.set(name, wrong)
            assert Site().ask(RECORD, token).data == good
        stranger.delete(name)
        stranger.lpush(name, "a list")
    assert Site().ask(RECORD, token).data == good


def test_names_and_lives_of_what_is_cached_tell_nothing_and_end(sites, token, shared_redis):
    sites[0].ask(RECORD, token)
    [name] = keys(shared_redis)
    with redis.Redis(port=shared_redis.port) as other:
        assert 0 < other.ttl(name) <= redis_store.EXPIRY
    assert token.encode() not in name
    assert CODE.encode() not in name


def test_what_is_too_large_is_cached_by_each_for_itself(sites, token, shared_redis, monkeypatch):
    monkeypatch.setattr(redis_store, "MOST_BYTES", 3000)
    sites[0].ask(LIST, token)
    assert keys(shared_redis) == []
    asked = sites[0].django.asked
    sites[0].ask(LIST, token)
    assert sites[0].django.asked == asked


def test_another_release_and_other_settings_have_answers_of_their_own(sites, token, settings):
    sites[0].ask(RECORD, token)
    settings.CHOSEN = settings.CHOSEN | {"MAP_NOTE_EN": "another"}
    release.cache_clear()
    try:
        updated = Site()
        updated.ask(RECORD, token)
        assert updated.django.asked == 1
    finally:
        release.cache_clear()


def test_without_memory_for_answers_none_are_cached_at_all(sites, shared_redis):
    assert redis_store.tiered_store(0).far is None
    assert redis_store.tiered_store(1).far is not None


def test_an_answer_comes_out_as_it_went_in():
    headers = [("Content-Type", "text/html"), ("Vary", "Cookie"), ("X-Name", "é")]
    answer = CachedResponse.of(7, [*headers, ("ETag", '"12"')], "<p>长沙</p>".encode(), revalidate=print)
    secret = b"s" * 32
    data = packed(answer, "name", secret)
    assert unpacked(data, "name", secret) == replace(answer, revalidate=None)
    assert unpacked(data, "another name", secret) is None
    assert unpacked(data, "name", b"t" * 32) is None
