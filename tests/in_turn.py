"""Which tests take turns: a fifth of them runs in `make test`, another each time, and all of them in `make long`.

What runs each time is what takes little, and who may see what. In turn are

- what `in_turn.txt` names: tests that take more than 0.15 s of a processor, or ten times that with all their cases;
- what drives a browser, but for the pass over every page, and what says how long something takes;
- on PostgreSQL all that has run on SQLite already, but for what is the database's own.

Whoever names folders, files or tests gets all of them. `TESTS_TOOK=DIRECTORY make test` runs all and notes what each took,
and `python -m tests.in_turn DIRECTORY` writes `in_turn.txt` by that.
"""

from __future__ import annotations

import os
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from tests.databases import ROOT
from tests.length import LONG, some

LIST = ROOT / "tests/data/in_turn.txt"
TOOK = os.environ.get("TESTS_TOOK", "")
SHARE = 0.2  # of them, in a run
A_CASE, ALL_CASES = 0.15, 1.5  # seconds of a processor, above which a test is in turn
# folders and files that run each time, by what they are about
EACH_TIME = {
    "who may see, write and find what": (
        "tests/portfolio/accounts",
        "tests/portfolio/dashboards/test_no_trace.py",
        "tests/portfolio/response_cache/test_cookies.py",
        "tests/portfolio/response_cache/test_readers.py",
        "tests/portfolio/response_cache/test_sessions.py",
        "tests/portfolio/response_cache/test_wsgi.py",
        "tests/projects/admin/test_matrix.py",
        "tests/projects/admin/test_rows.py",
        "tests/projects/api/test_bound_tokens.py",
        "tests/projects/importing/test_reach.py",
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
    "walks that take samples of their own, of every page, form, figure or address": (
        "tests/bounds",
        "tests/browser/test_accessibility.py",
        "tests/browser/test_every_page.py",
        "tests/differential",
        "tests/markup/test_every_form.py",
        "tests/markup/test_no_english.py",
        "tests/markup/test_no_text_is_markup.py",
        "tests/portfolio/dashboards/test_every_figure.py",
        "tests/projects/views/test_every_number_opens.py",
        "tests/projects/views/test_every_number_opens_at_work.py",
        "tests/projects/views/test_parameters.py",
    ),
}
# and single tests of who may see, write and find what
OF_PERMISSION = {
    "tests/portfolio/dashboards/test_sectors.py": ("test_a_sector_is_a_share_of_what_its_reader_may_see",),
    "tests/portfolio/response_cache/test_redis_store.py": (
        "test_nobody_gets_the_answer_of_another",
        "test_what_a_session_is_told_beside_strange_cookies_is_told_to_nobody_on_any_machine",
    ),
    "tests/projects/admin/test_bulk.py": ("test_hidden_projects_cannot_be_smuggled_in",),
    "tests/projects/admin/test_conflicts_of_gone_records.py": (
        "test_a_writer_merges_own_records_too_and_a_reader_never_sees_a_conflict",
    ),
    "tests/projects/admin/test_notes.py": ("test_nobody_changes_the_words_of_another_and_the_province_deletes_them",),
    "tests/projects/admin/test_reports.py": (
        "test_a_submitted_report_is_nobodys_to_change_and_an_approved_one_the_provinces",
    ),
    "tests/projects/api/test_exports.py": ("test_a_reader_of_one_prefecture_takes_no_more_than_it_sees",),
    "tests/projects/api/test_plausibility_rules.py": (
        "test_who_may_read_more_than_the_public_is_told_how_often_a_rule_spoke",
    ),
    "tests/projects/api/test_projects_writing.py": ("test_a_prefecture_writes_its_own_rows_only",),
    "tests/projects/api/test_report_transitions.py": ("test_a_step_is_taken_by_those_who_may_and_by_nobody_else",),
    "tests/projects/api/test_reports.py": (
        "test_a_report_says_what_one_may_do_with_it",
        "test_the_public_sees_approved_reports_without_names_and_words",
    ),
    "tests/projects/api/test_reports_writing.py": ("test_who_does_not_report_writes_nothing",),
    "tests/projects/api/test_rounds.py": ("test_a_round_counts_the_reports_of_what_the_reader_sees",),
    "tests/projects/importing/test_by_api.py": (
        "test_what_is_refused_is_for_who_sees_the_import",
        "test_who_may_not_is_told_so_and_of_another_s_import_nothing",
    ),
    "tests/projects/test_national_code.py": (
        "test_of_a_hidden_project_it_is_refused_in_the_words_of_any_that_cannot_be_used",
    ),
    "tests/projects/totals/test_comparison.py": ("test_a_reader_of_one_prefecture_is_told_of_no_other",),
    "tests/projects/views/changelog/test_revision.py": (
        "test_it_tells_what_was_doubted_and_why_it_was_kept_but_never_to_the_public",
        "test_ways_back_are_offered_to_who_may_take_them",
    ),
    "tests/projects/views/changelog/test_undo_page.py": ("test_who_may_not_write_the_record_may_not_undo",),
    "tests/projects/views/imports/test_asking.py": ("test_a_figure_leads_to_its_cell_for_who_may_see_the_import",),
    "tests/projects/views/imports/test_sending.py": (
        "test_each_sees_own_imports_and_the_province_all",
        "test_only_who_sent_it_goes_on_with_it",
    ),
    "tests/projects/views/test_attention.py": ("test_nobody_else_adds_a_rating",),
    "tests/projects/views/test_notes.py": (
        "test_others_see_and_write_none",
        "test_the_author_changes_it_and_nobody_else",
    ),
    "tests/projects/views/test_problems.py": ("test_nobody_writes_what_is_not_theirs",),
    "tests/projects/views/test_project.py": ("test_only_who_may_change_it_is_led_to_the_form",),
    "tests/projects/views/test_project_list.py": (
        "test_a_reader_of_one_prefecture_is_told_how_many_they_see_and_not_how_many_there_are",
    ),
    "tests/projects/views/test_project_year.py": ("test_what_was_done_with_its_reports_is_told_to_those_with_a_grant",),
    "tests/projects/views/test_proposal.py": ("test_who_may_not_decide_is_refused",),
    "tests/projects/views/test_review_taken_back.py": (
        "test_only_who_decided_is_offered_it_and_only_who_approves_may_do_it",
    ),
    "tests/projects/views/test_webhook.py": ("test_what_an_administrator_paused_only_an_administrator_lets_go_on",),
}
# and what runs on PostgreSQL each time too: constraints, triggers, prepared statements, races
OF_POSTGRESQL = (
    "tests/projects/database",
    "tests/projects/models/test_constraints.py",
    "tests/projects/versioning/test_races.py",
    "tests/sectors/test_constraints.py",
)
_EACH_TIME = (
    *(place for places in EACH_TIME.values() for place in places),
    *(f"{path}::{name}" for path, names in OF_PERMISSION.items() for name in names),
)


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


def is_in_turn(item: Any, *, postgresql: bool) -> bool:
    _path, test = parts_of(item)
    each_time = (*_EACH_TIME, *OF_POSTGRESQL) if postgresql else _EACH_TIME
    if is_in(test, each_time) or item.get_closest_marker("postgresql"):
        return False
    return postgresql or test in named() or any(item.get_closest_marker(name) for name in ("browser", "alone"))


def not_at_turn(items: Sequence[Any], asked: Iterable[str], *, postgresql: bool) -> set[Any]:
    """Those that another run has; none where less than everything was `asked` for, or the long form, or what each takes."""
    if LONG or TOOK or any((ROOT / each) != ROOT / "tests" for each in asked):
        return set()
    in_turn = sorted((item for item in items if is_in_turn(item, postgresql=postgresql)), key=lambda each: each.nodeid)
    alone = [item for item in in_turn if item.get_closest_marker("alone")]  # in another run than the others
    others = [item for item in in_turn if not item.get_closest_marker("alone")]
    return {*in_turn}.difference(*(some(each, of=axes(each), share=SHARE) for each in (alone, others)))


def axes(items: Sequence[Any]) -> Callable[[Any], tuple[Hashable, ...]]:
    """Where a test stands: in its folder, and of a matrix of cases at a value of each parameter."""
    values: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for item in items:
        for name, value in parameters(item):
            values[parts_of(item)[1]][name].add(value)

    def of(item: Any) -> tuple[Hashable, ...]:
        path, test = parts_of(item)
        given = [(test, name, value) for name, value in parameters(item) if len(values[test][name]) > 1]
        return (path.rpartition("/")[0], *(given if len(given) > 1 else ()))

    return of


def parameters(item: Any) -> Iterator[tuple[str, str]]:
    callspec = getattr(item, "callspec", None)
    return ((name, repr(value)) for name, value in sorted(callspec.params.items())) if callspec else iter(())


def processor() -> float:
    """Seconds of this process and of those that it has seen end."""
    return sum(os.times()[:4])


def note(item: Any, begun: float) -> None:
    with Path(TOOK, str(os.getpid())).open("a", encoding="utf-8") as file:
        file.write(f"{item.nodeid}\t{processor() - begun:.3f}\n")


def written(took: Iterable[str]) -> str:
    """What `in_turn.txt` is to be, of lines with a test and what it took."""
    cases: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    for line in took:
        nodeid, _tab, each = line.partition("\t")
        cases[nodeid.partition("[")[0]] += 1
        seconds[nodeid.partition("[")[0]] += float(each)
    by_file = defaultdict(list)
    for test, all_cases in sorted(seconds.items()):
        path, _colons, name = test.partition("::")
        if (all_cases > A_CASE * cases[test] or all_cases > ALL_CASES) and not is_in(test, _EACH_TIME):
            by_file[path].append(name)
    return "".join(f"{path}\n" + "".join(f"    {name}\n" for name in names) for path, names in by_file.items())


if __name__ == "__main__":
    lines = [line for file in (ROOT / sys.argv[1]).iterdir() for line in file.read_text("utf-8").splitlines()]
    LIST.write_text(written(lines), "utf-8")
