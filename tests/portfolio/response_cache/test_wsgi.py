"""Answers are cached for who asked, for as long as the data has the same state, and not a moment longer."""

from __future__ import annotations

import datetime as dt
import json
import time
from typing import Any

import pytest
from django.db import OperationalError, models
from django.utils import timezone

from portfolio.models import ApiToken
from projects.models import Grant, Project
from projects.versioning.revisions import writing
from tests.people import CHANGSHA

from .asking import LIST, TOTALS, Site, token_of

# the state of the data is counted once a transaction, so each write here is one that commits
pytestmark = pytest.mark.django_db(transaction=True)

CODE = "HN-EI-2023-13"
RECORD = f"/api/v1/projects/{CODE}/"


def write(amount: int = 7_000_000_000) -> None:
    """By SQL, as another program would: no revision is made."""
    models.QuerySet(Project).filter(code=CODE).update(expected_revenue=amount)


def test_the_second_answer_is_the_first_and_does_not_reach_django(site, token):
    for path in (LIST, RECORD, TOTALS, "/api/v1/sectors/", "/api/v1/explain/?figure=disbursed"):
        second_is_first(site, path, token)


def second_is_first(site, path, token):
    asked = site.django.asked
    first, second = site.ask(path, token), site.ask(path, token)
    assert first.status_code == 200
    assert (second.data, second.headers["ETag"]) == (first.data, first.headers["ETag"])
    assert site.django.asked == asked + 1
    assert first.headers["X-Request-ID"] != second.headers["X-Request-ID"]
    for header in (
        "Content-Type",
        "Vary",
        "Cache-Control",
        "Content-Language",
        "Content-Security-Policy",
        "Last-Modified",
    ):
        assert first.headers[header] == second.headers[header]


def test_what_must_still_be_the_same_and_is_not_is_refused(site, public_read, token, a_while_later):
    """RFC 9110, 13.1.1 and 13.1.4: at lists, records and pages, whether cached yet or not."""
    for path in (LIST, RECORD, "/sectors/"):
        answer = site.ask(path, token)
        etag, changed = answer.headers["ETag"], answer.headers["Last-Modified"]
        for stale in (
            {"If_Match": '"other"'},
            {"If_Match": f"W/{etag}"},
            {"If_Unmodified_Since": "Sat, 01 Jan 2000 00:00:00 GMT"},
        ):
            refused = site.ask(path, token, **stale)
            assert (refused.status_code, refused.data, refused.headers["Content-Length"]) == (412, b"", "0")
            assert refused.headers["ETag"] == etag
        for same in ({"If_Match": "*"}, {"If_Unmodified_Since": changed}, {"If_Match": f'"other", {etag}'}):
            assert site.ask(path, token, **same).status_code == 200
        assert site.ask(path, token, If_Modified_Since=changed).status_code == 304
        assert site.ask(path, token, If_Match="*", If_None_Match=etag).status_code == 304
    version = site.ask(RECORD, token).headers["ETag"].partition("-")[0]
    assert site.ask(RECORD, token, If_Match=f'{version}"').status_code == 200
    assert site.ask(RECORD, token, If_Match=f'"other{version[6:]}"').status_code == 412


def test_who_has_the_answer_is_told_that_nothing_changed(site, token, a_while_later):
    answer = site.ask(LIST, token)
    etag = answer.headers["ETag"]
    for asked in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = site.ask(LIST, token, If_None_Match=asked)
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == etag
        assert again.headers["Cache-Control"] == "private, no-cache"
        assert "Authorization" in again.headers["Vary"]
    assert site.ask(LIST, token, If_None_Match='"other"').status_code == 200
    since = answer.headers["Last-Modified"]
    assert site.ask(LIST, token, If_Modified_Since=since).status_code == 304
    assert site.ask(LIST, token, If_Modified_Since=since, If_None_Match='"other"').status_code == 200


@pytest.mark.parametrize("header", ["", "Foo abc", "Bearer abc"])
def test_who_cannot_be_read_is_not_given_what_was_kept_for_the_public(header, site, public_read):
    assert [site.ask(LIST).status_code for _each in range(2)] == [200, 200]
    assert site.ask(LIST, Authorization=header).status_code == 401
    assert site.ask(LIST, Authorization="Basic YTpi").status_code == 200


def test_a_write_is_in_the_next_answer_and_what_it_does_not_touch_keeps_its_etag(site, token, province):
    record, other = site.ask(RECORD, token), site.ask("/api/v1/sectors/", token)
    with writing(user=province, reason="test"):
        project = Project.objects.get(code=CODE)
        project.note_en = "written"
        project.save()
    changed = site.ask(RECORD, token, If_None_Match=record.headers["ETag"])
    assert changed.status_code == 200
    assert changed.json["note_en"] == "written"
    assert site.ask("/api/v1/sectors/", token, If_None_Match=other.headers["ETag"]).status_code == 304


def test_a_write_by_sql_is_in_the_next_answer(site, token):
    for path in (RECORD, LIST, TOTALS):
        site.ask(path, token)
    write()
    assert site.ask(RECORD, token).json["expected_revenue"] == 7_000_000_000
    assert site.ask(LIST, token).data == site.whole_way(LIST, token).data
    assert site.ask(TOTALS, token).data == site.whole_way(TOTALS, token).data


BREAKDOWNS = ("", "&by=sector", "&by=prefecture", "&by=basis", "&by=kind", "&by=month", "&sector=new-display")


def test_totals_answered_again_are_what_the_whole_way_gives(site, province, changsha_writer, analyst):
    for user in (province, changsha_writer, analyst):
        token = token_of(user)
        paths = [f"/api/v1/totals/?programme=2023{by}" for by in BREAKDOWNS]
        for path in paths:
            site.ask(path, token)
        for number in range(2):
            write(user.pk * 10**9 + number)
            for path in paths:
                asked = site.django.asked
                assert site.ask(path, token).data == site.whole_way(path, token).data, (user, path)
                assert site.django.asked == asked


def test_a_grant_that_is_taken_away_is_not_answered_again(site, changsha_writer):
    token = token_of(changsha_writer)
    assert json.loads(site.ask(TOTALS, token).data)["rows"]
    with writing(reason="test"):
        Grant.objects.get(user=changsha_writer).delete()
    assert site.ask(TOTALS, token).status_code == site.whole_way(TOTALS, token).status_code != 200


def test_nobody_gets_the_answer_of_another(site, province, changsha_writer, zhuzhou_writer, settings):
    settings.PUBLIC_READ = True
    tokens = {"": "", **{user.username: token_of(user) for user in (province, changsha_writer, zhuzhou_writer)}}
    for _turn in range(2):
        answers = {name: site.ask(LIST, token) for name, token in tokens.items()}
        for name, token in tokens.items():
            assert answers[name].data == site.whole_way(LIST, token).data, name
        assert len({answer.data for answer in answers.values()}) == len(tokens)
    stolen = answers["province"].headers["ETag"]
    assert site.ask(LIST, tokens["changsha"], If_None_Match=stolen).status_code == 200


def test_a_token_that_is_no_longer_valid_is_refused_though_its_answer_is_cached(site, province):
    token, expiring, revoked = token_of(province), token_of(province), token_of(province)
    for each in (token, expiring, revoked):
        assert site.ask(LIST, each).status_code == 200
    keys = {each: ApiToken.objects.filter(token_key=each[:15]) for each in (expiring, revoked)}
    keys[expiring].update(expiry=timezone.now() - dt.timedelta(seconds=1))
    keys[revoked].delete()
    assert site.ask(LIST, expiring).status_code == 401
    assert site.ask(LIST, revoked).status_code == 401
    province.is_active = False
    province.save()
    assert site.ask(LIST, token).status_code == 401
    assert site.ask(TOTALS, token).status_code == 401


def test_a_revoked_token_is_refused_though_its_answer_is_cached(site, province):
    token = token_of(province)
    assert site.ask(LIST, token).status_code == site.ask(LIST, token).status_code == 200
    ApiToken.objects.get().revoke(by=province)
    assert site.ask(LIST, token).status_code == 401


def test_the_answers_of_a_token_are_kept_for_its_own_addresses(site, province):
    token = token_of(province, addresses=["10.1.0.0/16"])
    assert site.ask(LIST, token, from_address="10.1.2.3").status_code == 200
    asked = site.django.asked
    assert site.ask(LIST, token, from_address="10.1.9.9").status_code == 200
    assert site.django.asked == asked
    assert site.ask(LIST, token, from_address="10.2.2.3").status_code == 401
    assert site.ask(LIST, token, from_address="10.1.2.3").status_code == 200


def test_totals_answered_again_for_a_bound_token_are_of_its_prefectures(site, province):
    bound, free = token_of(province, prefectures=[CHANGSHA]), token_of(province)
    for _each in range(2):
        own = site.ask(TOTALS, bound)
        assert own.json == site.whole_way(TOTALS, bound).json != site.ask(TOTALS, free).json
        write(5_000_000_000 + len(own.data))


def test_the_language_is_part_of_the_question(site, token):
    english = site.ask("/api/v1/figures/", token, Accept_Language="en").data
    chinese = site.ask("/api/v1/totals/?kind=ship", token, Accept_Language="zh").data
    assert site.ask("/api/v1/figures/", token, Accept_Language="en").data == english
    assert chinese != site.ask("/api/v1/totals/?kind=ship", token, Accept_Language="en").data
    assert site.ask(f"{LIST}&lang=en", token).headers["Content-Language"] == "en"
    assert site.ask(f"{LIST}&lang=zh-hans", token).headers["Content-Language"] == "zh-hans"


def test_errors_are_not_cached(site, token):
    for _turn in range(2):
        assert site.ask("/api/v1/projects/?kind=ship", token).status_code == 400
        assert site.ask("/api/v1/projects/NOTHING/", token).status_code == 404
        assert site.ask(LIST, "0" * 64).status_code == 401
    assert site.django.asked == 6


def test_an_answer_that_was_overtaken_while_it_was_made_is_not_cached(site, token, monkeypatch):
    real = site.django.application

    def slow(environ: Any, start_response: Any) -> Any:
        answer = real(environ, start_response)
        write(123)
        return answer

    monkeypatch.setattr(site.django, "application", slow)
    site.ask(RECORD, token)
    monkeypatch.setattr(site.django, "application", real)
    assert site.ask(RECORD, token).json["expected_revenue"] == 123


def test_an_answer_is_given_though_the_database_goes_before_it_can_be_cached(site, token, monkeypatch):
    def gone(_alias: str) -> int:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(site.cache.readers, "state_now", gone)
    assert site.ask("/api/v1/figures/", token).status_code == 200
    assert [site.ask(RECORD, token).status_code for _turn in range(2)] == [200, 200]
    assert site.django.asked == 2, "a record says itself in which state it was read, and is cached"
    monkeypatch.undo()
    assert site.ask("/api/v1/figures/", token).status_code == 200
    assert site.django.asked == 3, "it was not cached"


def test_a_record_that_was_read_after_a_write_is_not_cached_for_the_state_before_it(site, token, monkeypatch):
    real = site.django.application

    def late(environ: Any, start_response: Any) -> Any:
        write(123)
        return real(environ, start_response)

    monkeypatch.setattr(site.django, "application", late)
    assert site.ask(RECORD, token).json["expected_revenue"] == 123
    assert not len(site.cache.store.near)


def test_the_version_in_if_match_is_the_first_part_of_the_etag(site, token):
    read = site.ask(RECORD, token)
    headers = {"Authorization": f"Token {token}", "If-Match": read.headers["ETag"]}
    assert site.browser().patch(RECORD, json={"note_en": "one"}, headers=headers).status_code == 200
    assert site.browser().patch(RECORD, json={"note_en": "two"}, headers=headers).status_code == 412


def test_the_use_of_a_token_is_noted(site, token):
    site.ask(LIST, token)
    used = ApiToken.objects.get(token_key=token[:15]).last_used
    assert used is not None
    assert timezone.now() - used < dt.timedelta(minutes=1)


def test_a_change_within_the_second_of_another_is_told_by_its_time_too(site, token):
    write(1)
    answer = site.ask(LIST, token)
    write(2)
    again = site.ask(LIST, token, If_Modified_Since=answer.headers["Last-Modified"])
    assert again.status_code == 200
    assert site.ask(LIST, token, If_None_Match=again.headers["ETag"]).status_code == 304


def test_another_day_is_a_change_too_since_some_answers_say_what_is_due(site, token, a_while_later, monkeypatch):
    since = site.ask(LIST, token).headers["Last-Modified"]
    assert site.ask(LIST, token, If_Modified_Since=since).status_code == 304
    monkeypatch.setattr("portfolio.response_cache.response._day_began", lambda _minute: (int(time.time()) + 60) * 10**6)
    assert site.ask(LIST, token, If_Modified_Since=since).status_code == 200


def test_another_release_writes_other_files(site, token, monkeypatch):
    path = "/api/v1/projects/?format=csv"
    file = site.ask(path, token)
    assert file.data
    monkeypatch.setattr("portfolio.response_cache.response.release", lambda: "another")
    assert Site().ask(path, token, If_None_Match=file.headers["ETag"]).data
