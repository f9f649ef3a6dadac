"""How much an answer may take, whatever the register holds."""

from __future__ import annotations

import re

_REVISION = re.compile(r"^/changes/[0-9]+/")  # all have the pages of the first
TIMES = (
    3  # what a register of 10,062 projects may take of what one of 42 takes, which has less than a page of many records
)
MORE_QUERIES = 2  # which a page of many may need: of what the first had none
PAGE = 66_000  # bytes of a page of 50 projects
MOST_MEMORY = 8 * 2**20  # bytes that Python holds for an answer at any time
# Lists of the textbook that an answer may take of time: three times of what a bench should find, since other work shares the
# machine. By how an address begins.
LISTS = 18
LISTS_OF = {
    "/api/v1/projects/?": 3,
    "/api/v1/projects/": 2,
    "/api/v1/totals/": 10,
    "/api/v1/reports/?": 30,  # of which 60,000 are counted
    "/projects/": 7,
    "/?": 10,  # what is behind: the gaps of all entries are told and ordered in the database, as in the list of attention
    "/attention/": 11,
    "/review/": 10,
    "/api/v1/rounds/": 5,
    "/tasks/": 20,
    "/rounds/?": 8,
    "/changes/": 24,  # the rows of twenty revisions are counted, each of which may have written thousands
    "/league/": 12,
    "/compare/": 27,
    "/api/v1/comparison/": 27,
}
OF_THE_PAST = 2.5  # times what the present takes
# Queries that a page may ask that is not named in QUERIES.
MOST_QUERIES = 14
# Figures counted by conditions take two, of kept sums and of the few that these lack, where one counted all records.
QUERIES = {
    "/": 15,
    "/?as_of": 20,  # one for the days that are known; the figures of today, and their programme, beside those of then
    "/?": 16,  # one for what waits for the reader, which the navigation counts; in a past one for the programmes of now
    "/about/": 12,
    "/attention/": 16,
    "/changes/": 36,
    "/changes/1/": 26,  # one for what was doubted and kept all the same
    "/changes/1/undo/": 47,
    "/compare/": 15,  # one for the months of then, which say what share is withheld
    "/figures/disbursed/": 24,  # one for the cells of workbooks that say what stands there
    "/figures/": 20,
    "/forecast/": 10,
    "/prefectures/4": 19,  # two for the lights of its projects
    "/programmes/2": 15,  # as the overview, which it is
    "/projects/CS": 31,  # one for the projects around it in its list
    "/projects/HN": 30,
    "/projects/?as_of": 18,  # as of the overview
    "/review/": 19,  # two for the decision that may be taken back, and what that would do
    "/rounds/": 10,
    "/rounds/2": 16,  # two for the unit of the person, and what they typed; two for prefectures, and whether one has none
    "/sectors/": 20,  # the same
    "/search/": 17,  # one for each kind of what is found, and for each other year
    "/tasks/": 15,
    "/webhooks/": 12,
    "/api/v1/": 8,  # who asks, what that one may see, the programme, the page and how many there are; some ask for names
    "/api/v1/projects/": 7,  # of the counted list one less
    "/api/v1/totals/": 7,
    "/api/v1/entries/?format": 10,
    "/api/v1/comparison/": 14,  # two of them for which months counted on the earlier day
    "/api/v1/projects/?format": 12,
    "/api/v1/changes/": 16,
    "/api/v1/explain/": 20,
    "/proposals/": 9,
}
# By how an address begins: how a statement begins that it asks twice all the same.
_BREAKDOWN = ('SELECT CAST(0 AS bigint) AS "dimension"', 'SELECT (0)::bigint AS "dimension"')  # SQLite's, PostgreSQL's
# by a page of a past: by what is beside it of today, and by the tasks of its reader, which are of now
_PROGRAMMES = 'WITH r AS MATERIALIZED (SELECT "projects_programme"."id"'
TWICE: dict[str, str | tuple[str, ...]] = {
    "/?as_of": (*_BREAKDOWN, _PROGRAMMES),  # what there was then, and what there is today
    "/projects/?as_of": (*_BREAKDOWN, _PROGRAMMES),  # the same
    "/forecast/": _BREAKDOWN,  # of its month and of the last that is not open, often the same
    "/compare/": 'SELECT "projects_project"."id" AS "pk"',  # what records are called then and now, alike without a past
    "/api/v1/comparison/": 'SELECT "projects_project"."id" AS "pk"',
    "/webhooks/": 'SELECT "projects_grant"."role"',  # of the reader and of whose webhook it is
}
# Answers that are not yet so: by how an address begins, what they lack. It ends when they are, and a test sees to that.
NOT_YET: dict[str, str] = {
    "/problems/": "time: a page of fifty with all that is said of each",
    "/milestones/": "time: a page of fifty with all that is said of each",
    "/api/v1/comparison/": "size: a fifteenth above it, as what each record did is told by figure and by record",
    "/figures/": "time: an order by the last change looks at the history of all records",
    "/api/v1/entries/?format": "holds all records in memory",
}


def may_be_asked_twice(address: str) -> tuple[str, ...]:
    """How the statements begin that are."""
    found = next((sql for begin, sql in TWICE.items() if address.startswith(begin)), ())
    return (found,) if isinstance(found, str) else found


def lists_of(address: str) -> float:
    most = next((most for begin, most in LISTS_OF.items() if address.startswith(begin)), LISTS)
    return most * OF_THE_PAST if "as_of=" in address else most


def is_not_yet(address: str) -> str:
    """The entry of NOT_YET that an address belongs to; nothing for one that must be bounded."""
    return next((begin for begin in NOT_YET if address.startswith(begin)), "")


def most_queries(address: str) -> int:
    address = _REVISION.sub("/changes/1/", address)
    begins = [begin for begin in QUERIES if address.startswith(begin)]
    return QUERIES[max(begins, key=len)] if begins else MOST_QUERIES
