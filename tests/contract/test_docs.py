"""What docs/api.md shows is typed into a shell against the register of the fixtures, and the answers are compared."""

from __future__ import annotations

import datetime as dt
import re
import shlex
import shutil
import subprocess
from functools import cache
from io import StringIO
from typing import Any

import pytest
import requests
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models import QuerySet

from portfolio.models import ApiToken
from projects.models import PlausibilityRule

from .transcripts import Example, Shown, examples_of

DOCUMENTS = [path for path in sorted((settings.BASE_DIR / "docs").glob("api*.md")) if "changelog" not in path.name]
BASH = shutil.which("bash") or "/bin/bash"
MANAGE = ".venv/bin/python manage.py "
HERE = "http://127.0.0.1:8000"  # the server of the documents
VERSION = re.compile(r'If-Match: "[^"]*…"')
TOGETHER = re.compile(r'\{"id": (\d+), "version": "[^"]*…"')
STEP = re.compile(r"(/[a-z-]+/[^/?]+/)[a-z]+/$")


class Reader:
    """Somebody who types every example of one document in its order."""

    def __init__(self, server: str, request: Any) -> None:
        self.server, self.request = server, request
        self.shown = Shown()
        self.token_of = cache(self._token_of)

    def fault_of(self, example: Example) -> str:
        command = example.command
        if command.startswith(MANAGE):
            return self._judged(example, self._managed(command.removeprefix(MANAGE)))
        if not command.startswith("curl "):
            return ""
        typed = self._filled(command, self.token_of(example.who)).replace(HERE, self.server)
        run = subprocess.run([BASH, "-c", typed], capture_output=True, text=True, timeout=60)
        return run.stderr or self._judged(example, run.stdout.replace(self.server, HERE))

    def _judged(self, example: Example, answer: str) -> str:
        if not example.shown:
            return answer if re.search(r'"status": ?[45]\d\d', answer) else ""
        fault = self.shown.differs(example.shown, answer)
        return f"{fault}\n  answered: {answer[:1500]}" if fault else ""

    def _token_of(self, who: str) -> str:
        return ApiToken.objects.create(user=self.request.getfixturevalue(who), scope="write")[1]

    def _filled(self, command: str, token: str) -> str:
        """With a token, the ids that were learnt, and the versions that are stored now."""
        for shown, real in self.shown.ids.items():
            command = re.sub(rf'(/|"id": ){shown}(?=[/,])', rf"\g<1>{real}", command)
        address = re.search(rf"{HERE}(/api/v1/[^'\s]*)", command)
        if address and VERSION.search(command):
            command = VERSION.sub(f"If-Match: {self._version_of(address[1], token)}", command)
        for row in TOGETHER.finditer(command):
            version = self._version_of(f"/api/v1/reports/{row[1]}/", token).removeprefix("W/").strip('"')
            command = command.replace(row[0], f'{{"id": {row[1]}, "version": "{version}"', 1)
        return command.replace("Token …", f"Token {token}")

    def _version_of(self, address: str, token: str) -> str:
        record = STEP.sub(r"\1", address.partition("?")[0])
        read = requests.get(self.server + record, headers={"Authorization": f"Token {token}"}, timeout=30)
        return read.headers.get("ETag", '"none"')

    def _managed(self, arguments: str) -> str:
        out = StringIO()
        name, *rest = shlex.split(arguments, comments=True)
        call_command(name, *rest, stdout=out)
        return out.getvalue()


@pytest.fixture
def doubting(live_register):
    """The plausibility rules on, as an installation has them; without a revision, which the documents would count."""
    QuerySet(PlausibilityRule).update(on_from=dt.date(2023, 1, 1))


@pytest.fixture
def other_ids(live_register):
    """New records get ids that are not the documents', as they do where other tests took some before."""
    tables = [model._meta.db_table for model in apps.get_app_config("projects").get_models()]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for table in tables:
                cursor.execute("UPDATE sqlite_sequence SET seq = seq + 1000 WHERE name = %s", [table])
                cursor.execute(
                    "INSERT INTO sqlite_sequence (name, seq) SELECT %s, 1000 WHERE NOT EXISTS"
                    " (SELECT 1 FROM sqlite_sequence WHERE name = %s)",
                    [table, table],
                )
        else:
            cursor.execute(
                "SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, COALESCE(last_value, 0) + 1000)"
                " FROM pg_sequences WHERE sequencename = ANY(%s)",
                [[f"{table}_id_seq" for table in tables]],
            )


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_example_holds(
    document,
    request,
    live_register,
    doubting,
    other_ids,
    public_read,
    province,
    changsha_writer,
    live_server,
):
    reader = Reader(live_server.url, request)
    examples = list(examples_of(document, who="province"))
    faults = [
        f"{document.name}, line {each.line}: {each.command[:160]}\n  {fault}"
        for each in examples
        if (fault := reader.fault_of(each))
    ]
    assert not faults, "\n\n".join(["", *faults])
    assert examples
