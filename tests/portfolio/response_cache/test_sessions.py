"""Pages are cached for one session, and end with it."""

from __future__ import annotations

import pytest

from .asking import signed_in, token_of

# the state of the data is counted once a transaction, so each write here is one that commits
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.no_database]


def test_a_page_is_cached_for_one_session_and_its_forms_still_work(site, province, settings):
    browser = signed_in(site, "province")
    first = browser.get("/?programme=2023")
    asked = site.django.asked
    second = browser.get("/?programme=2023")
    assert first.status_code == 200
    assert site.django.asked in (asked, asked + 1)  # the first may have set the cookie that forms need
    third = browser.get("/?programme=2023")
    assert third.data == second.data
    other = signed_in(site, "province")
    assert other.get("/?programme=2023").data != second.data  # the CSRF token at least is another


def test_a_page_of_somebody_who_signed_out_is_not_given_to_the_next(site, province):
    browser = signed_in(site, "province")
    for _turn in range(3):
        assert browser.get("/projects/").status_code == 200
    session = browser.get_cookie("sessionid").value
    province.set_password("another password of the tests")
    province.save()
    assert browser.get("/projects/").status_code == 302
    thief = site.browser()
    thief.set_cookie("sessionid", session)
    assert thief.get("/projects/").status_code == 302


def test_a_name_that_is_changed_is_shown_at_once(site, province, analyst):
    token = token_of(analyst)
    path = "/api/v1/changes/?page_size=1"
    site.ask(path, token)
    state = site.cache.readers.state_now("default")
    province.last_name = "吴"
    province.save()
    assert site.cache.readers.state_now("default") != state


def test_what_a_page_has_to_say_once_is_said_once(site, province):
    browser = signed_in(site, "province")
    browser.get("/projects/")
    browser.get("/projects/")
    browser.set_cookie("messages", "anything")
    asked = site.django.asked
    browser.get("/projects/")
    assert site.django.asked == asked + 1
