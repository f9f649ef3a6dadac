"""`/problems/` of a long list: by pages, and with a code to type where there are too many projects to choose from."""

import pytest

from projects.history.revisions import create_revision
from projects.models import Problem, Project
from tests.pages import more_projects, opened, read

pytestmark = pytest.mark.django_db


def test_it_goes_by_pages_and_a_long_list_of_projects_is_not_offered_to_choose_from(province, client_of):
    more_projects(101)
    with create_revision():
        for project in Project.objects.filter(code__startswith="MORE"):
            Problem(project=project, kind="land", description="no site", raised_on="2023-05-01").save()
    client = client_of(province)
    every = Problem.objects.count()
    last = opened(client, "/problems/", lang="en", page="3")
    assert f"101 to {every} of {every}" in last.text
    assert client.get("/problems/?page=4").status_code == 400
    form = opened(client, "/problems/add/")
    assert not [at for tag, at in form.elements if tag == "select" and at.get("name") == "project"]
    typed = {"kind": "land", "description": "a pylon stands in the way"}
    assert client.post("/problems/add/?lang=en", typed | {"project": "more-0100"}).status_code == 302
    added = Problem.objects.get(description="a pylon stands in the way")
    assert added.project.code == "MORE-0100"
    refused = client.post("/problems/add/?lang=en", typed | {"project": "MORE-9999"})
    assert refused.status_code == 422
    assert "There is no project of this code on the list that you may write to." in read(refused.content).text
