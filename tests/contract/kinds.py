"""A record of every kind that can be changed, in which nothing is as it is in a new one, and a field of it to change."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import requests

Record = dict[str, Any]
FOLLOWS = {"version", "updated_at"}  # any change
DAY = re.compile(r"\d{4}-\d\d-\d\d")

SOURCE = {"url": "https://www.hunan.gov.cn/one-field.html", "published": "2023-04", "publisher_zh": "湖南省人民政府"}
CODE = "HN-EI-2023-99"
ENTRY_OF_FIXTURES = "HN-EI-2023-29"  # whose July nobody has reported yet


@dataclass(frozen=True)
class Kind:
    """`new` is the body that adds a record, given those that were added before, by kind."""

    new: Callable[[Mapping[str, Record]], Record]
    changed: str  # a text, a number or a day
    there: str = ""  # the key of a record of the fixtures, where all that there can be is there


KINDS = {
    "projects": Kind(
        lambda added: {
            "code": CODE,
            "national_code": "2304-430100-04-01-123456",
            "name_zh": "逐项修改产业园",
            "name_en": "Park of Single Changes",
            "kind": "park",
            "sector": "energy-electronics",
            "chain_link": "cathode-materials",
            "prefecture": "430100",
            "county_zh": "长沙县",
            "county_en": "Changsha County",
            "total_investment": 2_500_000_000,
            "total_investment_reported_by": "长沙市工业和信息化局",
            "expected_revenue": 4_000_000_000,
            "expected_revenue_source": SOURCE,
            "transferred": "no",
            "start": "2023-02",
            "start_reported_by": "长沙市工业和信息化局",
            "basis": "published",
            "source": SOURCE,
            "note_zh": "一期",
            "note_en": "first phase",
        },
        "note_en",
    ),
    "entries": Kind(
        lambda added: {
            "project": CODE,
            "programme": 2023,
            "planned_disbursement": 900_000_000,
            "planned_disbursement_reported_by": "长沙市工业和信息化局",
            "status": "continuing",
            "disbursed_before": 300_000_000,
            "joined": "2023-02-01",
            "basis": "published",
            "source": SOURCE,
        },
        "disbursed_before",
    ),
    "claims": Kind(
        lambda added: {
            "project": CODE,
            "figure": "year_plan_progress",
            "stated": "63",
            "through_month": 6,
            "year": 2023,
            "of_output_value": True,
            "scope_zh": "一期",
            "scope_en": "first phase",
            "source": SOURCE,
            "note_zh": "据上半年通报",
            "note_en": "by the report of the first half",
        },
        "note_en",
    ),
    "light-rules": Kind(
        lambda added: {
            "code": "share-of-one-field",
            "name_zh": "逐项",
            "name_en": "One by one",
            "method": "share",
            "yellow": 90,
            "red": 70,
            "against": "monitored",
            "explain_beyond": 20,
            "start_yellow": 2,
            "start_red": 5,
            "missing_yellow": 3,
            "missing_red": 4,
            "borrowed": True,
            "source": SOURCE,
        },
        "yellow",
    ),
    "milestones": Kind(
        lambda added: {
            "project": CODE,
            "name_zh": "主体封顶",
            "name_en": "Main structure",
            "planned": "2023-09-30",
            "expected": "2023-10-31",
            "reason": "雨季",
            "basis": "published",
            "source": SOURCE,
        },
        "name_en",
    ),
    "notes": Kind(
        lambda added: {"text": "二期设备 7 月到货", "project": CODE, "programme": 2023, "month": "2023-06"},
        "text",
    ),
    "plans": Kind(
        lambda added: {
            "entry": added["entries"]["id"],
            "kind": "monitored",
            "amount": 1_200_000_000,
            "curve": [100_000_000] * 12,
            "decided_on": "2023-07-20",
            "document": "湘工信投资〔2023〕100号",
            "reason": "二期推迟到 2024 年开工",
            "basis": "published",
            "source": SOURCE,
        },
        "document",
    ),
    "plausibility-rules": Kind(lambda added: {}, "message_en", there="outlier"),
    "problems": Kind(
        lambda added: {
            "project": CODE,
            "kind": "land",
            "description": "二期用地指标未落实",
            "solver": "市自然资源和规划局",
            "raised_on": "2023-07-12",
            "due": "2023-08-31",
            "state": "in-hand",
            "note": "已报省厅",
            "basis": "published",
            "source": SOURCE,
        },
        "solver",
    ),
    "reports": Kind(
        lambda added: {
            "project": ENTRY_OF_FIXTURES,
            "month": "2023-07",
            "disbursed": 100_000_000,
            "stage": "equipment",
            "progress": "设备进场",
            "started_on": "2023-02-18",
            "enterprises_attracted": 3,
            "forecast": 1_000_000_000,
            "problems": "设备晚到",
            "reason": "进口设备晚到两个月",
            "measure": "8 月补足进度",
            "contact": "李湘 0731-80000000",
            "correction_reason": "更正六月数",
        },
        "progress",
    ),
    "rounds": Kind(
        lambda added: {
            "month": "2024-01",
            "opens": "2024-02-01",
            "due": "2024-02-10",
            "grace_days": 3,
            "closes": "2024-02-28",
        },
        "closes",
    ),
}


class Register:
    """The register on a running server, as somebody reads it and adds to it with a token and without a generated client."""

    def __init__(self, address: str, token: str) -> None:
        self.address = address
        self.headers = {"Authorization": f"Token {token}", "Accept-Language": "en"}

    def read(self, url: str) -> tuple[Record, str]:
        """The record at this address, and its ETag."""
        answer = requests.get(url, headers=self.headers, timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.json(), answer.headers["ETag"]

    def add_one_of_each_kind(self) -> dict[str, Record]:
        added: dict[str, Record] = {}
        for tag, kind in KINDS.items():
            url = f"{self.address}/api/v1/{tag}/"
            if kind.there:
                added[tag] = self.read(f"{url}{kind.there}/")[0]
                continue
            answer = requests.post(url, json=kind.new(added), headers=self.headers, timeout=60)
            assert answer.status_code == 201, (tag, answer.text)
            added[tag] = answer.json()
        return added


def other(value: str | int) -> str | int:
    """Another value of the kind that this one is of."""
    if isinstance(value, int):
        return value + 1
    return str(date.fromisoformat(value) + timedelta(1)) if DAY.fullmatch(value) else f"{value}, changed"


def differences(expected: Record, record: Record) -> dict[str, tuple[Any, Any]]:
    """Fields of which the record has not the value that is expected."""
    return {
        name: (value, record.get(name))
        for name, value in expected.items()
        if name not in FOLLOWS and record.get(name) != value
    }
