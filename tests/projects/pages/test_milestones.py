"""`/milestones/`."""

import pytest
from django.utils import translation

from projects.history.revisions import create_revision
from projects.models import Milestone, Project
from tests.pages import more_projects, opened

pytestmark = pytest.mark.django_db


def rows(page):
    return [attributes["id"] for tag, attributes in page.elements if tag == "tr" and "id" in attributes]


def marks(page):
    return [anchor for anchor in page.anchors if anchor.href.startswith("#milestone-")]


def test_each_mark_leads_to_its_line_of_the_table(public_read, register, client):
    page = opened(client, "/milestones/", lang="en")
    assert "18 of 45 milestones reached, 2 overdue on 2023-08-07." in page.text
    assert len(marks(page)) == 45
    assert {anchor.href.removeprefix("#") for anchor in marks(page)} == set(rows(page))


def test_projects_with_something_overdue_come_first(public_read, register, client):
    first = [anchor.href for anchor in opened(client, "/milestones/").anchors if "/projects/HN" in anchor.href]
    assert first[0].startswith("/projects/HN-EI-2023-27/")
    assert first[1].startswith("/projects/HN-EI-2023-40/")


def test_a_mark_says_what_it_is(public_read, register, client):
    page = opened(client, "/milestones/", code="HN-EI-2023-36", lang="en")
    spoken = [attributes["aria-label"] for _tag, attributes in page.elements if "aria-label" in attributes]
    assert "Main equipment on site: planned 2023-05-31, expected 2023-08-20" in spoken
    assert "Main structure complete: planned 2022-12-31, reached 2022-12-28" in spoken
    assert "+81" in page.text
    assert "−3" in page.text


@pytest.mark.parametrize(("show", "count"), [("overdue", 2), ("ahead", 25), ("reached", 18), ("moved", 9)])
def test_some_of_them_can_be_looked_at(public_read, register, client, show, count):
    assert len(rows(opened(client, "/milestones/", show=show))) == count


def test_none_at_all_is_said(public_read, register, client):
    assert "No milestone yet" in opened(client, "/milestones/", code="HN-EI-2023-01", lang="en").text
    assert "No milestone yet" in opened(client, "/milestones/", programme="2021", lang="en").text


def test_it_goes_by_pages_of_projects(province, client_of):
    more_projects(60)
    with create_revision():
        for project in Project.objects.filter(code__startswith="MORE"):
            for name in ("开工", "投产"):
                Milestone(project=project, name_zh=name, planned="2024-05-01").save()
    client = client_of(province)
    of = Milestone.objects.values("project").distinct().count()
    pages = [opened(client, "/milestones/", lang="en", page=str(number)) for number in (1, 2)]
    assert f"1 to 50 of {of}" in pages[0].text
    assert f"51 to {of} of {of}" in pages[1].text
    shown = [at["id"] for page in pages for _tag, at in page.elements if at.get("id", "").startswith("milestone-")]
    assert len(shown) == len(set(shown)) == Milestone.objects.count()
    assert client.get("/milestones/?page=3").status_code == 400


SHOWN_BY = {
    "name": lambda milestone: milestone.name,
    "expected": lambda milestone: None if milestone.actual else milestone.due,
    "moved": lambda milestone: milestone.days_moved,
}


def in_order(values, sign):
    known = [value for value in values if value is not None]
    return values == [*sorted(known, reverse=bool(sign)), *[None] * (len(values) - len(known))]


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("column", SHOWN_BY)
def test_a_column_orders_the_projects_and_their_milestones(public_read, register, client, column, sign):
    answer = client.get("/milestones/", {"sort": f"{sign}{column}", "lang": "en"})
    groups = answer.context["groups"]
    with translation.override("en"):
        values = [[SHOWN_BY[column](each.record) for each in group.milestones] for group in groups]
    assert sum(map(len, values)) == 45
    assert in_order([group[0] for group in values], sign)
    assert all(in_order(group, sign) for group in values)
