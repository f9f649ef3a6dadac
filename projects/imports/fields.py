"""Fields of workbooks: what a column can be, and the words that officials and our own files have above it.

A word stands for one field of a kind of workbook, or for none: what may mean two things, such as 累计完成投资, is in no list
and is asked. The names of the model's fields in both languages belong to the words without being repeated here. Workbooks to
be filled in, and the register's own CSV files, have the columns of the same fields."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Model
from django.utils.dates import MONTHS
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from projects import money
from projects.choices import WorkbookKind
from projects.models import Entry, MonthlyReport, Project
from projects.models.attribution import ReporterField
from projects.models.base import own_fields
from projects.models.fields import AmountField
from projects.periods import partial_dates

from . import values
from .values import Reader

_MARKS = "*＊:：、.。"  # of what must be filled in, and ends of sentences
# what a unit is called in heads, in one spelling, and how many CNY it is
UNITS: dict[str, int] = {
    **money.UNIT_WORDS,
    "10,000cny": money.WAN,
    "10000cny": money.WAN,
    "100millioncny": money.YI,
}
_UNIT = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
_OF_MONEY = rf"(?:人民币)?({_UNIT})(?:人民币)?"
_IN_BRACKETS = re.compile(rf"[(\[【](?:(?:金额)?单位|unit)?:?{_OF_MONEY}[)\]】]")
_AT_THE_END = re.compile(rf"[/,:、]{_OF_MONEY}$|(?<=.)(亿元|万元|千元|百万元|千万元)$")
_ONLY_A_UNIT = re.compile(rf"(?:(?:金额)?单位|unit)?:?{_OF_MONEY}")
_CORNER = re.compile(rf"(?:单位|units?):?{_OF_MONEY}(?![\u4e00-\u9fffa-z])")
# what stands in brackets and says how to fill a column in, not what it is
_HOW = re.compile(
    r"[(\[【](?:是/否|是或否|是、否|√|打√|必填|选填|个|家|户|项|年月|年\.月|年/月|年月日|中文|%|[\u4e00-\u9fff]{1,3}/[\u4e00-\u9fff]{1,3})[)\]】]"
)


@lru_cache(maxsize=10_000)
def normalize_head(text: str) -> str:
    """One spelling: NFKC, small letters, no blanks, no marks around it."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split()).strip(_MARKS)


def split_unit(text: str) -> tuple[str, int | None]:
    """A head without its unit of money, and the unit: 总投资（万元） is 总投资 and 10,000."""
    word = normalize_head(text)
    if found := _ONLY_A_UNIT.fullmatch(word):
        return "", UNITS[found[1]]
    found = _IN_BRACKETS.search(word) or _AT_THE_END.search(word)
    if not found:
        return _HOW.sub("", word).strip(_MARKS), None
    unit = next(each for each in found.groups() if each)
    rest = word[: found.start()] + word[found.end() :]
    return _HOW.sub("", rest).strip(_MARKS), UNITS[unit]


def parse_money_unit(text: str) -> int | None:
    """How many CNY a unit of money is, by its name; None for what is none."""
    return UNITS.get(normalize_head(text))


def parse_corner_unit(text: str) -> int | None:
    """The unit that a line above the table gives for all of it: 单位：万元."""
    word = normalize_head(text)
    found = _CORNER.search(word) or _ONLY_A_UNIT.fullmatch(word.strip("()[]【】"))
    return UNITS[found[1]] if found else None


_READERS: Mapping[type[models.Field], Reader] = {
    AmountField: values.amount,
    models.IntegerField: values.whole_number,
    models.DateField: values.day,
    models.CharField: values.line,
    models.TextField: values.text,
}


def get_other_fields(model: type[models.Model], named: Collection[str]) -> Iterator[tuple[models.Field, Reader]]:
    """Fields beside those that are named, with their readers; without relations, and who reported what."""
    for each in own_fields(model):
        if each.editable and not each.is_relation and each.name not in named and not isinstance(each, ReporterField):
            yield each, _get_reader(each, model)


def _get_reader(field: models.Field, model: type[models.Model]) -> Reader:
    if field.name in partial_dates(model):
        return values.partial_date
    reader = next((_READERS[each] for each in type(field).__mro__ if each in _READERS), None)
    if reader is None or field.choices:
        raise TypeError(f"projects/imports/fields.py: {field} needs a WorkbookField of its own, with its reader")
    return reader


def get_own_heads(model: type[models.Model], name: str, label: str) -> Iterator[str]:
    """What our own files have above a field: its two names, and both with its unit."""
    unit = getattr(model, "units", {}).get(name, "")
    for each in (name, label):
        yield from (each, f"{each} ({unit})") if unit else (each,)


# columns that count rows, or that our own files show of a record
_BESIDE = (
    "enterprise_en source_url source_date "
    "序号 编次 no no. # id url 网址 programme 年度项目名单 disbursed_of_plan 占年度计划投资 disbursed_from "
    "完成投资起始月 disbursed_through 完成投资截至月 open_month 报送中月份(审核通过/应报) since_start "
    "开工以来完成投资 entry 列入名单 state 状态 handed_in_on 报送日 late 逾期报送 submitted_at 报送时间 updated_at 更新时间 "
    "submitted_by 报送人 returned_at 退回时间 returned_by 退回人 comment 退回意见 approved_at 审核时间 "
    "approved_by 审核人 may 可办理步骤 总投资报送方 达产年收入报送方 开工时间报送方 竣工时间报送方 "
    "总投资报送单位 达产年收入报送单位 开工时间报送单位 竣工时间报送单位"
)
_BESIDE_IN: Mapping[str, str] = {
    WorkbookKind.REGISTER: (
        "disbursed 完成投资 占计划% %ofplan 灯 亮灯 light 灯所属的较早月份 lightofanearliermonth 年度计划投资报送方 "
        "年度计划投资报送单位"
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


@cache
def get_sheet_heads(month: int) -> Mapping[str, str]:
    """The heads of the sheet of a month that name it, or the month before, each with its field; '' where it is beside.

    January has no month before, and its own name stands above what it is the first of.
    """
    in_chinese, in_english = _names(month)
    before = _names(month - 1) if month > 1 else (f"{in_chinese}累计", f"{in_english},total")
    return dict.fromkeys(before, "") | dict.fromkeys((f"{in_chinese}完成", f"disbursedin{in_english}"), "disbursed")


def _names(month: int) -> tuple[str, str]:
    with override("en"):
        return f"{month}月", str(MONTHS[month]).casefold()


@dataclass(frozen=True)
class WorkbookField:
    """A field that a column can be. `model` holds it; None: it tells which record a row is about, or of which version."""

    name: str
    model: type[Model] | None
    read: Reader
    words: str = ""  # parted by blanks

    @property
    def is_amount(self) -> bool:
        return self.read in (values.amount, values.signed_amount)

    @property
    def label(self) -> str:
        """As people call it."""
        if self.model is None:
            return str(_OTHER_LABELS[self.name])
        field: Any = self.model._meta.get_field(self.name)
        return str(field.verbose_name)


CODE, NAME, NATIONAL = "code", "name_zh", "national_code"
VERSION, MONTH, QUOTED = "version", "month", "quoted_year_to_date"
KEYS = {CODE, NATIONAL, NAME}  # which project a row is about
ABOUT = "about"  # the hidden sheet in which a workbook that was made to be filled in says of what it is
LISTS = "lists"  # that of the words of its drop-downs
IN_EITHER_LANGUAGE = ("county", "note")  # columns of the register's CSV files for texts that may be Chinese or English
CSV_NAMES = {"enterprise": "enterprise_zh", "planned_disbursement": "planned_disbursement_{year}"}  # where they differ
REASONS = ("拒收原因", "Why refused")  # the head of the column that we add to what is given back
_OTHER_LABELS = {
    CODE: _("Project code"),
    NATIONAL: _("national project code"),
    NAME: _("Project"),
    VERSION: _("version"),
    MONTH: _("month"),
    QUOTED: _("Year to date as quoted elsewhere"),
}
_CODE = "编号 项目编号 项目编码 项目库编号 projectcode code project.code 项目·编号"
_NATIONAL = (
    "项目代码 投资项目代码 国家项目代码 项目统一代码 全国投资项目统一代码 在线审批监管平台代码 在线监管平台项目代码 "
    "国家代码 nationalprojectcode national_code"
)
_NAME = "项目 名称 项目名 项目名称 projectname project name"


_REGISTER = (
    WorkbookField(CODE, Project, values.code, _CODE),
    WorkbookField(NAME, Project, values.line, f"{_NAME} 项目中文名称"),
    WorkbookField("name_en", Project, values.line, "项目英文名称"),
    WorkbookField(NATIONAL, Project, values.national_code, _NATIONAL),
    WorkbookField(
        "enterprise",
        Project,
        values.line,
        "企业名称 建设单位 项目单位 项目业主 业主单位 项目建设单位 实施单位 项目实施单位 承担单位 申报单位 company owner "
        "enterprise.name_zh 企业·中文名称 enterprise_zh",
    ),
    WorkbookField(
        "prefecture",
        Project,
        values.prefecture,
        "所在市州 所属市州 市(州) 地市 所在地市 所属地市 city prefecture.adcode 市州·编号",
    ),
    WorkbookField(
        "county_zh", Project, values.line, "县区 县市区 县(市、区) 区县 所在县区 园区 所在园区 县区或园区 county"
    ),
    WorkbookField("county_en", Project, values.line),
    WorkbookField("sector", Project, values.sector, "所属行业 行业类别 行业领域 所属领域 领域 sector.code 行业·编号"),
    WorkbookField(
        "chain_link", Project, values.chain_link, "产业链 所属产业链 产业链条 chain_link.code 产业链环节·编号"
    ),
    WorkbookField("kind", Project, values.kind, "项目类型 项目类别"),
    WorkbookField(
        "total_investment",
        Project,
        values.amount,
        "投资额 总投资额 投资总额 项目总投资 项目总投资额 计划总投资 计划总投资额 投资规模 总投资规模 total_investment",
    ),
    WorkbookField(
        "expected_revenue",
        Project,
        values.amount,
        "达产年营业收入 达产年销售收入 达产后年收入 年达产收入 预计达产年收入 expected_revenue "
        "annualrevenueatfullcapacity expectedannualrevenue",
    ),
    WorkbookField(
        "transferred",
        Project,
        values.transferred,
        "承接省外产业转移 是否承接产业转移 承接产业转移 是否外省转移 是否省外转移 是否省外产业转移 是否产业转移",
    ),
    WorkbookField("source_province", Project, values.province, "转出地 转出省 转移来源地 来源省份 source_province"),
    WorkbookField("start", Project, values.partial_date, "开工时间 开工日期 开工年月 开工年份 开工建设时间"),
    WorkbookField(
        "finish",
        Project,
        values.partial_date,
        "竣工时间 竣工日期 竣工年月 竣工年份 完工时间 建成时间 计划竣工时间 预计竣工时间",
    ),
    WorkbookField("basis", Project, values.basis),
    WorkbookField(
        "planned_disbursement",
        Entry,
        values.amount,
        "年度计划投资额 年度投资计划 年计划投资 年度计划完成投资 当年计划投资 当年计划投资额 本年计划投资 本年度计划投资 "
        "今年计划投资 planned_disbursement planoftheyear annualplan",
    ),
    WorkbookField("status", Entry, values.status, "新建/续建 新续建 新建续建 建设性质 项目性质"),
    WorkbookField(
        "disbursed_before",
        Entry,
        values.amount,
        "上年底累计完成投资 截至上年底完成投资 截至去年底累计完成投资 以前年度完成投资 以前年度累计完成投资",
    ),
    WorkbookField("joined", Entry, values.day_of_joining, "调入时间 入库时间"),
    WorkbookField("left", Entry, values.day, "调出时间"),
    WorkbookField("note_zh", Project, values.text, "备注 备注说明 note"),
    WorkbookField("note_en", Project, values.text),
    WorkbookField(VERSION, None, values.text, "version 版本"),
)
_REPORTS = (
    WorkbookField(CODE, None, values.code, _CODE),
    WorkbookField(NATIONAL, None, values.national_code, f"{_NATIONAL} 投资项目统一代码"),
    WorkbookField(NAME, None, values.line, f"{_NAME} project.name_zh 项目·中文名称"),
    WorkbookField(MONTH, None, values.month, "月份 报告期 报送月份 month"),
    WorkbookField(
        "disbursed",
        MonthlyReport,
        values.signed_amount,
        "本月完成投资 本月完成投资额 当月完成投资 当月完成投资额 本月投资 本月实际完成投资 月度完成投资 disbursedinthemonth",
    ),
    WorkbookField(
        QUOTED,
        None,
        values.signed_amount,
        "年初累计完成投资 本年累计完成投资 本年度累计完成投资 今年累计完成投资 年度累计完成投资 年初至本月累计完成投资 "
        "年初至本月完成投资 year_to_date",
    ),
    WorkbookField("stage", MonthlyReport, values.stage, "建设阶段 进度阶段 项目阶段"),
    WorkbookField(
        "progress",
        MonthlyReport,
        values.text,
        "工程形象进度 形象进度描述 工程进度 建设进展 项目进展 进展情况 目前进展 项目进展情况 physicalprogressinwords",
    ),
    WorkbookField("started_on", MonthlyReport, values.day, "实际开工日期 实际开工时间 constructionbeganon"),
    WorkbookField(
        "enterprises_attracted", MonthlyReport, values.whole_number, "入园企业数 引进企业 引进企业数 新增入园企业"
    ),
    WorkbookField("forecast", MonthlyReport, values.amount, "全年预计完成投资 预计全年完成投资 预计全年投资"),
    WorkbookField(
        "problems",
        MonthlyReport,
        values.text,
        "存在问题 存在的问题 存在的主要问题 主要问题 需协调解决的问题 需协调问题",
    ),
    WorkbookField("reason", MonthlyReport, values.text, "原因 进度滞后原因 reasonforbeingbehindplan"),
    WorkbookField("measure", MonthlyReport, values.text, "措施 下一步措施 下一步工作措施 下步措施 measuretocatchup"),
    WorkbookField("contact", MonthlyReport, values.line, "联系人及电话 联系人及联系方式 联系方式"),
    WorkbookField("correction_reason", MonthlyReport, values.text),
    WorkbookField(VERSION, None, values.text, "version 版本"),
)
_OTHERS = [
    WorkbookField(field.name, model, read)
    for model in (Project, Entry)
    for field, read in get_other_fields(model, [each.name for each in _REGISTER])
]  # which a model has and no list names
FIELDS: Mapping[str, Mapping[str, WorkbookField]] = {
    WorkbookKind.REGISTER: {each.name: each for each in (*_REGISTER, *_OTHERS)},
    WorkbookKind.REPORTS: {each.name: each for each in _REPORTS},
}


def get_fields(kind: str) -> Mapping[str, WorkbookField]:
    """Return the fields of a kind of workbook by name; none of a kind that earlier versions imported."""
    return FIELDS.get(kind, {})


def may_clear(kind: str, name: str) -> bool:
    """Whether a blank cell of a field can take away what is stored: not of what says which record a row is about."""
    field = get_fields(kind).get(name)
    return field is not None and field.model is not None and name not in (CODE, NAME)


# of the register, but in a table of reports they may mean what was done in the month
_NOT_BESIDE_REPORTS = frozenset({"投资额", "投资规模", "备注", "备注说明", "note"})


@cache
def get_words(kind: str) -> Mapping[str, str]:
    """The field of each word, in one spelling; '' for what is known and never read."""
    found = dict.fromkeys(map(normalize_head, [*_BESIDE.split(), *_BESIDE_IN[kind].split(), *REASONS]), "")
    if kind == WorkbookKind.REPORTS:  # what a project is stands in such tables to be recognised
        found |= dict.fromkeys(get_words(WorkbookKind.REGISTER).keys() - _NOT_BESIDE_REPORTS, "")
    for field in FIELDS[kind].values():
        for word in field.words.split():
            found[normalize_head(word)] = field.name
        if field.model is not None:
            for language, _label in settings.LANGUAGES:
                with override(language):
                    heads = get_own_heads(field.model, field.name, field.label)
                    found |= {normalize_head(head): field.name for head in heads}
    return found


# heads above several columns that say nothing more of them
_NEUTRAL = frozenset(
    {
        *(
            "其中",
            "投资",
            "投资情况",
            "项目投资",
            "资金情况",
            "投资计划",
            "项目情况",
            "基本情况",
            "项目基本情况",
            "项目概况",
        ),
        *("建设情况", "进度情况", "进展情况", "效益情况", "投资及效益"),
    }
)
_ALIKE, _SUGGESTED = 0.6, 3


@dataclass(frozen=True)
class Vocabulary:
    """The words of a kind of workbook, in which the year and the month that are asked may stand for 'this'."""

    kind: str
    year: int
    month: int | None = None

    @cached_property
    def _words(self) -> Mapping[str, str]:
        named = get_sheet_heads(self.month) if self.month and self.kind == WorkbookKind.REPORTS else {}
        return {**get_words(self.kind), **named}

    def find_field(self, parts: Sequence[str]) -> str | None:
        """The field that the heads above a column name, from the top; '' for what is known and never read; None else."""
        words = [word for word in map(self._word, parts) if word]
        if not words:
            return None
        for word in ("".join(words), words[-1] if set(words[:-1]) <= _NEUTRAL else ""):
            if word in self._words:
                return self._words[word]
        is_beside = len(words) == 1 and (_PARTS.fullmatch(words[0]) or _OF_MONTHS[self.kind].fullmatch(words[0]))
        return "" if is_beside else None

    def suggestions(self, parts: Sequence[str]) -> list[str]:
        """Fields whose words are like these, the most alike first."""
        words = [word for word in map(self._word, parts) if word]
        known = {word: field for word, field in self._words.items() if field}
        found = []
        for word in dict.fromkeys(["".join(words), *reversed(words)]):
            found += [known[each] for each in difflib.get_close_matches(word, known, n=_SUGGESTED, cutoff=_ALIKE)]
            found += [known[each] for each in known if len(each) > 1 and each in word]
        return list(dict.fromkeys(found))[:_SUGGESTED]

    def _word(self, text: str) -> str:
        word = normalize_head(text)
        if word in self._words:
            return word
        word, _unit = split_unit(text)
        if word in self._words:
            return word
        if self.month:
            word = re.sub(rf"^(?:{self.year}年)?1(?:月)?[-~至—]0?{self.month}月(?:份)?", "年初至本月", word)
            word = re.sub(rf"^(?:{self.year}年)?0?{self.month}月(?:份)?(?:当月|本月)?", "本月", word)
        word = re.sub(rf"^(?:截至|截止)?{self.year - 1}年(?:12月)?[底末]", "截至上年底", word)
        return re.sub(rf"{self.year}年(?:度)?", "年度", word).removesuffix(f"_{self.year}")
