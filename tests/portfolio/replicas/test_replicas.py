"""A real primary and a real streaming replica: who reads where, and what happens when the replica lags or dies."""

import io
import threading
import time

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import connection, connections
from django.test import Client

from portfolio.replicas import ReadReplicas, alias_for, health, wsgi
from portfolio.replicas.health import Pool
from portfolio.settings import caches
from projects.database.read_replica import read_alias, reading_from
from projects.versioning import as_of
from sectors.models import Sector

from .streaming import Replica, eventually

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.postgresql,
]

READ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/api/v1/projects/"}
TOKEN = {"HTTP_AUTHORIZATION": "Token abc"}


@pytest.fixture(scope="module")
def server(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        replica = Replica(dict(connections["default"].settings_dict))
    yield replica
    replica.remove()


def connected(self):
    if self.connection is None:
        with self.wrap_database_errors:
            self.connect()


@pytest.fixture
def replica(server, transactional_db, settings, tmp_path, monkeypatch):
    """The replica under the alias replica1, followed up to now."""
    settings.REPLICAS, settings.REPLICA_MAX_LAG = ["replica1"], 5
    settings.DATABASE_ROUTERS = ["portfolio.replicas.router.ReadRouter"]
    settings.CACHES = settings.CACHES | {"shared": settings.CACHES["shared"] | {"LOCATION": str(tmp_path)}}
    # Django's tests refuse every database that they did not set up, and would flush this one if they were told of it
    monkeypatch.setattr(type(connections["default"]), "ensure_connection", connected)
    connections.settings["replica1"] = server.configuration
    wsgi.pool.cache_clear()
    assert eventually(lambda: alias_for(READ) == "replica1")
    yield server
    connections["replica1"].close()
    del connections["replica1"], connections.settings["replica1"]
    wsgi.pool.cache_clear()


def sector_count(environ, start_response):
    """An application that answers with the number of sectors and the database it asked; a POST adds one."""
    if environ["REQUEST_METHOD"] == "POST":
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE IF NOT EXISTS replica_trial (n int)")
            cursor.execute("INSERT INTO replica_trial VALUES (1)")
        start_response("201 Created", [])
        return [b""]
    alias = read_alias()
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM replica_trial")
            counted = cursor.fetchone()[0]
    except Exception as error:
        connections[alias].close()
        start_response("503 Service Unavailable", [])
        return [str(error).encode()]
    start_response("200 OK", [])
    return [f"{counted} {alias}".encode()]


def ask(**more):
    said = []
    environ = READ | {"wsgi.input": io.BytesIO()} | more
    body = b"".join(ReadReplicas(sector_count)(environ, lambda *given: said.append(given)))
    return said[0][0][:3], body.decode(), dict(said[0][1])


@pytest.fixture
def trial(replica):
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS replica_trial")
    ask(REQUEST_METHOD="POST", **TOKEN)
    assert eventually(lambda: ask(**TOKEN)[1] == "1 replica1")
    yield replica
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE replica_trial")


def test_reads_go_to_the_replica_and_all_else_to_the_primary(replica):
    assert alias_for(READ) == "replica1"
    assert alias_for(READ | {"REQUEST_METHOD": "POST"}) == "default"
    for path in ("/admin/", "/webhooks/3/", "/tokens/"):  # the last two show a secret once
        assert alias_for(READ | {"PATH_INFO": path}) == "default"
    with reading_from("replica1"):
        assert (Sector.objects.all().db, Sector.objects.select_for_update().db) == ("replica1", "default")


def test_the_past_is_read_on_the_node_of_the_request(replica):
    state = as_of.AsOf("r0", 0, as_of.timezone.now())
    with reading_from("replica1"), as_of.looking_back(state):
        assert connections["replica1"].execute_wrappers
        assert list(Sector.objects.all()) == []


def test_a_file_is_read_from_the_node_of_its_request_in_one_snapshot(replica, analyst):
    asked = []

    def noted(execute, sql, params, many, context):
        asked.append((context["connection"].alias, context["connection"].in_atomic_block, sql))
        return execute(sql, params, many, context)

    assert eventually(lambda: get_user_model().objects.using("replica1").filter(pk=analyst.pk).exists())
    client = Client()
    client.force_login(analyst)
    stored = Session.objects.get(pk=client.session.session_key).session_data  # whole: it is stored empty before
    assert eventually(lambda: Session.objects.using("replica1").filter(session_data=stored).exists())
    for path in ("projects/?format=ndjson", "projects/?format=csv", "problems/?format=csv", "projects/?format=xlsx"):
        with reading_from("replica1"):
            file = client.get(f"/api/v1/{path}")
        assert file.status_code == 200
        asked.clear()
        with connections["replica1"].execute_wrapper(noted), connection.execute_wrapper(noted):
            assert b"".join(file.streaming_content)
        assert {alias for alias, _within, _sql in asked} == {"replica1"}, asked
        assert all(within for _alias, within, _sql in asked)


def test_a_token_that_wrote_sees_its_write_while_the_replica_is_behind(trial):
    trial.pause()
    try:
        assert ask(REQUEST_METHOD="POST", **TOKEN)[0] == "201"
        assert ask(**TOKEN)[1] == "2 default"
        assert ask()[1] == "1 replica1"  # another reader may see what was true a moment ago
    finally:
        trial.resume()
    assert eventually(lambda: ask(**TOKEN)[1] == "2 replica1")


def test_a_token_sees_its_write_though_nobody_could_remember_it(trial, settings, monkeypatch):
    settings.CACHE_URL = "redis://127.0.0.1:1/0"  # nothing listens there
    settings.CACHES = caches.configuration(settings.CACHE_URL, settings.VAR_DIR, secret_key="x", replica_lag=5)
    monkeypatch.setattr(health, "_WAIT", 0.01)
    trial.pause()
    later = threading.Timer(1, trial.resume)
    later.start()
    try:
        begun = time.monotonic()
        assert ask(REQUEST_METHOD="POST", **TOKEN)[0] == "201"
        assert time.monotonic() - begun > 0.5  # the answer has waited for the replica
    finally:
        later.join()
    assert ask(**TOKEN)[1] == "2 default"  # what a token has written is unknown, so the primary is asked
    assert ask()[1] == "2 replica1"


def test_a_write_does_not_wait_longer_than_a_late_replica_is_read(trial, settings):
    settings.REPLICA_MAX_LAG = 1
    trial.pause()
    try:
        ask(REQUEST_METHOD="POST")
        begun = time.monotonic()
        wsgi.pool().wait_for(health.written())
        assert 2 < time.monotonic() - begun < 6
        assert ask()[1] == "2 default"
    finally:
        trial.resume()


def test_a_browser_that_wrote_sees_its_write_by_a_cookie_nobody_can_forge(trial):
    trial.pause()
    try:
        cookie = ask(REQUEST_METHOD="POST")[2]["Set-Cookie"].split(";")[0]
        assert ask(HTTP_COOKIE=cookie)[1] == "2 default"
        assert ask(HTTP_COOKIE="written=999999999999:forged")[1] == "1 replica1"
    finally:
        trial.resume()


def test_a_replica_that_lags_is_left_out_and_comes_back(trial):
    trial.pause()
    try:
        ask(REQUEST_METHOD="POST", **TOKEN)
        assert eventually(lambda: ask()[1] == "2 default")
    finally:
        trial.resume()
    assert eventually(lambda: ask()[1] == "2 replica1")


def test_a_replica_that_dies_costs_no_answer_and_comes_back(trial):
    trial.kill()
    try:
        assert {ask()[:2] for _ in range(20)} == {("200", "1 default")}
    finally:
        trial.start()
    assert eventually(lambda: ask()[1] == "1 replica1")


def test_a_token_that_a_replica_does_not_know_yet_is_asked_of_the_primary(replica):
    def known_to_the_primary(environ, start_response):
        start_response("200 OK" if read_alias() == "default" else "401 Unauthorized", [])
        return [b""]

    said = []
    ReadReplicas(known_to_the_primary)(READ | TOKEN, lambda *given: said.append(given[0]))
    assert said == ["200 OK"]
    assert alias_for(READ) == "replica1", "it is no fault of the replica"


def test_no_replica_is_asked_for_what_is_not_on_the_disk_of_the_primary(replica):
    """Where the next record will begin, such as behind the head of a page, may be replayed only when there is one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_logical_emit_message(false, 'x', repeat('y', 10000))")
        position = health.written()
        cursor.execute("SELECT (pg_current_wal_flush_lsn() - '0/0')::bigint")
        assert position <= cursor.fetchone()[0]


def test_one_that_was_dead_while_the_primary_removed_its_log_catches_up(trial):
    trial.kill()
    try:
        with connection.cursor() as cursor:
            for _segment in range(3):  # a checkpoint removes what is before it and not kept for anybody
                cursor.execute("INSERT INTO replica_trial VALUES (2)")
                cursor.execute("SELECT pg_switch_wal()")
                cursor.execute("CHECKPOINT")
    finally:
        trial.start()
    assert eventually(lambda: ask()[1] == "4 replica1")


def test_a_primary_given_as_a_replica_is_not_read_as_one(replica):
    pool = Pool(["default"])
    pool.choose(0)
    assert not pool.nodes[0].good
