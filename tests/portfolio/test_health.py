import datetime as dt
import json
import logging
import sys

import pytest
from django.db import IntegrityError, OperationalError, connections
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpResponse
from django.urls import include, path
from django.urls import re_path as matching
from django.utils import timezone

from portfolio import urls
from portfolio.settings import unmigrated
from projects.choices import JobLane
from projects.models import QueueCheck


def away(request):
    raise OperationalError("could not connect to server: password=hidden")


def busy(request):
    raise OperationalError("database is locked")


def contradicted(request):
    raise IntegrityError("UNIQUE constraint failed: hidden")


def broken(request):
    raise KeyError("hidden")


class BrokenMiddleware:
    """Fails before any view is asked, as a session does when the database is away."""

    def __init__(self, get_response):
        pass

    def __call__(self, request):
        raise OperationalError("hidden")


urlpatterns = [
    path("away", away),
    path("busy", busy),
    path("contradicted", contradicted),
    matching(r"^(?:api/v1/)?broken$", broken),
    path("fine", lambda request: HttpResponse("fine")),
    path("", include(urls.urlpatterns)),
]
handler500 = urls.handler500

faulty_views = pytest.mark.urls(__name__)


@pytest.fixture
def visitor(client):
    client.raise_request_exception = False
    return client


@pytest.fixture
def no_database(monkeypatch):
    def refuse(*args, **kwargs):
        raise OperationalError("hidden")

    monkeypatch.setattr(connections["default"], "cursor", refuse)


def test_the_process_is_alive_without_asking_the_database(client, no_database):
    response = client.get("/healthz")

    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_the_site_is_ready_when_the_database_answers(client):
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_the_site_is_not_ready_until_the_database_is_up_to_date_and_then_asks_no_more(
    client, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(unmigrated, "_up_to_date", False)
    migrations = MigrationRecorder(connections["default"])
    last = max(name for app, name in migrations.applied_migrations() if app == "projects")
    migrations.record_unapplied("projects", last)

    response = client.get("/readyz")

    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert "not been brought up to date: run manage.py migrate" in response.content.decode()
    migrations.record_applied("projects", last)
    assert client.get("/readyz").status_code == 200
    with django_assert_num_queries(3):  # that it answers, and when the queue of jobs was checked
        assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_a_site_whose_workers_have_stopped_is_ready_and_says_since_when(client):
    """A load balancer would mend nothing by taking it away."""
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (
        200,
        {"status": "ready", "jobs": {"queue_checked_at": None, "stalled": True}},
    )
    for minutes, stalled in ((1, False), (6, True)):
        at = timezone.now() - dt.timedelta(minutes=minutes)
        for lane in JobLane:
            QueueCheck.objects.update_or_create(lane=lane, defaults={"checked_at": at})
        jobs = client.get("/readyz").json()["jobs"]
        assert jobs["stalled"] is stalled
        assert dt.datetime.fromisoformat(jobs["queue_checked_at"]) - at < dt.timedelta(milliseconds=1)


def test_the_site_is_not_ready_while_the_database_is_away(client, no_database):
    response = client.get("/readyz")

    assert response.status_code == 503
    assert response["Retry-After"] == "5"


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_health_is_asked_by_reading_only(client, address):
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_health_is_asked_inside_the_proxy_without_tls(client, settings, address):
    settings.SECURE_SSL_REDIRECT = True

    assert client.get(address).status_code == 200
    assert client.get("/admin/").status_code == 301


@faulty_views
@pytest.mark.parametrize(
    ("headers", "language", "first"),
    [
        ({}, "zh-Hans", "暂时无法访问数据库"),
        ({"Accept-Language": "zh-CN,en;q=0.5"}, "zh-Hans", "暂时无法访问数据库"),
        ({"Accept-Language": "en-GB,zh;q=0.5"}, "en", "The database cannot be reached"),
        ({"Accept-Language": "zh-CN", "Cookie": "django_language=en"}, "en", "The database cannot be reached"),
    ],
)
def test_the_readers_language_stands_first_in_it(visitor, headers, language, first):
    text = visitor.get("/away", headers=headers).content.decode()

    assert f'<html lang="{language}">' in text
    assert f"<h1>{first}</h1>" in text


@faulty_views
@pytest.mark.parametrize("address", ["/away", "/busy", "/contradicted", "/broken"])
def test_what_is_said_in_trouble_looks_like_the_site_and_leads_home_without_the_database(visitor, address):
    text = visitor.get(address).content.decode()

    assert '<link rel="stylesheet" href="/static/joined/plain' in text
    assert '<link rel="icon" href="/static/site/icon' in text
    assert '<a class="brand" href="/">' in text
    assert '<a href="/">总览' in text


@faulty_views
def test_a_page_that_could_not_be_read_is_asked_for_again_and_a_form_is_not(visitor):
    again = "再试一次 · "

    assert f'<a href="/away?a=1&amp;b=%22">{again}' in visitor.get('/away?a=1&b="').content.decode()
    assert again not in visitor.post("/away").content.decode()


@faulty_views
def test_what_only_the_database_noticed_is_a_conflict_and_no_error(visitor):
    response = visitor.get("/contradicted")

    text = response.content.decode()
    assert response.status_code == 409
    assert "没有保存" in text
    assert "Not saved" in text
    assert "hidden" not in text


@faulty_views
def test_an_outage_takes_one_line_of_the_log_for_a_request(visitor, settings, capsys):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.BrokenMiddleware"]
    handler = next(handler for handler in logging.getLogger().handlers if handler.name == "stdout")
    handler.setStream(sys.stdout)
    try:
        response = visitor.get("/fine")
    finally:
        handler.setStream(sys.__stdout__)

    assert response.status_code == 503
    assert (response["Retry-After"], response["Cache-Control"]) == ("5", "no-store")
    [line] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (line["event"], line["status"], line["database"], line["reason"]) == ("request", 503, "away", "hidden")
    assert "exception" not in line


@faulty_views
def test_another_error_of_the_api_is_a_problem_that_tells_nothing(visitor):
    response = visitor.get("/api/v1/broken")

    assert response.status_code == 500
    assert response["Content-Type"] == "application/problem+json"
    assert "hidden" not in response.content.decode()
