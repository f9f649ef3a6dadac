"""No interface keeps other writers waiting for a second: nothing slow is done, and no more is written at once.

`tests/writers_lock.py` measures every request of every test; here each interface writes the most that it may.
"""

from __future__ import annotations

from typing import Any

import pytest

from projects.models import Import
from projects.workbook_imports import confirm, write_job
from tests.projects.workbook_imports.sent import CODE, REGISTER, WHY, sent, worked
from tests.projects.workbook_imports.test_by_api import asked, client_with_token, post
from tests.writers_lock import measured_request

pytestmark = pytest.mark.django_db

HEADS = ["项目编号", "总投资"]


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "once-1"}])
def test_a_workbook_is_read_before_the_lock_is_taken(key: dict[str, str], province: Any) -> None:
    client = client_with_token(province)
    client.defaults |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in key.items()}
    begun = post(client, [HEADS, [CODE, 5000]])
    assert begun.status_code == 202, begun.json()
    worked(Import.objects.get())
    mapping = {"A": {"field": "code"}, "B": {"field": "total_investment", "unit": "万元"}}
    if key:
        client.defaults["HTTP_IDEMPOTENCY_KEY"] = "once-2"
    answer = asked(client, f"{begun.json()['url']}mapping/", {"mapping": mapping})
    assert answer.status_code == 202, answer.json()
    if key:
        again = asked(client, f"{begun.json()['url']}mapping/", {"mapping": mapping})
        assert (again.status_code, again["Idempotency-Replayed"]) == (202, "true")
    assert worked(Import.objects.get()).counts["cells"]["changed"] == 1


def test_a_job_reads_its_workbook_before_the_lock_is_taken_even_where_others_write_all_the_time(
    province: Any, monkeypatch: Any
) -> None:
    states = iter(range(100))
    monkeypatch.setattr(write_job, "_state", lambda: next(states))
    imported = sent(province, [REGISTER, [CODE, None, 5000, 1, None]])
    confirm(imported, user=province, reason=WHY)
    with measured_request():
        assert worked(imported).state == "done", imported.words
