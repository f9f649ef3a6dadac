"""Two windows of one person at the very same instant: one is stored after the other, and nothing typed is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from projects.models import ReportDraft
from projects.pages.report_sheet.rows import Row

from .rounds import JULY, entries, fields, in_large_unit, july, posted, row_of, stored

A_MOMENT = 1.5  # seconds for which the first waits for the second, which may have to wait for the first


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch, live_register: None) -> Callable[..., list[Any]]:
    """`at_once(first, second)` begins the second when the first knows what is stored and has stored nothing itself."""
    known, over = threading.Event(), threading.Event()
    add_draft = Row._add_draft

    def slowly(self: Row) -> None:
        if not known.is_set():
            known.set()
            over.wait(A_MOMENT)
        add_draft(self)

    def run(*sent: Callable[[], Any]) -> list[Any]:
        answers: list[Any] = [None, None]

        def ask(number: int) -> None:
            try:
                answers[number] = sent[number]()
                if number == 1:
                    over.set()
            finally:
                connection.close()

        monkeypatch.setattr(Row, "_add_draft", slowly)
        threads = [threading.Thread(target=ask, args=[number]) for number in (0, 1)]
        threads[0].start()
        assert known.wait(30)
        threads[1].start()
        for thread in threads:
            thread.join(30)
        return answers

    return run


def held(entry: Any) -> dict[str, str]:
    draft = ReportDraft.objects.filter(entry=entry).first()
    return {} if draft is None else {**draft.texts, **draft.refused}


@pytest.mark.parametrize("before", [{}, {"progress": "roof on"}])
def test_two_cells_of_a_row_are_both_stored(at_once, changsha_writer, client_of, before):
    entry, windows = entries()[0], [client_of(changsha_writer) for _window in range(2)]
    if before:
        stored(windows[0], fields(entry, **before))
    answers = at_once(
        lambda: stored(windows[0], fields(entry, disbursed="3")),
        lambda: stored(windows[1], fields(entry, stage="started")),
    )
    assert [answer.status_code for answer in answers] == [200, 200]
    assert held(entry) == {"disbursed": "300000000元", "stage": "started", **before}


def test_the_same_cell_is_asked_of_the_later_one(at_once, changsha_writer, client_of):
    entry, windows = entries()[0], [client_of(changsha_writer) for _window in range(2)]
    answers = at_once(
        lambda: stored(windows[0], fields(entry, drafted="", disbursed="3")),
        lambda: stored(windows[1], fields(entry, drafted="", disbursed="4")),
    )
    assert [row_of(answer, entry)["unstored"] for answer in answers] == [[], ["disbursed"]]
    assert held(entry) == {"disbursed": "300000000元"}


def test_what_is_typed_while_another_window_saves_stays_a_draft(at_once, changsha_writer, client_of):
    entry, windows = entries()[0], [client_of(changsha_writer) for _window in range(2)]
    stored(windows[0], fields(entry, disbursed="3"))
    answers = at_once(
        lambda: posted(windows[0], fields(entry, disbursed="3")),
        lambda: stored(windows[1], fields(entry, contact="周敏 0731")),
    )
    assert [answer.status_code for answer in answers] == [302, 200]
    assert july(entry).disbursed == 300_000_000
    assert held(entry) == {"contact": "周敏 0731"}


def test_what_was_typed_before_the_sheet_is_saved_is_saved_with_it(at_once, changsha_writer, client_of):
    entry, windows = entries()[0], [client_of(changsha_writer) for _window in range(2)]
    answers = at_once(
        lambda: stored(windows[1], fields(entry, contact="周敏 0731")),
        lambda: posted(windows[0], fields(entry, disbursed="3")),
    )
    assert [answer.status_code for answer in answers] == [200, 302]
    assert (july(entry).disbursed, july(entry).contact) == (300_000_000, "周敏 0731")
    assert held(entry) == {}


def test_what_is_discarded_while_another_window_stores_does_not_come_back(at_once, changsha_writer, client_of):
    entry, windows = entries()[0], [client_of(changsha_writer) for _window in range(2)]
    stored(windows[0], fields(entry, disbursed="3"))
    at_once(
        lambda: stored(windows[1], fields(entry, contact="周敏 0731")),
        lambda: windows[0].post(in_large_unit(JULY), {"discard": str(entry.pk)}),
    )
    assert held(entry) == {}
