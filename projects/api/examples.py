"""Examples in the description, as the register of the fixtures answers them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework.fields import CharField, Field

EXAMPLES = json.loads((Path(__file__).parent / "answers.json").read_text(encoding="utf-8"))


def answer(name: str, fields: Mapping[str, Field] = MappingProxyType({})) -> OpenApiExample:
    """A record or total as the API answers it from the fixtures; a test holds that it still does.

    Of the `fields` of a record the file says only those that are not blank.
    """
    EXAMPLES[name] = {each: _blank(field) for each, field in fields.items()} | EXAMPLES[name]
    return OpenApiExample(name, response_only=True, value=EXAMPLES[name])


def _blank(field: Field) -> str | None:
    return "" if isinstance(field, CharField) and not field.allow_null else None


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
PROJECT_PATCH = OpenApiExample(
    "total investment known",
    request_only=True,
    value={"total_investment": 2500000000, "total_investment_reported_by": "长沙市工业和信息化局"},
)
ENTRY_CHANGE = OpenApiExample(
    "on the list of 2024",
    request_only=True,
    value={
        "project": "HN-EI-2023-13",
        "programme": 2024,
        "planned_disbursement": 600000000,
        "planned_disbursement_reported_by": "长沙市工业和信息化局",
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
CLAIM_ADOPTION = OpenApiExample("adopted", request_only=True, value={"reason": "以企业公告为准，媒体报道为约数"})
CLAIM_WITHDRAWAL = OpenApiExample(
    "withdrawn", request_only=True, value={"reason": "公告已更正", "reported_by": "长沙市工业和信息化局"}
)
NOTE_CHANGE = OpenApiExample(
    "about a project",
    request_only=True,
    value={"text": "二期设备 7 月到货", "project": "HN-EI-2023-13", "programme": 2023, "month": "2023-06"},
)
NOTE_PATCH = OpenApiExample("other words", request_only=True, value={"text": "二期设备 8 月到货"})
ROUND_CHANGE = OpenApiExample(
    "August 2023",
    request_only=True,
    value={"month": "2023-08", "opens": "2023-09-01", "due": "2023-09-10", "grace_days": 3, "closes": "2023-09-20"},
)
REPORT_CHANGE = OpenApiExample(
    "July 2023",
    request_only=True,
    value={
        "project": "HN-EI-2023-13",
        "month": "2023-07",
        "disbursed": 45000000,
        "stage": "structure",
        "progress": "主体厂房封顶，3 条生产线中 1 条进场安装",
        "forecast": 620000000,
        "contact": "李湘 0731-80000000",
    },
)
REPORT_PATCH = OpenApiExample(
    "behind its plan",
    request_only=True,
    value={"reason": "进口设备晚到两个月", "measure": "8 月底前到货，9 月补足进度"},
)
PROPOSAL_CHANGE = OpenApiExample(
    "a larger investment",
    request_only=True,
    value={
        "project": "HN-EI-2023-01",
        "changes": [
            {"field": "project.total_investment", "value": 18500000000},
            {"field": "entry.planned_disbursement", "programme": 2023, "value": 3000000000},
        ],
        "reason": "二期追加设备投资",
        "reported_by": "企业来函，2023 年 7 月 18 日",
    },
)
PROPOSAL_COMMENT = OpenApiExample("a comment", request_only=True, value={"comment": "请附企业来函的扫描件。"})
PROPOSAL_ACCEPT = OpenApiExample(
    "the base has moved", request_only=True, value={"choices": {"project.total_investment": "proposed"}}
)
REPORT_COMMENT = OpenApiExample(
    "a comment", request_only=True, value={"comment": "本月完成投资与形象进度不符，请核实。"}
)
_TWO_REPORTS = [
    {"id": 181, "version": "0f5a3c1e9b7d4a62a1c8e4f7d2b60935"},
    {"id": 182, "version": "7c2e9d40b8f1463c95a7d1e06b3f82c4"},
]
MANY_REPORTS = OpenApiExample("two reports", request_only=True, value={"reports": _TWO_REPORTS})
MANY_REPORTS_COMMENT = OpenApiExample(
    "two reports", request_only=True, value={"reports": _TWO_REPORTS, "comment": "请补充存在问题。"}
)
PLAN_CHANGE = OpenApiExample(
    "a revised plan",
    request_only=True,
    value={
        "entry": 13,
        "kind": "revised",
        "amount": 600000000,
        "decided_on": "2023-07-20",
        "document": "湘工信投资〔2023〕100号",
        "reason": "二期推迟到 2024 年开工",
    },
)
MILESTONE_CHANGE = OpenApiExample(
    "main structure",
    request_only=True,
    value={"project": "HN-EI-2023-13", "name_zh": "主体封顶", "planned": "2023-09-30"},
)
PROBLEM_CHANGE = OpenApiExample(
    "land",
    request_only=True,
    value={
        "project": "HN-EI-2023-13",
        "kind": "land",
        "description": "二期 120 亩用地指标未落实",
        "solver": "市自然资源和规划局",
        "raised_on": "2023-07-12",
        "due": "2023-08-31",
    },
)
PROBLEM_PATCH = OpenApiExample(
    "solved",
    request_only=True,
    value={"state": "solved", "solved_on": "2023-08-05", "note": "用地批复已下达"},
)
RATING_CHANGE = OpenApiExample(
    "yellow",
    request_only=True,
    value={"entry": 13, "month": "2023-06", "light": "yellow", "words": "设备晚到，三季度可补回"},
)
PLAUSIBILITY_RULE_PATCH = OpenApiExample(
    "another floor", request_only=True, value={"limit": 100000000, "importance": "confirm"}
)
LIGHT_RULE_PATCH = OpenApiExample("another limit", request_only=True, value={"yellow": 5, "explain_beyond": 5})
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
