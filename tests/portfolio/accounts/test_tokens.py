"""`/tokens/`: own tokens made, shown once and revoked; an administrator sees all of them."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from portfolio.dashboards.tokens import TokenForm
from portfolio.models import ApiToken, User
from tests.people import CHANGSHA, PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.no_database]

ADD = "/tokens/add/"


def typed(**changes):
    day = timezone.localdate() + dt.timedelta(days=30)
    return {"label": "platform", "scope": "read", "expires": day.isoformat()} | changes


def key_in(page):
    return re.search(r'<code class="key">([0-9a-f]{64})</code>', page.content.decode())[1]


def made_for(user, **more):
    return ApiToken.objects.create(user=user, label=f"of {user}", **more)[0]


def status_with(key, path="/api/v1/projects/", **more):
    return Client(headers={"Authorization": f"Token {key}"}).get(path, **more).status_code


def test_a_token_is_made_shown_once_and_works(province, client_of):
    browser = client_of(province)
    made = browser.post(ADD, typed())
    key = key_in(made)
    assert "no-store" in made["Cache-Control"]
    end = timezone.localtime(ApiToken.objects.get().expiry)
    assert (end.date().isoformat(), end.hour, end.minute) == (typed()["expires"], 23, 59)
    assert status_with(key) == 200
    token = ApiToken.objects.get()
    assert (token.user, token.label, token.scope, token.prefectures, token.addresses) == (
        province,
        "platform",
        "read",
        [],
        [],
    )
    listed = browser.get("/tokens/")
    assert "no-store" in listed["Cache-Control"]
    assert "platform" in listed.content.decode()
    assert key not in listed.content.decode()


def test_a_form_that_is_sent_again_makes_no_second_token_and_does_not_show_the_first(province, analyst, client_of):
    browser = client_of(province)
    key = key_in(browser.post(ADD, typed()))
    again = browser.post(f"{ADD}?lang=en", typed())
    assert again.status_code == 422
    assert "You have a valid token with this label already" in again.content.decode()
    assert key not in again.content.decode()
    assert ApiToken.objects.count() == 1
    assert browser.post(ADD, typed(label="another")).status_code == 200
    assert client_of(analyst).post(ADD, typed()).status_code == 200  # a label is of one user
    ApiToken.objects.filter(label="platform").revoke(by=province)
    assert browser.post(ADD, typed()).status_code == 200


@pytest.mark.parametrize(
    ("today", "last"), [("2026-11-28", "2028-11-28"), ("2023-02-28", "2025-02-28"), ("2024-02-29", "2026-02-28")]
)
def test_a_token_is_valid_for_two_years_at_most(today, last, province, monkeypatch):
    day = dt.date.fromisoformat(last)
    monkeypatch.setattr(timezone, "localdate", lambda *_moment: dt.date.fromisoformat(today))
    for expires, errors in ((day, False), (day + dt.timedelta(days=1), True)):
        form = TokenForm(typed(expires=expires.isoformat()), user=province)
        assert ("expires" in form.errors) == errors
        assert form.fields["expires"].widget.attrs["max"] == last


def test_what_a_token_is_bound_to_is_kept(province, client_of):
    sent = typed(scope="write", prefectures=[CHANGSHA], addresses="10.1.0.0/16, 192.0.2.7")
    assert client_of(province).post(ADD, sent).status_code == 200
    token = ApiToken.objects.get()
    assert (token.scope, token.prefectures) == ("write", [CHANGSHA])
    assert token.addresses == ["10.1.0.0/16", "192.0.2.7/32"]
    page = client_of(province).get("/tokens/?lang=en").content.decode()
    assert "Changsha" in page
    assert "10.1.0.0/16" in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"label": ""}, "label"),
        ({"scope": "all"}, "scope"),
        ({"expires": ""}, "expires"),
        ({"expires": "2020-01-01"}, "expires"),
        ({"prefectures": ["110000"]}, "prefectures"),
        ({"addresses": "somewhere"}, "addresses"),
        ({"addresses": " ".join(f"10.0.0.{n}" for n in range(21))}, "addresses"),
    ],
)
def test_a_wrong_form_is_refused_at_its_field_and_keeps_what_was_typed(changes, field, province, client_of):
    answer = client_of(province).post(ADD, typed(**changes))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert f'id="token-{field}_error"' in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_who_reads_one_prefecture_is_not_asked_for_it(changsha_writer, client_of):
    assert "prefectures" not in client_of(changsha_writer).get(ADD).context["form"].fields


def test_there_is_an_end_to_how_many_one_has(province, client_of, monkeypatch):
    monkeypatch.setattr("portfolio.dashboards.tokens.MOST_USABLE", 1)
    revoked = made_for(province)
    revoked.revoke(by=province)
    browser = client_of(province)
    assert browser.post(ADD, typed()).status_code == 200
    assert browser.post(ADD, typed(label="another")).status_code == 422


def test_one_sees_ones_own_and_an_administrator_sees_all(province, changsha_writer, administrator, client_of):
    made_for(province), made_for(changsha_writer)
    own = client_of(province).get("/tokens/").content.decode()
    every = client_of(administrator).get("/tokens/").content.decode()
    assert ("of province" in own, "of changsha" in own) == (True, False)
    assert ("of province" in every, "of changsha" in every) == (True, True)


def test_a_token_is_revoked_after_a_question_and_stays_on_record(province, client_of):
    token, key = ApiToken.objects.create(user=province, label="laid aside")
    browser, address = client_of(province), f"/tokens/{token.token_key}/revoke/"
    assert browser.get(address).status_code == 200
    assert status_with(key) == 200
    assert browser.post(address).status_code == 302
    assert status_with(key) == 401
    token.refresh_from_db()
    assert token.revoked_by == province
    assert "laid aside" not in browser.get("/tokens/").content.decode()
    assert "laid aside" in browser.get("/tokens/?show=all").content.decode()


def test_a_token_of_a_closed_account_is_not_called_valid_and_can_still_be_revoked(province, administrator, client_of):
    token, key = ApiToken.objects.create(user=province, label="of a closed account")
    User.objects.filter(pk=province.pk).update(is_active=False)
    assert status_with(key) == 401
    browser = client_of(administrator)
    assert "of a closed account" not in browser.get("/tokens/").content.decode()
    row = browser.get("/tokens/?show=all&lang=en").content.decode().partition("of a closed account")[2]
    assert "account closed" in row
    assert "valid" not in row.partition("</tr>")[0].partition('data-l="State"')[2]
    assert browser.post(f"/tokens/{token.token_key}/revoke/").status_code == 302
    User.objects.filter(pk=province.pk).update(is_active=True)
    assert status_with(key) == 401


def test_an_administrator_revokes_for_others_but_not_for_those_above_all_grants(province, administrator, client_of):
    browser, theirs = client_of(administrator), made_for(province)
    assert browser.post(f"/tokens/{theirs.token_key}/revoke/").status_code == 302
    theirs.refresh_from_db()
    assert theirs.revoked_by == administrator
    above = made_for(User.objects.create_superuser("root", password=PASSWORD))
    assert browser.post(f"/tokens/{above.token_key}/revoke/").status_code == 403


def test_anothers_token_is_not_found_and_strangers_have_no_page(province, changsha_writer, stranger, client_of):
    token = made_for(province)
    address = f"/tokens/{token.token_key}/revoke/"
    assert client_of(changsha_writer).post(address).status_code == 404
    assert client_of(province).get("/tokens/nothing/revoke/").status_code == 404
    for path in ("/tokens/", ADD, address):
        assert client_of(stranger).get(path).status_code == 403
        assert client_of(None).get(path).status_code == 302
    token.refresh_from_db()
    assert token.is_usable


def test_a_revoked_token_names_who_and_when(province):
    token = made_for(province)
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiToken.objects.filter(pk=token.pk).update(revoked_at=timezone.now())
