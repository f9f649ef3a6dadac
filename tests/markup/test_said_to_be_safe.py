"""Where code says of a text that it is markup: nowhere but where it stands why, and never of what is not written there."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_architecture import APPS, ROOT, named, sources

pytestmark = pytest.mark.no_database

# how often; each place says why, after "markup:"
LISTED = {
    "projects/admin/display.py": 2,
    "projects/text.py": 3,
    "templates/admin/own_password.html": 1,
}
REASON = re.compile(r"#.*\bmarkup: \w+|\{#.*\bmarkup: \w+")
SAYING = {"mark_safe", "html_safe", "SafeData"}
MAKING = {"SafeString", "SafeText"}  # as the type of what a function gives they say nothing new
FORMATS = {"format_html": 0, "format_html_join": 1}  # and which argument is the markup
NAMES = re.compile("|".join([*SAYING, *MAKING, *FORMATS, "__html__"]))  # a module without one says nothing
TRANSLATED = {"_", "gettext", "gettext_lazy"}
IN_TEMPLATES = re.compile(r"\|\s*(safe|safeseq)\b|\{%-?\s*autoescape\s+off\b|\{%-?\s*filter\b[^%]*\bsafe")


def name_of(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def literals(tree: ast.Module) -> set[str]:
    """Names of a module that are bound to one literal text and to nothing else."""
    bound = Counter(
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    )
    once = {name for name, times in bound.items() if times == 1}
    constants = [node for node in tree.body if isinstance(node, ast.Assign) and is_literal(node.value, set())]
    return {target.id for node in constants for target in node.targets if isinstance(target, ast.Name)} & once


def is_literal(node: ast.AST, names: set[str]) -> bool:
    if isinstance(node, ast.Call) and name_of(node.func) in TRANSLATED and len(node.args) == 1:
        return is_literal(node.args[0], set())
    return (isinstance(node, ast.Constant) and isinstance(node.value, str)) or name_of(node) in names


def is_markup_itself(node: ast.AST) -> bool:
    """A class of markup, or a method by which Django takes what an object says for markup."""
    if isinstance(node, ast.ClassDef):
        return bool({*map(name_of, node.bases)} & {*MAKING, *SAYING})
    return isinstance(node, ast.FunctionDef) and node.name == "__html__"


def places(text: str) -> Iterator[int]:
    """The lines of a module that say of a text that it is markup, but for `format_html` of what is written there."""
    if not NAMES.search(text):
        return
    tree = ast.parse(text)
    constant, called = literals(tree), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called.add(node.func)
            name = name_of(node.func)
            place = FORMATS.get(name)
            given = place is not None and len(node.args) > place and is_literal(node.args[place], constant)
            if name in MAKING or (place is not None and not given):
                yield node.lineno
        elif is_markup_itself(node):
            yield node.lineno
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            name = name_of(node)
            if name in SAYING or (name in FORMATS and node not in called):
                yield node.lineno


def templates() -> list[Path]:
    return [path for folder in ("templates", *APPS) for path in (ROOT / folder).rglob("*.html")]


def found() -> dict[str, list[tuple[int, str]]]:
    """By file: the lines, each with the one before it, in which a reason may stand."""
    every = {path: sorted(places(path.read_text("utf-8"))) for path in sources(*APPS)}
    for path in templates():
        lines = path.read_text("utf-8").splitlines()
        every[path] = [number for number, line in enumerate(lines, 1) if IN_TEMPLATES.search(line)]
    told = {}
    for path, numbers in every.items():
        lines = ["", *path.read_text("utf-8").splitlines()]
        told[named(path)] = [(number, f"{lines[number - 1]} {lines[number]}") for number in numbers]
    return {name: numbers for name, numbers in told.items() if numbers}


def test_every_place_is_listed_and_says_why():
    every = found()
    assert {name: len(numbers) for name, numbers in every.items()} == LISTED
    silent = {(name, number) for name, numbers in every.items() for number, line in numbers if not REASON.search(line)}
    assert silent == set()


@pytest.mark.parametrize(
    "text",
    [
        "mark_safe(x)",
        "safestring.mark_safe('x')",
        "shown = mark_safe",
        "SafeString(x)",
        "class A(SafeString): pass",
        "@html_safe\nclass A: pass",
        "class A:\n    def __html__(self): return self.x",
        "format_html(x, 1)",
        "format_html('<b>' + x, 1)",
        "format_html(f'<b>{x}</b>', 1)",
        "format_html('<b>%s</b>' % x, 1)",
        "format_html(_('<b>') + x, 1)",
        "X = '<b>'\nX = y\nformat_html(X, 1)",
        "format_html_join('', x, y)",
        "partial(format_html, x)",
        "map(format_html, x)",
    ],
)
def test_the_check_sees_it(text):
    assert list(places(text))


@pytest.mark.parametrize(
    "text",
    [
        "def x() -> SafeString: return format_html('<b>{}</b>', y)",
        "format_html('<b>' '{}', y)",
        "X = '<b>{}</b>'\nformat_html(X, y)",
        "format_html(_('see {}'), y)",
        "format_html_join(', ', '<b>{}</b>', y)",
    ],
)
def test_and_leaves_alone_what_escapes_what_it_is_given(text):
    assert list(places(text)) == []


@pytest.mark.parametrize(
    "text", ["{{ x|safe }}", "{{ x | safeseq }}", "{% autoescape off %}", "{% filter lower|safe %}"]
)
def test_it_sees_templates_too(text):
    assert IN_TEMPLATES.search(text)
    assert len(templates()) > 90
