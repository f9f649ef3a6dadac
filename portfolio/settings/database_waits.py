"""Waits for the database: how long each statement of a web server's process may take.

Commands and migrations take as long as they take, so only `portfolio.wsgi` limits them.
"""

from __future__ import annotations

import select
import time
from typing import Any

from django.db import connections
from psycopg2.extensions import POLL_OK, POLL_READ, STATUS_BEGIN, STATUS_READY, set_wait_callback

from portfolio.database_errors import SilentError

LOCK_SECONDS = 4  # for what other writers hold
STATEMENT_SECONDS = 15  # for one statement of a PostgreSQL that is there
ANSWER_SECONDS = 20  # for a PostgreSQL that says nothing, which ends its own statements before
CONNECT_SECONDS = 3


def limit() -> None:
    """Let the statements of this process wait no longer than that, from the next connection on."""
    for configured in connections.settings.values():
        options = configured["OPTIONS"]
        if configured["ENGINE"].endswith("sqlite3"):
            options["timeout"] = LOCK_SECONDS
        else:
            limits = {"statement_timeout": STATEMENT_SECONDS, "lock_timeout": LOCK_SECONDS}
            own = " ".join(f"-c {name}={seconds}s" for name, seconds in limits.items())
            options["options"] = f"{own} {options.get('options', '')}".strip()
            set_wait_callback(wait)


def wait(connection: Any) -> None:
    """Return when PostgreSQL has answered; psycopg2 asks this whenever it would wait, and closes the connection on an error.

    A server that hangs is not noticed otherwise: its machine goes on to acknowledge what is sent.
    """
    is_connected = connection.status in (STATUS_READY, STATUS_BEGIN)
    end = time.monotonic() + (ANSWER_SECONDS if is_connected else CONNECT_SECONDS)
    while (state := connection.poll()) != POLL_OK:
        waiting = select.poll()
        waiting.register(connection.fileno(), select.POLLIN if state == POLL_READ else select.POLLOUT)
        if not waiting.poll(max(0, 1000 * (end - time.monotonic()))):
            raise SilentError("The database does not answer.")
