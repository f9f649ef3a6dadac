"""Which tests take turns: 7 % of them run in `make test`, another each time, and all of them in `make long`.

What runs each time is what takes little, and who may see what: the files named here, and the tests with the marker
`permission`. In turn are

- what `in_turn.txt` names: tests that take more than 0.15 s of a processor, or ten times that with all their cases, and
  of those that say nothing of persons what takes more than 0.06 s;
- what drives a browser, but for the pass over every page, and what says how long something takes;
- walks over every form, figure or number, of which a quarter runs;
- the files of `tests/faults`, of which one runs as a whole, on one database: what its tests need is begun once;
- on PostgreSQL all that has run on SQLite already, but for what is the database's own.

Whoever names folders, files or tests gets all of them. `TESTS_TOOK=DIRECTORY make test` runs all and notes what each took,
and `python -m tests.in_turn DIRECTORY` writes `in_turn.txt` by that, and `longest.txt`: which files of a run take longest.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from tests.databases import ROOT
from tests.length import LONG, at_turn, some

LIST = ROOT / "tests/data/in_turn.txt"
LONGEST = ROOT / "tests/data/longest.txt"  # which tests/order.py reads
TOOK = os.environ.get("TESTS_TOOK", "")
SHARE, ON_POSTGRESQL = 0.07, 0.05  # of them, in a run; there they have run on SQLite
FEW = (
    10  # values of a parameter, such as roles, languages or states: each is met in a run, where pages or fields are not
)
A_CASE, ALL_CASES = 0.15, 1.5  # seconds of a processor, above which a test is in turn
OF_NOBODY = 0.4  # of these, where it says nothing of persons: neither its name nor what it asks for and expects
# words of names which are those of who may see, write and find what, or might be, and of what would be run
PERSONS = re.compile(
    r"(?:^|_)(?:"
    r"who|whom|whose|nobody|anybody|everybody|others?|anothers?|else|strangers?|visitors?|readers?|public|people|persons?"
    r"|province|prefectures?|administrators?|analysts?|officials?|owners?|writers?|accounts?|grants?|rights?|roles?|permission"
    r"|scope|own|only|may|signed|unsigned|signing|sessions?|cookies?|passwords?|tokens?|secrets?|revoked|locked|drafts?"
    r"|hidden|hides?|withheld|withholds|forged?|sees?|seen|trace|tells?|learns?|never|log|bureaus?|allowed|not_there|it_too"
    r"|markup|escaped|run"
    r")(?:_|$)"
)
# and what such tests ask for or expect
MEANT = re.compile(
    r"\b(?:strangers?|changsha_reader|zhuzhou_(?:writer|reader)|analyst|administrator|AnonymousUser|PREFECTURE_READER"
    r"|ANALYST|visible_to|401|403|404)\b"
)
A_FILE = 3  # what a run takes of a file that is begun early
# folders and files that run each time, by what they are about
EACH_TIME = {
    "who may see, write and find what": (
        "tests/portfolio/accounts",
        "tests/portfolio/dashboards/test_no_trace.py",
        "tests/projects/admin/test_matrix.py",
        "tests/projects/admin/test_rows.py",
        "tests/projects/api/test_bound_tokens.py",
        "tests/projects/workbook_imports/test_reach.py",
        "tests/projects/test_access.py",
        "tests/projects/test_access_to_enterprises.py",
        "tests/projects/test_hidden_keys.py",
        "tests/projects/test_what_strangers_learn.py",
        "tests/projects/totals/test_scope.py",
        "tests/projects/totals/test_scope_statements.py",
        "tests/projects/views/changelog/test_readers_of_changes.py",
        "tests/projects/views/test_round_drafts.py",
        "tests/projects/views/test_search.py",
        "tests/projects/views/test_whose_figures.py",
        "tests/projects/workflows/test_reporting.py",
    ),
    "files that are made to do harm": ("tests/projects/imports/workbooks/test_hostile_files.py",),
    "what PostgreSQL can do that a file cannot: stop, hang, only read, refuse": ("tests/faults/test_database_away.py",),
    "walks that take samples of their own, of every page or address, and of who may see what": (
        "tests/bounds",
        "tests/browser/test_accessibility.py",
        "tests/browser/test_every_page.py",
        "tests/differential",
        "tests/portfolio/dashboards/test_every_figure.py::test_so_it_does_for_a_reader_of_one_prefecture",
    ),
}
# walks of which one of four is taken by a run, in which it takes a sample of its own: of every form, figure or number
WALKS = (
    "tests/markup/test_every_form.py",
    "tests/markup/test_no_english.py",
    "tests/markup/test_no_text_is_markup.py",
    "tests/portfolio/dashboards/test_every_figure.py",
    "tests/projects/views/test_every_number_opens.py",
    "tests/projects/views/test_every_number_opens_at_work.py",
    "tests/projects/views/test_parameters.py",
)
OF_WALKS = 1 / 4
FAULTS = "tests/faults"
# of these what one database does says nothing of the other: a run has them on one of the two
FAULTS_OF_BOTH = tuple(
    f"{FAULTS}/test_{name}.py"
    for name in ("database_unsafe", "imports_killed", "jobs_killed", "killed", "lost_updates")
)
# and each test with one of these markers: of who may see, write and find what, and of PostgreSQL alone
MARKED = ("permission", "postgresql")
# and what runs on PostgreSQL each time too: constraints, triggers, prepared statements, races
OF_POSTGRESQL = (
    "tests/projects/database",
    "tests/projects/models/test_constraints.py",
    "tests/projects/versioning/test_races.py",
    "tests/projects/views/test_round_at_one_instant.py",
    "tests/sectors/test_constraints.py",
)
_EACH_TIME = tuple(place for places in EACH_TIME.values() for place in places)


@cache
def named() -> frozenset[str]:
    """The tests of `in_turn.txt`, which has those of a file below its name."""
    found, path = [], ""
    for line in LIST.read_text("utf-8").splitlines():
        if line.startswith(" "):
            found.append(f"{path}::{line.strip()}")
        else:
            path = line
    return frozenset(found)


def is_in(test: str, places: Iterable[str]) -> bool:
    """Whether a test is one of these, or in one of these files or folders."""
    return any(test == place or test.startswith((f"{place}/", f"{place}::")) for place in places)


def parts_of(item: Any) -> tuple[str, str]:
    """The file of a test, and its name without the case."""
    test = item.nodeid.partition("[")[0]
    return test.partition("::")[0], test


def is_marked(item: Any, markers: Iterable[str]) -> bool:
    return any(item.get_closest_marker(name) for name in markers)


def is_in_turn(item: Any, *, postgresql: bool) -> bool:
    _path, test = parts_of(item)
    each_time = (*_EACH_TIME, *OF_POSTGRESQL) if postgresql else _EACH_TIME
    if is_in(test, each_time) or (is_marked(item, MARKED) and not is_in(test, (FAULTS,))):
        return False
    return postgresql or test in named() or is_in(test, (*WALKS, FAULTS)) or is_marked(item, ("browser", "alone"))


def not_at_turn(items: Sequence[Any], asked: Iterable[str], *, postgresql: bool) -> set[Any]:
    """Those that another run has; none where less than everything was `asked` for, or the long form, or what each takes."""
    if LONG or TOOK or any((ROOT / each) != ROOT / "tests" for each in asked):
        return set()
    in_turn = sorted((item for item in items if is_in_turn(item, postgresql=postgresql)), key=lambda each: each.nodeid)
    faults = [item for item in in_turn if is_in(parts_of(item)[1], (FAULTS,))]
    # in another run than the others; a few of them, of which each takes seconds in which nothing else runs
    alone = [item for item in in_turn if item.get_closest_marker("alone") and item not in faults]
    walks = [item for item in in_turn if is_in(parts_of(item)[1], WALKS)]
    others = [item for item in in_turn if item not in {*faults, *alone, *walks}]
    of, share = (folder, ON_POSTGRESQL) if postgresql else (axes(others), SHARE)
    drawn = (some(alone, share=share), some(walks, share=OF_WALKS), some(others, of=of, share=share))
    return {*in_turn}.difference(*drawn, of_one_file(faults, postgresql=postgresql))


def of_one_file(faults: Sequence[Any], *, postgresql: bool) -> list[Any]:
    """All of the file whose turn it is, on the database whose turn it is."""
    files = [f"{FAULTS}/{path.name}" for path in sorted((ROOT / FAULTS).glob("test_*.py"))]
    in_turn = [path for path in files if not is_in(path, _EACH_TIME)]  # whether this process has read it or not
    [drawn] = some(in_turn, share=1 / len(in_turn))
    on_postgresql = drawn in FAULTS_OF_BOTH and at_turn(f"{drawn} on PostgreSQL", share=1 / 2)
    return [item for item in faults if parts_of(item)[0] == drawn and postgresql == on_postgresql]


def folder(item: Any) -> tuple[str]:
    return (parts_of(item)[0].rpartition("/")[0],)


def axes(items: Sequence[Any]) -> Callable[[Any], tuple[Hashable, ...]]:
    """Where a test stands: in its folder, and of a matrix of cases at a value of each parameter that has few.

    Of a folder or a matrix with few one would be more than a share: those of such a folder stand in the one above.
    """
    values: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    cases, folders = Counter(parts_of(item)[1] for item in items), Counter(folder(item) for item in items)
    for item in items:
        for name, value in parameters(item):
            values[parts_of(item)[1]][name].add(value)

    def of(item: Any) -> tuple[Hashable, ...]:
        _path, test = parts_of(item)
        given = [(test, name, value) for name, value in parameters(item) if len(values[test][name]) > 1]
        few = [each for each in given if len(values[test][each[1]]) <= FEW]
        [stands_in] = folder(item)
        if folders[folder(item)] * SHARE < 1:
            stands_in = stands_in.rpartition("/")[0]
        return (stands_in, *(few if len(given) > 1 and cases[test] * SHARE >= 1 else ()))

    return of


def parameters(item: Any) -> Iterator[tuple[str, str]]:
    callspec = getattr(item, "callspec", None)
    return ((name, repr(value)) for name, value in sorted(callspec.params.items())) if callspec else iter(())


def processor() -> float:
    """Seconds of this process and of those that it has seen end."""
    return sum(os.times()[:4])


def note(item: Any, begun: float) -> None:
    if is_marked(item, MARKED):
        return
    with Path(TOOK, str(os.getpid())).open("a", encoding="utf-8") as file:
        file.write(f"{item.nodeid}\t{processor() - begun:.3f}\n")


def written(took: Iterable[str]) -> str:
    """What `in_turn.txt` is to be, of lines with a test and what it took."""
    by_file = defaultdict(list)
    for test in slow(_seconds(took)):
        path, _colons, name = test.partition("::")
        by_file[path].append(name)
    return "".join(f"{path}\n" + "".join(f"    {name}\n" for name in names) for path, names in by_file.items())


def longest(took: Iterable[str]) -> str:
    """What `longest.txt` is to be: of each file what runs each time, and the share of what takes turns."""
    seconds = _seconds(took)
    in_turn = {*slow(seconds)}
    of_files: Counter[str] = Counter()
    for test, cases in seconds.items():
        of_files[test.partition("::")[0]] += sum(cases) * (SHARE if test in in_turn else 1)
    return "".join(f"{path}\n" for path, of_file in of_files.most_common() if of_file > A_FILE)


def slow(seconds: dict[str, list[float]]) -> list[str]:
    """The tests that take turns, of what the cases of each took."""
    apart = (*_EACH_TIME, *WALKS, FAULTS)
    found = (test for test, cases in seconds.items() if not is_in(test, apart) and is_slow(test, cases))
    return sorted(found)


def is_slow(test: str, cases: Sequence[float]) -> bool:
    times = sum(cases) / min(A_CASE * len(cases), ALL_CASES)
    return times > 1 or (times > OF_NOBODY and is_of_nobody(test))


def is_of_nobody(test: str) -> bool:
    """Whether a test can be read, and says nothing of who may see, write or find what."""
    path, _colons, name = test.partition("::")
    text = _functions(path).get(name)
    return text is not None and not PERSONS.search(name.removeprefix("test_")) and not MEANT.search(text)


@cache
def _functions(path: str) -> dict[str, str]:
    """Of each test of a file its text, with what it asks for and what is written above it."""
    if not (ROOT / path).is_file():
        return {}
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {node.name: ast.unparse(node) for node in tree.body if isinstance(node, ast.FunctionDef)}


def _seconds(took: Iterable[str]) -> dict[str, list[float]]:
    found = defaultdict(list)
    for line in took:
        nodeid, _tab, each = line.partition("\t")
        found[nodeid.partition("[")[0]].append(float(each))
    return found


if __name__ == "__main__":
    lines = [line for file in (ROOT / sys.argv[1]).iterdir() for line in file.read_text("utf-8").splitlines()]
    LIST.write_text(written(lines), "utf-8")
    LONGEST.write_text(longest(lines), "utf-8")
