"""The current programme: chosen by the province, shown by default at every door, until another is chosen."""

from __future__ import annotations

import datetime as dt

from django.test import Client

from projects.choices import Basis, ReportState
from projects.history.revisions import create_revision
from projects.models import Entry, MonthlyReport, Programme, Project, Revision
from projects.totals.programmes import Programmes, current_of, programmes_of
from projects.workflows.current_programme import choose
from sectors.models import Sector
from tests.projects.admin.forms import seen
from tests.projects.test_second_year import client_of

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
