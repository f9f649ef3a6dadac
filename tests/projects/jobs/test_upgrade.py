"""What waited when leases were of webhooks and reminders alone is not lost by the migration, and goes out once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.own_database import own_database
from tests.serving import environment_of, prepare_register, run

_UPGRADED = """
import datetime as dt, json
from unittest import mock
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from projects.models import PlausibilityRule

if not PlausibilityRule.objects.exists():
    call_command("loaddata", "plausibility_rules", verbosity=0)
call_command("migrate", "projects", "0018", verbosity=0)
before = MigrationExecutor(connection).loader.project_state([("projects", "0018_words_of_fields")]).apps
user = get_user_model().objects.create(username="owner", is_superuser=True)
now, hour = timezone.now(), dt.timedelta(hours=1)
hook = before.get_model("projects.Webhook").objects.create(
    user_id=user.pk, label="x", url="https://8.8.8.8/", position=10**6
)
messages = before.get_model("projects.WebhookDelivery").objects
stored = [(1, "delivered", None), (2, "pending", now + hour), (3, "pending", None), (4, "pending", now - hour)]
for number, state, lease in stored:
    messages.create(webhook=hook, number=number, state=state, next_attempt_at=now - hour, leased_until=lease)
programme = before.get_model("projects.Programme").objects.first()
reminders = before.get_model("projects.ReminderSent").objects
for day, sent in [(1, now), (2, None)]:
    reminders.create(
        programme=programme, user_id=user.pk, kind="digest", day=dt.date(2023, 8, day), claimed_at=now, sent_at=sent
    )
call_command("migrate", verbosity=0)

import threading
from projects.jobs.worker import work
from projects.models import Job, ReminderSent, WebhookDelivery
from projects.webhooks.delivery import Outcome

with mock.patch("projects.webhooks.delivery.send", return_value=Outcome(200, "", 1)) as send:
    work(["webhook"], ending=threading.Event(), once=True, say=lambda line: None)
sent = [json.loads(call.args[1])["revision"] for call in send.call_args_list]
states = list(WebhookDelivery.objects.values_list("state", flat=True).distinct().order_by())
days = [str(day) for day in ReminderSent.objects.values_list("day", flat=True)]
print(json.dumps([sent, states, days, Job.objects.count()]))
"""


@pytest.fixture
def environment(tmp_path: Any, django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, str]]:
    with own_database(tmp_path, django_db_blocker, name="upgraded") as database:
        environment = environment_of(database, LOG_LEVEL="CRITICAL")
        prepare_register("", environment)
        yield environment


def test_messages_that_waited_go_out_once_and_in_order_after_the_migration(environment) -> None:
    sent, states, days, jobs = json.loads(run(_UPGRADED, environment))
    assert (sent, states, jobs) == ([2, 3, 4], ["delivered"], 0)
    assert days == ["2023-08-01"], "what was taken up and never sent is sent anew"
