"""Database timeouts of a request: never waiting for one that says nothing, and a few seconds for one that is busy.

`begin` makes a process wait like this: only a web server calls it, so that commands and migrations wait as long as it takes.
`wsgi.py` is the WSGI application around all others and gives each request its `within`. `postgresql.py` waits for
PostgreSQL, `probe.py` knows which server says nothing, `sqlite_lock.py` waits for SQLite's one lock, and `at_once` for none.
"""

from .budget import within
from .postgresql import begin_waiting
from .sqlite_lock import at_once, in_all, wait_shortly


def begin() -> None:
    """Let this process wait as a web server does, from the next connection on."""
    begin_waiting()
    wait_shortly()
