"""Examples in the description, as the register of the fixtures answers them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from drf_spectacular.utils import OpenApiExample

_ANSWERS = json.loads((Path(__file__).parent / "answers.json").read_text(encoding="utf-8"))


def answer(name: str) -> OpenApiExample:
    """A record or total as the API answers it from the fixtures; a test holds that it still does."""
    return OpenApiExample(name, response_only=True, value=_ANSWERS[name])


PROJECT_CHANGE = OpenApiExample(
    "new project",
    request_only=True,
    value={
        "code": "HN-EI-2024-01",
        "name_zh": "长沙先进计算产业园二期",
        "sector": "advanced-computing",
        "prefecture": "430100",
        "total_investment": 1800000000,
        "start": "2024-03",
        "basis": "published",
        "source": {"url": "https://www.hunan.gov.cn/", "published": "2024-02"},
    },
)
PROJECT_PATCH = OpenApiExample("total investment known", request_only=True, value={"total_investment": 2500000000})
ENTRY_CHANGE = OpenApiExample(
    "on the list of 2024",
    request_only=True,
    value={
        "project": "HN-EI-2023-13",
        "programme": 2024,
        "planned_disbursement": 600000000,
        "status": "continuing",
    },
)
CLAIM_CHANGE = OpenApiExample(
    "an amount",
    request_only=True,
    value={
        "project": "HN-EI-2023-01",
        "figure": "total_investment",
        "amount": 20000000000,
        "source": {"url": "https://www.hunan.gov.cn/", "published": "2023-09-01"},
    },
)
_UNKNOWN = {
    "type": "about:blank",
    "title": "The request has errors",
    "status": 400,
    "detail": "basis: “real” is not known. Known: published, reported, illustrative.",
    "instance": "/api/v1/projects/",
    "errors": {"basis": ["“real” is not known. Known: published, reported, illustrative."]},
}


def problem_example(status: str) -> dict[str, Any] | None:
    """An example of the problem with this status; None where the words of the status say it."""
    return _UNKNOWN if status == "400" else None
