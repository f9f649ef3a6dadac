"""`/webhooks/`: one's own webhooks, and a test message."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import Webhook, WebhookDelivery


def made(user, label="platform"):
    return Webhook.objects.create(user=user, label=label, url="https://a.example/hook", position=1)


def test_one_sees_ones_own_without_the_secret_and_nothing_is_kept(province, changsha_writer, client_of):
    own = made(province)
    made(changsha_writer, "of another")
    page = client_of(province).get("/webhooks/")
    assert "platform" in page.content.decode()
    assert "of another" not in page.content.decode()
    assert own.secret not in page.content.decode()
    assert page["Cache-Control"] == "no-store"


def test_a_test_message_waits_for_the_worker(province, client_of):
    own = made(province)
    assert client_of(province).post("/webhooks/", {"webhook": own.pk}).status_code == 302
    assert WebhookDelivery.objects.get().webhook == own


@pytest.mark.parametrize("text", ["", "x", "0", "9" * 30])
def test_what_is_no_webhook_is_not_found(text, province, client_of):
    assert client_of(province).post("/webhooks/", {"webhook": text}).status_code == 404


def test_anothers_is_not_found_and_strangers_have_no_page(province, changsha_writer, stranger, client_of):
    other = made(province)
    assert client_of(changsha_writer).post("/webhooks/", {"webhook": other.pk}).status_code == 404
    assert not WebhookDelivery.objects.exists()
    assert client_of(stranger).get("/webhooks/").status_code == 403
    assert client_of(None).get("/webhooks/").status_code == 302


def test_the_number_of_queries_does_not_grow(province, client_of):
    def queries():
        browser = client_of(province)
        browser.get("/webhooks/")
        with CaptureQueriesContext(connection) as captured:
            browser.get("/webhooks/")
        return len(captured)

    made(province)
    few = queries()
    made(province), made(province)
    assert queries() == few
