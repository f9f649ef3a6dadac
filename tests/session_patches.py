"""What a run of the tests changes in frameworks, for the whole session: each saves minutes and changes no answer.

`docs/testing.md` says of each what it saves, what would be seen if it were wrong, and how to run without it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db.backends.base.creation import BaseDatabaseCreation
from django.template.base import Template
from django.test.utils import instrumented_test_render
from simple_history.manager import HistoryManager

from tests import postgres_copies
from tests.migrated import begun_from_a_copy
from tests.people import fill_if_asked


@pytest.fixture(scope="session", autouse=True)
def widgets_leave_no_context(django_test_environment: None) -> Iterator[None]:
    """Django's test client copies the context of every template into `response.context`: not of each option and label."""

    def rendered(template: Template, context: Any) -> Any:
        if (template.name or "").startswith("django/forms/"):
            return template.nodelist.render(context)
        return instrumented_test_render(template, context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", rendered)
        yield


@pytest.fixture(scope="session", autouse=True)
def histories_are_asked_by_one_class() -> Iterator[None]:
    """django-simple-history makes a class anew whenever it is asked for a history, so also at each save: here once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HistoryManager, "from_queryset", functools.cache(HistoryManager.from_queryset))
        yield


@pytest.fixture(scope="session")
def migrated_once(request: Any, django_db_modify_db_settings: None) -> Iterator[None]:
    """The processes of a run share what the migrations make: inside, a test database begins as a copy of it."""
    create = BaseDatabaseCreation.create_test_db

    def from_a_copy(creation: BaseDatabaseCreation, *arguments: Any, **options: Any) -> str:
        if creation.connection.vendor != "sqlite":
            with postgres_copies.begun_as_a_copy() as begun:
                name = create(creation, *arguments, **options)
                if not begun:
                    fill_if_asked(request.session)
            return name
        with begun_from_a_copy(Path(creation._get_test_db_name())) as begun:
            return create(creation, *arguments, **options | {"keepdb": begun})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseCreation, "create_test_db", from_a_copy)
        yield
