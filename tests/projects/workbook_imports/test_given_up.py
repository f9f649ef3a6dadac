"""Imports whose job is given up: they wait for no worker, and say what happened and what to do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import timezone

from projects.jobs import queue
from projects.models import ImportedFile, Job, Revision
from projects.workbook_imports import confirm, undo

from .sent import CODE, REGISTER, WHY, begun, sent, worked, written

ROWS = [REGISTER, [CODE, None, 5000, None, None]]
LATER = {"checking": "refused", "confirming": "ready", "undoing": "done"}
KINDS = {"checking": "check-import", "confirming": "confirm-import", "undoing": "undo-import"}


def under_way(user, state):
    if state == "checking":
        return begun(user, ROWS)
    if state == "confirming":
        return confirm(sent(user, ROWS), user=user, reason=WHY)
    return undo(written(user, ROWS), user=user, reason="发错了")


def spent(imported):
    """Its job is at its last attempt."""
    Job.objects.filter(pk=imported.job.pk).update(attempts=len(queue.PAUSES), run_after=timezone.now())
    return imported


def is_said(imported, state):
    assert (imported.state, str(imported.job.pk) in imported.words) == (LATER[state], True)
    assert imported.job.state in ("failed", "cancelled")


@pytest.mark.parametrize("state", LATER)
def test_a_job_that_fails_for_good_leaves_its_import_where_it_can_be_gone_on_with(province, monkeypatch, state):
    def broken(_run):
        raise RuntimeError("no space left")

    imported, before = under_way(province, state), Revision.objects.newest_number()
    monkeypatch.setitem(queue.KINDS, KINDS[state], replace(queue.KINDS[KINDS[state]], perform=broken))
    imported = worked(imported)
    assert (imported.state, imported.words) == (state, ""), "it is tried again"
    is_said(worked(spent(imported)), state)
    assert (Revision.objects.newest_number(), ImportedFile.objects.exists()) == (before, state != "checking")


@pytest.mark.parametrize("state", LATER)
def test_so_does_one_that_killed_its_worker_each_time_and_one_that_is_cancelled(province, state):
    imported = under_way(province, state)
    Job.objects.filter(pk=imported.job.pk).update(
        state="running", leased_until=timezone.now(), turn=4, attempts=len(queue.PAUSES) + 1
    )
    is_said(worked(imported), state)
    imported = under_way(province, state) if state == "checking" else imported
    if state == "confirming":
        imported = confirm(imported, user=province, reason=WHY)
    elif state == "undoing":
        imported = undo(imported, user=province, reason="发错了")
    assert queue.cancel(imported.job.pk)
    imported.refresh_from_db()
    is_said(imported, state)
