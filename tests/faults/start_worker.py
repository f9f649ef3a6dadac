"""Starts of the web server in processes that are forked from one: python -m tests.faults.start_worker

Loading the product takes seconds of a processor, which is all that a start takes but for a question to its database. Each
line says how one is to be: `unsafe_database` as the environment may have it, and what is `changed` of the settings of its
database. What it said and how it ended is answered in a line.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from typing import Any, NoReturn

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from portfolio import background, cache, compression, throttling, timeouts  # noqa: E402, F401


def _start(asked: dict[str, Any]) -> NoReturn:
    settings.UNSAFE_DATABASE = asked["unsafe_database"]
    connection.settings_dict["OPTIONS"].update(asked["changed"].pop("OPTIONS", {}))
    connection.settings_dict.update(asked["changed"])
    code = 0
    try:
        import portfolio.wsgi  # noqa: F401
    except SystemExit as refused:
        print(refused, file=sys.stderr)
        code = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _started(asked: dict[str, Any]) -> dict[str, Any]:
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as complained:
        child = os.fork()
        if not child:
            os.dup2(said.fileno(), 1)
            os.dup2(complained.fileno(), 2)
            _start(asked)
        _pid, status = os.waitpid(child, 0)
        said.seek(0)
        complained.seek(0)
        return {
            "returncode": os.waitstatus_to_exitcode(status),
            "stdout": said.read(),
            "stderr": complained.read(),
        }


for line in sys.stdin:
    print(json.dumps(_started(json.loads(line))), flush=True)
