"""Messages from revisions: what is in them, signatures, retries, pauses, sending again."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from projects.choices import DeliveryState, PauseReason
from projects.jobs.queue import take
from projects.models import Job, Project, Revision, Webhook, WebhookDelivery
from projects.webhooks.delivery import (
    LOG_KEPT,
    PAUSES,
    deliver,
    done_with_long_ago,
    give_to_workers,
    prepare_messages,
    resume,
    send_test,
)
from tests.people import CHANGSHA, ZHUZHOU
from tests.projects.changes.asking import saved
from tests.projects.models.reports_made import submitted

ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.django_db


def verified(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """By the verifier that docs/api.md shows to receivers."""
    shown = re.search(r"```python\n(.*?is_genuine.*?)```", (ROOT / "docs/api.md").read_text("utf-8"), re.DOTALL)
    assert shown
    known: dict[str, Any] = {}
    exec(shown[1], known)  # noqa: S102  our own page
    return known["is_genuine"](secret, headers, body)


def project_in(adcode: str) -> Project:
    return Project.objects.filter(prefecture__adcode=adcode).order_by("code")[0]


def worked() -> None:
    call_command("deliver_webhooks", once=True, verbosity=0)


def claim() -> WebhookDelivery | None:
    """What the next worker takes up, of what was given to the workers."""
    job = take([deliver.name])
    return job and WebhookDelivery.objects.get(pk=job.key)


def at_once() -> None:
    WebhookDelivery.objects.update(next_attempt_at=timezone.now())


def test_each_revision_is_one_signed_message_in_order(webhook_of, province, receiver):
    webhook = webhook_of(province)
    numbers = [saved(project_in(CHANGSHA), name_en="One"), saved(project_in(ZHUZHOU), name_en="Two")]
    worked()
    assert [json.loads(body)["revision"] for _headers, body in receiver.got] == numbers
    headers, body = receiver.got[0]
    assert verified(webhook.secret, headers, body)
    assert not verified(webhook.secret, headers, body + b" ")
    [change] = json.loads(body)["changes"]
    assert change["changes"][0]["after"] == "One"
    assert change["url"].endswith(f"/api/v1/projects/{project_in(CHANGSHA).code}/")
    worked()
    assert len(receiver.got) == 2


@pytest.mark.permission
def test_it_tells_what_its_owner_may_see_and_wants(webhook_of, changsha_reader, province, receiver):
    webhook_of(changsha_reader)
    webhook_of(province, kinds=["claim"])
    webhook_of(province, prefecture=ZHUZHOU, label="zhuzhou")
    saved(project_in(ZHUZHOU), name_en="Two")
    worked()
    assert [each.webhook.label for each in WebhookDelivery.objects.all()] == ["zhuzhou"]


def test_while_a_secret_is_rotated_both_verify(webhook_of, province, receiver):
    webhook = webhook_of(province)
    before = webhook.secret
    webhook.rotate_secret(timezone.now())
    saved(project_in(CHANGSHA), name_en="One")
    worked()
    assert verified(before, *receiver.got[0])
    assert verified(webhook.secret, *receiver.got[0])
    Webhook.objects.update(previous_until=timezone.now())
    send_test(webhook)
    worked()
    assert not verified(before, *receiver.got[1])
    assert verified(webhook.secret, *receiver.got[1])


def test_a_failure_is_tried_again_after_growing_pauses_then_given_up(webhook_of, province, receiver):
    webhook = webhook_of(province)
    receiver.status = 500
    saved(project_in(CHANGSHA), name_en="One")
    saved(project_in(ZHUZHOU), name_en="Two")
    waits = []
    for _attempt in PAUSES:
        worked()
        first, second = WebhookDelivery.objects.order_by("id")
        assert second.attempts == [], "a message never overtakes the one before it"
        waits.append(first.next_attempt_at - timezone.now())
        at_once()
    assert all(pause * 0.9 < wait <= pause * 1.1 for pause, wait in zip(PAUSES, waits, strict=True))
    worked()
    first.refresh_from_db()
    webhook.refresh_from_db()
    assert (first.state, webhook.active) == (DeliveryState.GIVEN_UP, False)
    assert webhook.pause_reason == PauseReason.GIVEN_UP
    assert first.attempts[0]["status"] == 500
    receiver.status = 200
    resume(webhook)
    worked()
    assert {each.state for each in WebhookDelivery.objects.all()} == {DeliveryState.DELIVERED}
    assert receiver.got[0][0]["webhook-id"] == receiver.got[-2][0]["webhook-id"], "sent again under the same id"


def test_a_message_says_what_the_feed_says_and_the_feed_what_lists_do(
    webhook_of, changsha_writer, province, receiver, client_of, settings
):
    settings.SITE_URL = "http://testserver"
    webhook_of(province)
    after = Revision.objects.newest_number()
    report = submitted(changsha_writer)
    worked()
    sent = [each for _headers, body in receiver.got for each in json.loads(body)["changes"]]
    client = client_of(province)
    assert sent == client.get("/api/v1/changes/", {"after": after, "lang": "zh-hans"}).json()["results"]
    told = {each["field"]: each["after"] for change in sent for each in change["changes"]}
    listed = client.get(f"/api/v1/reports/{report.pk}/").json()
    assert told["submitted_at"] == listed["submitted_at"]
    assert told["disbursed"] == listed["disbursed"]


def test_an_owner_who_is_gone_is_told_nothing(webhook_of, province, receiver):
    webhook = webhook_of(province)
    province.is_active = False
    province.save()
    saved(project_in(CHANGSHA), name_en="One")
    worked()
    webhook.refresh_from_db()
    assert (receiver.got, webhook.active, webhook.pause_reason) == ([], False, PauseReason.OWNER)


def test_a_claimed_message_is_nobody_elses_until_its_lease_runs_out(webhook_of, province, receiver):
    webhook_of(province)
    saved(project_in(CHANGSHA), name_en="One")
    assert (prepare_messages(), prepare_messages()) == (1, 0)
    give_to_workers()
    claimed = claim()
    assert claimed is not None
    assert claim() is None
    Job.objects.update(leased_until=timezone.now() - dt.timedelta(seconds=1))
    assert claim() == claimed


def test_a_large_revision_is_cut_and_names_where_the_rest_is(webhook_of, province, receiver):
    webhook_of(province, position=0)
    worked()
    content: dict[str, Any] = json.loads(receiver.got[0][1])
    assert len(content["changes"]) == 100
    assert content["more"].endswith("/api/v1/changes/?after=0")


def test_it_is_made_by_a_command_that_shows_the_secret_once(province, capsys):
    call_command("create_webhook", "province", "https://a.example/hook", label="platform", kinds=["project"])
    assert capsys.readouterr().out.strip() == Webhook.objects.get().secret
    with pytest.raises(CommandError):
        call_command("create_webhook", "nobody", "https://a.example/hook", label="x")
    with pytest.raises(CommandError, match="内部网络"):
        call_command("create_webhook", "province", "https://10.0.0.1/hook", label="x")
    assert Webhook.objects.count() == 1


def test_the_log_forgets_what_was_done_with_long_ago_and_keeps_what_waits(webhook_of, province, receiver):
    webhook = webhook_of(province)
    long_ago, lately = timezone.now() - LOG_KEPT - dt.timedelta(days=1), timezone.now() - LOG_KEPT / 2
    states = [DeliveryState.DELIVERED, DeliveryState.SKIPPED]
    for number, (state, at) in enumerate([(state, at) for state in states for at in (long_ago, lately)], start=1):
        WebhookDelivery.objects.create(webhook=webhook, number=number, state=state, next_attempt_at=at)
    Webhook.objects.update(active=False)
    for number, state in ((8, DeliveryState.GIVEN_UP), (9, DeliveryState.PENDING), (None, DeliveryState.GIVEN_UP)):
        WebhookDelivery.objects.create(webhook=webhook, number=number, state=state, next_attempt_at=long_ago)
    done_with_long_ago(timezone.now()).delete()
    assert list(WebhookDelivery.objects.order_by("id").values_list("number", flat=True)) == [2, 4, 8, 9]
    assert receiver.got == []
