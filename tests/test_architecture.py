"""The structure that design and code agreed on: which way imports point, and what an interface never does."""

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
INTERFACES = LAYERS[-1]
WIRING = {"apps"}  # tells Django what there is, so it may name every part

SHAPELESS = re.compile(r"(^|_)(utils?|helpers?|commons?|misc|managers?|stuff|base_utils)(_|$)")


def dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def package_of(path: Path) -> list[str]:
    return list(path.relative_to(ROOT).parent.parts)


def imported(path: Path) -> Iterator[str]:
    """Dotted names of everything that a file imports, those inside functions and for type checks too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package_of(path)[: len(package_of(path)) - node.level + 1] if node.level else []
            module = ".".join([*start, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def part_of(dotted_name: str) -> str | None:
    """The part of `projects` that a name belongs to."""
    parts = dotted_name.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "projects" else None


def edges() -> set[tuple[str, str]]:
    """Which part of `projects` uses which other."""
    found = set()
    for path in sources("projects"):
        own = part_of(dotted(path))
        for name in imported(path):
            other = part_of(name)
            if own and other and own != other:
                found.add((own, other))
    return found


def test_apps_know_only_those_below_them():
    order = {"sectors": 0, "projects": 1, "portfolio": 2}
    wrong = [
        f"{named(path)} imports {name}"
        for app, rank in order.items()
        for path in sources(app)
        for name in imported(path)
        if order.get(name.split(".")[0], -1) > rank
    ]
    assert wrong == []


def test_every_part_of_projects_has_its_layer():
    parts = {part_of(dotted(path)) for path in sources("projects")} - {None} - WIRING
    assert parts <= set(LEVEL), f"say in LAYERS where {parts - set(LEVEL)} belongs"


def test_the_parts_of_projects_use_only_what_is_below_them():
    wrong = {
        (own, other)
        for own, other in edges()
        if own not in WIRING and LEVEL[own] <= LEVEL.get(other, 99) and not {own, other} <= LAYERS[0]
    }
    assert wrong == set()


def test_the_root_of_an_app_shows_its_packages_and_few_modules():
    modules = {path.stem for path in (ROOT / "projects").glob("*.py")}
    assert modules <= {"__init__", "access", "apps", "etags", *LAYERS[0]}


def test_the_check_sees_what_it_looks_for():
    found = edges()
    assert {("monitoring", "totals"), ("totals", "models"), ("models", "access"), ("history", "database")} <= found
    assert {own for own, _other in found} >= INTERFACES
    assert len(list(sources(*APPS))) > 80


def written() -> list[Path]:
    """Everything that people write: code, templates, styles and scripts."""
    folders = [*APPS, "tests", "templates", "static"]
    found = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    kept = {".py", ".html", ".css", ".js", ".txt", ".svg"}
    skipped = {"migrations", "__pycache__", "data"}
    return [path for path in found if path.suffix in kept and not skipped.intersection(path.parts)]


def test_every_module_says_what_it_is():
    """Its first line, by the term that its reader would search for; an empty `__init__.py` is a folder and no module."""
    modules = [ROOT / "manage.py", *sources(*APPS)]
    silent = [
        named(path)
        for path in modules
        if path.stat().st_size and not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []


def test_nothing_has_a_name_that_says_nothing():
    names = {part for path in written() for part in path.relative_to(ROOT).with_suffix("").parts}
    assert {name for name in names if SHAPELESS.search(name)} == set()


def test_templates_do_no_arithmetic():
    templates = [path for path in written() if path.suffix in (".html", ".svg", ".txt")]
    assert len(templates) > 10
    pattern = re.compile(r"\|\s*(add|divisibleby|floatformat|filesizeformat)\b|\{%\s*widthratio\b")
    assert {named(path): match[0] for path in templates if (match := pattern.search(path.read_text("utf-8")))} == {}


def test_a_door_never_reads_rows_past_the_permission():
    """A door begins with `visible_to`, `visible` or a scope; `objects.all()` would show everybody everything."""
    asked = re.compile(r"\bobjects\.(all|values|values_list|count|exists|first|last)\(")
    doors = list(sources("projects/pages", "projects/admin", "projects/api"))
    texts = {path: re.sub(r"\bvisible\(\w+\.objects\.all\(\)", "", path.read_text("utf-8")) for path in doors}
    assert [named(path) for path, text in texts.items() if asked.search(text)] == []
