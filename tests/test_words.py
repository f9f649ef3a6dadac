"""One thing, one word: no text for people holds what `docs/words.md` strikes, and no page speaks as programmers do."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from projects.choices import Measure
from tests import catalogue
from tests.description import read_description
from tests.struck_words import Struck, faults, struck_words

pytestmark = pytest.mark.no_database

ROOT = catalogue.ROOT
STRUCK = struck_words()
PLACE = re.compile(r"%\(\w+\)[sdrif]|%[sd]|\{\{[^}]*\}\}|\{%.*?%\}|\{\w*\}")
# a whole sentence: why it needs the word
EXCEPTIONS = {
    "Give a whole number without quotes and without a decimal point.": "a decimal point is a sign",
    "Give whole CNY as a JSON integer, such as 1800000000: no quotes, no decimal point, no unit.": "a sign, too",
    "Hollow points: sums with illustrative monthly reports. Solid points: equal to a published number, or without "
    "illustrative reports.": "points of a chart",
    "Hollow points: sums with illustrative monthly reports.": "points of a chart",
    "next point": "a point of a chart",
    "previous point": "a point of a chart",
    "Left out of what is new: `points`.": "a code of the API",
    "上报": "the basis of a record, which docs/words.md keeps apart from the act",
}
TRADE = re.compile(
    r"loaddata|manage\.py|request id|请求编号|traceback|endpoint|\b(JSON|null|UUID|CSRF|SQL|string|boolean)\b", re.I
)
# pages for whoever connects another system, who speaks of nothing else
OF_SYSTEMS = ("templates/api/", "templates/webhooks/", "templates/accounts/token", "projects/pages/webhooks/")
PAGES = ("templates/", "projects/pages/", "portfolio/dashboards/", "portfolio/charts/", "portfolio/accounts/")


def plain(text: str) -> str:
    """Without what is filled in, whose names are no words."""
    return PLACE.sub("…", text)


def faults_of(texts: Iterator[tuple[str, str]], *, chinese: bool) -> list[str]:
    """By where they stand."""
    return [
        f"{place}: {fault}"
        for place, text in texts
        if text not in EXCEPTIONS
        for fault in faults(plain(text), STRUCK, chinese=chinese)
    ]


def messages(*, chinese: bool) -> Iterator[tuple[str, str]]:
    for message in catalogue.stored():
        found = message.string if chinese else message.id
        place = ", ".join(name for name, _line in message.locations)
        for text in [found] if isinstance(found, str) else found:
            if text and message.id:
                yield place, text


# what officials write above their columns and below their tables is read there and never said
READS_OTHERS = {f"projects/imports/{name}.py" for name in ("fields", "tables")}


def constants(folder: str) -> Iterator[tuple[str, str]]:
    """Texts that stand in code, where no catalogue is asked; not what a module or function says of itself."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        if "migrations" not in path.parts and str(path.relative_to(ROOT)) not in READS_OTHERS:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
                    yield str(path.relative_to(ROOT)), node.value


def lines_of(pattern: str, folder: str) -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / folder).rglob(pattern)):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield str(path.relative_to(ROOT)), line


def texts_of_scripts() -> Iterator[tuple[str, str]]:
    """What stands between quotes and has a blank: sentences, not names."""
    for place, line in lines_of("*.js", "static"):
        for _quote, text in re.findall(r"([\"'`])(.*?)\1", line.partition("//")[0]):
            if re.search(r"\S \S", text):
                yield place, text


def texts_of_fixtures(ending: str) -> Iterator[tuple[str, str]]:
    """What rules say, which is stored."""
    for name in ("plausibility_rules", "light_rules"):
        for record in json.loads((ROOT / "fixtures" / f"{name}.json").read_text(encoding="utf-8")):
            for field, text in record["fields"].items():
                if field.endswith(ending) and isinstance(text, str):
                    yield f"fixtures/{name}.json", text


def descriptions(part: Any) -> Iterator[tuple[str, str]]:
    """Every summary and description of the API, not its names and examples."""
    if isinstance(part, dict):
        for name, value in part.items():
            if name in ("description", "summary") and isinstance(value, str):
                yield "the description of the API", value
            elif name not in ("example", "examples", "enum"):
                yield from descriptions(value)
    elif isinstance(part, list):
        for each in part:
            yield from descriptions(each)


def test_no_text_holds_a_struck_word() -> None:
    assert not faults_of(messages(chinese=True), chinese=True)
    for folder in ("portfolio", "projects", "sectors"):
        assert not faults_of(constants(folder), chinese=True)
    assert not faults_of(lines_of("*.html", "templates"), chinese=True)
    assert not faults_of(lines_of("*.js", "static"), chinese=True)
    assert "你" not in catalogue.PO.read_text(encoding="utf-8"), "the reader is 您"
    assert not faults_of(lines_of("*.zh.md", "docs"), chinese=True)
    assert not faults_of(texts_of_fixtures("_zh"), chinese=True)

    assert not faults_of(messages(chinese=False), chinese=False)
    assert not faults_of(texts_of_scripts(), chinese=False)
    assert not faults_of(texts_of_fixtures("_en"), chinese=False)


def test_no_description_of_the_api_holds_a_struck_word() -> None:
    told = read_description()
    found = list(descriptions(told))
    assert len(found) > 500
    assert not faults_of(iter(found), chinese=False)


def test_no_page_speaks_as_programmers_do() -> None:
    said = [
        f"{place}: “{found[0]}” in “{text}”"
        for chinese in (True, False)
        for place, text in messages(chinese=chinese)
        if any(name.startswith(PAGES) and not name.startswith(OF_SYSTEMS) for name in place.split(", "))
        and (found := TRADE.search(plain(text)))
    ]
    assert not said


@pytest.mark.parametrize(
    ("text", "chinese", "instead"),
    [
        ("按时间进度平均分配。", True, "序时进度"),
        ("退出名单的日期", True, "调入, 调出"),
        ("本年度计划", True, "年度项目名单, in short 名单"),
        ("3 points behind the even pace", False, "pro-rata plan"),
        ("Save what is chosen", False, "selected"),
        ("Who submits a report cannot approve it.", False, "the person who …"),
    ],
)
def test_a_struck_word_is_found_and_the_word_to_use_is_named(text: str, chinese: bool, instead: str) -> None:
    assert any(fault.endswith(f"use {instead}") for fault in faults(text, STRUCK, chinese=chinese))


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        ("年度计划投资", True),
        ("有数据的项目", True),
        ("退出登录", True),
        ("环境影响评价", True),
        ("percentage points behind the pro-rata plan", False),
        ("Only approved monthly reports count.", False),
    ],
)
def test_a_right_word_is_not_found(text: str, chinese: bool) -> None:
    assert not faults(text, STRUCK, chinese=chinese)


def test_the_list_is_read_whole() -> None:
    assert len(STRUCK) > 120
    assert {type(each) for each in STRUCK} == {Struck}
    assert all(sentence and reason for sentence, reason in EXCEPTIONS.items())
    assert Path(ROOT / "docs" / "words.md").read_text(encoding="utf-8").count("\n| ") > 55


def test_the_name_of_a_measure_stands_in_choices_alone() -> None:
    nouns = {"problems", "projects"}  # names of records as well
    with translation.override("en"):
        names = {name.lower() for measure in Measure for name in (str(measure.label), measure.header)} - nouns
    literal = re.compile(r"""(?:\b_\(|\btranslate )"([^"]+)"(?: %}|\))""")
    files = [
        *(path for folder in ("portfolio", "projects") for path in (ROOT / folder).rglob("*.py")),
        *(ROOT / "templates").rglob("*.html"),
    ]
    repeated = [
        f"{path.relative_to(ROOT)}: {text}"
        for path in files
        if not {"choices", "migrations"} & set(path.parts)
        for text in literal.findall(path.read_text(encoding="utf-8"))
        if text.lower() in names
    ]
    assert not repeated, "write Measure.….header or .label, in a template the filter `header`"
