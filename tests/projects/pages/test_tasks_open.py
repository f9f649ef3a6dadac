"""Every number on one's own tasks opens exactly the records that it counts: on the page and at the API, for every role."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape

import pytest

from projects.choices import ProblemState
from projects.history.revisions import create_revision
from projects.models import Entry, Milestone, Problem, Programme
from projects.workflows import proposals, reporting
from tests.pages import opened
from tests.projects.models.reports_made import CHANGSHA_CODE, submitted
from tests.projects.workflows.proposals_made import proposed

pytestmark = pytest.mark.django_db

PATH = "/tasks/"
TODAY = dt.date(2023, 8, 7)


@pytest.fixture
def work(changsha_writer, province):
    """Something of each kind: a returned report, an answered proposal, days before and after the limits."""
    reporting.send_back([submitted(changsha_writer)], user=province, comment="x")
    proposals.send_back(proposed(changsha_writer), user=province, comment="x")
    problems = list(Problem.objects.filter(project__prefecture__adcode="430100").order_by("pk"))
    with create_revision():
        for problem, days in zip(problems, (-1, 0, 30, 31), strict=False):
            if problem.state == ProblemState.SOLVED:
                problem.state, problem.solved_on, problem.note = ProblemState.OPEN, None, "又出现"
            problem.due = TODAY + dt.timedelta(days=days)
            problem.raised_on = min(problem.raised_on, dt.date(2023, 1, 1))
            problem.save()
        for days in (-1, 0, 30, 31):
            day = TODAY + dt.timedelta(days=days)
            Milestone(project=problems[0].project, name_zh=f"节点{days}", planned=day).save()


def _move_projects_between_lists():
    """One also on a newer list, one off the list, one that joins it later: of each a milestone is overdue."""
    chosen = list(Entry.objects.filter(programme__year=2023, project__prefecture__adcode="430100").order_by("-pk")[:3])
    with create_revision():
        for entry in chosen:
            Milestone(project=entry.project, name_zh="已过期", planned=dt.date(2023, 7, 1)).save()
        newer = Programme.objects.get(year=2024)
        Entry(project=chosen[0].project, programme=newer, basis="illustrative").save()
        chosen[1].left = dt.date(2023, 8, 1)
        chosen[2].joined = dt.date(2023, 8, 1)
        for entry in chosen[1:]:
            entry.save()


def rows_of(page, path):
    """How many records a page that was opened has, whichever it is."""
    text = page.partition("<main")[2]
    if path.startswith("/problems/"):
        return len(re.findall(r'id="problem-\d+"', text))
    if path.startswith("/milestones/"):
        return len(re.findall(r'<tr[^>]* id="milestone-\d+"', text))
    if path.startswith("/projects/"):
        return len(set(re.findall(r'href="/projects/(HN-[^/"]+)/', text)))
    if path.startswith("/proposals/"):
        return len(set(re.findall(r'href="/proposals/(\d+)/', text)))
    if path.startswith("/review/"):
        return len(re.findall(r'type="checkbox" name="report" value="\d+:', text))
    return len(re.findall(r'<tbody[^>]* id="r\d+"|<tr[^>]* id="r\d+"', text))


@pytest.mark.parametrize("who", ["changsha_writer", "zhuzhou_writer", "province"])
def test_every_number_opens_as_many_records_as_it_says(request, work, client_of, who, changsha_writer, province):
    if who == "province":
        submitted(changsha_writer, code="HN-EI-2023-25")
        proposed(changsha_writer, code=CHANGSHA_CODE)
    _move_projects_between_lists()
    client = client_of(request.getfixturevalue(who))
    anchors = opened(client, PATH, lang="en").anchors
    counts = [each for each in anchors if "value" in each.data and "figure" not in each.data]
    assert counts
    for each in counts:
        href = unescape(each.href)
        response = client.get(href, headers={"Accept-Language": "en"})
        assert response.status_code == 200, href
        assert rows_of(response.content.decode(), href) == int(each.data["value"]), href
    for task in client.get("/api/v1/tasks/").json()["tasks"]:
        assert client.get(task["records"]).json()["count"] == task["number"], task["records"]


def test_a_form_of_a_part_keeps_rows_that_have_gone_on_meanwhile(work, changsha_writer, province, client_of):
    client = client_of(changsha_writer)
    path = "/rounds/2023-07/?show=returned&lang=en"
    page = client.get(path).content.decode()
    assert "Shown are only the reports that are returned." in page
    fields = dict(re.findall(r'name="(\d+-version)"[^>]* value="([^"]*)"', page))
    assert len(fields) == 1
    key = next(iter(fields)).partition("-")[0]
    data = {f"{key}-disbursed": "1.5", f"{key}-reason": "雨", f"{key}-measure": "加班", "unit": "yi", **fields}
    answer = client.post(f"{path}&unit=large", data | {"action": "submit"}, follow=True)
    assert "No report is in this state now" in answer.content.decode()
    assert rows_of(client.get("/rounds/2023-07/?show=submitted").content.decode(), "/rounds/") == 1
