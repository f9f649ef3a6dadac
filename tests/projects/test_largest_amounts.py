"""With the largest amount in every record every sum is exact, at every door, and a million such records fit in 64 bits."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from django.db import models, transaction
from django.test import Client

from projects.choices import Basis, Measure, ReportState, Unit
from projects.models import Claim, Entry, MonthlyReport, Plan, Project, Source
from projects.money import LIMIT
from projects.monitoring.forecast import get_forecast
from projects.monitoring.running_totals import since_start
from projects.totals.dimensions import DIMENSIONS
from projects.totals.figures import FIGURES
from projects.totals.totals import totals

from .asking import scope_of
from .test_crown import figures_in

LARGEST = LIMIT - 1
PROJECTS, MONTHS, MILLION = 42, 12, 1_000_000
ROOM = 2**63 - 1  # of a sum, on either database
EVERYTHING = [("programme", "2023")]
EACH = {  # what one project adds to a figure that is money
    Measure.TOTAL_INVESTMENT: LARGEST,
    Measure.PLANNED_DISBURSEMENT: LARGEST,
    Measure.EXPECTED_REVENUE: LARGEST,
    Measure.DISBURSED: MONTHS * LARGEST,
    Measure.DISBURSED_OF_PLAN: MONTHS * LARGEST,
    Measure.OUTPUT_VALUE: LARGEST,
    Measure.FORECAST: LARGEST,
}
MONEY = [name for name, figure in FIGURES.items() if figure.unit == Unit.CNY]


@pytest.fixture(scope="module")
def largest(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Each of the 42 projects of 2023 says the largest amount wherever it can, in each of twelve months too.

    Once for all tests of the file, each of which is rolled back to here.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        say_the_largest()
        yield
        transaction.set_rollback(True)


def say_the_largest() -> None:
    rows = models.QuerySet  # in SQL: what is summed is as the database lets it be
    rows(Claim).update(adopted=False)
    rows(Project).update(total_investment=LARGEST, expected_revenue=LARGEST)
    adopted = {"figure": "expected_revenue", "amount": LARGEST, "adopted": True, "of_output_value": True}
    source = Source.objects.first()
    rows(Claim).bulk_create([Claim(project=each, source=source, **adopted) for each in Project.objects.all()])
    rows(Entry).update(planned_disbursement=LARGEST, disbursed_before=LARGEST)
    rows(Plan).update(amount=LARGEST, curve=[0] * 11 + [LARGEST])
    said = {"state": ReportState.APPROVED, "basis": Basis.ILLUSTRATIVE, "disbursed": LARGEST, "forecast": LARGEST}
    rows(MonthlyReport).filter(state=ReportState.APPROVED).update(disbursed=LARGEST, forecast=LARGEST)
    there = set(rows(MonthlyReport).values_list("entry_id", "month"))
    entries = Entry.objects.filter(programme__year=2023).values_list("pk", flat=True)
    new = [(entry, month) for entry in entries for month in range(1, MONTHS + 1) if (entry, month) not in there]
    rows(MonthlyReport).bulk_create([MonthlyReport(entry_id=entry, month=month, **said) for entry, month in new])


def rows_of(client: Client, by: str, **more: str) -> Iterator[dict[str, int | None]]:
    """The figures of each row of a breakdown, as the API gives them."""
    names = ",".join(name for name in FIGURES if by != "month" or FIGURES[name].by_month)
    question = [*EVERYTHING, ("fields", names), *more.items(), *([("by", by)] if by else [])]
    answer = client.get("/api/v1/totals/", question)
    assert answer.status_code == 200, (by, answer.content)
    for row in answer.json()["rows"]:
        yield {name: figure["value"] for name, figure in row["figures"].items()}


def test_every_figure_that_is_money_is_looked_at() -> None:
    assert sorted(MONEY) == sorted(EACH)


@pytest.mark.parametrize("more", [{}, {"kind": "plant"}, {"total_investment_min": "5"}, {"as_of": "r1"}], ids=str)
@pytest.mark.parametrize("by", ["", *sorted(DIMENSIONS), "month"])
def test_every_breakdown_is_exact(largest, client_of, province, by, more):
    """By sums that are kept and by sums over the records; of the past, which is small, only that there is an answer."""
    rows = list(rows_of(client_of(province), by, **more))
    if "as_of" in more:
        return
    expected = Project.objects.filter(entries__programme__year=2023, **({"kind": "plant"} if "kind" in more else {}))
    if by == "month":
        assert [row["disbursed"] for row in rows] == [expected.count() * LARGEST] * MONTHS
        return
    assert sum(row["project_count"] or 0 for row in rows) == expected.count()
    for row in rows:
        for name, each in EACH.items():
            assert row[name] == (row["project_count"] * each if row["project_count"] else None), (by, name)


def test_every_page_says_the_same(largest, client_of, province, analyst):
    whole = {
        name: PROJECTS * each for name, each in EACH.items() if name not in (Measure.FORECAST, Measure.OUTPUT_VALUE)
    }
    found = figures_in(client_of(province).get("/projects/", EVERYTHING), "tfoot")
    assert {name: found[name] for name in whole} == whole
    listed = client_of(analyst)
    for name in MONEY:
        told = listed.get("/api/v1/explain/", {"programme": "2023", "figure": name})
        assert told.status_code == 200, told.content
        assert told.json()["value"] == PROJECTS * EACH[name]
        assert listed.get(f"/figures/{name}/", EVERYTHING).status_code == 200
    sector = Project.objects.values_list("sector__code", flat=True).first()
    prefecture = Project.objects.filter(prefecture__isnull=False).values_list("prefecture__adcode", flat=True).first()
    paths = ("/", "/sectors/", f"/sectors/{sector}/", "/prefectures/", f"/prefectures/{prefecture}/", "/league/")
    for path in (*paths, "/forecast/", "/rounds/2023-06/", "/attention/", "/projects/HN-EI-2023-13/", "/compare/"):
        for language in ("en", "zh-hans"):
            answer = listed.get(path, [*EVERYTHING, ("lang", language)])
            assert answer.status_code == 200, (path, answer.status_code)


def test_a_page_shows_the_whole_to_the_last_digit(largest, client_of, analyst):
    text = client_of(analyst).get("/projects/?programme=2023&lang=en").content.decode()
    assert f'data-value="{PROJECTS * MONTHS * LARGEST}"' in text


@pytest.mark.parametrize("form", ["csv", "ndjson", "xlsx", "json"])
def test_every_file_has_every_amount_to_the_last_cny(largest, client_of, analyst, form):
    question = [*EVERYTHING, ("format", form), *([("page_size", "500")] if form == "json" else [])]
    answer = client_of(analyst).get("/api/v1/projects/", question, headers={"accept-language": "en"})
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if form == "csv":
        records = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    elif form == "xlsx":
        head, *lines = openpyxl.load_workbook(io.BytesIO(content), read_only=True).worksheets[0].values
        records = [dict(zip(head, line, strict=True)) for line in lines if line[0]]
    elif form == "ndjson":
        records = [json.loads(line) for line in content.splitlines()]
    else:
        records = answer.json()["results"]
    assert len(records) == PROJECTS
    for record in records:
        for name in ("total_investment", "planned_disbursement", "expected_revenue", "disbursed"):
            said = next(value for key, value in record.items() if str(key).startswith(name))
            assert int(said) == EACH[Measure(name)], (form, name)


def test_what_is_made_of_sums_is_exact_too(largest, analyst):
    scope = scope_of(analyst, EVERYTHING)
    assert get_forecast(scope).value == PROJECTS * MONTHS * LARGEST
    whole = totals(scope).total_row
    assert whole.progress == MONTHS  # twelve times the annual plan
    entry = Entry.objects.filter(programme__year=2023).first()
    assert since_start(entry, MONTHS * LARGEST) == (MONTHS + 1) * LARGEST


def test_a_million_records_of_twelve_months_fit_whatever_is_added_up(largest, analyst):
    """A figure is so many times what one record adds, and a million times that has room in 64 bits."""
    whole = totals(scope_of(analyst, EVERYTHING), figures=tuple(FIGURES)).total_row
    for name, each in EACH.items():
        assert whole.figures[name].value == PROJECTS * each
        assert MILLION * each <= ROOM
    assert MILLION * (MONTHS + 1) * LARGEST <= ROOM  # since the start of the projects
