"""Writing an import takes little more than inserting its rows, and keeps other writers waiting for less than that."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager

import pytest

from projects.workbook_imports import write_job
from tests.bench.importing import MOST, clock, sent, work, workbook, written
from tests.quickness import assert_within, measured_again_if_late

pytestmark = pytest.mark.alone

ROWS, TURNS = 1_000, 2
WITH_CHECKING = 4  # of so few rows; `make bench` holds 10,000 to MOST


@measured_again_if_late
def test_writing_an_import_takes_at_most_so_many_times_what_inserting_its_rows_takes(province, monkeypatch) -> None:
    held = []

    @contextmanager
    def writing(**said):
        with ExitStack() as inner:
            draft = inner.enter_context(real(**said))
            begun = clock()()
            yield draft
            inner.close()
            held.append(clock()() - begun)

    real = write_job.create_revision
    monkeypatch.setattr(write_job, "create_revision", writing)
    imported = sent(province, workbook(ROWS))
    work()
    took = []
    for _turn in range(TURNS):
        wrote, inserted = written(imported)
        took.append((wrote / inserted, held.pop() / inserted))
    print(f"times, in all and while others wait: {took}")
    assert_within(MOST, min(while_others_wait for _whole, while_others_wait in took))
    assert_within(WITH_CHECKING, min(whole for whole, _while_others_wait in took))
