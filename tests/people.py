"""The people of the tests, and the register that they look at.

`register` starts a test from the 42 projects with everything around them, loaded once in a process and then restored from
`tests/snapshots.py`; a test that asks for a database without it starts from an empty one. `moved_in` is the register as
`make run` shows it, with its past: a revision for each day on which something of it became known.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from tempfile import NamedTemporaryFile
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client, TransactionTestCase

from projects.choices import Channel, Role
from projects.history.revisions import create_revision
from projects.imports import chronicle
from projects.models import (
    Grant,
    PlausibilityRule,
    Prefecture,
    Revision,
)
from tests.inserting import insert
from tests.snapshots import EMPTY, REGISTER, Snapshots

FIXTURES = (
    "reference",
    "sources",
    "light_rules",
    "programmes_2019_2025",
    "projects_2023",
    "claims_2023",
    "rounds_2023",
    "reports_2023",
    "monitoring_2023",
)
CHANGSHA, ZHUZHOU = "430100", "430200"
PASSWORD = "a password only for tests"


def load_register() -> None:
    """With the plausibility rules off: most tests write whatever shows best what they test. `plausible` turns them on.

    In one revision that says no day, as a register has them that was loaded before there were days of knowledge.
    """
    rules = json.loads((django_settings.BASE_DIR / "fixtures/plausibility_rules.json").read_text(encoding="utf-8"))
    for rule in rules:
        rule["fields"]["on_from"] = None
    loaded_at_once = patch.object(chronicle, "FIRST", None)
    with transaction.atomic(), loaded_at_once, NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as off:
        json.dump(rules, off)
        off.flush()
        call_command("loaddata", *FIXTURES, off.name, verbosity=0)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as the server does within a minute: until then it plans as for empty tables


SNAPSHOTS = Snapshots(load_register)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Keep snapshots of pytest-django's test database, since the append-only log refuses to be emptied."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: SNAPSHOTS.mark_changed())
        SNAPSHOTS.set_up(django_db_blocker)
        yield
        with django_db_blocker.unblock():
            SNAPSHOTS.drop()


def get_wanted_contents(item: pytest.Item) -> str | None:
    """Return what a test wants its database to hold; None where it asks for no database."""
    names = set(item.fixturenames)
    if not names & {"db", "transactional_db", "live_server"} and not item.get_closest_marker("django_db"):
        return None
    return REGISTER if "register" in names and "moved_in" not in names else EMPTY


@pytest.fixture
def register(db: None) -> None:
    """All fixtures: reference data, sources, programmes, the 42 projects, their claims and reports; revision 1.

    A test that asks by `getfixturevalue` for somebody who needs it names it as well, or it begins with an empty database.
    """
    assert Revision.objects.exists()


@pytest.fixture
def plausible(register: None) -> None:
    """The register with its plausibility rules on."""
    with create_revision(door=Channel.COMMAND, reason="plausibility rules on"):
        for rule in PlausibilityRule.objects.all():
            rule.on_from = dt.date(2023, 1, 1)
            rule.save()


@pytest.fixture
def live_register(transactional_db: None, register: None) -> None:
    """The same, committed: for tests with several connections."""


@pytest.fixture(scope="module")
def moved_in(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The same as the demonstration has it: loaded into an empty register, so that it brings its past with it.

    Once for the tests of a file, each of which is rolled back to here.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("loaddata", *FIXTURES, verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def public_read(settings: Any) -> None:
    """Anonymous visitors may read, as in `make run`; otherwise they may not."""
    settings.PUBLIC_READ = True


def person(username: str, role: str | None = None, adcode: str | None = None, **more: Any) -> Any:
    """A user with one grant, or none. Staff like everybody with a grant, so that the admin lets them in.

    Most tests begin with one, so it is inserted without being checked; the database still looks.
    """
    user = get_user_model().objects.create_user(username, password=PASSWORD, **({"is_staff": bool(role)} | more))
    if role:
        prefecture = Prefecture.objects.get(adcode=adcode) if adcode else None
        with create_revision() as draft:
            insert([Grant(user=user, role=role, prefecture=prefecture)], draft)
    return user


def session_of(user: Any) -> str:
    """The key of a session in which the user has signed in; of nobody's without one."""
    store = SessionStore()
    if user is None:
        store["seen"] = True
    else:
        store[SESSION_KEY] = str(user.pk)
        store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return str(store.session_key)


@pytest.fixture
def province(register: None) -> Any:
    """Reads and writes everything."""
    return person("province", Role.PROVINCE, last_name="周", first_name="敏")


@pytest.fixture
def changsha_writer(register: None) -> Any:
    """Reads and writes the projects of Changsha (430100)."""
    return person("changsha", Role.PREFECTURE_WRITER, CHANGSHA, last_name="李", first_name="湘")


@pytest.fixture
def changsha_reader(register: None) -> Any:
    """Reads the projects of Changsha (430100)."""
    return person("changsha-reader", Role.PREFECTURE_READER, CHANGSHA)


@pytest.fixture
def zhuzhou_writer(register: None) -> Any:
    """Reads and writes the projects of Zhuzhou (430200)."""
    return person("zhuzhou", Role.PREFECTURE_WRITER, ZHUZHOU)


@pytest.fixture
def analyst(register: None) -> Any:
    """Reads everything, writes nothing."""
    return person("analyst", Role.ANALYST)


@pytest.fixture
def administrator(register: None) -> Any:
    """Keeps accounts, grants and reference data."""
    return person("administrator", Role.ADMINISTRATOR)


@pytest.fixture
def stranger(register: None) -> Any:
    """Signed in, and was given nothing."""
    return person("stranger")


@pytest.fixture
def client_of() -> Callable[..., Client]:
    """`client_of(user)` is the browser of that user, who has signed in before; `client_of(None)` an anonymous one.

    `headers` go with each request.
    """

    def client(user: Any, **options: Any) -> Client:
        browser = Client(**options)
        if user is not None:
            browser.cookies[django_settings.SESSION_COOKIE_NAME] = session_of(user)
        return browser

    return client
