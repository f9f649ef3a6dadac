"""Blank origins of figures in bodies: who sends a record's members as they were read says nothing of its figures."""

from __future__ import annotations

from typing import Any

import pytest

from projects.history.revisions import create_revision
from projects.models import Entry, Project, Revision, Source

from .conftest import assert_problem

OWN, CHANGSHA = "HN-EI-2023-01", "430100"
WHOLE = "HN-EI-2023-04"  # has adopted the only claim of its investment
BUREAU = "长沙市工业和信息化局"
BY, FROM = "total_investment_reported_by", "total_investment_source"


def origins_of(shown: dict[str, Any]) -> dict[str, Any]:
    """The origins of a record's figures as its address shows them, blank ones too."""
    return {name: value for name, value in shown.items() if name.endswith(("_reported_by", "_source"))}


@pytest.fixture
def reported(register: None) -> None:
    """Of a project and its entry it is known who reported each figure, of which the fixtures say nothing."""
    with create_revision(reason="x"):
        for record in (Project.objects.get(code=OWN), Entry.objects.get(project__code=OWN)):
            for figure in record.attributed:
                if record.figure(figure) is None:
                    record.set_figure(figure, "2023-02" if figure in ("start", "finish") else 5)
                setattr(record, f"{figure}_reported_by", BUREAU)
            record.save()


@pytest.mark.parametrize("kind", ["projects", "entries"])
def test_blank_origins_of_figures_that_stay_are_no_change(
    system_of: Any, province: Any, reported: None, kind: str
) -> None:
    system, before = system_of(province), Revision.objects.newest_number()
    for record in system.all(f"/{kind}/"):
        path = record["url"].partition("/api/v1")[2]
        shown = system.get(path).data
        blanks = {name: value for name, value in origins_of(shown).items() if not value}
        assert system.patch(path, blanks).data == shown
    assert Revision.objects.newest_number() == before


def test_a_blank_that_takes_an_origin_away_is_refused(system_of: Any, province: Any, reported: None) -> None:
    system = system_of(province)
    for code, name, blank in ((OWN, BY, ""), (WHOLE, FROM, None)):
        path = f"/projects/{code}/"
        shown = system.get(path).data
        assert shown[name]
        assert_problem(system.patch(path, {name: blank}), 400, name)
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
    more = {"total_investment": 5_000_000_000}
    assert_problem(system.patch(path, more | origins_of(shown)), 400, BY, FROM)
    assert_problem(system.patch(path, more | {BY: ""}), 400, BY)
    assert_problem(system.patch(path, more | {FROM: None}), 400, FROM)
    assert system.get(path).data == shown
    answer = system.patch(path, more | {BY: BUREAU, FROM: None})
    assert answer.data == shown | more | {BY: BUREAU}


def test_a_blank_makes_way_for_the_other_origin(system_of: Any, province: Any, reported: None) -> None:
    system, path = system_of(province), f"/projects/{OWN}/"
    shown = system.get(path).data
    source = Source.objects.exclude(pk=(shown[FROM] or {}).get("id")).first()
    answer = system.patch(path, {BY: "", FROM: source.pk})
    assert answer.status_code == 200, answer.data
    assert (answer.data[BY], answer.data[FROM]["id"]) == ("", source.pk)
    again = system.patch(path, {BY: BUREAU, FROM: None, "reason": "企业来函"})
    assert again.status_code == 200, again.data
    assert (again.data[BY], again.data[FROM]) == (BUREAU, None)


def test_a_figure_is_taken_away_with_its_origin(system_of: Any, province: Any, reported: None) -> None:
    system, path = system_of(province), f"/projects/{OWN}/"
    gone = {"total_investment": None, BY: "", FROM: None}
    assert_problem(system.patch(path, gone), 400, "total_investment")  # not without a reason
    answer = system.patch(path, gone | {"reason": "taken back by the bureau"})
    assert answer.status_code == 200, answer.data
    assert (answer.data["total_investment"], answer.data[BY], answer.data[FROM]) == (None, "", None)


def test_a_new_record_may_say_that_nobody_is_named(system_of: Any, province: Any) -> None:
    system = system_of(province)
    new = {"code": "HN-EI-2024-01", "name_zh": "新", "sector": "energy-electronics", "prefecture": CHANGSHA}
    blanks = {f"{figure}_reported_by": "" for figure in Project.attributed}
    blanks |= {f"{figure}_source": None for figure in Project.attributed}
    assert_problem(system.post("/projects/", new | blanks | {"total_investment": 5}), 400, BY, FROM)
    assert system.post("/projects/", new | blanks).status_code == 201
