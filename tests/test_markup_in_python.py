"""HTML belongs in templates, in short lines: Python has none, but for `format_html` of a mark or a link in a sentence."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.no_database
ROOT = Path(__file__).parent.parent
MOST_CALLS = 60  # of `format_html`: a page that needs more is a template
_TAGS = "a abbr b br button caption code dd del details div dl dt em form h1 h2 h3 h4 i img input ins label li nav ol"
_TAGS += (
    " option p path rect section select small span strong sub sup svg table tbody td textarea tfoot th thead time tr ul"
)
MARKUP = re.compile(rf"</?(?:{'|'.join(_TAGS.split())})(?=[\s/>])")
LONGEST_LINE = 120  # characters of a template, as a person reads and a diff shows it
FORMATTERS = {"format_html", "format_html_join"}


def calls_and_texts(tree: ast.Module) -> tuple[list[ast.Call], Iterator[ast.Constant]]:
    """Return the calls of `format_html`, and the texts outside them that are no docstrings."""
    calls = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in FORMATTERS
    ]
    left_out = {id(inner) for call in calls for inner in ast.walk(call)}
    left_out |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = (
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in left_out
    )
    return calls, texts


def test_no_text_of_python_is_markup() -> None:
    found, number = [], 0
    for folder in ("portfolio", "projects", "sectors"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            calls, texts = calls_and_texts(ast.parse(path.read_text(encoding="utf-8")))
            number += len(calls)
            name = path.relative_to(ROOT)
            found += [f"{name}:{text.lineno}: {text.value!r}" for text in texts if MARKUP.search(text.value)]
    assert not found, "write it in a template"
    assert number <= MOST_CALLS, "write the newest calls of format_html in a template"


def test_markup_would_be_found() -> None:
    calls, texts = calls_and_texts(ast.parse('"""<td>"""\nROW = "<td>{}</td>"\nformat_html("<b>{}</b>", 1)\n'))
    assert len(calls) == 1
    assert [text.value for text in texts if MARKUP.search(text.value)] == ["<td>{}</td>"]


def test_no_line_of_a_template_is_long() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / "templates").rglob("*.*"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]
    assert not long, "break it inside a tag, where a blank would be seen"
