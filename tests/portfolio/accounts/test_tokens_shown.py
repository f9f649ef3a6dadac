"""What the pages of tokens say of a token: its bounds, what it was refused for, how it ended."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.utils import timezone

from portfolio.models import ApiToken
from tests.people import CHANGSHA
from tests.portfolio.accounts.test_tokens import ADD, typed

pytestmark = [pytest.mark.django_db, pytest.mark.no_database]

NETWORKS = ["10.1.2.3/32", "10.1.0.0/16"]


@pytest.fixture
def bound(province):
    token, _key = ApiToken.objects.create(
        user=province, label="platform", prefectures=[CHANGSHA, "999999"], addresses=NETWORKS
    )
    return token


def text_of(answer):
    return answer.content.decode()


def test_a_new_token_is_shown_with_its_bounds(province, client_of):
    made = text_of(client_of(province).post(ADD, typed(prefectures=[CHANGSHA], addresses=", ".join(NETWORKS))))
    assert "长沙市" in made
    assert "10.1.2.3、10.1.0.0/16" in made
    assert "不限定" in text_of(client_of(province).post(ADD, typed(label="another")))


def test_bounds_are_names_and_bare_addresses_wherever_tokens_are_listed(bound, administrator, client_of):
    browser = client_of(administrator)
    for address in ("/tokens/", f"/tokens/{bound.token_key}/revoke/"):
        text = text_of(browser.get(address))
        assert "长沙市、999999" in text
        assert "10.1.2.3、10.1.0.0/16" in text
        assert CHANGSHA not in text


def test_the_owner_is_told_that_a_token_came_from_elsewhere(bound, province, administrator, client_of):
    at = dt.datetime(2026, 3, 1, 1, 30, tzinfo=dt.UTC)
    ApiToken.objects.filter(pk=bound.pk).update(refused_at=at, refused_from="192.0.2.7")
    told = "Refused 2026-03-01 09:30, from 192.0.2.7"
    for address in ("/tokens/", f"/tokens/{bound.token_key}/revoke/"):
        assert told in text_of(client_of(province).get(f"{address}?lang=en"))
    assert told in text_of(client_of(administrator).get("/tokens/?lang=en"))
    ApiToken.objects.update(refused_from=None)
    assert "from an unknown address" in text_of(client_of(province).get("/tokens/?lang=en"))


def test_nobody_is_asked_to_revoke_what_was_revoked(bound, province, administrator, client_of):
    bound.revoke(by=administrator)
    browser, address = client_of(province), f"/tokens/{bound.token_key}/revoke/?lang=en"
    asked = text_of(browser.get(address))
    assert f"It was revoked by {administrator.display_name}, " in asked
    assert "Revoke it for good" not in asked
    assert '<a class="btn" href="/tokens/?show=all">' in asked
    told = text_of(browser.post(address, follow=True))
    assert re.search(r'<p class="note info"\s+role="status">\s*The token had been revoked already\.', told)
    bound.refresh_from_db()
    assert bound.revoked_by == administrator


def test_nobody_is_asked_to_revoke_what_has_expired(bound, province, client_of):
    ApiToken.objects.filter(pk=bound.pk).update(expiry=timezone.now() - dt.timedelta(days=1))
    browser, address = client_of(province), f"/tokens/{bound.token_key}/revoke/?lang=en"
    asked = text_of(browser.get(address))
    assert "It expired " in asked
    assert "Revoke it for good" not in asked
    assert "The token had expired already." in text_of(browser.post(address, follow=True))
    bound.refresh_from_db()
    assert bound.revoked_at is None


def test_who_only_reads_is_offered_no_token_that_writes(analyst, changsha_reader, changsha_writer, client_of):
    for reader in (analyst, changsha_reader):
        browser = client_of(reader)
        assert [value for value, _label in browser.get(ADD).context["form"].fields["scope"].choices] == ["read"]
        assert browser.post(ADD, typed(scope="write")).status_code == 422
        assert browser.post(ADD, typed()).status_code == 200
    assert client_of(changsha_writer).post(ADD, typed(scope="write")).status_code == 200


def test_what_may_be_left_free_says_so_whatever_it_looks_like(province, client_of):
    text = text_of(client_of(province).get(f"{ADD}?lang=en"))
    legends = re.findall(r"<legend>(.*?)</legend>", text, re.DOTALL)
    optional = {legend.partition("<")[0].strip(): "(optional)" in legend for legend in legends}
    assert optional["Only these prefectures"]
    assert not optional["It may"]
