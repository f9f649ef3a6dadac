"""The parameter `expand`: records that a record names in short form, in full."""

from __future__ import annotations

import pytest

from projects.api.expansions import EXPANSIONS

from .conftest import assert_problem

pytestmark = pytest.mark.no_database

WITH_RECORDS = sorted(set(EXPANSIONS) - {"notes", "proposals"})  # the fixtures have none of these


@pytest.mark.parametrize("name", WITH_RECORDS)
def test_what_is_put_in_is_what_its_own_list_shows(province, system_of, name):
    system = system_of(province)
    short = system.get(f"/{name}/", page_size=20).data["results"]
    full = system.get(f"/{name}/", page_size=20, expand=",".join(EXPANSIONS[name])).data["results"]
    assert len(short) == len(full)
    for before, after in zip(short, full, strict=True):
        for member in EXPANSIONS[name]:
            if before[member] is None:
                assert after[member] is None
            else:
                assert after[member] == system.get(after[member]["url"]).data
                assert before[member].items() <= after[member].items()
        assert {key: value for key, value in after.items() if key not in EXPANSIONS[name]} == {
            key: value for key, value in before.items() if key not in EXPANSIONS[name]
        }


def test_a_single_record_is_put_in_full_too(public):
    project = public.get("/projects/HN-EI-2023-13/", expand="sector,prefecture", fields="code,sector").data
    assert set(project) == {"code", "sector"}
    assert project["sector"] == public.get("/sectors/advanced-computing/").data


def test_names_of_persons_stay_hidden_inside(public):
    for entry in public.get("/entries/", expand="project").data["results"]:
        assert entry["project"]["start_reported_by"] is None


def test_what_cannot_be_put_in_is_refused_with_what_can(public):
    problem = assert_problem(public.get("/projects/", expand="sectors"), 400, "expand")
    assert "chain_link" in problem["errors"]["expand"][0]
    assert_problem(public.get("/sectors/", expand="projects"), 400, "expand")


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/projects/", "fields=code,sector,prefecture&expand=sector,prefecture"),
        ("/projects/", "ordering=-kind,code&fields=code"),
        ("/projects/", "ordering=-kind,code&format=ndjson"),
        ("/entries/", "ordering=-status,id&fields=id"),
        ("/totals/", "fields=disbursed,project_count"),
        ("/comparison/", "since=r1&fields=disbursed,project_count"),
        ("/figures/", "fields=name,unit"),
        ("/changes/", "kind=target,sector&event=created,changed&fields=id"),
    ],
)
def test_lists_with_commas_may_also_be_given_several_times(public, path, query):
    """As clients that are generated from the description often write them."""
    pairs = [pair.partition("=") for pair in query.split("&")]
    repeated = "&".join(f"{name}={part}" for name, _is, value in pairs for part in value.split(","))
    one, other = public.get(f"{path}?{query}"), public.get(f"{path}?{repeated}")
    assert (one.status_code, other.status_code) == (200, 200)
    bodies = [b"".join(answer) if answer.streaming else answer.content for answer in (one, other)]
    assert bodies[0] == bodies[1]


def test_what_is_wrong_in_a_part_is_named(public):
    for query in ("fields=code&fields=nothing", "fields=code&fields=", "expand=sector&expand=x", "page=1&page=2"):
        assert_problem(public.get(f"/projects/?{query}"), 400, query.partition("=")[0])
