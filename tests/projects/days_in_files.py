"""The day on which each fact of the fixtures became known, read from their files alone and by nothing of the product."""

from __future__ import annotations

import calendar
import datetime as dt
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tests.people import FIXTURES

ANNOUNCED = dt.date(2023, 3, 6)


@cache
def _objects() -> list[dict[str, Any]]:
    directory = Path(__file__).parents[2] / "fixtures"
    return [each for name in FIXTURES for each in json.loads((directory / f"{name}.json").read_text())]


def facts(model: str) -> Iterator[dict[str, Any]]:
    """The fields of each object of a model of `projects`."""
    return (each["fields"] for each in _objects() if each["model"] == f"projects.{model}")


def last_day(text: str) -> dt.date:
    """The last day that 2023, 2022-03 or 2023-03-06 can mean; no fixture says a quarter."""
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 3:
        return dt.date(*parts)
    month = parts[1] if len(parts) == 2 else 12
    return dt.date(parts[0], month, calendar.monthrange(parts[0], month)[1])


def day_of_project(code: str) -> dt.date:
    fields = next(each for each in facts("project") if each["code"] == code)
    return ANNOUNCED if fields["basis"] == "illustrative" else last_day(fields["source"][1])


def day_of_entry(code: str) -> dt.date:
    """Nothing is on the list of 2023 before it was announced."""
    return max(ANNOUNCED, day_of_project(code))


def due_of_month(number: int) -> dt.date:
    return next(dt.date.fromisoformat(each["due"]) for each in facts("round") if each["month"] == number)
