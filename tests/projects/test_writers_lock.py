"""No interface keeps other writers waiting for a second: nothing slow is done under the lock, nor too much written at once.

Each interface that writes several records writes the most that it may; a request that holds the lock too long fails.
On SQLite a transaction is the writers' lock from its beginning to its end. On PostgreSQL it holds the lock no longer.
The measure is processor time of the request's own thread, so that a busy machine makes no test fail.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.handlers.base import BaseHandler
from django.db.transaction import Atomic

from projects.admin.projects import ProjectAdmin
from projects.history.revisions import MOST_AT_ONCE, create_revision
from projects.imports import books
from projects.imports.books import TextTable, Workbook
from projects.models import Import, Project, Revision
from projects.pages.changes import revision
from projects.workbook_imports import confirm, jobs
from tests.projects.admin.forms import seen, url
from tests.projects.api.conftest import System
from tests.projects.test_hidden_keys import system_of
from tests.projects.workbook_imports.sent import CODE, REGISTER, WHY, sent, worked
from tests.projects.workbook_imports.test_by_api import asked, client_with_token, post

pytestmark = pytest.mark.django_db

MOST = 1.0  # seconds of the processor


@dataclass
class LockTime:
    """The transactions of one request."""

    depth: int = 0
    begun: float = 0.0
    longest: float = 0.0


_lock_time: ContextVar[LockTime | None] = ContextVar("lock_time", default=None)


@contextmanager
def measured_request() -> Iterator[LockTime]:
    """Measure the transactions of this block, which may be nested in that of a test."""
    lock_time = LockTime()
    token = _lock_time.set(lock_time)
    try:
        yield lock_time
    finally:
        _lock_time.reset(token)


def refuse_workbook_under_lock() -> None:
    lock_time = _lock_time.get()
    assert lock_time is None or not lock_time.depth, "A workbook is read while other writers wait."


@pytest.fixture(autouse=True)
def requests_hold_the_writers_lock_for_less_than_a_second():
    enter, leave, get_response = Atomic.__enter__, Atomic.__exit__, BaseHandler.get_response

    def begin(self: Atomic) -> None:
        enter(self)
        if (lock_time := _lock_time.get()) is not None:
            if not lock_time.depth:
                lock_time.begun = time.thread_time()
            lock_time.depth += 1

    def end(self: Atomic, *error: Any) -> None:
        try:
            leave(self, *error)
        finally:
            if (lock_time := _lock_time.get()) is not None and lock_time.depth:
                lock_time.depth -= 1
                if not lock_time.depth:
                    lock_time.longest = max(lock_time.longest, time.thread_time() - lock_time.begun)

    def get_measured_response(self: BaseHandler, request: Any) -> Any:
        with measured_request() as lock_time:
            response = get_response(self, request)
        took = f"{request.method} {request.path} kept others from writing for {lock_time.longest} s"
        assert lock_time.longest <= MOST, took
        return response

    def before_reading(read: Any) -> Any:
        def checked(*args: Any, **options: Any) -> Any:
            refuse_workbook_under_lock()
            return read(*args, **options)

        return checked

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Atomic, "__enter__", begin)
        patch.setattr(Atomic, "__exit__", end)
        patch.setattr(BaseHandler, "get_response", get_measured_response)
        for reader, name in ((Workbook, "__init__"), (Workbook, "_read_grid"), (TextTable, "__init__")):
            patch.setattr(reader, name, before_reading(getattr(reader, name)))
        patch.setattr(books, "_rows", before_reading(books._rows))
        yield


HEADS = ["项目编号", "总投资"]
REPORTED_BY = {"planned_disbursement_reported_by": "局"}


def test_a_workbook_is_read_before_the_lock_is_taken(province):
    client = client_with_token(province)
    begun = post(client, [HEADS, [CODE, 5000]])
    assert begun.status_code == 202, begun.json()
    worked(Import.objects.get())
    columns = {"A": {"field": "code"}, "B": {"field": "total_investment", "unit": "万元"}}
    body = {"mapping": columns, "heads": {"first": 1, "last": 1, "records": 2}}  # which were not said before
    answer = asked(client, f"{begun.json()['url']}mapping/", body)
    assert answer.status_code == 202, answer.json()
    assert worked(Import.objects.get()).counts["cells"]["changed"] == 1


def test_a_job_reads_its_workbook_before_the_lock_is_taken_even_where_others_write_all_the_time(province, monkeypatch):
    states = iter(range(100))
    monkeypatch.setattr(jobs, "get_state_numbers", lambda: (next(states), 0))
    imported = sent(province, [REGISTER, [CODE, None, 5000, 1, None]])
    confirm(imported, user=province, reason=WHY)
    with measured_request():
        assert worked(imported).state == "done", imported.words


def many_projects(system: System) -> list[str]:
    """The codes of as many new projects of Changsha as one request may add."""
    start = 100 + Project.objects.count()
    new = {"sector": "advanced-computing", "prefecture": "430100", "total_investment_reported_by": "局"}
    records = [
        new | {"code": f"HN-EI-2023-{number}", "name_zh": f"产业园{number}", "total_investment": 600_000_000 + number}
        for number in range(start, start + MOST_AT_ONCE)
    ]
    answer = system.post("/projects/many/", {"records": records})
    assert answer.status_code == 201, answer.data
    return [record["code"] for record in records]


def many_entries(system: System, codes: Sequence[str]) -> list[int]:
    new = {
        "programme": 2023,
        "joined": "2023-01-01",
        "status": "new",
        "planned_disbursement": 100_000_000,
        **REPORTED_BY,
    }
    answer = system.post("/entries/many/", {"records": [new | {"project": code} for code in codes]})
    assert answer.status_code == 201, answer.data
    return [each["id"] for each in answer.data["records"]]


def many_reports(system: System, entries: Sequence[int]) -> list[int]:
    new = {
        "month": "2023-07",
        "disbursed": 10_000_000,
        "contact": "x",
        "problems": "无",
        "reason": "缺料",
        "measure": "补料",
    }
    answer = system.post("/reports/many/", {"records": [new | {"entry": entry} for entry in entries]})
    assert answer.status_code == 201, answer.data
    return [each["id"] for each in answer.data["records"]]


def versions(system: System, path: str, key: str, keys: Sequence[Any]) -> dict[Any, str]:
    return {each[key]: each["version"] for each in system.all(path, fields=f"{key},version") if each[key] in keys}


def test_the_most_that_the_api_adds_changes_and_takes_a_step_with_at_once(
    plausible,
    province,
    changsha_writer,
):
    system, bureau = system_of(province), system_of(changsha_writer)
    codes = many_projects(system)
    changes = [
        {"code": code, "version": version, "total_investment": 700_000_000, "total_investment_reported_by": "厅"}
        for code, version in versions(system, "/projects/", "code", codes).items()
    ]
    answer = system.patch("/projects/many/", {"records": changes})
    assert answer.status_code == 200, answer.data
    ids = many_reports(bureau, many_entries(system, codes))
    for user, step in ((bureau, "submit"), (system, "approve")):
        named = [{"id": key, "version": version} for key, version in versions(user, "/reports/", "id", ids).items()]
        answer = user.post(f"/reports/{step}/", {"reports": named})
        assert (answer.status_code, len(answer.data["reports"])) == (200, MOST_AT_ONCE), answer.data


def test_more_records_than_are_written_at_once_are_refused_in_words(province, client_of, monkeypatch):
    monkeypatch.setattr("projects.pages.review.MOST_AT_ONCE", 1)
    monkeypatch.setattr(ProjectAdmin, "list_per_page", 1)
    client, before = client_of(province), Revision.objects.newest_number()
    words = "are changed at once. Select fewer."
    data = {"action": "delete_selected", "_seen": seen()}
    for across in ({"_selected_action": [1, 2]}, {"_selected_action": [1], "select_across": "1"}):
        page = client.post(f"{url(Project)}?lang=en", data | across, follow=True)
        assert words in page.content.decode()
    review = client.post("/review/?lang=en", {"report": ["1:x", "2:x"], "action": "approve"})
    assert words in review.content.decode()
    assert Revision.objects.newest_number() == before


def test_a_revision_of_more_records_than_are_undone_at_once_is_refused_in_words(province, client_of, monkeypatch):
    monkeypatch.setattr(revision, "MOST_UNDONE", 1)
    with create_revision(user=province):
        for project in Project.objects.all()[:2]:
            project.note_zh = "改"
            project.save()
    number, client = Revision.objects.newest_number(), client_of(province)
    for answer, status in (
        (client.get(f"/changes/{number}/undo/", {"lang": "en"}), 200),
        (client.post(f"/changes/{number}/undo/?lang=en", {"reason": "缺料"}), 409),
    ):
        assert (answer.status_code, "are undone together" in answer.content.decode()) == (status, True)
    assert Revision.objects.newest_number() == number
