"""What runs on SQLite only holds nothing that the databases decide."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import BOTH, ONCE, ROOT, runs_once
from tests.source_files import APPS, sources

pytestmark = pytest.mark.no_database

WHOLE = re.compile(r"^pytestmark = .*\bno_database\b", re.MULTILINE)
SQL = re.compile(r"nosec B608|\.cursor\(\)|\bvendor\b|^from (projects\.database\b|\.sql\b)", re.MULTILINE)
CONNECTIONS = re.compile(r"\btransactional_db\b|\btransaction=True\b|\bIntegrityError\b")
# helpers with which tests of anything store what they need
MEANS = {"projects.models.inserting", "projects.versioning.revisions"}
AGREES = "shows what totals are; they are held by tests/projects/totals/, on both"
# what runs once all the same, and why
HELD_ELSEWHERE = {
    "tests/portfolio/dashboards/test_every_figure.py": AGREES,
    "tests/portfolio/accounts/test_tokens.py": "its two forms at once are in test_tokens_at_once.py",
    "tests/portfolio/test_early_answers.py": "an error that the test raises",
    "tests/projects/admin/test_conflicts.py": AGREES,
    "tests/projects/admin/test_project_list.py": AGREES,
    "tests/projects/api/test_errors.py": "an error that the test raises",
    "tests/projects/api/test_spelling.py": "names of members of the feed",
    "tests/projects/database/test_remembered_statements.py": "what is remembered of a statement in memory",
    "tests/projects/test_crown.py": AGREES,
    "tests/projects/views/test_parameters.py": "names of filters",
    "tests/projects/views/test_webhook_form.py": "names of events, and what a form asks",
}


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imported(text: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
    return found


def builders() -> set[str]:
    """The modules of the product that put SQL together, or ask which database it is."""
    own = {path for path in sources(*APPS) if SQL.search(path.read_text("utf-8"))}
    return {dotted(path) for path in (*own, *sources("projects/database"))} - MEANS


def of_a_database(text: str, modules: set[str]) -> list[str]:
    """What in a file of tests is about a database."""
    return sorted((imported(text) & modules) | {*CONNECTIONS.findall(text)})


def test_what_runs_once_is_about_no_database():
    modules, found = builders(), {}
    for path in (ROOT / "tests").rglob("test_*.py"):
        text, name = path.read_text("utf-8"), path.relative_to(ROOT).as_posix()
        if path != Path(__file__) and (runs_once(path) or WHOLE.search(text)) and of_a_database(text, modules):
            found[name] = of_a_database(text, modules)
    assert found.keys() == HELD_ELSEWHERE.keys(), "runs on both: into BOTH of tests/databases.py, or without the marker"


def test_the_look_for_such_a_file_sees_it():
    """The control."""
    assert builders() >= {"projects.totals.filters", "projects.database.sql", "projects.monitoring.tasks"}
    for line in ("from projects.monitoring import tasks", "from projects.database.sql import Sql"):
        assert of_a_database(line, builders())
    assert of_a_database("@pytest.mark.django_db(transaction=True)\ndef test(): pass", set())
    assert not of_a_database("from projects.models import Project", builders())


def test_each_place_that_is_named_is_there():
    places = tuple(place for named in ONCE.values() for place in named)
    assert [place for place in places if not (ROOT / place).exists()] == []
    folders = tuple(f"{place}/" for place in places if (ROOT / place).is_dir())
    assert [name for name in BOTH if not (ROOT / name).is_file() or not name.startswith(folders)] == []


def test_nothing_of_postgresql_alone_lies_where_it_would_not_run():
    lost = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tests").rglob("test_*.py")
        if runs_once(path) and re.search(r"mark\.(postgresql|alone)\b", path.read_text("utf-8"))
    ]
    assert lost == []


def test_every_page_and_every_address_of_the_api_is_asked_on_both():
    for name in ("tests/bounds/test_what_grows.py", "tests/projects/api/test_contract.py"):
        assert not runs_once(ROOT / name)
        assert not WHOLE.search((ROOT / name).read_text("utf-8"))


def test_only_the_last_run_takes_away_what_is_kept_on_the_server():
    said = ["sh", "-c", "echo ${TESTS_KEPT-none}"]
    command = [sys.executable, "-m", "tests.postgres", *said, "--", *said]
    environment = {**os.environ, "TEST_DATABASE_URL": "postgres://nobody@localhost/none"}
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["true", "none"]
