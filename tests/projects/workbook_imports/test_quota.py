"""Quota of uploads: how many imports of one user wait, and how much one sends in a day; beyond it nothing is stored."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from projects.models import Import, ImportedFile, Job
from tests.projects.api.conftest import messages_by_place
from tests.projects.imports.workbooks.made import xlsx

from .sent import CODE, REGISTER, begun, worked
from .test_by_api import client_with_token, post

ROWS = [REGISTER, [CODE, None, 5000, 1, None]]


def stored() -> tuple[int, int, int]:
    return Import.objects.count(), ImportedFile.objects.count(), Job.objects.count()


@pytest.fixture
def full_queue(settings, changsha_writer):
    settings.IMPORTS_WAITING = 3
    for _each in range(3):
        begun(changsha_writer, ROWS)
    return changsha_writer


@pytest.fixture
def sent_much(settings, changsha_writer):
    settings.IMPORTS_MB_A_DAY = 1
    Import.objects.filter(pk=worked(begun(changsha_writer, ROWS)).pk).update(size=2**20 - 100)
    return changsha_writer


@pytest.mark.parametrize(
    ("user", "words"), [("full_queue", "3 of your imports are waiting"), ("sent_much", "in 24 hours")]
)
def test_an_upload_beyond_the_quota_is_refused_in_words_and_leaves_nothing(register, user, words, request, client_of):
    sender = request.getfixturevalue(user)
    before = stored()
    client = client_with_token(sender)
    for key in ({}, {"HTTP_IDEMPOTENCY_KEY": "once-1"}):
        client.defaults |= key
        answer = post(client, ROWS)
        assert (answer.status_code, set(messages_by_place(answer.json()))) == (409, {"file"}), answer.json()
        assert words in messages_by_place(answer.json())["file"][0]
    file = {"file": SimpleUploadedFile("名单.xlsx", xlsx(ROWS)), "kind": "register", "programme": "2023"}
    page = client_of(sender).post("/imports/?lang=en", file)
    assert (page.status_code, words in page.content.decode()) == (422, True)
    assert stored() == before


def test_once_some_are_finished_or_a_day_has_passed_one_may_send_again(full_queue, settings):
    client = client_with_token(full_queue)
    worked(Import.objects.first())
    assert post(client, ROWS).status_code == 202
    settings.IMPORTS_MB_A_DAY = 1
    Import.objects.filter(user=full_queue.pk).update(size=2**20)
    worked(Import.objects.first())
    assert post(client, ROWS).status_code == 409
    Import.objects.update(created_at=timezone.now() - dt.timedelta(hours=24, seconds=1))
    assert post(client, ROWS).status_code == 202
