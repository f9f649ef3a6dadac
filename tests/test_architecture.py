"""The structure that design and code agreed on: which way imports point, where sums are made, how things are named."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import house
from tests.first_imports import in_circles
from tests.source_files import APPS, ROOT, sources

pytestmark = pytest.mark.no_database

# The parts of `projects`, the lowest first. A part may use those below it, and itself; never one beside it. Words and units
# alone may use one another.
LAYERS = [
    {"choices", "money", "pagination", "periods", "text"},
    {"database"},
    {"etags", "versioning"},
    {"access"},
    {"models"},
    {"jobs", "plausibility", "totals"},
    {"imports", "monitoring", "provenance", "reminders"},
    {"exports", "workflows"},
    {"changelog"},
    {"workbook_imports", "webhooks"},
    {"views", "admin", "api", "management"},
]
LEVEL = {part: level for level, layer in enumerate(LAYERS) for part in layer}
INTERFACES = LAYERS[-1]
WIRING = {"apps"}  # tells Django what there is, so it may name every part

MAY_SUM = {
    "projects/totals/record_sums.py": "sums over records, for totals.py",
    "projects/totals/record_rows.py": "what the reports of each record come to, for record_sums.py",
    "projects/totals/rollup_sums.py": "adds up the sums that the database keeps, for totals.py",
    "projects/totals/month_rows.py": "how many reports of a month are approved, of how much of the plan",
    "projects/totals/coverage.py": "how many records of a sum have all their months: numbers beside it, never in it",
    "projects/totals/figures/span.py": "the money that a project's line shows, as a subquery of the list itself",
    "projects/models/plan.py": "a plan's own twelve months, which must come to its amount",
    "projects/models/report_queryset.py": "a bureau's own reports of a year, which a quoted sum is checked against",
    "projects/plausibility/kinds/reports.py": "a report with the months before it, which is doubted where it is negative",
    "projects/plausibility/list_totals.py": "what the list comes to, which a target that is typed is held against",
    "projects/monitoring/sheet_totals.py": "what is reported, approved or not: it stands beside totals, never in them",
    "projects/monitoring/review_sums.py": "what waits for review: it stands beside totals, never in them",
    "projects/monitoring/plans.py": "running sums of a plan's own months",
    "projects/totals/pace.py": "running totals of the months that totals.py has answered",
    "portfolio/management/commands/demo.py": "widths of characters on a terminal",
}
SUMMING = {"sum", "fsum", "accumulate", "Sum", "Avg", "StdDev", "Variance", "aggregate"}

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
    for app in APPS:
        assert len([path for path in (ROOT / app).glob("*.py") if path.stem != "__init__"]) <= 12, app


def test_tests_stand_where_what_they_test_stands():
    """A folder of tests of an app is named as a package of the app."""
    folders = {
        path.parent.relative_to(ROOT / "tests") for app in APPS for path in (ROOT / "tests" / app).rglob("test_*.py")
    }
    assert {str(folder) for folder in folders if not (ROOT / folder).is_dir()} == set()


def test_the_page_about_the_architecture_shows_the_same_layers():
    """Its list is drawn from the top, between the site and the reference data."""
    page = (ROOT / "docs/architecture.md").read_text("utf-8")
    drawn = re.search(r"^portfolio\nprojects:(.+?)\nsectors$", page, re.MULTILINE | re.DOTALL)
    assert drawn
    assert [set(re.findall(r"\w+", line)) for line in reversed(drawn[1].splitlines())] == LAYERS


def test_permission_asks_no_driver():
    """Who may see what is read without knowing how a statement is sent."""
    engine = re.compile(r"psycopg2|projects\.database\.(prepared_|open_values)")
    wrong = [
        f"{path} imports {name}"
        for path in ("projects/access.py", "projects/totals/scope.py")
        for name in imported(ROOT / path)
        if engine.match(name)
    ]
    assert wrong == []
    assert any(map(engine.match, imported(ROOT / "projects/totals/programmes.py")))  # the check sees one


def test_the_check_sees_what_it_looks_for():
    found = edges()
    assert {("monitoring", "totals"), ("totals", "models"), ("models", "access"), ("versioning", "database")} <= found
    assert {own for own, _other in found} >= INTERFACES
    assert len(list(sources(*APPS))) > 80


def test_every_module_can_be_the_first_that_is_imported():
    """Imports that go round fail or not by who comes first, so by what a worker happens to be asked."""
    command = [sys.executable, "-m", "tests.first_imports", *map(dotted, sources(*APPS))]
    told = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert (told.stdout, told.returncode) == ("", 0), told.stderr


def test_only_what_is_part_of_a_circle_is_tried_as_the_first():
    assert in_circles({"one": {"two"}, "two": {"three"}, "three": {"one", "four"}, "five": {"one"}}) == {
        "one",
        "two",
        "three",
    }


def summing(path: Path) -> set[str]:
    calls = [node.func for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    return {call.id if isinstance(call, ast.Name) else getattr(call, "attr", "") for call in calls} & SUMMING


def test_sums_are_made_in_one_place():
    wrong = {named(path): names for path in sources(*APPS) if named(path) not in MAY_SUM and (names := summing(path))}
    assert wrong == {}, "ask projects.totals instead"


def test_every_exception_is_needed():
    for name in MAY_SUM:
        assert re.search(rf"\b({'|'.join(SUMMING)})\(", (ROOT / name).read_text("utf-8")), name


def written() -> list[Path]:
    """Everything that people write: code, templates, styles and scripts."""
    folders = [*APPS, "tests", "templates", "static"]
    found = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    kept = {".py", ".html", ".css", ".js", ".txt", ".svg"}
    skipped = {"migrations", "__pycache__", "data"}
    return [path for path in found if path.suffix in kept and not skipped.intersection(path.parts)]


def test_no_function_is_longer_than_50_lines():
    too_long = [f"{each.path}: {lines}" for each in house.read(ROOT) for lines in house.functions(each) if lines > 50]
    assert too_long == [], "name a part of it"


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


NEEDS_ITS_NOUN = {"page", "pages", "lines", "rows", "question", "steps", "shown", "told", "kept", "found", "said"}
CLASS_NEEDS_ITS_NOUN = {"Line", "Change", "Step", "Column", "Said", "Waiting", "Kept", "Shown", "Told"}
WITH_THE_NAME_OF_THEIR_PACKAGE = {
    "projects/views/pages.py": "what every page does",
}


def test_a_tab_of_an_editor_says_which_file_it_is():
    """Names that need their folder to be understood: a file and a class carry their noun."""
    files = [path for path in sources(*APPS) if named(path) not in WITH_THE_NAME_OF_THEIR_PACKAGE]
    assert [named(path) for path in files if path.stem in NEEDS_ITS_NOUN] == []
    classes = [
        (path, node)
        for path in files
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    assert [f"{named(path)}: {node.name}" for path, node in classes if node.name in CLASS_NEEDS_ITS_NOUN] == []


def test_what_bandit_is_not_to_look_at_is_one_finding_and_has_its_reason():
    files = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    lines = [line for path in files for line in path.read_text("utf-8").splitlines()]
    excepted = [line for line in lines if re.search(r"#\s*nosec", line)]
    assert excepted
    assert [line for line in excepted if not re.search(r"  # nosec B\d{3} # \w{2,}", line)] == []


def test_templates_do_no_arithmetic():
    templates = [path for path in written() if path.suffix in (".html", ".svg", ".txt")]
    assert len(templates) > 10
    pattern = re.compile(r"\|\s*(add|divisibleby|floatformat|filesizeformat)\b|\{%\s*widthratio\b")
    assert {named(path): match[0] for path in templates if (match := pattern.search(path.read_text("utf-8")))} == {}


def test_a_door_never_reads_rows_past_the_permission():
    """A door begins with `visible_to`, `visible` or a scope; `objects.all()` would show everybody everything."""
    asked = re.compile(r"\bobjects\.(all|values|values_list|count|exists|first|last)\(")
    doors = list(sources("projects/views", "projects/admin", "projects/api"))
    texts = {path: re.sub(r"\bvisible\(\w+\.objects\.all\(\)", "", path.read_text("utf-8")) for path in doors}
    assert [named(path) for path, text in texts.items() if asked.search(text)] == []
