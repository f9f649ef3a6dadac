"""ETags follow from reader, language, format, state numbers, day and address: 304 comes before anything is built."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import connection, models
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portfolio.models import ApiToken
from projects import etags
from projects.database.state import get_tables
from projects.models import Grant, Import, Project
from projects.workflows import reporting
from tests.markup import addresses
from tests.markup.walking import routes_of_people
from tests.pages import PATHS
from tests.projects.models.reports_made import approved
from tests.projects.workbook_imports.sent import CODE, REGISTER, begun

pytestmark = pytest.mark.django_db(transaction=True)

RECORD, LIST, PAGE = "/api/v1/projects/HN-EI-2023-13/", "/api/v1/projects/?programme=2023", "/projects/"
ADDRESSES = (RECORD, LIST, PAGE, f"{LIST}&format=csv")
# read to find out who asks, and in which state
_OF_OTHERS = {"django_session", "projects_statenumber"}


def get_etag(client: Client, path: str, **headers: str) -> str:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200, path
    return str(answer.headers["ETag"])


def token_client(user: Any, **more: Any) -> Client:
    token = ApiToken.objects.create(user=user, **{"scope": "write", "label": "test"} | more)[1]
    return Client(headers={"Authorization": f"Token {token}"})


def write() -> None:
    models.QuerySet(Project).filter(code=CODE).update(expected_revenue=7_000_000_000)


@pytest.mark.parametrize("path", ADDRESSES)
def test_who_has_the_response_is_told_so_before_it_is_built(path, live_register, province, client_of):
    client = client_of(province)
    client.get(PAGE)  # sets the cookie that forms need
    answer = client.get(path)
    tag = answer.headers["ETag"]
    with CaptureQueriesContext(connection) as queries:
        known = client.get(path, headers={"If-None-Match": tag})
    assert (known.status_code, known.content, known.headers["ETag"]) == (304, b"", tag)
    tables = {table for query in queries for table in re.findall(r'"?(projects_\w+)', query["sql"])}
    assert tables <= {"projects_statenumber", "projects_grant"}
    assert known.headers["Cache-Control"] == answer.headers["Cache-Control"]
    # a file is not compressed, so that it does not vary by Accept-Encoding; a 304 does not know what it would be
    assert set(answer.headers["Vary"].split(", ")) <= set(known.headers["Vary"].split(", "))
    strong = tag.removeprefix("W/")
    for others in (strong, f"W/{strong}", f'"other", {tag}', f'{strong[:-1]}-gzip"'):
        assert client.head(path, headers={"If-None-Match": others}).status_code == 304
    for others in ('"other"', '""', "nonsense"):
        assert client.get(path, headers={"If-None-Match": others}).status_code == 200


@pytest.mark.parametrize("path", [RECORD, PAGE])
def test_after_any_change_the_etag_is_another(path, live_register, province, client_of):
    client = client_of(province)
    client.get(PAGE)
    seen = [get_etag(client, path)]
    for change in (
        write,
        lambda: models.QuerySet(Grant).filter(user=province).update(role="analyst"),
        lambda: type(province).objects.filter(pk=province.pk).update(last_name="吴"),
    ):
        change()
        seen.append(get_etag(client, path))
    assert len({tag.rpartition("-")[2] for tag in seen}) == len(seen)
    assert get_etag(client, path) == seen[-1]


def test_the_etag_of_another_user_token_language_format_address_or_visitor_is_another(
    live_register, province, analyst, public_read, client_of
):
    path = "/api/v1/sectors/"
    clients = [client_of(None), client_of(province), client_of(analyst), token_client(analyst), token_client(province)]
    clients.append(token_client(province, prefectures=["430100"]))
    seen = [get_etag(client, path) for client in clients]
    first = clients[0]
    seen += [get_etag(first, path, **{"Accept-Language": "zh-CN"}), get_etag(first, path, Accept="application/json")]
    seen += [
        get_etag(first, f"{path}?fields=code"),
        get_etag(first, f"{path}?page=1"),
        get_etag(first, "/api/v1/prefectures/"),
    ]
    seen += [
        first.get(path, headers={"Host": "127.0.0.1"}).headers["ETag"],
        first.get(path, secure=True).headers["ETag"],
    ]
    assert len(set(seen)) == len(seen)


def test_the_etag_of_another_day_or_release_is_another(live_register, province, monkeypatch):
    client = token_client(province)
    seen = [get_etag(client, LIST)]
    monkeypatch.setattr(timezone, "localdate", lambda *_args: dt.date(2031, 1, 1))
    seen.append(get_etag(client, LIST))
    monkeypatch.setattr(etags, "get_release", lambda: "the next one")
    seen.append(get_etag(client, LIST))
    assert len(set(seen)) == 3


def test_a_page_whose_forms_need_another_cookie_is_another(live_register, province, client_of):
    """One that a browser has kept would hold a token that is refused."""
    client = client_of(province)
    client.get(PAGE)
    tag = get_etag(client, PAGE)
    client.cookies["csrftoken"] = "b" * 32
    assert client.get(PAGE, headers={"If-None-Match": tag}).status_code == 200


def test_a_page_with_a_message_has_no_etag_and_is_not_taken_for_known(live_register, province, client_of):
    client, path = client_of(province), "/projects/HN-EI-2023-13/"
    client.get(path)
    tag = get_etag(client, path)
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    client.cookies["messages"] = CookieStorage(HttpRequest())._encode([Message(constants.INFO, "say it once")])
    page = client.get(path, headers={"If-None-Match": tag})
    assert (page.status_code, "say it once" in page.content.decode(), "ETag" in page.headers) == (200, True, False)
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    "shape",
    [
        lambda version, rest: f'"{version}-{rest}"',
        lambda version, _rest: f'"{version}-0123456789abcdef01234567"',  # of the release before
        lambda version, rest: f'W/"{version}-{rest}-gzip"',  # as compression makes it
        lambda version, rest: f'"other", "{version}-{rest}"',
    ],
)
def test_if_match_names_the_version_before_the_dash(shape, live_register, province):
    client = token_client(province)
    version, _dash, rest = get_etag(client, RECORD).strip('"').partition("-")
    send = {"path": RECORD, "data": {"name_en": "changed"}, "content_type": "application/json"}
    changed = client.patch(**send, headers={"If-Match": shape(version, rest)})
    assert changed.status_code == 200, changed.content
    stale = client.patch(**send | {"data": {"name_en": "again"}}, headers={"If-Match": shape(version, rest)})
    assert stale.status_code == 412
    assert Project.objects.get(code=CODE).name_en == "changed"


def test_refusals_have_no_etag_and_a_known_tag_changes_none_of_them(live_register, province, client_of):
    client = client_of(province)
    tag = get_etag(client, LIST)
    for path, status in ((f"{LIST}&kind=ship", 400), ("/api/v1/projects/NOTHING/", 404), ("/projects/?kind=ship", 400)):
        answer = client.get(path, headers={"If-None-Match": tag})
        assert (answer.status_code, "ETag" in answer.headers) == (status, False)
    client.cookies.clear()
    assert client.get(LIST, headers={"If-None-Match": tag}).status_code == 401
    assert client.get(PAGE, headers={"If-None-Match": tag}).status_code == 302


def test_what_goes_on_without_a_state_number_has_no_etag_and_is_stored_nowhere(live_register, province):
    rows = [REGISTER, [CODE, None, 5000, 1, None]]
    client, one = token_client(province), begun(province, rows)
    assert Import.objects.exists()
    for path in ("/api/v1/imports/", f"/api/v1/imports/{one.pk}/", "/api/v1/plausibility-rules/"):
        answer = client.get(path)
        assert "no-store" in answer.headers["Cache-Control"]
        assert "ETag" not in answer.headers
    rule = client.get("/api/v1/plausibility-rules/floor/")
    assert "no-store" in rule.headers["Cache-Control"]
    assert "-" not in rule.headers["ETag"], "it is the version, which a change has to name"
    assert (
        client.get("/api/v1/plausibility-rules/floor/", headers={"If-None-Match": rule.headers["ETag"]}).status_code
        == 200
    )


def test_a_step_that_ends_by_the_clock_is_not_offered_for_longer(live_register, province, changsha_writer, monkeypatch):
    report, client = approved(changsha_writer, province), token_client(province)
    asked = f"/api/v1/reports/{report.pk}/"
    answer = client.get(asked)
    assert b'"retract"' in answer.content
    assert "-" not in answer.headers.get("ETag", "")
    known = {"If-None-Match": answer.headers.get("ETag", '"x"')}
    later = timezone.now() + reporting.TAKEN_BACK_WITHIN + dt.timedelta(seconds=1)
    monkeypatch.setattr(reporting.timezone, "now", lambda: later)
    again = client.get(asked, headers=known)
    assert (again.status_code, b'"retract"' in again.content) == (200, False)
    assert client.get(asked, headers={"If-None-Match": again.headers["ETag"]}).status_code == 304


def get_addresses(user: Any, read: Callable[[str], Any]) -> Iterator[str]:
    """Yield every page and every address of the API, each with a record that there is."""
    yield from PATHS
    for route in routes_of_people():
        if not route.pattern.startswith("admin/") and route.name != "propose":
            yield from addresses.filled(route, user)[-1:]
    for name in read("/api/v1/").values():
        path = name.removeprefix("http://testserver")
        yield path
        answer = {} if path.endswith("/docs/") else read(path)
        if isinstance(answer, dict) and answer.get("results") and "url" in answer["results"][0]:
            yield answer["results"][0]["url"].removeprefix("http://testserver")


@pytest.mark.parametrize("who", ["nobody", "province"])
def test_every_table_that_a_response_is_built_from_raises_a_number(who, live_register, public_read, request, client_of):
    """Otherwise one would be taken for the present one after a change."""
    user = None if who == "nobody" else request.getfixturevalue(who)
    client = client_of(user)
    histories = {
        model._meta.db_table for model in apps.get_models() if hasattr(model, "instance_type")
    }  # written with their records
    stored = {model._meta.db_table for model in apps.get_models()}
    raising, seen = get_tables().keys() | histories | _OF_OTHERS, 0
    for path in dict.fromkeys(
        get_addresses(user or request.getfixturevalue("province"), lambda path: client.get(path).json())
    ):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(path)
            if answer.streaming:
                b"".join(answer.streaming_content)
        is_stored = user is None and answer.status_code == 200 and not answer.cookies
        if "no-store" in answer.get("Cache-Control", "") or not ("ETag" in answer.headers or is_stored):
            continue
        seen += 1
        tables = set(re.findall(r"\w+", " ".join(query["sql"] for query in queries))) & stored
        assert tables <= raising, path
    assert seen > 40
