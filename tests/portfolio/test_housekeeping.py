"""What has expired is removed by itself, a little at a time, and nothing else."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from axes.models import AccessAttempt, AccessLog
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from portfolio import housekeeping
from portfolio.models import ApiToken
from projects.choices import DeliveryState, JobState
from projects.jobs.worker import work
from projects.models import AnsweredCall, Job, ReportDraft, Webhook, WebhookDelivery
from tests.projects.models.reports_made import entry_of

pytestmark = pytest.mark.django_db

OLD = dt.timedelta(days=400)


def session(expires: dt.datetime) -> Session:
    store = SessionStore()
    store.create()
    Session.objects.filter(pk=store.session_key).update(expire_date=expires)
    return Session.objects.get(pk=store.session_key)


def call(user: Any, key: str, at: dt.datetime) -> AnsweredCall:
    return AnsweredCall.objects.create(user=user, key=key, fingerprint="x", status=201, body="{}", created_at=at)


def draft(user: Any, month: int, at: dt.datetime) -> ReportDraft:
    return ReportDraft.objects.create(
        user=user, entry=entry_of(), month=month, version="new", unit="small", saved_at=at
    )


def signed_in(model: Any, at: dt.datetime, **more: Any) -> Any:
    made = model.objects.create(username="province", ip_address="127.0.0.1", user_agent=str(at), **more)
    model.objects.filter(pk=made.pk).update(attempt_time=at)
    return made


def message(webhook: Webhook, number: int | None, state: str, at: dt.datetime) -> WebhookDelivery:
    return WebhookDelivery.objects.create(webhook=webhook, number=number, state=state, next_attempt_at=at)


@pytest.fixture
def webhook(province: Any) -> Webhook:
    return Webhook.objects.create(user=province, label="x", url="https://example.org/", position=0)


def test_what_has_expired_goes_and_the_rest_stays(register, province, webhook):
    now = timezone.now()
    soon, minute, day = now + dt.timedelta(hours=1), dt.timedelta(minutes=1), dt.timedelta(days=1)
    stay = [
        session(soon),
        call(province, "new", now - day + minute),
        draft(province, 7, now - 399 * day),
        signed_in(AccessAttempt, now - 14 * minute, failures_since_start=1),
        signed_in(AccessLog, now - 190 * day),
        message(webhook, 1, DeliveryState.DELIVERED, now - 89 * day),
        message(webhook, 2, DeliveryState.GIVEN_UP, now - OLD),
        message(webhook, 3, DeliveryState.PENDING, now - OLD),
        ApiToken.objects.create(user=province, label="ended", expiry=-OLD)[0],
    ]
    go = [
        session(now - minute),
        call(province, "old", now - day - minute),
        draft(province, 6, now - 401 * day),
        signed_in(AccessAttempt, now - 16 * minute, failures_since_start=1),
        signed_in(AccessLog, now - 201 * day),
        message(webhook, 4, DeliveryState.DELIVERED, now - 91 * day),
        message(webhook, 5, DeliveryState.SKIPPED, now - OLD),
        message(webhook, None, DeliveryState.GIVEN_UP, now - OLD),
    ]
    assert housekeeping.remove_expired() == {
        "sessions": 1,
        "answered calls": 1,
        "report drafts": 1,
        "failed sign-ins": 1,
        "sign-ins": 1,
        "messages": 3,
    }
    assert [type(each).objects.filter(pk=each.pk).exists() for each in stay] == [True] * len(stay)
    assert [type(each).objects.filter(pk=each.pk).exists() for each in go] == [False] * len(go)
    assert housekeeping.remove_expired() == {}


def test_much_goes_in_small_transactions(monkeypatch, province):
    monkeypatch.setattr(housekeeping, "BATCH", 3)
    for number in range(10):
        call(province, str(number), timezone.now() - OLD)
    left: list[int] = []
    housekeeping.remove_expired(lambda _removed: left.append(AnsweredCall.objects.count()))
    assert left == [7, 4, 1, 0]


def test_a_worker_does_it_each_hour(province):
    call(province, "old", timezone.now() - OLD)
    work(["housekeeping"], ending=threading.Event(), once=True)
    done = Job.objects.get(kind="housekeeping")
    assert (done.state, done.outcome) == (JobState.WAITING, "answered calls: 1")
    assert done.run_after - timezone.now() > dt.timedelta(minutes=59)
