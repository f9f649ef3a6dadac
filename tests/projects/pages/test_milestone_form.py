"""`/milestones/add/` and `/milestones/<key>/`: who keeps a project keeps its milestones, by the rules of every door."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape

import pytest

from projects.history.revisions import create_revision
from projects.models import Milestone, Project, Revision
from tests.projects.models.reports_made import CHANGSHA_CODE, ZHUZHOU_CODE

pytestmark = pytest.mark.django_db

ADD = "/milestones/add/"
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def milestone(register):
    with create_revision():
        made = Milestone(
            project=Project.objects.get(code=CHANGSHA_CODE), name_zh="设备搬入", planned=dt.date(2023, 5, 31)
        )
        made.save()
    return made


def path_of(milestone):
    return f"/milestones/{milestone.pk}/"


def fields_of(client, path):
    """What the form has in it to begin with."""
    return fields_of_page(client.get(path, **ENGLISH).content.decode())


def fields_of_page(page):
    page, fields = page.partition("<main")[2], {}
    for tag, text in re.findall(r"<(?:input|textarea)([^>]*)>([^<]*)", page):
        attributes = dict(re.findall(r'([a-z]+)="([^"]*)"', tag))
        fields[attributes.get("name", "")] = unescape(attributes.get("value", text.strip()))
    return {name: fields[name] for name in fields if name and name != "csrfmiddlewaretoken"}


def test_a_bureau_says_that_a_milestone_is_reached(milestone, changsha_writer, client_of):
    client = client_of(changsha_writer)
    answer = client.post(path_of(milestone), fields_of(client, path_of(milestone)) | {"actual": "2023-08-01"})
    assert answer.status_code == 302
    assert answer["Location"] == f"/milestones/#milestone-{milestone.pk}"
    milestone.refresh_from_db()
    assert milestone.actual == dt.date(2023, 8, 1)
    newest = Revision.objects.order_by("-number").first()
    assert (newest.user, newest.door) == (changsha_writer, "page")


def test_a_day_that_moves_needs_a_new_reason_and_says_so_at_its_field(milestone, changsha_writer, client_of):
    client = client_of(changsha_writer)
    moved = fields_of(client, path_of(milestone)) | {"expected": "2023-09-30"}
    answer = client.post(path_of(milestone), moved, **ENGLISH)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert '<a href="#milestone-reason">Reason of the last move: A date that is moved needs a reason' in page
    assert 'value="2023-09-30"' in page
    assert client.post(path_of(milestone), moved | {"reason": "设备晚到"}).status_code == 302
    milestone.refresh_from_db()
    assert (milestone.expected, milestone.reason) == (dt.date(2023, 9, 30), "设备晚到")


def test_a_bureau_adds_one_to_a_project_of_its_own(changsha_writer, client_of):
    client = client_of(changsha_writer)
    data = {"project": CHANGSHA_CODE, "name_zh": "试运行", "name_en": "", "planned": "2023-12-01"}
    answer = client.post(ADD, data)
    made = Milestone.objects.get(name_zh="试运行")
    assert answer["Location"] == f"/milestones/#milestone-{made.pk}"
    assert (made.project.code, made.basis) == (CHANGSHA_CODE, made.project.basis)
    again = client.post(ADD, data, **ENGLISH)
    assert again.status_code == 422
    assert 'href="#milestone-name_zh">Chinese name: This project has a milestone of this name already.' in (
        again.content.decode()
    )
    assert client.post(ADD, data | {"project": ZHUZHOU_CODE}).status_code == 422


def test_the_form_is_opened_from_a_project_and_leads_back_there(changsha_writer, client_of):
    client = client_of(changsha_writer)
    page = client.get(f"/projects/{CHANGSHA_CODE}/", **ENGLISH).content.decode()
    href = unescape(re.search(r'href="(/milestones/add/[^"]*)"', page)[1])
    form = client.get(href, **ENGLISH).content.decode()
    assert f'<option value="{CHANGSHA_CODE}" selected' in form
    data = {"project": CHANGSHA_CODE, "name_zh": "投产", "planned": "2023-12-30", **fields_of(client, href)}
    answer = client.post(href, data | {"name_zh": "投产", "planned": "2023-12-30"})
    assert answer["Location"].startswith(f"/projects/{CHANGSHA_CODE}/")


def test_lists_lead_to_the_form_of_what_one_may_change(milestone, changsha_writer, changsha_reader, analyst, client_of):
    for user, number in ((changsha_writer, 1), (changsha_reader, 0), (analyst, 0)):
        for path in ("/milestones/?show=overdue", f"/projects/{CHANGSHA_CODE}/"):
            page = client_of(user).get(path).content.decode()
            assert page.count(f'href="{path_of(milestone)}?') == number, (user, path)
            assert bool(re.search(r'href="/milestones/add/', page)) == bool(number), (user, path)


@pytest.mark.permission
def test_who_may_not_write_is_turned_away(milestone, changsha_reader, analyst, zhuzhou_writer, client_of):
    for user, status in ((changsha_reader, 403), (analyst, 403), (zhuzhou_writer, 404)):
        client = client_of(user)
        for answer in (client.get(path_of(milestone)), client.post(path_of(milestone), {"actual": "2023-08-01"})):
            assert answer.status_code == status, user
    assert client_of(analyst).get(ADD).status_code == 403
    assert client_of(None).get(ADD).status_code == 302
    milestone.refresh_from_db()
    assert milestone.actual is None


def test_one_that_was_deleted_meanwhile_gives_back_what_was_typed(milestone, changsha_writer, province, client_of):
    client, path = client_of(changsha_writer), path_of(milestone)
    opened = fields_of(client, path)
    with create_revision(user=province):
        milestone.delete()
    answer = client.post(path, opened | {"actual": "2023-07-01"}, **ENGLISH)
    assert answer.status_code == 410
    assert "deleted this milestone at" in answer.content.decode()
    assert "2023-07-01" in answer.content.decode()
    assert client_of(changsha_writer).get(path).status_code == 404
