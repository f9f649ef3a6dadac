"""The people of a recording: each signs in once, has tokens, and writes; the clock goes on by a minute after each call."""

from __future__ import annotations

import io
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any
from unittest.mock import patch

from . import clock
from .browser import Browser, Response, get_forms

TOKEN_FIELDS = ("csrfmiddlewaretoken", "opened_by")
PASSWORD = "a password of recordings"


class Callers:
    """Browsers by name of the account. `log` has what each call that writes was answered, in order."""

    def __init__(self, tokens: dict[str, str] | None = None, *, language: str = "en") -> None:
        self.tokens, self.language = dict(tokens or {}), language
        self.log: list[tuple[str, Response]] = []
        self._browsers: dict[str, Browser] = {}

    def browser(self, who: str) -> Browser:
        """Return the browser of an account, signed in; of nobody for ''."""
        if who not in self._browsers:
            self._browsers[who] = Browser(language=self.language)
            if who:
                signed_in = self._browsers[who].sign_in(who, PASSWORD)
                assert signed_in.status == 302, (who, signed_in.status, signed_in.text[:2000])
        return self._browsers[who]

    def give_cookies(self, who: str, text: str) -> None:
        """Let an account go on with a session that another process has begun."""
        self._browsers[who] = Browser(language=self.language)
        self._browsers[who].cookies.load(text)

    def token(self, who: str) -> Browser:
        """Return the caller by token, which asks without cookies; of nobody for ''."""
        return Browser(token=self.tokens[who] if who else "", language=self.language)

    def api(
        self, who: str, method: str, path: str, data: Any = None, *, match: str | None = "now", **headers: str
    ) -> Response:
        """Write by the API. `match` is what If-Match says: 'now' the record's version where one is named, None nothing."""
        path, caller = f"/api/v1/{path}", self.token(who)
        record = re.match(r"/api/v1/[a-z-]+/[^/]+/", path)
        if match == "now" and record and "/many/" not in path and "/imports/" not in path:
            tag = self.token("province").get(record[0], accept="application/json").header("ETag")
            headers |= {"if_match": tag} if tag else {}
        elif match and match != "now":
            headers["if_match"] = match
        return self._note(f"{who or 'anonymous'} {method} {path}", caller.send_json(method, path, data, **headers))

    def version(self, path: str) -> str:
        """Return the version of a record, as `many/` wants it."""
        return self.token("province").get(f"/api/v1/{path}").header("ETag").strip('"')

    def page(self, who: str, path: str, changes: dict[str, Any] | None = None, **options: Any) -> Response:
        """Fill in a form of a page; see `Browser.submit`."""
        return self._note(f"{who or 'anonymous'} FORM {path}", self.browser(who).submit(path, changes, **options))

    def post(self, who: str, path: str, values: list[tuple[str, str]], **headers: str) -> Response:
        """Post values as they are, without the page that has the form; with the token that each form has."""
        about = get_forms(self.browser(who).get("/about/" if who else "/login/").text)
        values = [pair for form in about for pair in form.values if pair[0] in TOKEN_FIELDS][:2] + values
        return self._note(f"{who or 'anonymous'} POST {path}", self.browser(who).send_form(path, values, **headers))

    def read(self, who: str, path: str) -> Response:
        """Read by token or cookie, for the log."""
        caller = self.token(who) if path.startswith("/api/") else self.browser(who)
        return self._note(f"{who or 'anonymous'} GET {path}", caller.get(path))

    def work(self) -> Response:
        """Do the jobs that are due, without a network; return what the command printed."""
        return self.command("jobs", "--once")

    def command(self, *words: str) -> Response:
        from django.core.management import call_command

        printed, status = io.StringIO(), 200
        with without_network(), redirect_stdout(printed), redirect_stderr(printed):
            try:
                call_command(*words, stdout=printed)
            except (Exception, SystemExit) as error:
                status = 500
                printed.write(f"{type(error).__name__}: {error}")
        body = printed.getvalue().encode()
        return self._note(f"command {' '.join(words)}", Response(status, [("Content-Type", "text/plain")], body))

    def _note(self, what: str, response: Response) -> Response:
        self.log.append((what, response))
        clock.advance()
        return response


@contextmanager
def without_network() -> Iterator[None]:
    """Refuse every connection that Python makes."""

    def refuse(*_args: Any, **_options: Any) -> None:
        raise ConnectionRefusedError(111, "Connection refused")

    with patch.object(socket.socket, "connect", refuse), patch.object(socket, "create_connection", refuse):
        yield
