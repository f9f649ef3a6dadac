"""HTML belongs in templates, in short lines: Python has none, but for `format_html` of a mark or a link in a sentence."""

from __future__ import annotations

import ast
import re

import pytest

from tests.source_files import APPS, ROOT, sources

pytestmark = pytest.mark.no_database
_TAGS = "a abbr b br button caption code dd del details div dl dt em form h1 h2 h3 h4 i img input ins label li nav ol"
_TAGS += (
    " option p path rect section select small span strong sub sup svg table tbody td textarea tfoot th thead time tr ul"
)
MARKUP = re.compile(rf"</?(?:{'|'.join(_TAGS.split())})(?=[\s/>])")
FORMATTERS = {"format_html": 0, "format_html_join": 1}  # and which argument is the markup
SAFE = re.compile(r"\b(mark_safe|html_safe|SafeData|SafeText|def __html__)\b|\bSafeString\(")
SAFE_IN_TEMPLATES = re.compile(r"\|\s*safe(seq)?\b|\{%-?\s*autoescape\s+off\b|\{%-?\s*filter\b[^%]*\bsafe")
MARKED = {  # lines that say of a text that it is markup, each with a comment "markup: why"
    "projects/admin/display.py": 2,
    "templates/admin/own_password.html": 1,
}
LONGEST_LINE = 120  # characters of a template, as a person reads and a diff shows it


def get_name(node: ast.AST) -> str:
    return getattr(node, "id", getattr(node, "attr", ""))


def is_written_there(node: ast.AST) -> bool:
    """Return whether a first argument is a text of the source, or its translation: not put together from what was typed."""
    if isinstance(node, ast.Call):
        return get_name(node.func) in {"_", "gettext", "gettext_lazy"} and is_written_there(node.args[0])
    return isinstance(node, ast.Constant) or get_name(node).isupper()


def test_python_holds_no_markup_and_formats_only_what_is_written_there() -> None:
    wrong = []
    for path in sources(*APPS):
        name, tree = path.relative_to(ROOT), ast.parse(path.read_text("utf-8"))
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and get_name(node.func) in FORMATTERS]
        allowed = {id(inner) for call in calls for inner in ast.walk(call)}
        allowed |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        wrong += [
            f"{name}:{node.lineno}: {node.value!r}: write it in a template"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in allowed
            if MARKUP.search(node.value)
        ]
        wrong += [
            f"{name}:{call.lineno}: give format_html a text that stands here, and the rest as arguments"
            for call in calls
            if not is_written_there(call.args[FORMATTERS[get_name(call.func)]])
        ]
    assert wrong == []


def test_each_text_that_is_said_to_be_markup_is_known_and_says_why() -> None:
    found: dict[str, int] = {}
    for path in [*sources(*APPS), *sorted((ROOT / "templates").rglob("*.html"))]:
        pattern = SAFE if path.suffix == ".py" else SAFE_IN_TEMPLATES
        lines = path.read_text("utf-8").splitlines()
        for number, line in enumerate(lines):
            if pattern.search(line) and "import" not in line:
                name = str(path.relative_to(ROOT))
                found[name] = found.get(name, 0) + 1
                reason = f"{lines[number - 1]} {line}"
                assert "markup: " in reason, f"{name}:{number + 1}: say why this is markup in a comment “markup: …”"
    assert found == MARKED, "escape it; or add the line to MARKED of tests/test_markup_in_python.py"


def test_no_line_of_a_template_is_long() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / "templates").rglob("*.*"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]
    assert not long, "break it inside a tag, where a blank would be seen"
