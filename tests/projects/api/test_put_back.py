"""A record may be put back as it was read, and is then as it was: every record that can be replaced, in each form of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from projects.models import Entry, Project, Revision, Source
from projects.versioning.revisions import writing
from tests.contract.breaks import read
from tests.contract.clients import STORED

from .conftest import System, assert_problem

OWN, ANOTHER, CHANGSHA = "HN-EI-2023-01", "HN-EI-2023-24", "430100"
WHOLE = "HN-EI-2023-04"  # has adopted the only claim of its investment
BUREAU = "长沙市工业和信息化局"
KEYS = ("code", "adcode", "id")
BY, FROM = "total_investment_reported_by", "total_investment_source"


def replaced() -> dict[str, set[str]]:
    """The members of the body that replaces a record, by the list."""
    document = read(STORED)
    found = {}
    for path, operations in document["paths"].items():
        if "put" in operations:
            schema = operations["put"]["requestBody"]["content"]["application/json"]["schema"]["$ref"]
            body = document["components"]["schemas"][schema.rpartition("/")[2]]
            found[path.split("/")[3]] = set(body["properties"])
    return found


def key_of(value: Any) -> Any:
    """What names a record that another one shows in short form."""
    return next(value[each] for each in KEYS if each in value) if isinstance(value, dict) else value


def forms(shown: Mapping[str, Any], members: Iterable[str]) -> dict[str, dict[str, Any]]:
    writable = {name: value for name, value in shown.items() if name in set(members)}
    keyed = {name: key_of(value) for name, value in writable.items()}
    return {"as it was read": dict(shown), "what can be written": writable, "with keys": keyed}


def addresses(system: System, kind: str) -> list[str]:
    return [each["url"].partition("/api/v1")[2] for each in system.all(f"/{kind}/")]


@pytest.fixture
def said(register: None) -> None:
    """Of a project and its entry it is known who reported each figure, of which the fixtures say nothing."""
    with writing(reason="x"):
        for record in (Project.objects.get(code=OWN), Entry.objects.get(project__code=OWN)):
            for figure in record.attributed:
                if record.figure(figure) is None:
                    record.set_figure(figure, "2023-02" if figure in ("start", "finish") else 5)
                setattr(record, f"{figure}_reported_by", BUREAU)
            record.save()


def faults(system: System, kind: str, members: set[str]) -> dict[tuple[str, str], Any]:
    """What went wrong, by address and form; an answer that was refused, or members that are not as they were."""
    found: dict[tuple[str, str], Any] = {}
    for path in addresses(system, kind):
        shown = system.get(path).data
        for form, body in forms(shown, members).items():
            answer, after = system.put(path, body), system.get(path).data
            if answer.status_code != 200:
                found[path, form] = answer.data
            elif not answer.data == after == shown:
                found[path, form] = {name: value for name, value in after.items() if shown[name] != value}
    return found


def test_every_list_whose_records_are_replaced_is_tried() -> None:
    assert replaced().keys() == {"projects", "entries", "claims"}


@pytest.mark.parametrize("kind", ["projects", "entries", "claims"])
def test_every_record_is_put_back_as_it_was_read(system_of: Any, province: Any, said: None, kind: str) -> None:
    system, before = system_of(province), Revision.objects.newest_number()
    assert len(addresses(system, kind)) > 20
    assert faults(system, kind, replaced()[kind]) == {}
    assert Revision.objects.newest_number() == before


@pytest.mark.parametrize("kind", ["projects", "entries", "claims"])
def test_a_prefecture_puts_back_its_own(system_of: Any, changsha_writer: Any, said: None, kind: str) -> None:
    system, before = system_of(changsha_writer), Revision.objects.newest_number()
    assert addresses(system, kind)
    assert faults(system, kind, replaced()[kind]) == {}
    assert Revision.objects.newest_number() == before


def test_who_puts_back_another_figure_that_may_only_be_proposed_is_told_so(
    system_of: Any, changsha_writer: Any, said: None
) -> None:
    system = system_of(changsha_writer)
    for path, figure in (
        (f"/projects/{OWN}/", "expected_revenue"),
        (f"/projects/{ANOTHER}/", "total_investment"),
        (f"/entries/{Entry.objects.get(project__code=ANOTHER).pk}/", "planned_disbursement"),
    ):
        shown = system.get(path).data
        problem = assert_problem(system.put(path, shown | {figure: 5 * 10**9}), 400, figure)
        assert "/api/v1/proposals/" in problem["errors"][figure][0]
        assert system.get(path).data == shown


@pytest.mark.parametrize("form", ["as it was read", "what can be written", "with keys"])
@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("projects", "note_en", "changed"),
        ("entries", "disbursed_before", 7),
        ("claims", "note_en", "changed"),
    ],
)
def test_one_member_that_was_changed_is_all_that_changes(
    system_of: Any, province: Any, said: None, kind: str, name: str, value: Any, form: str
) -> None:
    system = system_of(province)
    for path in addresses(system, kind)[::7]:
        shown = system.get(path).data
        answer = system.put(path, forms(shown, replaced()[kind])[form] | {name: value})
        assert answer.status_code == 200, (path, answer.data)
        assert answer.data == shown | {name: value}


def test_what_is_only_shown_and_was_changed_is_refused_by_name(system_of: Any, province: Any) -> None:
    system, path = system_of(province), f"/projects/{WHOLE}/"
    shown = system.get(path).data
    assert_problem(system.put(path, shown | {"disbursed": 1}), 400, "disbursed")
    renamed = shown["sector"] | {"name_en": "of another name"}
    assert_problem(system.put(path, shown | {"sector": renamed}), 400, "sector")
    assert system.get(path).data == shown


def test_a_blank_that_takes_an_origin_away_is_refused(system_of: Any, province: Any, said: None) -> None:
    system = system_of(province)
    for code, name, blank in ((OWN, BY, ""), (WHOLE, FROM, None)):
        path = f"/projects/{code}/"
        shown = system.get(path).data
        assert shown[name]
        assert_problem(system.patch(path, {name: blank}), 400, name)
        assert_problem(system.put(path, shown | {name: blank}), 400, name)
        assert system.get(path).data == shown
    entry = f"/entries/{Entry.objects.get(project__code=OWN).pk}/"
    assert_problem(
        system.patch(entry, {"planned_disbursement_reported_by": ""}), 400, "planned_disbursement_reported_by"
    )
    assert_problem(system.patch(entry, {"planned_disbursement_source": None}), 400, "planned_disbursement_source")


def test_blanks_are_no_origin_of_a_figure_that_is_changed(system_of: Any, province: Any) -> None:
    system = system_of(province)
    project = Project.objects.filter(claims__isnull=True).first()
    path = f"/projects/{project.code}/"
    shown = system.get(path).data
    assert (shown[BY], shown[FROM]) == ("", None)
    assert_problem(system.put(path, shown | {"total_investment": 5_000_000_000}), 400, BY, FROM)
    assert_problem(system.patch(path, {"total_investment": 5_000_000_000, BY: ""}), 400, BY)
    assert_problem(system.patch(path, {"total_investment": 5_000_000_000, FROM: None}), 400, FROM)
    assert system.get(path).data == shown
    answer = system.put(path, shown | {"total_investment": 5_000_000_000, BY: BUREAU})
    assert answer.data == shown | {"total_investment": 5_000_000_000, BY: BUREAU}


def test_a_source_as_it_was_read_does_not_say_another_figure(system_of: Any, province: Any) -> None:
    """In short form; whoever names it by its key says so."""
    system, path = system_of(province), f"/projects/{WHOLE}/"
    shown = system.get(path).data
    more = shown | {"total_investment": shown["total_investment"] + 10**8}
    assert_problem(system.put(path, more), 400, BY)
    assert system.get(path).data == shown
    answer = system.put(path, more | {FROM: shown[FROM]["id"]})
    assert answer.status_code == 200, answer.data
    assert answer.data[FROM] == shown[FROM]


def test_a_blank_makes_way_for_the_other_origin(system_of: Any, province: Any, said: None) -> None:
    system, path = system_of(province), f"/projects/{OWN}/"
    shown = system.get(path).data
    source = Source.objects.exclude(pk=(shown[FROM] or {}).get("id")).first()
    answer = system.put(path, shown | {BY: "", FROM: source.pk})
    assert answer.status_code == 200, answer.data
    assert (answer.data[BY], answer.data[FROM]["id"]) == ("", source.pk)
    again = system.put(path, answer.data | {BY: BUREAU, FROM: None, "reason": "企业来函"})
    assert again.status_code == 200, again.data
    assert (again.data[BY], again.data[FROM]) == (BUREAU, None)


def test_a_figure_is_taken_away_with_its_origin(system_of: Any, province: Any, said: None) -> None:
    system, path = system_of(province), f"/projects/{OWN}/"
    shown = system.get(path).data
    gone = shown | {"total_investment": None, BY: "", FROM: None}
    assert_problem(system.put(path, gone), 400, "total_investment")  # not without a reason
    answer = system.put(path, gone | {"reason": "taken back by the bureau"})
    assert answer.status_code == 200, answer.data
    assert (answer.data["total_investment"], answer.data[BY], answer.data[FROM]) == (None, "", None)


def test_a_new_record_may_say_that_nobody_is_named(system_of: Any, province: Any) -> None:
    system = system_of(province)
    new = {"code": "HN-EI-2024-01", "name_zh": "新", "sector": "energy-electronics", "prefecture": CHANGSHA}
    blanks = {f"{figure}_reported_by": "" for figure in Project.attributed}
    blanks |= {f"{figure}_source": None for figure in Project.attributed}
    assert_problem(system.post("/projects/", new | blanks | {"total_investment": 5}), 400, BY, FROM)
    assert system.post("/projects/", new | blanks).status_code == 201
