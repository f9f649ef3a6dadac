"""Jobs in the administration: what an operator reads, and the two steps; nobody else sees them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from projects.choices import JobLane, JobState
from projects.models import Job, QueueCheck
from tests.projects.admin.forms import seen

pytestmark = pytest.mark.django_db
PATH = "/admin/projects/job/"


@pytest.fixture
def failed(register):
    return Job.objects.create(
        kind="webhook", key="7", run_after=timezone.now(), state=JobState.FAILED, error="<b>No code</b>", attempts=4
    )


def step(client, action, *jobs):
    sent = {"action": action, "_selected_action": [job.pk for job in jobs], "_seen": seen()}
    return client.post(f"{PATH}", sent, follow=True).content.decode()


def test_an_administrator_reads_what_went_wrong(failed, administrator, client_of):
    for path in (PATH, f"{PATH}{failed.pk}/change/"):
        page = client_of(administrator).get(path, {"lang": "en"}).content.decode()
        assert "message of a webhook" in page
        assert "&lt;b&gt;No code&lt;/b&gt;" in page


def test_of_a_job_that_wrote_the_revision_is_told(failed, administrator, client_of):
    Job.objects.filter(pk=failed.pk).update(state=JobState.DONE, error="", revision_made=4711)
    assert "Revision 4711" in client_of(administrator).get(PATH, {"lang": "en"}).content.decode()


def test_an_administrator_has_a_failed_one_tried_again_and_cancels_one_that_waits(failed, administrator, client_of):
    done = Job.objects.create(kind="webhook", key="8", run_after=timezone.now(), state=JobState.DONE)
    client = client_of(administrator)
    page = step(client, "try_again", failed, done)
    assert "1 项后台任务已重新等待执行。" in page
    assert "只有失败或已取消的后台任务才能重试。" in page
    failed.refresh_from_db()
    assert (failed.state, failed.attempts, failed.error) == (JobState.WAITING, 0, "")
    page = step(client, "cancel", failed, done)
    assert "已取消 1 项后台任务。" in page
    assert "正在结束的后台任务保持不变" in page
    failed.refresh_from_db(), done.refresh_from_db()
    assert (failed.state, done.state) == (JobState.CANCELLED, JobState.DONE)


def test_an_administrator_sees_since_when_no_worker_has_checked_the_queue(failed, administrator, client_of):
    for lane in JobLane:
        QueueCheck.objects.create(lane=lane, checked_at=dt.datetime(2026, 12, 1, 3, 4, tzinfo=dt.UTC))
    words = "No worker has checked the queue of jobs since"
    page = client_of(administrator).get(PATH, {"lang": "en"}).content.decode()
    assert words in page
    assert "2026-12-01 11:04:00" in page
    QueueCheck.objects.update(checked_at=timezone.now())
    assert words not in client_of(administrator).get(PATH, {"lang": "en"}).content.decode()


def test_nobody_else_reads_or_steers_them(failed, province, changsha_writer, client_of):
    for user in (province, changsha_writer):
        client = client_of(user)
        assert client.get(PATH).status_code == 403
        assert client.get(f"{PATH}{failed.pk}/change/").status_code in (403, 404)
        assert client.post(PATH, {"action": "try_again", "_selected_action": [failed.pk]}).status_code == 403
    failed.refresh_from_db()
    assert failed.state == JobState.FAILED
