"""Examples in the description, with answers as the fixtures give them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

_HOST = "https://example.gov.cn/api/v1"
_SOURCE = {"url": "https://english.rednet.cn/content/2023/03/22/12478190.html", "published": "2023-03-22"}

PROJECT = OpenApiExample(
    "project",
    response_only=True,
    value={
        "url": f"{_HOST}/projects/HN-EI-2023-13/",
        "code": "HN-EI-2023-13",
        "name_zh": "…",
        "name_en": "…",
    },
)
PROJECT_CHANGE = OpenApiExample("new project", request_only=True, value={})
ENTRY_CHANGE = OpenApiExample("new entry", request_only=True, value={})
CLAIM_CHANGE = OpenApiExample("new claim", request_only=True, value={})
TOTALS = OpenApiExample("total", response_only=True, value={})


def problem_example(status: str) -> dict[str, Any] | None:
    return None
