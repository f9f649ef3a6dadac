"""The current programme: chosen by the province, shown by default at every door, until another is chosen."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from projects.choices import Basis, ImportState, ReportState
from projects.history.revisions import create_revision
from projects.models import Entry, MonthlyReport, Programme, Project, Revision
from projects.totals.programmes import Programmes, current_of, programmes_of
from projects.workflows.current_programme import choose
from sectors.models import Sector
from tests.pages import opened
from tests.projects.admin.forms import seen
from tests.projects.models.reports_made import CHANGSHA_CODE
from tests.projects.pages.imports_made import in_every_state

PAGES = (
    "/",
    "/sectors/",
    "/prefectures/",
    "/projects/",
    "/attention/",
    "/rounds/",
    "/league/",
    "/forecast/",
    "/about/",
)


def client_of(user: Any) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(user)
    return client


def first_project_of(year: int) -> Entry:
    with create_revision(reason="the first of the year"):
        project = Project(
            code=f"HN-EI-{year}-01", name_zh="新年第一项", sector=Sector.objects.first(), basis="reported"
        )
        project.save()
        entry = Entry(project=project, programme=Programme.objects.get(year=year), basis="reported")
        entry.joined = dt.date(year, 1, 5)
        entry.save()
    return entry


def years_shown(client: Client) -> set[int]:
    """The year that each door shows unless it is asked for one."""
    shown = set()
    for path in PAGES:
        response = client.get(path)
        assert response.status_code == 200, path
        shown.add(response.context["scope"].programme.year)
    shown.add(client.get("/api/v1/totals/").json()["programme"])
    shown.add(client.get("/projects/", {"search": "HN"}).context["scope"].programme.year)
    return shown


def test_one_project_of_a_new_year_does_not_turn_the_site_over(province):
    first_project_of(2024)
    assert years_shown(client_of(province)) == {2023}


def test_the_province_chooses_at_the_api_and_every_door_follows_until_another_is_chosen(province, changsha_writer):
    first_project_of(2024)
    client = client_of(province)
    made = client.post("/api/v1/programmes/2024/choose/")
    assert made.status_code == 200, made.content
    assert made.json()["current"] is True
    assert years_shown(client) == {2024}
    assert years_shown(client_of(changsha_writer)) == {2024}
    assert client.post("/api/v1/programmes/2023/choose/").json()["current"] is True
    assert years_shown(client) == {2023}
    listed = client.get("/api/v1/programmes/").json()["results"]
    assert [each["year"] for each in listed if each["current"]] == [2023]
    assert {each["year"] for each in listed if each["chosen_at"]} == {2023, 2024}


def test_who_chose_and_when_is_in_the_history_and_the_log(province):
    client = client_of(province)
    client.post("/api/v1/programmes/2022/choose/")
    revision = Revision.objects.order_by("-number").first()
    assert revision.user == province
    row = Programme.history.filter(year=2022).latest("history_id")
    assert row.revision_id == revision.number
    assert row.chosen_at is not None
    assert "selected as the current programme at" in client.get(f"/changes/{revision.number}/").content.decode().lower()
    client.post("/api/v1/programmes/2022/choose/")
    assert Revision.objects.order_by("-number").first() == revision, "a second time changes nothing"


def test_the_choice_can_be_undone(province):
    client = client_of(province)
    client.post("/api/v1/programmes/2022/choose/")
    number = Revision.objects.newest_number()
    page = opened(client, f"/changes/{number}/undo/")
    assert page.text
    fields = {
        each.get("name"): each.get("value", "") for tag, each in page.elements if tag == "input" and each.get("name")
    }
    done = client.post(f"/changes/{number}/undo/", fields | {"reason": "by mistake"})
    assert done.status_code == 302, done.content.decode()[-3000:]
    assert years_shown(client) == {2023}


@pytest.mark.parametrize("role", ["changsha_writer", "changsha_reader", "analyst", "administrator", "stranger"])
def test_nobody_else_may_choose(request, role):
    client = client_of(request.getfixturevalue(role))
    assert client.post("/api/v1/programmes/2022/choose/").status_code in (403, 404)
    assert Programme.objects.filter(chosen_at__isnull=False).count() == 0


def test_the_province_chooses_in_the_administration_one_alone(province):
    client = client_of(province)
    keys = {each.year: each.pk for each in Programme.objects.all()}
    chosen = {"action": "make_current", "_seen": seen(), "_selected_action": [keys[2022], keys[2023]]}
    client.post("/admin/projects/programme/", chosen)
    assert not Programme.objects.exclude(chosen_at=None).exists()
    chosen["_selected_action"] = [keys[2022]]
    response = client.post("/admin/projects/programme/", chosen, follow=True)
    assert "The programme of 2022 is the current one" in response.content.decode()
    assert years_shown(client) == {2022}


def test_a_past_day_has_the_choice_of_then(province):
    first_project_of(2024)
    before = Revision.objects.newest_number()
    with create_revision(user=province, reason="the new year"):
        choose(Programme.objects.get(year=2024))
    client = client_of(province)
    assert client.get("/projects/").context["scope"].programme.year == 2024
    assert client.get("/projects/", {"as_of": f"r{before}"}).context["scope"].programme.year == 2023


def test_while_none_is_chosen_it_is_the_newest_with_a_month_that_is_shown(province):
    entry = first_project_of(2024)
    report = MonthlyReport(entry=entry, month=1, disbursed=1, state=ReportState.APPROVED, basis=Basis.ILLUSTRATIVE)
    report.save()
    assert current_of(programmes_of(province)).year in (2023, 2024)
    entries = list(Entry.objects.filter(programme__year=2023).values_list("pk", flat=True))
    MonthlyReport.objects.filter(entry__in=entries)._raw_delete("default")
    report.delete()
    assert current_of(programmes_of(province)).year == 2024, "else the newest with projects"
    assert current_of(Programmes(Programme.objects.none())) is None


def test_a_file_of_programmes_says_it(province):
    client = client_of(province)
    lines = client.get("/api/v1/programmes/", {"format": "csv"}).getvalue().decode("utf-8-sig").splitlines()
    assert "current" in lines[0].split(",")


def test_the_province_is_told_that_the_year_shown_was_not_chosen(province, analyst):
    client, told = client_of(province), "no current programme is selected"
    assert told not in client.get("/").content.decode(), "no other list could be shown"
    first_project_of(2022)
    assert told in client.get("/").content.decode()
    assert told not in client.get("/", {"programme": "2022"}).content.decode(), "who asks for a year has chosen it"
    assert told not in client_of(analyst).get("/").content.decode(), "only the province can choose"
    client.post("/api/v1/programmes/2023/choose/")
    assert told not in client.get("/").content.decode()


def test_who_imported_a_list_is_told_that_everybody_sees_it_first(province):
    client, told = client_of(province), "of 2023 by default now: no current programme is selected"
    written = in_every_state(province, CHANGSHA_CODE)[ImportState.DONE]
    first_project_of(2022)
    page = opened(client, f"/imports/{written.pk}/")
    assert told in page.text
    assert "/admin/projects/programme/" in {anchor.href for anchor in page.anchors}
    client.post("/api/v1/programmes/2023/choose/")
    assert told not in opened(client, f"/imports/{written.pk}/").text


def test_the_api_says_so_of_an_import_too_and_to_the_province_alone(province, changsha_writer):
    told = "Pages, search, API and files show the programme of 2023 by default now: no current programme is selected."
    written = in_every_state(province, CHANGSHA_CODE)
    first_project_of(2022)

    def notice(state, user=province):
        found = client_of(user).get(f"/api/v1/imports/{written[state].pk}/?lang=en")
        return found.json()["notice"]

    assert notice(ImportState.DONE) == told
    assert notice(ImportState.READY) is None  # nothing of it is in the register
    listed = client_of(province).get("/api/v1/imports/?lang=en").json()["results"]
    assert [each["notice"] for each in listed if each["state"] == "done"] == [told]
    own = in_every_state(changsha_writer, CHANGSHA_CODE)[ImportState.DONE]
    assert client_of(changsha_writer).get(f"/api/v1/imports/{own.pk}/").json()["notice"] is None  # who cannot choose
    client_of(province).post("/api/v1/programmes/2023/choose/")
    assert notice(ImportState.DONE) is None
