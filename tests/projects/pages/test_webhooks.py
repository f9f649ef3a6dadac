"""`/webhooks/`: one's own webhooks, where each stands, and a test message."""

from __future__ import annotations

import pytest
from django.utils.html import escape

from projects.choices import DeliveryState
from projects.models import WebhookDelivery
from tests.pages import opened

from .webhooks_made import delivered, made, message

pytestmark = pytest.mark.no_database


def test_one_sees_ones_own_without_the_secret_and_nothing_is_kept(province, changsha_writer, client_of):
    own = made(province)
    made(changsha_writer, "of another")
    page = client_of(province).get("/webhooks/")
    assert "platform" in page.content.decode()
    assert "of another" not in page.content.decode()
    assert own.secret not in page.content.decode()
    assert page["Cache-Control"] == "no-store"


def test_an_administrator_sees_all_with_their_owners(province, changsha_writer, administrator, client_of):
    made(province), made(changsha_writer, "of another")
    text = opened(client_of(administrator), "/webhooks/").text
    assert all(each in text for each in ("platform", "周敏", "of another", "李湘"))


def test_it_says_in_words_where_each_stands(province, client_of):
    working, paused = made(province), made(province, "paused one", active=False, pause_detail="it was silent")
    delivered(working, 1), message(working, 2), message(working, 3)
    page = opened(client_of(province), "/webhooks/", lang="en")
    assert "2026-11-20 10:00" in page.text
    assert "active" in page.text
    assert "it was silent" in page.text
    assert [each.get("data-l") for tag, each in page.elements if tag == "td"].count("Messages that wait") == 2
    assert {f"/webhooks/{each.pk}/" for each in (working, paused)} <= {anchor.href for anchor in page.anchors}


@pytest.mark.parametrize(
    ("language", "state", "words"),
    [
        ("en", "failing", "Since 2026-11-20 10:00; 2 attempts were unsuccessful. The last one: Connection refused."),
        ("zh-hans", "推送失败", "自 2026-11-20 10:00 起连续 2 次未成功。最近一次：对方拒绝连接。"),
    ],
)
def test_one_that_fails_now_says_since_when_and_why_on_both_pages(language, state, words, province, client_of):
    own, client = made(province), client_of(province)
    delivered(own, 1)
    before = {"at": "2026-11-19T02:00:00+00:00", "status": 200, "said": "thank you", "ms": 3}
    tries = [
        {"at": f"2026-11-20T0{hour}:00:00+00:00", "status": None, "said": "", "ms": 3, "obstacle": "refused"}
        for hour in (2, 3)
    ]
    message(own, 2, failures=2, attempts=[before, *tries]), message(own, 3)
    for path in ("/webhooks/", f"/webhooks/{own.pk}/"):
        text = opened(client, path, lang=language).text
        assert state in text
        assert words in text


def test_a_long_answer_takes_one_line_and_opens_to_all_of_it(province, client_of):
    own, client = made(province), client_of(province)
    page = "<html><body><h1>Busy</h1>" + "so very busy " * 20
    tries = [{"at": "2026-11-20T02:00:00+00:00", "status": 503, "said": page, "ms": 3}]
    message(own, 1, failures=1, attempts=tries)
    for path in ("/webhooks/", f"/webhooks/{own.pk}/"):
        text = client.get(f"{path}?lang=en").content.decode()
        assert f"<summary>{escape(page)}</summary>" in text
        assert "attempt was unsuccessful. The last one: 503<" in text


def test_a_failed_test_does_not_make_it_a_failing_one(province, client_of):
    message(made(province), failures=1, state=DeliveryState.GIVEN_UP)
    assert not client_of(province).get("/webhooks/").context["lines"][0].is_failing


def test_without_any_there_is_a_button_to_add_one(analyst, client_of):
    page = opened(client_of(analyst), "/webhooks/", lang="en")
    assert "No webhook yet" in page.text
    assert [anchor.href for anchor in page.anchors].count("/webhooks/add/") == 1


def test_a_test_message_waits_for_the_worker(province, client_of):
    own = made(province)
    assert client_of(province).post("/webhooks/", {"webhook": own.pk}).status_code == 302
    assert WebhookDelivery.objects.get().webhook == own


@pytest.mark.parametrize("text", ["x", "٣", "9" * 30])
def test_what_is_no_webhook_is_not_found(text, province, client_of):
    assert client_of(province).post("/webhooks/", {"webhook": text}).status_code == 404


def test_anothers_is_not_found_and_strangers_have_no_page(province, changsha_writer, stranger, client_of):
    other = made(province)
    assert client_of(changsha_writer).post("/webhooks/", {"webhook": other.pk}).status_code == 404
    assert not WebhookDelivery.objects.exists()
    for path in ("/webhooks/", "/webhooks/add/", f"/webhooks/{other.pk}/", f"/webhooks/{other.pk}/delete/"):
        assert client_of(stranger).get(path).status_code == 403
        assert client_of(None).get(path).status_code == 302
