"""What was typed when a session ended comes back to the person who typed it, and to nobody else."""

from __future__ import annotations

import re
import time

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from portfolio.forms import opened_by, unsent_forms
from projects.models import Note, Proposal
from tests.markup.forms import forms_of
from tests.pages import PATHS
from tests.people import PASSWORD
from tests.projects.models.reports_made import CHANGSHA_CODE

pytestmark = [pytest.mark.django_db, pytest.mark.no_database]

BROWSER = {"HTTP_ACCEPT": "text/html,application/xhtml+xml,*/*;q=0.8"}
PROPOSE = f"/projects/{CHANGSHA_CODE}/propose/?lang=en"
NOTE = f"/notes/add/?programme=2023&project={CHANGSHA_CODE}&lang=en"
WORDS = 'Typed for "half" an hour & <b>more</b>\nin two lines'
AGAIN = "This form has not been sent"


@pytest.fixture
def browser():
    return Client(enforce_csrf_checks=True, **BROWSER)


def sign_in(browser, user, **data):
    page = browser.get("/login/")
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.content.decode())[1]
    return browser.post(
        "/login/", {"username": user.username, "password": PASSWORD, "csrfmiddlewaretoken": token} | data
    )


def the_form(browser, path, has):
    """The data of the form of a page that has a field."""
    [form] = [each for each in forms_of(browser.get(path).content.decode()) if has in each.data()]
    return {name: values[0] for name, values in form.data().items() if values}


def end_of_session(browser, *, also_token=False):
    del browser.cookies["sessionid"]
    if also_token:
        del browser.cookies["csrftoken"]


def typed_until_the_end(browser, user, path, field, *, also_token=False):
    """Sign in, fill in a form, and lose the session before it is sent. Return the data of the form."""
    sign_in(browser, user)
    data = the_form(browser, path, field) | {field: WORDS}
    end_of_session(browser, also_token=also_token)
    return data


@pytest.mark.parametrize("also_token", [False, True])
def test_a_proposal_is_shown_after_signing_in_again_until_it_is_discarded(
    register, changsha_writer, browser, also_token
):
    data = typed_until_the_end(browser, changsha_writer, PROPOSE, "reason", also_token=also_token)
    answer = browser.post(PROPOSE, data)
    assert answer.status_code == 302
    assert answer.url.startswith("/login/?next=/projects/")
    assert "what you typed is still there" in browser.get(f"{answer.url}&lang=en").content.decode()
    sign_in(browser, changsha_writer)
    page = browser.get(PROPOSE).content.decode()
    assert AGAIN in page
    [form] = [each for each in forms_of(page) if "reason" in each.data()]
    assert [text.replace("\r\n", "\n") for text in form.data()["reason"]] == [WORDS]
    assert not Proposal.objects.exists()
    assert AGAIN in browser.get(PROPOSE).content.decode()
    sent = {name: values[0] for name, values in form.data().items() if values} | {unsent_forms.DISCARD: "1"}
    assert browser.post(PROPOSE, sent).status_code == 302
    assert AGAIN not in browser.get(PROPOSE).content.decode()
    assert not Proposal.objects.exists()


def test_forms_of_two_windows_are_both_shown(register, changsha_writer, browser):
    sign_in(browser, changsha_writer)
    typed = {
        path: the_form(browser, path, field) | {field: WORDS} for path, field in ((PROPOSE, "reason"), (NOTE, "text"))
    }
    end_of_session(browser)
    for path, data in typed.items():
        browser.post(path, data)
    sign_in(browser, changsha_writer)
    assert all(AGAIN in browser.get(path).content.decode() for path in typed)


def test_a_form_that_is_discarded_as_the_session_ends_is_not_stored_anew(register, changsha_writer, browser):
    data = typed_until_the_end(browser, changsha_writer, NOTE, "text")
    browser.post(NOTE, data | {unsent_forms.DISCARD: "1"})
    assert unsent_forms.KEY not in browser.session


@pytest.mark.parametrize("header", [{"HTTP_ORIGIN": "https://evil.example"}, {"HTTP_SEC_FETCH_SITE": "cross-site"}])
def test_the_page_of_another_site_stores_nothing_and_ends_no_session(register, changsha_writer, browser, header):
    data = typed_until_the_end(browser, changsha_writer, NOTE, "text", also_token=True)
    answer = browser.post(NOTE, data, **header)
    assert answer.status_code == 403
    assert "sessionid" not in answer.cookies


def test_it_is_sent_with_a_new_token_then(register, changsha_writer, browser):
    data = typed_until_the_end(browser, changsha_writer, NOTE, "text")
    browser.post(NOTE, data)
    sign_in(browser, changsha_writer)
    again = the_form(browser, NOTE, "text")
    assert again["csrfmiddlewaretoken"] != data["csrfmiddlewaretoken"]
    assert browser.post(NOTE, data).status_code == 302  # the old token leads back to the form, and is not taken
    assert not Note.objects.exists()
    assert browser.post(NOTE, the_form(browser, NOTE, "text")).status_code == 302
    assert [note.text.replace("\r\n", "\n") for note in Note.objects.all()] == [WORDS]


def test_somebody_else_at_the_same_browser_is_shown_nothing_of_it(register, changsha_writer, province, browser):
    data = typed_until_the_end(browser, changsha_writer, NOTE, "text")
    browser.post(NOTE, data)
    sign_in(browser, province)
    assert AGAIN not in browser.get(NOTE).content.decode()
    assert not browser.session[unsent_forms.KEY]


def test_who_is_signed_in_meanwhile_does_not_send_what_another_opened(register, changsha_writer, province, browser):
    data = typed_until_the_end(browser, changsha_writer, NOTE, "text")
    sign_in(browser, province)
    answer = browser.post(NOTE, data)
    assert answer.status_code == 403
    assert WORDS not in answer.content.decode()
    assert AGAIN not in browser.get(NOTE).content.decode()
    assert not Note.objects.exists()


@pytest.mark.permission
def test_a_form_of_somebody_else_s_making_is_refused_as_ever(register, changsha_writer, province, browser):
    path = NOTE
    other = Client(**BROWSER)
    other.force_login(province)
    mark = the_form(other, path, "text")["opened_by"]
    sign_in(browser, changsha_writer)
    for forged in ("", "1", mark, f"{changsha_writer.pk}.{mark.partition('.')[2]}"):
        answer = browser.post(path, {"text": "forged", "opened_by": forged})
        assert answer.status_code == 403
        assert "forged" not in browser.get(path).content.decode()


def test_after_half_an_hour_it_is_gone(register, changsha_writer, browser, monkeypatch):
    data = typed_until_the_end(browser, changsha_writer, PROPOSE, "reason")
    browser.post(PROPOSE, data)
    sign_in(browser, changsha_writer)
    now = time.time()
    monkeypatch.setattr(unsent_forms.time, "time", lambda: now + unsent_forms.LIFETIME + 1)
    assert AGAIN not in browser.get(PROPOSE).content.decode()
    assert not browser.session[unsent_forms.KEY]


def test_a_form_that_was_open_for_days_is_not_given_back(register, changsha_writer, browser, monkeypatch):
    data = typed_until_the_end(browser, changsha_writer, PROPOSE, "reason")
    now = time.time()
    monkeypatch.setattr(opened_by.time, "time", lambda: now + (opened_by.LONGEST + 1) * 3600)
    browser.post(PROPOSE, data)
    assert unsent_forms.KEY not in browser.session


def test_no_password_secret_or_token_is_stored(register, changsha_writer, browser):
    sign_in(browser, changsha_writer)
    data = the_form(browser, PROPOSE, "reason") | {"reason": WORDS, "password": "pw-1", "new_secret": "sc-2"}
    end_of_session(browser)
    browser.post(PROPOSE, data)
    stored = "".join(str(each.get_decoded()) for each in Session.objects.all())
    assert "half" in stored
    for never in ("pw-1", "sc-2", data["csrfmiddlewaretoken"], data["opened_by"]):
        assert never not in stored


def test_a_script_is_told_by_its_status_as_before(register, changsha_writer):
    script = Client(enforce_csrf_checks=True)
    sign_in(script, changsha_writer)
    data = the_form(script, PROPOSE, "reason")
    end_of_session(script)
    assert unsent_forms.KEY not in script.session
    script.post(PROPOSE, data)
    assert unsent_forms.KEY not in script.session


@pytest.mark.permission
def test_pages_with_an_etag_carry_no_mark_and_nothing_is_typed_into_them(register, changsha_writer, client_of):
    """A mark in a page that is not sent again would grow old, and without one what was typed would be lost."""
    client, marked = client_of(changsha_writer), 0
    for path in (*PATHS, PROPOSE):
        answer = client.get(path)
        if answer.status_code != 200:  # a record that this writer may not see
            continue
        html, has_etag = answer.content.decode(), "ETag" in answer.headers
        assert ('name="opened_by"' in html) != has_etag, path
        assert not has_etag or re.findall('<form[^>]*method="post"[^>]*action="([^"]*)', html) == ["/logout/"], path
        marked += not has_etag
    assert marked > 1
