"""Ten days of 2023 asked of the demonstration, at pages and API, and held against plain sums over the fixture files."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from projects.history.as_of import AsOf, override_as_of
from projects.history.revisions import create_revision
from projects.models import Programme, Project, Revision, Round

from .days_in_files import day_of_entry, due_of_month, facts, last_day
from .test_crown import Totals

pytestmark = pytest.mark.django_db

DAYS = [
    *("2023-01-15", "2023-03-05", "2023-03-06", "2023-03-31", "2023-04-25"),
    *("2023-05-01", "2023-06-30", "2023-07-20", "2023-07-21", "2023-12-31"),
]
FIGURES = (
    "project_count",
    "total_investment",
    "planned_disbursement",
    "expected_revenue",
    "transferred_count",
    "disbursed",
)
Figures = dict[str, tuple[int | None, int]]  # value, and of how many records it is known


def expected(day: dt.date) -> Figures:
    """What the list of 2023 came to, of what was known on the day."""
    listed = {each["project"][0]: each for each in facts("entry") if day_of_entry(each["project"][0]) <= day}
    projects = [each for each in facts("project") if each["code"] in listed]
    reported: dict[str, int] = {}
    for report in facts("monthlyreport"):
        code = report["entry"][0]
        if max(day_of_entry(code), due_of_month(report["month"])) <= day:
            reported[code] = reported.get(code, 0) + report["disbursed"]
    columns = {
        "total_investment": [each["total_investment"] for each in projects],
        "expected_revenue": [each["expected_revenue"] for each in projects],
        "planned_disbursement": [each["planned_disbursement"] for each in listed.values()],
        "disbursed": list(reported.values()),
    }
    found = {name: _sum([value for value in values if value is not None]) for name, values in columns.items()}
    told = [each["transferred"] == "yes" for each in projects if each["transferred"] != "unknown"]
    return found | {
        "project_count": (len(projects), len(projects)),
        "transferred_count": (sum(told) if told else None, len(told)),
    }


def _sum(values: list[int]) -> tuple[int | None, int]:
    return (sum(values) if values else None), len(values)


def months_known(day: dt.date) -> int:
    announced = min(day_of_entry(each["entry"][0]) for each in facts("monthlyreport"))
    return max((month for month in range(1, 7) if max(announced, due_of_month(month)) <= day), default=0)


def targets_known(day: dt.date) -> set[tuple[str, str, int]]:
    return {
        (each["measure"], each["kind"], each["value"])
        for each in facts("target")
        if each["programme"] == [2023] and last_day(each["source"][1]) <= day
    }


@pytest.fixture
def ask(moved_in, public_read, client):
    def asked(address: str, **query: Any) -> Any:
        query = {"programme": 2023, "lang": "en"} | query
        response = client.get(address, {name: value for name, value in query.items() if value is not None})
        assert response.status_code == 200, response.content.decode()[:500]
        return response

    return asked


def totals(ask: Any, **query: Any) -> dict[str, Any]:
    return ask("/api/v1/totals/", **{"fields": ",".join(FIGURES)} | query).json()


def figures_of(answer: dict[str, Any]) -> Figures:
    [row] = answer["rows"]
    return {name: (each["value"], each["known"]) for name, each in row["figures"].items()}


def test_each_of_ten_days_gives_the_overview_of_then_at_every_door(ask):
    seen = set()
    for text in DAYS:
        day = dt.date.fromisoformat(text)
        answer, wanted = totals(ask, as_of=text), expected(day)
        assert figures_of(answer) == wanted, text
        assert answer["through"] == (f"2023-{months_known(day):02}" if months_known(day) else None), text
        told = ask("/api/v1/targets/", as_of=text, page_size=100).json()["results"]
        assert {(each["measure"], each["kind"], each["value"]) for each in told} == targets_known(day), text
        listed = ask("/api/v1/projects/", as_of=text, page_size=100, fields="code").json()
        assert listed["count"] == wanted["project_count"][0], text
        seen.add(tuple(wanted.items()))
        if not listed["count"]:
            assert ask("/", as_of=text).status_code == 200
            continue
        page = Totals("tfoot")
        page.feed(ask("/projects/", as_of=text).content.decode())
        assert {name: page.found[name] for name in FIGURES} == {name: value for name, (value, _) in wanted.items()}, (
            text
        )
        overview = " ".join(ask("/", as_of=text).content.decode().split())
        for name, (value, _known) in wanted.items():
            assert f'data-figure="{name}" data-value="{value}"' in overview, (text, name)
    assert (
        len(seen) == 8
    )  # nobody could take one of these days for another, but for what July and March changed at once


def test_a_day_is_the_state_of_the_newest_revision_that_it_knew(ask):
    for text in DAYS:
        newest = Revision.objects.filter(known_on__lte=text).order_by("-known_on").first()
        by_day, by_number = totals(ask, as_of=text), totals(ask, as_of=f"r{newest.number}")
        assert figures_of(by_day) == figures_of(by_number)
        assert (by_day["clock"], by_number["clock"]) == ("known_on", "recorded_at")
        for answer in (by_day, by_number):
            assert (answer["revision"], answer["known_on"]) == (newest.number, newest.known_on.isoformat())
            assert dt.datetime.fromisoformat(answer["recorded_at"]) == newest.created_at
        # the moment at which it was recorded is the other clock: that of the load
        by_moment = totals(ask, as_of=newest.created_at.isoformat())
        assert (by_moment["revision"], by_moment["clock"]) == (newest.number, "recorded_at")


def test_every_answer_of_the_past_says_by_which_clock(ask):
    response = ask("/api/v1/projects/", as_of="2023-05-01", fields="code")
    newest = Revision.objects.get(known_on="2023-04-28")
    assert response["X-Clock"] == "known_on"
    assert response["X-Known-On"] == "2023-04-28"
    assert response["X-Data-Revision"] == str(newest.number)
    assert dt.datetime.fromisoformat(response["X-Recorded-At"]) == newest.created_at
    assert "X-Clock" not in ask("/api/v1/projects/", fields="code")


def test_today_in_a_past_is_the_earlier_of_that_day_and_the_programmes_own(ask):
    for text, today, state in [
        ("2023-03-01", "2023-03-01", "open"),
        ("2023-05-01", "2023-05-01", "closed"),
        ("2023-08-06", "2023-08-06", "closed"),
        ("2023-12-31", "2023-08-07", "closed"),
        ("2025-01-01", "2023-08-07", "closed"),
        (f"r{Revision.objects.newest_number()}", "2023-08-07", "closed"),
    ]:
        with override_as_of(AsOf.parse(text)):
            assert Programme.objects.get(year=2023).today.isoformat() == today, text
            assert Round.objects.get(programme__year=2023, month=2).state == state, text
            assert Round.objects.get(programme__year=2023, month=7).state in ("planned", "open")
        for each in ask("/api/v1/milestones/", as_of=text, page_size=100).json()["results"]:
            due = each["expected"] or each["planned"]
            assert each["overdue"] == (each["actual"] is None and due < today), (text, each)


def test_since_the_month_before_goes_up_to_what_is_known_now(ask):
    """What somebody types today is among it, though the programme's own day is long past."""
    with create_revision():
        project = Project.objects.get(code="HN-EI-2023-13")
        project.total_investment += 7
        project.save()
    since = ask("/api/v1/explain/", figure="total_investment").json()["since"]
    assert since["as_of"][:10] == "2023-06-30"
    assert [(each["code"], each["difference"]) for each in since["effects"]] == [("HN-EI-2023-13", 7)]
