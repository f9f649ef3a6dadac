"""The worker as a process: killed in the middle of a delivery, told to end, several at once."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from projects.choices import DeliveryState
from projects.models import Job, WebhookDelivery
from tests.people import person

from .test_delivery import CHANGSHA, project_in, saved

ROOT = Path(__file__).parents[3]


def worker() -> subprocess.Popen[bytes]:
    name = connection.settings_dict["NAME"]
    if connection.vendor == "postgresql":
        url = urlsplit(os.environ["TEST_DATABASE_URL"])._replace(path=f"/{name}").geturl()
    else:
        url = f"sqlite:///{name}"
    more = {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "portfolio.settings",
        "SECRET_KEY": "kqW3-rT8z_uP1aX6-mB4vN9c_eL7oD2yS5-hJ0fG8iU3tR6" + "zQ4w",
        "WEBHOOK_PRIVATE_ADDRESSES": "127.0.0.0/8",
    }
    return subprocess.Popen(
        [sys.executable, "manage.py", "deliver_webhooks", "--pause", "0.2"], cwd=ROOT, env=os.environ | more
    )


@pytest.fixture
def platform(live_register: None) -> Any:
    return person("platform", "province")


def test_what_a_killed_worker_had_is_delivered_by_the_next(platform, webhook_of, receiver):
    webhook_of(platform)
    receiver.open.clear()
    saved(project_in(CHANGSHA), name_en="One")
    first = worker()
    try:
        assert receiver.arrived.wait(60)
    finally:
        first.kill()
        first.wait(30)
    receiver.open.set()
    call_command("deliver_webhooks", once=True, verbosity=0)
    assert len(receiver.got) == 1, "its lease holds as long as it might be alive"
    Job.objects.update(leased_until=timezone.now() - dt.timedelta(seconds=1))
    second = worker()
    try:
        deadline = timezone.now() + dt.timedelta(seconds=60)
        while not WebhookDelivery.objects.filter(state=DeliveryState.DELIVERED).exists():
            assert timezone.now() < deadline
            threading.Event().wait(0.1)
    finally:
        second.terminate()
        assert second.wait(30) == 0, "it ends cleanly when it is told to"
    ids = {headers["webhook-id"] for headers, _body in receiver.got}
    assert (len(receiver.got), len(ids)) == (2, 1)


def test_several_workers_send_each_message_once_and_in_order(platform, webhook_of, receiver):
    webhooks = [webhook_of(platform, label=f"system {number}") for number in range(3)]
    for number in range(5):
        saved(project_in(CHANGSHA), name_en=f"Name {number}")
    failures: list[BaseException] = []

    def work() -> None:
        try:
            call_command("deliver_webhooks", once=True, verbosity=0)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _worker in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    call_command("deliver_webhooks", once=True, verbosity=0)
    sent = Counter(headers["webhook-id"] for headers, _body in receiver.got)
    assert len(sent) == 5 * len(webhooks)
    assert set(sent.values()) == {1}
