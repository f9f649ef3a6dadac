"""How Datasette is asked for what it knows: its own addresses of the same rows, and SQL for the totals."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

TOTALS = (
    "select s.code, count(*), sum(p.total_investment), sum(p.expected_revenue) from projects_project p"
    " join sectors_sector s on s.id = p.sector_id where p.total_investment >= {} group by s.id"
).replace(" ", "+")


def addresses(register: Any) -> dict[str, str]:
    """By work, of what is asked again and again."""
    return {
        "list": _listed(register.sector, 0),
        "record": _record(register.key),
        "totals": _totals(0),
    }


def addresses_once(register: Any, most: dict[str, int]) -> dict[str, list[str]]:
    """So many addresses for each work, each of which asks something else."""
    return {
        "list": [_listed(register.sector, number) for number in range(most["list"])],
        "record": [_record(key) for key in register.keys(most["record"])],
        "totals": [_totals(number) for number in range(most["totals"])],
    }


def _name() -> str:
    return Path(os.environ["TEST_DATABASE_URL"].removeprefix("sqlite:///")).stem


def _listed(sector: int, least: int) -> str:
    return (
        f"/{_name()}/projects_project.json?sector_id={sector}&total_investment__gte={least}"
        "&_shape=objects&_sort=code&_nofacet=1&_nosuggest=1"
    )


def _record(key: int) -> str:
    return f"/{_name()}/projects_project/{key}.json?_shape=objects"


def _totals(least: int) -> str:
    return f"/{_name()}.json?sql={TOTALS.format(least)}&_shape=objects"
