"""The register that recordings begin with: the demonstration, and what people have done in it since, by its interfaces."""

from __future__ import annotations

import io
import re
from typing import Any

from . import clock
from .callers import PASSWORD, Callers

JULY = "/rounds/2023-07/"
# account, what its token may, prefecture that it is bound to
TOKENS = [
    ("province", "write", ""),
    ("reviewer", "write", ""),
    ("changsha", "write", ""),
    ("changsha-reader", "read", ""),
    ("zhuzhou", "write", ""),
    ("analyst", "read", ""),
    ("admin", "read", ""),
    ("bound", "read", "430200"),
]
HEAD = ["项目编号", "项目名称", "总投资（万元）", "2023年度计划投资（万元）", "所属行业"]


def load() -> None:
    """Fill an empty database with the demonstration."""
    from django.core.management import call_command

    from portfolio.management.commands import demo
    from projects.choices import Role

    call_command("migrate", verbosity=0)
    call_command("loaddata", *demo.FIXTURES, verbosity=0)
    demo.PEOPLE = [*demo.PEOPLE, ("reviewer", Role.PROVINCE, None, "", "")]  # nobody approves what they handed in
    demo.make_accounts(PASSWORD)


def build_workbook(rows: list[list[Any]]) -> bytes:
    """Return an XLSX file of one sheet, the same bytes each time."""
    import xlsxwriter

    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    book.set_properties({"created": clock.BEGIN})
    sheet = book.add_worksheet("汇总")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return content.getvalue()


def make_tokens(callers: Callers) -> None:
    """Make each account's token on its page; the log is not to have them."""
    for name, scope, prefecture in TOKENS:
        account = "analyst" if name == "bound" else name
        bounds = {"prefectures": prefecture} if prefecture else {}
        made = callers.browser(account).submit(
            "/tokens/add/", {"label": f"recordings of {name}", "scope": scope, **bounds}, action="^$|tokens/add"
        )
        callers.tokens[name] = re.search(r'<code class="key">([^<]+)<', made.text)[1]  # type: ignore[index]


def row_names(callers: Callers, who: str, path: str = JULY) -> dict[str, str]:
    """Return the number of each row of a report sheet by code of its project."""
    found = callers.token(who).get("/api/v1/entries/?programme=2023&page_size=500&fields=id,project").json()["results"]
    return {
        row["project"]["code"] if isinstance(row["project"], dict) else row["project"]: str(row["id"]) for row in found
    }


def do(callers: Callers) -> None:
    """Do what people do in a year, so that each page has something to show."""
    make_tokens(callers)
    report_july(callers)
    decide(callers)
    begin_another_year(callers)
    monitor(callers)
    send_workbooks(callers)
    administrate(callers)


def report_july(callers: Callers) -> None:
    """Have reports of July in each state, and a row that somebody has only typed."""
    rows = row_names(callers, "province")
    typed: dict[str, Any] = {}
    for number, amount in ((25, "0.1"), (29, "0.02"), (21, "0.3"), (24, "0.05")):
        row = rows[f"HN-EI-2023-{number}"]
        typed |= {f"{row}-disbursed": amount, f"{row}-stage": "structure", f"{row}-progress": "主体结构施工"}
        typed |= {f"{row}-reason": "设备到货推迟", f"{row}-measure": "增加班次"}
    callers.page("changsha", f"{JULY}?unit=large", typed, action="unit=", button="action=save")
    handed_in = [f"HN-EI-2023-{number}" for number in (25, 29, 21)]
    steps(callers, "changsha", "submit", handed_in)
    row = rows["HN-EI-2023-37"]
    callers.post("changsha", f"{JULY}drafts/?unit=large", [(f"{row}-version", "new"), (f"{row}-disbursed", "0.7")])
    words = {"reason": "雨季停工", "measure": "八月补回", "stage": "structure", "month": "2023-07"}
    made = callers.api("zhuzhou", "POST", "reports/", {"project": "HN-EI-2023-39", "disbursed": 60_000_000} | words)
    callers.api("zhuzhou", "POST", f"reports/{made.key()}/submit/", {})
    others = ["13", "14", "15", "16", "17", "18", "19", "20", "22", "23", "26", "27"]
    codes = [f"HN-EI-2023-{number}" for number in others]
    many = [{"project": code, "disbursed": 10_000_000 * (n + 1)} | words for n, code in enumerate(codes)]
    callers.api("province", "POST", "reports/many/", {"records": many})
    steps(callers, "province", "submit", codes[:10])
    steps(callers, "reviewer", "approve", ["HN-EI-2023-25", "HN-EI-2023-39", *codes[:8]])
    steps(callers, "reviewer", "return", ["HN-EI-2023-29", codes[8]], comment="请补充完成投资的依据")


def steps(callers: Callers, who: str, step: str, codes: list[str], **more: str) -> None:
    """Take a step of several reports of July at once; what is doubted is confirmed."""
    found = (
        callers.token("province").get("/api/v1/reports/?month=2023-07&page_size=500&fields=id,version,project").json()
    )
    chosen = [row for row in found["results"] if (row["project"] or {}).get("code") in codes]
    data: dict[str, Any] = {"reports": [{"id": row["id"], "version": row["version"]} for row in chosen], **more}
    answer = callers.api(who, "POST", f"reports/{step}/", data, match=None)
    if answer.status == 400 and (rules := answer.json().get("rules")):
        confirm = sorted({rule["code"] for rule in rules})
        callers.api(
            who, "POST", f"reports/{step}/", data | {"confirm": confirm, "confirm_reason": "已核实"}, match=None
        )


def decide(callers: Callers) -> None:
    """Have proposals in each state, a claim adopted and one withdrawn."""
    words = {"reason": "追加设备投资", "reported_by": "企业来函"}
    for code, amount in ((25, "1.05"), (29, "1.5"), (21, "2.1"), (24, "0.9"), (38, "5.1")):
        path = f"/projects/HN-EI-2023-{code}/propose/"
        callers.page("changsha", path, {"project.total_investment": amount} | words, action="lang=")
    plan = [{"field": "entry.planned_disbursement", "programme": 2023, "value": 700_000_000}]
    callers.api("zhuzhou", "POST", "proposals/", {"project": "HN-EI-2023-39", "changes": plan} | words)
    callers.api("province", "POST", "proposals/2/accept/", {"comment": "同意"})
    callers.api("province", "POST", "proposals/3/return/", {"comment": "缺少批复文件"})
    callers.api("province", "POST", "proposals/4/refuse/", {"comment": "金额有误"})
    callers.api("changsha", "POST", "proposals/5/withdraw/", {"comment": "稍后再报"})
    callers.api("changsha", "POST", "proposals/1/note/", {"comment": "附件已寄出"})
    callers.page("province", "/claims/12/adopt/", {"reason": "以环评公示为准"}, action="adopt")
    callers.page("province", "/claims/18/withdraw/", {"reason": "来源已撤回", "reported_by": "园区"}, action="withdraw")


def begin_another_year(callers: Callers) -> None:
    """Have a list of 2024 with two projects, a round and a report."""
    for month, opens in ((1, "2024-02"), (2, "2024-03")):
        days = {"opens": f"{opens}-01", "due": f"{opens}-10", "closes": f"{opens}-20"}
        callers.api("province", "POST", "rounds/", {"month": f"2024-{month:02}", **days})
    for code, sector in (("HN-EI-2024-01", "new-display"), ("HN-EI-2024-02", "energy-electronics")):
        project = {"code": code, "name_zh": f"二〇二四年{code}", "sector": sector, "prefecture": "430100"}
        project |= {"total_investment": 10**9, "total_investment_reported_by": "长沙市工信局", "reason": "新年名单"}
        callers.api("province", "POST", "projects/", project)
    entries = []
    for code in ("HN-EI-2024-01", "HN-EI-2024-02", "HN-EI-2023-25"):
        entry = {"project": code, "programme": 2024, "planned_disbursement": 4 * 10**8, "reason": "新年名单"}
        if code == "HN-EI-2023-25":
            entry |= {"planned_disbursement": 3 * 10**8, "status": "continuing"}
        entries.append(
            callers.api("province", "POST", "entries/", entry | {"planned_disbursement_reported_by": "长沙市工信局"})
        )
    callers.page(
        "province", "/admin/projects/programme/6/change/", {"reporting_day": "2024-02-05"}, action="change|lang"
    )
    report = {"entry": entries[0].key(), "month": "2024-01", "disbursed": 10**8, "reason": "冻雨", "measure": "赶工"}
    made = callers.api("changsha", "POST", "reports/", report)
    callers.api("changsha", "POST", f"reports/{made.key()}/submit/", {})


def monitor(callers: Callers) -> None:
    """Have problems, notes, milestones, ratings and plans of people, and one change undone."""
    problem = {"project": "HN-EI-2023-25", "kind": "land", "description": "用地指标未落实", "solver": "市自然资源局"}
    callers.page("changsha", "/problems/", problem | {"due": "2023-09-30"}, action="^$", number=0)
    callers.api("changsha", "POST", "problems/", problem | {"raised_on": "2023-07-20", "kind": "labour"})
    for note in (
        {"programme": 2023, "figure": "disbursed", "month": "2023-06"},
        {"programme": 2023, "project": "HN-EI-2023-25"},
        {"programme": 2023, "figure": "total_investment", "sector": "new-display"},
    ):
        callers.api("province", "POST", "notes/", {"text": "七月进度偏慢，八月专题调度。"} | note)
    callers.api(
        "changsha", "POST", "notes/", {"text": "企业已承诺八月补回。", "programme": 2023, "project": "HN-EI-2023-25"}
    )
    callers.api(
        "province", "POST", "ratings/", {"entry": 25, "month": "2023-06", "light": "yellow", "words": "设备推迟"}
    )
    plan = {
        "entry": 25,
        "kind": "revised",
        "amount": 450_000_000,
        "decided_on": "2023-06-20",
        "document": "湘工信〔2023〕88号",
    }
    callers.api("province", "POST", "plans/", plan | {"reason": "调整年度计划"})
    milestone = {
        "name_zh": "设备进场",
        "name_en": "Equipment arrives",
        "planned": "2023-09-15",
        "project": "HN-EI-2023-25",
    }
    callers.page("changsha", "/milestones/add/?project=HN-EI-2023-25", milestone, action="milestones")
    callers.api("province", "PATCH", "projects/HN-EI-2023-31/", {"name_en": "A name that is taken back"})
    callers.page("province", f"/changes/{newest_revision(callers)}/undo/", {"reason": "改错了"}, action="^$")


def newest_revision(callers: Callers) -> int:
    """Return the number of the newest revision."""
    return int(callers.token("province").get("/api/v1/changes/?page_size=1").json()["newest"])


def send_workbooks(callers: Callers) -> None:
    """Have imports that are done, that wait for an answer, that were refused, and one that nobody has looked at yet."""
    send(callers, "province", [HEAD, ["HN-EI-2023-30", None, 95_000, 31_000, None]])
    callers.work()
    callers.page("province", "/imports/1/", {"reason": "按名单更新", "reported_by": "厅里"}, button="action=confirm")
    callers.work()
    send(
        callers,
        "province",
        [
            ["单位：万元"],
            [*HEAD, "备注"],
            ["HN-EI-2023-32", None, 5000, 7000, None, "厂房封顶"],
            [None, "新项目", "约9亿", 6, None, None],
        ],
    )
    send(callers, "changsha", [[*HEAD[:3], "计划", "包联领导"], ["HN-EI-2023-25", None, 5000, 70, "某人"]])
    send(callers, "province", [["这里", "没有", "表格"]])
    july = ["项目编号", "7月完成投资（万元）", "问题"]
    send(
        callers,
        "changsha",
        [july, ["HN-EI-2023-38", 1200, "无"], ["HN-EI-2023-40", 900, None]],
        kind="reports",
        month="2023-07",
    )
    callers.work()
    send(callers, "zhuzhou", [july, ["HN-EI-2023-39", 1200, "无"]], kind="reports", month="2023-07")


def send(callers: Callers, who: str, rows: list[list[Any]], kind: str = "register", month: str = "") -> None:
    """Send a workbook on the page."""
    file = {"file": ("名单.xlsx", build_workbook(rows))}
    callers.page(who, "/imports/", {"kind": kind, "programme": "2023", "month": month}, action="^$|imports", files=file)


def administrate(callers: Callers) -> None:
    """Have webhooks with messages, a token that has ended, a failed sign-in, a source and a person without a role."""
    hook = {"label": "省平台", "url": "https://8.8.8.8/hook", "project": "", "prefecture": ""}
    callers.page("province", "/webhooks/add/", hook, action="webhooks/add", button="action=save")
    callers.page(
        "changsha", "/webhooks/add/", hook | {"label": "市平台", "prefecture": "430100"}, action="webhooks/add"
    )
    callers.api("province", "PATCH", "projects/HN-EI-2023-26/", {"note_zh": "已现场核实"})
    callers.work()
    callers.page("analyst", "/tokens/add/", {"label": "旧平台", "scope": "read"}, action="^$|tokens/add")
    page = callers.browser("analyst").get("/tokens/").text
    if revoke := re.findall(r'href="(/tokens/[^"/]+/revoke/)[^"]*"', page):
        callers.page("analyst", revoke[0], action="revoke|^$")
    source = {"url": "https://gxt.hunan.gov.cn/example.html", "publisher_zh": "湖南省工信厅", "published": "2023-07-01"}
    callers.page("province", "/admin/projects/source/add/", source, button="_save")
    person = {"username": "newcomer", "password1": "Correct-Horse-7", "password2": "Correct-Horse-7"}
    callers.page("admin", "/admin/portfolio/user/add/", person, button="_save")
    callers.page("", "/login/", {"username": "zhuzhou", "password": "wrong"}, action="login|^$")
