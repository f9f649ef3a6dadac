"""The people of a recording: each signs in once, has a token, and writes by script; some seconds go by after each call.

A line of a script is who, what, where, options as `name=value`, and data as JSON:

    province PATCH projects/HN-EI-2023-26/ match=stale {"note_zh": ""}  the API; without match=, of the version now
    changsha FORM /problems/add/ button=save {"kind": "land"}                a page's form, filled in and sent
    changsha SEND /problems/add/ {"kind": "land"}                            the same without opening it
    changsha WORKBOOK reports 2023-07 [["项目编号"], ["HN-EI-2023-25"]]    on the page of imports; UPLOAD: by the API
    reviewer STEP approve HN-EI-2023-25 HN-EI-2023-39                    a step of several reports of July
    province GET /changes/                                               reads, by token or by cookie
    work                                                                 the jobs that are due; or any other command

`{id}` is the record added last, `{revision}` the newest, `{version:projects/…/}` a record's version, `{link:PAGE:PATTERN}`
and `{value:PAGE:FIELD}` what a page has last.
"""

from __future__ import annotations

import io
import json
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest.mock import patch

from . import clock
from .browser import Browser, Response, get_forms

TOKEN_FIELDS = ("csrfmiddlewaretoken", "opened_by")
PASSWORD = "a password of recordings"
STEP = 5  # seconds from one call to the next: nobody is signed out for being idle
STALE = '"0123456789abcdef0123456789abcdef"'
LINE = re.compile(r"(\S+) (\S+) (.*?)((?: [a-z_]+=\S+)*)(?: ([\[{\"].*))?")


class Callers:
    """Browsers by name of the account. `log` has each call that was made by script with its answer, in order."""

    def __init__(self, tokens: dict[str, str] | None = None, *, language: str = "en") -> None:
        self.tokens, self.language = dict(tokens or {}), language
        self.log: list[tuple[str, Response]] = []
        self._browsers: dict[str, Browser] = {}
        self._added = 0

    def browser(self, who: str) -> Browser:
        """Return the browser of an account, signed in; of nobody for ''."""
        if who not in self._browsers:
            self._browsers[who] = Browser(language=self.language)
            if who:
                page = self._browsers[who].submit("/login/", {"username": who, "password": PASSWORD})
                assert page.status == 302, (who, page.status, page.text[:2000])
        return self._browsers[who]

    def give_cookies(self, who: str, text: str) -> None:
        """Let an account go on with a session that another process has begun."""
        self._browsers[who] = Browser(language=self.language)
        self._browsers[who].cookies.load(text)

    def token(self, who: str) -> Browser:
        """Return the caller by token, which asks without cookies; of nobody for ''."""
        return Browser(token=self.tokens[who] if who else "", language=self.language)

    def run(self, script: Path) -> None:
        """Do what a script says, line by line."""
        for line in script.read_text("utf-8").splitlines():
            if line and not line.startswith("#"):
                response = self._call(re.sub(r"\{(id|revision|(?:version|link|value):[^{}]+)\}", self._value, line))
                self._added = response.key(self._added) if response.status in (201, 202) else self._added
                self.log.append((line.partition(' {"')[0], response))
                clock.advance(STEP)

    def _value(self, match: re.Match[str]) -> str:
        name, _colon, rest = match[1].partition(":")
        if name == "id":
            return str(self._added)
        if name == "revision":
            return str(self.token("province").get("/api/v1/changes/?page_size=1").member("newest"))
        if name == "version":
            return self.token("province").get(f"/api/v1/{rest}").header("ETag").strip('"')
        who = match.string.split()[0]
        page, _colon, pattern = rest.partition(":")
        text = self.browser(who).get(page).text
        found = re.findall(f'name="{pattern}" value="([^"]+)"' if name == "value" else f'href="({pattern})', text)
        return found[-1] if found else page

    def _call(self, line: str) -> Response:
        match = LINE.fullmatch(line)
        if match is None:
            return run_command(*(("jobs", "--once") if line == "work" else line.split()))
        who, verb, where = match[1].replace("nobody", ""), match[2], match[3].strip()
        options = dict(option.split("=", 1) for option in match[4].split())
        data = json.loads(match[5]) if match[5] else None
        if verb == "FORM":
            return self.browser(who).submit(where, data, **options)
        if verb == "SEND":
            forms = get_forms(self.browser(who).get("/about/" if who else "/login/").text)
            own = [pair for form in forms for pair in form.values if pair[0] in TOKEN_FIELDS][:2]
            return self.browser(who).send_form(
                where, own + [(name, str(value)) for name, value in (data or {}).items()]
            )
        if verb in ("WORKBOOK", "UPLOAD"):
            return self._send_workbook(who, verb, where, data)
        if verb == "STEP":
            return self._step(who, where.split(), data or {})
        if verb == "GET":
            return (self.token(who) if where.startswith("/api/") else self.browser(who)).get(where)
        return self._write(who, verb, f"/api/v1/{where}", data, options)

    def _write(self, who: str, method: str, path: str, data: Any, options: dict[str, str]) -> Response:
        """Write by the API, a record with its version now."""
        match, record = options.pop("match", ""), re.match(r"/api/v1/(?!imports/)[a-z-]+/(?!many/)[^/]+/", path)
        if match == "stale":
            options["if_match"] = STALE
        elif record and not match and (tag := self.token("province").get(record[0]).header("ETag")):
            options["if_match"] = tag
        body = options.pop("raw", None) or json.dumps(data, ensure_ascii=False)
        kind = options.pop("content_type", "application/json")
        return self.token(who).request(method, path, body.encode(), kind, accept="application/json", **options)

    def _step(self, who: str, words: list[str], data: dict[str, Any]) -> Response:
        """Take a step of several reports of July at once; what is doubted is confirmed."""
        listed = self.token("province").get("/api/v1/reports/?month=2023-07&page_size=500&fields=id,version,project")
        chosen = [row for row in listed.member("results") or [] if (row["project"] or {}).get("code") in words[1:]]
        data |= {"reports": [{"id": row["id"], "version": row["version"]} for row in chosen]}
        response = self._write(who, "POST", f"/api/v1/reports/{words[0]}/", data, {"match": "-"})
        if response.status == 400 and (rules := response.member("rules")):
            data |= {"confirm": sorted({rule["code"] for rule in rules}), "confirm_reason": "已核实"}
            response = self._write(who, "POST", f"/api/v1/reports/{words[0]}/", data, {"match": "-"})
        return response

    def _send_workbook(self, who: str, verb: str, where: str, rows: list[list[Any]] | str) -> Response:
        kind, _space, month = where.partition(" ")
        values = {"kind": kind, "programme": "2023"} | ({"month": month} if month else {})
        file = {"file": ("名单.xlsx", rows.encode() if isinstance(rows, str) else build_workbook(rows))}
        if verb == "UPLOAD":
            return self.token(who).send_form("/api/v1/imports/", list(values.items()), file)
        return self.browser(who).submit("/imports/", {"month": ""} | values, files=file)


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


def run_command(*words: str) -> Response:
    """Return what a command of manage.py prints, which finds no network."""
    from django.core.management import call_command

    printed, status = io.StringIO(), 200
    with without_network(), redirect_stdout(printed), redirect_stderr(printed):
        try:
            call_command(*words, stdout=printed)
        except (Exception, SystemExit) as error:
            status = 500
            printed.write(f"{type(error).__name__}: {error}")
    return Response(status, [("Content-Type", "text/plain")], printed.getvalue().encode())


@contextmanager
def without_network() -> Iterator[None]:
    """Refuse every connection that Python makes."""

    def refuse(*_args: Any, **_options: Any) -> None:
        raise ConnectionRefusedError(111, "Connection refused")

    with patch.object(socket.socket, "connect", refuse), patch.object(socket, "create_connection", refuse):
        yield
