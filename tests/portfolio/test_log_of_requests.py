"""Each request is one line of the log, which says who asked what and how it was answered."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from structlog.contextvars import get_contextvars

from portfolio.request_log import LogMiddleware, bind_user

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    ("status", "level"), [(200, "info"), (302, "info"), (404, "warning"), (429, "warning"), (500, "error")]
)
def test_a_request_is_one_line_and_leaves_nothing_behind(caplog, status, level):
    request: Any = RequestFactory().get("/projects/?search=a", headers={"X-Request-ID": "one"}, REMOTE_ADDR="192.0.2.7")
    request.user = SimpleNamespace(pk=7)
    meanwhile = {}

    def answer(_request: Any) -> HttpResponse:
        meanwhile.update(get_contextvars())
        return HttpResponse(status=status)

    with caplog.at_level(logging.INFO, logger="portfolio.request_log"):
        response = LogMiddleware(bind_user(answer))(request)
    [line] = [record.msg for record in caplog.records if record.name == "portfolio.request_log"]
    assert line.pop("milliseconds") >= 0
    assert line == line | {
        "event": "request",
        "level": level,
        "request_id": "one",
        "user_id": 7,
        "method": "GET",
        "path": "/projects/",
        "status": status,
        "address": "192.0.2.7",
    }
    assert response["X-Request-ID"] == "one"
    assert meanwhile == {"request_id": "one", "user_id": 7}
    assert get_contextvars() == {}


def test_what_went_well_is_not_told_where_the_log_is_only_of_trouble(caplog):
    with caplog.at_level(logging.WARNING, logger="portfolio.request_log"):
        LogMiddleware(lambda _request: HttpResponse())(RequestFactory().get("/"))
    assert caplog.records == []
