"""/api/v1/explain/ and /api/v1/comparison/"""

from __future__ import annotations

import pytest

from projects.history.revisions import create_revision
from projects.models import Project, Revision

from .conftest import assert_problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def system(system_of, province):
    return system_of(province)


def test_the_records_of_all_pages_add_up_to_the_value(system):
    answer = system.get("/explain/", figure="total_investment", programme=2023, page_size=20)
    found, records = answer.data, [*answer.data["records"]]
    while answer.data["next"]:
        answer = system.get(answer.data["next"])
        records += answer.data["records"]
    assert len(records) == found["count"] == 35
    assert sum(record["value"] for record in records) == found["value"] == 138_500_000_000
    assert all(record["source"]["kind"] and record["changed_at"] for record in records)
    assert {record["changed_at"][-6:] for record in records} == {"+08:00"}  # as `as_of` is written
    assert_problem(system.get("/explain/", figure="total_investment", page=99), 404)


def test_months_and_the_day_that_is_compared_with_tell_what_changed(system):
    since = f"r{Revision.objects.newest_number()}"
    project = Project.objects.get(code="HN-EI-2023-13")
    with create_revision():
        project.total_investment += 7
        project.save()
    disbursed = system.get("/explain/", figure="disbursed", programme=2023, since=since).data
    assert disbursed["month_before"]["value"] + disbursed["month_before"]["added"] == disbursed["value"]
    assert disbursed["since"]["effects"] == []
    invested = system.get("/explain/", figure="total_investment", programme=2023, since=since).data
    assert [(each["code"], each["difference"]) for each in invested["since"]["effects"]] == [(project.code, 7)]
    compared = system.get("/comparison/", programme=2023, since=since).data
    assert [(each["code"], each["effects"]) for each in compared["records"]] == [
        (project.code, {"total_investment": 7})
    ]


def test_its_permanent_address_says_the_same_after_a_change(system):
    found = system.get("/explain/", figure="total_investment", programme=2023).data
    raise_all()
    assert system.get(found["permanent"]).data["value"] == found["value"]
    assert system.get("/explain/", figure="total_investment", programme=2023).data["value"] == found["value"] + 35 * 7


@pytest.mark.parametrize("path", ["/explain/?figure=disbursed", "/comparison/", "/totals/", "/projects/"])
def test_a_revision_that_there_is_not_is_refused_with_the_newest_there_is(path, system):
    newest = Revision.objects.newest_number()
    names = ("as_of", "since") if path.startswith(("/explain", "/comparison")) else ("as_of",)
    for name in names:
        for number in (newest + 1, 0):
            told = assert_problem(system.get(path, **{name: f"r{number}"}), 400, name)
            assert told["errors"][name] == [f"There is no revision {number}. The newest is {newest}."]
        assert_problem(system.get(path, **{name: "x"}), 400, name)


@pytest.mark.parametrize("path", ["/explain/?figure=disbursed", "/comparison/", "/totals/", "/projects/"])
def test_before_the_first_record_it_is_said_that_there_was_none(path, system):
    for name, value in (("programme", 2023), ("sector", "new-display")):
        told = assert_problem(system.get(path, as_of="2023-05-01", **{name: value}), 400, name)["errors"][name][0]
        assert told.endswith("at the moment asked for nothing had been recorded yet.")


def test_the_public_is_told_no_person(public_read, province, system_of):
    project = Project.objects.get(code="HN-EI-2023-13")
    with create_revision(user=province):
        project.total_investment, project.total_investment_reported_by = 7, "某局"
        project.save()
    answer = system_of(None).get("/explain/", figure="total_investment", programme=2023, page_size=500)
    assert province.display_name not in answer.content.decode()
    assert "某局" not in answer.content.decode()


def raise_all(by=7):
    with create_revision():
        for project in Project.objects.filter(total_investment__isnull=False):
            project.total_investment += by
            project.save()


def pages_by(system, path, following, **query):
    """The answers of all pages, by the address of the next one that each names."""
    answers = [system.get(path, **query).data]
    while following(answers[-1])["next"]:
        answers.append(system.get(following(answers[-1])["next"]).data)
        assert following(answers[-1])["previous"]
    return answers


def test_effects_go_by_pages_which_add_up_to_the_difference(system):
    since = f"r{Revision.objects.newest_number()}"
    raise_all()
    query = {"figure": "total_investment", "programme": 2023, "since": since, "page_size": 20}
    answers = pages_by(system, "/explain/", lambda answer: answer["since"], **query)
    assert [len(answer["since"]["effects"]) for answer in answers] == [20, 15]
    assert {answer["since"]["count"] for answer in answers} == {35}
    effects = [effect for answer in answers for effect in answer["since"]["effects"]]
    assert len({effect["code"] for effect in effects}) == 35
    assert sum(effect["difference"] for effect in effects) == answers[0]["since"]["difference"] == 35 * 7
    assert answers[0]["records"] == answers[1]["records"]  # these have pages of their own
    assert_problem(system.get("/explain/", **query, effects_page=3), 404)
    assert_problem(system.get("/explain/", **query, effects_page="x"), 400, "effects_page")


def test_a_comparison_goes_by_pages_of_its_records_which_add_up(system):
    since = f"r{Revision.objects.newest_number()}"
    raise_all()
    query = {"programme": 2023, "since": since, "page_size": 20}
    answers = pages_by(system, "/comparison/", lambda answer: answer, **query)
    assert [(len(answer["records"]), answer["count"]) for answer in answers] == [(20, 35), (15, 35)]
    codes = [record["code"] for answer in answers for record in answer["records"]]
    assert codes == sorted(set(codes))
    for number, answer in enumerate(answers):
        (figure,) = [each for each in answer["figures"] if each["name"] == "total_investment"]
        assert (figure["count"], figure["difference"]) == (35, 35 * 7)
        assert sorted(each["code"] for each in figure["effects"]) == codes[number * 20 : number * 20 + 20]
    assert_problem(system.get("/comparison/", **query, page=3), 404)
