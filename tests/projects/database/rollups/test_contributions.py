"""What the statements that keep the sums cost, whatever the number of the rows that they follow."""

from __future__ import annotations

import pytest
from django.db import connection

from projects.database.rollups import contributions


@pytest.mark.postgresql
@pytest.mark.parametrize("table", contributions.TABLES)
def test_no_row_of_a_large_statement_is_held_against_all_the_others(register, table):
    """What PostgreSQL plans as a subquery for each row would take an hour for a register of 100,000."""
    columns = ", ".join(contributions.TABLES[table])
    changed = f"(SELECT 1 AS sign, {columns} FROM new_rows UNION ALL SELECT -1 AS sign, {columns} FROM old_rows)"  # noqa: S608  our own names
    with connection.cursor() as cursor:
        for name in ("new_rows", "old_rows"):
            cursor.execute(f"CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS TABLE {table}")
            cursor.execute(f"ANALYZE {name}")
        for statement in contributions.added_by(table, changed) + contributions.added_in_place(table, changed):
            cursor.execute(f"EXPLAIN {statement}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert "SubPlan" not in plan.replace("hashed SubPlan", ""), plan
