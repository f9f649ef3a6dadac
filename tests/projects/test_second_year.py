"""The second year, walked from the first project of 2024 to a closed round of 2024, by pages and API."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from projects.choices import ReportState
from projects.history.revisions import create_revision
from projects.models import Entry, MonthlyReport, Programme, Round
from sectors.models import Sector
from tests.pages import opened
from tests.projects.admin.forms import seen

JANUARY = "/rounds/2024-01/"


def client_of(user: Any) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(user)
    return client


def today_is(day: str, year: int = 2024) -> None:
    programme = Programme.objects.get(year=year)
    programme.reporting_day = dt.date.fromisoformat(day)
    with create_revision(reason="the days go by"):
        programme.save()


def rounds_of_2024() -> None:
    """January is open in February, February not yet."""
    programme = Programme.objects.get(year=2024)
    with create_revision(reason="the rounds of the year"):
        for month, opens in ((1, dt.date(2024, 2, 1)), (2, dt.date(2024, 3, 1))):
            due = opens.replace(day=10)
            Round(programme=programme, month=month, opens=opens, due=due, closes=opens.replace(day=20)).save()


def by_api(client: Client, path: str, data: dict[str, Any]) -> Any:
    response = client.post(f"/api/v1/{path}/", data, content_type="application/json")
    assert response.status_code == 201, response.content.decode()
    return response.json()


def put_on_the_list(client: Client, code: str, **entry: Any) -> Any:
    """A project with its place on the list of 2024, by the API."""
    sector = Sector.objects.first().code
    project = {
        "code": code,
        "name_zh": f"二〇二四年{code}",
        "sector": sector,
        "prefecture": "430100",
        "total_investment": 10**9,
    }
    by_api(client, "projects", project | {"total_investment_reported_by": "长沙市工信局", "reason": "the new list"})
    reported = {"planned_disbursement": 12 * 10**8, "planned_disbursement_reported_by": "长沙市工信局"}
    place = {"project": code, "programme": 2024, "joined": "2024-01-01", "reason": "the new list"}
    return by_api(client, "entries", place | reported | entry)


@pytest.fixture
def begun(province):
    today_is("2024-02-05")
    rounds_of_2024()
    client = client_of(province)
    put_on_the_list(client, "HN-EI-2024-01")
    return client


def test_the_second_year_from_its_first_project_to_a_closed_round(begun, province, changsha_writer):
    bureau = client_of(changsha_writer)
    # one project of 2024: the site stays with 2023, whose list is the one that is reported
    for client in (begun, bureau):
        assert client.get("/").context["scope"].programme.year == 2023
    assert begun.get("/api/v1/totals/").json()["programme"] == 2023

    # July 2023 is open, and January 2024 too: the bureau is led to the newest that asks it for something
    assert bureau.get("/rounds/now/").headers["Location"].startswith(JANUARY)
    page = opened(bureau, JANUARY)
    entry = Entry.objects.get(project__code="HN-EI-2024-01")
    assert f"{entry.pk}-disbursed" in {each.get("name") for _tag, each in page.elements}

    # it fills in and hands in, by the page
    row = {f"{entry.pk}-version": "new", f"{entry.pk}-disbursed": "0.1", "action": "submit"}
    handed_in = bureau.post(
        f"{JANUARY}?programme=2024&unit=large", row | {f"{entry.pk}-reason": "frost", f"{entry.pk}-measure": "heaters"}
    )
    assert handed_in.status_code == 302, handed_in.content.decode()[:3000]
    assert handed_in.headers["Location"].endswith("programme=2024")
    report = MonthlyReport.objects.get(entry=entry)
    assert (report.state, report.disbursed) == (ReportState.SUBMITTED, 10**8)

    # the province approves, by the API
    shown = begun.get(f"/api/v1/reports/{report.pk}/")
    done = begun.post(
        f"/api/v1/reports/{report.pk}/approve/",
        content_type="application/json",
        headers={"If-Match": shown.headers["ETag"]},
    )
    assert done.status_code == 200, done.content

    # a second project joins in February: it is not late for January, and not on January's list
    put_on_the_list(begun, "HN-EI-2024-02", joined="2024-02-03")
    of_january = begun.get("/api/v1/totals/", {"programme": 2024, "through": "2024-01"}).json()
    [row] = of_january["rows"]
    assert row["figures"]["project_count"]["value"] == 1
    assert row["figures"]["disbursed"]["value"] == 10**8
    assert {name: part["projects"] for name, part in of_january["list"].items()} == {
        "now": 1,
        "start": 1,
        "joined": 0,
        "left": 0,
        "later": 1,
    }

    # the province chooses the new year, in the administration: everybody is shown it
    keys = Programme.objects.filter(year=2024).values_list("pk", flat=True)
    chosen = begun.post(
        "/admin/projects/programme/",
        {"action": "make_current", "_seen": seen(), "_selected_action": list(keys)},
        follow=True,
    )
    assert "The programme of 2024 is the current one" in chosen.content.decode()
    for client in (begun, bureau):
        assert client.get("/").context["scope"].programme.year == 2024
        assert client.get("/api/v1/totals/").json()["programme"] == 2024

    # the round closes; February opens, and asks both
    today_is("2024-03-05")
    january = Round.objects.get(programme__year=2024, month=1)
    assert january.state == "closed"
    assert bureau.get("/rounds/now/").headers["Location"].startswith("/rounds/2024-02/")
    assert opened(bureau, "/rounds/2024-02/").text.count("HN-EI-2024-0") >= 2

    # the first leaves in February: the count is that of then, what it disbursed stays
    entry = Entry.objects.get(project__code="HN-EI-2024-01")
    shown = begun.get(f"/api/v1/entries/{entry.pk}/")
    left = begun.patch(
        f"/api/v1/entries/{entry.pk}/",
        {"left": "2024-02-20", "reason": "moved to another list"},
        content_type="application/json",
        headers={"If-Match": shown.headers["ETag"]},
    )
    assert left.status_code == 200, left.content
    page = opened(begun, "/", programme="2024", through="2024-02")
    said = {each.text for each in page.anchors if "listed=" in each.href and not each.text.isdigit()}
    assert said == {"1 at the start of the year", "1 joined", "1 left", "1 now"}
    whole = begun.get("/api/v1/totals/", {"programme": 2024, "through": "2024-02"}).json()["rows"][0]["figures"]
    assert (whole["project_count"]["value"], whole["disbursed"]["value"], whole["disbursed"]["off_list"]) == (
        1,
        10**8,
        10**8,
    )
    assert whole["planned_disbursement"]["value"] == 12 * 10**8
    # and 2023 is what it was
    assert (
        begun.get("/api/v1/totals/", {"programme": 2023}).json()["rows"][0]["figures"]["disbursed"]["value"]
        == 15_890_000_000
    )


def test_nothing_is_saved_of_a_round_that_has_not_begun(begun, changsha_writer):
    entry = Entry.objects.get(project__code="HN-EI-2024-01")
    row = {f"{entry.pk}-version": "new", f"{entry.pk}-disbursed": "0.1", "action": "save"}
    answer = client_of(changsha_writer).post("/rounds/2024-02/?lang=en&unit=large", row)
    assert "The round has not begun; nothing was saved." in answer.content.decode()
    assert not MonthlyReport.objects.filter(entry=entry, month=2).exists()
