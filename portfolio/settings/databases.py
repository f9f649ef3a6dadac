"""DATABASES: what the site asks of either database, and the check that it got it."""

import re
from pathlib import Path

import dj_database_url
import structlog
from django.conf import settings
from django.core import checks
from django.db import Error, connections
from django.utils.translation import gettext as _

from portfolio.database_errors import Trouble, get_trouble

logger = structlog.get_logger(__name__)

URL = re.compile(r"(sqlite:///.+|sqlite://:memory:|postgres(ql)?://.+/.+)")

DURABLE_SQLITE = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"


# Long enough for a slow network, short enough that a page can still say that the database is away: seconds to connect,
# milliseconds for what was sent to arrive, and how long a machine that does not answer may say nothing at all.
_GIVEN_UP_AFTER = {
    "connect_timeout": 3,
    "tcp_user_timeout": 5000,
    "keepalives_idle": 3,
    "keepalives_interval": 1,
    "keepalives_count": 3,
}


def configuration(parsed):
    """Django's settings for the database of DATABASE_URL."""
    options = parsed.setdefault("OPTIONS", {})
    parsed |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    if parsed["ENGINE"].endswith("sqlite3"):
        # A transaction that begins by reading and then writes fails at once when another has written between; one
        # that takes the only writer's place when it begins waits for its turn instead.
        options |= {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": DURABLE_SQLITE}
    else:
        for name, value in _GIVEN_UP_AFTER.items():
            options.setdefault(name, value)
    return parsed


def get_replica(primary, url):
    """Return Django's settings for the replica of DATABASE_REPLICA_URL, by its alias; empty if there is none."""
    if not url:
        return {}
    if not primary["ENGINE"].endswith("postgresql"):
        raise SystemExit("DATABASE_REPLICA_URL needs a DATABASE_URL of PostgreSQL.")
    return {"replica": configuration(dj_database_url.parse(url)) | {"TEST": {"MIRROR": "default"}}}


@checks.register(checks.Tags.database)
def acknowledged_writes_survive(app_configs, databases, **kwargs):
    """A write that was acknowledged must survive a power cut: look at what the database says, not at what was asked."""
    lost = [unsafe_settings(connections[alias]) for alias in databases or []]
    message = "The database may lose acknowledged writes: {}."
    return [checks.Warning(message.format(names), id="portfolio.W001") for names in lost if names]


def unreachable(error):
    """One sentence of a database that does not answer, in the language of whoever asks."""
    reason = str(error).strip().splitlines()[0]  # of what the database, or the system, says
    return _("DATABASE_URL names a database that cannot be reached: %(reason)s") % {"reason": reason}


def refuse_away(connection):
    """Stop a command that would migrate a database which cannot be reached. Makes the folder of SQLite's file."""
    path = _path_of(connection)
    try:
        if path:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        connection.ensure_connection()
    except (Error, OSError) as error:
        raise SystemExit(unreachable(error)) from None


def refuse_missing(connection):
    """Stop the start of a web server that would make SQLite's file, as where the address has a slip."""
    path = _path_of(connection)
    if path and not path.exists():
        raise SystemExit(f"DATABASE_URL names {path}, which is not there; manage.py migrate makes it.")


def _path_of(connection):
    """SQLite's file; None for what lies in none."""
    if connection.vendor != "sqlite" or connection.is_in_memory_db():
        return None
    return Path(connection.settings_dict["NAME"]).resolve()


def refuse_unready(connection):
    """Stop the start of a web server whose database is not there, may lose acknowledged writes or lacks tables."""
    from portfolio.settings import unmigrated  # which has texts, and these want the settings

    refuse_missing(connection)
    refuse_unsafe(connection)
    unmigrated.refuse(connection)
    connection.close()  # this process starts others, with which it must not share it


def refuse_unsafe(connection):
    """Stop the start of a web server whose database may lose acknowledged writes, unless UNSAFE_DATABASE allows it.

    One that is away is no reason not to start: the site says so until it is back.
    """
    try:
        lost = unsafe_settings(connection)
    except Error as error:
        event = f"database_{get_trouble(error) or Trouble.AWAY}"
        logger.error(event, reason=str(error).strip())
        return
    if not lost:
        return
    if not settings.UNSAFE_DATABASE:
        raise SystemExit(
            f"The database may lose acknowledged writes ({lost}), so the site does not start; UNSAFE_DATABASE=1 allows it."
        )
    logger.critical("unsafe_database", may_lose_writes=lost)  # whatever LOG_LEVEL is


def unsafe_settings(connection):
    """Its settings by which an acknowledged write may be lost, such as `fsync=off`; nothing where it is sound."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            found = {name: pragma(cursor, name) for name in ("synchronous", "journal_mode")}
            sound = {
                "synchronous": found["synchronous"] >= 2,
                "journal_mode": found["journal_mode"] == "wal" or connection.is_in_memory_db(),
            }
        else:
            names = ("fsync", "full_page_writes", "synchronous_commit")
            cursor.execute(
                "SELECT current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit')"
            )
            found = dict(zip(names, cursor.fetchone(), strict=True))
            sound = {name: value != "off" for name, value in found.items()}
    return ", ".join(f"{name}={found[name]}" for name in found if not sound[name])


def pragma(cursor, name):
    return cursor.execute(f"PRAGMA {name}").fetchone()[0]
