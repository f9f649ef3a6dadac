"""Fields of workbooks: what a column can be, and the words that officials and our own files have above it.

A word stands for one field of a kind of workbook, or for none: what may mean two things, such as 累计完成投资, is in no list
and is asked. The names of the model's fields in both languages belong to the words without being repeated here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from projects.choices import WorkbookKind
from projects.models import Entry, MonthlyReport, Project
from projects.models.fields import AmountField

from . import values
from .head_words import plain
from .other_fields import heads_of, others_of
from .own_heads import beside_in
from .values import Reader


@dataclass(frozen=True)
class WorkbookField:
    """A field that a column can be. `model` holds it; None: it tells which record a row is about, or of which version."""

    name: str
    model: type[Model] | None
    read: Reader
    words: str = ""  # parted by blanks
    is_amount: bool = False

    @property
    def label(self) -> str:
        """As people call it."""
        if self.model is None or self.name not in _named(self.model):
            return str(_OTHER_LABELS[self.name])
        return str(getattr(self.model._meta.get_field(self.name), "verbose_name", ""))


CODE, NAME, NATIONAL = "code", "name_zh", "national_code"
VERSION, MONTH, QUOTED = "version", "month", "quoted_year_to_date"
KEYS = {CODE, NATIONAL, NAME}  # which project a row is about
ABOUT = "about"  # the hidden sheet in which a workbook that was made to be filled in says of what it is
LISTS = "lists"  # that of the words of its drop-downs
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


def _amount(name: str, model: type[Model] | None, words: str, *, signed: bool = False) -> WorkbookField:
    return WorkbookField(name, model, values.signed_amount if signed else values.amount, words, is_amount=True)


_REGISTER = (
    WorkbookField(CODE, Project, values.code, _CODE),
    WorkbookField(NATIONAL, Project, values.national_code, _NATIONAL),
    WorkbookField(NAME, Project, values.line, f"{_NAME} 项目中文名称"),
    WorkbookField("name_en", Project, values.line, "项目英文名称"),
    WorkbookField(
        "enterprise",
        Project,
        values.line,
        "企业名称 建设单位 项目单位 项目业主 业主单位 项目建设单位 实施单位 项目实施单位 承担单位 申报单位 company owner "
        "enterprise.name_zh 企业·中文名称",
    ),
    WorkbookField(
        "prefecture",
        Project,
        values.prefecture,
        "所在市州 所属市州 市(州) 地市 所在地市 所属地市 city prefecture.adcode 市州·编号",
    ),
    WorkbookField("county_zh", Project, values.line, "县区 县市区 县(市、区) 区县 所在县区 园区 所在园区 县区或园区"),
    WorkbookField("county_en", Project, values.line),
    WorkbookField("sector", Project, values.sector, "所属行业 行业类别 行业领域 所属领域 领域 sector.code 行业·编号"),
    WorkbookField(
        "chain_link", Project, values.chain_link, "产业链 所属产业链 产业链条 chain_link.code 产业链环节·编号"
    ),
    WorkbookField("kind", Project, values.kind, "项目类型 项目类别"),
    _amount(
        "total_investment",
        Project,
        "投资额 总投资额 投资总额 项目总投资 项目总投资额 计划总投资 计划总投资额 投资规模 总投资规模 total_investment",
    ),
    _amount(
        "expected_revenue",
        Project,
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
    WorkbookField("note_zh", Project, values.text, "备注 备注说明 note"),
    WorkbookField("note_en", Project, values.text),
    _amount(
        "planned_disbursement",
        Entry,
        "年度计划投资额 年度投资计划 年计划投资 年度计划完成投资 当年计划投资 当年计划投资额 本年计划投资 本年度计划投资 "
        "今年计划投资 planned_disbursement planoftheyear annualplan",
    ),
    WorkbookField("status", Entry, values.status, "新建/续建 新续建 新建续建 建设性质 项目性质"),
    _amount(
        "disbursed_before",
        Entry,
        "上年底累计完成投资 截至上年底完成投资 截至去年底累计完成投资 以前年度完成投资 以前年度累计完成投资",
    ),
    WorkbookField("joined", Entry, values.day, "调入时间 入库时间"),
    WorkbookField("left", Entry, values.day, "调出时间"),
    WorkbookField(VERSION, None, values.text, "version 版本"),
)
_REPORTS = (
    WorkbookField(CODE, None, values.code, _CODE),
    WorkbookField(NATIONAL, None, values.national_code, f"{_NATIONAL} 投资项目统一代码"),
    WorkbookField(NAME, None, values.line, f"{_NAME} project.name_zh 项目·中文名称"),
    WorkbookField(MONTH, None, values.month, "月份 报告期 报送月份 month"),
    _amount(
        "disbursed",
        MonthlyReport,
        "本月完成投资 本月完成投资额 当月完成投资 当月完成投资额 本月投资 本月实际完成投资 月度完成投资 disbursedinthemonth",
        signed=True,
    ),
    _amount(
        QUOTED,
        None,
        "年初累计完成投资 本年累计完成投资 本年度累计完成投资 今年累计完成投资 年度累计完成投资 年初至本月累计完成投资 "
        "年初至本月完成投资 year_to_date",
        signed=True,
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
    _amount("forecast", MonthlyReport, "全年预计完成投资 预计全年完成投资 预计全年投资"),
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
    WorkbookField(field.name, model, read, is_amount=isinstance(field, AmountField))
    for model in (Project, Entry)
    for field, read in others_of(model, [each.name for each in _REGISTER])
]  # which a model has and no list names
FIELDS: Mapping[str, Mapping[str, WorkbookField]] = {
    WorkbookKind.REGISTER: {each.name: each for each in (*_REGISTER, *_OTHERS)},
    WorkbookKind.REPORTS: {each.name: each for each in _REPORTS},
}


def fields_of(kind: str) -> Mapping[str, WorkbookField]:
    """Return the fields of a kind of workbook by name; none of a kind that earlier versions imported."""
    return FIELDS.get(kind, {})


def may_clear(kind: str, name: str) -> bool:
    """Whether a blank cell of a field can take away what is stored: not of what says which record a row is about."""
    field = fields_of(kind).get(name)
    return field is not None and field.model is not None and name not in (CODE, NAME)


# of the register, but in a table of reports they may mean what was done in the month
_NOT_BESIDE_REPORTS = frozenset({"投资额", "投资规模", "备注", "备注说明", "note"})


@cache
def words_of(kind: str) -> Mapping[str, str]:
    """The field of each word, in one spelling; '' for what is known and never read."""
    found = dict.fromkeys(map(plain, [*beside_in(kind), *REASONS]), "")
    if kind == WorkbookKind.REPORTS:  # what a project is stands in such tables to be recognised
        found |= dict.fromkeys(words_of(WorkbookKind.REGISTER).keys() - _NOT_BESIDE_REPORTS, "")
    for field in FIELDS[kind].values():
        for word in field.words.split():
            found[plain(word)] = field.name
        if field.model is not None:
            for language, _label in settings.LANGUAGES:
                with override(language):
                    heads = heads_of(field.model, field.name, field.label)
                    found |= {plain(head): field.name for head in heads}
    return found


@cache
def _named(model: type[Model]) -> frozenset[str]:
    return frozenset(each.name for each in model._meta.concrete_fields)
