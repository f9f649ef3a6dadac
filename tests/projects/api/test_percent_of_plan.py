"""The percentage of the plan in lists and files of projects: of whoever has both, rounded as the page rounds it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import models

from projects.models import Entry, MonthlyReport
from tests.pages import opened

from .conftest import System
from .files import lines_of, sheets_of, table_of

NAME = "disbursed_of_plan"
CODE = "HN-EI-2023-24"


@pytest.fixture
def province_system(province: Any, system_of: Any) -> System:
    made: System = system_of(province)
    return made


def shares(records: list[dict[str, Any]]) -> dict[str, Any]:
    return {record["code"]: record[NAME] for record in records}


def in_csv(system: System) -> dict[str, str]:
    head, *rows = table_of(system, "/projects/", programme=2023, lang="en")
    column = head.index(f"{NAME} (%)")
    return {row[head.index("code")]: row[column] for row in rows}


def test_every_form_says_what_the_page_says(province_system: System, client_of: Any, province: Any) -> None:
    page = opened(client_of(province), "/projects/", programme="2023", lang="en").text
    told = shares(lines_of(province_system, "/projects/", programme=2023))
    assert len(told) == 42
    assert sum(share is None for share in told.values()) == 12  # published ones without a plan or a report
    for code, share in told.items():
        row = re.search(rf"{code}(.*?)(HN-EI-|Total)", page, re.S)
        assert share is None or f"{share:,}" in row[1], code
    assert shares(province_system.all("/projects/", programme=2023)) == told
    assert in_csv(province_system) == {code: "" if share is None else str(share) for code, share in told.items()}
    head, *rows = (
        sheets_of(province_system, "/projects/", programme=2023, lang="en").worksheets[0].iter_rows(values_only=True)
    )
    column = head.index(f"{NAME} (%)")
    assert {row[head.index("code")]: row[column] for row in rows} == told


@pytest.mark.parametrize(
    ("done", "plan", "share"),
    [
        (1, 2000, 0.1),  # 0.05 is half, and goes up
        (-1, 2000, -0.1),
        (1, 2001, 0.0),
        (-1, 2001, 0.0),
        (12_345, 100_000, 12.3),
        (12_350, 100_000, 12.4),  # which a float would hold as a little less
        (499_999_999_999, 1, 49_999_999_999_900.0),
        (0, 1000, 0.0),
        (1, 0, None),
        (1, None, None),
        (None, 1000, None),
    ],
)
def test_it_is_rounded_half_up_and_blank_without_both(
    province_system: System, done: Any, plan: Any, share: Any
) -> None:
    entry = Entry.objects.get(project__code=CODE, programme__year=2023)
    models.QuerySet(Entry).filter(pk=entry.pk).update(planned_disbursement=plan)
    reports = models.QuerySet(MonthlyReport).filter(entry=entry, month=1)
    reports.update(disbursed=done, correction_reason="x") if done is not None else reports._raw_delete(reports.db)
    asked = {"programme": 2023, "through": "2023-01", "code": CODE, "fields": f"code,{NAME}"}
    assert shares(lines_of(province_system, "/projects/", **asked)) == {CODE: share}
    assert shares(province_system.all("/projects/", **asked)) == {CODE: share}
    assert province_system.get(f"/projects/{CODE}/", programme=2023, through="2023-01").data[NAME] == share
