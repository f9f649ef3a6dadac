"""Every operation of the API by every caller: who is let in, who is refused, and for whom there is no such record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils.translation import override

from projects.api.root import description
from projects.history.revisions import create_revision
from projects.models import Claim, Milestone, MonthlyReport, Note, Plan, Problem, Project, Rating, Source
from tests.people import CHANGSHA, ZHUZHOU
from tests.projects.workflows.proposals_made import proposed

from .conftest import ROOT, System, assert_problem
from .reporting import ELSEWHERE, OWN

pytestmark = [pytest.mark.permission, pytest.mark.no_database]

READERS = {
    "nobody",
    "stranger",
    "reader",
    "writer",
    "foreign writer",
    "analyst",
    "administrator",
    "province",
    "reading",
}
INSIDE = READERS - {"nobody", "stranger"}
PROVINCE, BUREAU = {"province"}, {"writer"}  # the bureau of the record that is asked about
KEEPERS = PROVINCE | BUREAU
KEPT = "claims|entries|milestones|notes|problems|projects|reports"
DECIDED = "light-rules|plans|plausibility-rules|ratings|rounds"
# of these rules of their own are tested with imports, enterprises and the steps of reports
ELSEWHERE_TESTED = (f"{ROOT}/imports/{{", f"{ROOT}/enterprises/{{", f"{ROOT}/reports/{{id}}/events/")
# the first pattern that matches an operation says who is let in with a record of Changsha, or where none is named
TABLE = {
    r"GET /(notes|proposals|reports)/{id}/": INSIDE,
    r"GET .*": READERS,
    rf"(POST|PATCH) /({DECIDED})/.*": PROVINCE,
    r"POST /claims/{id}/(adopt|withdraw)/|POST /programmes/{year}/choose/": PROVINCE,
    r"POST /reports/{id}/(submit|withdraw)/": KEEPERS,
    r"POST /reports/{id}/(approve|reopen|retract|return)/": PROVINCE,
    r"POST /proposals/{id}/(resubmit|withdraw)/|PATCH /notes/{id}/": BUREAU,
    r"POST /proposals/{id}/(accept|refuse|return)/": PROVINCE,
    r"POST /proposals/|POST /proposals/{id}/(comment|note)/": KEEPERS,
    rf"(POST|PATCH|DELETE) /({KEPT})/.*|POST /imports/": KEEPERS,
}


@pytest.fixture
def callers(request, public, system_of):
    """Everybody, where the public reads; `reading` has a token of the province that only reads."""
    people = {
        "stranger": "stranger",
        "reader": "changsha_reader",
        "writer": "changsha_writer",
        "foreign writer": "zhuzhou_writer",
        "analyst": "analyst",
        "administrator": "administrator",
        "province": "province",
    }
    found = {name: system_of(request.getfixturevalue(fixture)) for name, fixture in people.items()}
    return found | {"nobody": public, "reading": system_of(request.getfixturevalue("province"), scope="read")}


@pytest.fixture
def records(province, changsha_writer, zhuzhou_writer):
    """By prefecture and address: the key of one record of each kind that belongs to a project."""
    return {
        CHANGSHA: make_records(OWN, author=changsha_writer, judge=province),
        ZHUZHOU: make_records(ELSEWHERE, author=zhuzhou_writer, judge=province),
    }


def make_records(code: str, *, author: Any, judge: Any) -> dict[str, Any]:
    project = Project.objects.get(code=code)
    entry, basis = project.entries.get(), {"basis": "illustrative"}
    made = {
        "claims": Claim(project=project, figure="expected_revenue", amount=10**9, source=Source.objects.first()),
        "milestones": Milestone(project=project, name_zh="封顶", planned="2023-07-01", **basis),
        "notes": Note(text="一期", author=author, project=project, programme=entry.programme),
        "plans": Plan(entry=entry, kind="revised", amount=6, decided_on="2023-07-01", reason="r", **basis),
        "problems": Problem(project=project, kind="land", description="用地", raised_on="2023-06-01", **basis),
        "ratings": Rating(entry=entry, month=6, light="red", words="x", author=judge),
        "reports": MonthlyReport(entry=entry, month=7),
    }
    with create_revision():
        for record in made.values():
            record.save()
    keys = {name: record.pk for name, record in made.items()}
    return keys | {"projects": code, "entries": entry.pk, "proposals": proposed(author, code=code).pk}


def operations() -> Iterator[tuple[str, str]]:
    """Return method and path of each operation."""
    with override("en"):
        paths = description("en")["paths"]
    for address, methods in paths.items():
        if not address.startswith(ELSEWHERE_TESTED):
            yield from ((method.upper(), address.removeprefix(ROOT)) for method in methods)


def addresses(path: str, records: dict[str, dict[str, Any]], province: System) -> Iterator[tuple[str, str]]:
    """Return prefecture and address of a path: one with a record of each, or a single one that is of none."""
    kind = path.split("/")[1]
    if "{" not in path:
        yield "", path
    elif kind in records[CHANGSHA]:
        yield from ((place, re.sub(r"{\w+}", str(keys[kind]), path)) for place, keys in records.items())
    else:
        [name] = re.findall(r"{(\w+)}", path)
        yield "", re.sub(r"{\w+}", str(province.get(f"/{kind}/").data["results"][0][name]), path)


def is_allowed(name: str, place: str, allowed: set[str]) -> bool:
    """Whether a caller is let in, of whom the table tells by a record of Changsha."""
    of_prefectures = {"reader": CHANGSHA, "writer": CHANGSHA, "foreign writer": ZHUZHOU}
    if place and of_prefectures.get(name, place) != place:
        return False
    return ("writer" if name == "foreign writer" else name) in allowed


def test_each_caller_is_let_in_where_the_table_says(callers, records):
    """Sent is an empty body without a version: who is let in is told what lacks, and nothing is written.

    Of the others, who may not see the record is told that there is none.
    """
    unseen = set()  # records by caller: the description names the reading of a record before what is done with it
    for method, path in operations():
        allowed = next((who for said, who in TABLE.items() if re.fullmatch(said, f"{method} {path}")), None)
        assert allowed is not None, f"say in TABLE who may {method} {path}"
        for place, address in addresses(path, records, callers["province"]):
            for name, caller in callers.items():
                status = ask(caller, method, address)
                if method == "GET" and status == 404:
                    unseen.add((name, address.rstrip("/")))
                told = f"{method} {address} by {name}: {status}"
                if is_allowed(name, place, allowed):
                    assert status not in (401, 403, 404), told
                elif name == "nobody" and method != "GET":
                    assert status == 401, told
                else:
                    record = "/".join(address.split("/")[:3])
                    assert status == (404 if (name, record) in unseen else 403), told


def ask(caller: System, method: str, address: str) -> int:
    body = b"" if method == "GET" else b"{}"
    return caller.client.generic(method, ROOT + address, body, content_type="application/json").status_code


@pytest.mark.parametrize("kind", [*KEPT.replace("projects|", "").split("|"), "proposals"])
def test_nothing_is_added_to_a_project_elsewhere(kind, system_of, zhuzhou_writer):
    """It is answered as a project that does not exist."""
    system = system_of(zhuzhou_writer)
    unseen, absent = (
        assert_problem(system.post(f"/{kind}/", {"project": code}), 400)["errors"] for code in (OWN, "HN-EI-2023-99")
    )
    assert unseen["project"] == [absent["project"][0].replace("HN-EI-2023-99", OWN)]


def test_every_list_has_the_records_of_the_readers_own_prefecture(callers, records):
    own = set(Project.objects.filter(prefecture__adcode=CHANGSHA).values_list("code", flat=True))
    for kind in records[CHANGSHA]:
        seen = callers["reader"].all(f"/{kind}/")
        assert {each["code"] if kind == "projects" else each["project"]["code"] for each in seen} <= own
        every = callers["province"].all(f"/{kind}/")
        assert 0 < len(seen) < len(every), kind
