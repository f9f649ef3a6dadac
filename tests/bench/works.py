"""The kinds of questions that the bench asks once, in the order of the table in `docs/scaling.md`."""

from __future__ import annotations

from typing import Any

from . import datasette
from .asked_once import Work, each_of

HEADLINES = ("project_count", "total_investment", "planned_disbursement", "expected_revenue", "transferred_count")
FIGURES = ",".join((*HEADLINES, "enterprises_attracted", "disbursed"))
MANY, SOME, FEW = 42, 20, 5  # questions of a kind: the dearer, the fewer
MONTHS = [f"2023-{month:02}" for month in range(1, 7)]


def works(register: Any) -> list[Work]:
    """For a register that is filled: its sectors, codes and keys are in the addresses."""
    return [*_of_systems(register), *_bounded(register), *_pages(register)]


def _amounts(count: int) -> list[int]:
    """Limits that nearly all projects are above: the question is another with each, the answer as long."""
    return [10**8 + 1000 * number for number in range(1, count + 1)]


def _of_systems(register: Any) -> list[Work]:
    past = f"as_of=r{register.past}"
    of_datasette = datasette.addresses_once(register, {"list": MANY, "record": 6 * MANY, "totals": SOME})
    codes, keys = register.codes(6 * MANY), register.keys(6 * MANY)
    return [
        Work(
            "list page of 50 of a sector",
            "1.5",
            {
                "product": register.pages_of_sectors("/api/v1/projects/?sector={code}&page_size=50&page={page}", MANY),
                "textbook": register.pages_of_sectors("/projects/?sector__code={code}&page={page}", MANY),
                "datasette": of_datasette["list"],
            },
            past,
        ),
        Work(
            "list page, another filter (counted)",
            "1.5",
            {
                "product": each_of("/api/v1/projects/?total_investment_min={}&page_size=50", _amounts(MANY)),
                "textbook": each_of("/projects/?basis=illustrative&n={}", range(MANY)),
            },
            past,
        ),
        Work(
            "one record",
            "1.5",
            {
                "product": each_of("/api/v1/projects/{}/", codes),
                "textbook": each_of("/projects/{}/", keys),
                "datasette": of_datasette["record"],
            },
            past,
        ),
        Work(
            "totals by sector, another filter",
            "2",
            {
                "product": each_of(
                    f"/api/v1/totals/?programme=2023&by=sector&fields={FIGURES}&total_investment_min={{}}",
                    _amounts(SOME),
                ),
                "textbook": each_of("/projects/totals/?programme=2023&n={}", range(SOME)),
                "datasette": of_datasette["totals"],
            },
            past,
        ),
    ]


def _bounded(register: Any) -> list[Work]:
    """What systems ask that has no like at the textbook."""
    asked = {
        ("explain, first page, another filter", "none"): each_of(
            "/api/v1/explain/?figure=total_investment&programme=2023&total_investment_min={}", _amounts(FEW)
        ),
        ("walk of all by cursor, pages of 500", "none"): each_of(
            "/api/v1/projects/?cursor=&page_size=500&total_investment_min={}", _amounts(SOME)
        ),
        ("comparison by the API", "none"): each_of("/api/v1/comparison/?since=2023-03-{:02}", range(1, 1 + FEW)),
    }
    return [Work(name, goal, {"product": paths}) for (name, goal), paths in asked.items()]


def _pages(register: Any) -> list[Work]:
    sectors = list(register.sectors)
    asked = {
        ("page: project list of a sector", "150 ms at 1,000"): register.pages_of_sectors(
            "/projects/?sector={code}&page={page}", SOME
        ),
        ("page: one project", "150 ms at 1,000"): each_of("/projects/{}/", register.codes(SOME)),
        ("page: overview of a month and sector", "150 ms at 1,000"): [
            f"/?programme=2023&through={month}&sector={code}" for month in MONTHS for code in sectors[:3]
        ],
        ("page: attention", "150 ms at 1,000"): each_of("/attention/?sector={}", sectors),
        ("page: forecast", "150 ms at 1,000"): each_of("/forecast/?sector={}", sectors),
        ("page: forecast of all", "150 ms at 1,000"): each_of("/forecast/?programme=2023&through={}", MONTHS),
        ("page: comparison with another day", "150 ms at 1,000"): each_of(
            "/compare/?since=2023-03-{:02}", range(1, 1 + FEW)
        ),
        ("page: a figure", "150 ms at 1,000"): each_of(
            "/figures/total_investment/?total_investment_min={}", _amounts(FEW)
        ),
        ("page: rounds", "150 ms at 1,000"): each_of("/rounds/?programme=2023&through={}", MONTHS),
        ("page: ranking", "150 ms at 1,000"): each_of("/league/?programme=2023&through={}", MONTHS),
        ("page: sheet of a month", "150 ms at 1,000"): each_of("/rounds/{}/", MONTHS),
        ("page: review of a month", "150 ms at 1,000"): each_of("/review/?month={}", MONTHS),
    }
    return [Work(name, goal, {"product": paths}, is_page=True) for (name, goal), paths in asked.items()]
