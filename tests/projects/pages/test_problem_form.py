"""`/problems/<key>/`: who keeps a project says of its problems anew what they are, who solves them and by when."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape

import pytest

from projects.history.revisions import create_revision
from projects.models import Problem, Revision

from .test_milestone_form import fields_of, fields_of_page

pytestmark = pytest.mark.django_db

OWN = "HN-EI-2023-38"  # Changsha
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def problem(register):
    return Problem.objects.get(project__code=OWN)


def path_of(problem):
    return f"/problems/{problem.pk}/"


def chosen(client, problem):
    """What stands in the form to begin with; a menu is none of its texts."""
    return {"kind": problem.kind, "state": problem.state, **fields_of(client, path_of(problem))}


def test_a_bureau_sets_another_deadline_and_another_solver(problem, changsha_writer, client_of):
    client, state, note = client_of(changsha_writer), problem.state, problem.note
    typed = chosen(client, problem) | {"due": "2023-12-31", "solver": "市自然资源局"}
    answer = client.post(path_of(problem), typed, **ENGLISH)
    assert (answer.status_code, answer["Location"]) == (302, f"/problems/#problem-{problem.pk}")
    problem.refresh_from_db()
    assert (problem.due, problem.solver) == (dt.date(2023, 12, 31), "市自然资源局")
    assert (problem.state, problem.note) == (state, note)
    newest = Revision.objects.order_by("-number").first()
    assert (newest.user, newest.door) == (changsha_writer, "page")
    assert "The problem is saved." in client.get("/problems/", **ENGLISH).content.decode()


def test_a_deadline_before_the_problem_was_raised_is_refused_at_its_field(
    problem, changsha_writer, client_of, plausible
):
    client = client_of(changsha_writer)
    early = chosen(client, problem) | {"due": "2022-01-01"}
    refused = client.post(path_of(problem), early, **ENGLISH)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert 'value="2022-01-01"' in page
    assert "Deadline: A problem cannot be due on 2022-01-01, before it was raised on" in page
    problem.refresh_from_db()
    assert problem.due != dt.date(2022, 1, 1)


def test_lists_and_the_page_of_the_project_lead_to_the_form_and_back(
    problem, changsha_writer, changsha_reader, analyst, client_of
):
    for user, number in ((changsha_writer, 1), (changsha_reader, 0), (analyst, 0), (None, 0)):
        for path in ("/problems/", f"/projects/{OWN}/"):
            page = client_of(user).get(path).content.decode()
            assert page.count(f'href="{path_of(problem)}?') == number, (user, path)
    client = client_of(changsha_writer)
    page = client.get(f"/projects/{OWN}/").content.decode()
    href = unescape(re.search(rf'href="({path_of(problem)}[^"]*)"', page)[1])
    answer = client.post(href, chosen(client, problem) | fields_of(client, href) | {"solver": "市政府"})
    assert answer["Location"].startswith(f"/projects/{OWN}/")
    assert "问题已保存" in client.get(answer["Location"].partition("#")[0]).content.decode()


def test_what_somebody_else_changed_meanwhile_is_shown_to_choose_from(problem, changsha_writer, province, client_of):
    client = client_of(changsha_writer)
    opened = chosen(client, problem)
    with create_revision(user=province):
        problem.due, problem.kind = dt.date(2023, 10, 1), "other"
        problem.save()
    answer = client.post(path_of(problem), opened | {"due": "2023-11-01"}, **ENGLISH)
    assert answer.status_code == 409
    page = answer.content.decode()
    for said in ("changed this problem at", "2023-10-01", "2023-11-01"):
        assert said in page, said
    problem.refresh_from_db()
    assert problem.due == dt.date(2023, 10, 1)
    choice = {"_choice-due": "mine", "_choice-kind": "theirs"}
    again = fields_of_page(page) | {"kind": opened["kind"], "state": opened["state"]} | choice
    assert client.post(path_of(problem), again).status_code == 302
    problem.refresh_from_db()
    assert (problem.due, problem.kind) == (dt.date(2023, 11, 1), "other")
