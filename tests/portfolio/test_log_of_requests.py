"""What the log says of a request: its beginning and end where it is to say so, what is wrong in any case."""

from __future__ import annotations

import logging
from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from structlog.contextvars import get_contextvars

from portfolio.front.request_body import NotYet, WantedError
from portfolio.middleware import LogMiddleware

NAME = "django_structlog.middlewares.request"


def asked():
    request = RequestFactory().get("/projects/")
    request.id, request.user = "one", SimpleNamespace(pk=7)
    request.META["HTTP_X_REQUEST_ID"] = request.id
    return request


def events(caplog):
    return [record.msg["event"] for record in caplog.records if record.name == NAME]


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

    with caplog.at_level(level, logger=NAME):
        LogMiddleware(answer)(asked())
    assert events(caplog) == told
    assert meanwhile == {"request_id": "one", "user_id": 7}
    assert get_contextvars() == {}


@pytest.mark.no_database
def test_one_whose_body_is_waited_for_is_told_once_and_leaves_nothing_to_the_next_of_its_thread(caplog):
    def answer(request):
        if request.META["wsgi.input"] is not_yet:
            not_yet.read()
        return HttpResponse()

    request, not_yet = asked(), NotYet()
    body, request.META["wsgi.input"] = request.META["wsgi.input"], not_yet
    with caplog.at_level(logging.INFO, logger=NAME):
        with pytest.raises(WantedError):
            LogMiddleware(answer)(request)
        assert get_contextvars() == {}
        request.META["wsgi.input"] = body
        LogMiddleware(answer)(request)
    assert events(caplog) == ["request_started", "request_finished"]
    assert {record.msg["request_id"] for record in caplog.records if record.name == NAME} == {"one"}
