"""Numbers of the code base: python -m tests.house [REVISION]

Counts what is served (Python without migrations), beside the same counts of a revision of git if one is named: lines, files,
functions, entries at the root of the domain, layers, and how often a fact is stated. Prints a table, judges nothing.
"""

from __future__ import annotations

import ast
import io
import statistics
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.source_files import APPS, ROOT, sources

HEADLINE = "expected_revenue"  # the figure whose statements are counted


class Source(NamedTuple):
    """One file: where it stands, its text and its tree."""

    path: Path
    text: str
    tree: ast.Module


def read(root: Path) -> list[Source]:
    texts = [(path.relative_to(root), path.read_text("utf-8")) for path in sources(*APPS, root=root)]
    return [Source(path, text, ast.parse(text)) for path, text in texts]


def spread(numbers: list[int]) -> str:
    """Median, ninth decile and largest."""
    return f"{statistics.median(numbers):.0f} / {statistics.quantiles(numbers, n=10)[-1]:.0f} / {max(numbers)}"


def functions(source: Source) -> Iterator[int]:
    """How many lines each function has, its decorators and docstring included."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield (node.end_lineno or node.lineno) - node.lineno + 1


def imports(source: Source) -> int:
    return sum(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(source.tree))


def classes(source: Source) -> Iterator[ast.ClassDef]:
    return (node for node in ast.walk(source.tree) if isinstance(node, ast.ClassDef))


def fields_by_hand(source: Source) -> int:
    """Fields that a serializer's class body writes out."""
    return sum(
        isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call)
        for each in classes(source)
        for statement in each.body
    )


def view_models(source: Source) -> int:
    """Data classes between a page's view and its template."""
    return sum("dataclass" in ast.unparse(decorator) for each in classes(source) for decorator in each.decorator_list)


def states_the_headline(source: Source) -> bool:
    """Whether it says anything about the figure by its name; the column of the model itself is not said by one."""
    names = {f'"{HEADLINE}"', f"Measure.{HEADLINE.upper()}", f"{HEADLINE}_known"}
    return any(name in source.text for name in names)


def layers(root: Path) -> int:
    tree = ast.parse((root / "tests" / "test_architecture.py").read_text("utf-8"))
    [value] = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and getattr(node.targets[0], "id", "") == "LAYERS"
        and isinstance(node.value, ast.List)
    ]
    return len(value.elts)


def entries(folder: Path) -> int:
    return sum(path.suffix == ".py" or (path.is_dir() and any(path.glob("*.py"))) for path in folder.iterdir())


def numbers(root: Path) -> dict[str, str | int]:
    every = read(root)
    of = {
        part: [each for each in every if str(each.path).startswith(part)]
        for part in ("projects/api/serializers", "projects/views", "portfolio/dashboards", "projects/")
    }
    rules = [
        each
        for each in of["projects/"]
        if each.path.parts[1] not in ("api", "admin", "views", "exports", "imports", "exchange")
    ]
    return {
        "lines": sum(each.text.count("\n") for each in every),
        "files": len(every),
        "lines of a file (median / p90 / most)": spread([each.text.count("\n") for each in every]),
        "lines of a function (median / p90 / most)": spread([length for each in every for length in functions(each)]),
        "imports of a file (mean)": f"{statistics.mean(map(imports, every)):.1f}",
        "entries at the root of projects/": entries(root / "projects"),
        "modules at the root of portfolio/": len(
            [path for path in (root / "portfolio").glob("*.py") if path.stem != "__init__"]
        ),
        "layers of projects/": layers(root),
        "fields of serializers by hand": sum(map(fields_by_hand, of["projects/api/serializers"])),
        "data classes of pages": sum(map(view_models, of["projects/views"] + of["portfolio/dashboards"])),
        f"files of rules that state {HEADLINE}": sum(map(states_the_headline, rules)),
    }


def at(revision: str, folder: Path) -> Path:
    """The tree of a revision, unpacked."""
    packed = subprocess.run(["git", "archive", revision], cwd=ROOT, check=True, capture_output=True).stdout  # noqa: S607
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def main(revision: str | None = None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        before = numbers(at(revision, Path(folder))) if revision else {}
    for name, number in numbers(ROOT).items():
        print(f"{name:45}", *([f"{before[name]!s:>16}"] if before else []), f"{number!s:>16}")


if __name__ == "__main__":
    main(*sys.argv[1:])
