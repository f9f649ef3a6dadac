"""The indexes that find the rows of a past state on PostgreSQL; SQLite has those of the models alone."""

import pytest
from django.db import connection

from projects.database import installation

pytestmark = pytest.mark.django_db


def test_every_history_has_one_on_postgresql_and_making_them_again_changes_nothing():
    installation.install("default")
    tables = {model._meta.db_table for model in installation.get_history_models()}
    with connection.cursor() as cursor:
        found = {name for table in tables for name in connection.introspection.get_constraints(cursor, table)}
    expected = {f"{table}_span" for table in tables} if connection.vendor == "postgresql" else set()
    assert {name for name in found if name.endswith("_span")} == expected
    assert len(tables) > 15
