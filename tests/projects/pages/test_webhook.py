"""`/webhooks/<key>/`: its steps, the log of its messages, and its end at `/webhooks/<key>/delete/`."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from projects.choices import DeliveryState, PauseReason
from projects.models import Revision, Webhook, WebhookDelivery
from projects.webhooks.delivery import pause_by, resume
from tests.pages import opened, read

from .webhooks_made import being_sent, delivered, hidden, made, message

pytestmark = pytest.mark.no_database

STEPS = ["test", "pause", "resume", "rotate", "again", "save"]


def step(client, webhook, action, query="?lang=en", **more):
    return client.post(f"/webhooks/{webhook.pk}/{query}", {"action": action, **more})


def said(client, webhook):
    return opened(client, f"/webhooks/{webhook.pk}/", lang="en").text


def test_it_says_where_it_stands_and_never_the_secret(province, client_of):
    own, newest = made(province, kinds=["claim"]), Revision.objects.newest_number()
    delivered(own, 1), message(own, newest), message(own, newest + 1)
    answer = client_of(province).get(f"/webhooks/{own.pk}/?lang=en")
    text = read(answer.content).text
    assert all(each in text for each in (own.label, own.url, "active", "2026-11-20 10:00", "Claim", "thank you"))
    assert "The oldest has waited for" in text
    assert own.secret not in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"


def test_a_rotated_secret_is_shown_once_and_it_says_until_when_the_one_before_signs(province, client_of):
    own, client = made(province), client_of(province)
    seen = hidden(client.get(f"/webhooks/{own.pk}/").content, "seen")
    assert step(client, own, "rotate", seen=seen).status_code == 302
    now = Webhook.objects.get()
    assert (now.secret != own.secret, now.previous_secret) == (True, own.secret)
    first = client.get(f"/webhooks/{own.pk}/?lang=en").content.decode()
    until = timezone.localtime(now.previous_until).strftime("%Y-%m-%d %H:%M")
    assert now.secret in first
    assert f"Until {until} the one before signs as well." in first
    assert own.secret not in first
    second = client.get(f"/webhooks/{own.pk}/?lang=en").content.decode()
    assert now.secret not in second
    assert f"signs as well until {until}" in second
    Webhook.objects.update(previous_until=timezone.now())
    assert "signs as well until" not in said(client, own)


def test_a_button_that_is_pressed_twice_rotates_once(province, client_of):
    own, client = made(province), client_of(province)
    step(client, own, "rotate", seen=""), step(client, own, "rotate", seen="")
    assert Webhook.objects.get().previous_secret == own.secret
    assert "was rotated meanwhile" in said(client, own)


def test_it_is_paused_and_goes_on_where_it_stopped(province, client_of):
    own, client = made(province, position=4), client_of(province)
    step(client, own, "pause")
    paused = Webhook.objects.get()
    assert (paused.active, "周敏" in paused.pause_detail) == (False, True)
    assert "Paused." in said(client, own)
    step(client, own, "resume")
    assert "It goes on from revision 5." in said(client, own)
    step(client, own, "pause")
    message(own, 3), message(own, None), message(own, 4)
    step(client, own, "resume")
    assert "It goes on from revision 3." in said(client, own)
    resumed = Webhook.objects.get()
    assert (resumed.active, resumed.pause_reason, resumed.pause_detail) == (True, "", "")


def test_who_comes_second_to_a_step_is_told_so(province, client_of):
    own, client = made(province), client_of(province)
    step(client, own, "resume")
    assert "It was not paused." in said(client, own)
    step(client, own, "pause"), step(client, own, "pause")
    assert "It was paused already." in said(client, own)


def test_a_test_is_sent_from_its_page(province, client_of):
    own, client = made(province), client_of(province)
    assert step(client, own, "test").status_code == 302
    assert WebhookDelivery.objects.get().number is None
    assert "A test message waits to be sent." in said(client, own)


def test_an_administrator_does_nothing_else_with_anothers(province, administrator, client_of):
    own, client = made(province), client_of(administrator)
    done = delivered(own, 1)
    for action in ("resume", "rotate", "again", "save"):
        assert step(client, own, action, delivery=done.pk).status_code == 403, action
    assert client.get(f"/webhooks/{own.pk}/delete/").status_code == 403
    assert client.post(f"/webhooks/{own.pk}/delete/").status_code == 403
    assert step(client, own, "pause").status_code == 302
    now = Webhook.objects.get()
    assert (now.active, now.secret) == (False, own.secret)
    assert not offered(client, own) & {"rotate", "again", "save"}
    assert 'name="label"' not in client.get(f"/webhooks/{own.pk}/").content.decode()


def offered(client, webhook):
    page = read(client.get(f"/webhooks/{webhook.pk}/").content)
    return {each.get("value") for tag, each in page.elements if tag == "button"}


@pytest.mark.permission
def test_what_an_administrator_paused_only_an_administrator_lets_go_on(province, administrator, client_of):
    own, owner, overseer = made(province), client_of(province), client_of(administrator)
    step(overseer, own, "pause")
    who = administrator.display_name
    assert f"Paused by {who}, an administrator. Only an administrator lets it go on." in said(owner, own)
    assert f"由管理员{who}暂停，只有管理员可以恢复推送。" in opened(owner, f"/webhooks/{own.pk}/", lang="zh-hans").text
    assert "resume" not in offered(owner, own)
    assert step(owner, own, "resume").status_code == 403
    assert not Webhook.objects.get().active
    assert "resume" in offered(overseer, own)
    assert step(overseer, own, "resume").status_code == 302
    assert Webhook.objects.get().active


@pytest.mark.parametrize("reason", [PauseReason.PERSON, PauseReason.OWNER, PauseReason.GIVEN_UP])
def test_an_administrator_holds_also_what_is_paused_already(reason, province, administrator, client_of):
    own, owner, overseer = made(province), client_of(province), client_of(administrator)
    Webhook.objects.update(active=False, pause_reason=reason, pause_detail="x")
    assert "pause" not in offered(owner, own)
    assert "Keep it paused" in said(overseer, own)
    step(overseer, own, "pause")
    assert "Paused. Nothing is lost" in said(overseer, own)
    assert step(owner, own, "resume").status_code == 403
    held = Webhook.objects.get()
    assert (held.active, held.pause_reason) == (False, PauseReason.ADMINISTRATOR)
    assert held.pause_detail == administrator.display_name
    assert "pause" not in offered(overseer, own)
    step(overseer, own, "pause")
    assert "It was paused already." in said(overseer, own)


def test_an_owner_does_not_let_go_on_what_an_administrator_pauses_at_the_same_moment(province, administrator):
    own = made(province)
    pause_by(own, province)
    seen = Webhook.objects.get()
    pause_by(own, administrator)
    assert seen.may_be_resumed_by(province)
    assert resume(seen, by=province) is None
    assert not Webhook.objects.get().active
    assert resume(seen, by=administrator) is not None


def test_what_its_owner_paused_the_owner_lets_go_on(province, administrator, client_of):
    own = made(province)
    step(client_of(province), own, "pause")
    assert "resume" not in offered(client_of(administrator), own)
    assert step(client_of(administrator), own, "resume").status_code == 403
    assert step(client_of(province), own, "resume").status_code == 302
    mine = made(administrator, "mine")
    step(client_of(administrator), mine, "pause")
    assert Webhook.objects.get(pk=mine.pk).pause_reason == PauseReason.PERSON


@pytest.mark.parametrize("action", STEPS)
def test_others_do_not_find_it(action, province, changsha_writer, client_of):
    own, client = made(province), client_of(changsha_writer)
    assert client.get(f"/webhooks/{own.pk}/").status_code == 404
    assert client.get(f"/webhooks/{own.pk}/delete/").status_code == 404
    assert step(client, own, action).status_code == 404
    assert Webhook.objects.get().active


@pytest.mark.parametrize("path", [f"/webhooks/{10**30}/", f"/webhooks/{10**30}/delete/"])
def test_a_key_that_there_is_not_is_not_found(path, province, client_of):
    assert client_of(province).get(path).status_code == 404
    assert client_of(province).post(path, {"action": "test"}).status_code == 404


def test_a_step_that_there_is_not_says_which_there_are(province, client_of):
    answer = step(client_of(province), made(province), "explode")
    assert answer.status_code == 400
    assert "rotate" in answer.content.decode()


def test_the_log_tells_each_attempt_and_is_filtered_by_state(province, client_of):
    own, client = made(province), client_of(province)
    attempts = [
        {"at": "2026-11-20T01:00:00+00:00", "status": None, "said": "timed out", "ms": 15000},
        {"at": "2026-11-20T01:30:00+00:00", "status": None, "said": "", "ms": 1, "obstacle": "private"},
        {"at": "2026-11-20T02:00:00+00:00", "status": 503, "said": "<b>busy</b>", "ms": 7},
    ]
    delivered(own, 1), message(own, 2, attempts=attempts), message(own, 3, state=DeliveryState.GIVEN_UP)
    answer = client.get(f"/webhooks/{own.pk}/?lang=en")
    text = read(answer.content).text
    assert all(
        each in text for each in ("Revision 2", "2026-11-20 10:00:00", "503", "no answer", "timed out", "15,000 ms")
    )
    assert "<b>busy</b>" in text
    assert "leads into a private network" in text
    assert "该地址指向内部网络" in read(client.get(f"/webhooks/{own.pk}/?lang=zh-hans").content).text
    assert b"<b>busy" not in answer.content
    for state, numbers in (("delivered", [1]), ("pending", [2]), ("given_up", [3]), ("all", [3, 2, 1])):
        lines = client.get(f"/webhooks/{own.pk}/?state={state}").context["deliveries"]
        assert [delivery.number for delivery, *_rest in lines] == numbers
    assert client.get(f"/webhooks/{own.pk}/?state=lost").status_code == 400


def test_it_says_when_a_message_is_tried_next_if_that_is_later(province, client_of):
    own, client = made(province), client_of(province)
    later = timezone.now() + dt.timedelta(hours=2)
    message(own, 1, next_attempt_at=later), message(own, 2)
    assert said(client, own).count(f"next attempt {timezone.localtime(later):%Y-%m-%d %H:%M}") == 1
    Webhook.objects.update(active=False)
    assert "next attempt" not in said(client, own)


def test_the_log_comes_in_pages_of_fifty(province, client_of):
    own, client = made(province), client_of(province)
    for number in range(1, 53):
        delivered(own, number)
    assert len(client.get(f"/webhooks/{own.pk}/").context["deliveries"]) == 50
    last = client.get(f"/webhooks/{own.pk}/?state=delivered&page=2").context["deliveries"]
    assert [delivery.number for delivery, *_rest in last] == [2, 1]
    assert client.get(f"/webhooks/{own.pk}/?page=3").status_code == 400


@pytest.mark.parametrize("state", [DeliveryState.GIVEN_UP, DeliveryState.DELIVERED])
def test_a_message_that_is_done_with_is_sent_again_under_the_same_id(state, province, client_of):
    own, client = made(province), client_of(province)
    done = message(own, 1, state=state, failures=9)
    answer = step(client, own, "again", query=f"?state={state}", delivery=done.pk)
    assert (answer.status_code, answer["Location"]) == (302, f"/webhooks/{own.pk}/?state={state}")
    again = WebhookDelivery.objects.get()
    assert (again.state, again.failures, again.message) == (DeliveryState.PENDING, 0, done.message)


def test_one_that_waits_or_is_being_sent_is_left_alone(province, client_of):
    own, client = made(province), client_of(province)
    waits = message(own, 1, failures=3)
    step(client, own, "again", delivery=waits.pk)
    assert WebhookDelivery.objects.get().failures == 3
    WebhookDelivery.objects.update(state=DeliveryState.DELIVERED)
    being_sent(waits)
    step(client, own, "again", delivery=waits.pk)
    assert WebhookDelivery.objects.get().state == DeliveryState.DELIVERED
    assert "waits to be sent already" in said(client, own)


def test_a_message_of_another_webhook_is_not_found(province, changsha_writer, client_of):
    own, foreign = made(province), delivered(made(changsha_writer), 1)
    for text in (foreign.pk, "", "x", "9" * 30):
        assert step(client_of(province), own, "again", delivery=text).status_code == 404
    assert WebhookDelivery.objects.get().state == DeliveryState.DELIVERED


def test_it_is_deleted_with_its_log_after_a_question(province, client_of):
    own, other, client = made(province), made(province, "another"), client_of(province)
    delivered(own, 1), message(own, 2), delivered(other, 1)
    text = opened(client, f"/webhooks/{own.pk}/delete/", lang="en").text
    assert "The log of its 2 messages goes with it." in text
    assert Webhook.objects.count() == 2
    assert client.post(f"/webhooks/{own.pk}/delete/")["Location"] == "/webhooks/"
    assert [each.webhook for each in WebhookDelivery.objects.all()] == [other]
    assert client.post(f"/webhooks/{own.pk}/delete/").status_code == 404
