"""`/problems/`."""

import datetime as dt

import pytest

from projects.history.digests import digest_of
from projects.history.revisions import create_revision
from projects.models import Prefecture, Problem, Project
from tests.pages import opened, read

pytestmark = pytest.mark.django_db
OWN = "HN-EI-2023-38"  # Changsha
NEW = {"project": OWN, "kind": "land", "description": "no site", "solver": "", "due": "2023-09-01"}


def shown(page):
    return [
        int(attributes["id"].removeprefix("problem-")) for _tag, attributes in page.elements if _is_line(attributes)
    ]


def _is_line(attributes):
    return attributes.get("id", "").removeprefix("problem-").isdecimal()


def of(code):
    return Problem.objects.get(project__code=code)


def step(client, problem, **data):
    """Send the form of a problem with a new state and note."""
    typed = {
        "kind": problem.kind,
        "description": problem.description,
        "solver": problem.solver,
        "due": problem.due or "",
    }
    step = {"version": digest_of(problem), "state": "in-hand", "note": "asked"}
    return client.post(f"/problems/{problem.pk}/?lang=en", typed | step | data)


def test_overdue_problems_come_first_and_solved_ones_last(public_read, register, client):
    page = opened(client, "/problems/", lang="en")
    assert "12 problems: 3 solved, 3 overdue on 2023-08-07." in page.text
    keys = shown(page)
    assert keys[:3] == [of(f"HN-EI-2023-{code}").pk for code in (34, 39, 36)]
    assert {Problem.objects.get(pk=key).state for key in keys[-3:]} == {"solved"}
    assert "23 days overdue" in page.text
    assert "solved after 32 days" in page.text


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"state": "overdue"}, 3),
        ({"state": "not-soon"}, 2),
        ({"problem_kind": "land"}, 2),
        ({"code": "HN-EI-2023-13"}, 0),
    ],
)
def test_filters_of_its_own_and_of_projects_work_together(public_read, register, client, query, count):
    assert len(shown(opened(client, "/problems/", **query))) == count


@pytest.mark.permission
def test_a_log_tells_each_step_and_who_took_it_to_those_with_a_grant(public_read, province, client_of):
    problem = of(OWN)
    assert step(client_of(province), problem, note="the bank was asked").status_code == 302
    inside = opened(client_of(province), "/problems/", code=OWN, lang="en").text
    assert "Log, 2 steps" in inside
    assert "周敏" in inside
    outside = opened(client_of(None), "/problems/", code=OWN, lang="en").text
    assert "the bank was asked" in outside
    assert "周敏" not in outside


def test_what_a_project_went_through_elsewhere_is_not_told(changsha_reader, client_of):
    project = Project.objects.get(code="HN-EI-2023-39")
    problem = of(project.code)
    with create_revision():
        problem.state, problem.note = "in-hand", "a matter of Zhuzhou"
        problem.save()
    with create_revision():
        project.prefecture = Prefecture.objects.get(adcode="430100")
        project.save()
    with create_revision():
        problem.state, problem.note = "open", "begun again"
        problem.save()
    text = opened(client_of(changsha_reader), "/problems/", lang="en").text
    assert "begun again" in text
    assert "a matter of Zhuzhou" not in text


def test_who_is_not_told_of_a_solver_does_not_order_by_it(public_read, register, client):
    assert client.get("/problems/?sort=solver").status_code == 400
    assert "sort=solver" not in client.get("/problems/").content.decode()


def test_a_writer_adds_a_problem_of_the_own_prefecture(changsha_writer, client_of):
    response = client_of(changsha_writer).post("/problems/add/?lang=en", NEW)
    assert response.status_code == 302
    problem = Problem.objects.get(description="no site")
    assert response.url.endswith(f"#problem-{problem.pk}")
    assert (problem.project.code, problem.state, problem.raised_on) == (OWN, "open", dt.date(2023, 8, 7))
    assert (problem.due, problem.basis) == (dt.date(2023, 9, 1), "illustrative")


def test_a_form_that_is_sent_twice_raises_one_problem(changsha_writer, client_of):
    client, before = client_of(changsha_writer), Problem.objects.count()
    assert client.post("/problems/add/?lang=en", NEW).status_code == 302
    again = client.post("/problems/add/?lang=en", NEW)
    assert (again.status_code, Problem.objects.count()) == (422, before + 1)
    assert "The same problem of this project was raised today already." in again.content.decode()


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kind": ""}, "Kind: This field is required."),
        ({"due": "9999-12-31"}, "A day lies between 1949-01-01 and 2149-12-31."),
        ({"project": "HN-EI-2023-39"}, "Project: Select a valid choice."),
    ],
)
def test_a_wrong_problem_is_told_at_its_field_and_nothing_is_written(changsha_writer, client_of, wrong, said):
    response = client_of(changsha_writer).post("/problems/add/?lang=en", NEW | wrong)
    assert response.status_code == 422
    assert said in read(response.content).text
    assert Problem.objects.count() == 12


def test_a_step_carries_a_note_and_solving_its_day(changsha_writer, client_of):
    client, problem = client_of(changsha_writer), of(OWN)
    assert step(client, problem, state="solved", note="the money came").status_code == 302
    problem.refresh_from_db()
    assert (problem.state, problem.note, problem.solved_on) == ("solved", "the money came", dt.date(2023, 8, 7))
    assert step(client, problem, state="open", note="it went again").status_code == 302
    problem.refresh_from_db()
    assert (problem.state, problem.solved_on) == ("open", None)


@pytest.mark.no_database
@pytest.mark.parametrize("note", [" ", "示例：股东正在引入新投资者，年内难以解决。"])
def test_a_step_without_a_new_note_is_told_at_its_field(changsha_writer, client_of, note):
    response = step(client_of(changsha_writer), of(OWN), state="open", note=note)
    assert response.status_code == 422
    assert "write a new note for each change of state" in read(response.content).text
    assert of(OWN).state == "not-soon"


@pytest.mark.permission
def test_nobody_writes_what_is_not_theirs(
    changsha_writer, changsha_reader, analyst, administrator, stranger, client_of
):
    other = of("HN-EI-2023-39")
    assert step(client_of(changsha_writer), other).status_code == 404
    for user in (changsha_reader, analyst, administrator):
        assert client_of(user).post("/problems/add/", NEW).status_code == 403
        assert step(client_of(user), of(OWN)).status_code == 403
        assert "textarea" not in [tag for tag, _attributes in opened(client_of(user), "/problems/").elements]
    assert step(client_of(stranger), of(OWN)).status_code == 404
    assert client_of(None).post("/problems/add/", NEW).status_code == 302
    assert Problem.objects.count() == 12
