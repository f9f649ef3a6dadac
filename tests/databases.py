"""Which files of tests run on SQLite only: the one place for it, beside the marker `no_database`.

A test belongs on both databases when what it holds reaches the database in another way there: SQL of ours, constraints
and triggers, locks and transactions, how text is compared and sorted, dates, sums, what is written by SQL. All else is the
same Python, whatever the database. A page, a form or a screen of the administration says what querysets and functions
give it that have tests of their own, on both. That both databases understand its statements is held by `tests/bounds`,
which asks every page, every list of the administration, every address of the API and every file.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[1]

# by folder of tests: why all that lies in it runs once, but for BOTH
ONCE = {
    "tests/markup": "what a text, a form or a table is on a page",
    "tests/portfolio/dashboards": "pages and pictures of sums, which tests/projects/totals holds",
    "tests/projects/admin": "forms and lists of the administration, over models which tests/projects/models holds",
    "tests/projects/views": "pages and forms",
}
# of these: what about it is the database's
BOTH = {
    "tests/portfolio/dashboards/test_tables_by_column.py": "sorts by columns that are reckoned",
    "tests/projects/admin/test_bulk.py": "all or nothing",
    "tests/projects/admin/test_deletion.py": "foreign keys and triggers",
    "tests/projects/admin/test_rows.py": "permission in SQL",
    "tests/projects/views/changelog/test_changes.py": "searches words, persons and days",
    "tests/projects/views/changelog/test_readers_of_changes.py": "permission in SQL",
    "tests/projects/views/test_files.py": "written by SQL",
    "tests/projects/views/test_past.py": "rows of the past",
    "tests/projects/views/test_problem_order.py": "sorts",
    "tests/projects/views/test_project_list.py": "filters, sorts and searches",
    "tests/projects/views/test_project_neighbours.py": "SQL of ours",
    "tests/projects/views/test_review_pages.py": "SQL of ours",
    "tests/projects/views/test_search.py": "how text is compared",
    "tests/projects/views/test_table_files.py": "sorts in the language of the reader",
    "tests/projects/views/test_tasks.py": "SQL of ours",
    "tests/projects/views/test_tasks_open.py": "each number opens what it counts",
}


def runs_once(path: Path) -> bool:
    """Whether a file of tests is left out on PostgreSQL."""
    name = path.relative_to(ROOT).as_posix()
    return name not in BOTH and any(name.startswith(f"{folder}/") for folder in ONCE)
