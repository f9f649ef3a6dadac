"""Writes of every kind, accepted and refused, in one order; and what the register says after them."""

from __future__ import annotations

import re
from typing import Any

from .browser import Browser
from .callers import Callers
from .recording import Store, describe
from .state import HEAD, JULY, build_workbook, newest_revision, row_names, send, steps

OWN, ELSEWHERE, NEW = "HN-EI-2023-40", "HN-EI-2023-39", "HN-EI-2024-07"  # of Changsha, of Zhuzhou, of nobody yet
WORDS = {"reason": "追加设备投资", "reported_by": "企业来函"}
STALE = '"0123456789abcdef0123456789abcdef"'
# what is asked once all is written
TOLD = [
    "/api/v1/totals/",
    "/api/v1/totals/?programme=2024",
    "/api/v1/totals/?by=sector",
    "/api/v1/totals/?by=month",
    "/api/v1/totals/?as_of=r40",
    "/api/v1/projects/?page_size=500",
    "/api/v1/entries/?page_size=500",
    "/api/v1/reports/?page_size=500&month=2023-07",
    "/api/v1/claims/?page_size=500",
    "/api/v1/proposals/?page_size=500",
    "/api/v1/milestones/?page_size=500",
    "/api/v1/problems/?page_size=500",
    "/api/v1/notes/?page_size=500",
    "/api/v1/plans/?page_size=500",
    "/api/v1/ratings/",
    "/api/v1/rounds/?page_size=500",
    "/api/v1/light-rules/",
    "/api/v1/plausibility-rules/?page_size=500",
    "/api/v1/changes/?after=85&page_size=500",
    "/api/v1/tasks/",
    "/api/v1/imports/",
    "/api/v1/comparison/?since=r90",
    "/changes/",
    "/tasks/",
    "/imports/",
    "/proposals/",
    "/webhooks/1/",
    "/tokens/",
    "/admin/",
    "/admin/projects/revision/",
]


def record(callers: Callers, store: Store) -> None:
    """Write, and store what each call was answered, by its number."""
    write_by_api(callers)
    write_reports(callers)
    write_proposals(callers)
    write_on_pages(callers)
    write_imports(callers)
    write_in_administration(callers)
    for command in ("send_reminders", "verify_history"):
        callers.command(command)
    for who in ("province", "changsha"):
        for address in TOLD:
            callers.read(who, address)
    for number, (what, response) in enumerate(callers.log):
        store.add(
            f"{number:03} {re.sub(r'/tokens/[0-9a-f]{15}/', '/tokens/-/', what)}",
            "writes",
            describe(response),
            response.body,
        )


def write_by_api(c: Callers) -> None:
    """Add and change records of each noun, and be refused for every reason."""
    project: dict[str, Any] = {
        "code": NEW,
        "name_zh": "株洲传感器产业园",
        "sector": "advanced-computing",
        "prefecture": "430200",
    }
    origin = {"total_investment_reported_by": "株洲市工信局"}
    key = {"idempotency_key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}
    c.api("", "POST", "projects/", project)
    c.api("changsha-reader", "POST", "projects/", project)
    c.api("changsha", "POST", "projects/", project)
    c.api("province", "POST", "projects/", b"{not json")
    c.api("province", "POST", "projects/", b"a=1", content_type="application/x-www-form-urlencoded")
    c.api("province", "POST", "projects/", project | {"colour": "red"})
    c.api("province", "POST", "projects/", project | {"sector": "none", "total_investment": "much"})
    c.api("province", "POST", "projects/", project | {"total_investment": 10**9})
    c.api("province", "POST", "projects/", project | origin | {"total_investment": 10**9}, **key)
    c.api("province", "POST", "projects/", project | origin | {"total_investment": 10**9}, **key)
    c.api("province", "POST", "projects/", project | {"name_zh": "另一个"}, **key)
    c.api("province", "POST", "projects/", project)
    c.api("province", "PATCH", f"projects/{NEW}/", {"name_en": "Sensors"}, match=None)
    c.api("province", "PATCH", f"projects/{NEW}/", {"name_en": "Sensors"}, match=STALE)
    c.api("province", "PATCH", f"projects/{NEW}/", {"name_en": "Sensors"})
    c.api("province", "PATCH", f"projects/{NEW}/", {"total_investment": 200} | origin)
    c.api(
        "province",
        "PATCH",
        f"projects/{NEW}/",
        {"total_investment": 200, "confirm": ["floor", "other-unit"], "reason": "如此"} | origin,
    )
    c.api("province", "PATCH", f"projects/{NEW}/", {"total_investment": None})
    c.api("changsha", "PATCH", f"projects/{NEW}/", {"name_en": "Not mine"})
    c.api("changsha", "PATCH", f"projects/{OWN}/", {"total_investment": 2 * 10**9})
    c.api("changsha", "PATCH", f"projects/{OWN}/", {"note_zh": "基础施工", "county_zh": "望城区"})
    c.api("changsha", "PATCH", f"projects/{OWN}/", {"prefecture": "430200"})
    c.api(
        "province",
        "PUT",
        f"projects/{NEW}/",
        project | {"name_en": "Sensors of Zhuzhou", "kind": "plant", "reason": "更正"},
    )
    c.api("province", "DELETE", f"projects/{NEW}/")
    many = [
        {"code": f"HN-EI-2024-{n}", "name_zh": f"第{n}项", "sector": "advanced-computing", "prefecture": "430200"}
        for n in (8, 9)
    ]
    c.api("province", "POST", "projects/many/", {"records": [many[0], many[1] | {"sector": "none"}]})
    c.api("province", "POST", "projects/many/", {"records": many})
    c.api("province", "POST", "projects/many/", {"records": []})
    versions = [
        {"code": row["code"], "version": c.version(f"projects/{row['code']}/"), "name_en": "Many"} for row in many
    ]
    c.api("province", "PATCH", "projects/many/", {"records": [versions[0], versions[1] | {"version": "0" * 32}]})
    c.api("province", "PATCH", "projects/many/", {"records": versions})
    entry = {"project": NEW, "programme": 2024, "planned_disbursement": 3 * 10**8, "reason": "名单"}
    c.api("province", "POST", "entries/", entry)
    made = c.api("province", "POST", "entries/", entry | {"planned_disbursement_reported_by": "株洲市工信局"})
    c.api("province", "POST", "entries/", entry | {"planned_disbursement_reported_by": "株洲市工信局"})
    c.api("province", "PATCH", f"entries/{made.key(1)}/", {"status": "new", "reason": "新开工"})
    c.api("province", "PATCH", "entries/25/", {"left": "2023-09-30", "reason": "退出"})
    c.api("zhuzhou", "PATCH", "entries/39/", {"planned_disbursement": 1})
    claim = {
        "project": OWN,
        "figure": "total_investment",
        "amount": 1_900_000_000,
        "source": {"url": "https://gxt.hunan.gov.cn/x.html", "published": "2023-09"},
    }
    made = c.api("province", "POST", "claims/", claim)
    claimed = made.key(1)
    c.api("province", "PATCH", f"claims/{claimed}/", {"note_zh": "口径不同"})
    c.api("changsha", "POST", f"claims/{claimed}/adopt/", {"reason": "是"})
    c.api("province", "POST", f"claims/{claimed}/adopt/", {}, match="now")
    c.api("province", "POST", f"claims/{claimed}/adopt/", {"reason": "以此为准"}, match=STALE)
    c.api("province", "POST", f"claims/{claimed}/adopt/", {"reason": "以此为准"})
    c.api("province", "PATCH", f"claims/{claimed}/", {"amount": 5})
    c.api("province", "POST", f"claims/{claimed}/withdraw/", {"reason": "撤回", "reported_by": "园区"})
    c.api("province", "POST", f"claims/{claimed}/withdraw/", {"reason": "撤回", "reported_by": "园区"})
    milestone = {"project": OWN, "name_zh": "竣工", "planned": "2024-06"}
    made = c.api("changsha", "POST", "milestones/", milestone)
    c.api("changsha", "PATCH", f"milestones/{made.key(1)}/", {"expected": "2024-09"})
    c.api("changsha", "PATCH", f"milestones/{made.key(1)}/", {"expected": "2024-09", "reason": "设备推迟"})
    c.api("changsha", "POST", "milestones/", milestone | {"project": ELSEWHERE})
    c.api(
        "changsha",
        "POST",
        "milestones/many/",
        {"records": [milestone | {"name_zh": "试产"}, milestone | {"name_zh": ""}]},
    )
    problem = {"project": OWN, "kind": "finance", "description": "贷款未到位", "raised_on": "2023-08-01"}
    made = c.api("changsha", "POST", "problems/", problem)
    c.api("changsha", "PATCH", f"problems/{made.key(1)}/", {"state": "solved"})
    c.api(
        "changsha", "PATCH", f"problems/{made.key(1)}/", {"state": "solved", "solved_on": "2023-08-20", "note": "到位"}
    )
    c.api("analyst", "POST", "problems/", problem)
    note = {"text": "需核对。", "programme": 2023, "project": OWN}
    made = c.api("province", "POST", "notes/", note)
    c.api("province", "PATCH", f"notes/{made.key(1)}/", {"text": "已核对。"})
    c.api("changsha", "PATCH", f"notes/{made.key(1)}/", {"text": "不是我的。"})
    c.api("province", "POST", "notes/", note | {"text": "\u200b"})
    days = {"opens": "2023-09-01", "due": "2023-09-10", "closes": "2023-09-20"}
    made = c.api("province", "POST", "rounds/", {"month": "2023-08"} | days)
    c.api("province", "POST", "rounds/", {"month": "2023-08"} | days)
    c.api("province", "PATCH", f"rounds/{made.key(7)}/", {"due": "2023-09-30"})
    c.api("province", "PATCH", f"rounds/{made.key(7)}/", {"due": "2023-09-12"})
    c.api("changsha", "POST", "rounds/", {"month": "2023-09"} | days)
    plan = {
        "entry": 40,
        "kind": "revised",
        "amount": 400_000_000,
        "decided_on": "2023-07-01",
        "document": "湘工信〔2023〕99号",
        "reason": "调整",
    }
    made = c.api("province", "POST", "plans/", plan)
    c.api("province", "PATCH", f"plans/{made.key(1)}/", {"amount": 410_000_000, "reason": "更正"})
    c.api("province", "POST", "plans/", plan | {"amount": -1})
    c.api("province", "POST", "ratings/", {"entry": 40, "month": "2023-06", "light": "red", "words": "停工"})
    c.api("province", "POST", "ratings/", {"entry": 40, "month": "2023-06", "light": "purple", "words": "停工"})
    c.api("province", "PATCH", "light-rules/share-of-pace/", {"yellow": 70})
    c.api("province", "POST", "light-rules/", {"code": "new-rule", "name_zh": "新规则", "red": 60, "yellow": 80})
    c.api("province", "PATCH", "plausibility-rules/floor/", {"limit": 400_000_000})
    c.api("province", "PATCH", "plausibility-rules/floor/", {"importance": "nothing"})
    c.api("changsha", "POST", "programmes/2024/choose/")
    c.api("province", "POST", "programmes/2024/choose/")
    c.api("province", "POST", "programmes/2023/choose/")


def write_reports(c: Callers) -> None:
    """Take reports through their steps, by the API."""
    words = {"reason": "雨季停工", "measure": "八月补回", "stage": "structure"}
    report = {"project": OWN, "month": "2023-07", "disbursed": 90_000_000}
    c.api("changsha", "POST", "reports/", report | {"project": ELSEWHERE})
    c.api("changsha", "POST", "reports/", report | {"month": "2023-12"})
    c.api("changsha", "POST", "reports/", report | {"disbursed": -5})
    made = c.api("changsha", "POST", "reports/", report | words)
    at = f"reports/{made.key(1)}/"
    c.api("changsha", "PATCH", at, {"disbursed": 10**12})
    c.api("changsha", "POST", f"{at}submit/", {})
    c.api("changsha", "PATCH", at, {"disbursed": 80_000_000, "progress": "封顶"})
    c.api("changsha", "POST", f"{at}submit/", {}, match=None)
    c.api("changsha", "POST", f"{at}submit/", {})
    c.api("changsha", "POST", f"{at}approve/", {})
    c.api("changsha", "POST", f"{at}withdraw/", {})
    c.api("changsha", "POST", f"{at}submit/", {})
    c.api("province", "POST", f"{at}return/", {})
    c.api("province", "POST", f"{at}return/", {"comment": "请说明"})
    c.api("changsha", "POST", f"{at}submit/", {"confirm": [], "reason": "已说明"})
    c.api("province", "POST", f"{at}approve/", {})
    c.api("province", "POST", f"{at}approve/", {})
    c.api("province", "POST", f"{at}retract/", {})
    c.api("province", "POST", f"{at}approve/", {})
    c.api("province", "POST", f"{at}reopen/", {"comment": "数字有误"})
    c.api("changsha", "PATCH", at, {"disbursed": 85_000_000, "correction_reason": "更正"})
    c.api("changsha", "POST", f"{at}submit/", {})
    c.api("reviewer", "POST", f"{at}approve/", {})
    c.read("province", f"/api/v1/{at}events/")
    steps(c, "reviewer", "approve", ["HN-EI-2023-21", "HN-EI-2023-22"])
    steps(c, "changsha", "submit", ["HN-EI-2023-24"])
    steps(c, "changsha", "approve", ["HN-EI-2023-24"])
    steps(c, "province", "return", ["HN-EI-2023-24"], comment="补充")
    c.api("changsha", "POST", "reports/submit/", {"reports": [{"id": 999, "version": "0" * 32}]}, match=None)


def write_proposals(c: Callers) -> None:
    """Propose, decide, and be refused, by the API and on pages."""
    change = {"field": "project.total_investment", "value": 5_000_000_000}
    proposal = {"project": "HN-EI-2023-37", "changes": [change]} | WORDS
    c.api("changsha", "POST", "proposals/", proposal | {"project": ELSEWHERE})
    c.api("changsha", "POST", "proposals/", proposal | {"changes": [change | {"field": "project.code"}]})
    made = c.api("changsha", "POST", "proposals/", proposal)
    at = f"proposals/{made.key(1)}/"
    c.api("changsha", "POST", f"{at}accept/", {})
    c.api("province", "POST", f"{at}return/", {})
    c.api("province", "POST", f"{at}comment/", {"comment": "请补充"})
    c.api("province", "POST", f"{at}return/", {"comment": "请补充"})
    c.api("changsha", "POST", f"{at}resubmit/", {"changes": [change | {"value": 5_100_000_000}]} | WORDS)
    c.api("province", "POST", f"{at}accept/", {}, match=STALE)
    c.api("province", "POST", f"{at}accept/", {"comment": "同意"})
    c.api("province", "POST", f"{at}refuse/", {"comment": "晚了"})
    c.page("province", "/proposals/1/", {"comment": ""}, button="action=return")
    c.page("province", "/proposals/1/", {"comment": "同意"}, button="action=accept")
    c.page("changsha", "/proposals/3/?lang=en", {"comment": "撤回"}, button="action=withdraw")
    path = f"/projects/{OWN}/propose/"
    c.page("changsha", path, {"project.total_investment": "much"} | WORDS, action="lang=")
    c.page("changsha", path, {"project.total_investment": "0.00000001"} | WORDS, action="lang=")
    c.page("changsha", path, {"project.sector": "energy-electronics", "project.chain_link": ""} | WORDS, action="lang=")
    c.page("changsha", path, {"project.sector": "new-display"} | WORDS, action="lang=")
    c.page("analyst", path, {"project.sector": "new-display"} | WORDS, action="lang=")


def write_on_pages(c: Callers) -> None:
    """Fill in the forms of pages, rightly, wrongly and too late."""
    rows = row_names(c, "province")
    row, other = rows["HN-EI-2023-24"], rows["HN-EI-2023-38"]
    sheet = f"{JULY}?unit=large"
    c.page("changsha", sheet, {f"{other}-disbursed": "a lot"}, action="unit=", button="action=save")
    c.page(
        "changsha",
        sheet,
        {f"{other}-disbursed": "0.4", f"{other}-stage": "equipment"},
        action="unit=",
        button="action=save",
    )
    c.page(
        "changsha",
        sheet,
        {f"{row}-disbursed": "0.06", f"{row}-version": "0" * 32},
        action="unit=",
        button="action=save",
    )
    c.page("changsha", sheet, action="unit=", button="action=submit")
    c.post("changsha", f"{JULY}drafts/?unit=large", [(f"{other}-version", "new"), (f"{other}-disbursed", "0.9")])
    c.page("changsha", "/rounds/2023-07/HN-EI-2023-38/?unit=large", {f"{other}-problems": "缺工"}, button="action=save")
    c.page("changsha-reader", sheet, {f"{other}-disbursed": "1"}, action="unit=", button="action=save")
    c.post("changsha-reader", sheet, [("action", "save"), (f"{other}-version", "new"), (f"{other}-disbursed", "1")])
    c.page("reviewer", "/review/", {"comment": ""}, button="action=return")
    boxes = re.findall(r'name="(report)" value="([^"]+)"', c.browser("reviewer").get("/review/").text)
    c.page("reviewer", "/review/", {"report": [value for _name, value in boxes[:1]]}, button="action=approve")
    c.page("reviewer", "/review/", button="action=retract")
    c.page(
        "reviewer",
        "/review/",
        {"report": [value for _name, value in boxes[1:2]], "comment": "补充"},
        button="action=return",
    )
    c.page("reviewer", "/review/", {}, button="unit=large")
    reopen = "/projects/HN-EI-2023-25/reports/2023-07/reopen/"
    c.page("province", reopen, {"comment": ""}, action="reopen")
    c.page("province", reopen, {"comment": "金额更正"}, action="reopen")
    c.page("province", reopen, {"comment": "再次"}, action="reopen")
    c.page("province", "/claims/14/adopt/", {"reason": ""}, action="adopt")
    c.page("province", "/claims/14/adopt/", {"reason": "更新"}, action="adopt")
    c.page("province", "/claims/14/withdraw/", {"reason": "不符", "seen": "0" * 32}, action="withdraw")
    c.page("changsha", "/claims/1/withdraw/", {"reason": "不是我"}, action="withdraw")
    milestone = {"name_zh": "联调", "planned": "2023-10-01", "project": OWN}
    c.page("changsha", "/milestones/add/", milestone | {"planned": "soon"}, action="milestones")
    c.page("changsha", "/milestones/add/", milestone, action="milestones")
    c.page("changsha", "/milestones/46/", {"actual": "2023-09-20"}, action="milestones")
    c.page("changsha", "/milestones/46/", {"name_en": "Too late", "version": "0" * 32}, action="milestones")
    problem = {"project": OWN, "kind": "labour", "description": "缺工", "solver": "人社局", "due": "2023-10-01"}
    c.page("changsha", "/problems/", problem | {"due": "2001-01-01", "kind": ""}, action="^$")
    c.page("changsha", "/problems/", problem, action="^$")
    c.page("changsha", "/problems/", {"state": "solved", "note": "已解决"}, action="^$", number=1)
    c.page("changsha", "/problems/13/", {"description": "用地已落实"}, action="problems")
    note = "/notes/add/?programme=2023&project=HN-EI-2023-40"
    c.page("province", note, {"text": ""}, action="notes")
    c.page("province", note, {"text": "按月调度。", "month": "2023-06"}, action="notes")
    c.page("province", "/notes/1/", {"text": "七月进度已赶上。"}, action="notes")
    c.page("changsha", "/notes/1/", {"text": "不是我的"}, action="notes")
    token = {"label": "新平台", "scope": "read", "addresses": "10.1.0.0/16"}
    c.page("analyst", "/tokens/add/", token | {"addresses": "somewhere"}, action="^$|tokens")
    c.page("analyst", "/tokens/add/", token | {"expires": "2020-01-01"}, action="^$|tokens")
    c.page("analyst", "/tokens/add/", token, action="^$|tokens")
    revoke = re.findall(r'href="(/tokens/[^"/]+/revoke/)[^"]*"', c.browser("analyst").get("/tokens/").text)
    c.page("analyst", revoke[-1] if revoke else "/tokens/", action="revoke|^$")
    hook = {"label": "新系统", "url": "https://8.8.4.4/hook", "project": "", "prefecture": ""}
    c.page(
        "province", "/webhooks/add/", hook | {"url": "http://127.0.0.1/hook"}, action="webhooks", button="action=save"
    )
    c.page("province", "/webhooks/add/", hook, action="webhooks", button="action=save")
    for button in ("pause", "resume", "rotate", "test"):
        c.page("province", "/webhooks/1/", button=f"action={button}")
    c.page("province", "/webhooks/1/", {"label": "省数据平台"}, button="action=save")
    c.page("analyst", "/webhooks/1/", {"label": "不是我的"}, button="action=save")
    skip = re.findall(r'href="(/webhooks/1/messages/\d+/skip/)', c.browser("province").get("/webhooks/1/").text)
    c.page("province", skip[0] if skip else "/webhooks/1/", action="skip|^$")
    c.page("changsha", "/webhooks/2/delete/", action="delete|^$")
    newest = newest_revision(c)
    c.page("province", f"/changes/{newest}/undo/", {"reason": ""}, action="^$")
    c.page("province", f"/changes/{newest}/undo/", {"reason": "改错了"}, action="^$")
    c.page("province", f"/changes/{newest}/undo/", {"reason": "再一次"}, action="^$")
    c.page("province", "/changes/3/undo/", {"reason": "太久以前"}, action="^$")
    c.page("changsha", f"/changes/{newest}/undo/", {"reason": "不是我"}, action="^$")
    stranger = Callers(c.tokens, language="zh-hans")
    stranger.log = c.log
    stranger.page("", "/login/", {"username": "zhuzhou", "password": "错"}, action="login|^$")
    stranger.post("", "/problems/", list(problem.items()))
    stranger.post("", "/nothing/", [("a", "b")])
    c.log.append(("anonymous POST /problems/ without a token", Browser(language="en").send_form("/problems/", [])))
    for path in ("/", "/projects/", "/changes/", "/api/v1/totals/", "/livez"):
        c.post("province", path, [("a", "b")])


def write_imports(c: Callers) -> None:
    """Send workbooks, answer their questions, confirm and undo them, by the pages and the API."""
    c.page("changsha", "/imports/3/?step=columns", {"field-D": "", "field-E": ""}, button="action=map")
    c.work()
    c.page("province", "/imports/2/", {"sector-4": "new-display"}, button="action=choose")
    c.work()
    c.page("province", "/imports/2/", {"reason": ""}, button="action=confirm")
    c.page("province", "/imports/2/", {"reason": "按名单", "reported_by": "厅里"}, button="action=confirm")
    c.work()
    c.read("province", "/imports/2/")
    c.page("changsha", "/imports/5/", {"reason": "七月报送", "reported_by": "企业"}, button="action=confirm")
    c.work()
    c.page("province", "/imports/1/", {"reason": "发错了"}, button="action=undo")
    c.work()
    c.read("province", "/imports/1/")
    c.page("changsha-reader", "/imports/", {"kind": "register"}, action="^$")
    c.page(
        "changsha",
        "/imports/",
        {"kind": "register", "programme": "2023"},
        files={"file": ("x.xlsx", b"no workbook")},
        action="^$",
    )
    send(c, "changsha", [HEAD, ["HN-EI-2023-37", None, "约9亿", -1, "无此行业"], [ELSEWHERE, None, 1, 1, None]])
    pasted = "项目编号\t7月完成投资（万元）\nHN-EI-2023-40\t880\n"
    c.page(
        "changsha",
        "/imports/",
        {"kind": "reports", "programme": "2023", "month": "2023-07", "pasted": pasted},
        action="^$",
    )
    c.work()
    for key in (7, 8, 9):
        for who in ("province", "changsha"):
            c.read(who, f"/imports/{key}/")
        c.read("changsha", f"/imports/{key}/refused.xlsx")
    sender = c.token("province")
    file = {"file": ("名单.xlsx", build_workbook([HEAD, ["HN-EI-2023-33", None, 64_000, 12_000, None]]))}
    sent = sender.send_form("/api/v1/imports/", [("kind", "register"), ("programme", "2023")], file)
    c.log.append(("province POST /api/v1/imports/ of a workbook", sent))
    at = f"imports/{sent.key(1)}/" if sent.status == 202 else "imports/1/"
    c.api("province", "POST", f"{at}confirm/", {"reason": "太早"}, match=None)
    c.work()
    c.api("province", "POST", f"{at}choices/", {"projects": {}}, match=None)
    c.work()
    c.api("province", "POST", f"{at}confirm/", {"reason": "按名单", "reported_by": "厅里"}, match=None)
    c.work()
    c.read("province", f"/api/v1/{at}")
    c.api("province", "POST", f"{at}undo/", {"reason": "撤回"}, match=None)
    c.work()
    c.read("province", f"/api/v1/{at}")


def write_in_administration(c: Callers) -> None:
    """Add, change and remove in the administration; and open a form twice."""
    project = "/admin/projects/project/26/change/"
    c.page("province", project, {"county_zh": "浏阳市", "total_investment": "1.3"}, button="_save")
    c.page(
        "province",
        project,
        {"county_zh": "浏阳市", "total_investment": "1.3", "total_investment_reported_by": "市局"},
        button="_save",
    )
    c.page("province", project, {"name_en": "Too late", "_opened": "20"}, button="_save")
    c.page("changsha", "/admin/projects/project/40/change/", {"county_zh": "宁乡市"}, button="_save")
    c.page("changsha", "/admin/projects/project/39/change/", {"county_zh": "不是我的"}, button="_save")
    c.page("province", "/admin/projects/project/add/", {"code": "HN-EI-2024-10", "name_zh": ""}, button="_save")
    c.page(
        "province",
        "/admin/projects/project/add/",
        {"code": "HN-EI-2024-10", "name_zh": "后台新增", "kind": "plant", "sector": "1"},
        button="_save",
    )
    c.page("province", "/admin/projects/enterprise/add/", {"name_zh": "湖南某某有限公司"}, button="_continue")
    c.page("province", "/admin/projects/enterprise/1/change/", {"name_en": "CRRC Times"}, button="_save")
    c.page("province", "/admin/projects/claim/2/delete/", {"reason": "重复"}, action="^$|delete")
    c.page("province", "/admin/projects/enterprise/1/delete/", {"reason": "重复"}, action="^$|delete")
    c.page("province", "/admin/projects/target/1/change/", {"note_zh": "核对过"}, button="_save")
    c.page("province", "/admin/projects/round/year/", {"programme": "6"}, action="^$|year")
    c.page("province", "/admin/projects/round/9/delete/", {"reason": "多余"}, action="^$|delete")
    c.page("province", "/admin/projects/monthlyreport/181/change/", {}, button="action=return")
    c.page("province", "/admin/projects/programme/6/change/", {"reporting_day": "2024-02-30"}, button="_save")
    c.page("province", "/admin/projects/programme/6/change/", {"reporting_day": "2024-02-12"}, button="_save")
    chosen = {"action": "make_current", "_selected_action": ["6"]}
    c.page("province", "/admin/projects/programme/", chosen, action="^$")
    c.page(
        "province", "/admin/projects/programme/", {"action": "delete_selected", "_selected_action": ["1"]}, action="^$"
    )
    c.page("province", "/admin/projects/plausibilityrule/1/change/", {"message_zh": "请核对"}, button="_save")
    c.page("province", "/admin/sectors/sector/1/change/", {"name_en": "Computing"}, button="_save")
    c.page("admin", "/admin/sectors/sector/1/change/", {"name_en": "Computing"}, button="_save")
    c.page("admin", "/admin/projects/prefecture/1/change/", {"name_en": "Changde city"}, button="_save")
    c.page(
        "admin",
        "/admin/portfolio/user/add/",
        {"username": "Another", "password1": "short", "password2": "other"},
        button="_save",
    )
    c.page("admin", "/admin/portfolio/user/8/change/", {"last_name": "王", "is_staff": "on"}, button="_save")
    grant = {"grants-0-role": "analyst", "grants-TOTAL_FORMS": "1"}
    c.page("admin", "/admin/portfolio/user/8/change/", grant, button="_save")
    c.page(
        "admin",
        "/admin/portfolio/user/8/password/",
        {"password1": "Correct-Horse-8", "password2": "Correct-Horse-8"},
        button="set-password",
    )
    c.page("admin", "/admin/projects/grant/add/", {"user": "8", "role": "province"}, button="_save")
    c.page(
        "province",
        "/admin/password_change/",
        {"old_password": "wrong", "new_password1": "a", "new_password2": "b"},
        action="^$|password",
    )
    c.page("analyst", "/admin/projects/project/26/change/", {"county_zh": "不行"}, button="_save")
    c.page("admin", "/admin/projects/job/", {}, action="^$")
    c.post("admin", "/admin/logout/", [])
