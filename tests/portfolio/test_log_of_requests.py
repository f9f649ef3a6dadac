"""What the log says of a request: its beginning and end where it is to say so, what is wrong in any case."""

from __future__ import annotations

import logging
from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from structlog.contextvars import get_contextvars

from portfolio.middleware import LogMiddleware

NAME = "django_structlog.middlewares.request"


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("level", "status", "told"),
    [
        (logging.INFO, 200, ["request_started", "request_finished"]),
        (logging.WARNING, 200, []),
        (logging.WARNING, 404, ["request_finished"]),
    ],
)
def test_a_request_is_told_by_the_level_of_the_log_and_leaves_nothing_behind(caplog, level, status, told):
    meanwhile = {}

    def answer(_request):
        meanwhile.update(get_contextvars())
        return HttpResponse(status=status)

    request = RequestFactory().get("/projects/")
    request.id, request.user = "one", SimpleNamespace(pk=7)
    request.META["HTTP_X_REQUEST_ID"] = request.id
    with caplog.at_level(level, logger=NAME):
        LogMiddleware(answer)(request)
    assert [record.msg["event"] for record in caplog.records if record.name == NAME] == told
    assert meanwhile == {"request_id": "one", "user_id": 7}
    assert get_contextvars() == {}
