"""The people of the tests, and the register that they look at.

`register` starts a test from the 42 projects with everything around them. The fixtures are loaded once in a run, through
`loaddata`; every test after that gets the same rows from memory, inside its own transaction, so it costs a few
hundredths of a second and depends on no other test. With `live_server` the rows are committed and flushed afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.test import Client

from projects.choices import Role
from projects.models import Grant, Prefecture

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

_rows: dict[type[models.Model], list[models.Model]] = {}  # what the first load of this run stored


def _fill() -> None:
    """Store the register: by `loaddata` the first time, later by inserting the same rows again."""
    stored = [*apps.get_app_config("sectors").get_models(), *apps.get_app_config("projects").get_models()]
    with transaction.atomic():
        if not _rows:
            call_command("loaddata", *FIXTURES, verbosity=0)
            # a plain QuerySet, because the register's own refuses bulk writes
            _rows.update({model: list(models.QuerySet(model)) for model in stored})
        else:
            for model, rows in _rows.items():
                models.QuerySet(model).bulk_create(rows)
            with connection.cursor() as cursor:
                for statement in connection.ops.sequence_reset_sql(no_style(), stored):
                    cursor.execute(statement)


@pytest.fixture
def register(db: None) -> None:
    """All six fixtures: reference data, sources, programmes, the 42 projects, their claims and reports; revision 1."""
    _fill()


@pytest.fixture
def live_register(transactional_db: None, register: None) -> None:
    """The same, committed: for tests with several connections. Flushed when the test ends."""


@pytest.fixture
def public_read(settings: Any) -> None:
    """Anonymous visitors may read, as in `make run`; otherwise they may not."""
    settings.PUBLIC_READ = True


def person(username: str, role: str | None = None, adcode: str | None = None, **more: Any) -> Any:
    """A user with one grant, or none. Staff like everybody with a grant, so that the admin lets them in."""
    user = get_user_model().objects.create_user(username, password=PASSWORD, **({"is_staff": bool(role)} | more))
    if role:
        prefecture = Prefecture.objects.get(adcode=adcode) if adcode else None
        Grant(user=user, role=role, prefecture=prefecture).save()
    return user


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
    """`client_of(user)` is that user's browser; `client_of(None)` an anonymous one. `headers` go with each request."""

    def client(user: Any, **options: Any) -> Client:
        browser = Client(**options)
        if user is not None:
            browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return browser

    return client
