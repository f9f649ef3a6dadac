"""Heads of our own files beside those of what can be written: known, and never read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from django.utils.dates import MONTHS
from django.utils.translation import override

from projects.choices import WorkbookKind

# columns that count rows, or that our own files show of a record
_BESIDE = (
    "序号 编次 no no. # id url 网址 programme 年度项目名单 disbursed_of_plan 占年度计划投资 disbursed_from "
    "完成投资起始月 disbursed_through 完成投资截至月 open_month 报送中月份(审核通过/应报) since_start "
    "开工以来完成投资 entry 列入名单 state 状态 handed_in_on 报送日 late 逾期报送 submitted_at 报送时间 "
    "submitted_by 报送人 returned_at 退回时间 returned_by 退回人 comment 退回意见 approved_at 审核时间 "
    "approved_by 审核人 may 可办理步骤 总投资报送方 达产年收入报送方 开工时间报送方 竣工时间报送方"
)
_BESIDE_IN: Mapping[str, str] = {
    WorkbookKind.REGISTER: (
        "disbursed 完成投资 占计划% %ofplan 灯 light 灯所属的较早月份 lightofanearliermonth 年度计划投资报送方"
    ),
    WorkbookKind.REPORTS: (
        "basis 依据 project.name_en 项目·英文名称 累计完成年度计划比例 完成年度计划比例 年度计划完成率 投资完成率"
    ),
}
# parts of records, and what is for programs
_PARTS = re.compile(r"[a-z]+(_[a-z]+)*\.[a-z_]+|.+·.+|.+_reported_by|.+,(?:代码|网址|code|address)")
# money disbursed in a month or several, with what of an open one is approved; of reports a month alone may be the one asked
_OF_MONTHS: Mapping[str, re.Pattern[str]] = {
    WorkbookKind.REGISTER: re.compile(r"(?:1–)?\d+月完成(?:[(].+[)])?|disbursed,[a-z]{3}(?:–[a-z]{3})?(?:[(].+[)])?"),
    WorkbookKind.REPORTS: re.compile(r"1–\d+月(?:完成|累计)|disbursed,jan–.+|januaryto[a-z]+,total"),
}


def beside_in(kind: str) -> Sequence[str]:
    """The heads of a kind of workbook that are known by their words."""
    return f"{_BESIDE} {_BESIDE_IN[kind]}".split()


def is_beside(kind: str, word: str) -> bool:
    """Whether a head, without its unit, is known by its form."""
    of_months = _OF_MONTHS[kind]
    return bool(_PARTS.fullmatch(word) or of_months.fullmatch(word))


@cache
def of_sheet(month: int) -> Mapping[str, str]:
    """The heads of the sheet of a month that name it, or the month before, each with its field; '' where it is beside.

    January has no month before, and its own name stands above what it is the first of.
    """
    in_chinese, in_english = _names(month)
    before = _names(month - 1) if month > 1 else (f"{in_chinese}累计", f"{in_english},total")
    return dict.fromkeys(before, "") | dict.fromkeys((f"{in_chinese}完成", f"disbursedin{in_english}"), "disbursed")


def _names(month: int) -> tuple[str, str]:
    with override("en"):
        return f"{month}月", str(MONTHS[month]).casefold()
