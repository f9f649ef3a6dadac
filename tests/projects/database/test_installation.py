"""What a database has besides tables is there, and an operator is told by `manage.py check` what of it is not."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from projects.database import guards, installation, state
from projects.database.guards import get_columns

GUARD, SUMS = "project_code_is_in_normal_form_insert", "projects_project_raises_insert"


def named(name):
    every = [*guards.get_guards(connection.vendor), *state.get_triggers(connection.vendor)]
    return next(each for each in every if each.name == name)


def told():
    """What the command says of this database."""
    output = StringIO()
    call_command("check", databases=["default"], stderr=output)
    return output.getvalue()


def test_a_migrated_database_lacks_nothing(live_register):
    assert list(installation.find_missing("default")) == []
    assert "projects.W001" not in told()


def test_each_trigger_that_is_gone_is_named_and_made_by_the_next_migrate(live_register):
    guards.drop("default", [named(GUARD), named(SUMS)])
    warnings = told()
    assert f"lacks the trigger {GUARD} of projects_project" in warnings
    assert f"lacks the trigger {SUMS} of projects_project" in warnings
    assert warnings.count("projects.W001") == 2
    call_command("migrate", verbosity=0)
    assert list(installation.find_missing("default")) == []


def test_a_trigger_that_has_its_name_and_does_something_else_is_named(live_register):
    guards.make("default", [replace(named(GUARD), sql=named(GUARD).sql.replace("NEW.code", "'A'"))])
    assert list(installation.find_missing("default")) == [f"the trigger {GUARD} of projects_project"]
    guards.install("default")
    assert list(installation.find_missing("default")) == []


def test_a_guard_of_a_misspelt_column_is_named(live_register, monkeypatch):
    misspelt = replace(named("project_code_is_in_normal_form_update"), sql="", columns=frozenset({"cod"}))
    monkeypatch.setattr(guards, "get_guards", lambda _vendor: [misspelt])
    guards.install("default")
    assert f"lacks the trigger {misspelt.name} of projects_project" in told()


def test_nothing_is_said_before_the_migrations_that_make_it(live_register):
    guards.drop("default", [named(GUARD)])
    migrations = MigrationRecorder(connection)
    newest = max(name for app, name in migrations.applied_migrations() if app == "projects")
    migrations.record_unapplied("projects", newest)
    try:
        assert "projects.W001" not in told()
    finally:
        migrations.record_applied("projects", newest)
        guards.install("default")


@pytest.mark.postgresql
def test_a_trigger_that_is_disabled_and_an_index_that_is_gone_are_named(live_register):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE projects_project DISABLE TRIGGER {GUARD}")
        cursor.execute("DROP INDEX projects_historicalproject_span")
    assert set(installation.find_missing("default")) == {
        f"the trigger {GUARD} of projects_project",
        "the index projects_historicalproject_span of projects_historicalproject",
    }
    call_command("migrate", verbosity=0)
    assert list(installation.find_missing("default")) == []
    assert list(installation.find_missing_indexes("default")) == []


def described():
    introspection = connection.introspection
    with connection.cursor() as cursor:
        return {
            table: {column.name for column in introspection.get_table_description(cursor, table)}
            for table in introspection.table_names(cursor)
        }


def test_they_are_what_django_finds_of_every_table(register):
    assert get_columns(connection.alias).items() >= described().items()


@pytest.mark.django_db
def test_every_history_has_one_on_postgresql_and_making_them_again_changes_nothing():
    installation.install("default")
    tables = {model._meta.db_table for model in installation.get_history_models()}
    with connection.cursor() as cursor:
        found = {name for table in tables for name in connection.introspection.get_constraints(cursor, table)}
    expected = {f"{table}_span" for table in tables} if connection.vendor == "postgresql" else set()
    assert {name for name in found if name.endswith("_span")} == expected
    assert len(tables) > 15
