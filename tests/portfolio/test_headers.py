import re

import pytest
from django.http import HttpResponse

from portfolio.request_log import LogMiddleware

pytestmark = pytest.mark.no_database

ADDRESSES = ["/healthz", "/admin/login/", "/no/such/page", "/static/no-such-file.css"]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_carries_the_protecting_headers(client, address):
    response = client.get(address)

    assert set(response["Content-Security-Policy"].split("; ")) == set(POLICY.split("; "))
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Server" not in response


@pytest.mark.django_db
def test_under_tls_a_browser_is_told_to_stay_there(client, settings):
    settings.SECURE_HSTS_SECONDS = 60

    assert client.get("/healthz", secure=True)["Strict-Transport-Security"].startswith("max-age=60")


def echo_of(request):
    return LogMiddleware(lambda inner: HttpResponse(inner.id))(request)


def test_a_harmless_request_id_is_kept(rf):
    response = echo_of(rf.get("/", headers={"X-Request-ID": "gate-7.b_1"}))

    assert response["X-Request-ID"] == "gate-7.b_1"
    assert response.content == b"gate-7.b_1"


@pytest.mark.parametrize("value", ["", "a b", "x" * 65, 'a"b', "a\nb", "编号"])
def test_any_other_request_id_is_replaced(rf, value):
    response = echo_of(rf.get("/", headers={"X-Request-ID": value}))

    assert re.fullmatch(r"[0-9a-f-]{36}", response["X-Request-ID"])
