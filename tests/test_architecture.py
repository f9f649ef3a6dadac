"""What the design forbids and no behaviour shows: imports that point up, rows read past the permission, SQL anywhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.source_files import APPS, ROOT, sources

pytestmark = pytest.mark.no_database

# The parts of `projects`, the lowest first. A part may use those below it, and itself; never one beside it. Words and units
# alone may use one another.
LAYERS = [
    {"choices", "money", "pagination", "periods", "text"},
    {"database"},
    {"etags", "history"},
    {"access"},
    {"models"},
    {"jobs", "plausibility", "totals"},
    {"imports", "monitoring", "provenance", "reminders"},
    {"exports", "workflows"},
    {"changes"},
    {"workbook_imports", "webhooks"},
    {"pages", "admin", "api", "management"},
]
LEVEL = {part: level for level, layer in enumerate(LAYERS) for part in layer}
WIRING = {"__init__", "apps"}  # what tells Django what there is may name every part

ALL_ROWS = re.compile(r"\bobjects\.(all|values|values_list|count|exists|first|last)\(")
ALL_VISIBLE_ROWS = re.compile(r"\bvisible\(\w+\.objects\.all\(\)")
SQL = re.compile(r"\.cursor\(|\.raw\(|\bRawSQL\b|\.extra\(")
SQL_ELSEWHERE = {
    "portfolio/accounts/last_use.py": "several rows by one statement",
    "portfolio/health.py": "whether the database answers",
    "portfolio/settings/databases.py": "how the database is set up",
    "projects/exports/files.py": "one snapshot for a whole file",
}


def get_imports(path: Path) -> Iterator[str]:
    """Yield the dotted names of everything that a file imports, inside functions and for type checks too."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*start, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def test_imports_only_go_down():
    wrong = []
    for path in sources(*APPS):
        file = path.relative_to(ROOT)
        own_app, own = file.parts[0], file.with_suffix("").parts[1]
        is_part = own_app == "projects" and own not in WIRING
        assert not is_part or own in LEVEL, f"say in LAYERS of tests/test_architecture.py where {file} belongs"
        for name in get_imports(path):
            app, _dot, rest = name.partition(".")
            other = rest.split(".")[0]
            if app in APPS and APPS.index(app) < APPS.index(own_app):
                wrong.append(f"{file} imports {name}: move what both need down to {own_app}")
            is_other = (
                is_part and app == "projects" and other in LEVEL and other != own and not {own, other} <= LAYERS[0]
            )
            if is_other and LEVEL[own] <= LEVEL[other]:
                wrong.append(f"{file} imports {name}: move what both need below {own}")
    assert wrong == []


def test_no_private_name_of_a_library_is_imported():
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}: use what the library documents"
        for path in sources(*APPS)
        for name in get_imports(path)
        if name.split(".")[0] not in {*APPS, "__future__"} and re.search(r"\._[a-z]", name)
    ]
    assert wrong == []


def test_an_interface_never_reads_rows_past_the_permission():
    wrong = [
        f"{path.relative_to(ROOT)} has {found[0]}…: begin with visible_to(user), visible(…) or a scope"
        for path in sources("projects/pages", "projects/admin", "projects/api")
        if (found := ALL_ROWS.search(ALL_VISIBLE_ROWS.sub("", path.read_text("utf-8"))))
    ]
    assert wrong == []


def test_sql_stands_in_history_and_database_alone():
    wrong = [
        f"{name} has {found[0]}…: write a queryset, or move the statement to projects/database or projects/history"
        for path in sources(*APPS)
        if (name := str(path.relative_to(ROOT))) not in SQL_ELSEWHERE
        and not name.startswith(("projects/database/", "projects/history/"))
        and (found := SQL.search(path.read_text("utf-8")))
    ]
    assert wrong == []
