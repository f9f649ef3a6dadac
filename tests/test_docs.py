"""Paths and modules that documentation, docstrings and comments name are there."""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.source_files import APPS, ROOT, sources

pytestmark = pytest.mark.no_database

TOP = (*APPS, "tests", "templates", "static", "docs", "fixtures", "locale")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
CODE = list(sources(*APPS, "tests"))

FILE = re.compile(r"(?<![\w./<>*{}-])(?<!\]\()(?:[\w.-]+/)*[\w-]+\.(?:py|md|html)\b")  # as in front/application.py
FOLDER = re.compile(rf"`((?:{'|'.join(TOP)})/(?:[\w.-]+/)*)`")
OTHER = re.compile(rf"`((?:{'|'.join(TOP)})/[\w./-]+\.\w+)`")  # a file of any kind, from the root
MODULE = re.compile(rf"(?<![\w./@-])(?:{'|'.join((*APPS, 'tests'))})(?:\.(?!csv\b)[A-Za-z_]\w*)+")
LINK = re.compile(r"\]\((?!\w+:)([^)#\s]+)")
PERMISSION = re.compile(r"\w+\.(?:add|change|delete|view|approve|submit|adopt)_\w+")


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """What a file says to people, with the lines where it does: all of a document; docstrings and comments of code."""
    if path.suffix == ".md":
        yield from enumerate(path.read_text("utf-8").splitlines(), 1)
        return
    with path.open("rb") as file:
        yield from (
            (token.start[0], token.string)
            for token in tokenize.tokenize(file.readline)
            if token.type == tokenize.COMMENT
        )
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        body = getattr(node, "body", None)
        if (
            isinstance(body, list)
            and body
            and isinstance(body[0], ast.Expr)
            and isinstance(body[0].value, ast.Constant)
        ):
            said = body[0].value
            if isinstance(said.value, str):
                yield from enumerate(said.value.splitlines(), said.lineno)


def is_file(name: str, *, said_in: Path) -> bool:
    """Whether a file is there: beside the one that names it, from the root, or from an app."""
    folders = (said_in.parent, ROOT, *(ROOT / app for app in APPS), ROOT / "templates")
    return any((folder / name).exists() for folder in folders)


@cache
def is_module(name: str) -> bool:
    """Whether a dotted name is a module, or something that one defines or imports; `projects.Project` is a model."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        place = ROOT.joinpath(*parts[:length])
        if place.is_dir() or place.with_suffix(".py").exists():
            sources = [place.with_suffix(".py"), place / "__init__.py"]
            sources += [place / "models.py", place / "models" / "__init__.py"] if length == 1 else []
            texts = [source.read_text("utf-8") for source in sources if source.exists()]
            return length == len(parts) or any(re.search(rf"\b{parts[length]}\b", text) for text in texts)
    return False


def gone(text: str, *, said_in: Path) -> Iterator[str]:
    """The names in a line that name nothing."""
    yield from (name for name in FILE.findall(text) if not is_file(name, said_in=said_in))
    yield from (name for name in (*FOLDER.findall(text), *OTHER.findall(text)) if not (ROOT / name).exists())
    yield from (name for name in MODULE.findall(text) if not PERMISSION.fullmatch(name) and not is_module(name))
    if said_in.suffix == ".md":
        yield from (name for name in LINK.findall(text) if not (said_in.parent / name).exists())


def test_the_check_sees_what_it_looks_for(tmp_path: Path):
    """Each kind of name, in a document and in code, once right and once gone."""
    document = ROOT / "docs" / "architecture.md"
    right = (
        "`totals/totals.py`, `tests/faults/`, `fixtures/reference.json`, projects.totals.scope.Scope and [one](api.md)"
    )
    wrong = "`totals/sums.py`, `tests/waits/`, `fixtures/nothing.json`, projects.totals.scope.Nothing and [one](no.md)"
    assert list(gone(right, said_in=document)) == []
    assert list(gone(wrong, said_in=document)) == [
        "totals/sums.py",
        "tests/waits/",
        "fixtures/nothing.json",
        "projects.totals.scope.Nothing",
        "no.md",
    ]
    code = tmp_path / "code.py"
    code.write_text('"""Says\n\n`one.py`."""\nNAME = "two.py"  # as three.py\n', "utf-8")
    named = [(line, name) for line, text in texts(code) for name in gone(text, said_in=code)]
    assert sorted(named) == [(3, "one.py"), (4, "three.py")]
    assert len(DOCUMENTS) > 20
    assert len(CODE) > 500


def test_every_path_and_module_that_is_named_is_there():
    wrong = {
        f"{path.relative_to(ROOT)}:{line} names {name}"
        for path in (*DOCUMENTS, *CODE)
        for line, text in texts(path)
        for name in gone(text, said_in=path)
    }
    assert sorted(wrong) == []
