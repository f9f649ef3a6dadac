"""The columns that tables have are those that Django would find one table after the other, asked in one statement."""

import pytest
from django.db import connection

from projects.database.guards import get_columns

pytestmark = pytest.mark.django_db


def described():
    introspection = connection.introspection
    with connection.cursor() as cursor:
        return {
            table: {column.name for column in introspection.get_table_description(cursor, table)}
            for table in introspection.table_names(cursor)
        }


def test_they_are_what_django_finds_of_every_table(register):
    assert get_columns(connection.alias).items() >= described().items()


def test_one_that_is_added_is_there_and_one_that_is_dropped_is_not(register):
    before = get_columns(connection.alias)["sectors_sector"]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE sectors_sector ADD COLUMN added integer")
        assert get_columns(connection.alias)["sectors_sector"] == before | {"added"}
        cursor.execute("ALTER TABLE sectors_sector DROP COLUMN added")
    assert get_columns(connection.alias)["sectors_sector"] == before


def test_it_asks_the_database_once(register, django_assert_num_queries):
    with django_assert_num_queries(1):
        get_columns(connection.alias)
