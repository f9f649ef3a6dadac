"""Which tests take turns: those that are named are there, a run takes its share, and who may see what is in each."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from itertools import product
from math import ceil
from types import SimpleNamespace
from typing import Any

import pytest

from tests import in_turn, length, order
from tests.databases import ROOT

pytestmark = pytest.mark.no_database


class Item:
    """What pytest knows of a test."""

    def __init__(self, nodeid: str, *markers: str, **parameters: Any) -> None:
        self.nodeid, self.markers = nodeid, markers
        self.callspec = SimpleNamespace(params=parameters) if parameters else None

    def get_closest_marker(self, name: str) -> Any:
        return name if name in self.markers else None


@pytest.mark.parametrize(
    ("given", "here", "there"),
    [
        (Item("tests/test_x.py::test_of_little"), False, True),
        (Item("tests/test_x.py::test_of_it_alone", "postgresql"), False, False),
        (Item("tests/test_x.py::test_who_may", "permission", "alone"), False, False),
        (Item("tests/browser/test_x.py::test_a", "browser"), True, True),
        (Item("tests/browser/test_every_page.py::test_a", "browser"), False, False),
        (Item("tests/projects/test_access.py::test_a[x]"), False, False),
        (Item("tests/projects/database/test_x.py::test_a"), False, False),
        (Item("tests/faults/test_x.py::test_a", "alone"), True, True),
        (Item("tests/faults/test_x.py::test_a", "postgresql"), True, True),
        (Item("tests/faults/test_database_away.py::test_a", "postgresql"), False, False),
        (Item(min(in_turn.named())), True, True),
    ],
    ids=lambda given: getattr(given, "nodeid", None),
)
def test_who_is_in_turn_on_either_database(given: Any, here: bool, there: bool) -> None:
    assert in_turn.is_in_turn(given, postgresql=False) == here
    assert in_turn.is_in_turn(given, postgresql=True) == there


def not_drawn(tests: int, *, postgresql: bool = False) -> int:
    return tests - ceil((in_turn.ON_POSTGRESQL if postgresql else in_turn.SHARE) * tests)


def test_of_those_in_turn_a_share_runs_and_of_a_matrix_each_of_few_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_turn, "LONG", False)
    monkeypatch.setattr(in_turn, "TOOK", "")
    monkeypatch.setattr(length, "LONG", False)
    plain = [Item(f"tests/a/test_{number}.py::test_x", "browser") for number in range(200)]
    matrix = product(range(40), range(8), "ab")
    cases = [
        Item(f"tests/a/test_m.py::test_m[{page}-{role}-{who}]", "browser", page=page, role=role, who=who)
        for page, role, who in matrix
    ]
    left_out = in_turn.not_at_turn([*plain, *cases], ["tests"], postgresql=False)
    assert (
        in_turn.not_at_turn([*cases, *plain], ["tests"], postgresql=False) == left_out
    )  # in whatever order they are found
    assert len(left_out) == not_drawn(840)
    ran = [each.callspec.params for each in cases if each not in left_out]
    assert ({each["role"] for each in ran}, {each["who"] for each in ran}) == (set(range(8)), {"a", "b"})
    assert len(in_turn.not_at_turn([*plain, *cases], ["tests"], postgresql=True)) == not_drawn(840, postgresql=True)
    for asked in ("tests/a", "tests/a/test_m.py", "tests/a/test_m.py::test_m"):
        assert in_turn.not_at_turn([*plain, *cases], [asked], postgresql=True) == set()
    monkeypatch.setattr(in_turn, "LONG", True)
    assert in_turn.not_at_turn([*plain, *cases], ["tests"], postgresql=True) == set()


def test_of_the_faults_one_file_runs_as_a_whole_on_one_database(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in ((in_turn, "LONG"), (length, "LONG"), (in_turn, "TOOK")):
        monkeypatch.setattr(module, name, "")
    here = ["tests/faults/test_memory.py", "tests/faults/test_loading.py"]
    both = [*in_turn.FAULTS_OF_BOTH]
    faults = {
        postgresql: [
            Item(f"{file}::test_{number}", *(("alone",) if number else ()))
            for file in (both if postgresql else [*here, *both])
            for number in range(4)
        ]
        for postgresql in (False, True)
    }
    own = [Item("tests/faults/test_database_away.py::test_0", "postgresql")]
    ran: set[tuple[bool, str]] = set()
    for seed in range(400):
        monkeypatch.setattr(length, "SEED", seed)
        drawn = []
        for postgresql, items in faults.items():
            left_out = in_turn.not_at_turn([*items, *own], ["tests"], postgresql=postgresql)
            assert not left_out.intersection(own)
            of_alone = [each for each in items if each.get_closest_marker("alone")]  # by another process
            apart = in_turn.not_at_turn(of_alone, ["tests"], postgresql=postgresql)
            assert apart == left_out.intersection(of_alone)
            drawn += [(postgresql, in_turn.parts_of(each)[0]) for each in items if each not in left_out]
        assert len(drawn) in (0, 4)
        assert len({*drawn}) <= 1
        ran |= {*drawn}
    assert ran == {(False, file) for file in [*here, *both]} | {(True, file) for file in both}


def test_faults_of_both_databases_are_those_without_a_mark_of_one() -> None:
    files = (ROOT / in_turn.FAULTS).glob("test_*.py")
    unmarked = {file.relative_to(ROOT).as_posix() for file in files if "\npytestmark =" not in file.read_text("utf-8")}
    assert unmarked == {*in_turn.FAULTS_OF_BOTH}


def test_of_what_runs_alone_a_share_runs_and_of_each_folder_some_of_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_turn, "LONG", False)
    monkeypatch.setattr(in_turn, "TOOK", "")
    monkeypatch.setattr(length, "LONG", False)
    alone = [Item(f"tests/{number}/test_x.py::test_x", "alone") for number in range(30)]
    others = [Item(f"tests/{at // 20}/test_x.py::test_{at}", "browser") for at in range(600)]
    for postgresql in (False, True):
        left_out = in_turn.not_at_turn([*alone, *others], ["tests"], postgresql=postgresql)
        assert len(left_out) == not_drawn(30, postgresql=postgresql) + not_drawn(600, postgresql=postgresql)
        assert len(left_out.intersection(alone)) == not_drawn(30, postgresql=postgresql)
        assert {in_turn.folder(each) for each in others if each not in left_out} == {*map(in_turn.folder, others)}


def test_of_folders_and_matrices_with_few_no_more_runs_than_of_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(in_turn, "LONG", False)
    monkeypatch.setattr(in_turn, "TOOK", "")
    monkeypatch.setattr(length, "LONG", False)
    few = [Item(f"tests/a/{number}/test_x.py::test_x", "browser") for number in range(30)]
    cases = [
        Item(f"tests/b/test_{number}.py::test_m[{role}-{who}]", "browser", role=role, who=who)
        for number, role, who in product(range(10), "123", "ab")
    ]
    left_out = in_turn.not_at_turn([*few, *cases], ["tests"], postgresql=False)
    assert len(left_out) == not_drawn(90)
    assert {*few} - left_out


def test_of_walks_a_quarter_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_turn, "LONG", False)
    monkeypatch.setattr(in_turn, "TOOK", "")
    monkeypatch.setattr(length, "LONG", False)
    walks = [Item(f"{in_turn.WALKS[0]}::test_{number}") for number in range(40)]
    assert len(in_turn.not_at_turn(walks, ["tests"], postgresql=False)) == 30
    [of_permission] = [place for place in in_turn._EACH_TIME if "::" in place]
    assert in_turn.is_in(of_permission, in_turn.WALKS)
    assert in_turn.not_at_turn([Item(of_permission)], ["tests"], postgresql=False) == set()


def test_each_that_is_named_is_there() -> None:
    texts: dict[str, str] = {}
    for test in in_turn.named():
        path, *_classes, name = test.split("::")
        if path not in texts:
            assert (ROOT / path).is_file(), f"{path}: take it out of tests/data/in_turn.txt"
            texts[path] = (ROOT / path).read_text("utf-8")
        assert f"def {name}(" in texts[path], f"{test}: take it out of tests/data/in_turn.txt"


@pytest.mark.permission
def test_who_may_see_what_is_never_in_turn() -> None:
    assert [test for test in in_turn.named() if in_turn.is_in(test, in_turn._EACH_TIME)] == []
    places = (*in_turn._EACH_TIME, *in_turn.WALKS, *in_turn.OF_POSTGRESQL)
    assert [place for place in places if not is_there(place)] == []
    found = list(functions_of(in_turn.named()))
    refusing = [test for test, function in found if refuses(function)]
    assert refusing == [], "mark it @pytest.mark.permission, and take it out of tests/data/in_turn.txt"
    marked = [test for test, function in found if is_of_permission(function)]
    assert marked == [], "take it out of tests/data/in_turn.txt"


def is_there(place: str) -> bool:
    """A folder, a file, or a test of one."""
    path, _colons, name = place.partition("::")
    return (ROOT / path).exists() and (not name or f"def {name}(" in (ROOT / path).read_text("utf-8"))


def functions_of(tests: Iterable[str]) -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in {test.partition("::")[0] for test in tests}:
        for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and f"{path}::{node.name}" in tests:
                yield f"{path}::{node.name}", node


def refuses(function: ast.AST) -> bool:
    """Whether it expects that somebody may not: 403 and nothing else."""
    of_several = {
        value for node in ast.walk(function) if isinstance(node, ast.Tuple | ast.List | ast.Set) for value in node.elts
    }
    found = {node for node in ast.walk(function) if isinstance(node, ast.Constant) and node.value == 403}
    return bool(found - of_several)


def is_of_permission(function: ast.FunctionDef) -> bool:
    return "pytest.mark.permission" in map(ast.unparse, function.decorator_list)


def test_what_expects_a_refusal_is_found() -> None:
    """The control."""
    assert refuses(ast.parse("assert client.get(path).status_code == 403"))
    assert refuses(ast.parse("assert_problem(system.get(path), 403)"))
    assert not refuses(ast.parse("assert client.get(path).status_code in (200, 403)"))


def test_the_list_is_written_by_what_tests_took() -> None:
    took = ["tests/a.py::test_slow\t0.2", "tests/a.py::test_quick\t0.1", "tests/projects/test_access.py::test_a\t9"]
    many = [f"tests/b.py::test_many[{number}]\t0.1" for number in range(30)]
    assert in_turn.written([*took, *many]) == "tests/a.py\n    test_slow\ntests/b.py\n    test_many\n"


def test_of_what_says_nothing_of_persons_less_is_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {
        "test_a_sum": "def test_a_sum(register, client): assert client.get('/').status_code == 200",
        "test_a_gap": "def test_a_gap(register, stranger): pass",
        "test_a_form": "def test_a_form(province): assert browser.post('/').status_code == 404",
        "test_only_the_province_may": "def test_only_the_province_may(client): pass",
    }
    monkeypatch.setattr(in_turn, "_functions", lambda path: texts)
    took = [f"tests/a.py::{name}\t0.1" for name in (*texts, "test_that_is_not_read")]
    assert in_turn.written(took) == "tests/a.py\n    test_a_sum\n"
    assert in_turn.written(["tests/a.py::test_a_sum\t0.05"]) == ""


def test_so_are_the_files_that_take_longest_of_a_run_and_all_of_them_are_there() -> None:
    took = ["tests/a.py::test_slow\t9", "tests/b.py::test_quick\t0.1", "tests/projects/test_access.py::test_a\t9"]
    long = [f"tests/c.py::test_long[{number}]\t9" for number in range(30)]
    assert in_turn.longest([*took, *long]).split() == ["tests/c.py", "tests/projects/test_access.py"]
    assert [path for path in order.longest() if not (ROOT / path).is_file()] == [], (
        "take it out of tests/data/longest.txt"
    )
